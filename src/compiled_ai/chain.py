"""Logs that show when they were changed: each record carries the digest of the one before.

Where old records were purged (`ChainedLog.purge`), an anchor stands in their place: how many they were, from when to when, the digest that the chain goes on
from, and who purged them under which rule. A record in the chain signs the anchor off, so that neither is changed alone. What a chain cannot show by itself is
that records are missing at its end: keep the last digest elsewhere, and compare (`read_chain`).
"""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from compiled_ai.errors import StoreError
from compiled_ai.files import locked, partial_path, sync_folder, write_synced
from compiled_ai.spec.canonical import JsonObject, digest

FORMAT = 1
_HEAD = 4_096
"""Bytes of the beginning of a log that are looked at."""


class Chained(Protocol):
    """A record of a chain."""

    @property
    def at(self) -> str:
        """ISO time, UTC."""

    @property
    def actor(self) -> str:
        """On whose behalf."""

    @property
    def previous(self) -> str:
        """Digest of the record before; empty for the first."""

    @property
    def digest(self) -> str:
        """Digest of this record."""

    @property
    def signs(self) -> str:
        """Digest of the anchor that this record signs off; empty for all others."""

    def to_json(self) -> JsonObject:
        """As it stands in the log."""


@dataclass(frozen=True, kw_only=True)
class Anchor:
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
    """Digest of the last of them, which the first record that is kept carries."""
    previous: str
    """``k1:`` digest of the anchor before; empty for the first."""

    @property
    def digest(self) -> str:
        """``k1:`` digest of this anchor, which the record that signs it off carries."""
        return digest("k1", asdict(self))


R = TypeVar("R", bound=Chained)


@dataclass(frozen=True, kw_only=True)
class Purge:
    """A purge as the record that signs it off tells of it."""

    anchor: Anchor
    count: int
    """Records that went this time."""
    previous: str
    """Digest of the record before the one that signs."""


@dataclass(frozen=True, kw_only=True)
class Form(Generic[R]):
    """What sets one kind of log apart from another."""

    title: str
    """What errors call it, such as ``audit log``."""
    record: str
    """What errors call a record of it, such as ``audit record``."""
    cut: str
    """What it means that the last record is cut, and the way out."""
    parse: Callable[[JsonObject], R]
    """A record from what stands in a line. Raises ValueError or TypeError where that is none."""
    sign: Callable[[Purge], R]
    """The record that signs a purge off."""


@dataclass(frozen=True, kw_only=True)
class Chain(Generic[R]):
    """What a file, or the end of one, holds, the chain checked."""

    anchor: Anchor | None
    records: tuple[R, ...]

    @property
    def lines(self) -> int:
        """Lines in the file."""
        return len(self.records) + (self.anchor is not None)

    @property
    def head(self) -> str:
        """Digest of the last record; empty without any. Kept elsewhere, it shows whether records are missing at the end."""
        return self.records[-1].digest if self.records else ""


def utc_now() -> datetime:
    """The time of this machine, in UTC. Only logs ask for it."""
    return datetime.now(UTC)


class ChainedLog(Generic[R]):
    """A file of records, one JSON object a line; appended before the caller sees the result. Threads may share it, and processes the file."""

    def __init__(
        self, path: Path, form: Form[R], *, now: Callable[[], datetime] = utc_now, sync_seconds: float = 0.0
    ) -> None:
        """The log at `path`, which goes on where it ended.

        Args:
            path: The file; it need not be there yet.
            form: What its records are like.
            now: The clock.
            sync_seconds: The disk is waited for at most so often; 0 is for every record. A process that dies loses nothing either way, a machine that
                dies loses what it had not written to its disk.

        Raises:
            StoreError: it cannot be read, or its last record is damaged.
        """
        self.path = path
        """As it was given."""
        self._form = form
        self._place = path
        """Where the file is: a purge exchanges what a link leads to, not the link."""
        self._now = now
        self._sync_seconds = sync_seconds
        self._synced = 0.0
        self._is_unsynced = False
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
            raise StoreError(f"the {form.title} {path} cannot be found: {error}") from error
        if path.exists():
            with self._held() as file:
                self._catch_up(file)

    def time(self) -> str:
        """The time now, as records hold it."""
        return _iso(self._now())

    def append(self, make: Callable[[str], R]) -> R:
        """Write the record that `make` builds from the digest of the one before.

        Raises:
            StoreError: it cannot be written. What was done is done then; the caller learns that it stands in no log.
        """
        with self._lock, self._held() as file:
            self._catch_up(file)
            record = make(self._previous)
            line = _line(record.to_json())
            self._write(file, line)
            self._previous = record.digest
            self._size += len(line)
            self._count += 1
        return record

    def sync(self) -> None:
        """Wait until the disk has all that was written.

        Raises:
            StoreError: it cannot be written.
        """
        with self._lock:
            if self._is_unsynced:
                with self._held() as file:
                    os.fsync(file.fileno())
                self._is_unsynced = False

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
                log = _parse(file.readall(), self.path, self._form, previous="")
                old = _old_ones(log.records, before=self._now() - timedelta(days=days), of=of)
                if old:
                    self._replace(log, old, actor=actor, rule=f"retention_days {days}")
                return old

    def _replace(self, log: Chain[R], old: int, *, actor: str, rule: str) -> None:
        gone, kept = log.records[:old], log.records[old:]
        before = log.anchor
        anchor = Anchor(
            at=self.time(),
            actor=actor,
            rule=rule,
            removed=old + (before.removed if before else 0),
            first_at=before.first_at if before else gone[0].at,
            last_at=gone[-1].at,
            last=gone[-1].digest,
            previous=before.digest if before else "",
        )
        signed = self._form.sign(Purge(anchor=anchor, count=old, previous=(kept or gone)[-1].digest))
        content = _line(asdict(anchor)) + b"".join(_line(record.to_json()) for record in (*kept, signed))
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
                f"the {self._form.title} {self.path} cannot be written: {error.strerror or error}"
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
            raise StoreError(f"the {self._form.title} {self.path} was cut while it was in use")
        elif size > self._size:
            file.seek(self._size)
            content, first = file.readall(), self._count + 1
            self._take(_parse(content, self.path, self._form, previous=self._previous, first=first))
        self._node, self._size, self._head = node, size, head

    def _start_anew(self, file: io.FileIO) -> None:
        """Read a file that was put in the place of ours: what a purge leaves begins with an anchor, and still holds what we wrote unless that was purged."""
        file.seek(0)
        log = _parse(file.readall(), self.path, self._form, previous="")
        if log.anchor is None:
            raise StoreError(f"the {self._form.title} {self.path} was replaced while it was in use")
        self._previous, self._count = "", 0
        self._take(log)

    def _take(self, log: Chain[R]) -> None:
        self._previous = log.head or self._previous
        self._count += log.lines

    def _write(self, file: io.FileIO, line: bytes) -> None:
        """Append `line` whole, or leave the file as it was: half a record would spoil all that follow."""
        try:
            written = 0
            while written < len(line):
                written += file.write(line[written:])
            self._is_unsynced = True
            if not self._sync_seconds or time.monotonic() - self._synced >= self._sync_seconds:
                os.fsync(file.fileno())
                self._synced, self._is_unsynced = time.monotonic(), False
        except BaseException:
            with suppress(OSError):
                file.truncate(self._size)
            raise


def read_chain(path: Path, form: Form[R]) -> Chain[R]:
    """What the log at `path` holds, the chain checked.

    Raises:
        StoreError: it cannot be read, or a record was changed, taken out or cut.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the {form.title} {path} cannot be read: {error}") from error
    return _parse(content, path, form, previous="")


def _head(content: bytes) -> bytes:
    """What tells a log from another: its first line, or as much of it as is looked at."""
    return content[:_HEAD].partition(b"\n")[0]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _line(record: JsonObject) -> bytes:
    return json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _old_ones(records: tuple[R, ...], *, before: datetime, of: Callable[[str], bool]) -> int:
    """How many records at the beginning are older than `before` and may go."""
    for number, record in enumerate(records):
        try:
            is_old = datetime.fromisoformat(record.at) < before
        except (ValueError, TypeError):  # a time that nobody can read, or without a zone, keeps its record
            return number
        if not (is_old and of(record.actor)):
            return number
    return len(records)


def _parse(content: bytes, path: Path, form: Form[R], *, previous: str, first: int = 1) -> Chain[R]:
    """What `content` holds, the first line of which is line `first` of the file and follows the record with the digest `previous`."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise StoreError(f"the {form.title} {path} cannot be read: {error}") from error
    anchor = _parse_anchor(lines[0]) if first == 1 else None
    previous = previous if anchor is None else anchor.last
    begin = 0 if anchor is None else 1
    records: list[R] = []
    for number, line in enumerate(lines[begin:-1], start=first + begin):
        try:
            record = _parse_record(line, form)
            following = record.digest
        except (ValueError, TypeError, RecursionError) as error:
            raise StoreError(f"{path}:{number}: it is no {form.record}: {error}") from error
        if record.previous != previous:
            raise StoreError(
                f"{path}:{number}: the chain is broken: a record before this one was changed or taken out"
            )
        records.append(record)
        previous = following
    if lines[-1]:
        raise StoreError(f"{path}:{first + len(lines) - 1}: the last record is cut; {form.cut}")
    if first == 1:
        _check_signed(anchor, records, path)
    return Chain(anchor=anchor, records=tuple(records))


def _parse_record(line: str, form: Form[R]) -> R:
    data = json.loads(line)
    if not isinstance(data, dict):
        raise TypeError("it must be an object")
    return form.parse(data)


def _parse_anchor(line: str) -> Anchor | None:
    """The anchor that `line` holds; None where it is something else, which reading it as a record then tells of."""
    try:
        data = json.loads(line)
        return Anchor(**data) if isinstance(data, dict) and "anchor" in data else None
    except (ValueError, TypeError, RecursionError):
        return None


def _check_signed(anchor: Anchor | None, records: list[R], path: Path) -> None:
    """Make sure that the last purge in the chain is the one that the anchor tells of."""
    purges = [record.signs for record in records if record.signs]
    if (anchor.digest if anchor else None) != (purges[-1] if purges else None):
        raise StoreError(
            f"{path}:1: the anchor of purged records is not the one that the chain signs off: it was changed or taken out"
        )
