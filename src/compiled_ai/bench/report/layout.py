"""Pieces of the page: tables, plots, lists of facts, folded parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiled_ai.bench.report.frame import NARROW, STYLES, WIDE, Plot, marker, style_class
from compiled_ai.bench.report.markup import Child, Html, escape, join, link, tag
from compiled_ai.bench.report.tables import Cell, Column, Table

_FIGURES = 18
"""Letters up to which small text is figures that stay on one line."""
_FIGURE = re.compile(r"[^\s()]{1,12} %(?: \([^()]{1,24}\))?|[^\s()]{1,12} \([^()\s]{1,24}\)")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\(([^()\s]{1,500})\)")


def table(content: Table) -> Html:
    """A table in a box of its own that scrolls sideways, also by keyboard."""
    head = tag("tr", *(_heading(column) for column in content.columns))
    rows = [
        tag("tr", *_row(row, content.columns), class_="subject" if place == content.emphasised else None)
        for place, row in enumerate(content.rows)
    ]
    inner = tag("table", tag("thead", head), tag("tbody", *rows), aria_label=content.caption)
    scrolled = tag("div", inner, class_="scroll", role="region", tabindex="0", aria_label=content.caption)
    return join((tag("p", content.caption, class_="caption"), scrolled))


def _heading(column: Column) -> Html:
    class_ = None if column.numeric else "words"
    return tag("th", column.title, _small(column.small), scope="col", class_=class_)


def _row(row: Sequence[Cell], columns: Sequence[Column]) -> list[Html]:
    cells = [tag("th", row[0].text, _small(row[0].small), scope="row")]
    for cell, column in zip(row[1:], columns[1:], strict=True):
        class_ = f"grade-{cell.text}" if column.title == "Grade" and cell.text.isalpha() else None
        words = None if column.numeric else "words"
        cells.append(
            tag("td", cell.text, _small(cell.small), class_=" ".join(filter(None, (words, class_))) or None)
        )
    return cells


def _small(text: str) -> Html | None:
    return tag("small", text, class_="words" if len(text) > _FIGURES else None) if text else None


def figure(plot: Plot, caption: str, *, systems: Sequence[str] = ()) -> Html:
    """A plot for both widths, with what it shows in words below. `systems` get a legend, in the order of their colours."""
    legend = [
        tag("li", _swatch(number), name, class_=style_class(number)) for number, name in enumerate(systems)
    ]
    return tag(
        "figure",
        plot.svg(WIDE),
        plot.svg(NARROW),
        tag("ul", *legend, class_="legend", aria_label="Legend") if legend else None,
        tag("figcaption", caption),
    )


def _swatch(number: int) -> Html:
    mark = marker(8, 7, number % STYLES)
    return tag("svg", mark, viewBox="0 0 16 14", width=16, height=14, aria_hidden="true")


def folded(summary: Child, *content: Child, open_: bool = False) -> Html:
    """A part that opens on a click, without a script."""
    return tag("details", tag("summary", summary), *content, open=open_)


def facts(pairs: Sequence[tuple[str, Child]]) -> Html:
    """Names with what is said of each."""
    return tag(
        "dl",
        *(join((tag("dt", name), tag("dd", value))) for name, value in pairs if value),
        class_="facts",
    )


def sentence(text: str) -> Html:
    """`text` with figures that are not torn apart at the end of a line: ``75 % (60-86)``."""
    parts: list[Child] = []
    place = 0
    for found in _FIGURE.finditer(text):
        parts += [text[place : found.start()], tag("span", found[0], class_="nb")]
        place = found.end()
    return join([*parts, text[place:]])


def with_links(text: str) -> Html:
    """`text` with the links that it holds in Markdown's way; everything else is shown as it is."""
    parts: list[Child] = []
    place = 0
    for found in _LINK.finditer(text):
        parts += [text[place : found.start()], link(found[2], found[1])]
        place = found.end()
    return join([*parts, text[place:]])


def bullet_list(items: Sequence[str], class_: str) -> Html:
    """A list of sentences."""
    return tag("ul", *(tag("li", with_links(item)) for item in items), class_=class_)


def block(title: str, text: str) -> Html:
    """Text as it is, under a small heading."""
    return tag("div", tag("h5", title), tag("pre", escape(text) if text else tag("i", "nothing"), dir="ltr"))
