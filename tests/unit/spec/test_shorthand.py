from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import SCALARS, Checker, SchemaProblem, expand_object

CLOSED: JsonObject = {"type": "object", "additionalProperties": False}


def field(kind: JsonValue) -> tuple[JsonValue, bool]:
    """Schema of one field, and whether it is required."""
    schema = expand_object({"a": kind})
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    return properties["a"], required == ["a"]


FIELDS: list[tuple[JsonValue, JsonObject, bool]] = [
    ("string", {"type": "string"}, True),
    ("integer", {"type": "integer"}, True),
    ("number", {"type": "number"}, True),
    ("boolean", {"type": "boolean"}, True),
    ("decimal", {"type": "string", "format": "decimal"}, True),
    ("date", {"type": "string", "format": "date"}, True),
    ("datetime", {"type": "string", "format": "date-time"}, True),
    ("object", {"type": "object"}, True),
    ("any", {}, True),
    ("string?", {"type": ["string", "null"]}, False),
    ("decimal?", {"type": ["string", "null"], "format": "decimal"}, False),
    ("any?", {}, False),
    ("integer[]", {"type": "array", "items": {"type": "integer"}}, True),
    ("any[]", {"type": "array", "items": {}}, True),
    ("date[]?", {"type": ["array", "null"], "items": {"type": "string", "format": "date"}}, False),
    ("  string? ", {"type": ["string", "null"]}, False),
    (["x", "yes"], {"type": "string", "enum": ["x", "yes"]}, True),
    (["x", None], {"enum": ["x", None]}, True),
    ([1, 2.5, True], {"enum": [1, 2.5, True]}, True),
    (["1", 1], {"enum": ["1", 1]}, True),
    ({"b": "string", "c": "date?"}, {**CLOSED, "required": ["b"], "properties": {"b": {"type": "string"}, "c": {"type": ["string", "null"], "format": "date"}}}, True),
    ({}, {**CLOSED, "required": [], "properties": {}}, True),
    ({"type": "string"}, {"type": "string"}, True),
    ({"type": ["string", "null"], "maxLength": 3}, {"type": ["string", "null"], "maxLength": 3}, True),
    ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}, True),
    ({"enum": [1, 2]}, {"enum": [1, 2]}, True),
    ({"const": 5}, {"const": 5}, True),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
    ({"type": "decimal", "unit": "string"}, {**CLOSED, "required": ["type", "unit"], "properties": {"type": {"type": "string", "format": "decimal"}, "unit": {"type": "string"}}}, True),
    ({"type": "string", "x-note": 1}, {"type": "string", "x-note": 1}, True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "schema", "required"), FIELDS, ids=str)
def test_field_is_expanded(kind: JsonValue, schema: JsonObject, required: bool) -> None:
    assert field(kind) == (schema, required)


def test_every_scalar_may_be_a_list_and_optional() -> None:
    for name in SCALARS:
        assert field(f"{name}[]?")[1] is False


def test_fields_keep_their_order() -> None:
    schema = expand_object({"b": "string", "a": "string"})
    assert (schema["required"], str(schema["properties"])[:5]) == (["b", "a"], "{'b':")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {}, "required": [], "title": "x", "$schema": "https://json-schema.org/draft/2020-12/schema"},
        {"type": "object", "$defs": {"p": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/p"}}},
        {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"type": "object", "properties": {"me": {"$ref": "#"}}},
        {"type": "object", "properties": {"enum": {"enum": ["enum"]}, "requierd": {"default": {"requierd": 1}}}},
    ],
    ids=["plain", "with annotations", "local reference", "alternatives", "recursive", "keywords as names and values"],
)  # fmt: skip
def test_json_schema_stays_as_it_is(schema: JsonObject) -> None:
    assert expand_object(schema) == schema


def test_field_called_type_is_a_field() -> None:
    assert expand_object({"type": "string", "amount": "decimal"})["required"] == ["type", "amount"]


def test_expanded_enum_tells_true_from_one() -> None:
    checker = Checker(expand_object({"a": [1, "x"]}))
    assert checker.is_valid({"a": 1})
    assert not checker.is_valid({"a": True})


def test_problem_says_where_its_author_wrote_it() -> None:
    with pytest.raises(SchemaProblem) as caught:
        expand_object({"a": {"b": {"type": "array", "items": {"pattern": "["}}}})
    assert caught.value.place == ("a", "b", "items", "pattern")
    assert str(caught.value) == caught.value.message


def test_schema_problem_travels_through_a_context_manager() -> None:
    """As a frozen dataclass it could not: contextlib sets the traceback of what it passes on."""

    @contextmanager
    def through() -> Iterator[None]:
        yield

    with pytest.raises(SchemaProblem), through():
        expand_object({"a": "strng"})


@pytest.mark.parametrize("depth", [300, 5000])
@pytest.mark.parametrize("key", ["not", "field"])
def test_schema_without_bottom_is_refused(depth: int, key: str) -> None:
    inner: JsonValue = {"type": "string"}
    for _ in range(depth):
        inner = {key: inner}
    with pytest.raises(SchemaProblem, match="nested too deeply"):
        expand_object({"a": inner})
