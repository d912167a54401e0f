"""The facts that a verdict in words rests on."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.metrics.facts import Comparison, Headline, Split, SystemSummary
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.systems import base_name

_FIRST = "direct"


def headline(systems: Sequence[SystemSummary], comparisons: Sequence[Comparison]) -> Headline | None:
    """The facts for the first of `systems` against the best baseline that asks a model; None when it answered no case."""
    own = systems[0]
    split = own.split("held_out") or own.split("seen")
    if split is None:
        return None
    other_split = own.split("seen") if split.split == "held_out" else None
    baseline = _best_baseline(systems[1:], split.split)
    theirs = None if baseline is None else baseline.split(split.split)
    comparison = next(
        (item for item in comparisons if baseline is not None and item.baseline == baseline.system), None
    )
    return Headline(
        split=split.split,
        system=own.system,
        accuracy=split.metrics["accuracy"],
        silent_wrong_rate=split.metrics["silent_wrong_rate"],
        abstention_rate=split.metrics["abstention_rate"],
        tokens_per_transaction=own.metrics["tokens_per_transaction"],
        baseline=None if baseline is None else baseline.system,
        baseline_accuracy=None if theirs is None else theirs.metrics["accuracy"],
        baseline_tokens_per_transaction=None
        if baseline is None
        else baseline.metrics["tokens_per_transaction"],
        paired=None if comparison is None else comparison.split(split.split),
        break_even_tokens=_of(comparison, "break_even_tokens"),
        break_even_money=_of(comparison, "break_even_money"),
        speed_up=_of(comparison, "speed_up"),
        other_split_accuracy=None if other_split is None else other_split.metrics["accuracy"],
    )


def _of(comparison: Comparison | None, name: str) -> Metric | None:
    return None if comparison is None else comparison.metrics[name]


def _best_baseline(systems: Sequence[SystemSummary], split: Split) -> SystemSummary | None:
    """The one that asks a model for each case and is right most often in `split`."""
    rated = [
        ((found.metrics["accuracy"].value or 0.0, base_name(item.system) == _FIRST), item)
        for item in systems
        if not item.is_compiled
        and (item.metrics["tokens_per_transaction"].value or 0) > 0
        and (found := item.split(split)) is not None
    ]
    return max(rated, key=lambda pair: pair[0])[1] if rated else None
