"""A run in a few figures by system and split, counted from its rows one by one."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from compiled_ai.bench.rows import RIGHT, CaseRow, Outcome, PreparationRow
from compiled_ai.bench.running.reading import ROWS, read_info, read_rows
from compiled_ai.scoring.statistics import Interval, wilson_interval
from compiled_ai.spec.canonical import JsonObject

_FAILED: frozenset[Outcome] = frozenset(("failed", "timed_out", "not_prepared", "too_dear"))


@dataclass(kw_only=True)
class Line:
    """One system on one split. Whatever went wrong counts as not right."""

    system: str
    split: str
    counts: Counter[Outcome] = field(default_factory=Counter)
    score: float = 0.0
    """Sum of the scores."""
    tokens: int = 0
    usd: float | None = 0.0
    """None when the price of a call is unknown."""
    by_hand: int = 0
    """Cases that a person or helper answered at a desk."""
    judge_errors: int = 0
    milliseconds: array[float] = field(default_factory=lambda: array("d"))
    """Of the cases where time was measured."""

    @property
    def n(self) -> int:
        """Cases, repeats counted."""
        return self.counts.total()

    @property
    def right(self) -> int:
        """Answered right, or rightly declined."""
        return sum(self.counts[name] for name in RIGHT)

    @property
    def failed(self) -> int:
        """Ended in an error, by a limit, or without an artifact."""
        return sum(self.counts[name] for name in _FAILED)

    @property
    def interval(self) -> Interval:
        """Of the share of right cases, 95 % (Wilson)."""
        return wilson_interval(self.right, self.n)

    @property
    def median_ms(self) -> float | None:
        """Half of the measured cases took at most that long; None when none was measured."""
        return median(self.milliseconds) if self.milliseconds else None

    def add(self, row: CaseRow) -> None:
        """Count one row."""
        from compiled_ai.bench.metrics.repeats import latency_ms

        self.counts[row.outcome] += 1
        self.score += row.score
        self.tokens += row.tokens
        cost = row.cost_usd
        self.usd = None if self.usd is None or cost is None else self.usd + cost
        self.by_hand += any(call.by_hand for call in row.calls)
        self.judge_errors += row.error == "JudgeError"
        taken = latency_ms(row)
        if taken is not None:
            self.milliseconds.append(taken)

    def to_json(self) -> JsonObject:
        """For programs."""
        return {
            "system": self.system,
            "split": self.split,
            "n": self.n,
            "right": self.right,
            "right_low": self.interval.low,
            "right_high": self.interval.high,
            "mean_score": self.score / self.n if self.n else 0.0,
            "silently_wrong": self.counts["wrong"],
            "declined": self.counts["declined"],
            "failed": self.failed,
            "outcomes": dict(sorted(self.counts.items())),
            "tokens_per_case": self.tokens / self.n if self.n else 0.0,
            "usd_per_case": None if self.usd is None or not self.n else self.usd / self.n,
            "p50_ms": self.median_ms,
            "timed": len(self.milliseconds),
            "by_hand": self.by_hand,
            "judge_errors": self.judge_errors,
        }


@dataclass(kw_only=True)
class Preparations:
    """What one system spent before its first case."""

    system: str
    tasks: int = 0
    failed: int = 0
    tokens: int = 0

    def add(self, row: PreparationRow) -> None:
        """Count one row."""
        self.tasks += 1
        self.failed += bool(row.problem)
        self.tokens += row.tokens

    def to_json(self) -> JsonObject:
        """For programs."""
        return {"system": self.system, "tasks": self.tasks, "failed": self.failed, "tokens": self.tokens}


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """A run in a few figures."""

    run_id: str
    dataset: str
    model: str
    source: str
    started_at: str
    systems: tuple[str, ...]
    lines: tuple[Line, ...]
    """By system in the order of the run, seen before held out."""
    preparations: tuple[Preparations, ...]

    def to_json(self) -> JsonObject:
        """For programs."""
        return {
            "run": self.run_id,
            "dataset": self.dataset,
            "model": self.model,
            "source": self.source,
            "started_at": self.started_at,
            "systems": list(self.systems),
            "results": [line.to_json() for line in self.lines],
            "preparations": [item.to_json() for item in self.preparations],
        }


def summarize_run(folder: Path) -> RunSummary:
    """The run in `folder`. One row at a time is held.

    Raises:
        StoreError: it is no run, or a line is none of our rows.
    """
    info = read_info(folder)
    lines: dict[tuple[str, str], Line] = {}
    preparations: dict[str, Preparations] = {}
    for place in read_rows(folder / ROWS, dataset=info.dataset):
        row = place.row
        if isinstance(row, CaseRow):
            key = (row.system, row.split)
            lines.setdefault(key, Line(system=row.system, split=row.split)).add(row)
        else:
            preparations.setdefault(row.system, Preparations(system=row.system)).add(row)
    order = {name: number for number, name in enumerate(info.systems)}
    return RunSummary(
        run_id=info.run_id,
        dataset=info.dataset,
        model=info.model,
        source=info.source,
        started_at=info.started_at,
        systems=tuple(info.systems),
        lines=tuple(_ordered(lines.values(), order)),
        preparations=tuple(preparations.values()),
    )


def _ordered(lines: Iterable[Line], order: dict[str, int]) -> list[Line]:
    return sorted(lines, key=lambda line: (order.get(line.system, len(order)), line.split == "held_out"))
