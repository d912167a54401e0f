"""Which failures are shown: a few of each kind and system, chosen by a seed and not by hand; the rest is counted."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.bench.rows import RIGHT, CaseRow, Outcome, Run
from compiled_ai.spec.canonical import JsonValue

MOST_LETTERS = 3_000
"""Of one input, expected answer or output; what is cut is counted."""
BLINDED = "(a held-out case: its text is left out on request)"
KINDS: tuple[tuple[str, str, str], ...] = (
    ("silent", "Wrong without a word", "Answered, and not right: the worst kind, because nobody notices."),
    (
        "overeager",
        "Answered where it should have declined",
        "The case has no right answer; declining was right.",
    ),
    ("declined", "Declined", "An answer was due. Costs a fallback, misleads nobody."),
    ("failed", "Failed", "Ended in an error, a crash, or a reply that could not be read."),
    ("timed_out", "Timed out", "Its process was killed at the time limit."),
    ("not_prepared", "Never prepared", "There was no artifact, such as after a compilation that failed."),
    ("too_dear", "Not asked any more", "The run's limit of money or tokens was reached; counted as wrong."),
)
"""Key, heading and explanation of each kind, worst first."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One failure in full."""

    system: str
    case_id: str
    task_id: str
    group: str
    split: str
    repeat: int
    input: str
    expected: str
    output: str
    """Empty when there was none."""
    reason: str
    error: str
    trace: str
    """Empty when there is none."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The failures of one kind and system."""

    system: str
    shown: tuple[Shown, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class Room:
    """The failures of one kind."""

    key: str
    title: str
    about: str
    shelves: tuple[Shelf, ...]

    @property
    def total(self) -> int:
        """All of its failures, shown or not."""
        return sum(shelf.total for shelf in self.shelves)


@dataclass(frozen=True, kw_only=True)
class GalleryOptions:
    """What goes into the gallery."""

    each: int = 3
    """Failures shown of each kind and system."""
    seed: int = 0
    blind: bool = False
    """Leave out input, expected answer and output of held-out cases: for those who work on the compiler."""


def gallery_of(
    runs: Sequence[Run], options: GalleryOptions, *, names: Sequence[str] = ()
) -> tuple[Room, ...]:
    """The gallery of `runs`, which are of one dataset. Systems in the order of `names`, then as they come."""
    rows: dict[tuple[object, ...], tuple[Run, CaseRow]] = {}
    for run in runs:  # a case that two runs answered with the same artifact counts once, as in the figures
        rows |= {(_label(run, row, names), *row.key): (run, row) for row in run.cases}
    found: dict[str, dict[str, list[tuple[Run, CaseRow]]]] = {key: defaultdict(list) for key, _, _ in KINDS}
    for run, row in rows.values():
        if row.outcome not in RIGHT:
            found[_kind(row)][_label(run, row, names)].append((run, row))
    return tuple(
        Room(key=key, title=title, about=about, shelves=_shelves(found[key], options, names))
        for key, title, about in KINDS
        if found[key]
    )


def _kind(row: CaseRow) -> str:
    silent: dict[Outcome, str] = {"wrong": "overeager" if row.must_decline else "silent"}
    return silent.get(row.outcome, row.outcome)


def _label(run: Run, row: CaseRow, names: Sequence[str]) -> str:
    """The name that the summary gives a system which several runs hold with different settings."""
    apart = f"{row.system}@{run.info.run_id}"
    return apart if apart in names else row.system


def _shelves(
    of_system: dict[str, list[tuple[Run, CaseRow]]], options: GalleryOptions, names: Sequence[str]
) -> tuple[Shelf, ...]:
    order = [name for name in names if name in of_system] + [name for name in of_system if name not in names]
    return tuple(_shelf(name, of_system[name], options) for name in order)


def _shelf(system: str, rows: list[tuple[Run, CaseRow]], options: GalleryOptions) -> Shelf:
    def lot(item: tuple[Run, CaseRow]) -> bytes:
        _, row = item
        text = f"{options.seed}\n{row.case_id}\n{row.repeat}"
        return hashlib.sha256(text.encode(errors="surrogatepass")).digest()

    chosen: list[Shown] = []
    taken: set[str] = set()
    for run, row in sorted(rows, key=lot):
        if row.case_id not in taken and len(chosen) < options.each:
            taken.add(row.case_id)
            chosen.append(_show(system, run, row, blind=options.blind))
    return Shelf(system=system, shown=tuple(chosen), total=len(rows))


def _show(system: str, run: Run, row: CaseRow, *, blind: bool) -> Shown:
    asked = run.inputs.get(row.case_id)
    known = asked if isinstance(asked, dict) else {}
    hidden = blind and row.split == "held_out"
    return Shown(
        system=system,
        case_id=row.case_id,
        task_id=row.task_id,
        group=row.group,
        split=row.split,
        repeat=row.repeat,
        input=BLINDED if hidden else _text(known.get("input")),
        expected=BLINDED
        if hidden
        else "to be declined"
        if row.must_decline
        else _text(known.get("expected")),
        output=BLINDED if hidden else "" if row.output is None else _text(row.output),
        reason=BLINDED if hidden and row.reason else _cut(row.reason),
        error=row.error or "",
        trace="" if hidden or not row.trace else _text(row.trace),
    )


def _text(value: JsonValue) -> str:
    return _cut(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    )


def _cut(text: str) -> str:
    if len(text) <= MOST_LETTERS:
        return text
    return f"{text[:MOST_LETTERS]} … and {len(text) - MOST_LETTERS:,} more characters"
