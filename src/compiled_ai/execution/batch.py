"""A batch: every row of a file through one workflow, results written as they come.

Each finished row is handed to the operating system before the next one starts, so a ``kill -9`` loses none. `resume` drops a half-written
last line and goes on after the last whole one; runs are deterministic, so the joined file equals that of an undisturbed run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Literal

from compiled_ai.errors import EffectError, ExecutionError, InputError, ModelError, StoreError
from compiled_ai.execution._plain import NotPlainError, copy_plain
from compiled_ai.execution._results import Results, identity_of
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.rows import Row, reader_for
from compiled_ai.spec.canonical import JsonObject, JsonValue

Status = Literal["answered", "abstained", "invalid_input", "failed"]

_EVERY_ROW = frozenset(("permission", "max_calls"))
"""Reasons for which an effect is refused whatever the row says."""


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
        OperatorError: the workflow needs a model that was not given, or an effect of it is not allowed.
    """
    workflow.check_effects()
    summary = BatchSummary()
    read = reader_for(source, workflow.artifact.workflow.input_schema)
    started = perf_counter()
    try:
        with source.open("rb") as file:
            identity = identity_of(workflow, source, file, keep=options.keep)
            rows = read(file)  # a bad header ends it here, before the results are touched
            with Results.open(
                target, identity, source=source, resume=options.resume, overwrite=options.overwrite
            ) as results:
                summary.counts.update(results.counts)
                summary.resumed_after = results.last_row
                for row in rows:
                    if row.number <= summary.resumed_after:
                        continue
                    status, line = run_row(workflow, row, options.keep)
                    results.write(line)
                    summary.counts[status] += 1
                    summary.processed += 1
                    on_row(row)
    except OSError as error:
        kept = "; what was written so far is kept, `--resume` goes on from there" if summary.counts else ""
        raise StoreError(f"{error.filename or target}: {error.strerror or error}{kept}") from error
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
        return "invalid_input", _line(row, kept, "invalid_input", {"error": workflow.problem_of(row)})
    data = row.data
    if keep:
        try:
            kept = {name: copy_plain(data[name]) for name in keep if name in data}
        except NotPlainError as problem:
            return "invalid_input", _line(row, {}, "invalid_input", {"error": f"keep: {problem}"})
        data = {name: value for name, value in data.items() if name not in kept}
    try:
        result = workflow.run(data)
    except InputError as error:
        return "invalid_input", _line(row, kept, "invalid_input", {"error": str(error)})
    except (ModelError, ExecutionError, EffectError) as error:
        if isinstance(error, EffectError) and error.reason in _EVERY_ROW:
            raise
        return "failed", _line(row, kept, "failed", {"error": f"{type(error).__name__}: {error}"})
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
