"""What a compilation tells while it runs, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.findings import StageReport
from compiled_ai.llm.gating import GateDecision
from compiled_ai.llm.ledger import Call
from compiled_ai.scoring.scores import GroupScore
from compiled_ai.spec.model import Spec
from compiled_ai.templates.offers import Offer

Author = Literal["rules", "reuse", "synthesis", "coder"]
"""Who wrote a candidate; ``rules`` are the spec's own, ``reuse`` is code of an earlier version of it."""


@dataclass(frozen=True, kw_only=True)
class SpecLoaded:
    """The spec is read; nothing was asked of a model yet."""

    spec: Spec
    model: str | None
    """None when no model will be asked."""
    replayed: bool


@dataclass(frozen=True, kw_only=True)
class StoredFound:
    """The store holds a valid artifact of this very spec already."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A template that may fit, for a look. The compilation takes nothing over from it."""

    offer: Offer


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The plan is fixed."""

    workflow: Workflow
    by: str
    """``spec``, ``config agent`` or ``planner``."""


@dataclass(frozen=True, kw_only=True)
class StepsKept:
    """Steps did not change since an earlier version of the spec; their code is taken over, and validated anew."""

    steps: tuple[str, ...]
    artifact: str


@dataclass(frozen=True, kw_only=True)
class Synthesized:
    """Synthesis proposes code, without a model."""

    number: int
    how: str
    """What was inferred, and from what."""


@dataclass(frozen=True, kw_only=True)
class SynthesisKept:
    """Synthesized code that passes, though not well, is taken, because no model gave better."""

    number: int
    reason: str
    """Why there is nothing of a model."""


@dataclass(frozen=True, kw_only=True)
class GateNoted:
    """A gate flags, masks or blocks something of a prompt or a reply; told once for each place."""

    decision: GateDecision


@dataclass(frozen=True, kw_only=True)
class ModelAsked:
    """A model is about to be asked."""

    role: str
    attempt: int


@dataclass(frozen=True, kw_only=True)
class ModelReplied:
    """A model answered."""

    call: Call


@dataclass(frozen=True, kw_only=True)
class StageEnded:
    """A validation stage gave its verdict."""

    attempt: int
    by: Author
    report: StageReport


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The artifact is in the store."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class CasesInvented:
    """The tester made up cases."""

    number: int
    """Its round."""
    driving: int
    hidden: int
    dropped: int


@dataclass(frozen=True, kw_only=True)
class InventedScored:
    """Code that passed validation was run on the invented cases."""

    by: Author
    attempt: int
    driving: GroupScore
    hidden: GroupScore


Event = (
    SpecLoaded
    | StoredFound
    | Offered
    | Planned
    | StepsKept
    | Synthesized
    | SynthesisKept
    | GateNoted
    | ModelAsked
    | ModelReplied
    | StageEnded
    | CasesInvented
    | InventedScored
    | Saved
)
Listener = Callable[[Event], None]


def ignore(_: Event) -> None:
    """A listener that shows nothing."""
