"""Plots with a row for each system or stage: accuracy with intervals, latency on a logarithmic axis, the funnel of validation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.bench.report import figures_text
from compiled_ai.bench.report.figures_text import MINUS
from compiled_ai.bench.report.frame import (
    WIDE,
    Plot,
    drawing,
    line,
    marker,
    rectangle,
    shortened,
    style_class,
    text,
    text_width,
    x_axis,
)
from compiled_ai.bench.report.markup import Html
from compiled_ai.bench.report.scales import Scale, linear_scale, log_scale


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share with its 95 % interval, all in 0..1."""

    share: float
    low: float
    high: float
    n: int

    def words(self) -> str:
        """``72.5 % (57-84, n = 40)``."""
        return f"{figures_text.percent(self.share)} ({figures_text.percent_range(self.low, self.high)}, n = {self.n})"


@dataclass(frozen=True, kw_only=True)
class AccuracyBars:
    """One system's accuracies; None where it had no such cases."""

    name: str
    style: int
    seen: Share | None
    held_out: Share | None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """One system's times, in seconds: percentiles in ascending order."""

    name: str
    style: int
    low: float
    """5th percentile."""
    quarter: float
    median: float
    three_quarters: float
    p95: float
    p99: float
    n: int


@dataclass(frozen=True, kw_only=True)
class FunnelStep:
    """How many are left after one stage."""

    name: str
    count: int
    of: int
    """How many reached it."""


def accuracy_plot(bars: Sequence[AccuracyBars], *, title: str, name: str) -> Plot:
    """Held-out accuracy (filled) over seen accuracy (outlined) of each system, with intervals."""
    said = [
        f"{bar.name}: held out {bar.held_out.words() if bar.held_out else 'no cases'}, seen {bar.seen.words() if bar.seen else 'no cases'}"
        for bar in bars
    ]
    words = f"{title}. {'; '.join(said) or 'No systems'}."

    def draw(width: int) -> Html:
        return _draw_accuracy(bars, width=width, words=words)

    return Plot(title=title, words=words, draw=draw, name=name)


def _draw_accuracy(bars: Sequence[AccuracyBars], *, width: int, words: str) -> Html:
    wide = width >= WIDE
    left = _label_width([bar.name for bar in bars]) if wide else 8.0
    head = 0.0 if wide else 20.0
    pitch = 52.0 + head
    top = 8.0
    bottom = top + pitch * len(bars)
    right = 190.0 if wide else 14.0
    across = Scale(low=0, high=1, start=left, end=width - right)
    parts = [
        x_axis(
            across,
            top=top,
            bottom=bottom,
            label=lambda value: f"{100 * value:.0f}",
            title="right, % of cases",
            count=5,
        )
    ]
    for place, bar in enumerate(bars):
        y = top + place * pitch
        parts.append(_row_name(bar.name, bar.style, y + 24, left, wide=wide, above=y + 11))
        for share, offset, kind in ((bar.held_out, 6.0, "fill"), (bar.seen, 27.0, "outline")):
            parts += _share_bar(
                share, across, y + head + offset, class_=f"{kind} {style_class(bar.style)}", wide=wide
            )
    return drawing(parts, width=width, height=bottom + 46, words=words)


def _share_bar(share: Share | None, across: Scale, y: float, *, class_: str, wide: bool) -> list[Html]:
    kind = "held out" if class_.startswith("fill") else "seen"
    height, middle = 16.0, y + 8
    if share is None:
        return [text(across.start + 4, middle, f"{kind}: no cases", class_="quiet")]
    parts = [
        rectangle(across(0), y, across(share.share) - across(0), height, class_),
        *_whisker(across, share.low, share.high, middle),
    ]
    if wide:
        parts.append(text(across.end + 10, middle, f"{share.words()}", class_="value"))
    return parts


def _whisker(across: Scale, low: float, high: float, y: float) -> list[Html]:
    a, b = across(low), across(high)
    return [
        line(a, y, b, y, "whisker"),
        line(a, y - 4, a, y + 4, "whisker"),
        line(b, y - 4, b, y + 4, "whisker"),
    ]


def latency_plot(spreads: Sequence[Spread], *, title: str, name: str) -> Plot:
    """A box for each system on one logarithmic axis of time."""
    seconds = figures_text.seconds
    said = [
        f"{item.name}: median {seconds(item.median)}, 99th percentile {seconds(item.p99)}, {item.n} measured"
        for item in spreads
    ]
    words = f"{title}. {'; '.join(said) or 'Nothing was measured'}."

    def draw(width: int) -> Html:
        return _draw_latency(spreads, width=width, words=words)

    return Plot(title=title, words=words, draw=draw, name=name)


def _draw_latency(spreads: Sequence[Spread], *, width: int, words: str) -> Html:
    wide = width >= WIDE
    left = _label_width([item.name for item in spreads]) if wide else 14.0
    head = 0.0 if wide else 18.0
    pitch = 36.0 + head
    top = 8.0
    bottom = top + pitch * max(1, len(spreads))
    right = 190.0 if wide else 20.0
    values = [value for item in spreads for value in (item.low, item.p99)]
    across = log_scale(values, start=left, end=width - right)
    parts = [
        x_axis(
            across,
            top=top,
            bottom=bottom,
            label=figures_text.tick_seconds,
            title="seconds for a case (log scale)",
            count=8 if wide else 4,
        )
    ]
    if not spreads:
        parts.append(
            text(
                (across.start + across.end) / 2,
                (top + bottom) / 2,
                "nothing was measured",
                anchor="middle",
                class_="quiet",
            )
        )
    for place, item in enumerate(spreads):
        y = top + place * pitch
        parts.append(_row_name(item.name, item.style, y + 18, left, wide=wide, above=y + 10))
        parts += _box(item, across, y + head + 18, wide=wide)
    return drawing(parts, width=width, height=bottom + 46, words=words)


def _box(item: Spread, across: Scale, y: float, *, wide: bool) -> list[Html]:
    style = style_class(item.style)
    a, b = across(item.quarter), across(item.three_quarters)
    seconds = figures_text.seconds
    parts = [
        line(across(item.low), y, across(item.p99), y, f"line {style}"),
        line(across(item.p95), y - 5, across(item.p95), y + 5, f"line {style}"),
        rectangle(a, y - 9, max(2.0, b - a), 18, f"fill soft {style}"),
        marker(across(item.p99), y, item.style, size=3.2),
        line(across(item.median), y - 10, across(item.median), y + 10, "median"),
    ]
    if wide:
        parts.append(
            text(across.end + 14, y, f"p50 {seconds(item.median)} · p99 {seconds(item.p99)}", class_="value")
        )
    return parts


def funnel_plot(steps: Sequence[FunnelStep], *, title: str, name: str, style: int = 0) -> Plot:
    """A bar for each stage: how many were left after it."""
    said = [f"{step.name}: {step.count} of {step.of}" for step in steps]
    words = f"{title}. {'; '.join(said) or 'No stages were recorded'}."

    def draw(width: int) -> Html:
        return _draw_funnel(steps, width=width, words=words, class_=f"fill {style_class(style)}")

    return Plot(title=title, words=words, draw=draw, name=name)


def _draw_funnel(steps: Sequence[FunnelStep], *, width: int, words: str, class_: str) -> Html:
    wide = width >= WIDE
    left = _label_width([step.name for step in steps]) if wide else 8.0
    head = 0.0 if wide else 18.0
    pitch, top = 34.0 + head, 8.0
    bottom = top + pitch * len(steps)
    across = linear_scale(
        [float(step.of) for step in steps], start=left, end=width - (150.0 if wide else 96.0)
    )
    parts = [line(left, top, left, bottom, "whisker")] if wide else []
    for place, step in enumerate(steps):
        y = top + place * pitch
        parts.append(_row_name(step.name, None, y + 16, left, wide=wide, above=y + 9))
        parts += [
            rectangle(left, y + head + 5, across(step.of) - left, 22, "reached"),
            rectangle(left, y + head + 5, across(step.count) - left, 22, class_),
            text(across(step.of) + 8, y + head + 16, _of(step), class_="value"),
        ]
    return drawing(parts, width=width, height=bottom + 8, words=words)


def _of(step: FunnelStep) -> str:
    lost = step.of - step.count
    return f"{step.count} of {step.of}" + (f" ({MINUS}{lost})" if lost > 0 else "")


def _row_name(name: str, style: int | None, y: float, left: float, *, wide: bool, above: float) -> Html:
    class_ = "name" if style is None else f"name {style_class(style)}"
    if wide:
        return text(left - 10, y, shortened(name, 180), anchor="end", class_=class_)
    return text(8, above, shortened(name, 320), class_=class_)


def _label_width(names: Sequence[str]) -> float:
    widest = max((text_width(name) for name in names), default=0.0)
    return math.ceil(min(widest, 180.0)) + 16.0
