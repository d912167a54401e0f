"""Compiled code kept out of this process: every call goes to a jailed worker, which stays and is replaced when it does not behave.

The code alone is inside. Schemas are checked on this side of the wall, and models and effects are asked from this side. Results and errors, the
line numbers in them too, are those of the local executor.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from compiled_ai.artifact import Artifact
from compiled_ai.artifact.workflow import Activity
from compiled_ai.errors import ActivityLimitError, CompiledAIError, OutputError, SandboxError
from compiled_ai.execution._failures import activity_error
from compiled_ai.execution._plain import not_plain
from compiled_ai.execution._words import Words
from compiled_ai.modules import Abstain
from compiled_ai.sandbox.jail_channel import Silence
from compiled_ai.sandbox.model import SandboxLimits
from compiled_ai.sandbox.resident import (
    Abstained,
    Answered,
    End,
    NotPlain,
    Raised,
    Resident,
    TooLarge,
    check_residents_possible,
)
from compiled_ai.sandbox.zygote import ZygoteLostError
from compiled_ai.spec.canonical import JsonObject

Limit = Literal["time", "memory", "output", "process"]
_TRIES = 2


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """What isolated code may use."""

    seconds: float = 2.0
    """Wall time of one run; where steps go outside, of each step of code."""
    memory_mb: int = 512
    """Address space of a worker, in MiB; the interpreter takes some 40 of them."""
    output_bytes: int = 10_000_000
    """Length of one output as ASCII JSON."""
    workers: int = 4
    """Most workers at a time. A thread that finds none idle waits. They are started as they are needed."""
    runs_per_worker: int | None = None
    """Runs after which a worker is replaced. None: never. 1 lets no run see what another may have left, and costs some 10 ms a run."""


class IsolatedCode:
    """The functions of an artifact, behind a wall. Threads may share it; close it."""

    def __init__(self, artifact: Artifact, limits: Isolation, words: Words) -> None:
        """One worker is started at once, to see that it can be.

        Raises:
            SandboxError: this system has no jail, or none could be started. Nothing is ever run without it.
        """
        check_residents_possible()
        self._name = artifact.workflow.name
        self._last_step = artifact.workflow.steps[-1].id
        self._limits, self._words = limits, words
        inside = SandboxLimits(
            case_seconds=limits.seconds, memory_mb=limits.memory_mb, output_bytes=limits.output_bytes
        )
        self._pool = _Pool(partial(Resident, artifact.source, artifact.workflow, inside), limits)
        self._pool.warm_up()
        names = [step.id for step in artifact.workflow.steps if not step.is_outside]
        self.activities: Mapping[str, Activity] = {name: partial(self._call, name) for name in names}
        """By step id, as the local executor has them."""
        self.whole: Activity = partial(self._call, "")
        """The whole workflow in one call, for one without steps outside of code."""

    def pids(self) -> list[int]:
        """Processes of the idle workers."""
        return self._pool.pids()

    def close(self) -> None:
        """End the workers. The next call starts one anew."""
        self._pool.close()

    def _call(self, step: str, data: JsonObject) -> JsonObject:
        """What the code returns.

        Raises:
            Abstain: it declined.
            ActivityError: it raised something else, or went over a limit.
            OutputError: it returned something that JSON cannot carry.
            SandboxError: no worker could be started.
        """
        end = self._pool.call(step, data)
        match end:
            case Answered():
                return end.output  # type: ignore[return-value]  # the schema check comes next
            case Abstained():
                raise Abstain(end.reason)
            case _:
                raise self._error(end, step)

    def _error(self, end: Raised | NotPlain | TooLarge | Silence, step: str) -> CompiledAIError:
        match end:
            case Raised():
                told = self._words.told_failure(end.type, end.text)
                return activity_error(self._name, told, line=end.line, step=end.step)
            case NotPlain():
                misfit = self._words.misfit("output", not_plain(list(end.place), end.message))
                return OutputError(
                    f"{self._name} returned an output that its schema forbids: {misfit}",
                    step=step or self._last_step,
                )
            case _:
                return self._limit_error(end, step)

    def _limit_error(self, end: TooLarge | Silence, step: str) -> ActivityLimitError:
        limits = self._limits
        if isinstance(end, TooLarge):
            return self._over(step, "output", f"it returned {end.detail}; {limits.output_bytes} are allowed")
        if end.status == "timed_out":
            return self._over(
                step, "time", f"it did not end within {limits.seconds:g} seconds; its worker was killed"
            )
        if end.status == "out_of_memory":
            return self._over(
                step, "memory", f"its worker ran out of memory ({limits.memory_mb} MiB), or was killed for it"
            )
        return self._over(step, "process", f"its worker was lost: {end.detail}")

    def _over(self, step: str, limit: Limit, problem: str) -> ActivityLimitError:
        return ActivityLimitError(
            f"{self._name} failed in isolation: {problem}", step=step or self._name, limit=limit
        )


class _Pool:
    """Workers that are idle, and the count of all. Threads share it."""

    def __init__(self, start: Callable[[], Resident], limits: Isolation) -> None:
        self._start, self._most, self._runs = start, limits.workers, limits.runs_per_worker
        self._renew()

    def _renew(self) -> None:
        self._turn = threading.Condition()
        self._idle: list[Resident] = []
        self._count = 0
        self._generation = 0
        """How often it was closed: a worker of an earlier one is not taken back."""
        self._pid = os.getpid()

    def warm_up(self) -> None:
        """Have one worker ready."""
        resident, generation = self._borrow()
        self._give_back(resident, generation)

    def call(self, step: str, data: JsonObject) -> End:
        """How the call ends, on whichever worker is free first."""
        lost: ZygoteLostError | None = None
        for _ in range(_TRIES):
            try:
                return self._call_once(step, data)
            except ZygoteLostError as error:  # not the code's doing: the process above the workers was killed
                lost = error
        raise SandboxError(f"the worker of isolated code was lost, {_TRIES} times over: {lost}") from lost

    def _call_once(self, step: str, data: JsonObject) -> End:
        resident, generation = self._borrow()
        keep = False
        try:
            end = resident.call(step, data)
            keep = not isinstance(end, Silence) and not (self._runs and resident.calls >= self._runs)
            return end
        finally:
            if keep:
                self._give_back(resident, generation)
            else:
                self._discard(resident, generation)

    def pids(self) -> list[int]:
        """Processes of the idle workers."""
        with self._turn:
            return [resident.pid for resident in self._idle]

    def close(self) -> None:
        """End the idle workers now, and the others when they are done."""
        if self._pid != os.getpid():
            self._leave_to_parent()
        with self._turn:
            idle = list(self._idle)
            self._idle.clear()
            self._count, self._generation = 0, self._generation + 1
            self._turn.notify_all()
        for resident in idle:
            resident.close()

    def _borrow(self) -> tuple[Resident, int]:
        if self._pid != os.getpid():
            self._leave_to_parent()
        stale: list[Resident] = []
        try:
            with self._turn:
                while not self._idle and self._count >= self._most:
                    self._turn.wait()
                while self._idle:
                    resident = self._idle.pop()
                    if resident.is_usable:
                        return resident, self._generation
                    stale.append(resident)  # killed while it was idle, or it speaks unasked
                    self._count -= 1
                self._count += 1
                generation = self._generation
        finally:
            for resident in stale:
                resident.close()
        try:
            return self._start(), generation
        except BaseException:
            self._forget(generation)
            raise

    def _give_back(self, resident: Resident, generation: int) -> None:
        with self._turn:
            if generation == self._generation:
                self._idle.append(resident)
                self._turn.notify()
                return
        resident.close()

    def _discard(self, resident: Resident, generation: int) -> None:
        resident.close()
        self._forget(generation)

    def _forget(self, generation: int) -> None:
        with self._turn:
            if generation == self._generation:
                self._count -= 1
                self._turn.notify()

    def _leave_to_parent(self) -> None:
        """In a fork of this very program: the workers are the original's, and its lock may be held by a thread that is not here."""
        idle = self._idle
        self._renew()
        for resident in idle:
            resident.abandon()
