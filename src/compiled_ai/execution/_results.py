"""The results of a batch: one writer, whole lines, a file of bad rows beside them, and a note that says what they belong to.

Results are lines of JSON. Where a table is asked for (``.csv``, ``.parquet``), the lines are its journal, and become the table at the end. What is
written in which order, so that a kill at any moment loses and doubles nothing: bad rows of a block, then its results; a resumed run drops half a
line at the end of either, and bad rows beyond the last result. A table is written beside its place and renamed; then the note says that it is done;
then the journal is removed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from compiled_ai.errors import StoreError
from compiled_ai.execution._tables import TABLES, write_table
from compiled_ai.files import leftovers, write_atomic
from compiled_ai.spec.canonical import JsonObject

if TYPE_CHECKING:
    from compiled_ai.execution.batch import Status
    from compiled_ai.execution.local import LoadedWorkflow

_STATUSES: tuple[Status, ...] = ("answered", "abstained", "invalid_input", "failed")
_BAD: tuple[Status, ...] = ("invalid_input", "failed")
_BEGINNING = re.compile(rb'\{"row":([1-9][0-9]{0,17}),"status":"(answered|abstained|invalid_input|failed)"')
_DONE = "done"
"""Key of the note of a table: counts and last row, once it is whole."""


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


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the files of one batch are."""

    target: Path
    """The results that were asked for."""
    source: Path

    @property
    def is_table(self) -> bool:
        """Whether the results are no lines of JSON in the end."""
        return self.target.suffix.lower() in TABLES

    @property
    def lines(self) -> Path:
        """The lines of JSON: the results themselves, or the journal of a table."""
        return self._beside("rows.jsonl") if self.is_table else self.target

    @property
    def errors(self) -> Path:
        """Bad rows."""
        return self._beside("errors.jsonl")

    @property
    def note(self) -> Path:
        """What the results belong to."""
        return self._beside("batch.json")

    def check(self) -> None:
        """Make sure that nothing which is read would be written.

        Raises:
            StoreError: a file would be, or is no regular file.
        """
        for path in {self.target, self.lines, self.errors, self.note}:
            if not path.exists():
                continue
            if not path.is_file():
                raise StoreError(f"{path} is not a regular file; name another with --out")
            if path.samefile(self.source):
                raise StoreError(f"{path} is the input itself; name another file with --out")

    def _beside(self, ending: str) -> Path:
        return self.target.with_name(f"{self.target.name}.{ending}")


@dataclass(kw_only=True)
class Results:
    """The open results, at the place where they go on. Only one process at a time has them."""

    file: io.FileIO
    counts: Counter[Status] = field(default_factory=Counter)
    """What earlier runs wrote."""
    last_row: int = 0
    """Row of the last whole line; 0 when there is none."""
    is_done: bool = False
    """Whether nothing is left to do: the table is there."""
    places: Places | None = None
    errors: io.FileIO | None = None

    @classmethod
    def open(cls, places: Places, identity: JsonObject, *, resume: bool, overwrite: bool) -> Results:
        """The results at `places`, new or gone on with.

        Raises:
            StoreError: they exist and neither `resume` nor `overwrite` is asked for, they belong to another run, or they are in use.
            OSError: they cannot be written.
        """
        places.check()
        old = [path for path in (places.target, places.lines, places.errors) if path.exists()]
        if not old:
            places.target.parent.mkdir(parents=True, exist_ok=True)
            return _begin(places, identity)
        if not (resume or overwrite):
            raise StoreError(
                f"{old[0]} exists; go on with --resume, replace it with --overwrite, or name another file with --out"
            )
        if overwrite:
            _clear(places)
            return _begin(places, identity)
        if places.is_table and not places.lines.exists():
            return _finished(places, identity)
        if not places.lines.exists():
            places.errors.unlink()  # killed before its first row
            return _begin(places, identity)
        file = _locked(places.lines, "r+")
        try:
            return _go_on(file, places, identity)
        except BaseException:
            file.close()
            raise

    def write(self, lines: bytes, errors: bytes = b"") -> None:
        """Hand `errors` and then `lines` to the operating system."""
        if errors:
            if self.errors is None:
                assert self.places is not None
                self.errors = io.FileIO(self.places.errors, "a")
            _write(self.errors, errors)
        _write(self.file, lines)

    def finish(self, output_schema: JsonObject, counts: Counter[Status], last_row: int) -> None:
        """Wait until the disk has everything, and make the table that was asked for.

        Raises:
            OSError: it cannot be written.
        """
        if self.is_done:
            return
        for file in (self.errors, self.file):
            if file is not None:
                os.fsync(file.fileno())
        places = self.places
        if places is None or not places.is_table:
            return
        write_table(places.lines, places.target, output_schema)
        note = json.loads(places.note.read_bytes())
        note[_DONE] = {"counts": dict(counts), "last_row": last_row}
        write_atomic(places.note, json.dumps(note, indent=2) + "\n")
        places.lines.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        if self.errors is not None:
            self.errors.close()


def _write(file: io.FileIO, content: bytes) -> None:
    """All of `content`: a full disk takes a part first, and says so at the next call only."""
    written = file.write(content)
    while written < len(content):
        written += file.write(memoryview(content)[written:])


def _clear(places: Places) -> None:
    """Remove an earlier run. A table stays until the new one takes its place."""
    if places.lines.exists():
        file = _locked(places.lines, "r+")
        try:
            # A new file rather than an emptied one: a copy by hard link keeps what it holds.
            places.lines.unlink()
        finally:
            file.close()
    places.errors.unlink(missing_ok=True)


def _begin(places: Places, identity: JsonObject) -> Results:
    """New files, which must not be there yet, with their note."""
    file = _locked(places.lines, "x")
    try:
        write_atomic(places.note, json.dumps(identity, indent=2) + "\n")
    except BaseException:
        file.close()
        raise
    return Results(file=file, places=places)


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


def _checked_note(places: Places, identity: JsonObject) -> dict[str, Any]:
    """The note, if it is of this very run."""
    target = places.target
    try:
        found = json.loads(places.note.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(
            f"{target} cannot be resumed: {places.note.name} beside it is missing or damaged; use --overwrite, or name another file with --out"
        ) from error
    changed = [key for key in identity if not isinstance(found, dict) or found.get(key) != identity[key]]
    if changed:
        raise StoreError(
            f"{target} cannot be resumed: {', '.join(changed)} changed since that run; use --overwrite, or name another file with --out"
        )
    assert isinstance(found, dict)
    return found


def _finished(places: Places, identity: JsonObject) -> Results:
    """A table without a journal: whole, if its note says so."""
    match _checked_note(places, identity).get(_DONE):
        case {"counts": dict(counts), "last_row": int(last_row)}:
            known: Counter[Status] = Counter(
                {name: int(counts[name]) for name in _STATUSES if counts.get(name)}
            )
            return Results(
                file=io.FileIO(places.note, "r"),
                counts=known,
                last_row=last_row,
                is_done=True,
                places=places,
            )
    raise StoreError(
        f"{places.target} cannot be resumed: its journal {places.lines.name} is missing; use --overwrite, or name another file with --out"
    )


def _go_on(file: io.FileIO, places: Places, identity: JsonObject) -> Results:
    """Cut a half-written last line off, count the whole ones, and stand behind them."""
    if places.lines.stat().st_size == 0:  # killed before its first row, perhaps before its note
        write_atomic(places.note, json.dumps(identity, indent=2) + "\n")
        places.errors.unlink(missing_ok=True)
        return Results(file=file, places=places)
    _checked_note(places, identity)
    counts: Counter[Status] = Counter()
    last_row = end = 0
    for number, (row, status, length) in enumerate(_records(places.lines), start=1):
        if row <= last_row:
            raise _no_result(places.lines, number)
        counts[status] += 1
        last_row = row
        end += length
    bad = sum(counts[status] for status in _BAD)
    errors = _go_on_with_errors(places, last_row, bad)
    _sweep(places.target)
    file.truncate(end)
    file.seek(end)
    return Results(file=file, counts=counts, last_row=last_row, places=places, errors=errors)


def _go_on_with_errors(places: Places, last_row: int, count: int) -> io.FileIO | None:
    """The file of bad rows, those cut off whose results did not come to be written."""
    if not places.errors.exists():
        found = end = 0
    else:
        lengths = [length for row, _, length in _records(places.errors) if row <= last_row]
        found, end = len(lengths), sum(lengths)
    if found != count:
        raise StoreError(
            f"{places.target} cannot be resumed: {places.errors.name} beside it holds {found} of its {count} bad rows; use --overwrite, or name "
            "another file with --out"
        )
    if not places.errors.exists():
        return None
    errors = io.FileIO(places.errors, "r+")
    errors.truncate(end)
    errors.seek(end)
    return errors


def _sweep(target: Path) -> None:
    """Remove tables that a killed run left half written."""
    for leftover in leftovers(target.parent):
        if leftover.name.startswith(f".{target.name}.") and leftover.is_file():
            leftover.unlink(missing_ok=True)


def _records(path: Path) -> Iterator[tuple[int, Status, int]]:
    """Row, status and length of each whole line.

    Raises:
        StoreError: a line is no result.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                return
            if match := _BEGINNING.match(line):
                yield int(match[1]), match[2].decode(), len(line)  # type: ignore[misc]  # the pattern lists the statuses
                continue
            record = _record(line)
            if record is None:
                raise _no_result(path, number)
            yield record["row"], record["status"], len(line)


def _no_result(path: Path, number: int) -> StoreError:
    return StoreError(
        f"{path} cannot be resumed: its line {number} is not the next result; use --overwrite, or name another file with --out"
    )


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(record, dict)
        or type(record.get("row")) is not int
        or record["row"] < 1
        or record.get("status") not in _STATUSES
    ):
        return None
    return record
