from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.yaml_source import MAX_DEPTH, MAX_NODES, parse_yaml

MARK = "¦"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str) -> JsonValue:
    return parse_yaml(text, path=Path("x.yaml")).data


def refusal(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def position(text: str) -> str:
    """Where the mark stands, as messages write it."""
    before = text.partition(MARK)[0]
    return f"x.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: 1\nb: 2\n¦a: 3\n", "the key 'a' appears twice; keep one of the two", id="duplicate key"),
        pytest.param("{a: 1, ¦a: 1}", "the key 'a' appears twice", id="duplicate key in one line"),
        pytest.param("x:\n  - a: 1\n    ¦a: 2\n", "the key 'a' appears twice", id="nested duplicate key"),
        pytest.param('1: a\n¦"1": b\n', "the key '1' appears twice", id="keys alike as text"),
        pytest.param("? ¦[a]\n: 1\n", "a key must be a plain word", id="list as key"),
        pytest.param("? ¦{a: 1}\n: 1\n", "a key must be a plain word", id="mapping as key"),
        pytest.param("¦!x a: 1\n", "the tag '!x' is not allowed", id="tagged key"),
        pytest.param("a: &a {x: 1}\nb:\n  ¦<<: *a\n", "merge keys ('<<') are not supported", id="merge key"),
        pytest.param("a: ¦&a [1, *a]\n", "holds an alias of itself", id="alias to its own list"),
        pytest.param("¦&a {b: *a}\n", "holds an alias of itself", id="alias to the root"),
        pytest.param("a: ¦&a {b: [{c: *a}]}\n", "holds an alias of itself", id="alias to a grandparent"),
        pytest.param("a: ¦*nope\n", "this alias names no anchor", id="unknown alias"),
        pytest.param("a: &x 1\nb: ¦&x 2\n", "this anchor is defined twice", id="anchor twice"),
        pytest.param("a:\n¦\tb: 1\n", "a tab; indent with spaces", id="tab before a key"),
        pytest.param("a: 1\n¦\tb: 2\n", "a tab; indent with spaces", id="tab instead of indentation"),
        pytest.param("¦\ta: 1\n", "a tab; indent with spaces", id="tab at the start"),
        pytest.param("a: ¦@x\n", "a value cannot begin with '@'; put it in quotes", id="at sign"),
        pytest.param("é: ¦%x\n", "a value cannot begin with '%'", id="columns count characters, not bytes"),
        pytest.param("a: b¦: c\n", "put a text that holds ': ' in quotes", id="unquoted colon"),
        pytest.param("a: ¦- b\n", "a list cannot begin here", id="list behind a key"),
        pytest.param("a: 1\nb: ¦[1, 2\nc: 3\n", "the bracket that opens here is not closed", id="open bracket"),
        pytest.param("a: 1\nb: ¦{x: 1\n", "a ',' or '}' is missing", id="open brace"),
        pytest.param('a: 1\nb: ¦"x\nc: 3\n', "the quote that opens here is never closed", id="open quote"),
        pytest.param("a: 'it'¦s'\n", "every quote and bracket is closed", id="quote in quotes"),
        pytest.param('a: "x¦\\q"\n', r"this '\' is no escape that YAML knows", id="unknown escape"),
        pytest.param('a: "\\u¦d800"\n', "this escape is no whole character", id="half a surrogate pair"),
        pytest.param("a:\n  - x\n  ¦y\n", "a ':' or a quote is missing", id="a line that is nothing"),
        pytest.param("- a\n¦b: 1\n", "a list item ('- ') should stand here", id="key in a list"),
        pytest.param("a: ¦}\n", "a value should stand here", id="closing bracket alone"),
        pytest.param("a: 1\n¦---\nb: 2\n", "a second document begins here", id="two documents"),
        pytest.param("a¦\x00: 1\n", "the character U+0000 cannot stand in a text file", id="null byte"),
        pytest.param("a: 1\nb: ¦\x07\n", "the character U+0007", id="control character"),
        pytest.param("a: ¦\ud800\n", "the character U+D800", id="lone surrogate"),
        pytest.param("a: ¦\ufffe\n", "the character U+FFFE", id="no character"),
        pytest.param("¦", "the file is empty", id="empty"),
        pytest.param("¦# nothing\n\n", "the file is empty", id="comments only"),
        pytest.param("¦%YAML 2.0\n---\na: 1\n", "found incompatible YAML document", id="another YAML"),
    ],
)  # fmt: skip
def test_broken_text_is_refused_at_its_place(text: str, words: str) -> None:
    (problem,) = refusal(text.replace(MARK, ""))
    assert problem.startswith(position(text))
    assert words in problem
    assert "\n" not in problem


def test_all_problems_of_the_data_come_in_the_order_of_the_file() -> None:
    found = refusal("b: {x: 1, x: 2}\na: !t 1\nc: 1e999\nb: 3\n")
    assert [re.split(r"[:;]", problem)[1:3] for problem in found] == [
        ["1", "11"],
        ["2", "4"],
        ["3", "4"],
        ["4", "1"],
    ]


def test_fault_in_an_anchor_is_reported_once_however_often_it_is_used() -> None:
    assert len(refusal("a: &a {x: 1, x: 2}\nb: [*a, *a]\n")) == 1


def test_alias_repeats_its_anchor() -> None:
    assert read("a: &x [1, {b: 2}]\nc: *x\nd: {e: *x}\n") == {
        "a": [1, {"b": 2}],
        "c": [1, {"b": 2}],
        "d": {"e": [1, {"b": 2}]},
    }


def test_value_behind_an_alias_stands_where_its_anchor_does() -> None:
    document = parse_yaml("a: &x\n  b: 1\nc: *x\n", path=Path("x.yaml"))
    assert (document.mark(("c", "b")).line, document.mark(("c", "b")).column) == (2, 6)


def test_alias_bomb_is_refused() -> None:
    (problem,) = refusal(BOMB)
    assert f"expands to more than {MAX_NODES} values; check its aliases" in problem


def test_too_many_plain_values_are_refused() -> None:
    assert "expands to more than" in refusal("a:\n" + "- 1\n" * (MAX_NODES + 1))[0]


def test_greatest_depth_is_read() -> None:
    assert read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) is not None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 62 + "]" * 62, id="one too deep"),
        pytest.param("[" * 300_000, id="lists that never close"),
        pytest.param("[" * 300_000 + "]" * 300_000, id="lists"),
        pytest.param("{a: " * 300_000 + "}" * 300_000, id="mappings"),
        pytest.param("- " * 300_000 + "x", id="block lists"),
        pytest.param("? " * 300_000 + "x", id="keys"),
    ],
)
def test_deep_nesting_is_refused_and_crashes_nothing(text: str) -> None:
    (problem,) = refusal(text)
    assert problem.startswith("x.yaml:1:")
    assert f"nested deeper than {MAX_DEPTH} levels" in problem


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("\ufeffa: 1\n", {"a": 1}, id="byte order mark"),
        pytest.param("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="CRLF"),
        pytest.param("a: 1", {"a": 1}, id="no last line break"),
        pytest.param("--- \na: 1\n...\n", {"a": 1}, id="document marks"),
        pytest.param("- a\n", ["a"], id="list"),
        pytest.param("5\n", 5, id="scalar"),
        pytest.param("true: a\nnull: b\n1: c\n", {"true": "a", "null": "b", "1": "c"}, id="keys are text"),
        pytest.param('a: "<<"\n"<<": 1\n', {"a": "<<", "<<": 1}, id="quoted merge sign"),
        pytest.param("a: |\n  x\n\n  y\n", {"a": "x\n\ny\n"}, id="block text"),
    ],
)
def test_plain_text_is_read(text: str, data: JsonValue) -> None:
    assert read(text) == data


def test_columns_do_not_count_the_byte_order_mark() -> None:
    assert refusal("\ufeffa: @x\n")[0].startswith("x.yaml:1:4: ")


def test_place_that_the_file_does_not_hold_is_its_nearest_ancestor() -> None:
    document = parse_yaml("a:\n  b: [1]\n", path=Path("x.yaml"))
    assert (document.mark(("a", "b", 7, "c")).line, document.mark(("a", "b", 7, "c")).column) == (2, 6)
    assert (document.mark(("z",)).line, document.mark(("z",)).column) == (1, 1)
