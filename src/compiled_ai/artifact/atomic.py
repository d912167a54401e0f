"""Writing files so that a reader, or a `kill -9`, never meets half of one."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomic(path: Path, text: str) -> None:
    """Put `text` into the file at `path`: written beside it, synced, renamed."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    write_synced(partial, text)
    partial.replace(path)
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
