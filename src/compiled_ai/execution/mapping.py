"""One workflow over many inputs, in this process or in several: results in order, a few inputs ahead at most."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from compiled_ai.errors import CompiledAIError, InputError
from compiled_ai.execution._wire import revive
from compiled_ai.execution.result import Result
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.plain import NotPlainError, copy_plain

if TYPE_CHECKING:
    from compiled_ai.execution.local import LoadedWorkflow
    from compiled_ai.execution.processes import Block

_INPUTS_AT_ONCE = 64
_BYTES_AT_ONCE = 1_000_000


def map_inputs(
    workflow: LoadedWorkflow, inputs: Iterable[JsonObject], *, processes: int, returns_errors: bool
) -> Iterator[Result | CompiledAIError]:
    """See `LoadedWorkflow.map`."""
    if processes < 1:
        raise InputError(f"{processes} processes cannot run anything; give 1 or more")
    if processes == 1:
        ends = _run_here(workflow, inputs)
    else:
        from compiled_ai.execution.batch import setup_of

        ends = _run_elsewhere(workflow, setup_of(workflow), inputs, processes)
    return ends if returns_errors else _raising(ends)


def _raising(ends: Iterator[Result | CompiledAIError]) -> Iterator[Result | CompiledAIError]:
    try:
        for index, end in enumerate(ends):
            if isinstance(end, CompiledAIError):
                end.add_note(f"input {index}")
                raise end
            yield end
    finally:
        close = getattr(ends, "close", None)
        if close is not None:
            close()


def _run_here(workflow: LoadedWorkflow, inputs: Iterable[JsonObject]) -> Iterator[Result | CompiledAIError]:
    for data in inputs:
        try:
            yield workflow.run(data)
        except CompiledAIError as error:
            yield error


def _run_elsewhere(
    workflow: LoadedWorkflow, setup: JsonObject, inputs: Iterable[JsonObject], count: int
) -> Iterator[Result | CompiledAIError]:
    from compiled_ai.execution.processes import Processes

    odd: dict[int, CompiledAIError] = {}
    with Processes(setup, count) as processes:
        index = 0
        for answer in processes.run(_blocks(workflow, inputs, odd)):
            for end in json.loads(answer.body):
                yield odd.pop(index) if index in odd else _end(end)
                index += 1


def _blocks(
    workflow: LoadedWorkflow, inputs: Iterable[JsonObject], odd: dict[int, CompiledAIError]
) -> Iterator[Block]:
    """`inputs` in blocks. Those that are no JSON data cannot be sent: what is wrong with them goes into `odd`, an empty object in their place."""
    from compiled_ai.execution.processes import Block

    source = iter(inputs)
    first = 0
    while True:
        texts: list[str] = []
        length = 0
        for data in islice(source, _INPUTS_AT_ONCE):
            texts.append(_text(workflow, data, first + len(texts), odd))
            length += len(texts[-1])
            if length > _BYTES_AT_ONCE:
                break
        if not texts:
            return
        yield Block(header={"kind": "inputs", "first": first}, body=f"[{','.join(texts)}]".encode())
        first += len(texts)


def _text(workflow: LoadedWorkflow, data: JsonObject, index: int, odd: dict[int, CompiledAIError]) -> str:
    try:
        return json.dumps(copy_plain(data))
    except NotPlainError as problem:
        odd[index] = InputError(f"input: {problem}")
    try:
        workflow.accept_input(data)
    except InputError as error:
        odd[index] = error
    return "{}"


def _end(data: JsonValue) -> Result | CompiledAIError:
    assert isinstance(data, dict)
    if "error" in data:
        return revive(data["error"])
    return Result(**data)  # type: ignore[arg-type]  # written by `_process`
