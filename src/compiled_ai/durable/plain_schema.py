"""JSON Schema in plain Python, for modules that must stand alone.

It checks the part of draft 2020-12 that `unsupported` lets through, with the same answers as the library that is used elsewhere. It is slower,
and names the first misfit only by rule and place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.formats import FORMATS

Place = tuple[str | int, ...]
Misfit = tuple[Place, str]
"""Where, and the rule that is broken."""
_Rule = Callable[["PlainSchema", JsonValue, JsonValue, JsonObject, Place], "Misfit | None"]

_SIMPLE_PATTERN = re.compile(r"[A-Za-z0-9 ^$_,:;@#/=<>!%&~'\"{}()|?*+\-\[\].]*")
"""Patterns without escapes mean the same in every dialect, but for ``$`` before a line break."""
_ANNOTATIONS = frozenset(
    ("$comment", "$schema", "$defs", "definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly")
)  # fmt: skip


def unsupported(schema: JsonValue) -> str | None:
    """The first thing in `schema` that this module does not check, in words; None if it checks all."""
    if not isinstance(schema, dict):
        return None if isinstance(schema, bool) else "something that is no schema"
    for keyword, value in schema.items():
        problem = _unsupported_keyword(keyword, value)
        if problem is not None:
            return problem
    return next((found for part in _parts(schema) if (found := unsupported(part)) is not None), None)


def _unsupported_keyword(keyword: str, value: JsonValue) -> str | None:
    if keyword.startswith("x-") or keyword in _ANNOTATIONS:
        return None
    if keyword not in _RULES:
        return f"the keyword '{keyword}'"
    if keyword == "format" and value not in FORMATS:
        return f"the format '{value}'"
    if keyword == "pattern" and not _SIMPLE_PATTERN.fullmatch(str(value)):
        return "a pattern with more than letters, classes and repetition"
    if keyword == "$ref" and not str(value).startswith("#"):
        return "a reference to elsewhere"
    return None


def _parts(schema: JsonObject) -> Iterator[JsonValue]:
    for keyword in ("items", "additionalProperties", "propertyNames", "not"):
        if keyword in schema:
            yield schema[keyword]
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        yield from _list(schema.get(keyword))
    for keyword in ("properties", "$defs", "definitions"):
        yield from _object(schema.get(keyword)).values()


class PlainSchema:
    """A schema ready to check."""

    def __init__(self, schema: JsonObject) -> None:
        self._root = schema

    def misfit(self, data: object) -> Misfit | None:
        """The first way in which `data`, which is plain JSON, does not fit; None when it fits."""
        return _strange(data, ()) or self.check(self._root, data, ())  # type: ignore[arg-type]  # JSON from here on

    def check(self, schema: JsonValue, data: JsonValue, place: Place) -> Misfit | None:
        """The first way in which `data` does not fit `schema`."""
        if isinstance(schema, bool):
            return None if schema else (place, "falseSchema")
        assert isinstance(schema, dict)
        for keyword, value in schema.items():
            rule = _RULES.get(keyword)
            found = rule(self, value, data, schema, place) if rule else None
            if found is not None:
                return found
        return None

    def fits(self, schema: JsonValue, data: JsonValue) -> bool:
        """Whether `data` fits `schema`."""
        return self.check(schema, data, ()) is None

    def target(self, reference: str) -> JsonValue:
        """The schema that a reference within the root leads to."""
        found: JsonValue = self._root
        for part in reference.removeprefix("#").removeprefix("/").split("/"):
            if part:
                found = _object(found)[part.replace("~1", "/").replace("~0", "~")]
        return found


def _strange(data: object, place: Place) -> Misfit | None:
    """The first text with half of a surrogate pair."""
    if isinstance(data, str):
        return None if _is_text(data) else (place, "json")
    if isinstance(data, dict):
        odd = next((key for key in data if not _is_text(key)), None)
        if odd is not None:
            return (place, "json")
        return next(filter(None, (_strange(item, (*place, key)) for key, item in data.items())), None)
    if isinstance(data, list):
        return next(filter(None, (_strange(item, (*place, index)) for index, item in enumerate(data))), None)
    return None


def _is_text(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _is_number(data: JsonValue) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


_TYPES: dict[str, Callable[[JsonValue], bool]] = {
    "string": lambda data: isinstance(data, str),
    "integer": lambda data: (
        _is_number(data)
        and (isinstance(data, int) or (isinstance(data, float) and data.is_integer() and math.isfinite(data)))
    ),
    "number": _is_number,
    "boolean": lambda data: isinstance(data, bool),
    "object": lambda data: isinstance(data, dict),
    "array": lambda data: isinstance(data, list),
    "null": lambda data: data is None,
}


def equal(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(item, other[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


def _test(
    rule: str, holds: Callable[[JsonValue, JsonValue], bool], kind: Callable[[JsonValue], bool]
) -> _Rule:
    """A rule about values of one kind; values of others pass."""

    def check(
        _: PlainSchema, value: JsonValue, data: JsonValue, _schema: JsonObject, place: Place
    ) -> Misfit | None:
        return None if not kind(data) or holds(data, value) else (place, rule)

    return check


def _always(_: JsonValue) -> bool:
    return True


def _size(data: JsonValue) -> int:
    assert isinstance(data, str | list | dict)
    return len(data)


def _number(value: JsonValue) -> int | float:
    assert isinstance(value, int | float)
    return value


def _matches(data: JsonValue, pattern: JsonValue) -> bool:
    return re.search(str(pattern).replace("$", r"\Z"), str(data)) is not None


def _properties(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    if not isinstance(data, dict):
        return None
    parts = _object(value).items()
    return next(
        filter(None, (self.check(part, data[name], (*place, name)) for name, part in parts if name in data)),
        None,
    )


def _additional(
    self: PlainSchema, value: JsonValue, data: JsonValue, schema: JsonObject, place: Place
) -> Misfit | None:
    if not isinstance(data, dict):
        return None
    rest = [name for name in data if name not in _object(schema.get("properties"))]
    if value is False:
        return (place, "additionalProperties") if rest else None
    return next(filter(None, (self.check(value, data[name], (*place, name)) for name in rest)), None)


def _names(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    bad = isinstance(data, dict) and not all(self.fits(value, name) for name in data)
    return (place, "propertyNames") if bad else None


def _items(
    self: PlainSchema, value: JsonValue, data: JsonValue, schema: JsonObject, place: Place
) -> Misfit | None:
    first = len(_list(schema.get("prefixItems")))
    rest = list(enumerate(_list(data)))[first:]
    return next(filter(None, (self.check(value, item, (*place, index)) for index, item in rest)), None)


def _prefix(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    pairs = enumerate(zip(_list(value), _list(data), strict=False))
    return next(
        filter(None, (self.check(part, item, (*place, index)) for index, (part, item) in pairs)), None
    )


def _all_of(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    return next(filter(None, (self.check(part, data, place) for part in _list(value))), None)


def _any_of(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    return None if any(self.fits(part, data) for part in _list(value)) else (place, "anyOf")


def _one_of(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    return None if sum(self.fits(part, data) for part in _list(value)) == 1 else (place, "oneOf")


def _not(self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place) -> Misfit | None:
    return (place, "not") if self.fits(value, data) else None


def _reference(
    self: PlainSchema, value: JsonValue, data: JsonValue, _: JsonObject, place: Place
) -> Misfit | None:
    return self.check(self.target(str(value)), data, place)


def _unique(data: JsonValue, value: JsonValue) -> bool:
    items = _list(data)
    return not value or not any(
        equal(item, other) for index, item in enumerate(items) for other in items[:index]
    )


_RULES: dict[str, _Rule] = {
    "type": _test(
        "type",
        lambda data, kinds: any(_TYPES[str(kind)](data) for kind in (_list(kinds) or [kinds])),
        _always,
    ),
    "enum": _test("enum", lambda data, values: any(equal(data, item) for item in _list(values)), _always),
    "const": _test("const", equal, _always),
    "required": _test(
        "required", lambda data, names: all(name in _object(data) for name in _list(names)), _TYPES["object"]
    ),
    "minProperties": _test(
        "minProperties", lambda data, least: _size(data) >= _number(least), _TYPES["object"]
    ),
    "maxProperties": _test(
        "maxProperties", lambda data, most: _size(data) <= _number(most), _TYPES["object"]
    ),
    "minItems": _test("minItems", lambda data, least: _size(data) >= _number(least), _TYPES["array"]),
    "maxItems": _test("maxItems", lambda data, most: _size(data) <= _number(most), _TYPES["array"]),
    "uniqueItems": _test("uniqueItems", _unique, _TYPES["array"]),
    "minLength": _test("minLength", lambda data, least: _size(data) >= _number(least), _TYPES["string"]),
    "maxLength": _test("maxLength", lambda data, most: _size(data) <= _number(most), _TYPES["string"]),
    "pattern": _test("pattern", _matches, _TYPES["string"]),
    "format": _test("format", lambda data, name: FORMATS[str(name)](str(data)), _TYPES["string"]),
    "minimum": _test("minimum", lambda data, least: _number(data) >= _number(least), _is_number),
    "maximum": _test("maximum", lambda data, most: _number(data) <= _number(most), _is_number),
    "exclusiveMinimum": _test(
        "exclusiveMinimum", lambda data, least: _number(data) > _number(least), _is_number
    ),
    "exclusiveMaximum": _test(
        "exclusiveMaximum", lambda data, most: _number(data) < _number(most), _is_number
    ),
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "prefixItems": _prefix,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "$ref": _reference,
}
