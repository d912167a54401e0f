"""What a compilation tells while it runs, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.findings import StageReport
from compiled_ai.llm.ledger import Call
from compiled_ai.spec.model import Spec


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
class Planned:
    """The plan is fixed."""

    workflow: Workflow
    by: str
    """``spec``, ``config agent`` or ``planner``."""


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
    report: StageReport


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The artifact is in the store."""

    path: Path


Event = SpecLoaded | StoredFound | Planned | ModelAsked | ModelReplied | StageEnded | Saved
Listener = Callable[[Event], None]


def ignore(_: Event) -> None:
    """A listener that shows nothing."""
