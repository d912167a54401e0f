"""Synthesis of activities that read facts out of one text."""

from __future__ import annotations

from collections.abc import Iterator

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._problem import Problem
from compiled_ai.factory.synthesis._scopes import kind_of
from compiled_ai.factory.synthesis._task import samples_of
from compiled_ai.factory.synthesis.candidate import Candidate
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import properties_of

_CHOICES = 3
"""Sets of expressions that are told apart by validation."""


class ExtractionSynthesizer:
    """Finds each output field by its type, its form in words, or its label, told from others of its type by cues of its description."""

    name = "extraction"

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        """Candidates for `task`; none if a field or a clause on declining is not understood."""
        fields = list(properties_of(task.types.input_schema).values())
        samples = samples_of(task, brief)
        is_text = len(fields) == 1 and isinstance(fields[0], dict) and kind_of(fields[0]) == ("text", False)
        if not is_text:
            return
        yield from Problem(task, brief, samples, reads="prose").candidates(_CHOICES)
