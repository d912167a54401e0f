"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from compiled_ai.spec.canonical import JsonValue


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
