"""One measured figure: its value, how sure it is, and how it stands against the thresholds of the field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from compiled_ai.spec.canonical import JsonObject, JsonValue

Category = Literal["tokens", "latency", "consistency", "reliability", "code_quality", "validation", "cost"]
CATEGORIES: tuple[Category, ...] = (
    "tokens",
    "latency",
    "consistency",
    "reliability",
    "code_quality",
    "validation",
    "cost",
)
"""In the order in which they are shown."""
Grade = Literal["excellent", "competitive", "below", "ungraded", "unknown"]
"""``ungraded``: the field names no threshold. ``unknown``: there is no value."""
Better = Literal["higher", "lower"]
Unit = Literal["%", "ms", "s", "bits", "tokens", "USD", "ratio", "runs", "lines/token", "count", "points"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure of a run. Its definition stands in `compiled_ai.bench.metrics.table` under its name."""

    name: str
    category: Category
    value: float | None
    """Shares are in 0..100 (unit ``%``). ``math.inf`` where a cost never pays or is divided by none; None when it cannot be known, and `note` says why."""
    unit: Unit
    n: int
    """What was counted: cases, tasks, repeated cases or calls, as the definition says."""
    low: float | None = None
    """Lower end of the 95 % interval; None when there is none."""
    high: float | None = None
    """Upper end of the 95 % interval; may be ``math.inf``."""
    competitive: float | None = None
    excellent: float | None = None
    better: Better | None = None
    grade: Grade = "ungraded"
    note: str = ""
    """Reason of a missing value, or what a reader must know about this one."""

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def shown(self) -> str:
        """The value with its unit for people: ``93.1 %``, ``never``, ``n/a``."""
        return _shown(self.value, self.unit)

    @property
    def interval_shown(self) -> str:
        """The interval for people, such as ``89.0 % to 95.8 %``; empty without one."""
        if self.low is None or self.high is None:
            return ""
        return f"{_shown(self.low, self.unit)} to {_shown(self.high, self.unit)}"

    def to_json(self) -> JsonObject:
        """All fields; infinities as the string ``"infinite"``."""
        return {
            "name": self.name,
            "category": self.category,
            "value": plain_number(self.value),
            "unit": self.unit,
            "n": self.n,
            "low": plain_number(self.low),
            "high": plain_number(self.high),
            "competitive": self.competitive,
            "excellent": self.excellent,
            "better": self.better,
            "grade": self.grade,
            "shown": self.shown,
            "note": self.note,
        }


def plain_number(value: float | None) -> JsonValue:
    """`value` as JSON can carry it."""
    return "infinite" if value is not None and math.isinf(value) else value


def grade_of(
    value: float | None, *, better: Better | None, competitive: float | None, excellent: float | None
) -> Grade:
    """Where `value` stands. A threshold must be passed, not only reached: ``> 80 %`` means above 80."""
    if value is None:
        return "unknown"
    if better is None or competitive is None:
        return "ungraded"
    sign = 1 if better == "higher" else -1
    if excellent is not None and sign * value > sign * excellent:
        return "excellent"
    return "competitive" if sign * value > sign * competitive else "below"


def _shown(value: float | None, unit: Unit) -> str:
    if value is None:
        return "n/a"
    if math.isinf(value):
        return "never" if unit == "runs" else "unlimited"
    if unit == "USD":
        return _money(value)
    text = _number(value)
    return text if unit in {"ratio", "count", "points"} else f"{text} {unit}"


def _number(value: float) -> str:
    """Three significant digits, at most one decimal from 10 on, thousands grouped."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}".removesuffix(".0")
    if size == 0:
        return "0"
    decimals = min(6, max(1, 2 - math.floor(math.log10(size))))
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".") or "0"


def _money(value: float) -> str:
    size = abs(value)
    if size >= 1 or size == 0:
        return f"${value:,.2f}"
    return "$" + f"{value:.8f}".rstrip("0") if size >= 1e-8 else f"${value:.1e}"
