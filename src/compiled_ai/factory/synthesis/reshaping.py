"""Synthesis of activities that reshape structured data."""

from __future__ import annotations

from collections.abc import Iterator

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._problem import Problem
from compiled_ai.factory.synthesis._task import samples_of
from compiled_ai.factory.synthesis.candidate import Candidate
from compiled_ai.spec.model import Brief

_CHOICES = 2
"""Sets of expressions that are told apart by validation."""


class ReshapingSynthesizer:
    """Writes each output field as the simplest expression over the input that agrees with its text and with all examples."""

    name = "reshaping"

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        """Candidates for `task`; none if a field or a clause on declining is not understood."""
        samples = samples_of(task, brief)
        yield from Problem(task, brief, samples).candidates(_CHOICES)
