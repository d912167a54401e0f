"""How fast a run may go, and how much it may spend."""

from __future__ import annotations

from time import monotonic

from compiled_ai.bench.rows import CaseRow, PreparationRow
from compiled_ai.bench.running.plan import Bounds
from compiled_ai.bench.running.store import Spending
from compiled_ai.errors import OperatorError


class Rate:
    """Lets cases begin evenly, at most so many a minute."""

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 0.0 if per_minute is None else 60.0 / per_minute
        self._next = 0.0

    def wait(self) -> float:
        """Seconds until the next case may begin; 0 when it may now."""
        return max(0.0, self._next - monotonic()) if self._gap else 0.0

    def begin(self) -> None:
        """Take note that a case begins."""
        self._next = monotonic() + self._gap


def spent_reason(bounds: Bounds, spending: Spending) -> str:
    """Why no more may be spent; empty while more may. What is under way when a limit is reached still counts."""
    if bounds.max_tokens is not None and spending.tokens >= bounds.max_tokens:
        return f"{spending.tokens:,} tokens are spent; the limit of the run is {bounds.max_tokens:,}"
    if bounds.max_usd is not None and spending.usd >= bounds.max_usd:
        return f"{spending.usd:.4f} USD are spent; the limit of the run is {bounds.max_usd:g}"
    return ""


def check_priced(bounds: Bounds, row: CaseRow | PreparationRow, model: str) -> None:
    """Make sure that a limit of money can be kept.

    Raises:
        OperatorError: it is set, and `row` has calls of unknown price.
    """
    if bounds.max_usd is not None and row.cost_usd is None:
        raise OperatorError(unpriced(model))


def unpriced(model: str) -> str:
    """What to say of a model without a price under a limit of money."""
    return (
        f"the price of {model or 'this model'} is not known, so --max-usd cannot be kept; name a listed model whose price stands in "
        "with --price-as, or limit tokens with --max-tokens"
    )
