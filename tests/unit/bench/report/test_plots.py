"""Plots hold what they are given, at both widths, and survive nothing, one point, and huge values."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from compiled_ai.bench.report.frame import NARROW, WIDE, Plot
from compiled_ai.bench.report.plot_costs import CostLine, CostView, Crossing, cost_plot
from compiled_ai.bench.report.plot_rows import (
    AccuracyBars,
    FunnelStep,
    Share,
    Spread,
    accuracy_plot,
    funnel_plot,
    latency_plot,
)


def _costs(*lines: CostLine, crossing: Crossing | None = None) -> Plot:
    return cost_plot(lines, CostView(title="Tokens", name="t", unit="tokens", crossing=crossing))


def _line(name: str, once: float, each: float, style: int = 0) -> CostLine:
    return CostLine(name=name, style=style, once=once, each=each)


def _spread(value: float, name: str = "direct") -> Spread:
    return Spread(
        name=name,
        style=1,
        low=value,
        quarter=value,
        median=value,
        three_quarters=value,
        p95=value,
        p99=value,
        n=1,
    )


WHOLE = Share(share=1, low=0.9, high=1, n=40)
PLOTS = {
    "costs of nothing": _costs(),
    "costs of two": _costs(
        _line("compiled", 3000, 0),
        _line("direct", 0, 300, 1),
        crossing=Crossing(executions=10, low=8, high=12),
    ),
    "huge costs": _costs(
        _line("a", 1e300, 1e290),
        _line("b", 0, 1e-300),
        crossing=Crossing(executions=1e200, low=1, high=math.inf),
    ),
    "free": _costs(_line("synthesis", 0, 0)),
    "infinite": _costs(_line("x", math.inf, 0), crossing=Crossing(executions=math.inf)),
    "no accuracy": accuracy_plot([], title="A", name="a"),
    "accuracy": accuracy_plot(
        [AccuracyBars(name="n" * 90, style=9, seen=None, held_out=WHOLE)], title="A", name="a"
    ),
    "no latency": latency_plot([], title="L", name="l"),
    "latencies": latency_plot([_spread(3e-5), _spread(2.0), _spread(0.0), _spread(1e9)], title="L", name="l"),
    "no funnel": funnel_plot([], title="F", name="f"),
    "funnel": funnel_plot(
        [FunnelStep(name="syntax", count=0, of=0), FunnelStep(name="x", count=3, of=5)], title="F", name="f"
    ),
}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS.keys())
def test_a_plot_is_well_formed_within_its_width_and_described(plot: Plot, width: int) -> None:
    root = ET.fromstring(plot.svg(width))
    assert root.get("role") == "img"
    assert root.get("aria-label") == plot.words
    numbers = [
        float(value)
        for element in root.iter()
        for key in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height")
        if (value := element.get(key)) is not None
    ]
    assert all(math.isfinite(value) and -2 <= value <= 1400 for value in numbers)
    assert not re.search(r"nan|inf\b", str(plot.svg(width)).replace(plot.words, ""), re.IGNORECASE)
    assert all(float(element.get("x", "0")) <= width for element in root.iter("text"))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_crossing_of_two_lines_is_drawn_where_they_cross(width: int) -> None:
    root = ET.fromstring(PLOTS["costs of two"].svg(width))
    mark = next(element for element in root.iter("line") if element.get("class") == "crossing")
    lines = [
        [tuple(map(float, place.split(","))) for place in (element.get("points") or "").split()]
        for element in root.iter("polyline")
    ]
    gaps = [(a[0], a[1] - b[1]) for a, b in zip(*lines, strict=True)]
    crossing = next(x for (x, gap), (_, after) in pairwise(gaps) if gap * after <= 0)
    assert float(mark.get("x1") or 0) == pytest.approx(crossing, abs=width / 50)


def test_a_line_of_zeros_is_named_in_words_since_it_cannot_be_drawn() -> None:
    assert "not drawn: synthesis" in PLOTS["free"].words


def test_an_interval_of_the_crossing_is_shaded() -> None:
    assert "band" in PLOTS["costs of two"].svg(WIDE)
    assert "N* = 10 (8\N{EN DASH}12)" in PLOTS["costs of two"].svg(WIDE)


def test_a_split_without_cases_says_so() -> None:
    assert "seen: no cases" in PLOTS["accuracy"].svg(WIDE)
    assert "seen no cases" in PLOTS["accuracy"].words


def test_a_bar_is_as_long_as_its_share() -> None:
    half = Share(share=0.5, low=0.4, high=0.6, n=10)
    root = ET.fromstring(
        accuracy_plot([AccuracyBars(name="a", style=0, seen=half, held_out=WHOLE)], title="A", name="a").svg(
            WIDE
        )
    )
    widths = [float(element.get("width") or 0) for element in root.iter("rect")]
    assert widths[1] == pytest.approx(widths[0] / 2)
