"""Synthesis without a model: activities inferred from schema, instructions and visible examples."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from compiled_ai.factory.joining import join_bodies
from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis.candidate import Candidate, Synthesizer
from compiled_ai.factory.synthesis.classification import ClassificationSynthesizer
from compiled_ai.factory.synthesis.extraction import ExtractionSynthesizer
from compiled_ai.factory.synthesis.function_call import FunctionCallSynthesizer
from compiled_ai.factory.synthesis.normalization import NormalizationSynthesizer
from compiled_ai.factory.synthesis.reshaping import ReshapingSynthesizer
from compiled_ai.spec.model import Brief

__all__ = ["FUNCTION_CALLS", "SYNTHESIZERS", "Candidate", "Synthesizer", "synthesize"]

FUNCTION_CALLS = FunctionCallSynthesizer()

SYNTHESIZERS: tuple[Synthesizer, ...] = (
    ClassificationSynthesizer(),
    ExtractionSynthesizer(),
    NormalizationSynthesizer(),
    ReshapingSynthesizer(),
    FUNCTION_CALLS,
)
"""Every way that is tried."""
_MOST = 5
"""Candidates that are worth a validation."""


def synthesize(
    tasks: Sequence[CodeTask], brief: Brief, synthesizers: Sequence[Synthesizer] = SYNTHESIZERS
) -> Iterator[Candidate]:
    """At most five bodies that hold every one of `tasks`, the simplest first; none when any of them is not clear.

    The result depends on the arguments alone.
    """
    found = [_ranked(task, brief, synthesizers) for task in tasks]
    if not found:
        return
    joined = (_join(parts) for parts in itertools.islice(itertools.product(*found), 4 * _MOST))
    yield from sorted(joined, key=lambda candidate: candidate.cost)[:_MOST]


def _ranked(task: CodeTask, brief: Brief, synthesizers: Sequence[Synthesizer]) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for synthesizer in synthesizers:
        for candidate in itertools.islice(synthesizer.propose(task, brief), _MOST):
            found.setdefault(candidate.body, candidate)
    return sorted(found.values(), key=lambda candidate: candidate.cost)[:_MOST]


def _join(parts: Sequence[Candidate]) -> Candidate:
    if len(parts) == 1:
        return parts[0]
    return Candidate(
        body=join_bodies([part.body for part in parts]),
        cost=sum(part.cost for part in parts),
        how=" ".join(part.how for part in parts),
    )
