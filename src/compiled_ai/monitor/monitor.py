"""The monitor of a workflow: an observer that counts, checks in the shadow, and demotes an artifact that is surely wrong too often."""

from __future__ import annotations

import atexit
import logging
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiled_ai.errors import StoreError
from compiled_ai.monitor.evidence import DEMOTES
from compiled_ai.monitor.report import Report, report
from compiled_ai.monitor.shadow import Outcome, SecondOpinion, ShadowChecks
from compiled_ai.monitor.store import MonitorStore, ShadowCounts, Shadows
from compiled_ai.monitor.tally import DEMOTED, Counting, Tally
from compiled_ai.spec.model import Accuracy
from compiled_ai.spec.monitoring import MonitorPolicy

if TYPE_CHECKING:
    from compiled_ai.artifact import Artifact
    from compiled_ai.execution.observe import Run

_LOOK_SECONDS = 1.0
"""How old what is known of a demotion may be."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MonitorOptions:
    """What a monitor needs besides its policy."""

    accuracy: Accuracy = field(default_factory=Accuracy)
    """How shadow answers are compared."""
    second: SecondOpinion | None = None
    """The fallback for shadow checks. None: there are none."""
    heard: Callable[[Outcome], None] = lambda _: None
    """Told of every shadow check, on a thread of its own."""
    flush_seconds: float = 1.0
    """How long counts stay in memory."""
    drain_seconds: float = 30.0
    """How long `close` waits for shadow checks."""
    chance: Callable[[], float] = random.random
    """Draws of 0 to 1 for the sample. Runs are drawn, not inputs, so that the checks are independent and an input that comes often counts as often."""
    clock: Callable[[], float] = time.monotonic


class Monitor:
    """Counts the runs of one artifact: an `Observer` and a `Gate` of `compiled_ai.execution.observe`. Threads may share it.

    No run waits for the disk or for the fallback: a thread writes the counts a second after the first one, and goes when there is nothing to write. A process
    that is killed loses what was counted since. What cannot be written is kept and tried again, and `close` says so; a run does not fail for it.
    """

    def __init__(
        self, artifact: Artifact, store: MonitorStore, *, policy: MonitorPolicy, options: MonitorOptions
    ) -> None:
        """A monitor of `artifact` whose counts go to `store`. `compiled_ai.monitor.opening` builds it as the manifest asks."""
        self._artifact = artifact.manifest.artifact
        self._store = store
        self._policy = policy
        self._options = options
        self._counting = Counting(artifact.workflow.output_schema)
        self._begin()

    def _begin(self) -> None:
        """With nothing counted and nothing under way: at first, and in the child of a fork, whose parent goes on counting what it has."""
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._tally = Tally()
        self._pending = ShadowCounts()
        self._writer: threading.Thread | None = None
        self._ends = threading.Event()
        second = self._options.second
        share = self._policy.shadow if second is not None else 0.0
        self._share = share
        self._shadows = (
            ShadowChecks(second, self._options.accuracy, tell=self._told) if second and share > 0 else None
        )
        self._looked = float("-inf")
        self._why = ""

    def _know_process(self) -> None:
        if self._process != os.getpid():
            self._begin()

    def withheld(self) -> str:
        """Why compiled code is not to answer now; empty when it is. Looked up once a second at most, so that every process heeds a demotion within that."""
        now = self._options.clock()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            try:
                state = self._store.state(self._artifact)
                self._why = f"{DEMOTED}{state.why}" if state.demoted else ""
            except StoreError as error:  # what was known last holds
                _log.warning("whether %s is demoted cannot be read: %s", self._artifact[:15], error)
        return self._why

    def observe(self, run: Run) -> None:
        """Count `run`, and have it checked in the shadow if it is in the sample."""
        self._know_process()
        with self._lock:
            self._counting.count(self._tally, run.result, run.error)
            if self._writer is None:
                self._start_writer()
        if self._shadows is None or self._options.chance() >= self._share:
            return
        result = run.result
        if result is None or result.output is None or result.served_by != "compiled":
            return
        if not self._shadows.submit(run.data, result.output):
            self._hear("skipped", ShadowCounts(skipped=1))

    def flush(self) -> None:
        """Write what was counted.

        Raises:
            StoreError: it could not be written; it is kept for the next time.
        """
        with self._lock:
            tally, self._tally = self._tally, Tally()
        try:
            if tally.runs:
                self._store.add(self._artifact, tally)
        except StoreError:
            with self._lock:
                self._tally.add(tally)
            raise
        self._flush_shadows()

    def close(self) -> None:
        """Finish the shadow checks that wait, for `drain_seconds` at most, and write what was counted. The next run opens the monitor anew.

        Raises:
            StoreError: counts could not be written.
        """
        self._know_process()
        with self._lock:
            writer, self._writer = self._writer, None
            self._ends.set()
        if writer is not None:
            atexit.unregister(self.close)
            writer.join()
        try:
            if self._shadows is not None:
                dropped = self._shadows.close(seconds=self._options.drain_seconds)
                if dropped:
                    self._hear("skipped", ShadowCounts(skipped=dropped))
            self.flush()
        finally:
            self._store.close()

    def report(self) -> Report:
        """How the workflow is doing.

        Raises:
            StoreError: counts cannot be read or written.
        """
        self.flush()
        return report(self._store, self._artifact, self._policy)

    def _start_writer(self) -> None:
        self._ends = threading.Event()
        self._writer = threading.Thread(
            target=self._write, args=(self._ends,), name="compiled-ai-monitor", daemon=True
        )
        self._writer.start()
        atexit.register(self.close)

    def _write(self, ends: threading.Event) -> None:
        """Write every second, until there was nothing to write."""
        while not ends.wait(self._options.flush_seconds):
            with self._lock:
                if not self._tally.runs:
                    self._writer = None
                    atexit.unregister(self.close)
                    return
            try:
                self.flush()
            except StoreError as error:
                _log.warning("the monitor keeps its counts in memory: %s", error)

    def _told(self, outcome: Outcome, counts: ShadowCounts) -> None:
        """Of a check that has ended; on the thread of the checks."""
        self._hear(outcome, counts)
        try:
            self._flush_shadows()
        except StoreError as error:
            _log.warning("the monitor keeps its counts in memory: %s", error)

    def _hear(self, outcome: Outcome, counts: ShadowCounts) -> None:
        self._options.heard(outcome)
        with self._lock:
            self._pending += counts

    def _flush_shadows(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, ShadowCounts()
        if pending == ShadowCounts():
            return
        try:
            shadows = self._store.add_shadows(self._artifact, pending)
        except StoreError:
            with self._lock:
                self._pending += pending
            raise
        self._judge(shadows)

    def _judge(self, shadows: Shadows) -> None:
        """Demote the artifact if it is surely contradicted too often."""
        limit, wrong = self._policy.max_wrong, shadows.wrong
        if limit is None or wrong is None or shadows.evidence(limit) < DEMOTES:
            return
        why = (
            f"the fallback contradicts {shadows.differed} of {shadows.compared} answers "
            f"({100 * wrong.low:.1f} to {100 * wrong.high:.1f} %), and the spec allows {100 * limit:g} %"
        )
        if self._store.demote(self._artifact, by="monitor", why=why):
            _log.warning("%s was demoted: %s", self._artifact[:15], why)
        self._looked = float("-inf")
