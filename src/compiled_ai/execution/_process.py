"""The program of a worker process (`processes`): one artifact, loaded once, and one block of work after the other.

It reads frames on standard input and answers on standard output. Before each row it leaves the row's number in a shared page of memory, so that
whoever finds it dead knows what it died of.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import queue
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from compiled_ai.artifact import load_artifact
from compiled_ai.errors import ActivityLimitError, ArtifactError, CompiledAIError
from compiled_ai.execution._wire import HEAD, error_data, frame_of
from compiled_ai.execution.batch import Outcome, outcome_of
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.rows import Row, read_jsonl
from compiled_ai.spec.canonical import JsonObject, JsonValue

_PROGRESS = struct.Struct("<q")
_NOTHING = -1
_AHEAD = 4
"""Blocks held at most; no more are sent."""

Block = tuple[JsonObject, bytes]


def main() -> None:
    """Work until the input ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints does not speak for us
    source = sys.stdin.buffer
    first = _read(source)
    if first is None:
        return
    try:
        worker = _Worker(first[0], _progress())
        blocks: queue.Queue[Block] = queue.Queue(_AHEAD)
        threading.Thread(target=_feed, args=(source, blocks), daemon=True).start()
        while True:
            _write(answers, worker.answer(*blocks.get()))
    except CompiledAIError as error:
        _write(answers, frame_of({"error": error_data(error)}))


def _feed(source: BinaryIO, blocks: queue.Queue[Block]) -> None:
    """Hand on what comes. When nothing does any more, whoever asked is gone or has enough: leave at once, also out of the middle of a row."""
    while block := _read(source):
        blocks.put(block)
    os._exit(0)


def _read(source: BinaryIO) -> Block | None:
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    header_bytes, body_bytes = HEAD.unpack(head)
    header, body = source.read(header_bytes), source.read(body_bytes)
    if len(header) < header_bytes or len(body) < body_bytes:
        return None
    data: JsonObject = json.loads(header)
    return data, body


def _write(answers: io.FileIO | BinaryIO, frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[answers.write(rest) or 0 :]


def _progress() -> Callable[[int], None]:
    """What tells the row that is being worked on."""
    if len(sys.argv) < 2:
        return lambda _: None
    page, pack = mmap.mmap(int(sys.argv[1]), _PROGRESS.size), _PROGRESS.pack_into
    return lambda row: pack(page, 0, row)


class _Worker:
    """The artifact, and how to answer."""

    def __init__(self, setup: JsonObject, tell: Callable[[int], None]) -> None:
        """Load it.

        Raises:
            ArtifactError: it is not the one that was asked for, or must not be run.
        """
        artifact = load_artifact(Path(str(setup["artifact"])))
        if artifact.manifest.artifact != setup["identity"]:
            raise ArtifactError(f"{artifact.path} holds another artifact by now", path=artifact.path)
        isolation = None
        if isinstance(limits := setup.get("isolation"), dict):
            from compiled_ai.execution.isolated import Isolation

            isolation = Isolation(**limits)  # type: ignore[arg-type]  # written by `setup_of`
        self._workflow = LoadedWorkflow(artifact, isolation=isolation)
        self._keep = tuple(map(str, setup["keep"])) if isinstance(setup["keep"], list) else ()
        self._tell = tell

    def answer(self, header: JsonObject, body: bytes) -> bytes:
        """The answer to one block."""
        crashed = header["crashed"]
        assert isinstance(crashed, dict)
        match header["kind"]:
            case "inputs":
                return self._answer_inputs(header, body, crashed)
            case "lines":
                first = header["first"]
                assert isinstance(first, int)
                rows = read_jsonl(io.BytesIO(body), before=first - 1)
                return self._answer_rows(list(rows), crashed)
            case _:
                return self._answer_rows([Row(*row) for row in json.loads(body)], crashed)

    def _answer_inputs(self, header: JsonObject, body: bytes, crashed: JsonObject) -> bytes:
        first = header["first"]
        assert isinstance(first, int)
        ends: list[JsonValue] = []
        for number, data in enumerate(json.loads(body), start=first):
            self._tell(number)
            ends.append(self._end_of(data, crashed.get(str(number))))
        self._tell(_NOTHING)
        return frame_of({}, json.dumps(ends).encode())

    def _end_of(self, data: JsonObject, crash: JsonValue) -> JsonObject:
        try:
            if crash is not None:
                raise self._crash(crash)
            result = self._workflow.run(data)
        except CompiledAIError as error:
            return {"error": error_data(error)}
        return {
            name: getattr(result, name)
            for name in ("output", "served_by", "reason", "seconds", "input_digest")
        }

    def _answer_rows(self, rows: list[Row], crashed: JsonObject) -> bytes:
        whole = Outcome()
        for row in rows:
            self._tell(row.number)
            crash = crashed.get(str(row.number))
            error = None if crash is None else self._crash(crash)
            whole.add(outcome_of(self._workflow, row, self._keep, crash=error))
        self._tell(_NOTHING)
        header: JsonObject = {
            "counts": {str(status): count for status, count in whole.counts.items()},
            "rows": whole.rows,
            "last_row": whole.last_row,
            "lines": len(whole.lines),
        }
        return frame_of(header, bytes(whole.lines + whole.errors))

    def _crash(self, crash: JsonValue) -> ActivityLimitError:
        return ActivityLimitError(
            f"{self._workflow.name} failed: {crash}", step=self._workflow.name, limit="process"
        )


if __name__ == "__main__":
    main()
