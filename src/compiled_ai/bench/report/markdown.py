"""A report as Markdown, for a README or a pull request."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from compiled_ai.bench.report.gallery import Room, Shown
from compiled_ai.bench.report.grades import graded_table
from compiled_ai.bench.report.markup import visible
from compiled_ai.bench.report.report import Report, Section
from compiled_ai.bench.report.tables import (
    Cell,
    Table,
    baselines_table,
    main_split,
    paired_table,
    volume_table,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~!@])")
_TICKS = re.compile("`+")


def markdown_text(report: Report) -> str:
    """The report: verdicts, tables, limits, and failures folded."""
    parts = ["# Benchmark report", ""]
    if not report.sections:
        parts += ["These runs hold no rows, so there is nothing to report.", ""]
    for section in report.sections:
        parts += _section(section)
    return "\n".join(parts).rstrip() + "\n"


def _section(section: Section) -> list[str]:
    dataset, verdict = section.dataset, section.verdict
    parts = [
        f"## {escaped(dataset.title)}",
        "",
        f"**{escaped(verdict.title)}.** {escaped(' '.join(verdict.sentences))}",
        "",
    ]
    tables = [
        baselines_table(dataset),
        paired_table(dataset, main_split(dataset)),
        volume_table(dataset),
        graded_table(dataset),
    ]
    for content in tables:
        if content is not None:
            parts += [f"**{escaped(content.caption)}**", "", *_table(content), ""]
    if section.limits:
        parts += ["### What limits the claim", "", *(f"- {escaped(item)}" for item in section.limits), ""]
    if section.gallery:
        parts += ["### Failures", ""]
        for room in section.gallery:
            parts += _room(room)
    return parts


def _table(content: Table) -> list[str]:
    heads = [
        " ".join(filter(None, (column.title, f"({column.small})" if column.small else "")))
        for column in content.columns
    ]
    rule = ["---:" if column.numeric else ":---" for column in content.columns]
    rows = [[_cell(cell) for cell in row] for row in content.rows]
    return [_line([escaped(head) for head in heads]), _line(rule), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return escaped(f"{cell.text} ({cell.small})" if cell.small else cell.text)


def _room(room: Room) -> list[str]:
    parts = [f"<details><summary>{escaped(room.title)}: {room.total:,}</summary>", ""]
    for shelf in room.shelves:
        parts += [f"**{escaped(shelf.system)}**: {shelf.total:,}", ""]
        for shown in shelf.shown:
            parts += _case(shown)
        more = shelf.total - len(shelf.shown)
        parts += [f"… and {more:,} more.", ""] if more else []
    return [*parts, "</details>", ""]


def _case(shown: Shown) -> list[str]:
    why = ": ".join(filter(None, (shown.error, shown.reason)))
    text = f"input:\n{shown.input}\n\nexpected:\n{shown.expected}\n\noutput:\n{shown.output or '(nothing)'}"
    return [
        f"{escaped(shown.case_id)} ({shown.split.replace('_', ' ')}): {escaped(why)}",
        "",
        *fenced(text),
        "",
    ]


def escaped(text: str) -> str:
    """`text` on one line, every sign that Markdown or HTML could act upon made harmless."""
    shown = html.escape(" ".join(visible(text).split()), quote=False)
    return _SPECIAL.sub(r"\\\1", shown)


def fenced(text: str) -> list[str]:
    """`text` as a block of code, with a fence longer than any run of backticks in it."""
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *visible(text).split("\n"), fence]
