"""Cases put into the text of a spec: what the author wrote stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.errors import OperatorError
from compiled_ai.evolve.spec_text import SpecChange, edit_spec, fits_yaml, next_version
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.yaml_source import parse_yaml

PATH = Path("spec.yaml")
NEW: JsonObject = {"id": "new", "input": {"a": "x: # y"}, "output": {"b": 1}}

TEXTS = {
    "block": "name: t\nversion: 1.0.0  # of the task\nexamples:\n  - input: {a: one}  # first\n    output: {b: 1}\n  # about the second\n  - {input: {a: two}, output: {b: 2}}\ntests: {file: ../t.jsonl}\n",
    "no indent": "name: t\nversion: 1.0.0\nexamples:\n- input: {a: one}\n  output: {b: 1}\n- {input: {a: two}, output: {b: 2}}\ntests:\n  file: 't.jsonl'\n",
    "last without a line end": "name: t\nversion: 1.0.0\ntests: {file: t.jsonl}\nexamples:\n  - {input: {a: one}, output: {b: 1}}\n  - {input: {a: two}, output: {b: 2}}",
    "no version": "name: t\ntests: {file: t.jsonl}\nexamples:\n  - {input: {a: one}, output: {b: 1}}\n  - {input: {a: two}, output: {b: 2}}\n",
    "literal text": "name: t\nversion: 1.0.0\ntests: {file: t.jsonl}\nexamples:\n  - {input: {a: one}, output: {b: 1}}\n  - output: {b: 2}\n    input:\n      a: |\n        two\n        lines\n\n# the end\nlimits: {attempts: 2}\n",
    "flow": "name: t\nversion: 1.0.0\ntests: {file: t.jsonl}\nexamples: [{input: {a: one}, output: {b: 1}},\n  {input: {a: two}, output: {b: 2}}]\nlimits: {attempts: 2}\n",
    "json": '{"name": "t", "tests": {"file": "t.jsonl"}, "examples": [{"input": {"a": "one"}, "output": {"b": 1}}, {"input": {"a": "two"}, "output": {"b": 2}}]}\n',
    "carriage returns": "name: t\r\nversion: 1.0.0\r\ntests: {file: t.jsonl}\r\nexamples:\r\n  - {input: {a: ünï \U0001f600}, output: {b: 1}}\r\n  - {input: {a: two}, output: {b: 2}}\r\n# end\r\n",
    "byte order mark": "\ufeffname: t\nversion: 1.0.0\ntests: {file: t.jsonl}\nexamples:\n  - {input: {a: one}, output: {b: 1}}\n",
}


def data_of(text: str) -> JsonObject:
    data = parse_yaml(text, path=PATH).data
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_examples_are_added_at_the_end_and_nothing_else_changes(text: str) -> None:
    before = data_of(text)
    edited = edit_spec(
        text, SpecChange(version="1.0.1", examples=[NEW, NEW], tests_file="n.jsonl"), path=PATH
    )
    after = data_of(edited)
    examples = before["examples"]
    assert isinstance(examples, list)
    assert after == {
        **before,
        "version": "1.0.1",
        "examples": [*examples, NEW, NEW],
        "tests": {"file": "n.jsonl"},
    }
    comments = [part for part in text.splitlines() if "#" in part]
    assert [part for part in edited.splitlines() if "#" in part and "x: # y" not in part] == [
        line.replace("1.0.0", "1.0.1") for line in comments
    ]


def test_only_lines_that_must_change_do() -> None:
    text = TEXTS["block"]
    edited = edit_spec(text, SpecChange(version="1.0.1", examples=[NEW]), path=PATH)
    assert [line for line in text.splitlines() if line not in edited.splitlines()] == [
        "version: 1.0.0  # of the task"
    ]


def test_examples_that_were_held_back_leave_and_tests_are_named() -> None:
    text = "name: t\nversion: 1.0.0\nexamples:\n  - {input: {a: one}}\n  - input:\n      a: two\n  - {input: {a: three}}\n"
    for index in range(3):
        change = SpecChange(version="1.0.1", examples=[NEW], removed=frozenset([index]), tests_file="n.jsonl")
        after = data_of(edit_spec(text, change, path=PATH))
        examples = after["examples"]
        assert isinstance(examples, list)
        rest = [name for number, name in enumerate(["one", "two", "three"]) if number != index]
        assert examples == [*({"input": {"a": name}} for name in rest), NEW]
        assert after["tests"] == {"file": "n.jsonl"}


@pytest.mark.parametrize(
    "text",
    [
        "name: t\nversion: 1.0.0\nexamples: &e\n  - {input: {a: one}}\ntests: *e\n",
        "name: t\nversion: >\n  1.0.0\nexamples:\n  - {input: {a: one}}\n",
    ],
    ids=["anchor", "folded version"],
)
def test_a_text_that_cannot_be_edited_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(OperatorError, match="plain list"):
        edit_spec(text, SpecChange(version="1.0.1", examples=[NEW]), path=PATH)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.booleans() | st.none(),
        max_size=4,
    )
)
def test_any_text_can_stand_in_a_spec(data: dict[str, str | int | bool | None]) -> None:
    case: JsonObject = {"input": {**data}}
    if not fits_yaml(case):
        return
    text = "name: t\nexamples:\n  - {input: {a: one}}\n"
    after = data_of(edit_spec(text, SpecChange(version="1.0.1", examples=[case]), path=PATH))
    assert after["examples"] == [{"input": {"a": "one"}}, case]


@pytest.mark.parametrize(
    "text", ["\x85", "\u2028", "\x00", "\x7f", "\ufeff", "'\"\\", "- a", "<<", "\U0001f600", "\t\r\n"]
)
def test_odd_characters_fit(text: str) -> None:
    assert fits_yaml({"input": {text: text}}) or text == "<<"


@pytest.mark.parametrize("value", ["\ud800", 10**500], ids=["half a pair", "a huge number"])
def test_what_no_spec_holds_does_not_fit(value: str | int) -> None:
    assert not fits_yaml({"input": {"a": value}})


def test_the_next_version_is_a_patch() -> None:
    assert next_version("2.9.9") == "2.9.10"
