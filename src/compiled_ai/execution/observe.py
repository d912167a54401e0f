"""Who watches runs: the case log, the decision log, the monitor. A workflow without observers pays nothing for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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
