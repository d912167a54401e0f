"""The workflow: which activities run in which order, and what passes between them.

A workflow holds a flat scope of named values. It starts with the input's fields; each step takes some names out of it and puts the
fields of its output in; `returns` names what leaves. It lies below validation and execution, because both run it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from compiled_ai.spec.canonical import JsonObject

StepKind = Literal["code", "rule", "bounded", "effect"]
Activity = Callable[[JsonObject], JsonObject]
"""A compiled activity: takes an object, returns an object, or calls `abstain`."""


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """One step. The activity's function in ``activities.py`` carries the step's id as its name."""

    id: str
    kind: StepKind
    takes: tuple[str, ...]
    """Names taken from the scope. A name that is not there (an optional field left out) is not passed."""
    output_schema: JsonObject
    instructions: str = ""
    """For bounded steps: what the model is told. Empty otherwise."""
    effect: JsonObject | None = None
    """For effect steps: the call as data (`compiled_ai.spec.effects.parse_call`). None otherwise."""

    when: str | None = None
    """For effect steps: the name in scope that says whether it acts. None: always."""

    @property
    def is_outside(self) -> bool:
        """Whether something else than compiled code answers: a model or an effect at run time, and the case while cases are scored."""
        return self.kind in {"bounded", "effect"}


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A whole plan: a sequence of steps with the schemas at its two ends."""

    name: str
    version: str
    input_schema: JsonObject
    output_schema: JsonObject
    steps: tuple[PlannedStep, ...]
    returns: tuple[str, ...]
    """Names that make up the output."""

    @property
    def is_single(self) -> bool:
        """Whether one activity returns the whole output and nothing else, so that nothing need be passed on."""
        if len(self.steps) != 1 or self.steps[0].is_outside:
            return False
        given = self.steps[0].output_schema.get("properties")
        return not isinstance(given, dict) or set(given) == set(self.returns)


def run_steps(
    workflow: Workflow,
    activities: Mapping[str, Activity],
    data: JsonObject,
    *,
    outside: Callable[[PlannedStep, JsonObject], JsonObject],
) -> JsonObject:
    """Run every step of `workflow` on `data` and return its output.

    Nothing is checked here and nothing is caught: schemas and errors are the caller's.
    """
    if workflow.is_single:
        return activities[workflow.steps[0].id](data)
    scope = dict(data)
    for step in workflow.steps:
        if step.when is not None and not scope[step.when]:
            continue
        taken = {name: scope[name] for name in step.takes if name in scope}
        given = outside(step, taken) if step.is_outside else activities[step.id](taken)
        scope.update(given)
    return {name: scope[name] for name in workflow.returns if name in scope}
