"""What a run returns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compiled_ai.spec.canonical import JsonObject

ServedBy = Literal["compiled", "effects", "bounded", "model", "human", "nobody"]
"""``compiled``: plain code alone. ``effects``: compiled code with an effect step. ``bounded``: with a bounded step. ``model``: the fallback. ``human``: what a
person answered for this very input. ``nobody``: an abstention."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one run."""

    output: JsonObject | None
    """None when the run abstained."""
    served_by: ServedBy
    reason: str
    """Why compiled code abstained; empty when it answered."""
    seconds: float
    """Wall time of the run."""
    tokens: int = 0
    """Tokens of model calls in this run."""
    cost_usd: Decimal | None = Decimal(0)
    """None when the price of a call is unknown."""
    input_digest: str | None = None
    """``i1:`` digest of the input, when the compliance block ``audit_trail`` asks for it."""
    case: str | None = None
    """Id of the logged case that this run left or was answered from. None: compiled code answered, or no case log is open."""

    @property
    def abstained(self) -> bool:
        """Whether there is no answer."""
        return self.output is None


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """What one step gave."""

    output: JsonObject | None
    """The fields that it adds; None when it abstained."""
    served_by: ServedBy
    reason: str
    """Why compiled code abstained; empty when it answered."""
    tokens: int = 0
    """Tokens of model calls of this step."""
    cost_usd: Decimal | None = Decimal(0)
    """None when the price of a call is unknown."""
    case: str | None = None
    """Id of the logged case, as in `Result`."""
    final: bool = False
    """Whether the run ends here: a person was asked, so nothing else may answer for the whole task."""

    @property
    def abstained(self) -> bool:
        """Whether there is no answer."""
        return self.output is None
