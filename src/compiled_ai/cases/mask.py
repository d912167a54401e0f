"""Taking values out of what is kept of a case, under compliance blocks that keep them out of logs.

No check finds every name in a text, so nothing is looked for: a value stays only if the schema itself lists it, or if it is a boolean or null.
"""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue

TEXT, NUMBER, NAME = "[masked text]", "[masked number]", "[masked name]"


class Mask:
    """Masks data of the given schemas: names of fields and values that these list stay, everything else is replaced by its kind."""

    def __init__(self, *schemas: JsonObject) -> None:
        self._names = frozenset(name for schema in schemas for name in _names(schema))
        self._values = frozenset(value for schema in schemas for value in _listed(schema))

    def object(self, data: JsonObject) -> JsonObject:
        """`data` without its values."""
        masked: JsonObject = {}
        for number, (name, value) in enumerate(data.items(), start=1):
            masked[name if name in self._names else f"{NAME} {number}"] = self._value(value)
        return masked

    def _value(self, value: JsonValue) -> JsonValue:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return self.object(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, str):
            return value if value in self._values else TEXT
        return NUMBER


def _names(schema: JsonValue) -> set[str]:
    """Names of fields that a schema lists, at any depth."""
    if isinstance(schema, list):
        return {name for item in schema for name in _names(item)}
    if not isinstance(schema, dict):
        return set()
    properties = schema.get("properties")
    named = set(properties) if isinstance(properties, dict) else set()
    return named | {name for item in schema.values() for name in _names(item)}


def _listed(schema: JsonValue) -> set[str]:
    """Texts that a schema lists as values, at any depth."""
    if isinstance(schema, list):
        return {value for item in schema for value in _listed(item)}
    if not isinstance(schema, dict):
        return set()
    listed = schema.get("enum")
    values = [*(listed if isinstance(listed, list) else []), schema.get("const")]
    found = {value for value in values if isinstance(value, str)}
    return found | {value for item in schema.values() for value in _listed(item)}
