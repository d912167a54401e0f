"""Cases on SQLite: in memory, no server, bounded in time and size, with no way to the disk.

AgentBench runs on MySQL. What was made alike: the comparison of texts without case and accents, `CONCAT` and its kin, ``SHOW TABLES`` and ``DESCRIBE``,
backslash escapes in texts, ``USE``. What differs: MySQL compares a text with a number as numbers, SQLite as texts, so that ``Goal < 17`` needs
``CAST(Goal AS REAL) < 17``; systems are told so.
"""

from __future__ import annotations

import math
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterator, Sequence

from compiled_ai.bench.agentbench.db_engine import (
    MOST_ROWS,
    MOST_STATEMENT_CHARS,
    Database,
    QueryResult,
)
from compiled_ai.bench.agentbench.db_entry import DbTable
from compiled_ai.spec.canonical import JsonValue

_MOST_TEXT = 1_000_000
_MOST_PAGES = 8_000
"""Of 4 KiB each: 32 MB."""
_STEPS = 1_000
_REFUSED = {
    sqlite3.SQLITE_ATTACH: "other databases cannot be attached",
    sqlite3.SQLITE_DETACH: "other databases cannot be attached",
}
_PRAGMAS = frozenset(("table_info", "table_xinfo", "table_list", "index_list", "index_info"))
_HIDDEN_FUNCTIONS = frozenset(("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"))
_PIECES = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`|[^'\"`\\]+|.", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_SHOW_TABLES = re.compile(r"\s*SHOW\s+TABLES\s*;?\s*", re.IGNORECASE)
_DESCRIBE = re.compile(
    r"\s*(?:DESCRIBE|DESC|SHOW\s+COLUMNS\s+(?:FROM|IN))\s+[`\"\[]?([^`\"\];]+?)[`\"\]]?\s*;?\s*",
    re.IGNORECASE,
)
_USE = re.compile(r"\s*USE\s+[^;]+;?\s*", re.IGNORECASE)


class SqliteEngine:
    """SQLite of Python's own library.

    Args:
        seconds: Time for one statement.
    """

    def __init__(self, *, seconds: float = 10.0) -> None:
        self._seconds = seconds

    @property
    def name(self) -> str:
        """With its version."""
        return f"SQLite {sqlite3.sqlite_version}"

    def open(self, tables: Sequence[DbTable]) -> Database:
        """A new database in memory with `tables`."""
        # Frameworks call tools from threads of theirs, one at a time: the episode sees to that.
        connection = sqlite3.connect(
            ":memory:", isolation_level=None, cached_statements=0, check_same_thread=False
        )
        connection.create_collation("MYSQL", _compare)
        for name, arguments, function in _FUNCTIONS:
            connection.create_function(name, arguments, function, deterministic=True)
        for table in tables:
            _create(connection, table)
        connection.execute(f"PRAGMA max_page_count = {_MOST_PAGES}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_TEXT)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MOST_STATEMENT_CHARS * 4)
        connection.set_authorizer(_authorize)
        return _Sqlite(connection, self._seconds)


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds

    def execute(self, statement: str) -> QueryResult:
        if len(statement) > MOST_STATEMENT_CHARS:
            return QueryResult(
                problem=f"the statement is longer than {MOST_STATEMENT_CHARS} characters; shorten it"
            )
        if _USE.fullmatch(statement):
            return QueryResult()
        deadline = time.monotonic() + self._seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            return self._run(_translated(statement))
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
            # Warning: several statements at once. ValueError: a NUL or a lone surrogate. OverflowError: a text too long.
            return QueryResult(problem=self._words(error))
        finally:
            self._connection.set_progress_handler(None, _STEPS)

    def rows_of(self, table: DbTable) -> tuple[tuple[JsonValue, ...], ...] | None:
        # Qualified by the table: SQLite takes a quoted name that is no column for a text, and would give that.
        name = _quoted(table.name)
        columns = ", ".join(f"{name}.{_quoted(column)}" for column in table.columns)
        try:
            rows = self._connection.execute(f"SELECT {columns} FROM {name}").fetchall()  # noqa: S608 - quoted names of the data
        except sqlite3.Error:
            return None
        return tuple(tuple(_json_cell(cell) for cell in row) for row in rows)

    def close(self) -> None:
        self._connection.close()

    def _run(self, statement: str) -> QueryResult:
        before = self._connection.total_changes
        cursor = self._connection.execute(statement)
        try:
            if cursor.description is None:
                return QueryResult(changed=self._connection.total_changes - before)
            rows = cursor.fetchmany(MOST_ROWS + 1)
            return QueryResult(
                columns=tuple(str(column[0]) for column in cursor.description),
                rows=tuple(tuple(_json_cell(cell) for cell in row) for row in rows[:MOST_ROWS]),
                is_cut=len(rows) > MOST_ROWS,
            )
        finally:
            cursor.close()

    def _words(self, error: Exception) -> str:
        text = str(error) or type(error).__name__
        if text == "interrupted":
            return f"the statement took longer than {self._seconds:g} s and was stopped"
        return text


def _create(connection: sqlite3.Connection, table: DbTable) -> None:
    columns = ", ".join(f"{_quoted(column)} TEXT COLLATE MYSQL" for column in table.columns)
    connection.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {_quoted(table.name)} VALUES ({marks})", table.rows)  # noqa: S608 - quoted names of the data


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    if action in _REFUSED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() not in _PRAGMAS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _HIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _translated(statement: str) -> str:
    """`statement` with what only MySQL knows put in SQLite's words."""
    if _SHOW_TABLES.fullmatch(statement):
        return "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    described = _DESCRIBE.fullmatch(statement)
    if described:
        name = described[1].replace("'", "''")
        return f"SELECT name AS Field, type AS Type FROM pragma_table_info('{name}')"  # noqa: S608 - a statement of the system's own anyway
    return "".join(_piece(match[0]) for match in _PIECES.finditer(statement))


def _piece(piece: str) -> str:
    r"""A text with MySQL's escapes (``\'``) in SQLite's form (``''``). Texts without a backslash stay as they are."""
    quote = piece[0]
    if quote not in "'\"" or "\\" not in piece or len(piece) < 2:
        return piece
    return quote + "".join(_unescaped(piece[1:-1], quote)) + quote


def _unescaped(text: str, quote: str) -> Iterator[str]:
    characters = iter(text)
    for character in characters:
        if character != "\\":
            yield character
            continue
        following = next(characters, "\\")
        if following in "%_":  # in MySQL too, the backslash stays before these
            yield "\\" + following
        elif following == quote:
            yield quote * 2
        else:
            yield _ESCAPES.get(following, following)


def _json_cell(cell: object) -> JsonValue:
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    if cell is None or isinstance(cell, str | int | float):
        return cell
    return cell.hex() if isinstance(cell, bytes) else str(cell)


def _compare(left: str, right: str) -> int:
    """As MySQL's utf8mb4_0900_ai_ci, nearly: without case and accents. Other than there, characters of no weight count."""
    ours, theirs = _folded(left), _folded(right)
    return (ours > theirs) - (ours < theirs)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )


def _concat(*parts: object) -> str | None:
    return None if None in parts else "".join(map(str, parts))


def _concat_ws(separator: object, *parts: object) -> str | None:
    return None if separator is None else str(separator).join(str(part) for part in parts if part is not None)


def _locate(part: object, text: object) -> int | None:
    return None if part is None or text is None else _folded(str(text)).find(_folded(str(part))) + 1


def _length(text: object) -> int | None:
    return None if text is None else len(str(text))


_FUNCTIONS = (
    ("CONCAT", -1, _concat),
    ("CONCAT_WS", -1, _concat_ws),
    ("LOCATE", 2, _locate),
    ("CHAR_LENGTH", 1, _length),
)
