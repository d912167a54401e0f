"""One SQLite file: opened when it is first needed, shared by threads, never carried over a fork, its errors in our words."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.errors import StoreError

BUSY_SECONDS = 10.0
"""How long a writer waits for another process before it gives up."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a file holds."""

    title: str
    """What errors call it, such as ``case log``."""
    version: int
    """Of the tables. A file of another version is left alone."""
    application_id: int
    """Marks the file for the command ``file`` and others."""
    tables: tuple[str, ...]
    """Statements that make them."""


class Database:
    """The file at `path`, or a database in memory for None. Transactions of threads and processes come one after the other."""

    def __init__(self, path: Path | None, layout: Layout) -> None:
        self.path = path
        self._layout = layout
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._connection: sqlite3.Connection | None = None
        self._node: tuple[int, int] | None = None
        """Which file is open: one that was moved away is not written to any more."""
        self._inherited: list[sqlite3.Connection] = []
        """Connections of a parent process. Closing one here could take the file's locks away from it."""

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from.

        Raises:
            StoreError: the file cannot be read, or is damaged.
        """
        with self._mine(), self._told("read"):
            yield self._open()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside of a transaction, which is committed and synced at the end, or undone.

        Raises:
            StoreError: the file cannot be written, or is damaged.
        """
        with self._mine(), self._told("written"):
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a failed COMMIT may have undone it already
                    connection.execute("ROLLBACK")
                raise

    def checkpoint(self) -> None:
        """Move what the write-ahead log holds into the file and empty it, so that purged content is nowhere any more; as far as readers allow.

        Raises:
            StoreError: the file cannot be written.
        """
        with self._mine(), self._told("written"):
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def check(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file; empty when nothing is.

        Raises:
            StoreError: it cannot be read at all.
        """
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
        return () if found == ["ok"] else tuple(found)

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        with self._mine():
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _mine(self) -> Iterator[None]:
        if self._process != os.getpid():  # after a fork: another thread of the parent may have held the lock
            self._process, self._lock = os.getpid(), threading.RLock()
            if self._connection is not None and self.path is not None:
                self._inherited.append(self._connection)
                self._connection = None
        with self._lock:
            yield

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self.path is not None and _node(self.path) != self._node:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = _connect(self.path, self._layout)
            self._node = None if self.path is None else _node(self.path)
        return self._connection

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Errors of SQLite as ours, with the file and the way out."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            text = _in_words(self.path, error, done, self._layout.title)
            if isinstance(error, sqlite3.DatabaseError) and _code(error) in _DAMAGED:
                self._forget()
            raise StoreError(text) from error

    def _forget(self) -> None:
        """Close a damaged file, so that the one that is put in its place is opened."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _node(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _connect(path: Path | None, layout: Layout) -> sqlite3.Connection:
    if path is None:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        _ensure_tables(connection, None, layout)
        return connection
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):  # it may hold inputs: nobody else reads them unless the operator says so
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    connection.row_factory = sqlite3.Row
    try:
        _use_wal(connection)
        # FULL: a commit of the write-ahead log is on the disk before the caller hears of it, or money that was spent could be forgotten.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        _ensure_tables(connection, path, layout)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. Two processes that do so at once are not made to wait by SQLite, so it is tried again."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _ensure_tables(connection: sqlite3.Connection, path: Path | None, layout: Layout) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == layout.version:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version not in {0, layout.version} or (version == 0 and tables):
            raise StoreError(
                f"{path} is no {layout.title} of this version (it says {version}, this program writes {layout.version}); it was left as it is. "
                "Use the version that wrote it, or move it away and a new one is begun."
            )
        if version == 0:
            for statement in layout.tables:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={layout.application_id}")
            connection.execute(f"PRAGMA user_version={layout.version}")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 when Python itself raised it."""
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _in_words(path: Path | None, error: sqlite3.Error | OSError, done: str, title: str) -> str:
    name = path or "in memory"
    if isinstance(error, OSError):
        return f"the {title} {name} cannot be {done}: {error.strerror or error}"
    match _code(error):
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return (
                f"the {title} {name} is damaged ({error}). Nothing was changed in it. Move it away with its -wal and -shm, and the next run begins a new one; "
                f"what it held can mostly be read back with: sqlite3 {name} .recover"
            )
        case sqlite3.SQLITE_FULL:
            return f"the {title} {name} cannot be {done}: the disk is full. What was noted before is kept; make room and run again."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return f"the {title} {name} cannot be {done} ({error}); its folder and the file must be writable."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return (
                f"the {title} {name} was held by another process for {BUSY_SECONDS:.0f} seconds; run again."
            )
        case _:
            return f"the {title} {name} cannot be {done}: {error}"
