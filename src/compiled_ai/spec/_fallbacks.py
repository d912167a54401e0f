"""Reading fallbacks: that of the whole task and those of steps, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pydantic import BaseModel

from compiled_ai.spec._problems import Problems
from compiled_ai.spec.document import (
    BoundedStepDocument,
    CodeStepDocument,
    DayLimitsDocument,
    FallbackDocument,
    RuleStepDocument,
    SpecDocument,
)
from compiled_ai.spec.fallback import BreakerLimits, DayLimits, Fallback, Rung, rungs_problem
from compiled_ai.spec.model import EffectStep, Step
from compiled_ai.spec.yaml_source import Place

_WITH_FALLBACK = CodeStepDocument | RuleStepDocument | BoundedStepDocument


def read_fallbacks(
    problems: Problems, parsed: SpecDocument, steps: Sequence[Step]
) -> tuple[Fallback, dict[str, Fallback]]:
    """The fallback of the whole task, and those of steps by id; problems are noted at their places."""
    whole = _fallback(parsed.fallback)
    has_bounded = any(document.kind == "bounded" for _, document in _documents(parsed.steps, ("steps",)))
    _check(problems, whole, ("fallback",), blocks=parsed.blocks, bounded=has_bounded)
    unfit = next((rung for rung in whole.rungs if rung != "error"), None)
    if unfit and any(isinstance(step, EffectStep) for step in steps):
        answerer = "a model" if unfit == "model" else "a person"
        problems.add(
            ("fallback", "policy"),
            f"fallback '{unfit}' cannot stand beside effect steps: {answerer} would answer without what they find out; use 'abstain', or a fallback of the steps that may decline",
        )
    found = {}
    for place, document in _documents(parsed.steps, ("steps",)):
        if document.fallback is not None:
            found[document.id] = _fallback(document.fallback)
            _check(
                problems,
                found[document.id],
                (*place, "fallback"),
                blocks=parsed.blocks,
                bounded=document.kind == "bounded",
            )
    return whole, found


def _check(
    problems: Problems, fallback: Fallback, place: Place, *, blocks: Sequence[str], bounded: bool
) -> None:
    """Note what is wrong with the block at `place`; `bounded` when it bounds the model of bounded steps too."""
    problem = rungs_problem(fallback.rungs)
    if problem:
        problems.add((*place, "policy"), problem)
    if "model" in fallback.rungs and "no_model_at_run_time" in blocks:
        problems.add(
            (*place, "policy"),
            "fallback 'model' is forbidden by the compliance block 'no_model_at_run_time'; use 'abstain'",
        )
    if "model" not in fallback.rungs and not bounded:
        bounds = {
            "max_usd": fallback.max_usd,
            "per_day": fallback.per_day,
            "breaker": fallback.breaker,
        }
        for key in (key for key, bound in bounds.items() if bound is not None):
            problems.add(
                (*place, key),
                f"'{key}' bounds a model, and no 'model' is on the ladder, nor is a bounded step to be bounded; drop it",
                at_key=True,
            )


def _documents(value: object, place: Place) -> Iterator[tuple[Place, _WITH_FALLBACK]]:
    """The steps that may have a fallback, at any depth, with their places."""
    if isinstance(value, _WITH_FALLBACK):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _documents(getattr(value, name), (*place, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _documents(item, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _documents(item, (*place, index))


def _fallback(document: FallbackDocument) -> Fallback:
    rungs: tuple[Rung, ...] | None = tuple(document.policy) if isinstance(document.policy, list) else None
    return Fallback(
        policy=rungs or document.policy,  # type: ignore[arg-type]  # a list is never empty
        timeout_seconds=document.timeout_seconds,
        max_tokens=document.max_tokens,
        max_usd=_money(document.max_usd),
        per_day=_day(document.per_day) if document.per_day else None,
        breaker=BreakerLimits(failures=document.breaker.failures, seconds=document.breaker.seconds)
        if document.breaker
        else None,
    )


def _day(document: DayLimitsDocument) -> DayLimits:
    return DayLimits(calls=document.calls, tokens=document.tokens, usd=_money(document.usd))


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))
