"""The few figures that stand large under a verdict."""

from __future__ import annotations

from compiled_ai.bench.metrics.facts import DatasetSummary
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.report.figures_text import DASH, count
from compiled_ai.bench.report.layout import sentence
from compiled_ai.bench.report.markup import Html, tag
from compiled_ai.bench.report.verdict import cautious_comparison, runs, share


def tiles_of(dataset: DatasetSummary) -> Html | None:
    """Accuracy, silent errors, tokens and N*; None without a compiled system."""
    headline = dataset.headline
    if headline is None:
        return None
    where = "held out" if headline.split == "held_out" else "seen"
    model = headline.baseline or "no model"
    other = headline.baseline_accuracy
    cost = cautious_comparison(dataset)
    cheapest = dataset.system(cost.baseline) if cost else None
    tokens = cheapest.metrics["tokens_per_transaction"] if cheapest else None
    pays = cost.metrics["break_even_tokens"] if cost else None
    return tag(
        "dl",
        _tile(f"Right, {where}", headline.accuracy.shown, _against(headline.accuracy, model, other)),
        _tile("Silently wrong", headline.silent_wrong_rate.shown, _range(headline.silent_wrong_rate)),
        _tile(
            "Tokens per execution",
            count(headline.tokens_per_transaction.value),
            f"{cheapest.system} {count(tokens.value)}" if cheapest and tokens else "",
        ),
        _tile(
            "Pays for itself after",
            _break_even(pays),
            _interval(pays),
        ),
        class_="tiles",
    )


def _tile(name: str, value: str, small: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value, tag("small", sentence(small)) if small else None))


def _against(own: Metric, model: str, other: Metric | None) -> str:
    text = _range(own)
    return f"{text}; {model} {share(other)}" if other is not None else text


def _range(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return ""
    return f"{metric.low:.0f}{DASH}{metric.high:.0f}, n = {metric.n}"


def _break_even(metric: Metric | None) -> str:
    return "unknown" if metric is None or metric.value is None else count(metric.value)


def _interval(metric: Metric | None) -> str:
    if metric is None or metric.value is None:
        return metric.note if metric else ""
    text = runs(metric)
    return (
        f"executions of a task{text.removeprefix(count(metric.value))}"
        if text != "never"
        else "it is dearer each time"
    )
