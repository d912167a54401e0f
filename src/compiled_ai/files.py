"""Writing files so that a reader, or a `kill -9`, never meets half of one."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

_PARTIAL = re.compile(r"\..+\.([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}\.part", re.DOTALL)
_FOREIGN_SECONDS = 86_400
"""Age from which a leftover of another machine counts as one: its processes cannot be looked up here."""


def write_atomic(path: Path, text: str) -> None:
    """Put `text` into the file at `path`: written beside it, synced, renamed."""
    partial = partial_path(path)
    try:
        write_synced(partial, text)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_synced(path: Path, text: str) -> None:
    """Write `text` and wait until the disk has it. Not atomic."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the names in `folder`. Does nothing where folders cannot be opened (Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def partial_path(path: Path) -> Path:
    """A hidden name beside `path` that no other writer has, neither thread nor process nor machine; it says who its owner is."""
    return path.with_name(f".{path.name}.{_machine()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.part")


@contextmanager
def locked(file: FileIO) -> Iterator[None]:
    """While it lasts, no other process that asks the same of the open `file` is inside. Waits for its turn."""
    if sys.platform == "win32":  # pragma: no cover - only there
        import msvcrt

        position = file.tell()
        file.seek(0)
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                break
            except OSError as error:  # after ten seconds of waiting
                if error.errno != errno.EDEADLK:
                    raise
        file.seek(position)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        return
    import fcntl

    with suppress(OSError):  # a file system without locks
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)


def leftovers(folder: Path) -> list[Path]:
    """Partial files and folders in `folder` whose writers were killed."""
    return [path for path in folder.iterdir() if _is_leftover(path)]


def _is_leftover(path: Path) -> bool:
    match = _PARTIAL.fullmatch(path.name)
    if match is None:
        return False
    if match[1] == _machine():
        return not _is_alive(int(match[2]))
    try:
        return time.time() - path.stat().st_mtime > _FOREIGN_SECONDS
    except FileNotFoundError:
        return False


def _machine() -> str:
    """This machine or container, as 8 digits."""
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]


def _is_alive(process_id: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
