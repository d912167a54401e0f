"""What a schema says of each place inside an input, and first inputs made from the schema alone.

Nothing here needs to be exact: every proposal is checked against the schema before it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject, JsonValue

Path = tuple[str | int, ...]

_NESTED = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("if", "then", "else")
_SPOT_LIMIT = 300
_DEPTH_LIMIT = 12


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place inside an input: what stands there, and every part of the schema that may speak of it."""

    path: Path
    value: JsonValue
    nodes: tuple[JsonObject, ...]

    @property
    def general_path(self) -> Path:
        """The path with every index of a list written ``*``: places that mean the same."""
        return tuple("*" if isinstance(part, int) else part for part in self.path)


def put(value: JsonValue, path: Path, new: JsonValue) -> JsonValue:
    """`value` with `new` at `path`; everything beside the path is shared, nothing is changed in place."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(key, str):
        return {**value, key: put(value.get(key), rest, new)}
    assert isinstance(value, list)
    assert isinstance(key, int)
    return [*value[:key], put(value[key], rest, new), *value[key + 1 :]]


def remove(value: JsonValue, path: Path) -> JsonValue:
    """`value` without the field at `path`; nothing is changed in place."""
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(key, str):
        changed = {key: remove(value[key], rest)} if rest and key in value else {}
        return {name: changed.get(name, item) for name, item in value.items() if rest or name != key}
    assert isinstance(value, list)
    assert isinstance(key, int)
    return [remove(item, rest) if index == key else item for index, item in enumerate(value)]


class SchemaReader:
    """A schema with its references looked up."""

    def __init__(self, schema: JsonObject) -> None:
        self.root = schema
        self._anchors = dict(_anchors(schema))
        self._known: dict[tuple[tuple[int, ...], str | int], tuple[JsonObject, ...]] = {}

    def flatten(self, nodes: Iterable[JsonValue]) -> tuple[JsonObject, ...]:
        """`nodes` and all that they refer to or combine, each once."""
        found: dict[int, JsonObject] = {}
        waiting = list(nodes)
        while waiting:
            node = waiting.pop(0)
            if not isinstance(node, dict) or id(node) in found:
                continue
            found[id(node)] = node
            waiting.extend(self._neighbours(node))
        return tuple(found.values())

    def target(self, reference: JsonValue) -> JsonValue:
        """What a ``$ref`` such as ``#/$defs/name`` or ``#anchor`` points to; None if nothing is there."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        if reference in ("#", "#/"):
            return self.root
        if not reference.startswith("#/"):
            return self._anchors.get(reference[1:])
        node: JsonValue = self.root
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and name in node:
                node = node[name]
            elif isinstance(node, list) and name.isdecimal() and int(name) < len(node):
                node = node[int(name)]
            else:
                return None
        return node

    def spots(self, value: JsonValue) -> list[Spot]:
        """Every place inside `value`, outermost first; of a long list only the first three items and the last."""
        spots: list[Spot] = []
        waiting = [Spot(path=(), value=value, nodes=self.flatten([self.root]))]
        while waiting and len(spots) < _SPOT_LIMIT:
            spot = waiting.pop(0)
            spots.append(spot)
            if len(spot.path) < _DEPTH_LIMIT:
                waiting.extend(self._inside(spot))
        return spots

    def nodes_inside(self, nodes: Sequence[JsonObject], key: str | int) -> tuple[JsonObject, ...]:
        """What `nodes` say of the field or item `key`."""
        known = tuple(map(id, nodes)), key
        if known not in self._known:
            schemas = field_schemas if isinstance(key, str) else item_schemas
            self._known[known] = self.flatten(schema for node in nodes for schema in schemas(node, key))  # type: ignore[arg-type]  # the function goes with the type of the key
        return self._known[known]

    def _neighbours(self, node: JsonObject) -> Iterator[JsonValue]:
        for keyword in ("$ref", "$dynamicRef"):
            if keyword in node:
                yield self.target(node[keyword])
        for keyword in _NESTED:
            yield from as_list(node.get(keyword))
        for keyword in _CONDITIONAL:
            yield node.get(keyword)
        yield from as_dict(node.get("dependentSchemas")).values()

    def _inside(self, spot: Spot) -> Iterator[Spot]:
        if isinstance(spot.value, dict):
            for name, value in spot.value.items():
                yield Spot(path=(*spot.path, name), value=value, nodes=self.nodes_inside(spot.nodes, name))
        elif isinstance(spot.value, list):
            count = len(spot.value)
            for index in sorted({*range(min(3, count)), count - 1} if count else ()):
                nodes = self.nodes_inside(spot.nodes, index)
                yield Spot(path=(*spot.path, index), value=spot.value[index], nodes=nodes)


def as_dict(value: JsonValue) -> JsonObject:
    """`value` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: JsonValue) -> list[JsonValue]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def field_schemas(node: JsonObject, name: str) -> list[JsonValue]:
    """The schemas that `node` itself holds for the field `name`."""
    properties = as_dict(node.get("properties"))
    found = [properties[name]] if name in properties else []
    for pattern, schema in as_dict(node.get("patternProperties")).items():
        if finds(pattern, name):
            found.append(schema)
    if not found:
        found = [node[key] for key in ("additionalProperties", "unevaluatedProperties") if key in node]
    return found


def item_schemas(node: JsonObject, index: int) -> list[JsonValue]:
    """The schemas that `node` itself holds for the item at `index`."""
    prefix = as_list(node.get("prefixItems"))
    found = [prefix[index]] if index < len(prefix) else [node.get("items"), node.get("unevaluatedItems")]
    return [*found, node.get("contains")]


def finds(pattern: str, text: str) -> bool:
    """Whether `pattern` is found in `text`; False if Python does not read the pattern."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _anchors(node: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(node, dict):
        for keyword in ("$anchor", "$dynamicAnchor"):
            name = node.get(keyword)
            if isinstance(name, str):
                yield name, node
    for child in node.values() if isinstance(node, dict) else as_list(node):
        yield from _anchors(child)
