"""What all plots share: sizes, axes, markers, and labels that do not lie upon each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compiled_ai.bench.report.markup import Html, join, number, tag
from compiled_ai.bench.report.scales import Scale

WIDE, NARROW = 1060, 350
"""Widths in pixels that each plot is drawn for: a page shows one of the two, so that text has the same size on a phone."""
STYLES = 8
"""How many systems have colours and markers of their own; further ones begin again."""
_LETTER = 7.4
"""Width of a letter at 12 px in bold, roughly and rather too wide."""


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A drawing that fits itself to a width."""

    title: str
    words: str
    """What it shows, in words: for those who do not see it."""
    draw: Callable[[int], Html]
    """From a width in pixels to the SVG's content and height: see `drawing`."""
    name: str

    def svg(self, width: int) -> Html:
        """The drawing at `width`."""
        return self.draw(width)


def drawing(content: Sequence[Html], *, width: int, height: float, words: str) -> Html:
    """An SVG of that size, described by `words`."""
    return tag(
        "svg",
        *content,
        viewBox=f"0 0 {width} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=words,
        class_="wide" if width >= WIDE else "narrow",
    )


def text(x: float, y: float, content: str, *, anchor: str = "start", class_: str | None = None) -> Html:
    """A line of text; `y` is its middle."""
    return tag(
        "text",
        content,
        x=x,
        y=y,
        dy="0.35em",
        text_anchor=None if anchor == "start" else anchor,
        class_=class_,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def polyline(places: Sequence[tuple[float, float]], class_: str) -> Html:
    """A line through `places`."""
    written = " ".join(f"{number(x)},{number(y)}" for x, y in places)
    return tag("polyline", points=written, class_=class_)


def rectangle(x: float, y: float, width: float, height: float, class_: str) -> Html:
    """A filled rectangle with slightly rounded corners; never of negative size."""
    return tag("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), rx=1.5, class_=class_)


def style_class(style: int) -> str:
    """The class that carries the colour of the system with that number."""
    return f"s{style % STYLES}"


def marker(x: float, y: float, style: int, *, size: float = 4.2) -> Html:
    """The mark of a system: its form differs too, for those who do not tell colours apart."""
    class_ = f"mark {style_class(style)}"
    s = size
    form = style % STYLES
    if form == 0:
        return tag("circle", cx=x, cy=y, r=s, class_=class_)
    if form == 5:
        return tag("circle", cx=x, cy=y, r=s - 0.8, class_=f"hollow {style_class(style)}")
    return _polygon([(x + s * dx, y + s * dy) for dx, dy in _FORMS[form]], class_)


_FORMS: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    2: ((0, -1.25), (1.15, 0.9), (-1.15, 0.9)),
    3: ((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
    4: ((0, 1.25), (1.15, -0.9), (-1.15, -0.9)),
    6: ((-1.5, -0.6), (1.5, -0.6), (1.5, 0.6), (-1.5, 0.6)),
    7: ((-0.6, -1.5), (0.6, -1.5), (0.6, 1.5), (-0.6, 1.5)),
}
"""Corners of markers: square, triangles, diamond, lying and standing bar."""


def _polygon(places: Sequence[tuple[float, float]], class_: str) -> Html:
    return tag("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in places), class_=class_)


def x_axis(
    scale: Scale, *, top: float, bottom: float, label: Callable[[float], str], title: str, count: int
) -> Html:
    """Vertical grid lines with labels below, the axis' title under them."""
    parts = []
    for value in scale.ticks(count):
        x = scale(value)
        parts += [
            line(x, top, x, bottom, "grid"),
            text(x, bottom + 13, label(value), anchor="middle", class_="tick"),
        ]
    middle = (scale.start + scale.end) / 2
    parts.append(text(middle, bottom + 33, title, anchor="middle", class_="axis"))
    return join(parts)


def y_axis(scale: Scale, *, left: float, right: float, label: Callable[[float], str], count: int) -> Html:
    """Horizontal grid lines with labels at the left."""
    parts = []
    for value in scale.ticks(count):
        y = scale(value)
        parts += [
            line(left, y, right, y, "grid"),
            text(left - 7, y, label(value), anchor="end", class_="tick"),
        ]
    return join(parts)


def apart(places: Sequence[float], *, least: float, low: float, high: float) -> list[float]:
    """`places` moved as little as needed so that neighbours are `least` apart, within `low` to `high` where there is room for all.

    The order stays that of the input.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [0.0] * len(places)
    floor = low
    for index in order:
        moved[index] = floor = max(places[index], floor)
        floor += least
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - least
    return moved


def text_width(content: str) -> float:
    """About the width of `content` at 12 px."""
    return len(content) * _LETTER


def shortened(content: str, width: float) -> str:
    """`content` cut so that it fits `width` pixels."""
    letters = max(3, int(width / _LETTER))
    return content if len(content) <= letters else content[: letters - 1] + "…"
