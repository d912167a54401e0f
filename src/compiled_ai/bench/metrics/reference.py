"""The table of metrics in words: the second half of `docs/framework.md`."""

from __future__ import annotations

from compiled_ai.bench.metrics.definition import Definition
from compiled_ai.bench.metrics.metric import CATEGORIES, Category
from compiled_ai.bench.metrics.table import DEFINITIONS

TITLES: dict[Category, str] = {
    "tokens": "Tokens",
    "latency": "Latency",
    "consistency": "Consistency",
    "reliability": "Reliability",
    "code_quality": "Code quality",
    "validation": "Validation",
    "cost": "Cost",
}


def describe_metrics() -> str:
    """Markdown: a section for each category, a paragraph for each metric."""
    return "\n\n".join(_category(category) for category in CATEGORIES) + "\n"


def thresholds(definition: Definition) -> str:
    """Thresholds in words, such as ``competitive above 80 %, excellent above 95 %``; empty without any."""
    side = "above" if definition.better == "higher" else "below"
    named = (("competitive", definition.competitive), ("excellent", definition.excellent))
    unit = "" if definition.unit in {"ratio", "count", "points"} else f" {definition.unit}"
    return ", ".join(f"{name} {side} {value:g}{unit}" for name, value in named if value is not None)


def _category(category: Category) -> str:
    found = [item for item in DEFINITIONS.values() if item.category == category]
    return "\n\n".join((f"### {TITLES[category]}", *map(_paragraph, found)))


def _paragraph(item: Definition) -> str:
    lines = (
        f"**{item.title}** (`{item.name}`, {item.unit}).",
        f"*Formula:* {item.formula}.",
        f"*n:* {item.counts}.",
        f"*Interval:* {item.interval or 'none'}.",
        f"*Thresholds:* {thresholds(item) or 'none'}.",
        f"*Source:* {item.source}.",
        f"*Does not say:* {item.blind.removesuffix('.')}.",
    )
    return "\n".join(lines)
