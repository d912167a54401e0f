"""What schemas say about values."""

from __future__ import annotations

import pytest

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.expressions import parse_expression
from compiled_ai.spec.value_types import (
    constant_of,
    items_of,
    keys_of,
    list_of,
    never_fit,
    resolved,
    types_of,
    words_of,
)

TEXT: JsonObject = {"type": "string"}
MAYBE: JsonObject = {"type": ["string", "null"]}
LISTED: JsonObject = {"enum": ["a", 1, None]}
LOOPING: JsonObject = {"$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("true", True), ("not true", False), ("a or true", True), ("a and false", False), ("a or false", None), ("a", None),
        ("1 < 2", True), ('"a" == "b"', False), ("1 < 2 < 3", None), ('1 < "a"', None), ("1 + 1 == 2", None), ("not (a and false)", True),
        ("true and 2 > 1", True), ("null == null", True), ("1 in [1]", None),
    ],
)  # fmt: skip
def test_a_condition_that_does_not_depend_on_anything_is_seen(condition: str, holds: bool | None) -> None:
    assert constant_of(parse_expression(condition).tree.body) is holds


@pytest.mark.parametrize(
    ("given", "wanted", "never"),
    [
        pytest.param(TEXT, {"type": "integer"}, True, id="text and number"),
        pytest.param({"type": "integer"}, {"type": "number"}, False, id="integer is a number"),
        pytest.param({"type": "number"}, {"type": "integer"}, False, id="a number may be whole"),
        pytest.param(MAYBE, {"type": ["integer", "null"]}, True, id="null alone is no fit"),
        pytest.param({"enum": ["a", "b"]}, {"enum": ["b", "c"]}, False, id="lists that overlap"),
        pytest.param({"enum": ["a"]}, {"enum": ["b"]}, True, id="lists that do not"),
        pytest.param({"enum": ["a"]}, TEXT, False, id="list and type"),
        pytest.param(list_of(TEXT, may_miss=False), list_of({"type": "integer"}, may_miss=False), True, id="items"),
        pytest.param({"type": "array"}, list_of(TEXT, may_miss=False), False, id="items left open"),
        pytest.param({}, TEXT, False, id="anything"),
        pytest.param({"anyOf": [TEXT]}, {"type": "integer"}, False, id="alternatives are left open"),
        pytest.param(True, TEXT, False, id="schema that is no mapping"),
        pytest.param(LOOPING, TEXT, False, id="reference to itself"),
    ],
)  # fmt: skip
def test_only_what_can_never_fit_is_told(given: JsonValue, wanted: JsonValue, never: bool) -> None:
    assert never_fit(given, wanted) is never


@pytest.mark.parametrize(
    ("schema", "may_miss", "keys"),
    [
        pytest.param(LISTED, False, ("a", "1", "null"), id="listed"),
        pytest.param({"type": "boolean"}, False, ("true", "false"), id="boolean"),
        pytest.param({"type": ["boolean", "null"]}, True, ("true", "false", "null"), id="optional boolean"),
        pytest.param({"const": 2.0}, False, ("2",), id="constant"),
        pytest.param(TEXT, False, None, id="text"),
    ],
)
def test_the_cases_of_a_value(schema: JsonValue, may_miss: bool, keys: tuple[str, ...] | None) -> None:
    assert keys_of(schema, may_miss=may_miss) == keys


def test_references_are_followed_to_items() -> None:
    definitions: JsonObject = {"l": {"type": "array", "items": {"$ref": "#/$defs/i"}}, "i": TEXT}
    schema: JsonObject = {"$ref": "#/$defs/l", "$defs": definitions}
    assert types_of(schema) == {"array"}
    assert types_of(items_of(schema)) == {"string"}
    assert resolved(LOOPING) == {}


@pytest.mark.parametrize(
    ("schema", "words"),
    [(LISTED, "one of a, 1, null"), ({}, "of any type"), (MAYBE, "null or string"), ({"type": "number"}, "number"), ({"type": "boolean"}, "boolean")],
)  # fmt: skip
def test_types_in_words(schema: JsonValue, words: str) -> None:
    assert words_of(schema) == words


def test_a_list_whose_values_may_be_missing_has_null_in_it() -> None:
    assert list_of(TEXT, may_miss=True)["items"] == {"anyOf": [TEXT, {"type": "null"}]}
    assert list_of(MAYBE, may_miss=True)["items"] == MAYBE
