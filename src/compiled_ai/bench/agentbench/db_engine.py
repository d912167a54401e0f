"""The database that a case plays in: one of its own for each, SQLite in memory or a scratch database on a server of MySQL's kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from compiled_ai.bench.agentbench.db_entry import DbTable
from compiled_ai.spec.canonical import JsonValue

MOST_ROWS = 100
"""Rows of a result that are shown."""
MOST_CHARS = 6000
"""Characters of a result that are shown."""
MOST_STATEMENT_CHARS = 20_000
_NOTE = "[cut: the result is longer; select fewer columns or rows, or count]"


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """What a statement came to."""

    columns: tuple[str, ...] = ()
    """Empty for a statement that gives no rows."""
    rows: tuple[tuple[JsonValue, ...], ...] = ()
    """At most `MOST_ROWS`."""
    is_cut: bool = False
    """Whether there are more rows."""
    changed: int = 0
    """Rows that it inserted, changed or deleted."""
    problem: str = ""
    """Why it failed, in the engine's words; empty when it did not."""

    def text(self) -> str:
        """As a system is shown it, at most about `MOST_CHARS` characters."""
        if self.problem:
            return f"Error: {self.problem[:500]}"
        if not self.columns:
            return f"Done. Rows changed: {self.changed}."
        lines = [json.dumps(list(self.columns), ensure_ascii=False)]
        length, is_cut = len(lines[0]), self.is_cut
        for row in self.rows:
            line = json.dumps(list(row), ensure_ascii=False)
            length += len(line) + 1
            if length > MOST_CHARS:
                is_cut = True
                break
            lines.append(line)
        if len(lines) == 1:
            lines.append("(no rows)" if not is_cut else line[:MOST_CHARS])
        return "\n".join([*lines, *([_NOTE] if is_cut else [])])


class Database(Protocol):
    """An open database with the tables of one case."""

    def execute(self, statement: str) -> QueryResult:
        """What one statement comes to. Never raises for the statement."""
        ...

    def rows_of(self, table: DbTable) -> tuple[tuple[JsonValue, ...], ...] | None:
        """All rows of `table` in the columns that it began with; None when it, or one of them, is there no more."""
        ...

    def close(self) -> None:
        """Let go of it; nothing is left behind."""
        ...


class Engine(Protocol):
    """What makes databases."""

    @property
    def name(self) -> str:
        """Such as ``SQLite 3.40.1``."""
        ...

    def open(self, tables: Sequence[DbTable]) -> Database:
        """A new database with `tables`.

        Raises:
            MissingToolError: the server or its driver is not there.
        """
        ...


def state_of(database: Database, tables: Sequence[DbTable]) -> str | None:
    """AgentBench's hash of the tables' content, independent of the order of rows; None when a table is there no more.

    Of each row the first five digits of the MD5 of its cells, joined by commas without NULL; of these, in order and joined by commas, the MD5.
    https://github.com/THUDM/AgentBench/blob/main/src/server/tasks/dbbench/__init__.py. MySQL cuts the joined text at 1024 bytes
    (``group_concat_max_len``), which is 170 rows, and so do we.
    """
    hashes = []
    for table in tables:
        rows = database.rows_of(table)
        if rows is None:
            return None
        marks = sorted(_md5(",".join(_cell(cell) for cell in row if cell is not None))[:5] for row in rows)
        # Of no rows MySQL gives NULL, which AgentBench writes so.
        hashes.append(_md5(",".join(marks)[:1024]) if marks else "None")
    return "_".join(sorted(hashes))


def _cell(cell: JsonValue) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
