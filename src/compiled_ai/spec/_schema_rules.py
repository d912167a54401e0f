"""What a JSON Schema in a spec may say: draft 2020-12, with no unknown keyword and no reference to another document.

JSON Schema itself lets unknown keywords pass, so that a misspelt ``requierd`` or a stray shorthand field would silently allow anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compiled_ai.spec._checker import Checker, shorten, suggest
from compiled_ai.spec.canonical import JsonObject, JsonValue

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
FORMATS = (
    "decimal", "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
    "uri-reference", "uri-template", "iri", "iri-reference", "uuid", "json-pointer", "relative-json-pointer", "regex",
)  # fmt: skip

_ONE_SCHEMA = {
    "items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema", "not", "if",
    "then", "else",
}  # fmt: skip
_SCHEMA_LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
_SCHEMA_MAPS = {"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"}
_PLAIN = {
    "$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment", "type", "enum", "const", "format",
    "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
    "maxItems", "uniqueItems", "minContains", "maxContains", "required", "minProperties", "maxProperties", "dependentRequired",
    "contentEncoding", "contentMediaType", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
}  # fmt: skip
KEYWORDS = _ONE_SCHEMA | _SCHEMA_LISTS | _SCHEMA_MAPS | _PLAIN
"""Every keyword of draft 2020-12 (https://json-schema.org/draft/2020-12), and the old name of ``$defs``."""

_ADVICE = {
    "nullable": "write 'type: [string, \"null\"]' instead",
    "optional": "leave the field out of 'required' instead",
    "example": "the keyword is 'examples', with a list",
    "additionalItems": "since draft 2020-12 it is 'items' beside 'prefixItems'",
    "dependencies": "since draft 2019-09 it is 'dependentRequired' or 'dependentSchemas'",
}

Place = tuple[str | int, ...]


class SchemaProblem(Exception):  # noqa: N818 - a finding on its way to a SpecError, which adds the position
    """Something wrong in a schema: where (path inside it) and what."""

    def __init__(self, *, place: Place, message: str, at_key: bool = False) -> None:
        self.place = place
        self.message = message
        self.at_key = at_key
        """Whether it is the key at `place` that is wrong, rather than its value."""
        super().__init__(message)


def check_schema(schema: JsonObject) -> None:
    """Make sure that `schema` is a JSON Schema that this program reads as its author means it.

    Raises:
        SchemaProblem: the first thing that is wrong; its place is relative to `schema`.
    """
    import jsonschema_rs

    for place, node in _walk(schema, ()):
        _check_node(node, place)
    try:
        Checker(schema)
    except jsonschema_rs.ValidationError as error:
        place = tuple(error.instance_path) or _dead_reference(schema)
        pattern = error.message.removesuffix(' is not a "regex"')
        message = (
            f"not a valid JSON Schema: {error.message}"
            if pattern == error.message
            else f"{pattern} is not a regular expression"
        )
        raise SchemaProblem(
            place=place, message=message, at_key=place[-2:-1] == ("patternProperties",)
        ) from error
    except ValueError as error:  # the library's bound on nesting
        raise SchemaProblem(place=(), message="nested too deeply") from error


def is_type(value: JsonValue) -> bool:
    """Whether `value` can stand behind ``type:`` in a JSON Schema."""
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(name in TYPES for name in names)


def _walk(node: JsonValue, place: Place) -> Iterator[tuple[Place, JsonObject]]:
    """Every schema inside `node`, itself included, with its place."""
    if isinstance(node, bool):
        return
    if not isinstance(node, dict):
        raise SchemaProblem(place=place, message=_no_schema(node))
    yield place, node
    for keyword, value in node.items():
        inner = (*place, keyword)
        if keyword in _ONE_SCHEMA:
            yield from _walk(value, inner)
        elif keyword in _SCHEMA_LISTS and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _walk(item, (*inner, index))
        elif keyword in _SCHEMA_MAPS and isinstance(value, dict):
            for name, item in value.items():
                yield from _walk(item, (*inner, name))


def _no_schema(value: JsonValue) -> str:
    shown = shorten(json.dumps(value, ensure_ascii=False), 60)
    hint = (
        f"; inside a JSON Schema write {{type: {value}}}" if is_type(value) and isinstance(value, str) else ""
    )
    return f"{shown} is not a JSON Schema{hint or '; the shorthand cannot be mixed with JSON Schema'}"


def _check_node(node: JsonObject, place: Place) -> None:
    for keyword in node:
        if keyword not in KEYWORDS and not keyword.startswith("x-"):
            raise SchemaProblem(place=(*place, keyword), message=_unknown(keyword), at_key=True)
    if "type" in node and not is_type(node["type"]):
        raise SchemaProblem(place=(*place, "type"), message=_no_type(node["type"]))
    for keyword in ("$ref", "$dynamicRef"):
        target = node.get(keyword)
        if isinstance(target, str) and not target.startswith("#"):
            message = f"'{target}' points outside the spec, and nothing is fetched; refer to a part of this schema, such as '#/$defs/name'"
            raise SchemaProblem(place=(*place, keyword), message=message)
    name = node.get("format")
    if isinstance(name, str) and name not in FORMATS:
        message = (
            f"the format '{name}' is unknown; known formats are {', '.join(FORMATS)}.{suggest(name, FORMATS)}"
        )
        raise SchemaProblem(place=(*place, "format"), message=message)
    draft = node.get("$schema")
    if isinstance(draft, str) and draft.removesuffix("#") != DRAFT:
        message = f"'{draft}' is another dialect; schemas here are read as draft 2020-12 ({DRAFT}), so remove the line"
        raise SchemaProblem(place=(*place, "$schema"), message=message)


def _unknown(keyword: str) -> str:
    way_out = _ADVICE.get(keyword) or (
        "fields belong under 'properties', or in a mapping of names to types without any JSON Schema keyword"
    )
    return f"'{keyword}' is no keyword of JSON Schema; {way_out}.{suggest(keyword, sorted(KEYWORDS))}"


def _no_type(value: JsonValue) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{shorten(shown, 60)}' is no type of JSON Schema; types are {', '.join(TYPES)}.{suggest(shown, TYPES)}"


def _dead_reference(schema: JsonObject) -> Place:
    """Place of a ``$ref`` to a part that `schema` does not have."""
    for place, node in _walk(schema, ()):
        target = node.get("$ref")
        if isinstance(target, str) and target.startswith("#/") and not _has(schema, target[2:].split("/")):
            return (*place, "$ref")
    return ()


def _has(schema: JsonObject, parts: list[str]) -> bool:
    node: JsonValue = schema
    for part in parts:
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
    return True
