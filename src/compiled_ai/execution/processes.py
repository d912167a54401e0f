"""Worker processes on one artifact: blocks of work go out, answers come back in order, and a worker that dies costs one row.

Each worker is a fresh interpreter (`_process`), never a fork: this program may have threads. Each loads the artifact once. A few blocks are
under way at a time, so memory is bounded. Should this program die, its workers see the end of their input and leave at once, also out of a row
that does not end.
"""

from __future__ import annotations

import json
import mmap
import os
import selectors
import struct
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from compiled_ai.errors import OperatorError
from compiled_ai.execution._wire import HEAD, frame_of, revive
from compiled_ai.spec.canonical import JsonObject

_PROGRESS = struct.Struct("<q")
NOTHING = -1
"""Progress of a worker that is at no row."""
_AHEAD = 2
"""Blocks that a worker has at a time: one at work, one at hand."""
_BLAMELESS = 3
"""How often in a row a worker may die without being at a row, before that is the machine's fault."""
_CHUNK = 1_048_576
_GRACE_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of work, as `_process` reads it. `header` must not have the key ``crashed``."""

    header: JsonObject
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a block."""

    block: Block
    header: JsonObject
    body: bytes


@dataclass(kw_only=True)
class _Task:
    """A block on its way."""

    number: int
    block: Block
    crashed: JsonObject = field(default_factory=dict)
    """By row, of what the worker died that was at it."""

    def frame(self) -> bytes:
        return frame_of({**self.block.header, "crashed": self.crashed}, self.block.body)


class _Worker:
    """One process."""

    def __init__(self, setup: JsonObject) -> None:
        """Start it.

        Raises:
            OSError: it cannot be started.
        """
        self.tasks: deque[_Task] = deque()
        """Sent and not answered, the oldest first."""
        self._rest = bytearray()
        with tempfile.TemporaryFile() as shared:
            shared.write(_PROGRESS.pack(NOTHING))
            shared.flush()
            self._progress = mmap.mmap(shared.fileno(), _PROGRESS.size)
            passed = () if sys.platform == "win32" else (shared.fileno(),)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "compiled_ai.execution._process", *map(str, passed)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={**os.environ, "PYTHONPATH": _python_path()},
                pass_fds=passed,
                start_new_session=True,  # Ctrl-C is for this program, which then ends them
            )
        assert self._process.stdout is not None
        self.descriptor = self._process.stdout.fileno()
        self._write(frame_of(setup))

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def send(self, task: _Task) -> None:
        """Give it one more block."""
        self.tasks.append(task)
        self._write(task.frame())

    def receive(self) -> list[tuple[_Task, JsonObject, bytes]] | None:
        """The answers that have come; None when it is dead."""
        chunk = os.read(self.descriptor, _CHUNK)
        if not chunk:
            return None
        self._rest += chunk
        answers = []
        while len(self._rest) >= HEAD.size:
            header_bytes, body_bytes = HEAD.unpack_from(self._rest)
            end = HEAD.size + header_bytes + body_bytes
            if len(self._rest) < end:
                break
            header = json.loads(self._rest[HEAD.size : HEAD.size + header_bytes])
            body = bytes(self._rest[HEAD.size + header_bytes : end])
            del self._rest[:end]
            if "error" in header:
                raise revive(header["error"])
            answers.append((self.tasks.popleft(), header, body))
        return answers

    def row(self) -> int:
        """The row that it was at, once it is dead."""
        return int(_PROGRESS.unpack_from(self._progress)[0])

    def ending(self) -> str:
        """How it ended."""
        code = self._process.wait()
        if code == -9:
            return "was killed (signal 9), as the system does when memory runs out"
        return f"died of signal {-code}" if code < 0 else f"ended with exit code {code}"

    def close(self) -> None:
        """End it, whatever it is doing, and wait until it is gone."""
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._progress.close()

    def _write(self, frame: bytes) -> None:
        assert self._process.stdin is not None
        rest = memoryview(frame)
        with suppress(BrokenPipeError):  # the end of its output tells
            while rest:
                rest = rest[self._process.stdin.write(rest) :]


class Processes:
    """Workers that are all alike. For one thread; close it."""

    def __init__(self, setup: JsonObject, count: int) -> None:
        """`count` workers, told `setup`.

        Raises:
            OperatorError: they cannot be started.
        """
        self._setup = setup
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._blameless = 0
        try:
            for _ in range(count):
                self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pids(self) -> list[int]:
        """The processes."""
        return [worker.pid for worker in self._workers]

    def run(self, blocks: Iterable[Block]) -> Iterator[Answer]:
        """The answers to `blocks`, in their order. `blocks` are asked for when a worker has room.

        Raises:
            CompiledAIError: what a worker could not turn into an answer, such as an artifact that does not load.
        """
        source = enumerate(blocks)
        done: dict[int, Answer] = {}
        asked = told = 0
        exhausted = False
        while True:
            while not exhausted and asked - told < _AHEAD * len(self._workers):
                number, block = next(source, (asked, None))
                if block is None:
                    exhausted = True
                    break
                asked += 1
                min(self._workers, key=lambda worker: len(worker.tasks)).send(
                    _Task(number=number, block=block)
                )
            if told == asked:
                return
            while told not in done:
                self._listen(done)
            while told in done:
                yield done.pop(told)
                told += 1

    def close(self) -> None:
        """End the workers and wait until they are gone."""
        for worker in self._workers:
            worker.close()
        self._workers.clear()
        self._selector.close()

    def _start(self) -> _Worker:
        try:
            worker = _Worker(self._setup)
        except OSError as error:
            raise OperatorError(f"a worker process cannot be started: {error}") from error
        self._workers.append(worker)
        self._selector.register(worker.descriptor, selectors.EVENT_READ, worker)
        return worker

    def _listen(self, done: dict[int, Answer]) -> None:
        """Wait until a worker says something or dies, and see to it."""
        for key, _ in self._selector.select():
            worker = key.data
            assert isinstance(worker, _Worker)
            answers = worker.receive()
            if answers is None:
                self._replace(worker)
                continue
            for task, header, body in answers:
                self._blameless = 0
                done[task.number] = Answer(block=task.block, header=header, body=body)

    def _replace(self, dead: _Worker) -> None:
        """Another worker for one that has died: the row that it was at is marked, and its blocks are begun anew."""
        ending, row = dead.ending(), dead.row()
        self._selector.unregister(dead.descriptor)
        self._workers.remove(dead)
        dead.close()
        if row == NOTHING or not dead.tasks:
            self._blameless += 1
            if self._blameless > _BLAMELESS:
                raise OperatorError(
                    f"worker processes die before they begin: the last one {ending}; is memory short?"
                )
        else:
            dead.tasks[0].crashed[str(row)] = f"its worker process {ending}"
        worker = self._start()
        for task in dead.tasks:
            worker.send(task)


def _python_path() -> str:
    """Where a worker finds our package, also when it is not installed."""
    home = str(Path(__file__).parents[2])
    before = os.environ.get("PYTHONPATH")
    return f"{home}{os.pathsep}{before}" if before else home
