"""What stands in `given` for a step inside of `foreach`: for all items under its id, for one under its place, such as ``tone[3]``."""

from __future__ import annotations

import re
from typing import assert_never

from compiled_ai.spec.flow import Do, ForEach, Node, Parallel, Sequence, Switch

_INDEXES = re.compile(r"(?:\[(?:0|[1-9][0-9]{0,8})\])*")


def step_of(key: str) -> str:
    """The id of the step that `key` speaks of."""
    return key.partition("[")[0]


def given_problem(key: str, *, loops: int) -> str | None:
    """Why `key` stands for no item of its step, which `loops` blocks of `foreach` stand around; None when it stands for one, or for all.

    The text does not quote what stands in the brackets.
    """
    step = step_of(key)
    indexes = key[len(step) :]
    if not indexes or (loops and indexes.count("[") == loops and _INDEXES.fullmatch(indexes)):
        return None
    if not loops:
        return f"'{step}' stands inside of no foreach, so it has no items; write '{step}' alone"
    example = step + "[0]" * loops
    return f"an item of '{step}' is named by {loops} whole {'number' if loops == 1 else 'numbers'} from 0, as in '{example}'; '{step}' alone stands for all"


def loops_around(flow: Node) -> dict[str, int]:
    """By id of a step, how many blocks of `foreach` stand around it."""
    found: dict[str, int] = {}
    _count(flow, 0, found)
    return found


def _count(node: Node, loops: int, found: dict[str, int]) -> None:
    children: tuple[Node, ...] = ()
    match node:
        case Do():
            found[node.step] = loops
        case Sequence():
            children = node.nodes
        case Parallel():
            children = node.branches
        case ForEach():
            children, loops = (node.body,), loops + 1
        case Switch():
            children = (*node.cases.values(), *([node.otherwise] if node.otherwise is not None else []))
        case _:
            assert_never(node)
    for child in children:
        _count(child, loops, found)
