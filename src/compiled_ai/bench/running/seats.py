"""What the runner keeps in mind: the state of each task, and the seat of each worker with what it is at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from compiled_ai.bench.model import Prepared, Task
from compiled_ai.bench.running.plan import TaskPlan, Unit
from compiled_ai.bench.running.processes import WorkerProcess
from compiled_ai.bench.running.wire import prepared_json, task_json
from compiled_ai.spec.canonical import JsonObject


@dataclass(kw_only=True, eq=False)
class TaskState:
    """A task and how far it is."""

    plan: TaskPlan
    pending: deque[Unit] = field(default_factory=deque)
    """What is still to be asked; filled once the task is prepared, for its identity decides what is done."""
    known: Prepared | None = None
    """As it was prepared, here or in an earlier part of the run."""
    identity: str = ""
    ready: bool = False
    changes: int = 0
    """How often its identity became another."""
    seats: set[int] = field(default_factory=set)
    """Whose processes can answer its cases."""
    barred: set[int] = field(default_factory=set)
    """Seats whose processes cannot take up what another one prepared."""

    @property
    def task(self) -> Task:
        """The task itself."""
        return self.plan.task


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a worker is at: loading (no task), a preparation (no unit) or a case."""

    deadline: float
    seconds: float
    """That it was given."""
    state: TaskState | None = None
    unit: Unit | None = None


class Seat:
    """A place for one worker process after the other."""

    def __init__(self, number: int, log: Path, process: WorkerProcess | None = None) -> None:
        """An empty seat, or one with a `process` that is set up already."""
        self.number = number
        self.process = process
        self.job: Job | None = None
        self.state: TaskState | None = None
        """The task whose cases it is given."""
        self._log = log

    @property
    def is_preparing(self) -> bool:
        """Whether it is at a preparation that nobody has made yet."""
        job = self.job
        return job is not None and job.unit is None and job.state is not None and not job.state.ready

    def start(self, setup: JsonObject, seconds: float) -> None:
        """Put a process on it, and let it load.

        Raises:
            OperatorError: it cannot be started.
        """
        self.process = WorkerProcess(self._log)
        self._send(setup, Job(deadline=monotonic() + seconds, seconds=seconds))

    def prepare(self, state: TaskState, seconds: float) -> None:
        """Let it prepare a task, or take up what was prepared."""
        known = None if state.known is None else prepared_json(state.known)
        self.state = state
        job = Job(deadline=monotonic() + seconds, seconds=seconds, state=state)
        self._send({"op": "prepare", "task": task_json(state.task), "known": known}, job)

    def ask(self, state: TaskState, unit: Unit, seconds: float) -> None:
        """Let it answer a case."""
        self.state = state
        message: JsonObject = {
            "op": "answer",
            "task_id": unit.case.task_id,
            "case_id": unit.case.case_id,
            "input": unit.case.input,
        }
        self._send(message, Job(deadline=monotonic() + seconds, seconds=seconds, state=state, unit=unit))

    def clear(self, forget: Callable[[WorkerProcess], None]) -> None:
        """Kill the process and all that it started; `forget` is told before."""
        if self.process is not None:
            forget(self.process)
            self.process.kill()
        self.process = self.job = self.state = None

    def _send(self, message: JsonObject, job: Job) -> None:
        assert self.process is not None
        assert self.job is None
        self.job = job
        self.process.send(message)
