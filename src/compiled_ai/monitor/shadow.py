"""Shadow checks: of a share of what compiled code answers, the fallback is asked too, and the answers are compared."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, Protocol, cast

from compiled_ai.execution.beside import SecondAnswer
from compiled_ai.monitor.store import ShadowCounts
from compiled_ai.scoring.evaluators import compare_output
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.model import Accuracy
from compiled_ai.spec.plain import copy_plain

Outcome = Literal["agreed", "differed", "unanswered", "skipped"]
_WAITING = 64
"""Checks that may wait; more are skipped, so that a slow model fills no memory and holds up nobody."""
_log = logging.getLogger(__name__)


class SecondOpinion(Protocol):
    """Who answers beside compiled code: `compiled_ai.execution.beside.Beside`."""

    def ask(self, data: JsonObject) -> SecondAnswer:
        """What the fallback answers to an input."""

    def note(self, data: JsonObject, served: JsonObject, answer: SecondAnswer) -> None:
        """Note an input with both answers where they differ, so that a person can say who is right."""


class ShadowChecks:
    """Asks the fallback on a thread of its own, which lives as long as checks wait; no run waits for it.

    Args:
        second: The fallback.
        accuracy: How answers are compared.
        tell: Told of every outcome with what it cost, on that thread.
    """

    def __init__(
        self,
        second: SecondOpinion,
        accuracy: Accuracy,
        *,
        tell: Callable[[Outcome, ShadowCounts], None],
    ) -> None:
        self._second = second
        self._accuracy = accuracy
        self._tell = tell
        self._waiting: deque[tuple[JsonObject, JsonObject]] = deque()
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self.problem: Exception | None = None
        """What a check stumbled over last, such as a key that is missing; None as long as there is nothing."""

    def submit(self, data: JsonObject, output: JsonObject) -> bool:
        """Have the fallback answer `data` too; False when too many wait. Both are copied: they are the caller's, who may change them."""
        with self._changed:
            if len(self._waiting) >= _WAITING:
                return False
            copies = copy_plain(data), copy_plain(output)
            self._waiting.append(cast("tuple[JsonObject, JsonObject]", copies))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="compiled-ai-shadow", daemon=True)
                self._thread.start()
        return True

    def close(self, *, seconds: float) -> int:
        """Wait until what was submitted is done, `seconds` at most; how many were dropped. What a check brings that is still under way then is not counted."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._thread is not None and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            dropped = len(self._waiting) + (self._thread is not None)
            self._waiting.clear()
            self._thread = None
        return dropped

    def _work(self) -> None:
        me = threading.current_thread()
        while True:
            with self._changed:
                if self._thread is not me:
                    return
                if not self._waiting:
                    self._thread = None
                    self._changed.notify_all()
                    return
                item = self._waiting.popleft()
            outcome, cost = self._check(*item)
            with self._changed:
                if self._thread is not me:
                    return
            try:
                self._tell(outcome, cost)
            except Exception as error:  # noqa: BLE001 - a boundary: who listens must not end the checks
                self._stumble(error)

    def _check(self, data: JsonObject, output: JsonObject) -> tuple[Outcome, ShadowCounts]:
        try:
            answer = self._second.ask(data)
            outcome = self._outcome(answer, output)
            if outcome == "differed":
                self._second.note(data, output, answer)
        except Exception as error:  # noqa: BLE001 - a boundary: a check that fails must not end the process, nor pass for agreement
            self._stumble(error)
            return "unanswered", ShadowCounts(unanswered=1)
        spent = ShadowCounts(tokens=answer.tokens, cost_usd=answer.cost_usd or Decimal(0))
        return outcome, spent + _one(outcome)

    def _stumble(self, error: Exception) -> None:
        if self.problem is None:
            _log.warning("a shadow check failed (%s)", type(error).__name__)
        self.problem = error

    def _outcome(self, answer: SecondAnswer, output: JsonObject) -> Outcome:
        if answer.output is None:
            return "unanswered" if answer.asked else "skipped"
        is_same = compare_output(answer.output, output, self._accuracy).score == 1.0
        return "agreed" if is_same else "differed"


def _one(outcome: Outcome) -> ShadowCounts:
    match outcome:
        case "agreed":
            return ShadowCounts(agreed=1)
        case "differed":
            return ShadowCounts(differed=1)
        case "unanswered":
            return ShadowCounts(unanswered=1)
        case "skipped":
            return ShadowCounts(skipped=1)
