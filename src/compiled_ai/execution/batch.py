"""A batch: every row of a file through one workflow, results written as they come.

Rows are written in blocks, each handed to the operating system before the next one begins, so a ``kill -9`` loses none that was written; those that
were not are run again when resumed. Runs of plain code are deterministic, so the joined results equal those of an undisturbed run. Where a run may
ask a model or act, each row is a block of its own: what was paid for is kept.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from compiled_ai.compliance.blocks import values_are_hidden
from compiled_ai.errors import (
    CompiledAIError,
    DeclinedError,
    EffectError,
    ExecutionError,
    InputError,
    ModelError,
    OperatorError,
    StoreError,
)
from compiled_ai.execution._results import Places, Results, identity_of
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.result import Result
from compiled_ai.execution.rows import Row, cut_jsonl, reader_for
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.plain import NotPlainError, copy_plain

if TYPE_CHECKING:
    from compiled_ai.execution.isolated import Isolation
    from compiled_ai.execution.processes import Block

Status = Literal["answered", "abstained", "invalid_input", "failed"]

_EVERY_ROW = frozenset(("permission", "max_calls"))
"""Reasons for which an effect is refused whatever the row says."""
_BLOCK_BYTES = 65_536
_BLOCK_SECONDS = 0.25
_PIECE_BYTES = 131_072
"""Length of what a worker process is given at a time."""


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How to run a batch."""

    resume: bool = False
    """Go on where an earlier run of the same artifact on the same file stopped."""
    overwrite: bool = False
    """Replace an existing results file."""
    keep: tuple[str, ...] = ()
    """Fields, such as an id, that are taken off each row before it is checked, and copied to its result."""
    processes: int = 1
    """How many processes run rows. More than one: for workflows of compiled code alone."""


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
    errors: Path | None = None
    """The file of bad rows: their numbers, what is wrong with them, and the rows. None when there are none."""

    @property
    def has_bad_rows(self) -> bool:
        """Whether a row was invalid or failed."""
        return bool(self.counts["invalid_input"] or self.counts["failed"])


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is. Everything up to here is written."""

    row: int
    """The last one that is done."""
    offset: int
    """Bytes of the input read so far."""
    processed: int
    """Rows of this run."""


@dataclass(kw_only=True)
class Outcome:
    """What came of some rows."""

    counts: Counter[Status] = field(default_factory=Counter)
    rows: int = 0
    last_row: int = 0
    offset: int = 0
    lines: bytearray = field(default_factory=bytearray)
    """For the results."""
    errors: bytearray = field(default_factory=bytearray)
    """For the file of bad rows."""

    def add(self, outcome: RowOutcome) -> None:
        """One row more."""
        self.counts[outcome.status] += 1
        self.rows += 1
        self.last_row = outcome.number
        self.lines += outcome.line
        self.errors += outcome.error


class RowOutcome(NamedTuple):
    """What came of one row."""

    number: int
    status: Status
    line: bytes
    error: bytes
    """Line for the file of bad rows; empty for a good one."""


def run_batch(
    workflow: LoadedWorkflow,
    source: Path,
    target: Path,
    options: BatchOptions,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> BatchSummary:
    """Run every row of `source` and write one result each to `target`, and the bad rows to a file beside it; the counts.

    Args:
        workflow: What to run.
        source: A ``.jsonl``, ``.ndjson``, ``.csv`` or ``.parquet`` file.
        target: Results: a table if it ends in ``.csv`` or ``.parquet``, else lines of JSON. A table comes into being at the end, out of a journal.
        options: How.
        on_progress: Called after each block of rows.

    Raises:
        StoreError: a file cannot be read or written as asked; nothing is lost then.
        OperatorError: the workflow needs a model that was not given, or an effect of it is not allowed, or it cannot be run in several processes.
    """
    workflow.check_effects()
    places = Places(target=target, source=source)
    if target.suffix.lower() == ".parquet":
        from compiled_ai.execution.parquet_rows import require_pyarrow

        require_pyarrow()
    summary = BatchSummary()
    started = perf_counter()
    try:
        _run(workflow, places, options, summary, on_progress)
    except OSError as error:
        raise StoreError(f"{error.filename or target}: {error.strerror or error}") from error
    finally:
        summary.seconds = perf_counter() - started
        summary.errors = places.errors if summary.has_bad_rows else None
    return summary


def _run(
    workflow: LoadedWorkflow,
    places: Places,
    options: BatchOptions,
    summary: BatchSummary,
    on_progress: Callable[[Progress], None],
) -> None:
    schema = workflow.artifact.workflow
    read = reader_for(places.source, schema.input_schema)
    with places.source.open("rb") as file:
        read(file, 0)  # a bad header ends it here, before the results are touched
        file.seek(0)
        before = os.fstat(file.fileno())
        work = _Work(workflow=workflow, source=places.source, file=file, options=options, before=before)
        identity = identity_of(workflow, places.source, file, keep=options.keep)
        with Results.open(places, identity, resume=options.resume, overwrite=options.overwrite) as results:
            try:
                _write_all(work, results, summary, on_progress)
            except OSError as error:
                raise StoreError(
                    f"{error.filename or places.target}: {error.strerror or error}; what was written so far is kept, `--resume` goes on from there"
                ) from error


def _write_all(
    work: _Work, results: Results, summary: BatchSummary, on_progress: Callable[[Progress], None]
) -> None:
    """Run what is left, and finish the results."""
    summary.counts.update(results.counts)
    last_row = summary.resumed_after = results.last_row
    for outcome in _outcomes(work, after=last_row):
        results.write(bytes(outcome.lines), bytes(outcome.errors))
        summary.counts.update(outcome.counts)
        summary.processed += outcome.rows
        last_row = outcome.last_row
        on_progress(Progress(row=last_row, offset=outcome.offset, processed=summary.processed))
    work.check_unchanged()
    results.finish(work.workflow.artifact.workflow.output_schema, summary.counts, last_row)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What is to be run."""

    workflow: LoadedWorkflow
    source: Path
    file: BinaryIO
    """`source`, open."""
    options: BatchOptions
    before: os.stat_result
    """Of `file`, before anything was read."""

    def rows(self, after: int) -> Iterator[Row]:
        """The rows after number `after`."""
        return reader_for(self.source, self.workflow.artifact.workflow.input_schema)(self.file, after)

    def check_unchanged(self) -> None:
        """Make sure that it was one file that was read.

        Raises:
            StoreError: it was written to meanwhile.
        """
        now = os.fstat(self.file.fileno())
        if (self.before.st_size, self.before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
            raise StoreError(
                f"{self.source} was changed while it was read, so the results may mix what it was and what it is; run it again with --overwrite"
            )


def _outcomes(work: _Work, *, after: int) -> Iterator[Outcome]:
    """What comes of the rows after number `after`, in blocks."""
    workflow, options = work.workflow, work.options
    if options.processes > 1:
        yield from _outcomes_of_processes(work, after=after)
        return
    rows = work.rows(after)
    block, limit = Outcome(), _BLOCK_BYTES if workflow.is_code_alone else 0
    due = perf_counter() + _BLOCK_SECONDS
    try:
        for row in rows:
            block.add(outcome_of(workflow, row, options.keep))
            block.offset = row.offset
            if len(block.lines) > limit or perf_counter() > due:
                done, block = block, Outcome()
                yield done
                due = perf_counter() + _BLOCK_SECONDS
    except (CompiledAIError, KeyboardInterrupt):
        if block.rows:
            yield block
        raise
    if block.rows:
        yield block


def _outcomes_of_processes(work: _Work, *, after: int) -> Iterator[Outcome]:
    from compiled_ai.execution.processes import Processes

    setup = setup_of(work.workflow, work.options.keep)
    with Processes(setup, work.options.processes) as processes:
        for answer in processes.run(_pieces(work, after=after)):
            header, lines = answer.header, int(str(answer.header["lines"]))
            counts = header["counts"]
            assert isinstance(counts, dict)
            yield Outcome(
                counts=Counter(counts),  # type: ignore[arg-type]  # written by `_process`
                rows=int(str(header["rows"])),
                last_row=int(str(header["last_row"])),
                offset=int(str(answer.block.header["offset"])),
                lines=bytearray(answer.body[:lines]),
                errors=bytearray(answer.body[lines:]),
            )


def setup_of(workflow: LoadedWorkflow, keep: tuple[str, ...] = ()) -> JsonObject:
    """What a worker process is told.

    Raises:
        OperatorError: the workflow cannot be run there.
    """
    if not workflow.is_code_alone:
        raise OperatorError(
            f"{workflow.name} may ask a model, act, or is watched in this program, so it is run in one process; leave --processes out"
        )
    artifact, isolation = workflow.artifact, workflow.isolation
    return {
        "artifact": str(artifact.path.absolute()),
        "identity": artifact.manifest.artifact,
        "isolation": None if isolation is None else _isolation_data(isolation),
        "keep": list(keep),
    }


def _isolation_data(isolation: Isolation) -> JsonObject:
    from dataclasses import asdict

    return {**asdict(isolation), "workers": 1}


def _pieces(work: _Work, *, after: int) -> Iterator[Block]:
    """The rows in blocks for worker processes; those of JSONL unread, because reading them is half of the work."""
    from compiled_ai.execution.processes import Block

    if work.source.suffix.lower() in {".jsonl", ".ndjson"}:
        for first, lines, offset in cut_jsonl(work.file, after=after, size=_PIECE_BYTES):
            yield Block(header={"kind": "lines", "first": first, "offset": offset}, body=lines)
        return
    texts: list[str] = []
    length = offset = 0
    for row in work.rows(after):
        texts.append(json.dumps(row))
        length += len(texts[-1])
        offset = row.offset
        if length > _PIECE_BYTES:
            yield Block(header={"kind": "rows", "offset": offset}, body=f"[{','.join(texts)}]".encode())
            texts, length = [], 0
    if texts:
        yield Block(header={"kind": "rows", "offset": offset}, body=f"[{','.join(texts)}]".encode())


def run_row(workflow: LoadedWorkflow, row: Row, keep: tuple[str, ...] = ()) -> tuple[Status, bytes]:
    """The status of one row and its result line. A bad row is a result, not an exception.

    Raises:
        OperatorError: nothing about the row is at fault, and every other row would fail alike.
    """
    outcome = outcome_of(workflow, row, keep)
    return outcome.status, outcome.line


def outcome_of(
    workflow: LoadedWorkflow, row: Row, keep: tuple[str, ...] = (), *, crash: ExecutionError | None = None
) -> RowOutcome:
    """What comes of one row.

    Args:
        workflow: What to run.
        row: The row.
        keep: See `BatchOptions`.
        crash: What running it did to an earlier process. None: it is run.

    Raises:
        OperatorError: nothing about the row is at fault, and every other row would fail alike.
    """
    kept: JsonObject = {}
    data = row.data
    try:
        if data is None:
            raise InputError(workflow.problem_of(row))
        if keep:
            kept = _taken_off(data, keep)
            data = {name: value for name, value in data.items() if name not in kept}
        if crash is not None:
            raise crash
        result = workflow.run(data)
    except InputError as error:
        return _bad(workflow, row, kept, "invalid_input", str(error))
    except (ModelError, ExecutionError, EffectError, DeclinedError) as error:
        if isinstance(error, EffectError) and error.reason in _EVERY_ROW:
            raise
        return _bad(workflow, row, kept, "failed", f"{type(error).__name__}: {error}")
    return _good(workflow, row, kept, result)


def _good(workflow: LoadedWorkflow, row: Row, kept: JsonObject, result: Result) -> RowOutcome:
    """A row that was answered or declined."""
    if result.output is not None and not (
        result.reason or result.input_digest or kept
    ):  # nearly every row: the same line, made faster
        text = f'{{"row":{row.number},"status":"answered","served_by":"{result.served_by}","output":{_ENCODE(result.output)}}}\n'
        return RowOutcome(row.number, "answered", text.encode("utf-8", "backslashreplace"), b"")
    status: Status = "abstained" if result.output is None else "answered"
    fields: JsonObject = {"served_by": result.served_by, "output": result.output}
    if result.reason:
        fields["reason"] = result.reason
    if result.case:
        fields["case"] = result.case
    if result.input_digest:
        fields |= {"input_digest": result.input_digest, "artifact": workflow.artifact.manifest.artifact}
    return RowOutcome(row.number, status, _line(row, status, fields, kept), b"")


def _taken_off(data: JsonObject, keep: tuple[str, ...]) -> JsonObject:
    try:
        return {name: copy_plain(data[name]) for name in keep if name in data}
    except NotPlainError as problem:
        raise InputError(f"keep: {problem}") from problem


def _bad(workflow: LoadedWorkflow, row: Row, kept: JsonObject, status: Status, problem: str) -> RowOutcome:
    """A bad row, with a line for the file of bad rows: what is wrong, and the row where values may be shown."""
    fields: JsonObject = {"error": problem}
    shown: JsonObject = {}
    if values_are_hidden(workflow.artifact.manifest.compliance) is None:
        shown = {"text": row.raw} if row.data is None else {"input": _plain_or_text(row.data)}
    return RowOutcome(
        row.number, status, _line(row, status, fields, kept), _line(row, status, {**fields, **shown}, {})
    )


def _plain_or_text(data: JsonObject) -> JsonValue:
    try:
        return copy_plain(data)
    except NotPlainError as problem:
        return f"({problem})"


_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _line(row: Row, status: Status, fields: JsonObject, kept: JsonObject) -> bytes:
    record: dict[str, JsonValue] = {"row": row.number, "status": status, **fields}
    if kept:
        record["keep"] = kept
    return f"{_ENCODE(record)}\n".encode("utf-8", "backslashreplace")
