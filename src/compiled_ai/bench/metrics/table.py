"""The table of all metrics: `docs/framework.md`, the calculations and reports take name, unit and thresholds from here."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from compiled_ai.bench.metrics._table_answers import ANSWERS
from compiled_ai.bench.metrics._table_making import MAKING
from compiled_ai.bench.metrics._table_spending import SPENDING
from compiled_ai.bench.metrics.definition import Definition
from compiled_ai.bench.metrics.metric import CATEGORIES, Metric, grade_of

DEFINITIONS: dict[str, Definition] = {
    item.name: item
    for category in CATEGORIES
    for item in (*SPENDING, *ANSWERS, *MAKING)
    if item.category == category
}
"""Each metric's definition by its name, in the order in which they are shown."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A value with all that goes with it, before it meets its definition."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None
    note: str = ""


def metric(name: str, measured: Measured) -> Metric:
    """The metric `name` with its thresholds and grade.

    Raises:
        KeyError: the table does not have it.
    """
    definition = DEFINITIONS[name]
    return dataclasses.replace(
        _blank(definition),
        value=measured.value,
        n=measured.n,
        low=measured.low,
        high=measured.high,
        note=measured.note,
        grade=grade_of(
            measured.value,
            better=definition.better,
            competitive=definition.competitive,
            excellent=definition.excellent,
        ),
    )


def unknown(name: str, reason: str, *, n: int = 0) -> Metric:
    """The metric `name` without a value, and why.

    Raises:
        KeyError: the table does not have it.
    """
    return dataclasses.replace(_blank(DEFINITIONS[name]), n=n, note=reason)


def _blank(definition: Definition) -> Metric:
    return Metric(
        name=definition.name,
        category=definition.category,
        value=None,
        unit=definition.unit,
        n=0,
        competitive=definition.competitive,
        excellent=definition.excellent,
        better=definition.better,
        grade="unknown",
    )
