"""What many executions add up to: cumulative tokens or money over the number of executions, on two logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compiled_ai.bench.report.figures_text import DASH, tick
from compiled_ai.bench.report.figures_text import count as count_text
from compiled_ai.bench.report.frame import (
    WIDE,
    Plot,
    apart,
    drawing,
    line,
    marker,
    polyline,
    rectangle,
    shortened,
    style_class,
    text,
    text_width,
    x_axis,
    y_axis,
)
from compiled_ai.bench.report.markup import Html, join
from compiled_ai.bench.report.scales import Scale, log_scale


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """One system: what it takes once, and what each execution takes."""

    name: str
    style: int
    once: float
    each: float

    def at(self, executions: float) -> float:
        """All that `executions` take together."""
        return self.once + self.each * executions


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Where the first line becomes cheaper than the second, with its 95 % interval. An end at infinity: it may never be."""

    executions: float
    low: float | None = None
    high: float | None = None

    def words(self) -> str:
        """``N* = 41 (33-52)``."""
        text_ = f"N* = {count_text(self.executions)}"
        if self.low is None or self.high is None:
            return text_
        return f"{text_} ({count_text(self.low)}{DASH}{count_text(self.high)})"


@dataclass(frozen=True, kw_only=True)
class CostView:
    """What a plot of costs says besides its lines."""

    title: str
    name: str
    unit: str
    label: Callable[[float], str] = tick
    """For places on the vertical axis."""
    crossing: Crossing | None = None
    most: float = 1e6
    """Executions at the right end."""


def cost_plot(lines: Sequence[CostLine], view: CostView) -> Plot:
    """The lines up to `view.most` executions. Lines that stay at zero have no place on a logarithmic axis; the words name them."""
    shown = [item for item in lines if item.at(view.most) > 0 and math.isfinite(item.at(view.most))]
    words = _words(lines, shown, view)

    def draw(width: int) -> Html:
        return _draw(shown, view, width=width, words=words)

    return Plot(title=view.title, words=words, draw=draw, name=view.name)


def _words(lines: Sequence[CostLine], shown: Sequence[CostLine], view: CostView) -> str:
    most = view.most
    parts = [
        f"{item.name} {view.label(item.at(1))} for one, {view.label(item.at(most))} for {tick(most)}"
        for item in shown
    ]
    silent = [item.name for item in lines if item not in shown]
    said = f"{view.title}. {'; '.join(parts) or 'No system takes any'}."
    if silent:
        said += f" Nothing at any count, and so not drawn: {', '.join(silent)}."
    if view.crossing and math.isfinite(view.crossing.executions):
        said += f" Crossing: {view.crossing.words()}."
    return said


def _draw(lines: Sequence[CostLine], view: CostView, *, width: int, words: str) -> Html:
    wide = width >= WIDE
    names = [shortened(item.name, 150) for item in lines]
    right = max((text_width(name) for name in names), default=0) + 22 if wide else 10.0
    top, height = 46.0, 440.0 if wide else 340.0
    bottom = height - 46
    across = log_scale((1, view.most), start=54, end=width - right)
    ends = [item.at(place) for item in lines for place in (1, view.most)]
    up = log_scale(ends, start=bottom, end=top)
    parts = [
        text(4, 12, view.unit, class_="axis"),
        x_axis(
            across, top=top, bottom=bottom, label=tick, title="executions (log scale)", count=7 if wide else 4
        ),
        y_axis(up, left=54, right=width - right, label=view.label, count=7),
    ]
    if view.crossing is not None and 0 < view.crossing.executions < math.inf:
        parts += _crossing(view.crossing, across, top=top, bottom=bottom)
    for item in lines:
        parts += _line(item, across, up, most=view.most)
    if wide:
        parts += _names(lines, names, across, up, most=view.most)
    return drawing(parts, width=width, height=height, words=words)


def _names(
    lines: Sequence[CostLine], names: Sequence[str], across: Scale, up: Scale, *, most: float
) -> list[Html]:
    ends = [up(item.at(most)) for item in lines]
    places = apart(ends, least=16, low=up.end, high=up.start)
    right = across(most)
    return [
        join(
            (
                line(right + 3, end, right + 12, place, "leader"),
                text(right + 15, place, name, class_=f"name {style_class(item.style)}"),
            )
        )
        for item, name, end, place in zip(lines, names, ends, places, strict=True)
    ]


def _line(item: CostLine, across: Scale, up: Scale, *, most: float) -> list[Html]:
    steps = 60
    counts = [most ** (index / steps) for index in range(steps + 1)]
    places = [(across(value), up(item.at(value))) for value in counts if item.at(value) > 0]
    marked = places[:: max(1, len(places) // 5)]
    return [
        polyline(places, f"line {style_class(item.style)}"),
        *(marker(x, y, item.style) for x, y in marked),
    ]


def _crossing(crossing: Crossing, across: Scale, *, top: float, bottom: float) -> list[Html]:
    x = across(crossing.executions)
    parts = []
    if crossing.low is not None and crossing.high is not None:
        low, high = across(max(crossing.low, across.low)), across(crossing.high)
        parts.append(rectangle(low, top, high - low, bottom - top, "band"))
    said = crossing.words()
    half = text_width(said) / 2
    middle = min(max(x, across.start + half), across.end - half)
    return [
        *parts,
        line(x, top, x, bottom, "crossing"),
        text(middle, top - 10, said, anchor="middle", class_="note"),
    ]
