"""The three stages of a durable run on a loaded artifact. Together they give what `LoadedWorkflow.run` gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import cast, get_args

from compiled_ai.artifact.flow import flow_data
from compiled_ai.artifact.workflow import PlannedStep
from compiled_ai.compliance.blocks import is_audited
from compiled_ai.durable.failures import error_of
from compiled_ai.durable.payloads import Begun, Finish, Outcome, Plan, StepCall, StepPlan, StepReply
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.execution._failures import activity_error
from compiled_ai.execution.observe import Run
from compiled_ai.execution.result import ServedBy
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.effects import DatabaseCall, EffectCall, HttpCall, NotificationCall, parse_call

CODE_SECONDS = 30.0
"""Time for a step of compiled code whose spec says nothing."""
OUTSIDE_SECONDS = 300.0
"""Time for a step that asks a model or acts. These keep shorter times of their own; this one is for when they fail to."""
_EFFECT_GRACE_SECONDS = 30.0
_IDEMPOTENT = frozenset(("GET", "HEAD", "PUT", "DELETE"))
"""Methods of HTTP (https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)."""


def begin(loaded: LoadedWorkflow, data: JsonObject) -> Begun:
    """The outcome where one call of compiled code gives it, else the input as the steps take it, and the plan.

    Raises:
        CompiledAIError: as with `LoadedWorkflow.run`.
    """
    workflow = loaded.artifact.workflow
    if workflow.is_single:
        return Begun(outcome=outcome_of(loaded.run(data)))
    with _noting(loaded, data):
        accepted = loaded.accept_input(data)
        loaded.check_effects()
    plan = Plan(
        flow=flow_data(workflow.flow),
        steps=tuple(_planned(step) for step in workflow.steps),
        returns=workflow.returns,
        noted=bool(loaded._observers),
    )
    return Begun(input=accepted, plan=plan)


@contextmanager
def _noting(loaded: LoadedWorkflow, data: JsonObject) -> Iterator[None]:
    """Tells whoever takes note of runs that this one failed, if it does."""
    try:
        yield
    except CompiledAIError as error:
        loaded._note(Run(artifact=loaded.artifact, data=data, result=None, error=error))
        raise


def _planned(step: PlannedStep) -> StepPlan:
    seconds, repeatable = step.timeout_seconds, True
    if step.effect is not None:
        call = parse_call(step.effect)
        seconds, repeatable = call.timeout_seconds + _EFFECT_GRACE_SECONDS, is_repeatable(call)
    return StepPlan(
        id=step.id,
        takes=step.takes,
        adds=step.adds,
        when=step.when,
        retries=0 if step.effect is not None else step.retries,  # an effect tries again by itself
        timeout_seconds=seconds or (OUTSIDE_SECONDS if step.is_outside else CODE_SECONDS),
        repeatable=repeatable,
    )


def is_repeatable(call: EffectCall) -> bool:
    """Whether the effect may be carried out twice: it reads, is an idempotent method of HTTP, or its spec allows repeating."""
    match call:
        case HttpCall():
            return call.capabilities.retry_unsafe or str(call.parameters.get("method")) in _IDEMPOTENT
        case DatabaseCall():
            return not call.capabilities.write
        case NotificationCall():
            return False


def take_step(loaded: LoadedWorkflow, call: StepCall) -> StepReply:
    """What one step adds, or its abstention.

    Raises:
        CompiledAIError: as with `LoadedWorkflow.run_step`.
    """
    answer = loaded.run_step(call.step, call.taken)
    return StepReply(
        output=answer.output,
        served_by=answer.served_by,
        reason=answer.reason,
        tokens=answer.tokens,
        cost_usd=_text(answer.cost_usd),
        case=answer.case,
        final=answer.final,
    )


def finish(loaded: LoadedWorkflow, done: Finish) -> Outcome:
    """The outcome of what the steps came to.

    Raises:
        CompiledAIError: as with `LoadedWorkflow.run`.
    """
    with _noting(loaded, done.input):
        result = _accounted(loaded, done, _ended(loaded, done))
    loaded._note(Run(artifact=loaded.artifact, data=done.input, result=result, error=None))
    return outcome_of(result)


def _ended(loaded: LoadedWorkflow, done: Finish) -> Result:
    if done.failed is not None:
        raise error_of(done.failed)
    if done.problem is not None:
        raise activity_error(loaded.name, done.problem, line=None, step=None)
    if done.output is None:
        assert done.declined is not None
        reply = done.declined
        if (
            reply.final
        ):  # a person was asked about the step, so that nothing else may answer for the whole task
            return Result(None, "nobody", reply.reason, 0.0, case=reply.case)
        return loaded.decline(done.input, reply.reason)
    output = loaded.accept_output(done.output)
    if not done.helped:
        return Result(output, _served(loaded), "", 0.0)
    by: ServedBy = "model" if any(step.served_by == "model" for step in done.helped) else "human"
    reason = "; ".join(f"step '{step.step}': {step.reason}" for step in done.helped)
    return Result(output, by, reason, 0.0, case=done.helped[-1].case)


def _served(loaded: LoadedWorkflow) -> ServedBy:
    kinds = {step.kind for step in loaded.artifact.workflow.steps}
    return "bounded" if "bounded" in kinds else "effects" if "effect" in kinds else "compiled"


def _accounted(loaded: LoadedWorkflow, done: Finish, result: Result) -> Result:
    """`result` with the tokens and the money of the steps, and the input's digest where that is asked for."""
    cost = (
        None if done.cost_usd is None or result.cost_usd is None else result.cost_usd + Decimal(done.cost_usd)
    )
    audited = is_audited(loaded.artifact.manifest.compliance)
    return replace(
        result,
        tokens=result.tokens + done.tokens,
        cost_usd=cost,
        input_digest=digest("i1", done.input) if audited else None,
    )


def outcome_of(result: Result) -> Outcome:
    """`result` as it travels."""
    return Outcome(
        output=result.output,
        served_by=result.served_by,
        reason=result.reason,
        tokens=result.tokens,
        cost_usd=_text(result.cost_usd),
        input_digest=result.input_digest,
        case=result.case,
    )


def result_of(outcome: Outcome, *, seconds: float = 0.0) -> Result:
    """`outcome` as the local executor would return it."""
    served = outcome.served_by
    assert served in get_args(ServedBy), served
    return Result(
        outcome.output,
        cast("ServedBy", served),
        outcome.reason,
        seconds,
        outcome.tokens,
        None if outcome.cost_usd is None else Decimal(outcome.cost_usd),
        outcome.input_digest,
        outcome.case,
    )


def _text(cost: Decimal | None) -> str | None:
    return None if cost is None else str(cost)
