"""The workflow: which activities run in which order, and what passes between them.

A workflow holds a flat scope of named values. It starts with the input's fields; each step takes some names out of it and puts the
fields of its output in; `returns` names what leaves. It lies below validation and execution, because both run it
(`compiled_ai.artifact.plan`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from compiled_ai.artifact.flow import Do, Node, Sequence, flow_data, parse_flow, sequence_of, steps_in
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

    retries: int = 0
    """How often an engine tries again after a failure, an abstention aside. Effect steps say it in `effect`. Code in this process is not tried again: it is deterministic."""
    timeout_seconds: float | None = None
    """Time for one try, where an engine can keep it. None: the engine's. Effect steps say it in `effect`. Code in this process cannot be stopped."""

    @property
    def adds(self) -> tuple[str, ...]:
        """Names that it may add to the scope."""
        given = self.output_schema.get("properties")
        return tuple(given) if isinstance(given, dict) else ()

    @property
    def is_outside(self) -> bool:
        """Whether something else than compiled code answers: a model or an effect at run time, and the case while cases are scored."""
        return self.kind in {"bounded", "effect"}


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A whole plan: steps in their flow, with the schemas at its two ends."""

    name: str
    version: str
    input_schema: JsonObject
    output_schema: JsonObject
    steps: tuple[PlannedStep, ...]
    """All steps, also those inside of blocks, in the order in which `flow` names them."""
    returns: tuple[str, ...]
    """Names that make up the output."""
    flow: Node = Sequence()  # noqa: RUF009 - frozen
    """What runs when. A plain sequence is always that of `steps`, and need not be given."""

    def __post_init__(self) -> None:
        if is_plain(self.flow):
            object.__setattr__(self, "flow", sequence_of(tuple(step.id for step in self.steps)))

    @property
    def is_sequence(self) -> bool:
        """Whether the steps simply follow each other."""
        return is_plain(self.flow)

    @property
    def is_single(self) -> bool:
        """Whether one activity takes the whole input and returns the whole output and nothing else, so that nothing need be passed on."""
        if len(self.steps) != 1 or self.steps[0].is_outside or not self.is_sequence:
            return False
        there = self.input_schema.get("properties")
        if isinstance(there, dict) and not set(there) <= set(self.steps[0].takes):
            return False
        given = self.steps[0].output_schema.get("properties")
        return not isinstance(given, dict) or set(given) == set(self.returns)

    def step(self, step_id: str) -> PlannedStep:
        """The step called `step_id`.

        Raises:
            KeyError: there is none.
        """
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


def is_plain(flow: Node) -> bool:
    """Whether `flow` is a sequence of steps and nothing else."""
    return isinstance(flow, Sequence) and all(isinstance(node, Do) for node in flow.nodes)


def flow_problem(workflow: Workflow) -> str | None:
    """Why the flow does not name the steps, each once and in their order; None when it does."""
    named, there = list(steps_in(workflow.flow)), [step.id for step in workflow.steps]
    if named == there:
        return None
    unknown = next((step for step in named if step not in there), None)
    if unknown is not None:
        return f"the flow names the step {unknown!r}, which is not among the steps"
    unnamed = next((step for step in there if step not in named), None)
    if unnamed is not None:
        return f"the flow does not name the step {unnamed!r}"
    return "the flow names its steps twice, or in another order than they are listed in"


def workflow_data(workflow: Workflow) -> dict[str, Any]:
    """`workflow` as JSON data, for another process."""
    return {**asdict(workflow), "flow": None if workflow.is_sequence else flow_data(workflow.flow)}


def workflow_from(data: dict[str, Any]) -> Workflow:
    """The workflow that `workflow_data` wrote."""
    steps = tuple(PlannedStep(**{**step, "takes": tuple(step["takes"])}) for step in data["steps"])
    flow = parse_flow(data["flow"]) if data.get("flow") is not None else Sequence()
    return Workflow(**{**data, "steps": steps, "returns": tuple(data["returns"]), "flow": flow})
