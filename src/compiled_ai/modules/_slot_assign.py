"""The best assignment of mentions to slots as a whole, and how far ahead it is of the next different one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.modules._slot_types import Value

_KEPT = 4
"""Rival assignments kept for each set of filled slots: enough to see whether the next best differs in a value."""
_BEAM = 600
_INVERSION = 1.3
"""What it costs to fill two slots that only their order tells apart against that order."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a mention fits a slot, and the value it would give."""

    slot: int
    score: float
    value: Value
    quality: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A mention taken for a slot."""

    mention: int
    fit: Fit
    margin: float
    """How much better the assignment is than the best one that gives this slot another value."""


_State = tuple[float, tuple[tuple[int, Fit], ...]]


def assign(
    rows: Sequence[Sequence[Fit]], left_over: Sequence[float], groups: Mapping[int, int]
) -> list[Choice]:
    """The mention for each slot, at most one each, with the highest sum of scores.

    Args:
        rows: For each mention, in the order of the request, what it may fill.
        left_over: For each mention, what it costs to leave it over.
        groups: For slots that only their order tells apart, the number of their group.
    """
    states: dict[int, list[_State]] = {0: [(0.0, ())]}
    for index, row in enumerate(rows):
        after: dict[int, list[_State]] = {}
        for filled, kept in states.items():
            for total, path in kept:
                after.setdefault(filled, []).append((total - left_over[index], path))
                for fit in row:
                    if filled >> fit.slot & 1:
                        continue
                    cost = _inversions(path, fit, groups) * _INVERSION
                    after.setdefault(filled | 1 << fit.slot, []).append(
                        (total + fit.score - cost, (*path, (index, fit)))
                    )
        states = _pruned(after)
    ranked = sorted((state for kept in states.values() for state in kept), key=lambda state: -state[0])
    return _with_margins(ranked) if ranked else []


def _inversions(path: tuple[tuple[int, Fit], ...], fit: Fit, groups: Mapping[int, int]) -> int:
    group = groups.get(fit.slot)
    if group is None:
        return 0
    return sum(1 for _, other in path if other.slot > fit.slot and groups.get(other.slot) == group)


def _pruned(states: dict[int, list[_State]]) -> dict[int, list[_State]]:
    best = {filled: sorted(kept, key=lambda state: -state[0])[:_KEPT] for filled, kept in states.items()}
    if len(best) <= _BEAM:
        return best
    return dict(sorted(best.items(), key=lambda item: -item[1][0][0])[:_BEAM])


def _with_margins(ranked: list[_State]) -> list[Choice]:
    total, path = ranked[0]
    choices = []
    for mention, fit in path:
        margin = 9.0
        for other_total, other_path in ranked[1:]:
            other = next((rival.value for _, rival in other_path if rival.slot == fit.slot), None)
            if other != fit.value:
                margin = total - other_total
                break
        choices.append(Choice(mention, fit, margin))
    return choices
