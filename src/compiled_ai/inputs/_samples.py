"""Plain inputs made from a schema alone, to vary where there is no example."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from compiled_ai.inputs._formats import FORMAT_TEXTS
from compiled_ai.inputs._schema import SchemaReader, as_dict, as_list, field_schemas, item_schemas
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json

_RICH_DEPTH = 4
_DEPTH_LIMIT = 10
_CHOICES = 12
_MOST_ITEMS = 1_000
_UPWARD = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_DOWNWARD = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_HINTS = {
    "object": ("properties", "required", "patternProperties", "additionalProperties", "minProperties", "propertyNames"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip


def samples(reader: SchemaReader) -> Iterator[JsonObject]:
    """Proposals for inputs: with and without optional fields, one for each branch of the schema. They may not conform."""
    sampler = _Sampler(reader)
    for choice in range(_CHOICES):
        for rich in (True, False):
            value = sampler.sample(reader.root, _Turn(choice=choice, rich=rich))
            if isinstance(value, dict):
                yield value


@dataclass(frozen=True, kw_only=True)
class _Turn:
    choice: int
    """Number of the branch, value or length to take, counted around."""
    rich: bool
    """Whether optional fields are there and lists have items."""
    depth: int = 0

    def inside(self, offset: int = 0) -> _Turn:
        """The same one level deeper."""
        return replace(self, choice=self.choice + offset, depth=self.depth + 1)


class _Sampler:
    """Takes each choice that the schema offers by number, so that counting up tries them all."""

    def __init__(self, reader: SchemaReader) -> None:
        self._reader = reader
        self._makers: dict[str, Callable[[JsonObject, _Turn], JsonValue]] = {
            "object": self._object,
            "array": self._array,
            "string": lambda node, turn: _text(node, turn.choice),
            "integer": lambda node, turn: _number(node, turn.choice, whole=True),
            "number": lambda node, turn: _number(node, turn.choice, whole=False),
            "boolean": lambda _node, turn: turn.choice % 2 == 0,
            "null": lambda _node, _turn: None,
        }

    def sample(self, node: JsonValue, turn: _Turn) -> JsonValue:
        """A value for `node`."""
        if turn.depth > _DEPTH_LIMIT:
            return None
        whole = self._merged(node, turn)
        if "const" in whole:
            return whole["const"]
        options = as_list(whole.get("enum"))
        if options:
            return options[turn.choice % len(options)]
        return self._makers[_type(whole, turn.choice)](whole, turn)

    def _merged(self, node: JsonValue, turn: _Turn) -> JsonObject:
        """`node` with what it refers to, and one branch of each alternative, in one piece."""
        if not isinstance(node, dict) or turn.depth > _DEPTH_LIMIT:
            return {}
        parts: list[JsonValue] = [
            self._reader.target(node[key]) for key in ("$ref", "$dynamicRef") if key in node
        ]
        parts.extend(as_list(node.get("allOf")))
        for keyword in ("anyOf", "oneOf"):
            branches = as_list(node.get(keyword))
            parts.extend(branches[turn.choice % len(branches) :][:1] if branches else ())
        if "if" in node:
            parts.extend([node["if"], node.get("then")] if turn.choice % 2 == 0 else [node.get("else")])
        if turn.rich:
            parts.extend(as_dict(node.get("dependentSchemas")).values())
        whole = dict(node)
        for part in parts:
            inner = replace(
                turn, choice=turn.choice // 2 if turn.choice > 3 else turn.choice, depth=turn.depth + 1
            )
            whole = _combine(whole, self._merged(part, inner))
        return whole

    def _object(self, node: JsonObject, turn: _Turn) -> JsonValue:
        names = [name for name in as_list(node.get("required")) if isinstance(name, str)]
        if turn.rich and turn.depth < _RICH_DEPTH:
            names.extend(as_dict(node.get("properties")) or ("key", "other"))
        for name, needed in as_dict(node.get("dependentRequired")).items():
            names.extend(str(item) for item in as_list(needed) if name in names)
        floor = int(min(_limit(node, "minProperties", 0), _MOST_ITEMS))
        names.extend(f"extra{index}" for index in range(floor - len(set(names))))
        made: JsonObject = {}
        for name in names:
            schemas = field_schemas(node, name)
            if name not in made and False not in schemas:
                made[name] = self.sample({"allOf": schemas}, turn.inside())
        return made

    def _array(self, node: JsonObject, turn: _Turn) -> JsonValue:
        wanted = max(_limit(node, "minItems", 0), _limit(node, "minContains", 1) if "contains" in node else 0)
        wanted = max(wanted, 1 + turn.choice % 3 if turn.rich and turn.depth < _RICH_DEPTH else 0)
        count = int(min(wanted, _limit(node, "maxItems", math.inf), _MOST_ITEMS))
        items: list[JsonValue] = []
        for index in range(count):
            schemas = [schema for schema in item_schemas(node, index) if isinstance(schema, dict)]
            offset = index if node.get("uniqueItems") else 0
            items.append(self.sample({"allOf": [*schemas]}, turn.inside(offset)))
        return items


def _type(node: JsonObject, choice: int) -> str:
    given = node.get("type")
    names = [name for name in (given if isinstance(given, list) else [given]) if isinstance(name, str)]
    if names:
        return names[choice % len(names)]
    return next((name for name, hints in _HINTS.items() if node.keys() & set(hints)), "string")


def _limit(node: JsonObject, keyword: str, default: float) -> float:
    value = node.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def _text(node: JsonObject, choice: int) -> str:
    name = node.get("format")
    if isinstance(name, str) and name in FORMAT_TEXTS:
        return FORMAT_TEXTS[name][choice % len(FORMAT_TEXTS[name])]
    text = ("text", "Some words", "A 12", "other")[choice % 4] + (str(choice) if choice > 3 else "")
    least = int(min(_limit(node, "minLength", 0), 100_000))
    most = _limit(node, "maxLength", math.inf)
    text = text.ljust(least, "x")
    return text if len(text) <= most else text[: int(most)]


def _number(node: JsonObject, choice: int, *, whole: bool) -> int | float:
    low = _limit(node, "minimum", -math.inf)
    above = _limit(node, "exclusiveMinimum", -math.inf)
    high = min(_limit(node, "maximum", math.inf), _limit(node, "exclusiveMaximum", math.inf))
    start = max(low, above) if max(low, above) > -math.inf else min(0, high)
    step = _limit(node, "multipleOf", 1 if whole or high - start > 2 else (high - start) / 4 or 1)
    first = math.ceil(start / step) if math.isfinite(start / step) else 0
    if first * step <= above or (first * step >= high and high != math.inf and first > 0):
        first += 1 if first * step <= above else -1
    value = (first + choice) * step
    value = value if value <= high else first * step
    return int(value) if whole and value == int(value) else value


def _combine(first: JsonObject, second: JsonObject) -> JsonObject:
    whole = dict(first)
    for keyword, value in second.items():
        whole[keyword] = _both(keyword, whole[keyword], value) if keyword in whole else value
    return whole


def _both(keyword: str, one: JsonValue, two: JsonValue) -> JsonValue:
    """The value of `keyword` that satisfies two schemas; the first one's where that cannot be said."""
    if isinstance(one, int | float) and isinstance(two, int | float):
        return max(one, two) if keyword in _UPWARD else min(one, two) if keyword in _DOWNWARD else one
    if keyword == "required" and isinstance(one, list) and isinstance(two, list):
        return [*one, *(name for name in two if name not in one)]
    if keyword == "properties" and isinstance(one, dict) and isinstance(two, dict):
        return {
            **one,
            **{name: {"allOf": [one[name], two[name]]} if name in one else two[name] for name in two},
        }
    if keyword in ("type", "enum"):
        left, right = (value if isinstance(value, list) else [value] for value in (one, two))
        texts = {canonical_json(item) for item in right}
        return [item for item in left if canonical_json(item) in texts] or one
    return one
