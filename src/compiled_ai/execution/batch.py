"""A batch: every row of a file through one workflow, results written as they come.

Each finished row is handed to the operating system before the next one starts, so a ``kill -9`` loses none. `resume` drops a half-written
last line and goes on after the last whole one; runs are deterministic, so the joined file equals that of an undisturbed run.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import BinaryIO, Literal

from compiled_ai.artifact.atomic import write_atomic
from compiled_ai.errors import CompiledAIError, InputError, ModelError, StoreError
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.rows import Row, reader_for
from compiled_ai.spec.canonical import JsonObject, JsonValue

Status = Literal["answered", "abstained", "invalid_input", "failed"]
_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How to run a batch."""

    resume: bool = False
    """Go on where an earlier run of the same artifact on the same file stopped."""
    overwrite: bool = False
    """Replace an existing results file."""
    keep: tuple[str, ...] = ()
    """Fields, such as an id, that are taken off each row before it is checked, and copied to its result."""


@dataclass(kw_only=True)
class BatchSummary:
    """Counts of one batch, rows of earlier runs included when resumed."""

    counts: Counter[Status] = field(default_factory=Counter)
    seconds: float = 0.0
    """Wall time of this run."""
    processed: int = 0
    """Rows of this run alone."""
    resumed_after: int = 0
    """Row after which this run went on; 0 for a fresh run."""

    @property
    def has_bad_rows(self) -> bool:
        """Whether a row was invalid or failed."""
        return bool(self.counts["invalid_input"] or self.counts["failed"])


def run_batch(
    workflow: LoadedWorkflow,
    source: Path,
    target: Path,
    options: BatchOptions,
    *,
    on_row: Callable[[Row], None] = lambda _: None,
) -> BatchSummary:
    """Run every row of `source` and write one JSON line each to `target`; the counts.

    Raises:
        StoreError: a file cannot be read or written as asked; nothing is lost then.
        OperatorError: the workflow needs a model that was not given.
    """
    summary = BatchSummary()
    read = reader_for(source, workflow.artifact.workflow.input_schema)
    started = perf_counter()
    try:
        with source.open("rb") as rows:
            identity = _identity(workflow, rows, options)
            with _open_target(target, identity, options, summary) as results:
                for row in read(rows):
                    if row.number <= summary.resumed_after:
                        continue
                    status, line = run_row(workflow, row, options.keep)
                    results.write(line)
                    summary.counts[status] += 1
                    summary.processed += 1
                    on_row(row)
    except OSError as error:
        raise StoreError(
            f"{error.filename or target}: {error.strerror}; what was written so far is kept, `--resume` goes on from there"
        ) from error
    finally:
        summary.seconds = perf_counter() - started
    return summary


def run_row(workflow: LoadedWorkflow, row: Row, keep: tuple[str, ...] = ()) -> tuple[Status, bytes]:
    """The status of one row and its result line. A bad row is a result, not an exception.

    Raises:
        OperatorError: nothing about the row is at fault, and every other row would fail alike.
    """
    kept: JsonObject = {}
    if row.data is None:
        return "invalid_input", _line(row, kept, "invalid_input", {"error": row.problem})
    data = row.data
    if keep:
        kept = {name: data[name] for name in keep if name in data}
        data = {name: value for name, value in data.items() if name not in kept}
    try:
        result = workflow.run(data)
    except InputError as error:
        return "invalid_input", _line(row, kept, "invalid_input", {"error": str(error)})
    except (ModelError, CompiledAIError) as error:
        if isinstance(error, ModelError) or error.__class__.__name__ in {"ActivityError", "OutputError"}:
            return "failed", _line(row, kept, "failed", {"error": f"{type(error).__name__}: {error}"})
        raise
    status: Status = "abstained" if result.output is None else "answered"
    fields: JsonObject = {"served_by": result.served_by, "output": result.output}
    if result.reason:
        fields["reason"] = result.reason
    if result.input_digest:
        fields |= {"input_digest": result.input_digest, "artifact": workflow.artifact.manifest.artifact}
    return status, _line(row, kept, status, fields)


_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _line(row: Row, kept: JsonObject, status: Status, fields: JsonObject) -> bytes:
    record: dict[str, JsonValue] = {"row": row.number, "status": status, **fields}
    if kept:
        record["keep"] = kept
    return f"{_ENCODE(record)}\n".encode("utf-8", "backslashreplace")


def _identity(workflow: LoadedWorkflow, rows: BinaryIO, options: BatchOptions) -> JsonObject:
    """What a resumed run must share with the first: artifact, input and options."""
    head = rows.read(_HEAD_BYTES)
    size = rows.seek(0, 2)
    rows.seek(0)
    return {
        "artifact": workflow.artifact.manifest.artifact,
        "input_bytes": size,
        "input_head": hashlib.sha256(head).hexdigest(),
        "keep": list(options.keep),
    }


def _open_target(
    target: Path, identity: JsonObject, options: BatchOptions, summary: BatchSummary
) -> io.FileIO:
    """`target`, unbuffered, at the place where results go on."""
    note = target.with_name(f"{target.name}.batch.json")
    if target.exists() and not options.overwrite:
        if not options.resume:
            raise StoreError(
                f"{target} exists; go on with --resume, replace it with --overwrite, or name another file with --out"
            )
        _check_identity(note, identity, target)
        end = _count_finished(target, summary)
        file = target.open("r+b", buffering=0)
        file.truncate(end)
        file.seek(end)
        return file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    write_atomic(note, json.dumps(identity, indent=2) + "\n")
    return target.open("wb", buffering=0)


def _check_identity(note: Path, identity: JsonObject, target: Path) -> None:
    try:
        found = json.loads(note.read_text())
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{target} cannot be resumed: {note.name} beside it is missing or damaged; use --overwrite"
        ) from error
    changed = [key for key in identity if found.get(key) != identity[key]]
    if changed:
        raise StoreError(
            f"{target} cannot be resumed: {', '.join(changed)} changed since that run; use --overwrite, or name another file with --out"
        )


def _count_finished(target: Path, summary: BatchSummary) -> int:
    """Take the whole lines of `target` into `summary`; the byte after the last of them."""
    end = 0
    for line in _whole_lines(target):
        record = json.loads(line)
        summary.counts[record["status"]] += 1
        summary.resumed_after = record["row"]
        end += len(line)
    return end


def _whole_lines(target: Path) -> Iterator[bytes]:
    with target.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line
