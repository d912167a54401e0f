"""One system over all its tasks and cases: who does what next, and what comes of it."""

from __future__ import annotations

import selectors
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from time import monotonic, sleep

from compiled_ai.bench.model import Prepared
from compiled_ai.bench.rows import CaseRow, Outcome, PreparationRow
from compiled_ai.bench.running.limits import Rate, check_priced, spent_reason
from compiled_ai.bench.running.outcomes import RAW_IDENTITY, RowMaker, identity_of
from compiled_ai.bench.running.plan import Bounds, TaskPlan, Unit, plain_name
from compiled_ai.bench.running.processes import WorkerDiedError, WorkerProcess
from compiled_ai.bench.running.progress import Tally
from compiled_ai.bench.running.seats import Job, Seat, TaskState
from compiled_ai.bench.running.store import RunFolder
from compiled_ai.bench.running.wire import WireError, read_answer, read_prepared, revive
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, digest

_CHANGES = 3
"""How often the identity of a task may change in a run before that is the system's fault."""
_LOOK_SECONDS = 0.5
"""Longest wait before rows are synced, progress is told and deadlines are looked at."""


@dataclass(frozen=True, kw_only=True)
class SystemSetup:
    """A system that runs, and the process that told its identity."""

    name: str
    identity: JsonObject
    identity_digest: str
    restores: bool
    """Whether one process can take up what another one prepared."""
    message: JsonObject
    """What sets up a process."""
    process: WorkerProcess

    @property
    def model(self) -> str:
        """The model that its identity names; empty when it names none."""
        return str(self.identity.get("model") or "")


class SystemRun:
    """Use `run` once."""

    def __init__(  # noqa: PLR0913 - what a run hands down
        self,
        setup: SystemSetup,
        plans: Sequence[TaskPlan],
        *,
        folder: RunFolder,
        maker: RowMaker,
        bounds: Bounds,
        rate: Rate,
        tally: Tally,
    ) -> None:
        self._setup = setup
        self._folder = folder
        self._maker = maker
        self._bounds = bounds
        self._rate = rate
        self._tally = tally
        self._fresh = deque(TaskState(plan=plan) for plan in plans)
        self._open: list[TaskState] = []
        """Prepared tasks with cases that are not answered."""
        self._selector = selectors.DefaultSelector()
        self._seats = [Seat(0, self._log(0), setup.process)]
        self._selector.register(setup.process.descriptor, selectors.EVENT_READ, self._seats[0])
        self.gave_up = ""
        """Why cases were given up; empty when none were."""
        self.has_changed = False
        """Whether something was prepared anew with another identity, so that earlier rows no longer count."""

    def run(self) -> None:
        """Ask all that is not done.

        Raises:
            OperatorError: something is not set up; what was done stays.
        """
        try:
            while True:
                self.gave_up = self.gave_up or spent_reason(self._bounds, self._folder.spending)
                if not self.gave_up:
                    self._hand_out()
                if not self._wait():
                    break
            self._give_up()
            for seat in self._seats:
                if seat.process is not None:
                    seat.process.close()
        finally:
            for seat in self._seats:
                seat.clear(self._forget)
            self._selector.close()
            self._folder.sync(now=True)
            self._tell(now=True)

    # -- who does what next

    def _hand_out(self) -> None:
        """Give every idle worker something to do, as far as there is."""
        for seat in list(self._seats):
            if seat.job is None:
                self._give(seat)
        while len(self._seats) < self._bounds.workers and self._next_task(len(self._seats)) is not None:
            seat = Seat(len(self._seats), self._log(len(self._seats)))
            self._seats.append(seat)
            self._start(seat)

    def _give(self, seat: Seat) -> None:
        following = self._next_task(seat.number, seat.state)
        if following is None:
            return
        if seat.process is None:
            self._start(seat)
        elif self._fresh and following is self._fresh[0]:
            self._fresh.popleft()
            self._take_up(following)
            seat.prepare(following, self._bounds.prepare_seconds)
        elif seat.number not in following.seats:
            seat.prepare(following, self._bounds.prepare_seconds)
        elif self._rate.wait() == 0.0:
            self._rate.begin()
            self._tally.begin()
            seat.ask(following, following.pending.popleft(), self._bounds.case_seconds)

    def _next_task(self, number: int, current: TaskState | None = None) -> TaskState | None:
        """The task that the worker of that number should turn to, which may be its `current` one.

        First all are prepared: a compilation beside it would make a case look slow. Then come a worker's own, those that nobody can answer any more, and
        those that others would be long at.
        """
        self._skip_known_problems()
        if self._fresh:
            return self._fresh[0]
        if any(seat.is_preparing for seat in self._seats):
            return None
        if current is not None and current.pending and number in current.seats:
            return current
        self._open = [state for state in self._open if state.pending]
        own = (state for state in self._open if number in state.seats)
        orphans = (state for state in self._open if not state.seats)
        shared = (state for state in self._open if self._may_share(state, number))
        return next(chain(own, orphans, shared), None)

    def _may_share(self, state: TaskState, number: int) -> bool:
        assert state.known is not None
        may = self._setup.restores or not state.known.calls
        return may and len(state.pending) > 1 and number not in state.barred

    def _start(self, seat: Seat) -> None:
        seat.start(self._setup.message, self._bounds.start_seconds)
        assert seat.process is not None
        self._selector.register(seat.process.descriptor, selectors.EVENT_READ, seat)

    def _skip_known_problems(self) -> None:
        """Tasks that an earlier part of the run could not prepare need no worker."""
        while self._fresh:
            known = self._folder.known(self._setup.name, self._fresh[0].task.task_id)
            if known is None or not known.problem or known.task_digest != self._fresh[0].task.digest:
                return
            state = self._fresh.popleft()
            self._take_up(state)
            assert state.known is not None
            self._ready(state, state.known)

    def _take_up(self, state: TaskState) -> None:
        """What an earlier part of the run prepared of it, if it is the same task by the same system."""
        known = self._folder.known(self._setup.name, state.task.task_id)
        if known is None or (known.system_identity, known.task_digest) != (
            self._setup.identity_digest,
            state.task.digest,
        ):
            return
        row = self._folder.preparation(known)
        state.known = Prepared(
            identity=str(row.details.get(RAW_IDENTITY)),
            seconds=row.seconds,
            problem=row.problem,
            details=row.details,
        )
        state.identity = row.identity

    # -- what comes of it

    def _wait(self) -> bool:
        """Wait until something happens, and see to it; False when nothing is under way nor left."""
        busy = [seat.job for seat in self._seats if seat.job is not None]
        if not busy:
            wait = self._rate.wait()
            if self.gave_up or not (wait or self._has_work()):
                return False
            sleep(min(wait, _LOOK_SECONDS))
        else:
            moment = monotonic()
            wait = min(_LOOK_SECONDS, *(max(0.0, job.deadline - moment) for job in busy))
            if self._rate.wait():
                wait = min(wait, self._rate.wait())
            for key, _ in self._selector.select(wait):
                self._listen(key.data)
            self._check_deadlines()
        self._folder.sync()
        self._tell()
        return True

    def _has_work(self) -> bool:
        return bool(self._fresh) or any(state.pending for state in self._open)

    def _listen(self, seat: Seat) -> None:
        assert seat.process is not None
        job = seat.job
        try:
            reply = seat.process.receive()
            if reply is None:
                return
            if "error" in reply:
                raise revive(reply["error"])
            seat.job = None
            if job is not None:
                self._take(seat, job, reply)
        except (WorkerDiedError, WireError) as error:
            seat.clear(self._forget)
            self._lost(seat, job, str(error), timed_out=False)

    def _take(self, seat: Seat, job: Job, reply: JsonObject) -> None:
        """See to what a worker says of its job."""
        if job.state is None:
            if reply.get("identity") != self._setup.identity:
                raise OperatorError(
                    f"{self._setup.name} has another identity in a new process than in the first; was it changed during the run?"
                )
        elif job.unit is None:
            prepared = None if reply.get("restored") is True else read_prepared(reply.get("prepared"))
            self._prepared(seat, job.state, prepared)
        else:
            answer = read_answer(reply.get("answer"))
            self._enter(self._maker.answered(job.unit, job.state.task, job.state.identity, answer))

    def _prepared(self, seat: Seat, state: TaskState, prepared: Prepared | None) -> None:
        """See to a preparation; None: what was known was taken up."""
        if prepared is None:
            assert state.known is not None
            prepared, is_same = state.known, True
        else:
            is_same = state.identity == identity_of(self._setup.identity_digest, state.task, prepared)
        if state.seats and not is_same:  # the rows of the others stay good; this one takes no part
            state.barred.add(seat.number)
            seat.state = None
            return
        if not is_same:
            self._enter_preparation(state, prepared)
        state.seats.add(seat.number)
        self._ready(state, prepared)

    def _enter_preparation(self, state: TaskState, prepared: Prepared) -> None:
        row = self._maker.preparation(state.task, prepared)
        if state.identity and state.identity != row.identity:
            self.has_changed, state.ready = True, False
            state.changes += 1
            if state.changes > _CHANGES:
                raise OperatorError(
                    f"{self._setup.name} prepares the task '{row.task_id}' differently each time, and its workers die; it should take up what lies in its folder"
                )
        state.identity = row.identity
        self._append(row)

    def _ready(self, state: TaskState, prepared: Prepared) -> None:
        """Find out what is to be asked of a task that is prepared now."""
        state.known = prepared
        if state.ready:
            return
        state.ready = True
        left = [unit for unit in state.plan.units if not self._is_done(unit, state.identity)]
        self._tally.skip(len(state.plan.units) - len(left))
        if prepared.problem:
            for unit in left:
                self._enter(self._maker.unanswered(unit, state.identity, "not_prepared", prepared.problem))
            return
        state.pending = deque(left)
        if state not in self._open:
            self._open.append(state)

    def _is_done(self, unit: Unit, identity: str) -> bool:
        case = unit.case
        return self._folder.is_done((self._setup.name, identity, case.case_id, unit.digest, unit.repeat))

    def _check_deadlines(self) -> None:
        moment = monotonic()
        for seat in self._seats:
            job = seat.job
            if job is not None and moment >= job.deadline:
                seat.clear(self._forget)
                self._lost(
                    seat, job, f"it took longer than {job.seconds:g} seconds, and was ended", timed_out=True
                )

    def _lost(self, seat: Seat, job: Job | None, reason: str, *, timed_out: bool) -> None:
        """See to what a worker was at that is gone."""
        for state in self._open:
            state.seats.discard(seat.number)
        if job is None:
            return
        if job.state is None:
            raise OperatorError(f"{self._setup.name} does not start: {reason}")
        seconds = job.seconds if timed_out else 0.0
        if job.unit is not None:
            outcome: Outcome = "timed_out" if timed_out else "failed"
            self._enter(
                self._maker.unanswered(job.unit, job.state.identity, outcome, reason, seconds=seconds)
            )
        elif job.state.seats:
            job.state.barred.add(seat.number)
        elif job.state.known is not None:
            raise OperatorError(
                f"{self._setup.name} cannot take up what it prepared of the task '{job.state.task.task_id}': {reason}"
            )
        else:
            identity = digest("bench-not-prepared1", [self._setup.identity, job.state.task.digest])
            prepared = Prepared(identity=identity, problem=reason, seconds=seconds)
            self._enter_preparation(job.state, prepared)
            self._ready(job.state, prepared)

    def _give_up(self) -> None:
        """Rows for what is left, when a limit was reached."""
        if not self.gave_up:
            return
        for state in self._fresh:
            self._take_up(state)
            for unit in state.plan.units:
                if not state.identity or not self._is_done(unit, state.identity):
                    self._enter(self._maker.unanswered(unit, state.identity, "too_dear", self.gave_up))
        for state in self._open:
            for unit in state.pending:
                self._enter(self._maker.unanswered(unit, state.identity, "too_dear", self.gave_up))

    def _enter(self, row: CaseRow) -> None:
        self._tally.count(row)
        self._append(row)

    def _append(self, row: CaseRow | PreparationRow) -> None:
        self._folder.append(row)
        check_priced(self._bounds, row, self._setup.model)

    def _tell(self, *, now: bool = False) -> None:
        at_tasks = [seat for seat in self._seats if seat.job is not None and seat.job.state is not None]
        preparing = sum(seat.job is not None and seat.job.unit is None for seat in at_tasks)
        self._tally.tell(self._folder.spending, preparing=preparing, now=now)

    def _forget(self, process: WorkerProcess) -> None:
        with suppress(KeyError):
            self._selector.unregister(process.descriptor)

    def _log(self, number: int) -> Path:
        return self._folder.path / "logs" / f"{plain_name(self._setup.name)}.{number}.log"
