"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from compiled_ai.artifact.flow import Do, ForEach, Node, Parallel, Switch, children_of
from compiled_ai.spec.canonical import JsonValue

if TYPE_CHECKING:
    from compiled_ai.artifact import Workflow


def money(amount: Decimal | None, *, priced_as: Sequence[str] = ()) -> str:
    """An amount in USD, or that its price is unknown; a star when another model's list price stands in."""
    if amount is None:
        return "price unknown"
    digits = 4 if amount < 1 else 2 if amount < 1_000 else 0
    return f"${amount:,.{digits}f}{'*' if priced_as else ''}"


def tokens(count: int, *, estimated: bool) -> str:
    """A token count with thousands separators; a tilde when it is an estimate."""
    return f"{'~' if estimated else ''}{count:,}"


def share(group: JsonValue) -> str:
    """A score from `GroupScore.to_json`: percent, n and the 95 % interval."""
    if not isinstance(group, dict) or not group.get("n"):
        return "no cases"
    accuracy, interval = group["accuracy"], group["interval95"]
    assert isinstance(accuracy, int | float)
    assert isinstance(interval, list)
    low, high = (100 * float(str(end)) for end in interval)
    return f"{100 * accuracy:.0f} % (n={group['n']}, {low:.0f}-{high:.0f})"


def looks(count: JsonValue) -> str:
    """How often a compilation consulted its hidden cases: with every look they lose a little of their blindness."""
    return "consulted once while compiling" if count == 1 else f"consulted {count} times while compiling"


def steps_text(workflow: Workflow) -> str:
    """The steps in one line, blocks in brackets: ``read (code) -> foreach line [price (code)]``."""
    return _flow_text(workflow.flow, {step.id: step.kind for step in workflow.steps})


def _flow_text(node: Node, kinds: Mapping[str, str]) -> str:
    match node:
        case Do():
            return f"{node.step} ({kinds[node.step]})"
        case Parallel():
            return f"parallel [{' | '.join(_flow_text(branch, kinds) for branch in node.branches)}]"
        case ForEach():
            return f"foreach {node.item} [{_flow_text(node.body, kinds)}]"
        case Switch():
            cases = [f"{key}: {_flow_text(case, kinds)}" for key, case in node.cases.items()]
            cases += [] if node.otherwise is None else [f"otherwise: {_flow_text(node.otherwise, kinds)}"]
            return f"switch {node.on} [{' | '.join(cases)}]"
        case _:
            return " -> ".join(_flow_text(child, kinds) for child in children_of(node))
