"""How long an answer takes. What a person typed at a desk has no latency."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from compiled_ai.bench.metrics.bootstrap import quantile, quantile_interval
from compiled_ai.bench.metrics.facts import LatencyView
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import latency_ms
from compiled_ai.bench.metrics.table import Measured, metric, unknown
from compiled_ai.bench.rows import CallRow, CaseRow

_BY_HAND = "answered by hand at a desk, whose seconds are no model's"
_NO_ROWS = "no case reached the system"
_RECORDED = "calls were replayed: their recorded seconds are counted"


def latency(rows: Sequence[CaseRow], *, seed: int) -> tuple[Metric, ...]:
    """All metrics of the category over `rows` of one system, except the speed-up, which takes two."""
    warm, cold = _latencies(rows)
    note = _note(rows)
    reason = note if note.startswith(_BY_HAND) else _NO_ROWS
    return (
        *(
            _order("latency_p" + str(rank), warm, rank / 100, seed=seed, none=reason, note=note)
            for rank in (50, 90, 95, 99)
        ),
        _jitter(warm, none=reason, note=note),
        _order(
            "cold_p50",
            cold,
            0.5,
            seed=seed,
            none=reason if not warm else "no first answer of a process",
            note=note,
        ),
        *_token_times([call for row in rows for call in row.calls], seed=seed),
    )


def latency_view(rows: Sequence[CaseRow]) -> LatencyView:
    """Quantiles for a plot."""
    warm, cold = _latencies(rows)
    return LatencyView(
        warm_ms=_hundredths(warm),
        warm_count=len(warm),
        cold_ms=_hundredths(cold),
        cold_count=len(cold),
        note=_note(rows),
    )


def _hundredths(ordered: Sequence[float]) -> tuple[float, ...]:
    return tuple(quantile(ordered, rank / 100) for rank in range(101)) if ordered else ()


def _latencies(rows: Iterable[CaseRow]) -> tuple[list[float], list[float]]:
    """Warm and cold ones, in order."""
    found: tuple[list[float], list[float]] = [], []
    for row in rows:
        taken = latency_ms(row)
        if taken is not None:
            found[row.cold].append(taken)
    return sorted(found[False]), sorted(found[True])


def _note(rows: Sequence[CaseRow]) -> str:
    by_hand = sum(any(call.by_hand for call in row.calls) for row in rows)
    if by_hand:
        return f"{_BY_HAND} ({by_hand} of {len(rows)} answers)"
    return _RECORDED if any(call.replayed for row in rows for call in row.calls) else ""


def _order(
    name: str, ordered: Sequence[float], rank: float, *, seed: int, none: str, note: str = ""
) -> Metric:
    if not ordered:
        return unknown(name, none)
    low, high = quantile_interval(ordered, rank, seed=seed) or (None, None)
    return metric(
        name, Measured(value=quantile(ordered, rank), n=len(ordered), low=low, high=high, note=note)
    )


def _jitter(warm: Sequence[float], *, none: str, note: str) -> Metric:
    if len(warm) < 2:
        return unknown("latency_jitter", "needs two answers" if warm else none, n=len(warm))
    return metric("latency_jitter", Measured(value=statistics.stdev(warm), n=len(warm), note=note))


def _token_times(calls: Sequence[CallRow], *, seed: int) -> tuple[Metric, Metric]:
    timed = [call for call in calls if not call.by_hand and call.first_token_seconds is not None]
    none = "no model was called"
    if calls:
        none = _BY_HAND if all(call.by_hand for call in calls) else "no call says when its first token came"
    first = sorted(1000 * (call.first_token_seconds or 0.0) for call in timed)
    each = sorted(
        1000 * max(0.0, call.seconds - (call.first_token_seconds or 0.0)) / (call.output_tokens - 1)
        for call in timed
        if call.output_tokens > 1
    )
    return (
        _order("ttft_p50", first, 0.5, seed=seed, none=none),
        _order("tpot_p50", each, 0.5, seed=seed, none=none),
    )
