"""How the figures came to be: runs, data, prices, intervals, definitions."""

from __future__ import annotations

import json

from compiled_ai.bench.metrics.definition import Definition
from compiled_ai.bench.metrics.facts import DatasetSummary, RunFacts
from compiled_ai.bench.metrics.metric import CATEGORIES
from compiled_ai.bench.metrics.table import DEFINITIONS
from compiled_ai.bench.report.figures_text import usd
from compiled_ai.bench.report.grades import TITLES
from compiled_ai.bench.report.layout import facts, folded, table, with_links
from compiled_ai.bench.report.markup import Child, Html, link, tag
from compiled_ai.bench.report.report import Report
from compiled_ai.bench.report.tables import Cell, Column, Table
from compiled_ai.spec.canonical import JsonObject, JsonValue

WORDS = (
    "All systems answer the same cases, get the same instructions and examples, and are judged by the data set's own evaluator.",
    "An answer is right, wrong without a word, or missing (declined, failed, timed out, never prepared). What is missing counts as wrong in every accuracy, save where declining was right.",
    "Intervals are of 95 %: Wilson's for shares, bootstrap for means, quantiles and N*. Comparisons are paired: only cases that both systems answered, with McNemar's exact test, and a bootstrap over whole tasks where there are several.",
    "What is spent before the first case is kept in a ledger of its own and shown apart; N* is where it is made up for.",
    "Times of replies that a person or helper gave by hand are no latency of a model and are left out.",
)


def methods(report: Report) -> list[Html]:
    """All of it, the longer parts folded."""
    parts: list[Html] = [tag("p", text) for text in WORDS]
    for section in report.sections:
        parts.append(folded(f"Data: {section.dataset.title}", _data(section.dataset)))
    for run in report.summary.runs:
        parts.append(folded(f"Run: {run.run_id}", _run(run)))
    for section in report.sections:
        parts.append(folded(f"Systems on {section.dataset.title}", _systems(section.dataset)))
    if report.summary.prices:
        parts.append(folded("Prices", _prices(report)))
    parts += [
        folded(
            f"Definitions: {TITLES[category]}",
            *(_definition(item) for item in DEFINITIONS.values() if item.category == category),
        )
        for category in CATEGORIES
    ]
    return parts


def _data(dataset: DatasetSummary) -> Html:
    return facts([(name.replace("_", " "), _shown(value)) for name, value in dataset.description.items()])


def _systems(dataset: DatasetSummary) -> Html:
    return facts([(system.system, _flat(system.identity)) for system in dataset.systems])


def _run(run: RunFacts) -> Html:
    pairs: list[tuple[str, Child]] = [
        ("started", run.started_at),
        ("data set", run.dataset),
        ("model", run.model),
        ("replies from", run.source),
        ("Compiled AI", run.version),
        ("settings", _flat(run.settings)),
        ("machine", _flat(run.machine)),
    ]
    return facts(pairs)


def _shown(value: JsonValue) -> Child:
    return link(value) if isinstance(value, str) else _flat(value)


def _flat(value: JsonValue | JsonObject) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_flat(item)}" for name, item in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _prices(report: Report) -> Html:
    columns = (
        Column(title="Model", numeric=False),
        Column(title="Input", small="per million tokens"),
        Column(title="Output", small="per million tokens"),
        Column(title="Cached", small="per million tokens"),
        Column(title="Date", numeric=False),
        Column(title="Source", numeric=False),
    )
    rows = tuple(
        (
            Cell(text=price.model),
            Cell(text=usd(price.input_usd)),
            Cell(text=usd(price.output_usd)),
            Cell(text=usd(price.cached_usd)),
            Cell(text=price.day),
            Cell(text=price.source),
        )
        for price in report.summary.prices
    )
    return table(Table(caption="List prices", columns=columns, rows=rows))


def _definition(item: Definition) -> Html:
    said: list[tuple[str, str]] = [
        ("", item.formula),
        ("Unit: ", item.unit),
        ("n counts: ", item.counts),
        ("Interval: ", item.interval or "none"),
        ("Source: ", item.source),
        ("Does not say: ", item.blind),
    ]
    lines = [tag("p", label, with_links(text)) for label, text in said]
    return tag("div", tag("b", item.title), *lines, class_="definition", id=f"m-{item.name}")
