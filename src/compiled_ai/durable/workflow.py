"""The one workflow: it interprets the flow of whatever artifact it is given. Everything that is not deterministic, and all generated code, is in activities.

Branches of a parallel and items of a foreach run at once. Of several that fail or decline, the first in the order of the text counts, as in the
local executor, which runs them one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as TimedOutError

with workflow.unsafe.imports_passed_through():
    from compiled_ai.artifact.flow import (
        Do,
        ForEach,
        Node,
        Parallel,
        Sequence,
        Switch,
        names_added,
        names_read,
        parse_flow,
        steps_in,
    )
    from compiled_ai.durable.failures import application_error
    from compiled_ai.durable.payloads import (
        BEGIN,
        FINISH,
        STEP,
        WORKFLOW,
        ArtifactRef,
        Begun,
        Failed,
        Finish,
        Helped,
        Json,
        Outcome,
        Plan,
        Start,
        StepCall,
        StepPlan,
        StepReply,
    )

if TYPE_CHECKING:
    from compiled_ai.spec.canonical import JsonValue

AT_ONCE = 10
"""Items of a foreach that run at once. One that does something outside runs one at a time, as locally."""
HEARTBEAT_SECONDS = 10.0
"""Silence after which a worker counts as dead."""
_BEGIN_SECONDS = 330.0
_GRACE_SECONDS = 30.0
"""Beyond a step's own time, which its activity keeps: the server sees no difference between a step that hangs and a worker that died."""
_ARTIFACT_ERRORS = ("ArtifactError", "ArtifactNotFoundError", "TamperedArtifactError", "ForeignVersionError")
_RETRY_ARTIFACT = timedelta(seconds=5)


class _Declined(Exception):  # noqa: N818 - not an error: the honest answer of a step that is not sure
    def __init__(self, reply: StepReply) -> None:
        self.reply = reply
        super().__init__(reply.reason)


class _Stuck(Exception):  # noqa: N818 - on its way to an activity, which puts it in words
    """The flow cannot go on: data of a kind that it cannot work on."""


@workflow.defn(name=WORKFLOW)
class CompiledWorkflow:
    """One run of one artifact."""

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        """The outcome, or a failure whose type is the name of an error of ours."""
        try:
            return await _run(start)
        except ActivityError as error:
            raise _told(error) from None


async def _run(start: Start) -> Outcome:
    begun: Begun = await workflow.execute_activity(
        BEGIN,
        start,
        result_type=Begun,
        start_to_close_timeout=timedelta(seconds=_BEGIN_SECONDS),
        heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
        retry_policy=_RETRY,
        summary=start.artifact.name,
    )
    if begun.outcome is not None:
        return begun.outcome
    assert begun.plan is not None and begun.input is not None  # noqa: PT018 - one thing: no outcome
    runner = _Runner(start.artifact, begun.plan)
    done = await runner.ended(begun.input)
    outcome: Outcome = await workflow.execute_activity(
        FINISH,
        done,
        result_type=Outcome,
        start_to_close_timeout=timedelta(seconds=_BEGIN_SECONDS),
        heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
        retry_policy=_RETRY,
    )
    return outcome


_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
"""Without an end: what shall not be tried again, the activity says of its own errors. What is left is dead workers, and artifacts that a worker lacks."""
_ONCE = RetryPolicy(maximum_attempts=1)


@dataclass(frozen=True)
class _Scope:
    """Values by name, and the steps that had to be helped on the way to them."""

    values: Json
    helped: list[Helped] = field(default_factory=list)

    def branch(self, more: Json | None = None) -> _Scope:
        """A scope of its own that begins with the same values, and `more`."""
        return _Scope({**self.values, **(more or {})})


class _Runner:
    """One run of a flow."""

    def __init__(self, artifact: ArtifactRef, plan: Plan) -> None:
        self._artifact, self._plan = artifact, plan
        self._flow = parse_flow(plan.flow)
        self._tokens = 0
        self._cost: Decimal | None = Decimal(0)
        self._steps = {step.id: step for step in plan.steps}
        self._adds = {step.id: step.adds for step in plan.steps}
        self._takes = {
            step.id: step.takes if step.when is None else (*step.takes, step.when) for step in plan.steps
        }

    async def ended(self, data: Json) -> Finish:
        """Run the flow on `data`: what it came to.

        Raises:
            ActivityError: a step failed, and nobody takes note of runs.
        """
        scope = _Scope(dict(data))
        output: Json | None = None
        declined = problem = failed = None
        try:
            await self._run(self._flow, scope)
            output = {name: scope.values[name] for name in self._plan.returns if name in scope.values}
        except _Declined as error:
            declined = error.reply
        except _Stuck as error:
            problem = str(error)
        except ActivityError as error:
            if not self._plan.noted:
                raise
            told = _told(error)
            facts = told.details[0] if told.details else {}
            failed = Failed(type=str(told.type), message=told.message, facts=facts)
        return Finish(
            artifact=self._artifact,
            input=data,
            output=output,
            declined=declined,
            problem=problem,
            failed=failed,
            helped=tuple(scope.helped),
            tokens=self._tokens,
            cost_usd=None if self._cost is None else str(self._cost),
        )

    async def _run(self, node: Node, scope: _Scope) -> None:
        match node:
            case Do():
                await self._do(self._steps[node.step], scope)
            case Sequence():
                for child in node.nodes:
                    await self._run(child, scope)
            case Parallel():
                await self._parallel(node, scope)
            case ForEach():
                await self._foreach(node, scope)
            case Switch():
                branch = node.branch(scope.values.get(node.on))
                if branch is not None:
                    await self._run(branch, scope)

    async def _do(self, step: StepPlan, scope: _Scope) -> None:
        values = scope.values
        if step.when is not None:
            if step.when not in values:
                raise _Stuck(f"KeyError: '{step.when}'")
            if not values[step.when]:
                return
        call = StepCall(
            artifact=self._artifact,
            step=step.id,
            taken={name: values[name] for name in step.takes if name in values},
            retries=step.retries,
            timeout_seconds=step.timeout_seconds,
        )
        reply = await _call_step(step, call)
        self._tokens += reply.tokens
        self._cost = (
            None if self._cost is None or reply.cost_usd is None else self._cost + Decimal(reply.cost_usd)
        )
        if reply.output is None:
            raise _Declined(reply)
        if reply.reason:
            helped = Helped(step=step.id, served_by=reply.served_by, reason=reply.reason, case=reply.case)
            scope.helped.append(helped)
        values.update(reply.output)

    async def _parallel(self, node: Parallel, scope: _Scope) -> None:
        scopes = [scope.branch() for _ in node.branches]
        await _in_order([self._run(branch, own) for branch, own in zip(node.branches, scopes, strict=True)])
        for branch, own in zip(node.branches, scopes, strict=True):
            names = names_added(branch, self._adds)
            scope.values.update({name: own.values[name] for name in names if name in own.values})
            scope.helped.extend(own.helped)

    async def _foreach(self, node: ForEach, scope: _Scope) -> None:
        reads = names_read(node, self._takes)
        start = _Scope({name: scope.values[name] for name in reads if name in scope.values})
        scopes = [start.branch({node.item: item}) for item in _items(node, scope.values)]
        size = AT_ONCE if all(self._steps[step].repeatable for step in steps_in(node.body)) else 1
        for first in range(0, len(scopes), size):
            await _in_order([self._run(node.body, own) for own in scopes[first : first + size]])
        for name, outside in node.collect.items():
            scope.values[outside] = [own.values.get(name) for own in scopes]
        for own in scopes:
            scope.helped.extend(own.helped)


def _items(node: ForEach, values: Json) -> list[JsonValue]:
    items: JsonValue = values.get(node.over)
    if items is None:
        return []
    if not isinstance(items, list):
        kind = type(items).__name__
        raise _Stuck(
            f"TypeError: foreach '{node.id}' goes over '{node.over}', which is {kind} and no list here"
        )
    return items


async def _in_order(runs: list[Awaitable[None]]) -> None:
    """Wait for all of `runs`; if some fail, the failure of the first of them."""
    for ended in await asyncio.gather(*runs, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


async def _call_step(step: StepPlan, call: StepCall) -> StepReply:
    while True:
        try:
            reply: StepReply = await workflow.execute_activity(
                STEP,
                call,
                result_type=StepReply,
                start_to_close_timeout=timedelta(seconds=step.timeout_seconds + _GRACE_SECONDS),
                heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
                retry_policy=_RETRY if step.repeatable else _ONCE,
                summary=step.id,
            )
            return reply
        except ActivityError as error:
            if step.repeatable:
                raise
            found = application_error(error)
            if found is None or found.type not in _ARTIFACT_ERRORS:
                raise
            await workflow.sleep(_RETRY_ARTIFACT)  # nothing was done: this worker does not have the artifact


def _told(error: ActivityError) -> ApplicationError:
    """The failure of a workflow whose activity failed."""
    found = application_error(error)
    if found is not None:
        return ApplicationError(found.message, *found.details, type=found.type, non_retryable=True)
    reason = "timeout" if isinstance(error.__cause__, TimedOutError) else "worker"
    text = f"an activity that must not be done twice did not end ({error.__cause__}); whether it was done is not known"
    return ApplicationError(text, {"reason": reason}, type="EffectFailedError", non_retryable=True)
