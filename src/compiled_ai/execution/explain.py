"""Why a run gave what it gave: each step with what it took and added, and the line of code that it ended at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import FrameType
from typing import Any

from compiled_ai.artifact.plan import place_of
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
    lines: tuple[int, ...] = ()
    """Lines of ``activities.py`` that ran, helpers included, each once, in the order of the first time."""
    last: int | None = None
    """The last line that ran, in whichever function: where it was declined, if a helper declined. None for steps outside of code."""
    seconds: float
    """Wall time."""
    items: tuple[int, ...] = ()
    """Indexes of the items at hand, the outermost `foreach` first; empty outside of all."""

    @property
    def place(self) -> str:
        """The step with the indexes of its items, such as ``price[3]``."""
        return place_of(self.step, self.items)


@dataclass(kw_only=True)
class Trace:
    """Collects the steps of one run. Running under it is slow: it watches every line."""

    path: str
    """File name of the code."""
    steps: list[StepTrace] = field(default_factory=list)
    items: tuple[int, ...] = ()
    """Those of the step that runs next."""

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
                    items=self.items,
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
                        lines=tuple(watch.lines),
                        last=watch.last,
                        seconds=perf_counter() - started,
                        items=self.items,
                    )
                )

        return run


class _Watch:
    """Remembers the lines that ran, and the last one of one function."""

    def __init__(self, path: str, function: str) -> None:
        self._path, self._function = path, function
        self.line: int | None = None
        self.last: int | None = None
        self.lines: dict[int, None] = {}

    def enter(self, frame: FrameType, _event: str, _argument: object) -> Any:
        """Follow the frames of the file, and no others."""
        code = frame.f_code
        if code.co_filename != self._path:
            return None
        return self._decide if code.co_name == self._function else self._help

    def _decide(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.line = self.last = frame.f_lineno
            self.lines[frame.f_lineno] = None
        return self._decide

    def _help(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.last = frame.f_lineno
            self.lines[frame.f_lineno] = None
        return self._help
