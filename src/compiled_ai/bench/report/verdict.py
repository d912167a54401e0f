"""The headline in words, by rules from the figures: also when they disprove the claim, and when they say nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from compiled_ai.bench.metrics.facts import Comparison, DatasetSummary, Headline, Paired
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.report.figures_text import DASH, count, percent, points, seconds

Standing = Literal["supported", "disproved", "mixed", "undecided", "nothing"]
"""``mixed``: right as often, and yet dearer, or cheaper and its accuracy not settled. ``nothing``: no conclusion is possible at all."""
FEWEST_CASES = 20
"""With fewer paired cases no conclusion is drawn: even 0 of 19 wrong leaves up to 17 % possible (Wilson, 95 %)."""
MARGIN = 5.0
"""Percentage points by which compiled code may at most be worse, at the lower end of the 95 % interval, to count as right about as often."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a reader should take away."""

    standing: Standing
    title: str
    """One line."""
    sentences: tuple[str, ...]
    """The figures behind it, each with its n and interval."""


def verdict_of(dataset: DatasetSummary, *, estimated: bool = False) -> Verdict:
    """The verdict on one dataset. `estimated`: tokens are estimates, which the sentences then say."""
    headline = dataset.headline
    if headline is None:
        return Verdict(
            standing="nothing",
            title="Nothing can be concluded: no compiled system ran",
            sentences=(
                "Without a system that answers with compiled code there is nothing to hold against the others.",
            ),
        )
    cost = cautious_comparison(dataset)
    standing, title = _judge(headline, cost)
    sentences = [
        _accuracies(dataset.title, headline),
        _difference(headline),
        _silent(dataset, headline),
        *_costs(dataset, cost, estimated=estimated),
        _speed(cost),
        _other_split(headline),
    ]
    return Verdict(standing=standing, title=title, sentences=tuple(item for item in sentences if item))


def _judge(headline: Headline, cost: Comparison | None) -> tuple[Standing, str]:
    paired = headline.paired
    if headline.baseline is None or paired is None:
        return (
            "nothing",
            "Nothing can be concluded: nothing that asks a model each time answered the same cases",
        )
    if paired.cases < FEWEST_CASES:
        cases = f"{paired.cases} case" + ("" if paired.cases == 1 else "s")
        return "nothing", f"Nothing can be concluded from {cases}"
    if headline.split == "seen":
        return (
            "undecided",
            "Undecided: every case was shown to the compiler, so nothing is known of new requests",
        )
    return _judge_held_out(headline, paired, pays=_pays(cost))


def _judge_held_out(headline: Headline, paired: Paired, *, pays: bool | None) -> tuple[Standing, str]:
    low, high = interval_of(paired)
    model = headline.baseline
    if high < 0:
        less = f"compiled code was right less often than {model}"
        return "disproved", f"Disproved here: {less}" + (
            "" if pays else ", and it never paid for itself" if pays is False else ""
        )
    if low > 0 or low >= -MARGIN:
        often = "more often than" if low > 0 else "about as often as"
        if pays:
            return "supported", f"Supported here: compiled code was right {often} {model} and pays for itself"
        if pays is False:
            return "mixed", f"Mixed: compiled code was right {often} {model}, but never pays for itself"
        return "mixed", f"Mixed: compiled code was right {often} {model}; whether it pays cannot be told"
    if pays is False:
        return (
            "disproved",
            f"Disproved here: compiled code never pays for itself, and its accuracy against {model} is not settled",
        )
    return "undecided", f"Undecided: too few cases to tell whether compiled code is right as often as {model}"


def interval_of(paired: Paired) -> tuple[float, float]:
    """The wider of the two intervals of a difference, in percentage points."""
    low, high = paired.low, paired.high
    if (
        paired.task_low is not None
        and paired.task_high is not None
        and paired.task_high - paired.task_low > high - low
    ):
        return paired.task_low, paired.task_high
    return low, high


def cautious_comparison(dataset: DatasetSummary) -> Comparison | None:
    """The subject against the cheapest system that asks a model for each case: what is paid back latest there is paid back everywhere. None without one."""
    found = [
        (system.metrics["tokens_per_transaction"].value or 0.0, comparison)
        for comparison in dataset.comparisons
        if (system := dataset.system(comparison.baseline)) is not None and not system.is_compiled
    ]
    asking = [pair for pair in found if pair[0] > 0]
    return min(asking, key=lambda pair: pair[0])[1] if asking else None


def _pays(cost: Comparison | None) -> bool | None:
    value = cost.metrics["break_even_tokens"].value if cost else None
    return None if value is None else math.isfinite(value)


def _accuracies(title: str, headline: Headline) -> str:
    shown = "that nobody had shown it" if headline.split == "held_out" else "that it was compiled from"
    own = headline.accuracy
    text = f"{title}: on {own.n:,} requests {shown}, {headline.system} was right {share(own)}"
    if headline.baseline is None or headline.baseline_accuracy is None:
        return f"{text}."
    other = headline.baseline_accuracy
    n = "" if other.n == own.n else f", n = {other.n}"
    return f"{text}; {headline.baseline}, which asks a model each time, {share(other)}{n}."


def share(metric: Metric) -> str:
    """``72.5 % (57-84)``: a share with its 95 % interval."""
    if metric.low is None or metric.high is None:
        return metric.shown
    return f"{metric.shown} ({metric.low:.0f}{DASH}{metric.high:.0f})"


def _difference(headline: Headline) -> str:
    paired = headline.paired
    if paired is None:
        return ""
    low, high = interval_of(paired)
    text = (
        f"Case by case ({paired.cases:,} in common) the difference is {points(paired.difference / 100)} points "
        f"({points(low / 100)} to {points(high / 100)}): {paired.only_system:,} only {headline.system} had right, "
        f"{paired.only_baseline:,} only {headline.baseline}"
    )
    if low <= 0 <= high:
        return f"{text}; a difference of 0 lies within the interval."
    return f"{text}."


def _silent(dataset: DatasetSummary, headline: Headline) -> str:
    system = dataset.system(headline.system)
    split = system.split(headline.split) if system else None
    if headline.silent_wrong_rate.value is None or split is None or not split.rows:
        return ""
    declined = split.outcomes.get("declined", 0)
    text = f"It was wrong without a word of it in {share(headline.silent_wrong_rate)} of cases"
    return f"{text}, and declined {percent(declined / split.rows)} for which an answer was due."


def _costs(dataset: DatasetSummary, cost: Comparison | None, *, estimated: bool) -> list[str]:
    if cost is None:
        return []
    metric = cost.metrics["break_even_tokens"]
    if metric.value is None:
        return [
            f"When it pays for itself cannot be told: {metric.note or 'tokens are not known'}".rstrip(".")
            + "."
        ]
    guess = " (tokens estimated)" if estimated else ""
    own, other = (_tokens(dataset, name) for name in (cost.system, cost.baseline))
    if math.isinf(metric.value):
        return [
            f"It never pays for itself against {cost.baseline}: {own} tokens an execution against {other}{guess}."
        ]
    first = f"In place of {cost.baseline}, the cheapest that asks a model, it pays for itself after N* = {runs(metric)} executions of a task: {own} tokens each against {other}{guess}."
    handed = _other_break_even(cost, "break_even_handed_on")
    money = _other_break_even(cost, "break_even_money")
    more = [f"when what it does not answer is handed on to the model, {handed}"] if handed else []
    more += [f"in money, {money}"] if money else []
    said = "; ".join(more)
    return [first, f"{said[0].upper()}{said[1:]}."] if said else [first]


def _tokens(dataset: DatasetSummary, name: str) -> str:
    system = dataset.system(name)
    return count(system.metrics["tokens_per_transaction"].value) if system else DASH


def _other_break_even(cost: Comparison, name: str) -> str:
    if name not in cost.metrics or cost.metrics[name].value is None:
        return ""
    text = runs(cost.metrics[name])
    return text if text == "never" else f"after {text}"


def runs(metric: Metric) -> str:
    """``41 (33-52)``: a number of executions with its interval."""
    if metric.value is None:
        return DASH
    if metric.low is None or metric.high is None or math.isinf(metric.value):
        return count(metric.value)
    return f"{count(metric.value)} ({count(metric.low)}{DASH}{count(metric.high)})"


def _speed(cost: Comparison | None) -> str:
    value = cost.metrics["speed_up"].value if cost and "speed_up" in cost.metrics else None
    if cost is None or value is None or not math.isfinite(value) or value <= 0:
        return ""
    if value >= 1:
        return f"It answered about {_about(value)} times as fast as {cost.baseline} (median)."
    return f"It took about {_about(1 / value)} times as long as {cost.baseline} (median)."


def _about(value: float) -> str:
    """Two significant digits: more would say something about the minute of the measurement."""
    return count(float(f"{value:.2g}"))


def _other_split(headline: Headline) -> str:
    metric = headline.other_split_accuracy
    if metric is None or metric.value is None:
        return ""
    if headline.split == "held_out":
        return f"On {metric.n:,} requests that it was compiled from it was right {share(metric)}, which says nothing about the next one."
    return f"On {metric.n:,} new requests it was right {share(metric)}."


def milliseconds(value: float | None) -> str:
    """A time given in milliseconds, in the unit that reads best."""
    return seconds(None if value is None else value / 1000)
