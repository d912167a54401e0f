"""Carrying out steps: compiled code, a model, an effect, or what the step's own ladder answers in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from compiled_ai.artifact import PlannedStep, Workflow
from compiled_ai.artifact.plan import Items, Outside, compile_plan, compile_watched, given_for
from compiled_ai.artifact.workflow import Activity
from compiled_ai.errors import EffectRefusedError
from compiled_ai.execution._bounded import BoundedSteps
from compiled_ai.execution._effects import EffectSteps
from compiled_ai.execution._ladder import Ladder, Unanswered
from compiled_ai.execution.result import StepAnswer
from compiled_ai.llm import LlmClient
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.plain import copy_plain

if TYPE_CHECKING:
    from compiled_ai.execution.explain import Trace

_NOTHING: Mapping[str, JsonObject] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Help:
    """What a run has besides its input."""

    given: Mapping[str, JsonObject] = field(default_factory=lambda: _NOTHING)
    client: LlmClient | None = None
    """A session for bounded steps, which share its budget."""
    ladder_client: LlmClient | None = None
    """Who is asked below compiled code; each call has a budget of its own."""
    acts: bool = True
    """Whether effect steps are carried out."""
    trace: Trace | None = None
    answers: list[tuple[str, StepAnswer]] = field(default_factory=list)
    """What ladders of steps answered in this run, by step id."""

    def cost(self) -> tuple[int, Decimal | None]:
        """Tokens and money of bounded steps and of the ladders of steps in this run; None when a price is unknown."""
        totals = self.client.ledger.totals() if self.client else None
        answers = [answer for _, answer in self.answers]
        costs = [totals.cost_usd if totals else Decimal(0), *(answer.cost_usd for answer in answers)]
        tokens = (totals.tokens if totals else 0) + sum(answer.tokens for answer in answers)
        return tokens, _sum(costs)


_ALONE = Help()


class Steps:
    """The steps of one workflow, ready to be carried out."""

    def __init__(
        self,
        workflow: Workflow,
        activities: Mapping[str, Activity],
        *,
        effects: EffectSteps,
        bounded: BoundedSteps,
        ladder: Ladder,
    ) -> None:
        self._workflow = workflow
        self._activities = activities
        self._effects = effects
        self._bounded = bounded
        self._ladder = ladder
        self._plan = compile_plan(workflow, activities, asked=ladder.steps)

    def run(self, data: JsonObject, help_: Help = _ALONE) -> JsonObject:
        """The output of the whole workflow, not checked.

        Raises:
            Abstain: a step declines, and nothing answers in its place.
            Exception: whatever compiled code raises.
        """
        if help_.trace is not None:
            return compile_watched(self._workflow, self._watching(help_, help_.trace))(data)
        return self._plan(data, lambda step, taken, items: self.carry_out(step, taken, help_, items))

    def carry_out(self, step: PlannedStep, taken: JsonObject, help_: Help, items: Items = ()) -> JsonObject:
        """What a step adds, by whoever answers it. It raises the same as `run`."""
        if step.is_outside:
            return self._rescued(step, taken, help_, lambda data: self._ask_outside(step, data, help_, items))
        return self._rescued(step, taken, help_, self._activities[step.id])

    def _watching(self, help_: Help, trace: Trace) -> Outside:
        """What carries out a step and notes it in `trace`."""
        activities = trace.activities(self._activities, {step.id: step.kind for step in self._workflow.steps})

        def carry_out(step: PlannedStep, taken: JsonObject, items: Items) -> JsonObject:
            trace.items = items
            if not step.is_outside:
                return self._rescued(step, taken, help_, activities[step.id])
            is_given = given_for(help_.given, step.id, items) is not None
            how = "given" if is_given else self._effects.template(step.id) or "model"

            def ask(data: JsonObject) -> JsonObject:
                return trace.outside(
                    step, data, how=how, ask=lambda: self._ask_outside(step, data, help_, items)
                )

            return self._rescued(step, taken, help_, ask)

        return carry_out

    def _rescued(self, step: PlannedStep, taken: JsonObject, help_: Help, call: Activity) -> JsonObject:
        """What `call` adds for `step`; where it declines and the step has a ladder of its own, what that answers."""
        if step.id not in self._ladder.steps:
            return call(taken)
        kept = cast("JsonObject", copy_plain(taken))  # the call may change what it is handed
        try:
            return call(taken)
        except Abstain as abstention:
            reason = abstention.reason

        def ask() -> JsonObject:
            answer = self._ladder.answer(step.id, kept, reason, client=help_.ladder_client)
            help_.answers.append((step.id, answer))
            if answer.output is None:
                raise Unanswered(answer)
            return answer.output

        trace = help_.trace
        return ask() if trace is None else trace.outside(step, kept, how="fallback", ask=ask)

    def _ask_outside(self, step: PlannedStep, taken: JsonObject, help_: Help, items: Items) -> JsonObject:
        """What a step adds that is not compiled code."""
        given = given_for(help_.given, step.id, items)
        if given is not None:
            return given
        if step.kind == "bounded":
            return self._ask_bounded(step, taken, help_.client)
        if not help_.acts:
            raise EffectRefusedError(
                f"the effect step '{step.id}' was reached, and nothing is given for it; effects are not carried out here",
                reason="given",
            )
        return self._effects.run(step, taken)

    def _ask_bounded(self, step: PlannedStep, taken: JsonObject, client: LlmClient | None) -> JsonObject:
        """The model's answer for a bounded step, which is a case: no compiled code gave it."""
        if client is None or self._ladder.notes is None:
            return self._bounded.ask(step, taken, client)
        before = len(client.ledger)
        output = self._bounded.ask(step, taken, client)
        calls = tuple(client.ledger)[before:]
        tokens = sum(call.input_tokens + call.output_tokens for call in calls)
        cost = _sum([call.cost_usd for call in calls])
        answer = StepAnswer(output, "bounded", "", tokens, cost)
        self._ladder.note_bounded(step.id, taken, answer, model=client.model)
        return output


def _sum(costs: list[Decimal | None]) -> Decimal | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None
