"""What the monitor remembers, in SQLite: tallies by artifact and hour, shadow checks, whether an artifact is demoted. No input and no output is in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from pathlib import Path
from typing import Self

from compiled_ai.chain import utc_now
from compiled_ai.database import Database, Layout
from compiled_ai.errors import StoreError
from compiled_ai.monitor.drift import BaselineKind
from compiled_ai.monitor.evidence import CHECKS_PER_BLOCK, evidence_of_blocks
from compiled_ai.monitor.tally import Tally, parse_tally
from compiled_ai.scoring.statistics import Interval, wilson_interval

_NANO = 1_000_000_000
_AHEAD = timedelta(days=1)
"""How far ahead of the clock hours still count: it may have been put back. What lies further ahead was counted by a clock that was wrong."""

_LAYOUT = Layout(
    title="monitor",
    version=1,
    application_id=0x434D4F31,  # CMO1
    tables=(
        "CREATE TABLE tallies (artifact TEXT NOT NULL, hour TEXT NOT NULL, tally TEXT NOT NULL, PRIMARY KEY (artifact, hour)) WITHOUT ROWID",
        "CREATE TABLE baselines (artifact TEXT PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, tally TEXT NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE shadows (
            artifact TEXT NOT NULL,
            since TEXT NOT NULL,
            unanswered INTEGER NOT NULL,
            skipped INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            nano_usd INTEGER NOT NULL,
            PRIMARY KEY (artifact)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE shadow_blocks (
            artifact TEXT NOT NULL,
            block INTEGER NOT NULL,
            agreed INTEGER NOT NULL,
            differed INTEGER NOT NULL,
            PRIMARY KEY (artifact, block)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE states (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            artifact TEXT NOT NULL,
            at TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('demoted', 'restored')),
            by TEXT NOT NULL,
            why TEXT NOT NULL
        )
        """,
        "CREATE INDEX state_of ON states (artifact, number)",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What was usual."""

    at: str
    """When it was taken, ISO time."""
    kind: BaselineKind
    source: str
    """Where it comes from, in words: ``24 cases of the spec``, ``1,200 runs``."""
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class ShadowCounts:
    """Some shadow checks."""

    agreed: int = 0
    differed: int = 0
    unanswered: int = 0
    """The fallback failed or declined; these say nothing."""
    skipped: int = 0
    """Sampled, but not asked: too many waited, or the budget of the day was spent."""
    tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    """Sum of the known prices."""

    def __add__(self, other: ShadowCounts) -> ShadowCounts:
        return ShadowCounts(
            agreed=self.agreed + other.agreed,
            differed=self.differed + other.differed,
            unanswered=self.unanswered + other.unanswered,
            skipped=self.skipped + other.skipped,
            tokens=self.tokens + other.tokens,
            cost_usd=self.cost_usd + other.cost_usd,
        )

    @property
    def compared(self) -> int:
        """Checks that say something."""
        return self.agreed + self.differed

    @property
    def wrong(self) -> Interval | None:
        """Share of answers that the fallback contradicts, with its 95 % interval; None without any check. Where the fallback errs, it is too high."""
        return wilson_interval(self.differed, self.compared) if self.compared else None


@dataclass(frozen=True, kw_only=True)
class Shadows(ShadowCounts):
    """How often the fallback, asked beside compiled code, said the same."""

    since: str = ""
    """ISO time of the first check; empty without any."""
    blocks: tuple[tuple[int, int], ...] = ()
    """Contradictions and comparisons of each block, in order."""

    def evidence(self, limit: float) -> float:
        """Evidence that the fallback contradicts more than `limit` of the answers (`compiled_ai.monitor.evidence`)."""
        return evidence_of_blocks(self.blocks, limit)


@dataclass(frozen=True, kw_only=True)
class State:
    """Whether an artifact answers, since when, and why not."""

    demoted: bool
    at: str = ""
    by: str = ""
    """``monitor``, or a person."""
    why: str = ""


def monitor_path(store: Path, name: str) -> Path:
    """The monitor's file of the workflow called `name`."""
    return store / ".monitor" / f"{name}.sqlite3"


class MonitorStore:
    """The monitor's file of one workflow. Threads may share it, and processes the file.

    Every method raises `StoreError` when the file cannot be read or written, or is damaged.
    """

    def __init__(self, path: Path | None, *, now: Callable[[], datetime] = utc_now) -> None:
        """The file at `path`, made when it is first needed; None keeps everything in memory."""
        self.path = path
        self._database = Database(path, _LAYOUT)
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        self._database.close()

    def add(self, artifact: str, tally: Tally) -> None:
        """Add `tally` to what was counted in this hour."""
        hour = self._now().strftime("%Y-%m-%dT%H")
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT tally FROM tallies WHERE artifact = ? AND hour = ?", (artifact, hour)
            ).fetchone()
            whole = self._parsed(row["tally"]) if row else Tally()
            whole.add(tally)
            connection.execute(
                "INSERT OR REPLACE INTO tallies (artifact, hour, tally) VALUES (?, ?, ?)",
                (artifact, hour, json.dumps(whole.to_json())),
            )

    def tally(self, artifact: str, *, hours: int) -> Tally:
        """What was counted in the last `hours`, this one included."""
        now = self._now()
        first = (now - timedelta(hours=hours - 1)).strftime("%Y-%m-%dT%H")
        last = (now + _AHEAD).strftime("%Y-%m-%dT%H")
        whole = Tally()
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT tally FROM tallies WHERE artifact = ? AND hour BETWEEN ? AND ?",
                (artifact, first, last),
            ).fetchall()
        for row in rows:
            whole.add(self._parsed(row["tally"]))
        return whole

    def forget(self, *, days: int) -> int:
        """Drop counts that are older than `days`; how many hours went."""
        before = (self._now() - timedelta(days=days)).strftime("%Y-%m-%dT%H")
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM tallies WHERE hour < ?", (before,)).rowcount

    def baseline(self, artifact: str) -> Baseline | None:
        """What was usual; None as long as nobody said."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM baselines WHERE artifact = ?", (artifact,)).fetchone()
        if row is None:
            return None
        kind: BaselineKind = "runs" if row["kind"] == "runs" else "cases"
        return Baseline(at=row["at"], kind=kind, source=row["source"], tally=self._parsed(row["tally"]))

    def set_baseline(self, artifact: str, tally: Tally, *, kind: BaselineKind, source: str) -> None:
        """Say what is usual, in place of what was said before."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO baselines (artifact, at, kind, source, tally) VALUES (?, ?, ?, ?, ?)",
                (artifact, self._time(), kind, source, json.dumps(tally.to_json())),
            )

    def add_shadows(self, artifact: str, counts: ShadowCounts) -> Shadows:
        """Count shadow checks; all counts with them."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO shadows VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET unanswered = unanswered + excluded.unanswered, "
                "skipped = skipped + excluded.skipped, tokens = tokens + excluded.tokens, nano_usd = nano_usd + excluded.nano_usd",
                (
                    artifact,
                    self._time(),
                    counts.unanswered,
                    counts.skipped,
                    counts.tokens,
                    int((counts.cost_usd * _NANO).to_integral_value(ROUND_UP)),
                ),
            )
            if counts.compared:
                connection.execute(
                    "INSERT INTO shadow_blocks VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                    "agreed = agreed + excluded.agreed, differed = differed + excluded.differed",
                    (artifact, _block(connection, artifact), counts.agreed, counts.differed),
                )
        return self.shadows(artifact)

    def shadows(self, artifact: str) -> Shadows:
        """The shadow checks since the artifact was last restored."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM shadows WHERE artifact = ?", (artifact,)).fetchone()
            blocks = connection.execute(
                "SELECT agreed, differed FROM shadow_blocks WHERE artifact = ? ORDER BY block", (artifact,)
            ).fetchall()
        if row is None:
            return Shadows()
        return Shadows(
            since=row["since"],
            agreed=sum(block["agreed"] for block in blocks),
            differed=sum(block["differed"] for block in blocks),
            unanswered=row["unanswered"],
            skipped=row["skipped"],
            tokens=row["tokens"],
            cost_usd=Decimal(row["nano_usd"]) / _NANO,
            blocks=tuple((block["differed"], block["agreed"] + block["differed"]) for block in blocks),
        )

    def state(self, artifact: str) -> State:
        """Whether the artifact answers."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM states WHERE artifact = ? ORDER BY number DESC LIMIT 1", (artifact,)
            ).fetchone()
        if row is None:
            return State(demoted=False)
        return State(demoted=row["state"] == "demoted", at=row["at"], by=row["by"], why=row["why"])

    def demote(self, artifact: str, *, by: str, why: str) -> bool:
        """Let the fallback answer in place of the artifact; whether it was not so already."""
        return self._change(artifact, "demoted", by=by, why=why)

    def restore(self, artifact: str, *, by: str, why: str) -> bool:
        """Let the artifact answer again, and begin its shadow checks anew; whether it was demoted."""
        return self._change(artifact, "restored", by=by, why=why)

    def _change(self, artifact: str, state: str, *, by: str, why: str) -> bool:
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT state FROM states WHERE artifact = ? ORDER BY number DESC LIMIT 1", (artifact,)
            ).fetchone()
            if (row["state"] if row else "restored") == state:
                return False
            connection.execute(
                "INSERT INTO states (artifact, at, state, by, why) VALUES (?, ?, ?, ?, ?)",
                (artifact, self._time(), state, by, why),
            )
            if state == "restored":
                connection.execute("DELETE FROM shadows WHERE artifact = ?", (artifact,))
                connection.execute("DELETE FROM shadow_blocks WHERE artifact = ?", (artifact,))
        return True

    def _time(self) -> str:
        return self._now().isoformat(timespec="milliseconds")

    def _parsed(self, text: str) -> Tally:
        try:
            return parse_tally(json.loads(text))
        except (ValueError, TypeError, AttributeError) as error:
            raise StoreError(
                f"the monitor {self.path} holds a count that cannot be read ({error}); move the file away, and counting begins anew"
            ) from error


def _block(connection: sqlite3.Connection, artifact: str) -> int:
    """The block that the next check belongs to: one is full after so many, whatever they said, so that nobody chooses where the next one starts."""
    row = connection.execute(
        "SELECT block, agreed + differed AS checks FROM shadow_blocks WHERE artifact = ? ORDER BY block DESC LIMIT 1",
        (artifact,),
    ).fetchone()
    if row is None:
        return 0
    return int(row["block"]) + int(row["checks"] >= CHECKS_PER_BLOCK)
