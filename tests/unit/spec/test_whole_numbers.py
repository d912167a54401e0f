"""Whole floats become integers where the schema asks for an integer, and nowhere else."""

from __future__ import annotations

import json

import pytest

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.whole_numbers import whole_numbers

INTEGER: JsonObject = {"type": "integer"}


def fixed(schema: JsonObject, text: str) -> str:
    fix = whole_numbers({"type": "object", "properties": {"a": schema}})
    value = {"a": json.loads(text)}
    return json.dumps((fix(value) if fix else value)["a"])  # type: ignore[call-overload,index]  # the fix of an object gives an object


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        (INTEGER, "3.0", "3"),
        (INTEGER, "-0.0", "0"),
        (INTEGER, "1e3", "1000"),
        (INTEGER, "3", "3"),
        (INTEGER, "true", "true"),
        ({"type": ["integer", "null"]}, "3.0", "3"),
        ({"type": ["integer", "null"]}, "null", "null"),
        ({"type": "number"}, "3.0", "3.0"),
        ({"type": ["integer", "number"]}, "3.0", "3.0"),
        ({"type": "array", "items": INTEGER}, "[1.0, 2]", "[1, 2]"),
        ({"type": "array", "prefixItems": [{"type": "number"}], "items": INTEGER}, "[1.0, 2.0]", "[1.0, 2]"),
        ({"type": "object", "properties": {"b": INTEGER}}, '{"b": 1.0, "c": 2.0}', '{"b": 1, "c": 2.0}'),
        ({"type": "object", "additionalProperties": INTEGER}, '{"b": 1.0}', '{"b": 1}'),
        ({"anyOf": [INTEGER, {"type": "null"}]}, "2.0", "2"),
        ({"anyOf": [INTEGER, {"type": "number"}]}, "2.0", "2.0"),
        ({"type": "array", "items": INTEGER}, '"text"', '"text"'),
    ],
)
def test_only_integers_are_made_whole(schema: JsonObject, text: str, expected: str) -> None:
    assert fixed(schema, text) == expected


def test_a_reference_is_followed() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/count"}},
        "$defs": {"count": INTEGER},
    }
    fix = whole_numbers(schema)
    assert fix is not None
    assert json.dumps(fix({"a": 2.0})) == '{"a": 2}'


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"n": INTEGER, "next": {"$ref": "#"}},
    }
    fix = whole_numbers(schema)
    assert fix is not None
    assert json.dumps(fix({"n": 1.0, "next": {"n": 2.0}})) == '{"n": 1, "next": {"n": 2}}'


def test_without_integers_there_is_nothing_to_do() -> None:
    assert whole_numbers({"type": "object", "properties": {"a": {"type": "string"}}}) is None
