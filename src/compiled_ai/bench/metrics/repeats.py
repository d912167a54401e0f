"""Rows of one system, case by case: repeats of a case are one unit, because they say nothing about another case."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from compiled_ai.bench.metrics.bootstrap import mean_interval
from compiled_ai.bench.metrics.facts import Split
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.table import Measured, metric, unknown
from compiled_ai.bench.rows import RIGHT, CaseRow
from compiled_ai.scoring.statistics import wilson_interval

NEVER_ASKED = frozenset(("not_prepared", "too_dear"))
"""Outcomes of cases that never reached the system."""
ANSWERED = frozenset(("right", "wrong"))
DECLINED = frozenset(("declined", "rightly_declined"))


@dataclass(frozen=True, kw_only=True)
class CaseRepeats:
    """All rows of one case by one system."""

    case_id: str
    case_digest: str
    task_id: str
    rows: tuple[CaseRow, ...]

    @property
    def split(self) -> Split:
        """Seen or held out: the same for all repeats, because the digest holds it."""
        return self.rows[0].split

    @cached_property
    def right(self) -> float:
        """Share of right repeats."""
        return sum(row.outcome in RIGHT for row in self.rows) / len(self.rows)

    @cached_property
    def tokens(self) -> float:
        """Tokens, mean over the repeats."""
        return sum(row.tokens for row in self.rows) / len(self.rows)

    @cached_property
    def usd(self) -> float | None:
        """Money, mean over the repeats; None when a price is unknown."""
        costs = [cost for row in self.rows if (cost := row.cost_usd) is not None]
        return math.fsum(costs) / len(costs) if len(costs) == len(self.rows) else None

    @cached_property
    def warm_ms(self) -> tuple[float, ...]:
        """Latencies of the warm answers that have one."""
        return tuple(taken for row in self.rows if not row.cold and (taken := latency_ms(row)) is not None)

    def mean(self, of: Callable[[CaseRow], float]) -> float:
        """Mean of `of` over the repeats."""
        return sum(map(of, self.rows)) / len(self.rows)


def by_case(rows: Iterable[CaseRow]) -> tuple[CaseRepeats, ...]:
    """`rows` of one system, grouped by case, in the order in which the cases first come."""
    grouped: dict[tuple[str, str], list[CaseRow]] = {}
    for row in rows:
        grouped.setdefault((row.case_id, row.case_digest), []).append(row)
    return tuple(
        CaseRepeats(case_id=case_id, case_digest=case_digest, task_id=group[0].task_id, rows=tuple(group))
        for (case_id, case_digest), group in grouped.items()
    )


def latency_ms(row: CaseRow) -> float | None:
    """Milliseconds from input to output; None when the case was not asked, or answered by hand.

    Systems add the recorded seconds of replayed calls themselves: see `compiled_ai.bench.systems.asking.recorded_seconds`.
    """
    if row.outcome in NEVER_ASKED or any(call.by_hand for call in row.calls):
        return None
    return 1000 * row.seconds


def share(name: str, values: Sequence[float], *, none: str, note: str = "") -> Metric:
    """The metric `name` as the mean of `values` in 0..1, in percent with its Wilson interval; unknown for the reason `none` without values."""
    if not values:
        return unknown(name, none)
    total = math.fsum(values)
    ends = wilson_interval(total, len(values))
    return metric(
        name,
        Measured(
            value=100 * total / len(values),
            n=len(values),
            low=100 * ends.low,
            high=100 * ends.high,
            note=note,
        ),
    )


def mean(name: str, values: Sequence[float], *, none: str, seed: int, note: str = "") -> Metric:
    """The metric `name` as the mean of `values` with its bootstrap interval; unknown for the reason `none` without values."""
    if not values:
        return unknown(name, none)
    low, high = mean_interval(values, seed=seed) or (None, None)
    value = math.fsum(values) / len(values)
    return metric(name, Measured(value=value, n=len(values), low=low, high=high, note=note))
