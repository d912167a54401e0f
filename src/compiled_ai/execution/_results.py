"""The results file of a batch: one writer, whole lines, and a note beside it that says what they belong to."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from compiled_ai.errors import StoreError
from compiled_ai.files import write_atomic
from compiled_ai.spec.canonical import JsonObject

if TYPE_CHECKING:
    from compiled_ai.execution.batch import Status
    from compiled_ai.execution.local import LoadedWorkflow

_STATUSES = ("answered", "abstained", "invalid_input", "failed")


def identity_of(
    workflow: LoadedWorkflow, source: Path, file: io.BufferedReader, *, keep: tuple[str, ...]
) -> JsonObject:
    """What a resumed run must share with the first one: artifact, model, input and options. Reads the whole of `file`, and goes back."""
    content = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return {
        "artifact": workflow.artifact.manifest.artifact,
        "model": workflow.model,
        "format": source.suffix.lower(),
        "input": f"sha256:{content}",
        "keep": list(keep),
    }


@dataclass(kw_only=True)
class Results:
    """The open file, at the place where results go on. Only one process at a time has it."""

    file: io.FileIO
    counts: Counter[Status]
    """What earlier runs wrote."""
    last_row: int
    """Row of the last whole line; 0 when there is none."""

    @classmethod
    def open(
        cls, target: Path, identity: JsonObject, *, source: Path, resume: bool, overwrite: bool
    ) -> Results:
        """`target`, new or gone on with.

        Raises:
            StoreError: it exists and neither `resume` nor `overwrite` is asked for, it belongs to another run, or it is in use.
            OSError: it cannot be written.
        """
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            return _begin(target, identity)
        _check_replaceable(target, source)
        if not (resume or overwrite):
            raise StoreError(
                f"{target} exists; go on with --resume, replace it with --overwrite, or name another file with --out"
            )
        file = _locked(target, "r+")
        try:
            if not overwrite:
                return _go_on(file, target, identity)
            # A new file rather than an emptied one: a copy by hard link keeps what it holds.
            target.unlink()
        except BaseException:
            file.close()
            raise
        file.close()
        return _begin(target, identity)

    def write(self, line: bytes) -> None:
        """Hand `line` to the operating system, all of it: a full disk takes a part first, and says so at the next call only."""
        written = self.file.write(line)
        while written < len(line):
            written += self.file.write(line[written:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _check_replaceable(target: Path, source: Path) -> None:
    if not target.is_file():
        raise StoreError(f"{target} is not a regular file; name another with --out")
    if target.samefile(source):
        raise StoreError(f"{target} is the input itself; name another file with --out")


def _begin(target: Path, identity: JsonObject) -> Results:
    """A new file, which must not be there yet, with its note."""
    file = _locked(target, "x")
    try:
        write_atomic(_note(target), json.dumps(identity, indent=2) + "\n")
    except BaseException:
        file.close()
        raise
    return Results(file=file, counts=Counter(), last_row=0)


def _note(target: Path) -> Path:
    return target.with_name(f"{target.name}.batch.json")


def _locked(target: Path, mode: str) -> io.FileIO:
    """`target`, unbuffered, held for this process alone where the system can (not on Windows)."""
    file = io.FileIO(target, mode)
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise StoreError(
                f"{target} is being written by another run; wait for it, or name another file with --out"
            ) from error
        except OSError:
            pass  # a file system without locks
    return file


def _check_identity(target: Path, identity: JsonObject) -> None:
    note = _note(target)
    try:
        found = json.loads(note.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(
            f"{target} cannot be resumed: {note.name} beside it is missing or damaged; use --overwrite, or name another file with --out"
        ) from error
    changed = [key for key in identity if not isinstance(found, dict) or found.get(key) != identity[key]]
    if changed:
        raise StoreError(
            f"{target} cannot be resumed: {', '.join(changed)} changed since that run; use --overwrite, or name another file with --out"
        )


def _go_on(file: io.FileIO, target: Path, identity: JsonObject) -> Results:
    """Cut a half-written last line off, count the whole ones, and stand behind them."""
    if target.stat().st_size == 0:  # killed before its first row, perhaps before its note
        write_atomic(_note(target), json.dumps(identity, indent=2) + "\n")
        return Results(file=file, counts=Counter(), last_row=0)
    _check_identity(target, identity)
    counts: Counter[Status] = Counter()
    last_row = end = 0
    with target.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                break
            record = _record(line)
            if record is None or record["row"] <= last_row:
                raise StoreError(
                    f"{target} cannot be resumed: its line {number} is not the next result; use --overwrite, or name another file with --out"
                )
            counts[record["status"]] += 1
            last_row = record["row"]
            end += len(line)
    file.truncate(end)
    file.seek(end)
    return Results(file=file, counts=counts, last_row=last_row)


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(record, dict)
        or type(record.get("row")) is not int
        or record.get("status") not in _STATUSES
    ):
        return None
    return record
