"""How much a compilation may spend: the user's dial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Effort = Literal["none", "low", "standard", "high"]
EFFORTS: tuple[Effort, ...] = get_args(Effort)


@dataclass(frozen=True, kw_only=True)
class EffortPlan:
    """What an effort allows."""

    tokens: int
    """Budget of a compilation, prompts and replies together, where the spec sets none."""
    cases: int = 0
    """Cases that the tester invents in a round."""
    rounds: int = 0
    """Rounds of the tester at most; one that finds no new failure is the last."""
    mends_slots: bool = False
    """Whether slots that fail go back to the model before the coder writes text over them. It costs as much as a repair of the text, which mends more."""


EFFORT_PLANS: dict[Effort, EffortPlan] = {
    "none": EffortPlan(tokens=0),
    "low": EffortPlan(tokens=3_000),
    "standard": EffortPlan(tokens=12_000, cases=16, rounds=1),
    "high": EffortPlan(tokens=60_000, cases=24, rounds=4, mends_slots=True),
}
"""``none``: synthesis alone. ``low``: one call of the coder, and repairs. ``standard``: invented cases drive repairs. ``high``: new ones, until no new failure shows."""

_FEW = 1_000
_MANY = 1_000_000


def suggest_effort(expected_executions: int | None) -> Effort:
    """The effort that so many runs are worth; ``low`` when nobody knows how many."""
    if expected_executions is None or expected_executions < _FEW:
        return "low"
    return "high" if expected_executions >= _MANY else "standard"
