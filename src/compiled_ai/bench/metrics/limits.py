"""What limits the claim that a run's figures make, one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compiled_ai.bench.metrics.facts import Comparison, SystemSummary
from compiled_ai.bench.metrics.systems import SystemRows

_FEW = 100
_P99 = 1_000


def limits(
    found: Sequence[SystemRows],
    summaries: Sequence[SystemSummary],
    comparisons: Sequence[Comparison],
    subject: str | None,
) -> tuple[str, ...]:
    """The sentences for one dataset, the weightiest first."""
    return (
        *_of_subject(summaries, comparisons, subject),
        *(line for item in found for line in _of_rows(item)),
        *(line for item in summaries for line in _of_summary(item)),
    )


def _of_subject(
    summaries: Sequence[SystemSummary], comparisons: Sequence[Comparison], subject: str | None
) -> Iterable[str]:
    own = next((item for item in summaries if item.system == subject), None)
    if own is None:
        yield "No compiled system is in these runs: there is nothing to compare the others with."
        return
    splits = {item.split: item for item in own.splits}
    if "held_out" not in splits:
        yield "All cases are seen: whoever compiled a task was shown the very cases that are scored. That says how well it copies, not how it does on the next request."
    for split in own.splits:
        if split.cases < _FEW:
            yield f"Only {split.cases} {split.split.replace('_', '-')} cases: the intervals are wide."
    if own.tasks == 1:
        yield "There is one task: the intervals say nothing about other tasks."
    cases = sum(split.cases for split in own.splits)
    for comparison in comparisons:
        shared = sum(item.cases for item in comparison.splits)
        if shared < cases:
            yield f"{comparison.baseline} has {shared} of the {cases} cases of {own.system}: only these are compared."


def _of_rows(found: SystemRows) -> Iterable[str]:
    name, rows = found.side.name, [row for case in found.side.cases for row in case.rows]
    calls = [call for row in rows for call in row.calls]
    calls += [call for row in found.side.preparations for call in row.calls]
    too_dear = sum(row.outcome == "too_dear" for row in rows)
    if too_dear:
        yield f"{name}: {too_dear} of {len(rows)} cases were not asked, because the limit of money or tokens was reached; they count as wrong."
    by_hand = sum(call.by_hand for call in calls)
    if by_hand:
        yield f"{name}: {by_hand} of {len(calls)} replies were given by a person or helper at a desk; their seconds are not shown as latency of a model."
    replayed = sum(call.replayed for call in calls)
    if replayed:
        yield f"{name}: {replayed} of {len(calls)} calls are replays of recordings."
    estimated = sum(call.estimated for call in calls)
    if estimated:
        yield f"{name}: the tokens of {estimated} of {len(calls)} calls are estimated from the length of texts."
    unpriced = sum(call.cost_usd is None for call in calls)
    if unpriced:
        yield f"{name}: {unpriced} of {len(calls)} calls have no known price, so that figures in money are missing."


def _of_summary(summary: SystemSummary) -> Iterable[str]:
    failed = summary.tasks - summary.tasks_prepared
    if failed:
        yield f"{summary.system}: {failed} of {summary.tasks} tasks were not prepared; their cases count as wrong."
    if any(not split.metrics["exact_match_rate"].is_known for split in summary.splits):
        yield f"{summary.system}: cases were not repeated, so that nothing is known of its consistency."
    if 0 < summary.latency.warm_count < _P99:
        yield f"{summary.system}: {summary.latency.warm_count} warm latencies; a stable p99 takes {_P99:,}."
