"""Generated inputs on disk: a file per schema, examples and number, as JSON lines below a line with their digest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from compiled_ai.files import leftovers, write_atomic

_NAME = re.compile(r"[0-9a-f]{64}\.jsonl")
_ENTRIES = 200
"""Files that stay when the folder is pruned, the newest."""


def load(folder: Path, key: str) -> list[Any] | None:
    """The records under `key`, or None if there are none or the file is broken."""
    try:
        head, _, body = (folder / f"{key}.jsonl").read_bytes().partition(b"\n")
        if json.loads(head) != _head(body):
            return None
        return parse(body)
    except (OSError, ValueError, RecursionError):
        return None


def parse(body: bytes) -> list[Any]:
    """The records in the body of a file.

    Raises:
        ValueError: `body` is not JSON lines.
    """
    records: list[Any] = json.loads(b"[" + body.strip().replace(b"\n", b",") + b"]")
    return records


def dump(records: list[Any]) -> str:
    """`records` as the body of a file."""
    return "".join(f"{json.dumps(record, ensure_ascii=False, separators=(',', ':'))}\n" for record in records)


def store(folder: Path, key: str, body: str) -> None:
    """Keep `body` under `key`, and not too many others. A folder that cannot be written to costs time on the next call, nothing else."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        head = json.dumps(_head(body.encode()))
        write_atomic(folder / f"{key}.jsonl", f"{head}\n{body}")
        _prune(folder)


def _head(body: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(body).hexdigest()}


def _prune(folder: Path) -> None:
    for path in leftovers(folder):
        path.unlink(missing_ok=True)
    ages = []
    for path in folder.iterdir():
        if _NAME.fullmatch(path.name):
            with contextlib.suppress(FileNotFoundError):
                ages.append((path.stat().st_mtime_ns, path))
    for _, path in sorted(ages)[: max(0, len(ages) - _ENTRIES)]:
        path.unlink(missing_ok=True)
