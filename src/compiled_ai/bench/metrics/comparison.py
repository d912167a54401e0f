"""The compiled system against a baseline: the same cases, one by one; seen and held out apart."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.break_even import NO_PAIRS, Pair, spending_metrics
from compiled_ai.bench.metrics.facts import Comparison, CurvePoint, Metrics, Paired, Sense, Split
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.paired import clustered_bootstrap, mcnemar, paired_bootstrap
from compiled_ai.bench.metrics.repeats import CaseRepeats
from compiled_ai.bench.metrics.spending import Spent, spent
from compiled_ai.bench.metrics.table import Measured, metric, unknown
from compiled_ai.bench.rows import PreparationRow

_SIGNIFICANT = 0.05
_CURVE = (*(factor * 10**power for power in range(6) for factor in (1, 2, 5)), 10**6)


@dataclass(frozen=True, kw_only=True)
class Side:
    """The rows of one system."""

    name: str
    preparations: tuple[PreparationRow, ...]
    cases: tuple[CaseRepeats, ...]


def compare(system: Side, baseline: Side, *, seed: int) -> Comparison:
    """`system` against `baseline` on the cases that both have."""
    pairs = _pairs(system, baseline)
    tasks = frozenset(own.task_id for own, _ in pairs)
    own, other = (
        spent([row for row in side.preparations if row.task_id in tasks], cases)
        for side, cases in ((system, [pair[0] for pair in pairs]), (baseline, [pair[1] for pair in pairs]))
    )
    splits: tuple[Split, ...] = ("seen", "held_out")
    paired = [
        _paired(split, found, seed=seed)
        for split in splits
        if (found := [pair for pair in pairs if pair[0].split == split])
    ]
    return Comparison(
        system=system.name,
        baseline=baseline.name,
        splits=tuple(paired),
        metrics=Metrics(items=_metrics(pairs, system, baseline, seed=seed)),
        curve=tuple(_curve_point(runs, own, other) for runs in _CURVE) if pairs else (),
    )


def _pairs(system: Side, baseline: Side) -> list[Pair]:
    others = {(case.case_id, case.case_digest): case for case in baseline.cases}
    return [
        (case, others[case.case_id, case.case_digest])
        for case in system.cases
        if (case.case_id, case.case_digest) in others
    ]


def _paired(split: Split, pairs: Sequence[Pair], *, seed: int) -> Paired:
    scores = [(own.right, other.right) for own, other in pairs]
    majority = [(own > 0.5, other > 0.5) for own, other in scores]
    by_task: dict[str, list[tuple[float, float]]] = {}
    for (own_case, _), score in zip(pairs, scores, strict=True):
        by_task.setdefault(own_case.task_id, []).append(score)
    difference, low, high = paired_bootstrap(scores, seed=seed)
    ends: tuple[float | None, float | None] = (None, None)
    if len(by_task) > 1:
        _, *found = clustered_bootstrap(list(by_task.values()), seed=seed)
        ends = (100 * found[0], 100 * found[1])
    only_system, only_baseline = majority.count((True, False)), majority.count((False, True))
    p = mcnemar(only_system, only_baseline)
    return Paired(
        split=split,
        cases=len(pairs),
        tasks=len(by_task),
        both_right=majority.count((True, True)),
        only_system=only_system,
        only_baseline=only_baseline,
        neither=majority.count((False, False)),
        mcnemar_p=p,
        difference=100 * difference,
        low=100 * low,
        high=100 * high,
        task_low=ends[0],
        task_high=ends[1],
        sense=_sense([(100 * low, 100 * high), ends], p=p),
    )


def _sense(intervals: Iterable[tuple[float | None, float | None]], *, p: float) -> Sense:
    """What all of the intervals and the test agree on: intervals of few cases that are all alike have no width."""
    known = [(low, high) for low, high in intervals if low is not None and high is not None]
    if p >= _SIGNIFICANT:
        return "no_difference_shown"
    if all(low > 0 for low, _ in known):
        return "better"
    return "worse" if all(high < 0 for _, high in known) else "no_difference_shown"


def _curve_point(runs: int, own: Spent, other: Spent) -> CurvePoint:
    mine, theirs = own.at(runs), other.at(runs)
    return CurvePoint(
        runs=runs,
        system_tokens=mine.tokens,
        baseline_tokens=theirs.tokens,
        system_usd=mine.usd,
        baseline_usd=theirs.usd,
    )


def _metrics(pairs: Sequence[Pair], system: Side, baseline: Side, *, seed: int) -> tuple[Metric, ...]:
    preparations = system.preparations, baseline.preparations
    return (*spending_metrics(pairs, preparations, seed=seed), _speed_up(pairs))


def _speed_up(pairs: Sequence[Pair]) -> Metric:
    own, other = ([taken for pair in pairs for taken in pair[side].warm_ms] for side in (0, 1))
    if not pairs:
        return unknown("speed_up", NO_PAIRS)
    if not own or not other or not statistics.median(own):
        return unknown(
            "speed_up", "one of the two has no latencies: given by hand, or no case reached it", n=len(pairs)
        )
    note = "recorded calls carry the seconds of their recording"
    replayed = any(
        call.replayed for pair in pairs for case in pair for row in case.rows for call in row.calls
    )
    value = statistics.median(other) / statistics.median(own)
    return metric("speed_up", Measured(value=value, n=len(pairs), note=note if replayed else ""))
