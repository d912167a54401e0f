"""How far a run is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from compiled_ai.bench.rows import RIGHT, CaseRow
from compiled_ai.bench.running.store import Spending

_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A look at a run that is under way."""

    system: str
    """That is at work."""
    number: int
    systems: int
    """1-based number of the system, and how many there are."""
    done: int
    total: int
    """Cases of this system, repeats counted; those of an earlier part of a resumed run too."""
    right: int
    """Of those answered in this part of the run."""
    answered: int
    """Cases that this part of the run has rows of."""
    preparing: int
    """Tasks that are being prepared just now."""
    per_second: float
    """Cases, since the first one began."""
    seconds_left: float | None
    """For this system, should it go on like this. None before the first case."""
    spending: Spending
    """Of the whole run."""
    notice: str = ""
    """Something that happened, to be shown once."""


Watcher = Callable[[Progress], None]


class Tally:
    """Counts what comes for one system, and tells a watcher of it at most ten times a second."""

    def __init__(self, watcher: Watcher, *, system: str, place: tuple[int, int], total: int) -> None:
        self._watcher = watcher
        self._system = system
        self._place = place
        self._before = 0
        self._total = total
        self._counts: Counter[str] = Counter()
        self._started = self._told = monotonic()
        self._has_begun = False

    def begin(self) -> None:
        """Take note that a case begins: rates count from the first one, not from the preparations before it."""
        if not self._has_begun:
            self._has_begun, self._started = True, monotonic()

    def count(self, row: CaseRow) -> None:
        """Count one more."""
        self._counts["rows"] += 1
        self._counts["right"] += row.outcome in RIGHT

    def tell(self, spending: Spending, *, preparing: int, notice: str = "", now: bool = False) -> None:
        """Tell the watcher, unless it was told a moment ago and there is no notice."""
        moment = monotonic()
        if not (now or notice) and moment - self._told < _SECONDS:
            return
        self._told = moment
        rows = self._counts["rows"]
        elapsed = max(moment - self._started, 1e-9)
        left = self._total - self._before - rows
        self._watcher(
            Progress(
                system=self._system,
                number=self._place[0],
                systems=self._place[1],
                done=self._before + rows,
                total=self._total,
                right=self._counts["right"],
                answered=rows,
                preparing=preparing,
                per_second=rows / elapsed,
                seconds_left=left * elapsed / rows if rows else None,
                spending=spending,
                notice=notice,
            )
        )

    def skip(self, count: int) -> None:
        """Take note of cases that an earlier part of the run answered."""
        self._before += count
