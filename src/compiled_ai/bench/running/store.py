"""The folder of a run: its lock, its rows as they come, and what a run that is taken up again needs to know of them.

Rows are appended, each with one write, so that a `kill -9` of the runner loses none; the disk is waited for at most every half second, so that a power failure loses
that much. A last line that was torn off is cut when the run is taken up again. Rows that no longer count (of a changed case, task, system or artifact, or given up
for a limit) are then moved to ``superseded.jsonl``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

from compiled_ai.bench.model import Case
from compiled_ai.bench.rows import CaseRow, PreparationRow, RunInfo
from compiled_ai.bench.running.reading import CASES, INFO, ROWS, SUPERSEDED, read_info, read_rows, row_at
from compiled_ai.errors import StoreError
from compiled_ai.files import leftovers, partial_path, sync_folder, write_atomic
from compiled_ai.spec.canonical import JsonObject

_LOCK = "run.lock"
_SYNC_SECONDS = 0.5
_CHUNK = 65_536


@dataclass(frozen=True, kw_only=True)
class Spending:
    """Tokens and money so far."""

    tokens: int = 0
    usd: float = 0.0
    """Of the calls whose price is known."""
    unpriced: int = 0
    """Rows with calls whose price is not known."""

    def plus(self, row: CaseRow | PreparationRow) -> Spending:
        """With those of `row`."""
        cost = row.cost_usd
        return Spending(
            tokens=self.tokens + row.tokens,
            usd=self.usd + (cost or 0.0),
            unpriced=self.unpriced + (cost is None),
        )


@dataclass(frozen=True, kw_only=True)
class Known:
    """A preparation that is in the rows."""

    offset: int
    system_identity: str
    task_digest: str
    identity: str
    problem: str


class RunFolder:
    """A run's folder, held by this process alone. Close it."""

    def __init__(self, path: Path) -> None:
        """Lock the folder.

        Raises:
            StoreError: another process runs it, or it cannot be written.
        """
        self.path = path
        self.spending = Spending()
        self._known: dict[tuple[str, str], Known] = {}
        self._done: set[bytes] = set()
        self._file: int | None = None
        self._size = 0
        self._unsynced = False
        self._synced_at = 0.0
        self._lock = _locked(path)

    @classmethod
    def create(cls, path: Path, info: RunInfo, cases: Iterable[Case]) -> Self:
        """A new run.

        Raises:
            StoreError: there is one already, or the folder cannot be written.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path} cannot be made: {error.strerror}") from error
        folder = cls(path)
        try:
            if (path / INFO).exists():
                raise StoreError(f"{path} is a run already; take it up with --resume, or name another folder")
            folder.write_cases(cases)
            folder.write_info(info)
            folder._open()
        except BaseException:
            folder.close()
            raise
        return folder

    @classmethod
    def resume(cls, path: Path) -> Self:
        """A run that was begun earlier: its torn last line is cut, its rows are checked.

        Raises:
            StoreError: it is no run, another process is at it, or a line is none of our rows.
        """
        info = read_info(path)
        folder = cls(path)
        try:
            for leftover in leftovers(path):
                leftover.unlink()
            for name in (SUPERSEDED, ROWS):
                _cut(path / name)
                for place in read_rows(path / name, dataset=info.dataset):
                    folder.spending = folder.spending.plus(place.row)
            folder._open()
        except BaseException:
            folder.close()
            raise
        return folder

    @property
    def rows_path(self) -> Path:
        """The file of rows."""
        return self.path / ROWS

    def write_info(self, info: RunInfo) -> None:
        """Write ``run.json``."""
        text = json.dumps(info.model_dump(), indent=2)
        self._safely(lambda: write_atomic(self.path / INFO, text + "\n"))

    def write_cases(self, cases: Iterable[Case]) -> None:
        """Write ``cases.jsonl``, which shows readers what was asked and expected."""

        def write() -> None:
            partial = partial_path(self.path / CASES)
            with partial.open("w", encoding="ascii", newline="\n") as file:
                for case in cases:
                    file.write(json.dumps(_case_json(case)) + "\n")
            partial.replace(self.path / CASES)

        self._safely(write)

    def append(self, row: CaseRow | PreparationRow) -> None:
        """Put `row` behind the others.

        Raises:
            StoreError: the disk is full, or the like.
        """
        assert self._file is not None
        line = json.dumps(row.model_dump(), separators=(",", ":")).encode("ascii") + b"\n"
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise StoreError(f"{self.rows_path} cannot be written: {error.strerror}") from error
        self.spending = self.spending.plus(row)
        if isinstance(row, PreparationRow):
            self._known[row.system, row.task_id] = _known(row, self._size)
        self._size += len(line)
        self._unsynced = True

    def sync(self, *, now: bool = False) -> None:
        """Wait for the disk, if rows wait for it since half a second, or `now`."""
        if not self._unsynced or self._file is None:
            return
        moment = monotonic()
        if now or moment - self._synced_at >= _SYNC_SECONDS:
            os.fsync(self._file)
            self._unsynced, self._synced_at = False, monotonic()

    def known(self, system: str, task_id: str) -> Known | None:
        """The last preparation of a task by a system; None when there is none."""
        return self._known.get((system, task_id))

    def preparation(self, known: Known) -> PreparationRow:
        """Its whole row, read from the file."""
        row = row_at(self.rows_path, known.offset)
        assert isinstance(row, PreparationRow)
        return row

    def is_done(self, key: tuple[str, str, str, str, int]) -> bool:
        """Whether a row of that key was there when `settle` was called."""
        return _short(key) in self._done

    def settle(
        self, identities: Mapping[str, str], wanted: Callable[[CaseRow], bool], *, given_up: bool
    ) -> int:
        """Keep the rows that count and move the others to ``superseded.jsonl``; gives how many were moved.

        Args:
            identities: From a system's name to its identity of today.
            wanted: Whether a case's row is of this run's sample, with the case as it is today.
            given_up: Whether rows of cases that were given up for a limit still count.
        """
        self.sync(now=True)
        info = read_info(self.path)
        self._known = {}
        for place in read_rows(self.rows_path, dataset=info.dataset):
            if isinstance(place.row, PreparationRow):
                self._known[place.row.system, place.row.task_id] = _known(place.row, place.offset)
        for name, known in list(self._known.items()):
            if identities.get(name[0]) != known.system_identity:
                del self._known[name]
        self._done = set()
        moved = []
        for place in read_rows(self.rows_path, dataset=info.dataset):
            if given_up and isinstance(place.row, CaseRow) and place.row.outcome == "too_dear":
                continue
            if not self._counts(place.row, place.offset, wanted):
                moved.append(place.offset)
        if moved:
            self._safely(lambda: self._move(frozenset(moved)))
        return len(moved)

    def close(self) -> None:
        """Wait for the disk, and let go."""
        if self._file is not None:
            self.sync(now=True)
            os.close(self._file)
            self._file = None
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _counts(self, row: CaseRow | PreparationRow, offset: int, wanted: Callable[[CaseRow], bool]) -> bool:
        known = self._known.get((row.system, row.task_id))
        if isinstance(row, PreparationRow):
            return known is not None and known.offset == offset
        if row.outcome == "too_dear" or known is None or row.identity != known.identity or not wanted(row):
            return False
        key = _short(row.key)
        if key in self._done:
            return False
        self._done.add(key)
        return True

    def _move(self, moved: frozenset[int]) -> None:
        """Copy the lines at these offsets to the superseded ones, and the others to a new file of rows. A crash in between leaves rows in both, of which those in the file of rows count."""
        kept = partial_path(self.rows_path)
        offset = 0
        with (
            self.rows_path.open("rb") as source,
            (self.path / SUPERSEDED).open("ab") as old,
            kept.open("wb") as new,
        ):
            for line in source:
                (old if offset in moved else new).write(line)
                offset += len(line)
            for file in (old, new):
                file.flush()
                os.fsync(file.fileno())
        assert self._file is not None
        os.close(self._file)
        self._file = None
        kept.replace(self.rows_path)
        sync_folder(self.path)
        self._open()
        self._reckon()

    def _reckon(self) -> None:
        """Where preparations stand now."""
        dataset = read_info(self.path).dataset
        for place in read_rows(self.rows_path, dataset=dataset):
            if isinstance(place.row, PreparationRow):
                self._known[place.row.system, place.row.task_id] = _known(place.row, place.offset)

    def _open(self) -> None:
        try:
            self._file = os.open(self.rows_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"{self.rows_path} cannot be written: {error.strerror}") from error
        self._size = os.fstat(self._file).st_size

    def _safely(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}") from error


def _known(row: PreparationRow, offset: int) -> Known:
    return Known(
        offset=offset,
        system_identity=row.system_identity,
        task_digest=row.task_digest,
        identity=row.identity,
        problem=row.problem,
    )


def _short(key: tuple[str, str, str, str, int]) -> bytes:
    """16 bytes in place of the key, so that a run of many rows is not held in memory."""
    return hashlib.blake2b(json.dumps(key).encode("ascii"), digest_size=16).digest()


def _case_json(case: Case) -> JsonObject:
    return {
        "case_id": case.case_id,
        "task_id": case.task_id,
        "split": case.split,
        "group": case.group,
        "must_decline": case.must_decline,
        "case_digest": case.digest,
        "input": case.input,
        "expected": case.expected,
    }


def _cut(path: Path) -> None:
    """Cut a last line without its end."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = position = file.seek(0, os.SEEK_END)
        while position > 0:
            start = max(0, position - _CHUNK)
            file.seek(start)
            found = file.read(position - start).rfind(b"\n")
            if found >= 0:
                position = start + found + 1
                break
            position = start
        if position < end:
            file.truncate(position)
            os.fsync(file.fileno())


def _locked(folder: Path) -> int:
    """The open lock file of `folder`, held until it is closed or this process ends."""
    import fcntl  # not on Windows, where reading rows is to work all the same

    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise StoreError(
            f"{folder} is being run by another process; wait for it, or start a new run"
        ) from error
    except OSError:
        pass  # a file system without locks
    return lock
