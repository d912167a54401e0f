"""What the subset check knows of a value: whether it is a set, whose object it is part of, what its text would show."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

MAX_KNOWN_DEPTH = 5
MAX_KNOWN_PARTS = 8
MAX_KNOWN_FIELDS = 40

Kind = Literal["other", "set", "sequence", "mapping", "view", "tuple", "int"]


@dataclass(frozen=True)
class Value:
    """What is known of an expression."""

    kind: Kind = "other"
    """``set`` also stands for anything that yields a set's items in its order, such as ``map(f, a_set)``."""
    item: Value | None = None
    """What iteration yields."""
    held: Value | None = None
    """What a mapping holds by key."""
    parts: tuple[Value, ...] = ()
    """Items of a tuple, one by one."""
    named: tuple[tuple[str, Value], ...] = ()
    """Fields of a TypedDict or NamedTuple of the text."""
    takes: tuple[Value, ...] = ()
    """Arguments that a function held as a value expects."""
    result: Value | None = None
    """What calling it gives."""
    owner: str | None = None
    """The module constant or parameter whose object this is."""
    inner: str | None = None
    """The module constant or parameter that the things inside belong to."""
    address: bool = False
    """Whether its text shows where it lies in memory, as that of a function does."""

    depth: int = field(default=0, compare=False)
    """How deep knowledge nests. It is cut off, so that no text can make the check slow."""

    def __post_init__(self) -> None:
        depth = 1 + max((child.depth for child in self.children()), default=0)
        if depth > MAX_KNOWN_DEPTH or len(self.parts) > MAX_KNOWN_PARTS:
            for name, nothing in _NOTHING_INSIDE:
                object.__setattr__(self, name, nothing)
            depth = 1
        object.__setattr__(self, "depth", depth)

    def children(self) -> Iterator[Value]:
        """Everything known of what is inside."""
        yield from (child for child in (self.item, self.held, self.result) if child is not None)
        yield from self.parts
        yield from self.takes
        yield from (value for _, value in self.named)

    @property
    def is_set(self) -> bool:
        """Whether its order changes from process to process."""
        return self.kind == "set"

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self != UNKNOWN

    def iterated(self) -> Value:
        """What one step of iteration yields."""
        found = self.item if self.item is not None else join(self.parts)
        return self.inside(found)

    def subscripted(self) -> Value:
        """What ``value[key]`` or ``value.get(key)`` yields."""
        if self.kind == "mapping":
            return self.inside(join((self.held, *(value for _, value in self.named))))
        return self.inside(self.item if self.item is not None else join(self.parts))

    def field_named(self, name: str) -> Value | None:
        """The field `name` of a TypedDict or NamedTuple, if it is one and has it."""
        found = next((value for known, value in self.named if known == name), None)
        return None if found is None else self.inside(found)

    def copied(self) -> Value:
        """A shallow copy: a new object that holds the old ones."""
        return replace(self, owner=None)

    def owned(self, owner: str | None) -> Value:
        """The same with everything in it belonging to `owner`."""
        return replace(self, owner=owner, inner=owner)

    def inside(self, found: Value | None) -> Value:
        """`found`, a thing in this value, with its owner."""
        found = found or UNKNOWN
        return found if self.inner is None else found.owned(self.inner)


_NOTHING_INSIDE: tuple[tuple[str, Value | tuple[()] | None], ...] = (
    ("item", None), ("held", None), ("parts", ()), ("named", ()), ("takes", ()), ("result", None),
)  # fmt: skip

UNKNOWN = Value()
INTEGER = Value(kind="int")
ADDRESS = Value(address=True)


def join(values: Iterable[Value | None]) -> Value:
    """What is known of a value that is one of `values`: a set if any of them is one, an int if all are."""
    known = [value for value in values if value is not None]
    result = known[0] if known else UNKNOWN
    for value in known[1:]:
        result = _join_two(result, value)
    return result


def _join_two(left: Value, right: Value) -> Value:
    if left is right or left == right:
        return left
    same = left.kind == right.kind == "tuple" and len(left.parts) == len(right.parts)
    return Value(
        kind=_joined_kind(left.kind, right.kind),
        item=_join_known(left.item, right.item),
        held=_join_known(left.held, right.held),
        parts=tuple(map(_join_two, left.parts, right.parts)) if same else left.parts or right.parts,
        named=left.named or right.named,
        takes=left.takes or right.takes,
        result=_join_known(left.result, right.result),
        owner=left.owner or right.owner,
        inner=left.inner or right.inner,
        address=left.address or right.address,
    )


def _joined_kind(left: Kind, right: Kind) -> Kind:
    kinds = {left, right} - {"other", "int"}
    if "set" in kinds:
        return "set"
    if not kinds:
        return "int" if left == right else "other"
    return left if left in kinds else right


def _join_known(left: Value | None, right: Value | None) -> Value | None:
    return left if right is None else right if left is None else _join_two(left, right)


def sequence_of(item: Value, *, kind: Kind = "sequence") -> Value:
    """A value that yields `item`."""
    return Value(kind=kind, item=replace(item, owner=None), inner=item.owner or item.inner)


def mapping_of(key: Value, held: Value) -> Value:
    """A mapping of `key` to `held`."""
    return Value(kind="mapping", item=key, held=replace(held, owner=None), inner=held.owner or held.inner)


def lazily(value: Value) -> Value:
    """An iterator over what `value` yields: its own text shows an address."""
    return replace(value, address=True)


def shows_order(value: Value) -> bool:
    """Whether the text of `value` shows the order of a set."""
    return value.is_set or any(map(shows_order, _printed(value)))


def shows_address(value: Value) -> bool:
    """Whether the text of `value` shows where something lies in memory."""
    return value.address or any(map(shows_address, _printed(value)))


def _printed(value: Value) -> Iterator[Value]:
    yield from (child for child in (value.item, value.held) if child is not None)
    yield from value.parts
    yield from (child for _, child in value.named)


def hides_set(value: Value, promised: Value) -> bool:
    """Whether there is a set in `value` where an annotation, which promises `promised`, tells of none."""
    return (value.is_set and not promised.is_set) or any(
        hides_set(part, expected) for part, expected in _beside(value, promised)
    )


def hides_address(value: Value, promised: Value) -> bool:
    """The same for functions and iterators."""
    return (value.address and not promised.address) or any(
        hides_address(part, expected) for part, expected in _beside(value, promised)
    )


def _beside(value: Value, promised: Value) -> Iterator[tuple[Value, Value]]:
    """What is inside `value`, each with what is promised in its place."""
    item = promised.item or join(promised.parts)
    held = join((promised.held, *(child for _, child in promised.named)))
    if value.item is not None:
        yield value.item, item
    if value.held is not None:
        yield value.held, held
    exact = len(promised.parts) == len(value.parts)
    yield from zip(value.parts, promised.parts if exact else [item] * len(value.parts), strict=True)


def targets(target: ast.expr, value: Value) -> dict[str, Value]:
    """What each name of an assignment's target is given."""
    match target:
        case ast.Name(id=name):
            return {name: value}
        case ast.Starred(value=inner):
            return targets(inner, Value(kind="sequence", item=value, inner=value.inner))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            found: dict[str, Value] = {}
            for position, item in enumerate(items):
                found.update(targets(item, part_at(value, position, len(items))))
            return found
    return {}


def part_at(value: Value, position: int, count: int) -> Value:
    """What stands at `position` when `value` is taken apart into `count` items."""
    exact = value.kind == "tuple" and len(value.parts) == count
    return value.inside(value.parts[position]) if exact else value.iterated()
