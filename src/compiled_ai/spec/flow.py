"""The order of steps as data: what runs after, beside, for each and instead of what.

Steps are named by id; what they are stands elsewhere. A workflow has one flat scope of named values. It is at the bottom, below spec and
artifact, and imports nothing: the jail loads it too.

- `Sequence`: one after the other; each step sees what those before it added.
- `Parallel`: every branch sees the scope as it was at the start, and adds names that no other branch adds. An engine may run them at once.
- `ForEach`: every item has a scope of its own: that of the start and the item. Only what is collected leaves it, as lists with one entry for
  each item, in the order of the items. A list that is missing or null counts as empty.
- `Switch`: the branch of the value runs, else `otherwise`, else nothing.

An abstention anywhere is the abstention of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MAX_NESTING = 8
"""Blocks inside of blocks, at most."""


@dataclass(frozen=True)
class Do:
    """One step."""

    step: str


@dataclass(frozen=True)
class Sequence:
    """Nodes that run one after the other."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Parallel:
    """Branches that do not see each other."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class ForEach:
    """The same steps for every item of a list."""

    id: str
    over: str
    """Name of the list in scope."""
    item: str
    """What an item is called in its scope."""
    body: Node
    collect: Mapping[str, str] = field(default_factory=dict)
    """By the name in an item's scope, the name of the list outside. An item without a value has null in it."""


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One of several branches."""

    id: str
    on: str
    """Name of the value in scope that chooses."""
    cases: Mapping[str, Node]
    """By the value's `case_text`."""
    otherwise: Node | None = None
    """When no case fits. None: nothing is done."""

    def branch(self, value: object) -> Node | None:
        """What runs for `value`; None for nothing."""
        return self.cases.get(case_text(value), self.otherwise)


Node = Do | Sequence | Parallel | ForEach | Switch


def case_text(value: object) -> str:
    """The key of `Switch.cases` that `value` stands for: a text as it is, ``true``, ``false`` and ``null``, numbers in digits. Anything else has none, and gives ""."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def children_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside of `node`, in order."""
    match node:
        case Do():
            return ()
        case Sequence():
            return node.nodes
        case Parallel():
            return node.branches
        case ForEach():
            return (node.body,)
        case Switch():
            return (*node.cases.values(), *([] if node.otherwise is None else [node.otherwise]))


def steps_in(node: Node) -> Iterator[str]:
    """Ids of the steps in `node`, in the order in which they are written."""
    if isinstance(node, Do):
        yield node.step
    for child in children_of(node):
        yield from steps_in(child)


def sequence_of(ids: Iterator[str] | tuple[str, ...]) -> Sequence:
    """The plain sequence of the steps `ids`."""
    return Sequence(tuple(Do(step) for step in ids))
