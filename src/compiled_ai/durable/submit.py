"""A file through Temporal: one workflow for each row, result lines as a batch writes them.

The id of a workflow follows from the artifact, the row's number and the row's data. So a submission that was cut off is simply made again: the server
starts what is missing, and gives the results of what is there.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, cast

from compiled_ai.durable.client import Starter, wait_for_result
from compiled_ai.durable.payloads import ArtifactRef, Outcome, Start
from compiled_ai.errors import CompiledAIError, InputError, StoreError
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.execution.batch import Status, run_row
from compiled_ai.execution.rows import Row, reader_for
from compiled_ai.files import partial_path
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.plain import copy_plain

if TYPE_CHECKING:
    from temporalio.client import WorkflowHandle

    Handle = WorkflowHandle[object, Outcome]

MAX_INPUT_BYTES = 1_500_000
"""Of one input: a server takes payloads of 2 MB (https://docs.temporal.io/cloud/limits), and a history holds several."""


@dataclass(frozen=True, kw_only=True)
class SubmitOptions:
    """How a file is submitted."""

    keep: tuple[str, ...] = ()
    """Fields that are taken off each row before it is checked, and copied to its result."""
    at_once: int = 200
    """Workflows that are under way at a time."""
    waits: bool = True
    """Whether results are waited for. False: a line says the id of each workflow."""
    prefix: str | None = None
    """Beginning of the ids, in place of artifact and input: the same row is then the same workflow whatever it holds."""


@dataclass(kw_only=True)
class SubmitSummary:
    """Counts of a submission."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    """Wall time."""


def workflow_id(artifact: ArtifactRef, data: JsonObject, row: int, *, prefix: str | None = None) -> str:
    """The id of the workflow for `data` in row `row` (0 for a single input)."""
    if prefix is not None:
        return f"{prefix}-{row}" if row else prefix
    digits = artifact.digest.partition(":")[2][:16]
    return f"{artifact.name}-{digits}-{row}-{digest('i1', data).partition(':')[2][:16]}"


def start_of(artifact: ArtifactRef, data: JsonObject) -> Start:
    """`data` as the input of a workflow.

    Raises:
        InputError: Temporal cannot carry it. Whether it fits is not looked at: that is the worker's.
    """
    try:
        copy_plain(data)
        size = len(json.dumps(data, ensure_ascii=False).encode())
    except (
        ValueError
    ) as error:  # such as half of a surrogate pair, which is not put in words: it would have to be quoted
        raise InputError(f"the input cannot be carried by Temporal ({type(error).__name__})") from None
    if size > MAX_INPUT_BYTES:
        raise InputError(f"the input has {size} bytes; Temporal carries at most {MAX_INPUT_BYTES}")
    return Start.model_construct(artifact=artifact, input=data)


async def submit_one(
    starter: Starter, data: JsonObject, *, workflow_id: str, workflow: LoadedWorkflow | None = None
) -> Handle:
    """The workflow for `data`, started if it is not there.

    Args:
        starter: Of the artifact.
        data: The input.
        workflow_id: Of the workflow.
        workflow: The artifact, if it is at hand: it puts in words what Temporal cannot carry, as a local run does.

    Raises:
        InputError: Temporal cannot carry `data`.
        OperatorError: the server refuses it.
    """
    try:
        start = start_of(starter.artifact, data)
    except InputError:
        if workflow is not None:
            workflow.accept_input(data)
        raise
    return await starter.start(start, workflow_id=workflow_id)


async def submit_file(
    starter: Starter,
    workflow: LoadedWorkflow,
    source: Path,
    target: Path,
    options: SubmitOptions,
    *,
    on_row: Callable[[Row], None] = lambda _: None,
) -> SubmitSummary:
    """One workflow for each row of `source`; the counts. `target` appears when it is whole, with a line for each row, in order.

    Raises:
        StoreError: a file cannot be read or written.
        OperatorError: the server is away, or refuses.
    """
    summary = SubmitSummary()
    started = perf_counter()
    partial = partial_path(target)
    try:
        with source.open("rb") as file, partial.open("wb") as results:
            rows = reader_for(source, workflow.artifact.workflow.input_schema)(file, 0)
            async for row, status, line in _lines(starter, workflow, rows, options):
                results.write(line)
                summary.counts[status] += 1
                on_row(row)
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"{error.filename or target}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        summary.seconds = perf_counter() - started
    return summary


async def _lines(
    starter: Starter, workflow: LoadedWorkflow, rows: Iterator[Row], options: SubmitOptions
) -> AsyncIterator[tuple[Row, str, bytes]]:
    """The lines in the order of the rows, with a bounded number of workflows under way."""
    under_way: asyncio.Queue[tuple[Row, asyncio.Task[tuple[str, bytes]]] | None]
    under_way = asyncio.Queue(options.at_once)

    async def feed() -> None:
        for row in rows:
            await under_way.put((row, asyncio.create_task(_line(starter, workflow, row, options))))
        await under_way.put(None)

    feeding = asyncio.create_task(feed())
    try:
        while (entry := await _next(under_way, feeding)) is not None:
            row, task = entry
            yield row, *(await task)
    finally:
        feeding.cancel()
        while not under_way.empty():
            left = under_way.get_nowait()
            if left is not None:
                left[1].cancel()


_Entry = tuple[Row, asyncio.Task[tuple[str, bytes]]]


async def _next(queue: asyncio.Queue[_Entry | None], feeding: asyncio.Task[None]) -> _Entry | None:
    """The next of `queue`, unless what fills it has failed."""
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait((waiting, feeding), return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done() and feeding.done():
        failure = feeding.exception()
        if failure is not None:
            waiting.cancel()
            raise failure
    return await waiting


async def _line(
    starter: Starter, workflow: LoadedWorkflow, row: Row, options: SubmitOptions
) -> tuple[str, bytes]:
    if row.data is None:
        return run_row(workflow, row, options.keep)
    data = {name: value for name, value in row.data.items() if name not in options.keep}
    ended: Result | CompiledAIError
    try:
        identity = workflow_id(starter.artifact, data, row.number, prefix=options.prefix)
        handle = await submit_one(starter, data, workflow_id=identity, workflow=workflow)
        if not options.waits:
            line = json.dumps({"row": row.number, "status": "started", "id": handle.id}) + "\n"
            return "started", line.encode()
        ended = await wait_for_result(handle)
    except CompiledAIError as error:
        ended = error
    return _told(workflow, row, options, ended)


def _told(
    workflow: LoadedWorkflow, row: Row, options: SubmitOptions, ended: Result | CompiledAIError
) -> tuple[Status, bytes]:
    """The line of a row that ended so: what a batch writes for a workflow that does."""
    return run_row(cast("LoadedWorkflow", _Ended(workflow, ended)), row, options.keep)


class _Ended:
    """Stands in for a workflow whose run has ended already."""

    def __init__(self, workflow: LoadedWorkflow, ended: Result | CompiledAIError) -> None:
        self.artifact = workflow.artifact
        self.problem_of = workflow.problem_of
        self._ended = ended

    def run(self, _data: JsonObject) -> Result:
        """The result, or the error."""
        if isinstance(self._ended, CompiledAIError):
            raise self._ended
        return self._ended
