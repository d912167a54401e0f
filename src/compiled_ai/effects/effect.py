"""What all effects share: typed input and output, a bound on calls, one audit record a call, whatever happens."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, NoReturn, Self

from compiled_ai.effects.audit import AuditLog, AuditRecord, Outcome, payload_digest
from compiled_ai.effects.capabilities import Capability
from compiled_ai.errors import EffectFailedError, EffectRefusedError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import Checker


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of a call's time, on the monotonic clock."""

    at: float

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            EffectFailedError: none are.
        """
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise EffectFailedError("the call took longer than its timeout", reason="timeout", retryable=True)
        return seconds


@dataclass(kw_only=True)
class _Call:
    """What the audit log is told of one call."""

    payload: str
    action: str
    outcome: Outcome = "failed"
    reason: str = "bug"
    milliseconds: float = 0.0


class Effect(ABC):
    """An effect with a declared capability. Threads may share one."""

    input_schema: ClassVar[JsonObject]
    output_schema: ClassVar[JsonObject]

    def __init__(self, capability: Capability, *, audit: AuditLog, actor: str) -> None:
        """An effect that may do what `capability` declares, on behalf of `actor`, and notes every call in `audit`."""
        self._declared = capability
        self._audit = audit
        self._actor = actor
        self._calls = 0
        self._lock = threading.Lock()

    def run(self, data: JsonObject, *, action: str | None = None) -> JsonObject:
        """What the call answers.

        Args:
            data: What is asked for.
            action: What the audit log says of it, where `data` holds values that must not stand there. None: what `data` says.

        Raises:
            EffectRefusedError: the capability does not grant it; nothing was done.
            EffectFailedError: it was tried and failed.
            StoreError: the audit log cannot be written.
        """
        started = time.perf_counter()
        call = _Call(payload=_digest_of(data), action=action or type(self).__name__)
        try:
            self._check_input(data)
            described = self._describe(data)
            call.action = action or described
            self._count()
            self._note(call, "started")
            deadline = Deadline(at=time.monotonic() + self._declared.timeout_seconds)
            output = self._act(data, deadline)
            call.outcome, call.reason = "done", ""
            return output
        except EffectRefusedError as error:
            call.outcome, call.reason = "refused", error.reason
            raise
        except EffectFailedError as error:
            call.reason = error.reason
            raise
        finally:
            call.milliseconds = round((time.perf_counter() - started) * 1000, 3)
            self._note(call, call.outcome)

    def refuse(self, error: EffectRefusedError, *, action: str | None = None) -> NoReturn:
        """Note in the audit log that `action` was refused before there was anything to run, and raise `error`.

        Raises:
            EffectRefusedError: always.
            StoreError: the audit log cannot be written.
        """
        call = _Call(payload="p1:none", action=action or type(self).__name__, reason=error.reason)
        self._note(call, "refused")
        raise error

    def _note(self, call: _Call, outcome: Outcome) -> None:
        self._audit.append(
            lambda previous: AuditRecord(
                at=self._audit.time(),
                actor=self._actor,
                effect=self._declared.name,
                capability=self._declared.digest,
                action=call.action,
                payload=call.payload,
                outcome=outcome,
                reason="" if outcome == "started" else call.reason,
                milliseconds=call.milliseconds,
                previous=previous,
            )
        )

    def close(self) -> None:
        """Give back what the effect holds, and grant nothing from now on."""
        with self._lock:
            self._calls = self._declared.max_calls

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _describe(self, data: JsonObject) -> str:
        """What is asked for, without values that could be personal: it goes into the audit log."""

    @abstractmethod
    def _act(self, data: JsonObject, deadline: Deadline) -> JsonObject:
        """Do it, after checking it against the capability."""

    def _check_input(self, data: JsonObject) -> None:
        misfit = Checker(self.input_schema).explain(data)
        if misfit is not None:
            place = f"{misfit.field}: " if misfit.field else ""
            raise EffectRefusedError(f"{place}{misfit.message}", reason="input")

    def _count(self) -> None:
        with self._lock:
            if self._calls >= self._declared.max_calls:
                raise EffectRefusedError(
                    f"'{self._declared.name}' has made its {self._declared.max_calls} calls (max_calls)",
                    reason="max_calls",
                )
            self._calls += 1


def _digest_of(data: JsonObject) -> str:
    try:
        return payload_digest(data)
    except (ValueError, TypeError, RecursionError):  # not JSON: it was refused
        return "p1:none"
