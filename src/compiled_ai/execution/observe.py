"""Who watches runs: the case log, the decision log, the monitor. A workflow without observers pays nothing for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from compiled_ai.artifact import Artifact
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution.result import Result
from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run that has ended. It is shared by all observers and the caller: look, do not change."""

    artifact: Artifact
    data: JsonObject
    """The input as it was given. Where `error` is an `InputError` it may be anything."""
    result: Result | None
    """None when the run raised."""
    error: CompiledAIError | None
    """What the run raised. None when it gave a result."""


class Observer(Protocol):
    """Takes note of runs, on the thread of the run and before the caller has the result."""

    def observe(self, run: Run) -> None:
        """Take note of `run`.

        Raises:
            StoreError: it could not be noted; the caller gets this instead of the result, for a run that must be noted and is not did not happen.
        """


@runtime_checkable
class Gate(Protocol):
    """An observer that may also keep runs from compiled code, such as a monitor that has demoted the artifact."""

    def withheld(self) -> str:
        """Why compiled code is not to answer now; empty when it is. It is asked before every run, so it must cost next to nothing."""


@runtime_checkable
class Closing(Protocol):
    """An observer that holds something, and is closed with the workflow. The next run opens it anew."""

    def close(self) -> None:
        """Write what is not written yet, and let go.

        Raises:
            StoreError: it could not be written.
        """
