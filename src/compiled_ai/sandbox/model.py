"""What a sandbox is given and what it gives back, whichever sandbox it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.spec.canonical import JsonObject

SandboxName = Literal["jail", "wasm", "none"]
SandboxChoice = Literal["auto", "jail", "wasm", "none"]
"""``auto`` is the jail where all of its layers hold, else wasm. ``none`` is never chosen by itself."""

NOT_RUN = "not run: too many cases before it had to be killed"
"""Detail of a row whose case was never begun, because no process was left to run it."""

CaseStatus = Literal[
    "answered", "abstained", "crashed", "timed_out", "out_of_memory", "output_too_large", "needs_model"
]


@dataclass(frozen=True, kw_only=True)
class SandboxLimits:
    """What the jailed code may use."""

    case_seconds: float = 2.0
    """Wall time for one case, and for importing the code."""
    memory_mb: int = 512
    """Address space of the process, in MiB; the interpreter takes some 40 of them."""
    output_bytes: int = 1_000_000
    """Length of one output as ASCII JSON."""
    restarts: int = 8
    """How often a killed process is replaced. The cases left after that fail without being run."""


@dataclass(frozen=True, kw_only=True)
class SandboxCase:
    """What the jail may know of a case: not what must come out."""

    case_id: str
    input: JsonObject
    given: dict[str, JsonObject]
    """Outputs of bounded steps by step id."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What differs from machine to machine, and must not reach an answer."""

    hash_seed: int = 0
    """PYTHONHASHSEED."""
    timezone: str = "UTC0"
    """TZ, in POSIX form, which needs no database of zones."""
    locale: str = "C.UTF-8"
    """LC_ALL, set in the process as well (`locale.setlocale`) where the system has it."""


@dataclass(frozen=True, kw_only=True)
class SandboxJob:
    """Code and the cases to run it on, in order."""

    source: str
    """Text of ``activities.py``."""
    workflow: Workflow
    cases: tuple[SandboxCase, ...]
    limits: SandboxLimits = field(default_factory=SandboxLimits)
    coverage: bool = False
    calls: int = 1
    """How often each case is run, one call after the other in the same process, each on input of its own. More than one tells `CaseRow.steady`."""
    surroundings: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """How one case ended."""

    case_id: str
    status: CaseStatus
    output: JsonObject | None
    """Set when the status is ``answered``. Not checked against a schema."""
    detail: str
    """Reason of an abstention, or what went wrong, such as ``ValueError at line 31: ...``."""
    line: int | None
    """Line in ``activities.py`` where it ended; None for an answer, or when unknown."""
    mutated_input: bool
    seconds: float
    """Of the first call."""
    steady: bool = True
    """Whether all calls of this case ended alike: same status, same output byte for byte, same detail."""


@dataclass(frozen=True, kw_only=True)
class CoverageFacts:
    """What importing the code and running all cases reached. Shares from 0 to 1."""

    lines: float
    branches: float
    missing_lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SandboxOutcome:
    """What a job brought."""

    rows: tuple[CaseRow, ...]
    """One per case, in their order."""
    coverage: CoverageFacts | None
    """Of the last process: all cases, or those after the last one that had to be killed. None when that was the last case of all, when
    the code could not be imported, or when it was not asked for."""
    isolation: tuple[str, ...]
    """Layers in force: what each forbids was tried from inside and refused. The names differ from sandbox to sandbox."""
    seconds: float
    locale: str = ""
    """The locale really in force in the last process, as `locale.setlocale` tells it; empty where there is none."""


class Sandbox(Protocol):
    """Something that runs a job and cannot be harmed by it."""

    @property
    def name(self) -> SandboxName:
        """Which one it is."""
        ...

    def run(self, job: SandboxJob) -> SandboxOutcome:
        """The outcome of running every case of `job`. Whatever the code does becomes rows. May be called from several threads.

        Raises:
            SandboxError: the sandbox itself could not be built.
        """
        ...
