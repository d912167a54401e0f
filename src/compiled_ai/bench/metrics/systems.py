"""One system on one dataset, summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.attempts import rung_of
from compiled_ai.bench.metrics.code_quality import CodeTools, code_quality
from compiled_ai.bench.metrics.comparison import Side
from compiled_ai.bench.metrics.consistency import consistency
from compiled_ai.bench.metrics.facts import Metrics, Split, SplitSummary, SystemSummary
from compiled_ai.bench.metrics.latency import latency, latency_view
from compiled_ai.bench.metrics.metric import CATEGORIES, Metric
from compiled_ai.bench.metrics.reliability import failure_modes, groups, outcomes, reliability
from compiled_ai.bench.metrics.repeats import CaseRepeats
from compiled_ai.bench.metrics.spending import cost, spent, tokens
from compiled_ai.bench.metrics.validation import funnel, validation
from compiled_ai.spec.canonical import JsonObject

COMPILED = ("compiled", "synthesis")
"""Systems that answer with compiled code, the one that others are compared with first."""
_SPLITS: tuple[Split, ...] = ("seen", "held_out")
_POWERS = range(10)


@dataclass(frozen=True, kw_only=True)
class SystemRows:
    """All that runs hold of one system."""

    side: Side
    model: str
    identity: JsonObject


def base_name(system: str) -> str:
    """The system's name without the run that sets it apart."""
    return system.partition("@")[0]


def summarize_system(found: SystemRows, *, tools: CodeTools, seed: int) -> SystemSummary:
    """One system's figures in all seven categories."""
    side = found.side
    cases, rows = side.cases, [row for case in side.cases for row in case.rows]
    spending = spent(side.preparations, cases)
    measured = (
        *tokens(side.preparations, cases, seed=seed),
        *latency(rows, seed=seed),
        *code_quality(side.preparations, rows, tools=tools, seed=seed),
        *validation(side.preparations, seed=seed),
        *cost(side.preparations, cases, seed=seed),
    )
    served = Counter(row.served_by for row in rows)
    return SystemSummary(
        system=side.name,
        is_compiled=base_name(side.name) in COMPILED or served["compiled"] > 0,
        model=found.model,
        identity=found.identity,
        tasks=len({row.task_id for row in side.preparations} | {row.task_id for row in rows}),
        tasks_prepared=len({row.task_id for row in side.preparations if not row.problem}),
        splits=tuple(
            _split(split, found_cases, seed=seed)
            for split in _SPLITS
            if (found_cases := [case for case in cases if case.split == split])
        ),
        metrics=_ordered(measured),
        latency=latency_view(rows),
        funnel=funnel(side.preparations),
        rungs=_counted([rung for row in side.preparations if (rung := rung_of(row))]),
        served_by=dict(sorted(served.items())),
        volumes=tuple(spending.at(10**power) for power in _POWERS),
    )


def _split(split: Split, cases: Sequence[CaseRepeats], *, seed: int) -> SplitSummary:
    rows = [row for case in cases for row in case.rows]
    return SplitSummary(
        split=split,
        cases=len(cases),
        rows=len(rows),
        outcomes=outcomes(rows),
        metrics=_ordered((*consistency(cases, seed=seed), *reliability(cases))),
        groups=groups(cases),
        failures=failure_modes(rows),
    )


def _ordered(items: Sequence[Metric]) -> Metrics:
    return Metrics(items=tuple(sorted(items, key=lambda item: CATEGORIES.index(item.category))))


def _counted(names: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
