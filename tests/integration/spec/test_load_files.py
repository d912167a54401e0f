"""Specs and tests files on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError, StoreError
from compiled_ai.spec import HiddenCase, load_spec
from compiled_ai.spec.load import MAX_BYTES, read_text

SPEC = """name: demo
description: A demo.
instructions: Do it.
input:
  text: string
output:
  label: [x, y]
examples:
  - input: {text: one}
    output: {label: x}
tests: {file: cases.jsonl}
"""
CASE = '{"input": {"text": "two"}, "output": {"label": "y"}}'


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "demo.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def write_tests(spec: Path, content: str | bytes) -> Path:
    path = spec.with_name("cases.jsonl")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(spec: Path) -> str:
    """The problems of the spec, its folder left out."""
    with pytest.raises(SpecError) as caught:
        load_spec(spec)
    return str(caught.value).replace(f"{spec.parent}{os.sep}", "")


def test_spec_with_tests_file_is_loaded(spec: Path) -> None:
    write_tests(
        spec,
        f'{CASE}\n\n{{"id": "own", "input": {{"text": "three"}}, "abstain": true, "kind": "odd", "note": "why"}}\n',
    )
    loaded = load_spec(str(spec))
    assert loaded.source.path == spec
    assert [(type(case), case.case_id, case.output) for case in loaded.tests] == [
        (HiddenCase, "test-1", {"label": "y"}),
        (HiddenCase, "own", None),
    ]
    assert (len(loaded.examples), loaded.held_back) == (1, 0)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"\ufeff{CASE}\n".encode(), id="byte order mark"),
        pytest.param(f"{CASE}\r\n\r\n".encode(), id="CRLF"),
        pytest.param(f"{CASE}".encode(), id="no last line break"),
        pytest.param(CASE.replace("two", "a\u2028b\x0bc").encode().replace(b"\x0b", b"\\u000b"), id="other line separators in a text"),
    ],
)  # fmt: skip
def test_tests_file_is_read(spec: Path, content: bytes) -> None:
    write_tests(spec, content)
    assert len(load_spec(spec).tests) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("", "cases.jsonl:1:1: the file holds no cases; write one JSON object with 'input' and 'output' on each line", id="empty"),
        pytest.param("\n \n", "cases.jsonl:1:1: the file holds no cases", id="blank"),
        pytest.param(f'{CASE}\n{{"input": \n', "cases.jsonl:2:1: not JSON: Expecting value at character 11", id="cut off"),
        pytest.param(f"[{CASE}]\n", "cases.jsonl:1:1: a JSON object is needed, not an array", id="array"),
        pytest.param("\n\nnull\n", "cases.jsonl:3:1: a JSON object is needed, not null", id="null"),
        pytest.param('{"input": {"text": "a", "text": "b"}, "abstain": true}', "cases.jsonl:1:1: a key appears twice in one object: 'text'", id="duplicate key"),
        pytest.param('{"input": {"text": NaN}, "abstain": true}', "cases.jsonl:1:1: NaN is not JSON", id="NaN"),
        pytest.param('{"input": {"text": 1e999}, "abstain": true}', "cases.jsonl:1:1: 1e999 is too large for a number", id="endless number"),
        pytest.param(r'{"input": {"text": "\ud800"}, "abstain": true}', "cases.jsonl:1:1: half of a surrogate pair", id="half a surrogate pair"),
        pytest.param('{"input": {"text": ' + "[" * 70 + "]" * 70 + '}, "abstain": true}', "cases.jsonl:1:1: nested deeper than 60 levels", id="deep"),
        pytest.param("[" * 200_000, "cases.jsonl:1:1: nested too deeply", id="very deep"),
        pytest.param('{"inptu": {"text": "a"}, "abstain": true}', "cases.jsonl:1:1: 'input' is missing; add it at this line\ncases.jsonl:1:1: unknown key 'inptu'; known keys here are abstain, given, id, input, kind, note, output. Did you mean 'input'?", id="unknown key"),
        pytest.param('{"input": 5, "abstain": "x", "id": 3}', "cases.jsonl:1:1: id is 3; it must be text; put it in quotes\ncases.jsonl:1:1: input is 5; it must be a mapping of names to values\ncases.jsonl:1:1: abstain is 'x'; write 'abstain: true'", id="types"),
        pytest.param(f'{CASE}\n{{"input": {{"text": "c"}}}}', "cases.jsonl:2:1: a case has either 'output' or 'abstain: true', and this one has neither", id="neither"),
        pytest.param('{"input": {"text": 5}, "output": {"label": "z"}}', 'cases.jsonl:1:1: input.text: 5 is not of type "string"; put it in quotes\ncases.jsonl:1:1: output.label: "z" is not one of "x" or "y"', id="misfit"),
        pytest.param('{"input": {"text": "a", "a.:b": 1}, "abstain": true}', "cases.jsonl:1:1: input.a.:b: unknown field 'a.:b'; known fields are text.", id="odd name"),
        pytest.param(f'{CASE}\n\n{{"input": {{"text": "one"}}, "abstain": true}}', "cases.jsonl:3:1: input: this input is already that of case 'example-1'; a repeated case proves nothing, and a hidden one would be seen", id="repeats an example"),
        pytest.param(f"{CASE}\n{CASE}\n", "cases.jsonl:2:1: input: this input is already that of case 'test-1'", id="repeats a test"),
        pytest.param('{"id": "example-1", "input": {"text": "a"}, "abstain": true}', "cases.jsonl:1:1: id: the id 'example-1' is taken by another case; ids are unique over examples and tests", id="taken id"),
        pytest.param('{"input": {"text": "a"}, "given": {"s": {}}, "abstain": true}', "cases.jsonl:1:1: given.s: 's' is no bounded or effect step of this spec", id="given"),
        pytest.param(f"{CASE}\n".encode("utf-16"), "demo.yaml:11:15: tests.file: cases.jsonl is not UTF-8 text (byte 0); save it as UTF-8. The path is relative to the spec.", id="UTF-16"),
    ],
)  # fmt: skip
def test_broken_tests_file_is_refused_with_its_own_lines(
    spec: Path, content: str | bytes, words: str
) -> None:
    write_tests(spec, content)
    assert refusal(spec).startswith(words)


def test_problems_of_the_spec_come_before_those_of_its_tests_file(spec: Path) -> None:
    write_tests(spec, "5\n")
    spec.write_text(SPEC.replace("label: x}", "label: z}"))
    assert [line.split(" ")[0] for line in refusal(spec).splitlines()] == [
        "demo.yaml:10:21:",
        "cases.jsonl:1:1:",
    ]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        pytest.param("another-thing-altogether.jsonl", "tests.file: another-thing-altogether.jsonl does not exist. Files there: cases.jsonl. The path is relative to the spec.", id="no such file"),
        pytest.param("case.jsonl", "case.jsonl does not exist. Did you mean 'cases.jsonl'?", id="misspelt"),
        pytest.param("no/cases.jsonl", "no/cases.jsonl does not exist. Nor does the folder no.", id="no such folder"),
        pytest.param(".", " is a folder, not a file.", id="folder"),
        pytest.param('"a\\0b"', "cannot be the path of a file", id="null byte"),
        pytest.param("x" * 5000, "cannot be read: File name too long.", id="long name"),
        pytest.param("demo.yaml/cases.jsonl", "demo.yaml/cases.jsonl cannot be read: Not a directory.", id="file as folder"),
    ],
)  # fmt: skip
def test_tests_file_that_cannot_be_read_is_refused_where_it_is_named(
    spec: Path, file: str, words: str
) -> None:
    write_tests(spec, CASE)
    spec.write_text(SPEC.replace("cases.jsonl", file))
    found = refusal(spec)
    assert found.startswith("demo.yaml:11:15: tests.file: ")
    if len(file) < 1000:
        assert words in found


def test_tests_file_may_lie_elsewhere(spec: Path) -> None:
    folder = spec.parent / "data"
    folder.mkdir()
    (folder / "cases.jsonl").write_text(CASE)
    for file in ("data/cases.jsonl", str(folder / "cases.jsonl")):
        spec.write_text(SPEC.replace("cases.jsonl", file))
        assert len(load_spec(spec).tests) == 1


def test_digest_changes_with_the_tests_file(spec: Path) -> None:
    write_tests(spec, CASE)
    before = load_spec(spec).source.digest
    write_tests(spec, CASE.replace('"y"', '"x"'))
    assert load_spec(spec).source.digest != before


def test_digest_does_not_change_with_the_formatting_of_the_tests_file(spec: Path) -> None:
    write_tests(spec, CASE)
    before = load_spec(spec).source.digest
    write_tests(
        spec, '\n {"output":{"label":"y"},   "input":{"text":"t\\u0077o"}, "id": "test-1", "note": "new"}\r\n'
    )
    assert load_spec(spec).source.digest == before


def test_digest_does_not_know_where_the_spec_lies(spec: Path) -> None:
    write_tests(spec, CASE)
    other = spec.parent / "other"
    other.mkdir()
    for path in (spec, spec.with_name("cases.jsonl")):
        (other / path.name).write_bytes(path.read_bytes())
    assert load_spec(other / "demo.yaml").source.digest == load_spec(spec).source.digest


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("dmeo.yaml", "dmeo.yaml does not exist. Did you mean 'demo.yaml'?", id="misspelt"),
        pytest.param("zzz.yaml", "zzz.yaml does not exist. Files there: demo.yaml.", id="no such file"),
        pytest.param("no/demo.yaml", "no/demo.yaml does not exist. Nor does the folder", id="no such folder"),
        pytest.param(".", "is a folder, not a file.", id="folder"),
        pytest.param("a\0b", "cannot be the path of a file: embedded null byte.", id="null byte"),
    ],
)
def test_spec_that_cannot_be_read_is_a_store_error(spec: Path, name: str, words: str) -> None:
    with pytest.raises(StoreError) as caught:
        load_spec(spec.parent / name)
    assert words in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_spec_without_permission_is_a_store_error(spec: Path) -> None:
    spec.chmod(0)
    with pytest.raises(StoreError, match="cannot be read: Permission denied"):
        load_spec(spec)


@pytest.mark.parametrize(
    ("content", "byte"),
    [(b"name: \xff", 6), ("name: é".encode("latin-1"), 6), ("name: a".encode("utf-16"), 0)],
)
def test_spec_that_is_not_utf_8_is_a_store_error(spec: Path, content: bytes, byte: int) -> None:
    spec.write_bytes(content)
    with pytest.raises(
        StoreError, match=rf"demo\.yaml is not UTF-8 text \(byte {byte}\); save it as UTF-8\."
    ):
        load_spec(spec)


def test_byte_order_mark_is_passed_over(spec: Path) -> None:
    spec.write_bytes(b"\xef\xbb\xbf" + SPEC.replace("name: demo", "name: Demo").encode())
    assert refusal(spec).startswith("demo.yaml:1:7: name is 'Demo'")


def test_null_bytes_are_refused_at_their_place(spec: Path) -> None:
    spec.write_bytes(SPEC.encode().replace(b"A demo", b"A \0demo"))
    assert refusal(spec).startswith("demo.yaml:2:16: not YAML: the character U+0000")


def test_huge_file_is_a_store_error(spec: Path) -> None:
    with spec.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(StoreError, match=r"is larger than 20 MB; is this the right file\?"):
        load_spec(spec)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without end")
def test_file_without_end_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="is larger than"):
        read_text(Path("/dev/zero"))
