"""Synthesis of activities that bring typed texts into a standard form."""

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


class NormalizationSynthesizer:
    """Writes each output field as a module's parser and a standard format, chosen by the field's schema, name and text, that gives all examples."""

    name = "normalization"

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        """Candidates for `task`; none if a field or a clause on declining is not understood."""
        fields = properties_of(task.types.input_schema).values()
        kinds = [kind_of(field)[0] if isinstance(field, dict) else None for field in fields]
        samples = samples_of(task, brief)
        if None in kinds or "text" not in kinds:
            return
        yield from Problem(task, brief, samples, reads="typed").candidates(_CHOICES)
