"""Whatever is called a spec is read or refused: nothing else may come out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiled_ai.errors import SpecError
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.schema import Checker, SchemaProblem, expand_object
from compiled_ai.spec.yaml_source import MAX_MESSAGE, parse_yaml

PATH = Path("no/such/folder/fuzz.yaml")
VALID = """name: demo
description: A demo.
instructions: Do it.
input: {text: string, count: integer?, when: 'date[]', kind: [a, b]}
output:
  type: object
  required: [label]
  properties: {label: {type: string, pattern: "^[a-z]+$"}, total: {type: string, format: decimal}}
steps:
  - {id: read, kind: bounded, instructions: Read., output: {topic: string}}
  - id: decide
    kind: rule
    rules:
      - when: topic == "x" and count != null
        then: {label: x, total: "1.50"}
      - otherwise: {label: y, total: "0.00"}
examples:
  - {input: {text: &t one, when: [2026-02-07], kind: a}, given: {read: {topic: x}}, output: {label: x}}
  - {input: {text: *t, count: 3, when: [], kind: b}, abstain: true}
tests:
  - {id: t, input: {text: two, when: [], kind: a}, output: {label: y, total: "2.00"}}
accuracy: {evaluator: fields, fields: {label: text}, threshold: 0.5}
fallback: {policy: model}
limits: {tokens: 9000}
"""


def check(text: str) -> Spec | None:
    """The spec, if it is one. A refusal is in order, has a place in the file, and can be printed."""
    try:
        return parse_spec(text, path=PATH)
    except SpecError as error:
        problems = error.problems
    places = [(problem.line, problem.column) for problem in problems]
    assert problems
    assert places == sorted(places)
    assert all(1 <= line <= len(text.splitlines()) + 1 and column >= 1 for line, column in places)
    assert all(problem.message.strip() and len(problem.message) <= MAX_MESSAGE for problem in problems)
    "".join(map(str, problems)).encode()
    return None


def test_the_spec_that_is_varied_here_is_valid() -> None:
    assert check(VALID) is not None


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80) | st.text("ab:-?[]{}&*!|>'\"%@`#,\n\t 01.~<=", max_size=80))
@example("&a [*a]")
@example("? ? ? a")
@example("a: !!int x")
@example("{a: {<<: *a}}")
@example("\ufeff\ufeff")
@example("- \U0010ffff\x85\u2028")
def test_any_text_is_refused(text: str) -> None:
    assert check(text) is None


fragments = st.sampled_from(
    ["~", "true", "5", "-1e999", "[]", "{}", "[[]]", "{type: [[a]]}", "{$ref: '#'}", "*t", "&t x", "!!int x", "'", '"', "]", "}", "\n", "\t", ": ", "- ", "#", "\x00", "\ud800", "''", "'\\'", "x" * 3000]
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.integers(0, len(VALID)), st.integers(0, 12), fragments | st.text(max_size=6))
def test_spec_with_a_hole_is_read_or_refused(start: int, length: int, patch: str) -> None:
    check(VALID[:start] + patch + VALID[start + length :])


WORDS = ["string", "date?", "x", "kind", "type", "items", "enum", "$ref", "#/", "required", "properties", "text", "", "label", "code", "rule", "a == b", "output", "file"]  # fmt: skip
junk: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=6,
)


def vary(data: JsonValue, choose: Callable[[st.SearchStrategy[Any]], Any]) -> JsonValue:
    """The data with something else at one place."""
    if isinstance(data, dict) and data and choose(st.integers(0, 9)):
        key = choose(st.sampled_from(sorted(data)))
        return {**data, key: vary(data[key], choose)}
    if isinstance(data, list) and data and choose(st.integers(0, 9)):
        place = choose(st.integers(0, len(data) - 1))
        return [*data[:place], vary(data[place], choose), *data[place + 1 :]]
    return choose(junk)  # type: ignore[no-any-return]  # what the strategy gives


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_spec_with_something_else_at_one_place_is_read_or_refused(source: st.DataObject) -> None:
    data = parse_yaml(VALID, path=PATH).data
    for _ in range(source.draw(st.integers(1, 3))):
        data = vary(data, source.draw)
    check(json.dumps(data))


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(WORDS), junk, max_size=4), junk)
def test_any_mapping_is_a_schema_or_refused(value: dict[str, JsonValue], data: JsonValue) -> None:
    try:
        schema = expand_object(value)
    except SchemaProblem as problem:
        node: Any = value
        for part in problem.place:
            node = node[part]
        return
    checker = Checker(schema)
    assert checker.is_valid(data) == (checker.explain(data) is None)


@pytest.mark.parametrize("size", [1_000_000])
def test_long_values_do_not_make_long_messages(size: int) -> None:
    assert check(VALID.replace("policy: model", f"policy: {'x' * size}")) is None
    assert check(VALID.replace('topic == "x"', "topic == " + "(" * size)) is None
    assert check(VALID.replace("kind: b}", f"kind: {'b' * size}}}")) is None
    assert check(VALID.replace("limits: {", f"limits: {{{'x' * 1000}: 1, ")) is None
    assert check(VALID.replace("format: decimal", "y" * 3000 + ": 1")) is None
    assert check(f"a: 1e{'9' * 3000}") is None
