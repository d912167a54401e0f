"""Whole numbers as integers: JSON Schema takes ``3.0`` for an integer, and code that is typed ``int`` must not be handed a float."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from compiled_ai.spec.canonical import JsonObject, JsonValue

Fix = Callable[[JsonValue], JsonValue]


def whole_numbers(schema: JsonObject) -> Fix | None:
    """What turns whole floats into integers wherever `schema` asks for an integer and nothing wider; None when it never does.

    The function changes objects and lists in place and returns its argument, or the integer in its place.
    """
    return _Reader(schema).fix_of(schema) if _mentions_integers(schema) else None


class _Reader:
    """Reads one schema. A reference is read once and looked up when a value comes to it, so that one that leads back to itself ends."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._referred: dict[str, Fix | None] = {}

    def fix_of(self, schema: JsonValue) -> Fix | None:
        if not isinstance(schema, dict):
            return None
        reference = schema.get("$ref")
        fixes = [
            self._of_reference(reference) if isinstance(reference, str) else None,
            _as_integer if _admits(schema, "integer") and not _admits(schema, "number") else None,
            self._of_object(schema),
            self._of_list(schema),
            *(self._of_branches(_list(schema.get(key))) for key in ("anyOf", "oneOf", "allOf")),
        ]
        return _chain([fix for fix in fixes if fix is not None])

    def _of_reference(self, reference: str) -> Fix | None:
        if reference not in self._referred:
            self._referred[reference] = None
            self._referred[reference] = self.fix_of(self._target(reference))

        def fix_referred(value: JsonValue) -> JsonValue:
            fix = self._referred[reference]
            return fix(value) if fix else value

        return fix_referred

    def _target(self, reference: str) -> JsonValue:
        """What a reference within the schema means; None for one that leads elsewhere."""
        place: JsonValue = self._root
        if reference == "#":
            return place
        for part in reference.removeprefix("#/").split("/"):
            if not isinstance(place, dict) or part not in place:
                return None
            place = place[part]
        return place

    def _of_object(self, schema: JsonObject) -> Fix | None:
        properties = schema.get("properties")
        named = properties if isinstance(properties, dict) else {}
        fields = {name: fix for name, part in named.items() if (fix := self.fix_of(part)) is not None}
        rest = self.fix_of(schema.get("additionalProperties"))
        if not fields and rest is None:
            return None

        def fix_object(value: JsonValue) -> JsonValue:
            if type(value) is dict:
                for name, fix in fields.items():
                    if name in value:
                        value[name] = fix(value[name])
                if rest is not None:
                    for name in value.keys() - named.keys():
                        value[name] = rest(value[name])
            return value

        return fix_object

    def _of_list(self, schema: JsonObject) -> Fix | None:
        items = self.fix_of(schema.get("items"))
        first = [self.fix_of(part) for part in _list(schema.get("prefixItems"))]
        if items is None and not any(first):
            return None

        def fix_list(value: JsonValue) -> JsonValue:
            if type(value) is list:
                for index, item in enumerate(value):
                    fix = first[index] if index < len(first) else items
                    if fix is not None:
                        value[index] = fix(item)
            return value

        return fix_list

    def _of_branches(self, branches: list[JsonValue]) -> Fix | None:
        if any(isinstance(branch, dict) and _admits(branch, "number") for branch in branches):
            return None
        return _chain([fix for branch in branches if (fix := self.fix_of(branch)) is not None])


def _as_integer(value: JsonValue) -> JsonValue:
    return int(value) if type(value) is float and value.is_integer() else value


def _chain(fixes: list[Fix]) -> Fix | None:
    if len(fixes) < 2:
        return fixes[0] if fixes else None

    def fix_all(value: JsonValue) -> JsonValue:
        for fix in fixes:
            value = fix(value)
        return value

    return fix_all


def _admits(schema: JsonObject, kind: str) -> bool:
    named = schema.get("type")
    return named == kind or kind in _list(named)


def _mentions_integers(schema: JsonValue) -> bool:
    """Whether an integer is asked for anywhere, so that the rest need not be built."""
    if isinstance(schema, dict):
        return _admits(schema, "integer") or any(map(_mentions_integers, _values(schema)))
    return isinstance(schema, list) and any(map(_mentions_integers, schema))


def _values(schema: JsonObject) -> Iterable[JsonValue]:
    return schema.values()


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
