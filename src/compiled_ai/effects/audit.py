"""The audit log of effects: who did what, with which payload, how it ended. Payloads themselves are never in it, only their digests."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from compiled_ai.errors import StoreError
from compiled_ai.files import locked
from compiled_ai.spec.canonical import JsonObject, digest

Outcome = Literal["started", "done", "refused", "failed"]
"""A call that is granted has two records, the first before anything is done: a process that is killed leaves that one."""
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """One call of an effect, as it starts or as it ended."""

    format: int = FORMAT
    at: str
    """ISO time, UTC."""
    actor: str
    """On whose behalf: a workflow with its artifact, or a person."""
    effect: str
    """Name of the declaration."""
    capability: str
    """``c1:`` digest of the declaration."""
    action: str
    """What was asked for, without values: ``GET https://host/path``, or a statement with its places."""
    payload: str
    """``p1:`` digest of everything that was handed in."""
    outcome: Outcome
    reason: str
    """Kind of the refusal or failure, such as ``host``; empty when it was done."""
    milliseconds: float
    """Wall time, retries included; 0 as it starts."""
    previous: str
    """``e1:`` digest of the record before; empty for the first."""

    @property
    def digest(self) -> str:
        """``e1:`` digest of this record, which the next one carries: a record that is changed or taken out breaks the chain."""
        return digest("e1", asdict(self))


def payload_digest(payload: JsonObject) -> str:
    """``p1:`` digest of `payload`."""
    return digest("p1", payload)


def utc_now() -> datetime:
    """The time of this machine, in UTC. Only the audit log asks for it."""
    return datetime.now(UTC)


class AuditLog:
    """A file of records, one JSON object a line; appended and flushed before the caller sees the result. Threads may share it, and processes the file."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        """The log at `path`, which goes on where it ended.

        Raises:
            StoreError: it cannot be read, or its last record is damaged.
        """
        self.path = path
        self._now = now
        self._lock = threading.Lock()
        self._previous = ""
        self._count = 0
        self._size = 0
        """Bytes of the file that were read or written here."""
        if path.exists():
            try:
                with self._open() as file, locked(file):
                    self._catch_up(file)
            except OSError as error:
                raise StoreError(f"the audit log {path} cannot be opened: {error.strerror}") from error

    def time(self) -> str:
        """The time now, as records hold it."""
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds")

    def append(self, make: Callable[[str], AuditRecord]) -> AuditRecord:
        """Write the record that `make` builds from the digest of the one before.

        Raises:
            StoreError: it cannot be written. What was done is done then; the caller learns that it stands in no log.
        """
        with self._lock:
            try:
                with self._open() as file, locked(file):
                    self._catch_up(file)
                    record = make(self._previous)
                    line = json.dumps(asdict(record), ensure_ascii=False, sort_keys=True).encode() + b"\n"
                    self._write(file, line)
            except OSError as error:
                raise StoreError(f"the audit log {self.path} cannot be written: {error.strerror}") from error
            self._previous = record.digest
            self._size += len(line)
            self._count += 1
        return record

    def _open(self) -> io.FileIO:
        """The file, unbuffered: a buffer would write what it still holds when it is closed after a failure."""
        return io.FileIO(self.path, "a+")

    def _catch_up(self, file: io.FileIO) -> None:
        """Read what other processes wrote since the last record that is known here."""
        size = file.seek(0, os.SEEK_END)
        if size == self._size:
            return
        if size < self._size:
            raise StoreError(f"the audit log {self.path} was cut while it was in use")
        file.seek(self._size)
        records = _parse(file.readall(), self.path, previous=self._previous, first=self._count + 1)
        self._previous, self._size = records[-1].digest if records else self._previous, size
        self._count += len(records)

    def _write(self, file: io.FileIO, line: bytes) -> None:
        """Append `line` whole and synced, or leave the file as it was: half a record would spoil all that follow."""
        try:
            written = 0
            while written < len(line):
                written += file.write(line[written:])
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                file.truncate(self._size)
            raise


def read_audit(path: Path) -> tuple[AuditRecord, ...]:
    """The records of the log at `path`, the chain checked.

    Raises:
        StoreError: it cannot be read, or a record was changed, taken out or cut.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the audit log {path} cannot be read: {error}") from error
    return _parse(content, path, previous="")


def _parse(content: bytes, path: Path, *, previous: str, first: int = 1) -> tuple[AuditRecord, ...]:
    """The records in `content`, the first of which stands in line `first` and follows the one with the digest `previous`."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise StoreError(f"the audit log {path} cannot be read: {error}") from error
    records: list[AuditRecord] = []
    for number, line in enumerate(lines[:-1], start=first):
        try:
            record = AuditRecord(**json.loads(line))
            following = record.digest
        except (ValueError, TypeError, RecursionError) as error:
            raise StoreError(f"{path}:{number}: it is no audit record: {error}") from error
        if record.previous != previous:
            raise StoreError(
                f"{path}:{number}: the chain is broken: a record before this one was changed or taken out"
            )
        records.append(record)
        previous = following
    if lines[-1]:
        raise StoreError(
            f"{path}:{first + len(lines) - 1}: the last record is cut; the call that it tells of may have been made"
        )
    return tuple(records)
