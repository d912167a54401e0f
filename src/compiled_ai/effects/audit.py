"""The audit log of effects: who did what, with which payload, how it ended. Payloads themselves are never in it, only their digests.

Records form a chain of digests. Where old ones were purged (`AuditLog.purge`), an anchor stands in their place: how many they were, from when to when, the digest
that the chain goes on from, and who purged them under which rule. A record in the chain signs the anchor off, so that neither is changed alone.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from compiled_ai.errors import StoreError
from compiled_ai.files import locked, partial_path, sync_folder, write_synced
from compiled_ai.spec.canonical import JsonObject, digest

Outcome = Literal["started", "done", "refused", "failed", "purged"]
"""A call that is granted has two records, the first before anything is done: a process that is killed leaves that one. ``purged`` signs an anchor off."""
FORMAT = 1
_HEAD = 4_096
"""Bytes of the beginning of a log that are looked at."""
_LOG_ITSELF = "audit_log"
"""What the records of a purge say in place of an effect."""


_NUMBERS = frozenset(("format", "milliseconds"))
"""Fields of a record that are no text."""


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


@dataclass(frozen=True, kw_only=True)
class AuditAnchor:
    """What stands in the place of records that were purged: the first line of the log."""

    format: int = FORMAT
    anchor: str = "purged"
    at: str
    """ISO time of the purge, UTC."""
    actor: str
    """On whose behalf."""
    rule: str
    """Why, such as ``retention_days 366``."""
    removed: int
    """Records that were purged, with those of earlier purges."""
    first_at: str
    """Time of the oldest of them all."""
    last_at: str
    """Time of the youngest."""
    last: str
    """``e1:`` digest of the last of them, which the first record that is kept carries."""
    previous: str
    """``k1:`` digest of the anchor before; empty for the first."""

    @property
    def digest(self) -> str:
        """``k1:`` digest of this anchor, which the record that signs it off carries as its payload."""
        return digest("k1", asdict(self))


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
        """As it was given."""
        self._place = path
        """Where the file is: a purge exchanges what a link leads to, not the link."""
        self._now = now
        self._lock = threading.Lock()
        self._previous = ""
        self._count = 0
        self._size = 0
        """Bytes of the file that were read or written here."""
        self._node: int | None = None
        """Which file it was: a purge puts another in its place."""
        self._head = b""
        """How it began: a purge changes that, also where the new file is given the number of one that is gone."""
        try:
            self._place = path.resolve()
        except (OSError, RuntimeError) as error:  # a circle of links
            raise StoreError(f"the audit log {path} cannot be found: {error}") from error
        if path.exists():
            with self._held() as file:
                self._catch_up(file)

    def time(self) -> str:
        """The time now, as records hold it."""
        return _iso(self._now())

    def append(self, make: Callable[[str], AuditRecord]) -> AuditRecord:
        """Write the record that `make` builds from the digest of the one before.

        Raises:
            StoreError: it cannot be written. What was done is done then; the caller learns that it stands in no log.
        """
        with self._lock, self._held() as file:
            self._catch_up(file)
            record = make(self._previous)
            line = _line(record)
            self._write(file, line)
            self._previous = record.digest
            self._size += len(line)
            self._count += 1
        return record

    def purge(self, *, days: int, actor: str, of: Callable[[str], bool] = lambda _: True) -> int:
        """Take out the records that are older than `days` and leave an anchor in their place; how many there were.

        Records go from the beginning only, up to the first that is younger or somebody else's. The file is replaced whole; a reader meets the old or the new.

        Args:
            days: Days that a record is kept.
            actor: On whose behalf.
            of: Whether records of that actor may go.

        Raises:
            StoreError: the log cannot be read or written, or is damaged; nothing is taken out then.
        """
        with self._lock:
            if not self.path.exists():
                return 0
            with self._held() as file:
                self._catch_up(file)
                file.seek(0)
                log = _parse(file.readall(), self.path, previous="")
                old = _old_ones(log.records, before=self._now() - timedelta(days=days), of=of)
                if old:
                    self._replace(log, old, actor=actor, rule=f"retention_days {days}")
                return old

    def _replace(self, log: _Log, old: int, *, actor: str, rule: str) -> None:
        gone, kept = log.records[:old], log.records[old:]
        before = log.anchor
        anchor = AuditAnchor(
            at=self.time(),
            actor=actor,
            rule=rule,
            removed=old + (before.removed if before else 0),
            first_at=before.first_at if before else gone[0].at,
            last_at=gone[-1].at,
            last=gone[-1].digest,
            previous=before.digest if before else "",
        )
        signed = AuditRecord(
            at=anchor.at,
            actor=actor,
            effect=_LOG_ITSELF,
            capability="",
            action=f"purge of {old} records up to {anchor.last_at}",
            payload=anchor.digest,
            outcome="purged",
            reason=rule,
            milliseconds=0.0,
            previous=(kept or gone)[-1].digest,
        )
        content = _line(anchor) + b"".join(map(_line, (*kept, signed)))
        partial = partial_path(self._place)
        try:
            write_synced(partial, content.decode())
            shutil.copymode(self._place, partial)
            node = partial.stat().st_ino
            partial.replace(self._place)
        finally:
            partial.unlink(missing_ok=True)
        sync_folder(self._place.parent)
        self._previous, self._size, self._count = signed.digest, len(content), len(kept) + 2
        self._node, self._head = node, _head(content)

    @contextmanager
    def _held(self) -> Iterator[io.FileIO]:
        """The file, open and locked; the one that stands at the path now, not one that a purge has replaced while we waited."""
        try:
            while True:
                with self._open() as file, locked(file):
                    if os.fstat(file.fileno()).st_ino == self._place.stat().st_ino:
                        yield file
                        return
        except OSError as error:
            raise StoreError(
                f"the audit log {self.path} cannot be written: {error.strerror or error}"
            ) from error

    def _open(self) -> io.FileIO:
        """The file, unbuffered: a buffer would write what it still holds when it is closed after a failure."""
        return io.FileIO(self._place, "a+")

    def _catch_up(self, file: io.FileIO) -> None:
        """Read what other processes wrote since the last record that is known here."""
        node = os.fstat(file.fileno()).st_ino
        file.seek(0)
        head = _head(file.read(_HEAD))
        size = file.seek(0, os.SEEK_END)
        is_another = self._node is not None and node != self._node
        if is_another or (head and self._head and head != self._head):
            self._start_anew(file)
        elif size < self._size:
            raise StoreError(f"the audit log {self.path} was cut while it was in use")
        elif size > self._size:
            file.seek(self._size)
            self._take(_parse(file.readall(), self.path, previous=self._previous, first=self._count + 1))
        self._node, self._size, self._head = node, size, head

    def _start_anew(self, file: io.FileIO) -> None:
        """Read a file that was put in the place of ours: what a purge leaves begins with an anchor, and still holds what we wrote unless that was purged."""
        file.seek(0)
        log = _parse(file.readall(), self.path, previous="")
        if log.anchor is None:
            raise StoreError(f"the audit log {self.path} was replaced while it was in use")
        self._previous, self._count = "", 0
        self._take(log)

    def _take(self, log: _Log) -> None:
        self._previous = log.records[-1].digest if log.records else self._previous
        self._count += log.lines

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


def _head(content: bytes) -> bytes:
    """What tells a log from another: its first line, or as much of it as is looked at."""
    return content[:_HEAD].partition(b"\n")[0]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _line(record: AuditRecord | AuditAnchor) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _old_ones(records: tuple[AuditRecord, ...], *, before: datetime, of: Callable[[str], bool]) -> int:
    """How many records at the beginning are older than `before` and may go."""
    for number, record in enumerate(records):
        try:
            is_old = datetime.fromisoformat(record.at) < before
        except (ValueError, TypeError):  # a time that nobody can read, or without a zone, keeps its record
            return number
        if not (is_old and of(record.actor)):
            return number
    return len(records)


@dataclass(frozen=True, kw_only=True)
class _Log:
    """What a file, or the end of one, holds."""

    anchor: AuditAnchor | None
    records: tuple[AuditRecord, ...]

    @property
    def lines(self) -> int:
        return len(self.records) + (self.anchor is not None)


def read_audit(path: Path) -> tuple[AuditRecord, ...]:
    """The records of the log at `path`, the chain checked.

    Raises:
        StoreError: it cannot be read, or a record was changed, taken out or cut.
    """
    return _read(path).records


def read_anchor(path: Path) -> AuditAnchor | None:
    """What stands in the place of records that were purged from the log at `path`, the chain checked; None when none were.

    Raises:
        StoreError: as with `read_audit`.
    """
    return _read(path).anchor


def _read(path: Path) -> _Log:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the audit log {path} cannot be read: {error}") from error
    return _parse(content, path, previous="")


def _parse(content: bytes, path: Path, *, previous: str, first: int = 1) -> _Log:
    """What `content` holds, the first line of which is line `first` of the file and follows the record with the digest `previous`."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise StoreError(f"the audit log {path} cannot be read: {error}") from error
    anchor = _parse_anchor(lines[0]) if first == 1 else None
    previous = previous if anchor is None else anchor.last
    begin = 0 if anchor is None else 1
    records: list[AuditRecord] = []
    for number, line in enumerate(lines[begin:-1], start=first + begin):
        try:
            record = _parse_record(line)
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
            f"{path}:{first + len(lines) - 1}: the last record is cut; the call that it tells of may have been made. "
            "Keep the file elsewhere; the next call begins a new one"
        )
    if first == 1:
        _check_signed(anchor, records, path)
    return _Log(anchor=anchor, records=tuple(records))


def _parse_record(line: str) -> AuditRecord:
    """The record that `line` holds.

    Raises:
        ValueError: it is no JSON.
        TypeError: it is no record.
    """
    data = json.loads(line)
    if not isinstance(data, dict):
        raise TypeError("it must be an object")
    record = AuditRecord(**data)
    wrong = [name for name, value in asdict(record).items() if isinstance(value, str) is (name in _NUMBERS)]
    if wrong:
        raise TypeError(f"'{wrong[0]}' is of another type")
    return record


def _parse_anchor(line: str) -> AuditAnchor | None:
    """The anchor that `line` holds; None where it is something else, which reading it as a record then tells of."""
    try:
        data = json.loads(line)
        return AuditAnchor(**data) if isinstance(data, dict) and "anchor" in data else None
    except (ValueError, TypeError, RecursionError):
        return None


def _check_signed(anchor: AuditAnchor | None, records: list[AuditRecord], path: Path) -> None:
    """Make sure that the last purge in the chain is the one that the anchor tells of."""
    purges = [record.payload for record in records if record.outcome == "purged"]
    if (anchor.digest if anchor else None) != (purges[-1] if purges else None):
        raise StoreError(
            f"{path}:1: the anchor of purged records is not the one that the chain signs off: it was changed or taken out"
        )
