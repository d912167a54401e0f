"""The seven categories of metrics, with grades: those of the subject at a glance, and all systems side by side."""

from __future__ import annotations

from collections.abc import Iterator

from compiled_ai.bench.metrics.facts import DatasetSummary, SystemSummary
from compiled_ai.bench.metrics.metric import CATEGORIES, Category, Metric
from compiled_ai.bench.metrics.table import DEFINITIONS
from compiled_ai.bench.report.figures_text import NONE, plural
from compiled_ai.bench.report.tables import Cell, Column, Table, comparison_with, main_split, metrics_table
from compiled_ai.bench.report.verdict import cautious_comparison

TITLES: dict[Category, str] = {
    "tokens": "Tokens",
    "latency": "Latency",
    "consistency": "Consistency",
    "reliability": "Reliability",
    "code_quality": "Code quality",
    "validation": "Validation",
    "cost": "Cost",
}
_SIGNS = {"excellent": "excellent", "competitive": "competitive", "below": "below"}


def graded_table(dataset: DatasetSummary) -> Table | None:
    """The subject's metrics that have published thresholds; None without a subject."""
    system = dataset.system(dataset.subject) if dataset.subject else None
    if system is None:
        return None
    cost = cautious_comparison(dataset)
    baseline = cost.baseline if cost else None
    rows = [
        (f"{TITLES[category]}: {title(metric)}", metric)
        for category in CATEGORIES
        for metric in _of(dataset, system, category, baseline)
        if metric.competitive is not None
    ]
    against = f", against {baseline} where two are compared" if baseline else ""
    return metrics_table(f"{system.system}{against}", rows)


def category_tables(dataset: DatasetSummary) -> Iterator[tuple[str, Table]]:
    """Each category with all of its metrics and all systems: a summary line, and the table."""
    for category in CATEGORIES:
        columns = [dict(_named(dataset, system, category)) for system in dataset.systems]
        names = [name for name in DEFINITIONS if any(name in column for column in columns)]
        rows = tuple(
            (
                Cell(text=DEFINITIONS[name].title, small=_threshold(name)),
                *(_cell(column.get(name)) for column in columns),
            )
            for name in names
        )
        heads = (
            Column(title="Figure", numeric=False),
            *(Column(title=system.system) for system in dataset.systems),
        )
        yield (
            f"{TITLES[category]}: {plural(len(names), 'figure')}",
            Table(caption=f"{TITLES[category]}, all systems", columns=heads, rows=rows),
        )


def title(metric: Metric) -> str:
    """The name of a metric for people."""
    return DEFINITIONS[metric.name].title if metric.name in DEFINITIONS else metric.name.replace("_", " ")


def _of(
    dataset: DatasetSummary, system: SystemSummary, category: Category, baseline: str | None
) -> list[Metric]:
    main = system.split("held_out" if main_split(dataset) == "held_out" else "seen")
    comparison = comparison_with(dataset, baseline) if baseline else None
    found = list(system.metrics.of(category))
    found += main.metrics.of(category) if main else ()
    found += comparison.metrics.of(category) if comparison else ()
    return found


def _named(
    dataset: DatasetSummary, system: SystemSummary, category: Category
) -> Iterator[tuple[str, Metric]]:
    """In the column of a baseline, what compares the subject with it."""
    against = None if system.system == dataset.subject else system.system
    for metric in _of(dataset, system, category, against):
        yield metric.name, metric


def _threshold(name: str) -> str:
    definition = DEFINITIONS[name]
    if definition.competitive is None:
        return ""
    sign = ">" if definition.better == "higher" else "<"
    excellent = "" if definition.excellent is None else f", excellent {sign} {definition.excellent:g}"
    return f"competitive {sign} {definition.competitive:g}{excellent}"


def _cell(metric: Metric | None) -> Cell:
    if metric is None or metric.value is None:
        return Cell(text=NONE)
    grade = _SIGNS.get(metric.grade, "")
    return Cell(text=metric.shown, small=" · ".join(filter(None, (metric.interval_shown, grade))))
