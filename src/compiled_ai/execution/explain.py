"""Why a run gave what it gave: each step with what it took and added, and the line of code that it ended at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import FrameType
from typing import Any

from compiled_ai.artifact.workflow import Activity, PlannedStep
from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, kw_only=True)
class StepTrace:
    """One step of one run."""

    step: str
    kind: str
    took: JsonObject
    gave: JsonObject | None
    """None when the step declined or failed."""
    how: str
    """``code``, ``given`` (by the caller), ``model`` or the template of the effect."""
    line: int | None
    """Line of ``activities.py`` at which its function ended; None for steps outside of code."""
    seconds: float
    """Wall time."""


@dataclass(kw_only=True)
class Trace:
    """Collects the steps of one run. Running under it is slow: it watches every line."""

    path: str
    """File name of the code."""
    steps: list[StepTrace] = field(default_factory=list)

    def activities(self, activities: Mapping[str, Activity], kinds: Mapping[str, str]) -> dict[str, Activity]:
        """`activities`, each noting its calls here."""
        return {name: self._noting(name, kinds[name], activity) for name, activity in activities.items()}

    def outside(
        self, step: PlannedStep, taken: JsonObject, *, how: str, ask: Callable[[], JsonObject]
    ) -> JsonObject:
        """What `ask` returns for a step outside of code, noted."""
        started = perf_counter()
        gave: JsonObject | None = None
        try:
            gave = ask()
            return gave
        finally:
            self.steps.append(
                StepTrace(
                    step=step.id,
                    kind=step.kind,
                    took=taken,
                    gave=gave,
                    how=how,
                    line=None,
                    seconds=perf_counter() - started,
                )
            )

    def _noting(self, name: str, kind: str, activity: Activity) -> Activity:
        def run(data: JsonObject) -> JsonObject:
            watch = _Watch(self.path, name)
            took, gave = dict(data), None
            started = perf_counter()
            before = sys.gettrace()
            sys.settrace(watch.enter)
            try:
                gave = activity(data)
                return gave
            finally:
                sys.settrace(before)
                self.steps.append(
                    StepTrace(
                        step=name,
                        kind=kind,
                        took=took,
                        gave=gave,
                        how="code",
                        line=watch.line,
                        seconds=perf_counter() - started,
                    )
                )

        return run


class _Watch:
    """Remembers the last line of one function."""

    def __init__(self, path: str, function: str) -> None:
        self._path, self._function = path, function
        self.line: int | None = None

    def enter(self, frame: FrameType, _event: str, _argument: object) -> Any:
        """Follow the frames of the function, and no others."""
        code = frame.f_code
        return self._step if (code.co_filename, code.co_name) == (self._path, self._function) else None

    def _step(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.line = frame.f_lineno
        return self._step
