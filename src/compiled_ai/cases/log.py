"""`CaseLog`: what compiled code did not answer, in SQLite; the queue of what a person is to answer; counts by day.

For whoever learns from cases or watches them::

    with CaseLog.open(cases_path(store, name)) as log:
        for case in log.cases(status="answered", since="2026-01-31T00:00:00"):
            ...
        log.counts(since="2026-01-31")
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Self

from compiled_ai.cases._database import Database
from compiled_ai.cases._rows import case_of, count_of, encoded, json_within, nano_usd, stored
from compiled_ai.cases.case import CaseServer, CaseStatus, DayCount, LoggedCase, NewCase
from compiled_ai.chain import utc_now
from compiled_ai.errors import InputError, StoreError
from compiled_ai.spec.canonical import JsonObject

if TYPE_CHECKING:
    import sqlite3

_PAGE = 200
_OPEN: tuple[CaseStatus, ...] = ("queued", "logged")


def new_case_id() -> str:
    """A name that no other case has."""
    return f"c-{secrets.token_hex(8)}"


def cases_path(store: Path, name: str) -> Path:
    """The case log of the workflow called `name`."""
    return store / ".cases" / f"{name}.sqlite3"


class CaseLog:
    """The cases of one workflow. Threads may share it, and processes the file. Nothing is opened before it is needed.

    Every method raises `StoreError` when the file cannot be read or written, or is damaged; the message says which it is and what to do.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        now: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = new_case_id,
    ) -> None:
        """The log at `path`; None keeps it in memory, where no other process sees it and nothing outlives this one."""
        self.path = path
        self.now = now
        self.database = Database(path)
        """For the guards of models (`compiled_ai.cases.guard`), whose state lies in the same file."""
        self._new_id = new_id

    @classmethod
    def open(cls, path: Path, *, create: bool = True, now: Callable[[], datetime] = utc_now) -> Self:
        """The log at `path`, opened.

        Raises:
            StoreError: it cannot be opened, or it is not there and `create` is False.
        """
        if not create and not path.exists():
            raise StoreError(f"{path} does not exist: no case was logged there.")
        log = cls(path, now=now)
        with log.database.reading():
            return log

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        self.database.close()

    def log(self, case: NewCase) -> str:
        """Note `case`, for the record; its id."""
        return self._insert(case, "logged")

    def queue(self, case: NewCase) -> str:
        """Put `case` before a person; its id. An input that waits already joins the case that it waits in."""
        with self.database.writing() as connection:
            if case.input_digest:
                row = connection.execute(
                    "SELECT id FROM cases WHERE status = 'queued' AND spec = ? AND step = ? AND input_digest = ? AND input_digest <> ''",
                    (case.spec, case.step, case.input_digest),
                ).fetchone()
                if row is not None:
                    self._join(connection, str(row["id"]), case)
                    return str(row["id"])
            return self._write(connection, case, "queued")

    def decided(self, *, spec: str, step: str, input_digest: str) -> LoggedCase | None:
        """What a person decided last for this very input under this very spec, an answer or a rejection; None for nothing.

        An empty digest finds nothing.
        """
        if not input_digest or (self.path is not None and not self.path.exists()):
            return None
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM cases WHERE status IN ('answered', 'rejected') AND spec = ? AND step = ? AND input_digest = ? "
                "AND input_digest <> '' ORDER BY number DESC LIMIT 1",
                (spec, step, input_digest),
            ).fetchone()
        return None if row is None else case_of(row)

    def serve(self, case: LoggedCase) -> None:
        """Note that a run was served what a person decided in `case`."""
        by: CaseServer = "human" if case.status == "answered" else "nobody"
        with self.database.writing() as connection:
            self._seen(connection, case.id)
            self._count(connection, case.artifact, case.step, by, tokens=0, cost=Decimal(0))

    def case(self, case_id: str) -> LoggedCase:
        """The case of that id.

        Raises:
            InputError: there is none.
        """
        with self.database.reading() as connection:
            row = connection.execute("SELECT * FROM cases WHERE id = ?", (encoded(case_id),)).fetchone()
        if row is None:
            raise InputError(f"there is no case '{stored(case_id)}' in {self.path}; `--list` shows them")
        return case_of(row)

    def cases(
        self,
        *,
        status: CaseStatus | None = None,
        since: str | None = None,
        step: str | None = None,
        masked: bool | None = None,
    ) -> Iterator[LoggedCase]:
        """The cases in the order in which they came, read page by page.

        Args:
            status: Only those of it.
            since: Only those whose last run is not before this time, ISO 8601 in UTC.
            step: Only those of that step; empty for the whole task.
            masked: Only those with, or without, their values.
        """
        wanted = {"status": status, "step": step, "masked": None if masked is None else int(masked)}
        named = {key: value for key, value in wanted.items() if value is not None}
        conditions = [f"{key} = :{key}" for key in named] + (["last_at >= :since"] if since else [])
        query = f"SELECT * FROM cases WHERE {' AND '.join([*conditions, 'number > :after'])} ORDER BY number LIMIT {_PAGE}"  # noqa: S608 - names of ours
        after = 0
        while True:
            with self.database.reading() as connection:
                rows = connection.execute(query, {**named, "since": since, "after": after}).fetchall()
            yield from map(case_of, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1]["number"]

    def answered(self, *, since: str | None = None) -> Iterator[LoggedCase]:
        """The cases with an answer of a person, masked ones left out: what may become an example."""
        return self.cases(status="answered", since=since, masked=False)

    def totals(self) -> dict[CaseStatus, int]:
        """How many cases there are of each status."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT status, count(*) AS n FROM cases GROUP BY status").fetchall()
        found: dict[CaseStatus, int] = {"logged": 0, "queued": 0, "answered": 0, "rejected": 0}
        return {**found, **{row["status"]: row["n"] for row in rows}}

    def counts(self, *, since: str | None = None) -> tuple[DayCount, ...]:
        """Runs and steps by day, artifact, step and who served; from the day `since` on, a UTC date. A purge leaves them."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM counts WHERE day >= ? ORDER BY day, artifact, step, served_by", (since or "",)
            ).fetchall()
        return tuple(map(count_of, rows))

    def answer(self, case_id: str, output: JsonObject, *, by: str, note: str = "") -> LoggedCase:
        """Set what is right for a case; the same input is served it from then on, where the ladder has a person on it.

        Args:
            case_id: The case.
            output: The right output. Whether it fits the schema is the caller's to check; masked where the case is.
            by: Who says so.
            note: Anything worth remembering.

        Raises:
            InputError: there is no such case, or it is decided already.
        """
        return self._decide(case_id, "answered", output=output, by=by, note=note, among=_OPEN)

    def reject(self, case_id: str, *, by: str, note: str = "") -> LoggedCase:
        """Decide that nobody will answer a case, or take an answer back.

        Raises:
            InputError: there is no such case, or it is rejected already.
        """
        return self._decide(case_id, "rejected", output=None, by=by, note=note, among=(*_OPEN, "answered"))

    def purge(self, *, days: int) -> int:
        """Delete the cases whose last run is older than `days` days, waiting ones too; how many there were. Counts stay.

        What they held is overwritten in the file; copies that a backup or the file system made are not reached.
        """
        before = _iso(self.now() - timedelta(days=days))
        with self.database.writing() as connection:
            gone = connection.execute("DELETE FROM cases WHERE last_at < ?", (before,)).rowcount
        if gone:
            self.database.checkpoint()
        return gone

    def _decide(
        self,
        case_id: str,
        status: CaseStatus,
        *,
        output: JsonObject | None,
        by: str,
        note: str,
        among: tuple[CaseStatus, ...],
    ) -> LoggedCase:
        if not by.strip():
            raise InputError("a decision needs the name of who decides", field="by")
        with self.database.writing() as connection:
            row = connection.execute("SELECT * FROM cases WHERE id = ?", (encoded(case_id),)).fetchone()
            if row is None:
                raise InputError(f"there is no case '{stored(case_id)}' in {self.path}; `--list` shows them")
            if row["status"] not in among:
                raise InputError(
                    f"case {row['id']} was {row['status']} by {row['reviewer']} at {row['reviewed_at']}; reject it first to take an answer back"
                    if row["status"] == "answered"
                    else f"case {row['id']} was {row['status']} by {row['reviewer']} at {row['reviewed_at']}"
                )
            text = None if output is None else json.dumps(output)
            connection.execute(
                "UPDATE cases SET status = ?, answer = ?, reviewer = ?, reviewed_at = ?, note = ? WHERE id = ?",
                (status, text, stored(by), _iso(self.now()), stored(note), row["id"]),
            )
        return self.case(str(row["id"]))

    def _insert(self, case: NewCase, status: CaseStatus) -> str:
        with self.database.writing() as connection:
            return self._write(connection, case, status)

    def _write(self, connection: sqlite3.Connection, case: NewCase, status: CaseStatus) -> str:
        at, case_id = _iso(self.now()), self._new_id()
        row = {"id": case_id, "at": at, "last_at": at, "status": status, **_columns(case)}
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        connection.execute(f"INSERT INTO cases ({names}) VALUES ({places})", row)  # noqa: S608 - names of ours
        self._count(
            connection, case.artifact, case.step, case.served_by, tokens=case.tokens, cost=case.cost_usd
        )
        return case_id

    def _join(self, connection: sqlite3.Connection, case_id: str, case: NewCase) -> None:
        self._seen(connection, case_id)
        self._count(connection, case.artifact, case.step, "nobody", tokens=case.tokens, cost=case.cost_usd)

    def _seen(self, connection: sqlite3.Connection, case_id: str) -> None:
        connection.execute(
            "UPDATE cases SET seen = seen + 1, last_at = max(last_at, ?) WHERE id = ?",
            (_iso(self.now()), case_id),
        )

    def _count(
        self,
        connection: sqlite3.Connection,
        artifact: str,
        step: str,
        by: CaseServer,
        *,
        tokens: int,
        cost: Decimal | None,
    ) -> None:
        connection.execute(
            "INSERT INTO counts VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET count = count + 1, "
            "tokens = tokens + excluded.tokens, nano_usd = nano_usd + excluded.nano_usd",
            (_iso(self.now())[:10], artifact, step, by, tokens, nano_usd(cost)),
        )


def _columns(case: NewCase) -> dict[str, str | int | None]:
    given, whole_input = json_within(case.input)
    output, whole_output = (None, True) if case.output is None else json_within(case.output)
    whole = whole_input and whole_output
    return {
        "artifact": case.artifact,
        "spec": case.spec,
        "step": case.step,
        "input": given,
        "input_digest": case.input_digest if whole_input else "",
        "reason": stored(case.reason),
        "output": output,
        "served_by": case.served_by,
        "model": None if case.model is None else stored(case.model),
        "tokens": case.tokens,
        "cost_usd": None if case.cost_usd is None else str(case.cost_usd),
        "masked": int(case.masked or not whole),
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
