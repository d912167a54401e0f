"""Going through a workflow step by step without a model or an effect: which step declines, and what the log gives in place of steps outside of code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from compiled_ai.artifact.plan import run_steps
from compiled_ai.artifact.workflow import PlannedStep
from compiled_ai.cases.case import LoggedCase
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject, canonical_json, digest

GivenOf = Callable[[str, JsonObject], JsonObject | None]
"""What a step outside of code gave for what it took; None when that is not known."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far an input came."""

    ran: tuple[str, ...]
    """Steps of compiled code that ran, in their order."""
    declined: str | None
    """The step that declined or failed; None when none did."""
    given: Mapping[str, JsonObject]
    """What steps outside of code gave."""
    is_ambiguous: bool = False
    """Whether one step gave several things, as in a `foreach`."""


def walk(workflow: LoadedWorkflow, data: JsonObject, given_of: GivenOf = lambda _step, _taken: None) -> Walk:
    """How far `data` comes in `workflow`."""
    return _Walker(workflow, given_of).walk(data)


def logged_given(workflow: LoadedWorkflow, cases: Iterable[LoggedCase]) -> GivenOf:
    """What the bounded steps of `workflow` gave, from the log. Where they gave several things for the same, nothing."""
    outside = {step.id for step in workflow.artifact.workflow.steps if step.is_outside}
    found: dict[tuple[str, str], dict[str, JsonObject]] = {}
    for case in cases:
        output = case.answer if case.status == "answered" else case.output
        if case.step in outside and not case.masked and output is not None and case.input_digest:
            found.setdefault((case.step, case.input_digest), {})[canonical_json(output)] = output

    def given_of(step: str, taken: JsonObject) -> JsonObject | None:
        outputs = found.get((step, digest("i1", taken)), {})
        return next(iter(outputs.values())) if len(outputs) == 1 else None

    return given_of


def find_given(workflow: LoadedWorkflow, data: JsonObject, given_of: GivenOf) -> dict[str, JsonObject] | None:
    """What every step outside of code gave for `data`; None when the log lacks something, for new code may ask for it."""
    outside = {step.id for step in workflow.artifact.workflow.steps if step.is_outside}
    if not outside:
        return {}
    found = walk(workflow, data, given_of)
    if found.is_ambiguous or found.given.keys() != outside:
        return None
    return dict(found.given)


class _Walker:
    def __init__(self, workflow: LoadedWorkflow, given_of: GivenOf) -> None:
        self._workflow = workflow
        self._given_of = given_of
        self._ran: list[str] = []
        self._last: str | None = None
        self._given: dict[str, JsonObject] = {}
        self._is_ambiguous = False

    def walk(self, data: JsonObject) -> Walk:
        planned = self._workflow.artifact.workflow
        activities = {step.id: partial(self._code, step.id) for step in planned.steps if not step.is_outside}
        declined = None
        try:
            run_steps(planned, activities, self._workflow.accept_input(data), outside=self._outside)
        except (Abstain, CompiledAIError):
            declined = self._last
        return Walk(
            ran=tuple(dict.fromkeys(self._ran)),
            declined=declined,
            given=self._given,
            is_ambiguous=self._is_ambiguous,
        )

    def _code(self, step: str, taken: JsonObject) -> JsonObject:
        self._last = step
        self._ran.append(step)
        output = self._workflow.run_step(step, taken).output
        if output is None:
            raise Abstain("declined")
        return output

    def _outside(self, step: PlannedStep, taken: JsonObject) -> JsonObject:
        self._last = step.id
        output = self._given_of(step.id, taken)
        if output is None:
            raise Abstain("nothing is given")
        self._is_ambiguous |= self._given.setdefault(step.id, output) != output
        return output
