"""Cases on a server of MySQL's kind, as AgentBench runs them: a scratch database each, dropped after.

The driver is pymysql, loaded when it is needed. Statements of systems run with the rights of the user in the URL: give it one that may do nothing but
create, use and drop databases whose names begin with ``compiled_ai_``.
"""

from __future__ import annotations

import contextlib
import importlib
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from compiled_ai.bench.agentbench.db_engine import (
    MOST_ROWS,
    MOST_STATEMENT_CHARS,
    Database,
    QueryResult,
)
from compiled_ai.bench.agentbench.db_entry import DbTable
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonValue

_PREFIX = "compiled_ai_"


class Cursor(Protocol):
    """The part of a driver's cursor that we use."""

    description: Sequence[Sequence[object]] | None
    rowcount: int

    def execute(self, query: str, args: Sequence[object] | None = None) -> object:
        """Run a statement."""
        ...

    def fetchmany(self, size: int) -> Sequence[Sequence[object]]:
        """Up to `size` rows."""
        ...

    def fetchall(self) -> Sequence[Sequence[object]]:
        """All rows."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Connection(Protocol):
    """The part of a driver's connection that we use."""

    def cursor(self) -> Cursor:
        """A new cursor."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Driver(Protocol):
    """The part of pymysql that we use."""

    Error: type[Exception]

    def connect(self, **options: object) -> Connection:
        """A new connection."""
        ...


class MysqlEngine:
    """A server by its URL, such as ``mysql://user:password@localhost:3306``.

    Args:
        url: Never shown again.
        seconds: Time for one statement.
        driver: In place of pymysql, for tests.

    Raises:
        MissingToolError: the driver is not there, or the URL names no server.
    """

    def __init__(self, url: str, *, seconds: float = 10.0, driver: Driver | None = None) -> None:
        self._driver = driver or _load_driver()
        self._options = _options_of(url, seconds)
        self._seconds = seconds

    @property
    def name(self) -> str:
        """Without anything of the URL."""
        return "MySQL by URL"

    def open(self, tables: Sequence[DbTable]) -> Database:
        """A new database of a random name with `tables`.

        Raises:
            MissingToolError: the server does not answer or refuses.
        """
        name = f"{_PREFIX}{uuid.uuid4().hex}"
        try:
            connection = self._driver.connect(**self._options)
            database = _Mysql(connection, self._driver.Error, name)
            try:
                database.set_up(tables, self._seconds)
            except BaseException:
                database.close()
                raise
        except (self._driver.Error, OSError) as error:
            raise MissingToolError(
                f"the MySQL server for AgentBench cannot be used ({type(error).__name__}: {error}): check its URL and the user's "
                f"rights on databases named {_PREFIX}*, or leave the URL unset for SQLite"
            ) from error
        return database


class _Mysql:
    def __init__(self, connection: Connection, errors: type[Exception], name: str) -> None:
        self._connection = connection
        self._errors = errors
        self._name = name

    def set_up(self, tables: Sequence[DbTable], seconds: float) -> None:
        with contextlib.closing(self._connection.cursor()) as cursor:
            cursor.execute(f"CREATE DATABASE {_quoted(self._name)} CHARACTER SET utf8mb4")
            cursor.execute(f"USE {_quoted(self._name)}")
            with contextlib.suppress(self._errors):  # MySQL's own, for SELECT; MariaDB has another
                cursor.execute(f"SET SESSION max_execution_time = {int(seconds * 1000)}")
            with contextlib.suppress(self._errors):
                cursor.execute(f"SET SESSION max_statement_time = {seconds}")
            for table in tables:
                columns = ", ".join(f"{_column(column)} TEXT" for column in table.columns)
                cursor.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
                if table.rows:
                    mark = f"({', '.join(['%s'] * len(table.columns))})"
                    cells = [cell for row in table.rows for cell in row]
                    values = ", ".join([mark] * len(table.rows))
                    place = _quoted(table.name).replace("%", "%%")  # the driver fills in by the operator %
                    cursor.execute(f"INSERT INTO {place} VALUES {values}", cells)  # noqa: S608 - quoted names of the data

    def execute(self, statement: str) -> QueryResult:
        if len(statement) > MOST_STATEMENT_CHARS:
            return QueryResult(
                problem=f"the statement is longer than {MOST_STATEMENT_CHARS} characters; shorten it"
            )
        try:
            with contextlib.closing(self._connection.cursor()) as cursor:
                cursor.execute(statement)
                if cursor.description is None:
                    return QueryResult(changed=max(cursor.rowcount, 0))
                rows = cursor.fetchmany(MOST_ROWS + 1)
                return QueryResult(
                    columns=tuple(str(column[0]) for column in cursor.description),
                    rows=tuple(tuple(_json_cell(cell) for cell in row) for row in rows[:MOST_ROWS]),
                    is_cut=len(rows) > MOST_ROWS,
                )
        except (self._errors, OSError, ValueError) as error:
            return QueryResult(problem=str(error) or type(error).__name__)

    def rows_of(self, table: DbTable) -> tuple[tuple[JsonValue, ...], ...] | None:
        columns = ", ".join(_column(column) for column in table.columns)
        place = f"{_quoted(self._name)}.{_quoted(table.name)}"
        try:
            with contextlib.closing(self._connection.cursor()) as cursor:
                cursor.execute(f"SELECT {columns} FROM {place}")  # noqa: S608 - quoted names of the data
                return tuple(tuple(_json_cell(cell) for cell in row) for row in cursor.fetchall())
        except (self._errors, OSError):
            return None

    def close(self) -> None:
        with (
            contextlib.suppress(self._errors, OSError),
            contextlib.closing(self._connection.cursor()) as cursor,
        ):
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(self._name)}")
        with contextlib.suppress(self._errors, OSError):
            self._connection.close()


def _load_driver() -> Driver:
    try:
        return cast("Driver", importlib.import_module("pymysql"))
    except ImportError as error:
        raise MissingToolError(
            "a MySQL server was named for AgentBench and its driver is not there: pip install pymysql, or leave the URL unset for SQLite"
        ) from error


def _options_of(url: str, seconds: float) -> Mapping[str, object]:
    parts = urlsplit(url)
    try:
        port = parts.port or 3306
    except ValueError:
        port = 0
    if parts.scheme not in ("mysql", "mariadb") or not parts.hostname or not port:
        raise MissingToolError(
            "the URL of AgentBench's database must be like mysql://user:password@host:3306 (it is not shown here)"
        )
    return {
        "host": parts.hostname,
        "port": port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "charset": "utf8mb4",
        "autocommit": True,
        "connect_timeout": 10,
        "read_timeout": int(seconds) + 5,
        "local_infile": False,
    }


def _column(name: str) -> str:
    """MySQL has no column without a name; one of AgentBench's tables has."""
    return _quoted(name.strip() or "unnamed")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _json_cell(cell: object) -> JsonValue:
    if cell is None or isinstance(cell, str | int | bool):
        return cell
    if isinstance(cell, float):
        return cell
    if isinstance(cell, Decimal):
        return str(cell)
    return cell.hex() if isinstance(cell, bytes) else str(cell)
