"""What answers when compiled code declines: the rungs of a ladder and the bounds of its model, as data.

An artifact carries it in its manifest. Keys that a spec does not set are left out there, so that an artifact without them has the same bytes as before they
existed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from compiled_ai.spec.canonical import JsonObject, JsonValue

Rung = Literal["model", "human", "error"]
FallbackPolicy = Literal["abstain", "model", "human", "error"]


@dataclass(frozen=True, kw_only=True)
class DayLimits:
    """What all model calls of one UTC day may take together. None sets no bound."""

    calls: int | None = None
    tokens: int | None = None
    usd: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class BreakerLimits:
    """When a failing model is left alone."""

    failures: int = 5
    """Failures in a row after which it is not asked any more."""
    seconds: float = 60.0
    """Time after which one call probes it."""


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """What answers when compiled code abstains, for the whole task or for one step."""

    policy: FallbackPolicy | tuple[Rung, ...] = "abstain"
    timeout_seconds: float = 30.0
    max_tokens: int = 2_000
    """Tokens for one call, prompt and reply together. A reply that does not fit is sent back once, so a case takes at most twice as many."""
    max_usd: Decimal | None = None
    """Money for one case. None sets no bound."""
    per_day: DayLimits | None = None
    breaker: BreakerLimits | None = None
    """None: the usual one."""

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The ladder below compiled code, from the top; empty for an abstention."""
        if isinstance(self.policy, tuple):
            return self.policy
        return () if self.policy == "abstain" else (self.policy,)

    @property
    def bounds_model(self) -> bool:
        """Whether it bounds a model by more than time and tokens. Bounded steps are then asked through the same guard."""
        return self.max_usd is not None or self.per_day is not None or self.breaker is not None


def rungs_problem(rungs: tuple[Rung, ...]) -> str | None:
    """Why these rungs are no ladder; None when they are."""
    repeated = next((rung for rung in rungs if rungs.count(rung) > 1), None)
    if repeated is not None:
        return f"'{repeated}' stands there twice; keep one"
    if "error" in rungs[:-1]:
        return "'error' ends the ladder, so nothing below it is ever reached; put it last"
    if "human" in rungs and "model" in rungs[rungs.index("human") :]:
        return "a person's answer is not waited for, so the model below it is never reached; write [model, human]"
    return None


def fallback_data(fallback: Fallback) -> JsonObject:
    """`fallback` as the manifest holds it."""
    policy: JsonValue = list(fallback.policy) if isinstance(fallback.policy, tuple) else fallback.policy
    data: JsonObject = {
        "policy": policy,
        "timeout_seconds": fallback.timeout_seconds,
        "max_tokens": fallback.max_tokens,
    }
    if fallback.max_usd is not None:
        data["max_usd"] = str(fallback.max_usd)
    if fallback.per_day is not None:
        limits = fallback.per_day
        usd = None if limits.usd is None else str(limits.usd)
        bounds: JsonObject = {"calls": limits.calls, "tokens": limits.tokens, "usd": usd}
        data["per_day"] = {name: bound for name, bound in bounds.items() if bound is not None}
    if fallback.breaker is not None:
        data["breaker"] = {
            "failures": fallback.breaker.failures,
            "seconds": fallback.breaker.seconds,
        }
    return data


def parse_fallback(data: JsonObject) -> Fallback:
    """The fallback that `fallback_data` wrote; a sealed manifest guarantees its shape. Other keys are not looked at."""
    policy, day, breaker = data["policy"], data.get("per_day"), data.get("breaker")
    return Fallback(
        policy=cast("tuple[Rung, ...]", tuple(policy))
        if isinstance(policy, list)
        else cast("FallbackPolicy", policy),
        timeout_seconds=float(str(data["timeout_seconds"])),
        max_tokens=int(str(data["max_tokens"])),
        max_usd=_money(data.get("max_usd")),
        per_day=_day(day) if isinstance(day, dict) else None,
        breaker=BreakerLimits(failures=int(str(breaker["failures"])), seconds=float(str(breaker["seconds"])))
        if isinstance(breaker, dict)
        else None,
    )


def _day(data: JsonObject) -> DayLimits:
    calls, tokens = data.get("calls"), data.get("tokens")
    return DayLimits(
        calls=None if calls is None else int(str(calls)),
        tokens=None if tokens is None else int(str(tokens)),
        usd=_money(data.get("usd")),
    )


def _money(value: JsonValue) -> Decimal | None:
    return None if value is None else Decimal(str(value))
