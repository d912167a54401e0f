"""Which statements of a module are needed, and in which order they can be imported."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.factory._statements import Statement


def reachable(definitions: Sequence[Statement], roots: Sequence[str]) -> list[Statement]:
    """The `definitions` that `roots` need, in their order; all of them when a root is missing or something does not parse."""
    known = {name for item in definitions for name in item.names}
    if not known >= set(roots) or any(item.is_broken for item in definitions):
        return list(definitions)
    needed: set[str] = set()
    waiting = set(roots)
    while waiting:
        needed |= waiting
        waiting = {
            name for item in definitions if set(item.names) & waiting for name in item.reads & known
        } - needed
    return [item for item in definitions if set(item.names) & needed]


def in_order(statements: Sequence[Statement]) -> list[Statement]:
    """`statements` with each moved, if need be, to where all that it takes on import is defined; the rest keeps its order."""
    makers: dict[str, list[Statement]] = {}
    for item in statements:
        for name in item.names:
            makers.setdefault(name, []).append(item)
    done: dict[int, Statement] = {}
    begun: set[int] = set()

    def place(item: Statement) -> None:
        if id(item) in begun:
            return
        begun.add(id(item))
        for maker in _first_makers(item, makers):
            place(maker)
        done[id(item)] = item

    for item in statements:
        place(item)
    return list(done.values())


def _first_makers(item: Statement, makers: dict[str, list[Statement]]) -> list[Statement]:
    """The first definition of each name whose value `item` takes on import, those that a function called then needs too."""
    found: list[Statement] = []
    seen: set[str] = set()
    waiting = sorted(item.reads_on_import)
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in makers:
            continue
        seen.add(name)
        maker = makers[name][0]
        found.append(maker)
        waiting += sorted(maker.reads)
    return found
