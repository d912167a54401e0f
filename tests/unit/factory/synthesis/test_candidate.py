"""Ranking of candidates: order, number, joining, and nothing when one task is not solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiled_ai.factory.plan import CodeTask, make_plan
from compiled_ai.factory.synthesis import SYNTHESIZERS, Candidate, synthesize
from compiled_ai.spec import load_spec
from compiled_ai.spec.model import Brief

SPEC = """
name: two_steps
version: 1.0.0
description: Two steps.
instructions: Do both.
steps:
  - {id: first, kind: code, instructions: one, takes: [a], output: {b: string}}
  - {id: second, kind: code, instructions: two, takes: [b], output: {c: string}}
input: {a: string}
output: {c: string}
examples: [{input: {a: x}, output: {c: y}}]
tests: [{input: {a: z}, output: {c: y}}]
"""


@dataclass(frozen=True)
class Fixed:
    """Proposes the same costs for every task."""

    costs: tuple[float, ...]
    only: str = ""
    name: str = "fixed"

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        step = task.types.step_id
        for cost in self.costs if self.only in {"", step} else ():
            yield Candidate(body=f"# {step} {cost}", cost=cost, how=f"{step}.")


@pytest.fixture
def two_steps(tmp_path: Path) -> tuple[Sequence[CodeTask], Brief]:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC)
    spec = load_spec(path)
    return make_plan(spec).code, spec.brief()


def test_the_simplest_of_all_synthesizers_comes_first(two_steps: tuple[Sequence[CodeTask], Brief]) -> None:
    tasks, brief = two_steps
    found = synthesize(tasks[:1], brief, [Fixed((3.0, 1.0)), Fixed((2.0, 1.0))])
    assert [candidate.cost for candidate in found] == [1.0, 2.0, 3.0]


def test_five_candidates_are_enough(two_steps: tuple[Sequence[CodeTask], Brief]) -> None:
    tasks, brief = two_steps
    found = list(synthesize(tasks[:1], brief, [Fixed((4.0, 3.0, 2.0, 1.0)), Fixed((7.0, 6.0, 5.0))]))
    assert [candidate.cost for candidate in found] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_candidates_of_several_tasks_are_joined(two_steps: tuple[Sequence[CodeTask], Brief]) -> None:
    found = list(synthesize(*two_steps, [Fixed((1.0, 2.0))]))
    assert (found[0].body, found[0].cost, found[0].how) == (
        "# first 1.0\n\n\n# second 1.0",
        2.0,
        "first. second.",
    )
    assert len(found) == 4


def test_a_task_that_nobody_solves_leaves_nothing(two_steps: tuple[Sequence[CodeTask], Brief]) -> None:
    assert list(synthesize(*two_steps, [Fixed((1.0,), only="first")])) == []


def test_no_task_gives_no_candidate(two_steps: tuple[Sequence[CodeTask], Brief]) -> None:
    assert list(synthesize([], two_steps[1])) == []


def test_synthesizers_have_names_of_their_own() -> None:
    names = [synthesizer.name for synthesizer in SYNTHESIZERS]
    assert len(set(names)) == len(names)
