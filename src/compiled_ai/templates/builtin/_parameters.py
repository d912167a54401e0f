"""Parameters of built-in templates, as JSON Schema in few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.registry import Renderer, TemplateTrial

FIELD_PATTERN = "^[A-Za-z][A-Za-z0-9_]{0,62}$"
STEP_PATTERN = "^[a-z][a-z0-9_]{0,62}$"
PHRASE: JsonObject = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}


@dataclass(frozen=True, kw_only=True)
class Builder:
    """The part of a built-in template that is code; the rest stands in ``catalogue.yaml``."""

    parameters: JsonObject
    render: Renderer
    example: JsonObject
    trials: tuple[TemplateTrial, ...]
    """What the rendered example answers, and what it declines."""
    functions: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()


def parameters(required: Mapping[str, JsonObject], optional: Mapping[str, JsonObject]) -> JsonObject:
    """A closed object of `required` and `optional` parameters."""
    return closed(required, optional)


def closed(
    required: Mapping[str, JsonObject], optional: Mapping[str, JsonObject] | None = None
) -> JsonObject:
    """A closed object schema."""
    needed: list[JsonValue] = [*required]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": needed,
        "properties": {**required, **(optional or {})},
    }


def step(default: str) -> JsonObject:
    """The parameter that names the function."""
    return {
        "type": "string",
        "pattern": STEP_PATTERN,
        "default": default,
        "description": "Name of the function, which is the id of its step.",
    }


def field(description: str, default: str | None = None) -> JsonObject:
    """The name of a field of the input or output."""
    return _with_default({"type": "string", "pattern": FIELD_PATTERN, "description": description}, default)


def text(description: str, default: str | None = None) -> JsonObject:
    """A text that is not blank."""
    return _with_default({**PHRASE, "description": description}, default)


def choice(description: str, values: Sequence[str], default: str | None = None) -> JsonObject:
    """One of `values`."""
    schema: JsonObject = {"type": "string", "enum": [*values], "description": description}
    return _with_default(schema, default)


def flag(description: str, *, default: bool) -> JsonObject:
    """A yes or no."""
    return {"type": "boolean", "default": default, "description": description}


def number(
    description: str, default: float | None = None, *, low: float = 0, high: float = 1e9
) -> JsonObject:
    """A number within bounds."""
    schema: JsonObject = {"type": "number", "minimum": low, "maximum": high, "description": description}
    return _with_default(schema, default)


def whole(description: str, default: int | None = None, *, low: int = 0, high: int = 1_000) -> JsonObject:
    """A whole number within bounds."""
    schema: JsonObject = {"type": "integer", "minimum": low, "maximum": high, "description": description}
    return _with_default(schema, default)


def decimal(description: str, default: str | None = None) -> JsonObject:
    """An exact decimal as text."""
    return _with_default({"type": "string", "format": "decimal", "description": description}, default)


def phrases(description: str, *, at_least: int = 0) -> JsonObject:
    """A list of phrases; may be left out when it may be empty."""
    schema: JsonObject = {"type": "array", "items": PHRASE, "minItems": at_least, "description": description}
    return schema if at_least else {**schema, "default": []}


def fields_of(description: str, item: JsonObject, *, at_least: int = 1, most: int = 60) -> JsonObject:
    """A mapping from the name of a field to `item`."""
    return {
        "type": "object",
        "propertyNames": {"pattern": FIELD_PATTERN},
        "additionalProperties": item,
        "minProperties": at_least,
        "maxProperties": most,
        "description": description,
    }


def mapping(description: str, item: JsonObject, *, at_least: int = 1, most: int = 2_000) -> JsonObject:
    """A mapping from any text to `item`."""
    return {
        "type": "object",
        "propertyNames": {"minLength": 1, "maxLength": 200, "pattern": r"\S"},
        "additionalProperties": item,
        "minProperties": at_least,
        "maxProperties": most,
        "description": description,
    }


def schema_of(description: str) -> JsonObject:
    """The fields of an object, in the shorthand of specs or as JSON Schema."""
    return {
        "type": "object",
        "minProperties": 1,
        "description": f"{description} Shorthand as in specs, or JSON Schema.",
    }


def answers(data: JsonObject, output: JsonObject) -> TemplateTrial:
    """A trial that is answered."""
    return TemplateTrial(input=data, output=output)


def declines(data: JsonObject) -> TemplateTrial:
    """A trial that is declined."""
    return TemplateTrial(input=data, output=None)


def _with_default(schema: JsonObject, default: JsonValue) -> JsonObject:
    return schema if default is None else {**schema, "default": default}
