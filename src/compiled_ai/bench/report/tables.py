"""The tables of a report, as cells of text that HTML and Markdown lay out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.facts import (
    Comparison,
    DatasetSummary,
    SplitSummary,
    SystemSummary,
    VolumeCost,
)
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.report.figures_text import DASH, MINUS, NONE, count, percent, usd
from compiled_ai.bench.report.verdict import milliseconds, runs

VOLUMES = (100, 1_000, 10_000, 100_000, 1_000_000)
"""Executions of one task at which costs are shown."""
_LOST = ("failed", "timed_out", "not_prepared", "too_dear")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: the figure, and what is said of it in small."""

    text: str
    small: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A heading."""

    title: str
    small: str = ""
    numeric: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; the first cell of a row is its heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    emphasised: int | None = None
    """Row that is the subject of the report."""


def baselines_table(dataset: DatasetSummary) -> Table:
    """All systems with all figures that the claim is judged by."""
    main = main_split(dataset)
    where = "held out" if main == "held_out" else "seen"
    columns = (
        Column(title="System", numeric=False),
        Column(title="Right, held out", small="95 % interval"),
        Column(title="Right, seen", small="95 % interval"),
        Column(title="Silently wrong", small=where),
        Column(title="Declined", small=where),
        Column(title="Failed", small=where),
        Column(title="Tokens", small="per execution"),
        Column(title="Tokens to prepare", small="per task"),
        Column(title="N*", small=f"when {dataset.subject or 'compiled code'} becomes cheaper"),
        Column(title="Money", small="per 1,000 executions"),
        Column(title="Latency", small="warm, median"),
    )
    rows = tuple(_baseline_row(dataset, system, main) for system in dataset.systems)
    subject = next(
        (place for place, item in enumerate(dataset.systems) if item.system == dataset.subject), None
    )
    return Table(caption="All systems on the same cases", columns=columns, rows=rows, emphasised=subject)


def main_split(dataset: DatasetSummary) -> str:
    """``held_out`` where any system has such cases, else ``seen``."""
    return "held_out" if any(item.split("held_out") for item in dataset.systems) else "seen"


def _baseline_row(dataset: DatasetSummary, system: SystemSummary, main: str) -> tuple[Cell, ...]:
    held_out, seen = system.split("held_out"), system.split("seen")
    chosen = held_out if main == "held_out" else seen
    return (
        Cell(text=system.system, small=_kind(system)),
        _accuracy(held_out),
        _accuracy(seen),
        _outcomes(chosen, ("wrong",)),
        _outcomes(chosen, ("declined",)),
        _outcomes(chosen, _LOST),
        _mean(system, "tokens_per_transaction"),
        _mean(system, "compile_tokens_per_task"),
        _break_even(dataset, system),
        _thousand(system),
        _latency(system),
    )


def _kind(system: SystemSummary) -> str:
    if system.is_compiled:
        return "code"
    return system.model if system.metrics["tokens_per_transaction"].value else "no model"


def _mean(system: SystemSummary, name: str) -> Cell:
    metric = system.metrics[name]
    if metric.value is None:
        return Cell(text=NONE, small=metric.note)
    if metric.low is None or metric.high is None or metric.low == metric.high:
        return Cell(text=count(metric.value))
    return Cell(text=count(metric.value), small=f"{count(metric.low)}{DASH}{count(metric.high)}")


def _thousand(system: SystemSummary) -> Cell:
    metric = system.metrics["cost_per_transaction"]
    return (
        Cell(text=NONE, small="price unknown")
        if metric.value is None
        else Cell(text=usd(1_000 * metric.value))
    )


def _accuracy(split: SplitSummary | None) -> Cell:
    if split is None or "accuracy" not in split.metrics:
        return Cell(text=NONE, small="no cases")
    metric = split.metrics["accuracy"]
    interval = (
        "" if metric.low is None or metric.high is None else f"{metric.low:.0f}{DASH}{metric.high:.0f}, "
    )
    return Cell(text=metric.shown, small=f"{interval}n {metric.n}")


def _outcomes(split: SplitSummary | None, outcomes: Sequence[str]) -> Cell:
    if split is None or not split.rows:
        return Cell(text=NONE)
    number = sum(split.outcomes.get(name, 0) for name in outcomes)
    return Cell(text=percent(number / split.rows), small=f"{number} of {split.rows}")


def _break_even(dataset: DatasetSummary, system: SystemSummary) -> Cell:
    if system.system == dataset.subject:
        return Cell(text=NONE)
    comparison = comparison_with(dataset, system.system)
    if comparison is None or "break_even_tokens" not in comparison.metrics:
        return Cell(text=NONE)
    metric = comparison.metrics["break_even_tokens"]
    if metric.value is None:
        return Cell(text=NONE, small=metric.note)
    if metric.value <= 0:
        return Cell(text="at once")
    if not math.isfinite(metric.value) or metric.low is None or metric.high is None:
        return Cell(text=runs(metric))
    return Cell(text=count(metric.value), small=f"{count(metric.low)}{DASH}{count(metric.high)}")


def comparison_with(dataset: DatasetSummary, baseline: str | None) -> Comparison | None:
    """The subject against that baseline."""
    return next((item for item in dataset.comparisons if item.baseline == baseline), None)


def _latency(system: SystemSummary) -> Cell:
    view = system.latency
    if len(view.warm_ms) < 101:
        return Cell(text=NONE, small=view.note or "not measured")
    return Cell(
        text=milliseconds(view.warm_ms[50]),
        small=f"p99 {milliseconds(view.warm_ms[99])}",
    )


def line_of(volumes: Sequence[VolumeCost], what: str) -> tuple[float | None, float | None]:
    """What is due once, and for each execution, from costs at two volumes; None where they are unknown."""
    costs = [(item.runs, item.tokens if what == "tokens" else item.usd) for item in volumes]
    known = [(number, cost) for number, cost in costs if cost is not None]
    if len(known) < 2:
        return None, None
    (first, low), (second, high) = known[0], known[-1]
    each = (high - low) / (second - first)
    return max(0.0, low - each * first), each


def volume_table(dataset: DatasetSummary) -> Table:
    """Money (tokens where no price is known) of one task at growing numbers of executions."""
    columns = (
        Column(title="System", numeric=False),
        *(Column(title=f"{number:,}", small="executions") for number in VOLUMES),
    )
    rows = tuple(
        (Cell(text=system.system), *(_volume(system, number) for number in VOLUMES))
        for system in dataset.systems
    )
    subject = next(
        (place for place, item in enumerate(dataset.systems) if item.system == dataset.subject), None
    )
    return Table(
        caption="What one task costs in all, preparation included",
        columns=columns,
        rows=rows,
        emphasised=subject,
    )


def _volume(system: SystemSummary, number: int) -> Cell:
    found = next((item for item in system.volumes if item.runs == number), None)
    if found is None:
        return Cell(text=NONE)
    tokens = f"{count(found.tokens)} tokens"
    return (
        Cell(text=usd(found.usd), small=tokens)
        if found.usd is not None
        else Cell(text=tokens, small="price unknown")
    )


def groups_table(dataset: DatasetSummary) -> Table | None:
    """Accuracy of each system in each group of the main split; None with fewer than two groups."""
    main = main_split(dataset)
    names = sorted(
        {
            group.group
            for system in dataset.systems
            for split in system.splits
            if split.split == main
            for group in split.groups
        }
    )
    if len(names) < 2:
        return None
    columns = (
        Column(title="Group", numeric=False),
        *(Column(title=system.system) for system in dataset.systems),
    )
    rows = tuple(
        (Cell(text=name or "(none)"), *(_group(system, main, name) for system in dataset.systems))
        for name in names
    )
    where = "held-out" if main == "held_out" else "seen"
    return Table(caption=f"Right by group, {where} cases", columns=columns, rows=rows)


def _group(system: SystemSummary, main: str, name: str) -> Cell:
    split = system.split("held_out" if main == "held_out" else "seen")
    found = next((group for group in split.groups if group.group == name), None) if split else None
    if found is None:
        return Cell(text=NONE)
    return Cell(text=found.accuracy.shown, small=f"n = {found.accuracy.n}")


def paired_table(dataset: DatasetSummary, split: str) -> Table | None:
    """The subject against each other system, case by case, in one split; None when nothing was compared."""
    columns = (
        Column(title="Against", numeric=False),
        Column(title="Cases"),
        Column(title="Difference", small="points, 95 % interval"),
        Column(title="Only it right", small=dataset.subject or ""),
        Column(title="Only the other right"),
        Column(title="McNemar p", small="exact, two-sided"),
        Column(title="Reading", numeric=False),
    )
    where = "held out" if split == "held_out" else "seen"
    rows = tuple(
        (
            Cell(text=comparison.baseline),
            Cell(text=f"{paired.cases}", small=where),
            Cell(
                text=f"{paired.difference:+.1f}".replace("-", MINUS),
                small=_interval(paired.low, paired.high, paired.task_low, paired.task_high),
            ),
            Cell(text=f"{paired.only_system}"),
            Cell(text=f"{paired.only_baseline}"),
            Cell(text=f"{paired.mcnemar_p:.3f}" if paired.mcnemar_p >= 0.001 else "< 0.001"),
            Cell(text=paired.sense.replace("_", " ")),
        )
        for comparison in dataset.comparisons
        for paired in comparison.splits
        if paired.split == split
    )
    return (
        Table(
            caption=f"{dataset.subject} against each other system, case by case, {where} cases",
            columns=columns,
            rows=rows,
        )
        if rows
        else None
    )


def _interval(low: float, high: float, task_low: float | None, task_high: float | None) -> str:
    if task_low is not None and task_high is not None and task_high - task_low > high - low:
        low, high = task_low, task_high
    return f"{low:+.1f} to {high:+.1f}".replace("-", MINUS)


def metrics_table(caption: str, rows: Sequence[tuple[str, Metric]]) -> Table:
    """Metrics with their grades: a label and the metric each."""
    columns = (
        Column(title="Figure", numeric=False),
        Column(title="Value", small="95 % interval"),
        Column(title="n"),
        Column(title="Competitive", small="published"),
        Column(title="Excellent", small="published"),
        Column(title="Grade", numeric=False),
    )
    return Table(
        caption=caption, columns=columns, rows=tuple(_metric(label, metric) for label, metric in rows)
    )


def _metric(label: str, metric: Metric) -> tuple[Cell, ...]:
    sign = {"higher": "> ", "lower": "< ", None: ""}[metric.better]
    interval = metric.interval_shown if metric.low is not None else ""
    return (
        Cell(text=label, small=metric.note),
        Cell(text=metric.shown, small=interval),
        Cell(text=f"{metric.n:,}"),
        Cell(text=NONE if metric.competitive is None else f"{sign}{metric.competitive:g}"),
        Cell(text=NONE if metric.excellent is None else f"{sign}{metric.excellent:g}"),
        Cell(text={"ungraded": NONE, "unknown": "unknown"}.get(metric.grade, metric.grade)),
    )
