"""JSON Schema: the shorthand of specs, checked validators, and errors in words.

Validation is jsonschema-rs (draft 2020-12) with formats switched on, and one format of our own: ``decimal``, an exact decimal number in
a JSON string such as ``"12.50"``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiled_ai.spec.canonical import JsonObject, JsonValue

if TYPE_CHECKING:
    import jsonschema_rs

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

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SHORTHAND = re.compile(r"(?P<name>[a-z]+)(?P<many>\[\])?(?P<optional>\?)?")
_SCHEMA_KEYS = {"$ref", "enum", "const", "anyOf", "oneOf", "allOf", "properties", "items", "prefixItems"}


@dataclass(frozen=True, kw_only=True)
class SchemaProblem(Exception):  # noqa: N818 - a finding on its way to a SpecError, which adds the position
    """Something wrong in a schema: where (path inside it) and what."""

    place: tuple[str | int, ...]
    message: str


def is_decimal(text: str) -> bool:
    """Whether `text` has the ``decimal`` format: digits, at most one point, an optional minus."""
    return _DECIMAL.fullmatch(text) is not None


def expand_object(value: JsonObject) -> JsonObject:
    """The JSON Schema of an object, written either as JSON Schema or as shorthand (field name to type).

    Raises:
        SchemaProblem: a type is unknown or the result is not a valid schema of an object.
    """
    is_schema = value.get("type") == "object" or bool(value.keys() & {"$ref", "anyOf", "oneOf", "allOf"})
    schema = value if is_schema or isinstance(value.get("properties"), dict) else _expand_fields(value, ())
    if schema.get("type") != "object":
        raise SchemaProblem(
            place=(),
            message="the top level must be an object: add 'type: object' or wrap the value in a field",
        )
    _check_schema(schema)
    return schema


def _expand_fields(fields: JsonObject, place: tuple[str | int, ...]) -> JsonObject:
    properties: JsonObject = {}
    required: list[JsonValue] = []
    for name, kind in fields.items():
        optional = isinstance(kind, str) and kind.strip().endswith("?")
        properties[name] = _expand(kind, (*place, name))
        if not optional:
            required.append(name)
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _expand(kind: JsonValue, place: tuple[str | int, ...]) -> JsonValue:
    if isinstance(kind, str):
        return _expand_scalar(kind.strip(), place)
    if isinstance(kind, list):
        return _expand_enum(kind, place)
    if isinstance(kind, dict):
        if kind.keys() & _SCHEMA_KEYS or _is_type(kind.get("type")):
            return kind
        return _expand_fields(kind, place)
    raise SchemaProblem(
        place=place,
        message=f"'{kind}' is not a type; known types are {', '.join(SCALARS)}, a list of values, or a JSON Schema",
    )


def _is_type(value: JsonValue) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(
        name in {"string", "integer", "number", "boolean", "object", "array", "null"} for name in names
    )


def _expand_scalar(text: str, place: tuple[str | int, ...]) -> JsonObject:
    match = _SHORTHAND.fullmatch(text)
    if match is None or match["name"] not in SCALARS:
        raise SchemaProblem(
            place=place,
            message=f"type '{text}' is unknown; known types are {', '.join(SCALARS)}, each with [] or ?."
            + suggest(text.rstrip("?[]"), list(SCALARS)),
        )
    schema: JsonObject = dict(SCALARS[match["name"]])
    if match["many"]:
        schema = {"type": "array", "items": schema}
    if match["optional"] and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _expand_enum(values: Sequence[JsonValue], place: tuple[str | int, ...]) -> JsonObject:
    if not values or any(isinstance(value, dict | list) for value in values):
        raise SchemaProblem(
            place=place, message="a list stands for the allowed values and must hold at least one plain value"
        )
    if len(set(map(repr, values))) != len(values):
        raise SchemaProblem(place=place, message="the list of allowed values repeats a value")
    schema: JsonObject = {"enum": list(values)}
    return {"type": "string", **schema} if all(isinstance(value, str) for value in values) else schema


def _check_schema(schema: JsonObject) -> None:
    import jsonschema_rs

    try:
        jsonschema_rs.meta.validate(schema)
    except jsonschema_rs.ValidationError as error:
        raise SchemaProblem(
            place=tuple(error.instance_path), message=f"not a valid JSON Schema: {error.message}"
        ) from error
    try:
        Checker(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise SchemaProblem(
            place=(), message=f"not a usable JSON Schema: {str(error).splitlines()[0]}"
        ) from error


def suggest(word: str, known: Sequence[str]) -> str:
    """`` Did you mean 'x'?`` for the closest of `known`, or nothing."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """One way in which data does not fit a schema."""

    place: tuple[str | int, ...]
    rule: str
    """The schema keyword that is broken, such as ``type``. Unlike `message` it never holds a value of the data."""
    message: str

    @property
    def field(self) -> str:
        """The place as text, such as ``lines[2].price``."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.place)
        return text.removeprefix(".")


class Checker:
    """A compiled schema. Building takes well under a millisecond, a check about a microsecond.

    Formats are checked, unknown formats and references to other documents are refused.
    """

    __slots__ = ("_validator", "is_valid", "schema")

    def __init__(self, schema: JsonObject) -> None:
        import jsonschema_rs

        self.schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=True,
            formats={"decimal": is_decimal},
            ignore_unknown_formats=False,
            offline=True,
        )
        self.is_valid: Callable[[object], bool] = self._validator.is_valid
        """Whether data fits. Raises ValueError for an object that is no JSON data at all, such as a set."""

    def explain(self, data: object) -> Mismatch | None:
        """The first way in which `data` does not fit, in words; None when it fits."""
        try:
            error = next(iter(self._validator.iter_errors(data)), None)
        except ValueError as problem:
            return Mismatch(place=(), rule="json", message=f"not JSON data: {problem}")
        if error is None:
            return None
        return Mismatch(place=tuple(error.instance_path), rule=error.kind.name, message=self._words(error))

    def _words(self, error: jsonschema_rs.ValidationError) -> str:
        kind = error.kind.name
        if kind == "required":
            return f"the field '{getattr(error.kind, 'property', '?')}' is missing"
        if kind == "additionalProperties":
            return self._unknown_field(error)
        return shorten(error.message, 300)

    def _unknown_field(self, error: jsonschema_rs.ValidationError) -> str:
        parent: Any = self.schema
        for part in error.schema_path[:-1]:
            parent = parent[part]
        properties = parent.get("properties", {}) if isinstance(parent, dict) else {}
        known = list(properties) if isinstance(properties, dict) else []
        unexpected = [str(name) for name in getattr(error.kind, "unexpected", ())]
        names = ", ".join(f"'{name}'" for name in unexpected[:5])
        return f"unknown field {names}; known fields are {', '.join(known) or 'none'}.{suggest(unexpected[0], known)}"


def shorten(text: str, limit: int) -> str:
    """`text`, cut in the middle to at most `limit` characters."""
    half = (limit - 5) // 2
    return text if len(text) <= limit else f"{text[:half]} ... {text[-half:]}"
