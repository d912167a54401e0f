"""What a metric means, in words and thresholds."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.bench.metrics.metric import Better, Category, Unit


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One metric. All texts are Markdown."""

    name: str
    title: str
    """For people, such as ``Silent-wrong rate``."""
    category: Category
    unit: Unit
    better: Better | None
    """None where neither end is better by itself."""
    formula: str
    counts: str
    """What `n` counts."""
    interval: str
    """How the 95 % interval is made; empty when there is none."""
    source: str
    """Where the definition comes from, with a link; ``ours`` where we made it up."""
    competitive: float | None = None
    """Threshold of the field; the value must be beyond it."""
    excellent: float | None = None
    blind: str
    """What it does not say."""


FRAMEWORK = "[Compiled AI framework](https://github.com/XY-Corp/CompiledAI/blob/main/paper/framework.md)"
"""Of [arXiv 2604.05150](https://arxiv.org/abs/2604.05150)."""
WILSON = "Wilson, over cases"
CASES = "bootstrap over cases"
TASKS = "bootstrap over tasks"
