"""What a model may still be asked: a circuit breaker and the budgets of a day, shared by all threads and processes of a case log.

A call is let in with a permit, which sets aside what it may cost at most, and is settled with what it did cost. A process that is killed in between leaves what
it set aside reserved until its time is up; then it is given back, although the provider may have billed it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from compiled_ai.cases._rows import NANO, nano_usd, stored
from compiled_ai.errors import BudgetExceededError, ModelCallError
from compiled_ai.spec.fallback import BreakerLimits, DayLimits

if TYPE_CHECKING:
    import sqlite3

    from compiled_ai.cases.log import CaseLog

_LONGEST_PROBE = 700.0
"""Seconds; a probe that seems to last longer was begun before the clock was put back."""
Outcome = Literal["answered", "failed", "void"]
"""``answered``: the model did its part, if only by declining. ``failed``: it did not. ``void``: it is not to blame, nor to be trusted for it."""


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What one case costs, or may cost."""

    tokens: int
    cost_usd: Decimal | None
    """None when the price is unknown."""


@dataclass(frozen=True, kw_only=True)
class Permit:
    """A call that was let in."""

    id: str
    model: str
    step: str
    day: str
    reserved: Spending
    is_probe: bool
    """Whether it finds out if a model that was left alone is well again."""


@dataclass(frozen=True, kw_only=True)
class ModelGuard:
    """Lets calls of models in, or does not.

    Args:
        log: Where the state lies.
        breaker: When a failing model is left alone.
        per_day: Bounds of all calls of the workflow.
    """

    log: CaseLog
    breaker: BreakerLimits
    per_day: DayLimits | None = None
    new_id: Callable[[], str] = lambda: secrets.token_hex(8)

    def admit(
        self, model: str, *, step: str, most: Spending, seconds: float, step_per_day: DayLimits | None = None
    ) -> Permit:
        """A permit for one case that is put to `model`.

        Args:
            model: The model string.
            step: Id of the step; empty for the whole task.
            most: What the case may cost at most.
            seconds: Time after which the call has ended in any event.
            step_per_day: Bounds of the calls of this step alone.

        Raises:
            ModelCallError: the model failed too often, and is left alone for now.
            BudgetExceededError: the day's bounds do not allow it.
            StoreError: the state cannot be read or written.
        """
        with self.log.database.writing() as connection:
            now = self.log.now()
            left_alone, is_probe = self._pass_breaker(connection, stored(model), now.timestamp(), seconds)
            if not left_alone:
                _release_overdue(connection, now.timestamp())
                day = _day(connection, now)
                for limits, scope in ((self.per_day, None), (step_per_day, step)):
                    if limits is not None:
                        _check_day(connection, limits, scope, day=day, most=most)
                permit = Permit(
                    id=self.new_id(), model=model, step=step, day=day, reserved=most, is_probe=is_probe
                )
                _reserve(connection, permit, until=now.timestamp() + seconds, seconds=seconds)
                return permit
        raise ModelCallError(f"{model} {left_alone}", retryable=True)

    def settle(self, permit: Permit, *, spent: Spending | None, outcome: Outcome) -> None:
        """Enter what a call cost, and how it ended.

        Args:
            permit: Of the call.
            spent: What it cost; None when nobody knows, which counts as all that was set aside.
            outcome: How it ended.
        """
        cost = spent or permit.reserved
        usd = permit.reserved.cost_usd if cost.cost_usd is None else cost.cost_usd
        with self.log.database.writing() as connection:
            connection.execute("DELETE FROM reserved WHERE id = ?", (permit.id,))
            connection.execute(
                "INSERT INTO spent VALUES (?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + 1, "
                "tokens = tokens + excluded.tokens, nano_usd = nano_usd + excluded.nano_usd",
                (permit.day, permit.step, cost.tokens, nano_usd(usd)),
            )
            self._note_outcome(connection, permit, outcome)

    def _pass_breaker(
        self, connection: sqlite3.Connection, model: str, now: float, seconds: float
    ) -> tuple[str, bool]:
        """Why the model is left alone, empty when it is not; and whether the call is a probe."""
        row = connection.execute("SELECT * FROM breakers WHERE model = ?", (model,)).fetchone()
        if row is None or row["opened_at"] is None:
            return "", False
        # A clock that went back must not leave the model alone for longer than the spec says.
        opened_at = min(row["opened_at"], now)
        wait, probe = opened_at + self.breaker.seconds - now, row["probe_until"]
        is_probed = probe is not None and now < probe <= now + _LONGEST_PROBE
        if wait <= 0 and not is_probed:
            connection.execute("UPDATE breakers SET probe_until = ? WHERE model = ?", (now + seconds, model))
            return "", True
        connection.execute("UPDATE breakers SET opened_at = ? WHERE model = ?", (opened_at, model))
        then = f"it is tried again in {math.ceil(wait)} seconds" if wait > 0 else "one call is trying it now"
        return f"failed {row['failures']} times in a row and is left alone; {then}", False

    def _note_outcome(self, connection: sqlite3.Connection, permit: Permit, outcome: Outcome) -> None:
        model = stored(permit.model)
        if outcome == "void":
            if permit.is_probe:
                connection.execute("UPDATE breakers SET probe_until = NULL WHERE model = ?", (model,))
            return
        row = connection.execute("SELECT * FROM breakers WHERE model = ?", (model,)).fetchone()
        is_open = row is not None and row["opened_at"] is not None
        if is_open and not permit.is_probe:
            return  # it was let in before the model was left alone, and says nothing of now
        if outcome == "answered":
            connection.execute("DELETE FROM breakers WHERE model = ?", (model,))
            return
        failures = 1 + (row["failures"] if row is not None else 0)
        opens = permit.is_probe or failures >= self.breaker.failures
        connection.execute(
            "INSERT INTO breakers VALUES (?, ?, ?, NULL) ON CONFLICT DO UPDATE SET failures = excluded.failures, "
            "opened_at = excluded.opened_at, probe_until = NULL",
            (model, failures, self.log.now().timestamp() if opens else None),
        )


def _reserve(connection: sqlite3.Connection, permit: Permit, *, until: float, seconds: float) -> None:
    most = permit.reserved
    connection.execute(
        "INSERT INTO reserved VALUES (?, ?, ?, 1, ?, ?, ?, ?)",
        (permit.id, permit.day, permit.step, most.tokens, nano_usd(most.cost_usd), until, seconds),
    )


def _release_overdue(connection: sqlite3.Connection, now: float) -> None:
    """Give back what calls set aside that have ended in any event; also where the clock went back and they seem to lie ahead."""
    connection.execute("DELETE FROM reserved WHERE until <= ? OR until - seconds > ?", (now, now + 60))


def _day(connection: sqlite3.Connection, now: datetime) -> str:
    """The UTC day that a call counts into: today's, or tomorrow's where calls did already, so that a clock put back over midnight opens no new budget."""
    today = now.astimezone(UTC).date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    row = connection.execute(
        "SELECT 1 FROM spent WHERE day = :day UNION SELECT 1 FROM reserved WHERE day = :day LIMIT 1",
        {"day": tomorrow},
    ).fetchone()
    return tomorrow if row is not None else today.isoformat()


def _check_day(
    connection: sqlite3.Connection, limits: DayLimits, step: str | None, *, day: str, most: Spending
) -> None:
    """Make sure that the day's bounds allow `most`; those of the whole workflow for `step` None.

    Raises:
        BudgetExceededError: they do not.
    """
    calls, tokens, nano = _taken(connection, day, step)
    whose = "the workflow" if step is None else f"step '{step}'" if step else "the whole task"
    if limits.calls is not None and calls + 1 > limits.calls:
        raise BudgetExceededError(f"{whose} has put {calls} of {limits.calls} calls to a model on {day}")
    if limits.tokens is not None and tokens + most.tokens > limits.tokens:
        raise BudgetExceededError(
            f"{whose} has {limits.tokens - tokens} of {limits.tokens} tokens left for {day}, and a call may take {most.tokens}"
        )
    if limits.usd is None:
        return
    if most.cost_usd is None:
        raise BudgetExceededError(f"{whose} has a bound in USD, and the price of the model is unknown")
    if nano + nano_usd(most.cost_usd) > limits.usd * NANO:
        left = limits.usd - Decimal(nano) / NANO
        raise BudgetExceededError(
            f"{whose} has {left} of {limits.usd} USD left for {day}, and a call may cost {most.cost_usd}"
        )


def _taken(connection: sqlite3.Connection, day: str, step: str | None) -> tuple[int, int, int]:
    """Calls, tokens and billionths of a dollar that are spent or set aside."""
    row = connection.execute(
        "SELECT sum(calls) AS calls, sum(tokens) AS tokens, sum(nano_usd) AS nano FROM ("
        "SELECT calls, tokens, nano_usd FROM spent WHERE day = :day AND (:step IS NULL OR step = :step) UNION ALL "
        "SELECT calls, tokens, nano_usd FROM reserved WHERE day = :day AND (:step IS NULL OR step = :step))",
        {"day": day, "step": step},
    ).fetchone()
    return row["calls"] or 0, row["tokens"] or 0, row["nano"] or 0
