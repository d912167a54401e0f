"""What synthesis proposes, and who may propose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from compiled_ai.factory.plan import CodeTask
from compiled_ai.spec.model import Brief


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A body of code that agrees with the schema, the instructions and every visible example; not yet validated."""

    body: str
    """Imports, constants, helpers and the asked function, unformatted: what a coder would have replied."""
    cost: float
    """Description length in arbitrary units; the simpler of two candidates costs less and is tried first."""
    how: str
    """One sentence on what was inferred, and from what."""


class Synthesizer(Protocol):
    """One way to write an activity without a model."""

    @property
    def name(self) -> str:
        """Its name in reports."""

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        """Bodies for `task`, the same ones in the same order every time; none when unsure.

        A brief holds no hidden cases, so nothing of them can reach a candidate.
        """
