"""The program of a worker process: one system, told over standard input what to prepare and to answer, one thing at a time.

It does not see expected answers: tasks and inputs come from the runner. Only for dialogues does it build the dataset, whose environment plays the other side.
When the runner is gone, it and all that it started are killed: a small process that guards it (its parent, in the same process group) watches for that, so that
also one that never comes back from a library's C code goes.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:  # a guard loads nothing
    from compiled_ai.bench.model import Answer, Case, Dataset, Environment, Prepared, System, Task
    from compiled_ai.spec.canonical import JsonObject

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Work until the input ends."""
    _guard()
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a system prints does not speak for us
    source = os.fdopen(os.dup(0), "rb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 0)  # a system must not read what is said to us
    _serve(source, channel)


def _guard() -> None:
    """Go on in a child process; the parent stays behind, ends as the child ends, and kills both when the runner is gone."""
    ended = os.pipe()
    signal.signal(
        signal.SIGCHLD, lambda *_: None
    )  # a handler must be there for the descriptor below to be told
    os.set_blocking(ended[1], False)
    signal.set_wakeup_fd(ended[1])
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(ended[0])
        os.close(ended[1])
        _die_with_parent()
        return
    os.close(1)
    poll = select.poll()
    poll.register(0, 0)  # tells only when the runner's end is closed; what it says is for the child
    poll.register(ended[0], select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            if code < 0:
                _end_like(-code)
            os._exit(code)
        if 0 in ready:
            os.killpg(0, signal.SIGKILL)
        with suppress(BlockingIOError):
            os.read(ended[0], 64)


def _end_like(number: int) -> None:
    """Die of the signal that the child died of."""
    if number not in {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(source: BinaryIO, channel: BinaryIO) -> None:
    from compiled_ai.bench.running.wire import error_json, line_of, read_line
    from compiled_ai.errors import OperatorError

    worker = _Worker()
    for line in source:
        try:
            reply = worker.obey(read_line(line))
        except OperatorError as error:
            reply = {"error": error_json(error)}
        _write(channel, line_of(reply))
        if reply.get("closed"):
            return


def _write(channel: BinaryIO, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[channel.write(rest) or 0 :]


class _Worker:
    """The system, the tasks that it was told, and the dataset where dialogues need one."""

    def __init__(self) -> None:
        self._system: System | None = None
        self._setup: JsonObject = {}
        self._tasks: dict[str, Task] = {}
        self._dataset: Dataset | None = None
        self._cases: dict[str, Case] = {}
        self._fresh = True

    def obey(self, message: JsonObject) -> JsonObject:
        """The reply to one message.

        Raises:
            OperatorError: what the system or the dataset needs is not set up.
        """
        match message.get("op"):
            case "setup":
                return self._set_up(message)
            case "prepare":
                return self._prepare(message)
            case "answer":
                return self._answer(message)
            case "close":
                if self._system is not None:
                    self._system.close()
                return {"closed": True}
            case other:
                raise AssertionError(f"{other!r} is no message of ours")

    def _set_up(self, message: JsonObject) -> JsonObject:
        from compiled_ai.bench.model import Restoring
        from compiled_ai.bench.registry import make_system
        from compiled_ai.bench.systems.options import SystemOptions

        self._setup = message
        options = message["options"]
        assert isinstance(options, dict)
        self._system = make_system(str(message["system"]), SystemOptions.from_json(options))
        return {
            "name": self._system.name,
            "identity": self._system.identity,
            "restores": isinstance(self._system, Restoring),
        }

    def _prepare(self, message: JsonObject) -> JsonObject:
        from compiled_ai.bench.model import Restoring
        from compiled_ai.bench.running.wire import prepared_json, read_prepared, read_task

        assert self._system is not None
        task = read_task(message["task"])
        self._tasks[task.task_id] = task
        if message.get("known") is not None:
            known = read_prepared(message["known"])
            if isinstance(self._system, Restoring) and self._system.restore(task, known):
                return {"restored": True}
        return {"prepared": prepared_json(self._prepared(task))}

    def _prepared(self, task: Task) -> Prepared:
        from compiled_ai.bench.model import Prepared
        from compiled_ai.errors import OperatorError
        from compiled_ai.spec.canonical import digest

        assert self._system is not None
        started = perf_counter()
        try:
            return self._system.prepare(task)
        except OperatorError:
            raise
        except Exception as error:  # noqa: BLE001 - a failure of one task is a result
            identity = digest("bench-not-prepared1", [self._system.identity, task.digest])
            problem = f"{type(error).__name__}: {error}"
            return Prepared(identity=identity, problem=problem, seconds=perf_counter() - started)

    def _answer(self, message: JsonObject) -> JsonObject:
        from compiled_ai.bench.running.wire import answer_json, line_of

        task = self._tasks[str(message["task_id"])]
        case_input = message["input"]
        assert isinstance(case_input, dict)
        case_id = str(message["case_id"]) if task.form == "dialogue" else None
        answer = self._ask(task, case_input, case_id)
        answer = replace(answer, cold=answer.cold or self._fresh)
        self._fresh = False
        reply: JsonObject = {"answer": answer_json(answer)}
        try:
            line_of(reply)
        except (TypeError, ValueError) as error:
            reason = f"the answer is no JSON: {error}"
            bare = replace(answer, output=None, declined=False, reason=reason, error="OutputError", trace={})
            reply = {"answer": answer_json(bare)}
        return reply

    def _ask(self, task: Task, case_input: JsonObject, case_id: str | None) -> Answer:
        from compiled_ai.bench.model import Answer
        from compiled_ai.errors import OperatorError

        assert self._system is not None
        started = perf_counter()
        try:
            if case_id is None:
                return self._system.answer(task, case_input, None)
            return self._play(task, case_input, case_id)
        except OperatorError:
            raise
        except Exception as error:  # noqa: BLE001 - a failure of one case is a row that scores zero
            return Answer(error=type(error).__name__, reason=str(error), seconds=perf_counter() - started)

    def _play(self, task: Task, case_input: JsonObject, case_id: str) -> Answer:
        """The answer to a case of a dialogue: what its environment was left as."""
        assert self._system is not None
        environment = self._open(case_id)
        try:
            answer = self._system.answer(task, case_input, environment)
            if answer.declined or answer.error is not None:
                return answer
            return replace(answer, output=environment.outcome())
        finally:
            environment.close()

    def _open(self, case_id: str) -> Environment:
        from compiled_ai.bench.registry import make_dataset

        if self._dataset is None:
            options = self._setup["dataset_options"]
            assert isinstance(options, dict)
            given = {key: str(value) for key, value in options.items()}
            self._dataset = make_dataset(str(self._setup["dataset"]), given)
            self._cases = {case.case_id: case for case in self._dataset.cases()}
        return self._dataset.open(self._cases[case_id])


if __name__ == "__main__":
    main()
