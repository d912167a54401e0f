"""Statements on declared tables of an SQLite database: values only as bound parameters, a pool of connections, an authorizer behind it all."""

from __future__ import annotations

import math
import queue
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from compiled_ai.effects.audit import AuditLog
from compiled_ai.effects.capabilities import DatabaseCapability
from compiled_ai.effects.effect import Deadline, Effect
from compiled_ai.errors import EffectFailedError, EffectRefusedError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.effects import GIVES, TAKES
from compiled_ai.spec.statements import statement_problem

_FUNCTIONS = frozenset((
    "abs", "avg", "coalesce", "count", "date", "datetime", "group_concat", "ifnull", "iif", "instr", "julianday", "length", "like", "lower",
    "ltrim", "max", "min", "nullif", "replace", "round", "rtrim", "strftime", "substr", "substring", "sum", "time", "total", "trim", "upper",
))  # fmt: skip
"""Functions of SQL that a statement may call."""
_STEPS = 2_000
"""Steps of SQLite's virtual machine between two looks at the clock."""
_LEAST_VALUE = 100_000
"""Bytes of one value that every connection takes: less would not hold the tables' own definitions."""
_LIKE_PATTERN = 1_000
"""Characters of a pattern of LIKE: matching is one step of the machine, during which nobody looks at the clock."""
_Scalar = None | bool | int | float | str
_Parameters = list[_Scalar] | dict[str, _Scalar]


@dataclass(kw_only=True)
class _Pooled:
    """A connection, and whether its authorizer denied a part of the statement at hand."""

    connection: sqlite3.Connection
    is_denied: bool = False


class DatabaseEffect(Effect):
    """Statements on an SQLite database. A statement that changes rows is one transaction."""

    input_schema: ClassVar[JsonObject] = TAKES["db_query"]
    output_schema: ClassVar[JsonObject] = GIVES["db_query"]

    def __init__(self, capability: DatabaseCapability, *, audit: AuditLog, actor: str) -> None:
        """An effect that may do what `capability` declares, on behalf of `actor`, and notes every call in `audit`.

        Raises:
            EffectFailedError: the database is not there.
        """
        super().__init__(capability, audit=audit, actor=actor)
        self._capability = capability
        self._pool: queue.Queue[_Pooled] = queue.Queue()
        for _ in range(capability.pool_size):
            self._pool.put(self._connect())

    def close(self) -> None:
        """Close the connections that are not in use, and grant nothing from now on."""
        super().close()
        while not self._pool.empty():
            self._pool.get_nowait().connection.close()

    def _connect(self) -> _Pooled:
        mode = "rw" if self._capability.write else "ro"
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(Path(self._capability.path)))}?mode={mode}",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                timeout=min(self._capability.timeout_seconds, 5.0),
            )
            connection.execute("PRAGMA trusted_schema = OFF").close()
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(self._capability.max_bytes, _LEAST_VALUE))
            connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _LIKE_PATTERN)
        except sqlite3.Error as error:
            raise EffectFailedError(
                f"the database {self._capability.path} cannot be opened: {error}", reason="connection"
            ) from error
        pooled = _Pooled(connection=connection)
        connection.set_authorizer(self._authorizer(pooled))
        return pooled

    def _authorizer(
        self, pooled: _Pooled
    ) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
        """What SQLite asks before it compiles each part of a statement. What is not named here is denied."""
        read = {table.lower() for table in (*self._capability.read, *self._capability.write)}
        write = {table.lower() for table in self._capability.write}
        changes = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}

        def may(
            action: int, first: str | None, second: str | None, _database: str | None, trigger: str | None
        ) -> int:
            name = (first or "").lower()
            granted = (
                action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_RECURSIVE}
                or (action == sqlite3.SQLITE_READ and name in read)
                or (action in changes and name in write and trigger is None)
                or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS)
            )
            pooled.is_denied |= not granted
            return sqlite3.SQLITE_OK if granted else sqlite3.SQLITE_DENY

        return may

    def _describe(self, data: JsonObject) -> str:
        sql = str(data["sql"])
        problem = statement_problem(sql)
        if problem is not None:
            raise EffectRefusedError(problem[1], reason=problem[0])
        return " ".join(sql.split())

    def _act(self, data: JsonObject, deadline: Deadline) -> JsonObject:
        parameters = _bound(data.get("parameters"))
        try:
            pooled = self._pool.get(timeout=deadline.left())
        except queue.Empty as error:
            raise EffectFailedError(
                "no connection of the pool became free in time", reason="timeout", retryable=True
            ) from error
        try:
            pooled.is_denied = False
            pooled.connection.set_progress_handler(lambda: time.monotonic() > deadline.at, _STEPS)
            return self._execute(pooled, str(data["sql"]), parameters, deadline)
        finally:
            pooled.connection.set_progress_handler(None, 0)
            self._pool.put(pooled)

    def _execute(self, pooled: _Pooled, sql: str, parameters: _Parameters, deadline: Deadline) -> JsonObject:
        connection = pooled.connection
        cursor = connection.cursor()
        try:
            connection.execute("BEGIN")
            before = connection.total_changes
            cursor.execute(sql, parameters)
            rows = self._rows(cursor)
            changed = connection.total_changes - before
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _translated(error, deadline, is_denied=pooled.is_denied) from error
        finally:
            cursor.close()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return {"rows": rows, "changed": changed}

    def _rows(self, cursor: sqlite3.Cursor) -> list[JsonValue]:
        if cursor.description is None:
            return []
        names = [str(column[0]) for column in cursor.description]
        if len(set(names)) < len(names):
            raise EffectFailedError(
                "two columns of the answer have one name; name them with AS", reason="columns"
            )
        found: list[JsonValue] = []
        size = 0
        for row in cursor:
            if len(found) == self._capability.max_rows:
                raise EffectFailedError(
                    f"the answer has more than {self._capability.max_rows} rows", reason="rows"
                )
            size += sum(len(value.encode()) if isinstance(value, str) else 8 for value in row)
            if size > self._capability.max_bytes:
                raise EffectFailedError(
                    f"the answer is larger than {self._capability.max_bytes} bytes", reason="size"
                )
            found.append({name: _json(value) for name, value in zip(names, row, strict=True)})
        return found


def _bound(given: JsonValue) -> _Parameters:
    if isinstance(given, dict):
        return {name: _scalar(value) for name, value in given.items()}
    return [_scalar(value) for value in given] if isinstance(given, list) else []


def _scalar(value: JsonValue) -> _Scalar:
    assert not isinstance(value, list | dict)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise EffectRefusedError("a whole number does not fit into 64 bits", reason="input")
    return value


def _json(value: object) -> JsonValue:
    if isinstance(value, float) and not math.isfinite(value):
        raise EffectFailedError(
            "a column holds an infinite number, which JSON cannot carry", reason="columns"
        )
    if value is None or isinstance(value, int | float | str):
        return value
    raise EffectFailedError("a column holds binary data, which JSON cannot carry", reason="columns")


def _translated(
    error: sqlite3.Error, deadline: Deadline, *, is_denied: bool
) -> EffectRefusedError | EffectFailedError:
    """A foreign error as ours. The text of SQLite's may hold values of rows, so that only its kind goes on."""
    name = "SQLITE_AUTH" if is_denied else str(getattr(error, "sqlite_errorname", type(error).__name__))
    if name in _REFUSALS:
        reason, message = _REFUSALS[name]
        return EffectRefusedError(message, reason=reason)
    if name == "SQLITE_INTERRUPT" or time.monotonic() > deadline.at:
        return EffectFailedError(
            "the statement took longer than its timeout", reason="timeout", retryable=True
        )
    if name == "SQLITE_TOOBIG" or isinstance(error, sqlite3.DataError):
        return EffectFailedError("a value is larger than max_bytes", reason="size")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return EffectFailedError("the database is locked", reason="locked", retryable=True)
    if name.startswith("SQLITE_CONSTRAINT"):
        return EffectFailedError(f"the rows break a constraint of the table ({name})", reason="constraint")
    return EffectFailedError(f"the statement failed ({name})", reason="statement")


_REFUSALS = {
    "SQLITE_AUTH": (
        "table",
        "the statement reads or changes a table, or calls a function, that is not declared",
    ),
    "SQLITE_READONLY": ("table", "the database is open for reading only"),
    "ProgrammingError": ("parameters", "the parameters do not fit the places of the statement"),
}
"""Errors of SQLite, by name, that say that nothing was done because it is not granted."""
