"""The plots of a report, from the summary's figures."""

from __future__ import annotations

import math

from compiled_ai.bench.metrics.facts import DatasetSummary, SplitSummary, SystemSummary
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.report.figures_text import tick, tick_usd
from compiled_ai.bench.report.frame import Plot
from compiled_ai.bench.report.plot_costs import CostLine, CostView, Crossing, cost_plot
from compiled_ai.bench.report.plot_rows import (
    AccuracyBars,
    FunnelStep,
    Share,
    Spread,
    accuracy_plot,
    funnel_plot,
    latency_plot,
)
from compiled_ai.bench.report.tables import VOLUMES, line_of
from compiled_ai.bench.report.verdict import cautious_comparison

_WHOLE = "attempts"
"""The row of a funnel that counts attempts that passed every stage; drawn last, since it is what remains."""


def accuracy_of(dataset: DatasetSummary) -> Plot:
    """Seen against held out, of each system."""
    bars = [
        AccuracyBars(
            name=system.system,
            style=place,
            seen=_share(system.split("seen")),
            held_out=_share(system.split("held_out")),
        )
        for place, system in enumerate(dataset.systems)
    ]
    return accuracy_plot(bars, title=f"Accuracy on {dataset.title}, seen and held out", name="accuracy")


def _share(split: SplitSummary | None) -> Share | None:
    if split is None or "accuracy" not in split.metrics:
        return None
    metric = split.metrics["accuracy"]
    if metric.value is None or metric.low is None or metric.high is None:
        return None
    return Share(share=metric.value / 100, low=metric.low / 100, high=metric.high / 100, n=metric.n)


def break_even_of(dataset: DatasetSummary, *, money: bool) -> Plot:
    """Cumulative tokens or money of one task over the number of executions, with the crossing with the cheapest baseline that asks a model."""
    comparison = cautious_comparison(dataset)
    baseline = comparison.baseline if comparison else None
    name = "break_even_money" if money else "break_even_tokens"
    crossing = None
    if comparison is not None and name in comparison.metrics:
        crossing = _crossing(comparison.metrics[name])
    against = f", {dataset.subject} against {baseline}" if crossing and baseline else ""
    view = CostView(
        crossing=crossing,
        title=f"{'Money' if money else 'Tokens'} of one task over its executions{against}",
        name=name.replace("_", "-"),
        unit="US dollars in all (log scale)" if money else "tokens in all (log scale)",
        label=tick_usd if money else tick,
        most=VOLUMES[-1],
    )
    return cost_plot(_lines(dataset, "usd" if money else "tokens"), view)


def _lines(dataset: DatasetSummary, what: str) -> list[CostLine]:
    found = []
    for place, system in enumerate(dataset.systems):
        once, each = line_of(system.volumes, what)
        if once is not None and each is not None:
            found.append(CostLine(name=system.system, style=place, once=once, each=each))
    return found


def _crossing(metric: Metric) -> Crossing | None:
    if metric.value is None or not math.isfinite(metric.value) or metric.value <= 0:
        return None
    return Crossing(executions=metric.value, low=metric.low, high=metric.high)


def latency_of(dataset: DatasetSummary) -> Plot:
    """Times of all systems that have any, on one axis."""
    found = [_spread(system, place) for place, system in enumerate(dataset.systems)]
    spreads = [item for item in found if item is not None]
    return latency_plot(spreads, title=f"Seconds for a case of {dataset.title}, warm", name="latency")


def _spread(system: SystemSummary, place: int) -> Spread | None:
    values = [value / 1000 for value in system.latency.warm_ms]
    if len(values) < 101 or values[0] < 0:
        return None
    return Spread(
        name=system.system,
        style=place,
        low=values[5],
        quarter=values[25],
        median=values[50],
        three_quarters=values[75],
        p95=values[95],
        p99=values[99],
        n=system.latency.warm_count,
    )


def funnel_of(system: SystemSummary, *, style: int) -> Plot | None:
    """Validation of first attempts, stage by stage; None for systems that validate nothing."""
    steps = [
        FunnelStep(
            name="all stages" if step.stage == _WHOLE else step.stage,
            count=step.first_passed,
            of=step.first_reached,
        )
        for step in sorted(system.funnel, key=lambda step: step.stage == _WHOLE)
    ]
    if not steps:
        return None
    return funnel_plot(
        steps,
        title=f"First attempts of {system.system} through the stages of validation",
        name=f"funnel-{system.system}",
        style=style,
    )
