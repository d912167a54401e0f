"""JSON Schema: the shorthand of specs, checked validators, and errors in words.

Validation is jsonschema-rs (draft 2020-12) with formats switched on, and one format of our own: ``decimal``, an exact decimal number in
a JSON string such as ``"12.50"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from compiled_ai.spec._checker import Checker, Mismatch, place_text, shorten, suggest
from compiled_ai.spec._schema_rules import KEYWORDS, Place, SchemaProblem, check_schema, is_type
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.formats import is_decimal

__all__ = [
    "SCALARS",
    "Checker",
    "Mismatch",
    "SchemaProblem",
    "expand_object",
    "is_decimal",
    "place_text",
    "properties_of",
    "required_of",
    "shorten",
    "suggest",
]

SCALARS: dict[str, JsonObject] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "decimal": {"type": "string", "format": "decimal"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "any": {},
}
"""Shorthand type names and what they stand for."""

_SHORTHAND = re.compile(r"(?P<name>[a-z]+)(?P<many>\[\])?(?P<optional>\?)?")
_COMBINERS = {"$ref", "anyOf", "oneOf", "allOf"}
_SCHEMA_KEYS = {*_COMBINERS, "enum", "const", "properties", "items", "prefixItems"}


def properties_of(schema: JsonObject) -> dict[str, JsonValue]:
    """The schemas of an object schema's fields, by name; empty if it names none."""
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def required_of(schema: JsonObject) -> tuple[str, ...]:
    """Names of the fields that an object schema requires, in its order."""
    required = schema.get("required")
    return tuple(map(str, required)) if isinstance(required, list) else ()


def expand_object(value: JsonObject) -> JsonObject:
    """The JSON Schema of an object, written either as JSON Schema or as shorthand (field name to type).

    Raises:
        SchemaProblem: a type is unknown or the result is not a valid schema of an object; its place is inside `value`.
    """
    try:
        return _expand_top(value)
    except RecursionError as error:
        raise SchemaProblem(place=(), message="nested too deeply") from error


def _expand_top(value: JsonObject) -> JsonObject:
    schema = value if _is_top_schema(value) else _expand_fields(value, ())
    if schema.get("type") != "object":
        raise SchemaProblem(
            place=(),
            message="the top level must be an object: add 'type: object', or wrap the value in a field",
        )
    try:
        check_schema(schema)
    except SchemaProblem as problem:
        raise SchemaProblem(
            place=_written(value, problem.place), message=problem.message, at_key=problem.at_key
        ) from problem
    return schema


def _is_top_schema(value: JsonObject) -> bool:
    """Whether the author wrote JSON Schema at the top level: a field may well be called ``type``, and hold a string."""
    kind = value.get("type")
    return (
        kind in ("object", "array")
        or (isinstance(kind, list) and is_type(kind) and len(value.keys() & KEYWORDS) > 1)
        or bool(value.keys() & _COMBINERS)
        or isinstance(value.get("properties"), dict)
    )


def _is_schema(value: JsonObject) -> bool:
    """Whether a field's mapping is JSON Schema rather than the fields of a nested object."""
    return bool(value.keys() & _SCHEMA_KEYS) or is_type(value.get("type"))


def _written(value: JsonObject, place: Place) -> Place:
    """Where the part of the expanded schema at `place` stands in `value`, as its author wrote it."""
    written: Place = ()
    node: JsonValue = value
    is_schema = _is_top_schema(value)
    while place and isinstance(node, dict) and not is_schema:
        name = place[1] if len(place) > 1 and place[0] == "properties" else None
        if not isinstance(name, str) or name not in node:
            return written
        written, node, place = (*written, name), node[name], place[2:]
        is_schema = isinstance(node, dict) and _is_schema(node)
    return (*written, *place) if is_schema else written


def _expand_fields(fields: JsonObject, place: Place) -> JsonObject:
    properties: JsonObject = {}
    required: list[JsonValue] = []
    for name, kind in fields.items():
        optional = isinstance(kind, str) and kind.strip().endswith("?")
        properties[name] = _expand(kind, (*place, name))
        if not optional:
            required.append(name)
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _expand(kind: JsonValue, place: Place) -> JsonValue:
    if isinstance(kind, str):
        return _expand_scalar(kind.strip(), place)
    if isinstance(kind, list):
        return _expand_enum(kind, place)
    if isinstance(kind, dict):
        return kind if _is_schema(kind) else _expand_fields(kind, place)
    given = "the field has no type" if kind is None else f"{json.dumps(kind)} is not a type"
    raise SchemaProblem(
        place=place,
        message=f"{given}; give one of {', '.join(SCALARS)}, a list of allowed values, or a JSON Schema",
    )


def _expand_scalar(text: str, place: Place) -> JsonObject:
    match = _SHORTHAND.fullmatch(text)
    if match is None or match["name"] not in SCALARS:
        raise SchemaProblem(place=place, message=_unknown_type(text))
    schema: JsonObject = dict(SCALARS[match["name"]])
    if match["many"]:
        schema = {"type": "array", "items": schema}
    if match["optional"] and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _unknown_type(text: str) -> str:
    base = text.rstrip("?[]")
    if base in SCALARS:
        return (
            f"'{text}' is not a type; '[]' and '?' follow the name once each and in this order: '{base}[]?'"
        )
    known = f"known types are {', '.join(SCALARS)}, each with [] for a list or ? for an optional one"
    return f"type '{text}' is unknown; {known}.{suggest(base.lower(), list(SCALARS))}"


def _expand_enum(values: Sequence[JsonValue], place: Place) -> JsonObject:
    if not values or any(isinstance(value, dict | list) for value in values):
        raise SchemaProblem(
            place=place, message="a list stands for the allowed values and must hold at least one plain value"
        )
    texts = [canonical_json(value) for value in values]
    repeated = next((text for index, text in enumerate(texts) if text in texts[:index]), None)
    if repeated:
        raise SchemaProblem(place=place, message=f"the list of allowed values repeats {repeated}")
    schema: JsonObject = {"enum": list(values)}
    return {"type": "string", **schema} if all(isinstance(value, str) for value in values) else schema
