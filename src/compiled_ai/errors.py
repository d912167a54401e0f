"""Every error that Compiled AI raises on purpose.

The tree branches by who must act::

    CompiledAIError
    ├── SpecError                    the spec's author: a place in a YAML file, the value, the rule, a way out
    ├── InputError                   the caller: data that does not fit the input schema
    ├── DeclinedError                the caller: nobody answers this input, and the spec asks for an error then
    ├── OperatorError                whoever runs the machine
    │   ├── MissingKeyError          a provider's key is not set
    │   ├── UnknownModelError        a model string that names no provider we know
    │   ├── MissingToolError         a checker that validation needs is absent or broken
    │   ├── SandboxError             the jail could not be built or broke down
    │   ├── StoreError               a file or folder that cannot be read or written as asked
    │   ├── ReplayMissError          a request that no recording answers
    │   └── EffectError              a side effect that was not carried out
    │       ├── EffectRefusedError   its declared capability does not grant it; nothing was done
    │       └── EffectFailedError    it was tried, and failed
    ├── ModelError                   the model or its provider
    │   ├── ModelCallError           a call failed: refused, timed out, unreachable
    │   ├── ModelReplyError          a reply that is not what was asked for
    │   │   └── BlockedReplyError    the output gate does not let it through
    │   ├── BlockedPromptError       a gate does not let a text out to the model; nothing was sent
    │   └── BudgetExceededError      tokens, calls or time beyond the limit
    ├── ArtifactError                an artifact that must not be run
    │   ├── ArtifactNotFoundError
    │   ├── TamperedArtifactError
    │   └── ForeignVersionError
    ├── CompilationFailedError       a compilation ended without an artifact; carries the report
    └── ExecutionError               compiled code that did not keep its contract (ours to mend)
        ├── ActivityError            it raised something else than an abstention
        │   └── ActivityLimitError   it went over a limit of its isolated worker
        └── OutputError              it returned something that the output schema forbids
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = [
    "ActivityError",
    "ActivityLimitError",
    "ArtifactError",
    "ArtifactNotFoundError",
    "BlockedPromptError",
    "BlockedReplyError",
    "BudgetExceededError",
    "CompilationFailedError",
    "CompiledAIError",
    "DeclinedError",
    "EffectError",
    "EffectFailedError",
    "EffectRefusedError",
    "ExecutionError",
    "ForeignVersionError",
    "InputError",
    "MissingKeyError",
    "MissingToolError",
    "ModelCallError",
    "ModelError",
    "ModelReplyError",
    "OperatorError",
    "OutputError",
    "ReplayMissError",
    "SandboxError",
    "SpecError",
    "SpecProblem",
    "StoreError",
    "TamperedArtifactError",
    "UnknownModelError",
]


class CompiledAIError(Exception):
    """Root of all errors raised on purpose. `retryable` says whether the same call may succeed later."""

    retryable: bool = False


@dataclass(frozen=True, kw_only=True)
class SpecProblem:
    """One thing that is wrong with a spec."""

    path: Path
    line: int
    """1-based."""
    column: int
    """1-based."""
    message: str
    """The value, the rule that it breaks, and the next step."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class SpecError(CompiledAIError):
    """A spec that cannot be used. Carries every problem found, in the order of the file."""

    def __init__(self, problems: tuple[SpecProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class InputError(CompiledAIError):
    """Data that does not fit the input schema."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        """Path of the offending value, such as ``lines[2].price``; empty for the input as a whole."""
        super().__init__(message)


class DeclinedError(CompiledAIError):
    """Compiled code declined, and so did all that the spec puts below it. Specs without ``error`` on their ladder give an abstention instead."""

    def __init__(self, message: str, *, reason: str, step: str = "", case: str | None = None) -> None:
        self.reason = reason
        """Why compiled code declined, and what came of asking further."""
        self.step = step
        """Id of the step whose ladder it was; empty for that of the whole task."""
        self.case = case
        """Id of the logged case; None when no case log is open."""
        super().__init__(message)


class OperatorError(CompiledAIError):
    """Something that the person who runs the program must set up or mend."""


class MissingKeyError(OperatorError):
    """A provider's key is not set."""

    def __init__(self, message: str, *, variable: str) -> None:
        self.variable = variable
        super().__init__(message)


class UnknownModelError(OperatorError):
    """A model string that names no provider we know."""


class MissingToolError(OperatorError):
    """A checker that validation needs is absent or broken; the stage fails closed."""


class SandboxError(OperatorError):
    """The jail could not be built, or broke down for a reason that is not the jailed code's."""


class StoreError(OperatorError):
    """A file or folder that cannot be read or written as asked."""


class ReplayMissError(OperatorError):
    """A request that no recording answers. Replay never calls out."""

    def __init__(self, message: str, *, key: str) -> None:
        self.key = key
        super().__init__(message)


class EffectError(OperatorError):
    """A side effect that was not carried out. `reason` is its kind in one word, as in the audit log."""

    def __init__(self, message: str, *, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class EffectRefusedError(EffectError):
    """The declared capability does not grant it. Nothing was done."""


class EffectFailedError(EffectError):
    """It was tried, and failed. Something may have been done."""

    def __init__(self, message: str, *, reason: str, retryable: bool = False) -> None:
        self.retryable = retryable
        super().__init__(message, reason=reason)


class ModelError(CompiledAIError):
    """The model or its provider failed us."""


class ModelCallError(ModelError):
    """A call that was refused, timed out, or never reached the provider."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        self.retryable = retryable
        super().__init__(message)


class ModelReplyError(ModelError):
    """A reply that is not what was asked for."""


class BlockedReplyError(ModelReplyError):
    """The output gate does not let a reply through. `decision` is the `compiled_ai.llm.gating.GateDecision` behind it."""

    def __init__(self, message: str, *, decision: object) -> None:
        self.decision = decision
        super().__init__(message)


class BlockedPromptError(ModelError):
    """A gate does not let a text out to the model; nothing was sent. `decision` is the `compiled_ai.llm.gating.GateDecision` behind it."""

    def __init__(self, message: str, *, decision: object) -> None:
        self.decision = decision
        super().__init__(message)


class BudgetExceededError(ModelError):
    """Tokens, calls or time beyond the limit that the spec or the caller set."""


class ArtifactError(CompiledAIError):
    """An artifact that must not be run."""

    def __init__(self, message: str, *, path: Path) -> None:
        self.path = path
        super().__init__(message)


class ArtifactNotFoundError(ArtifactError):
    """There is no artifact at that place or of that name."""


class TamperedArtifactError(ArtifactError):
    """A file of the artifact differs from what was validated."""


class ForeignVersionError(ArtifactError):
    """An artifact of a format or compiler version that this program does not run."""


class CompilationFailedError(CompiledAIError):
    """A compilation that ended without an artifact. `report` is the full failure report as JSON data."""

    def __init__(self, message: str, *, report: dict[str, object]) -> None:
        self.report = report
        super().__init__(message)


class ExecutionError(CompiledAIError):
    """Compiled code did not keep its contract. The input is not at fault: report it as a bug of the artifact."""

    def __init__(self, message: str, *, step: str) -> None:
        self.step = step
        super().__init__(message)


class ActivityError(ExecutionError):
    """An activity raised something else than an abstention."""


class ActivityLimitError(ActivityError):
    """An isolated activity went over a limit, or its worker died under it. The worker was ended, and the next run gets a fresh one."""

    def __init__(
        self, message: str, *, step: str, limit: Literal["time", "memory", "output", "process"]
    ) -> None:
        self.limit = limit
        """Which one. ``process``: the worker ended or said what it does not say, for whatever reason."""
        super().__init__(message, step=step)


class OutputError(ExecutionError):
    """An activity returned something that its output schema forbids."""
