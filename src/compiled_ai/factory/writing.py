"""Code that a model writes: the first body, then repairs until it passes, or the attempts or the tokens are spent."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from compiled_ai.errors import BudgetExceededError, CompilationFailedError
from compiled_ai.factory import evidence
from compiled_ai.factory.attempts import Attempt, Attempts
from compiled_ai.factory.coder import Coder
from compiled_ai.factory.effort import Effort
from compiled_ai.factory.events import Listener, ModelAsked, ModelReplied
from compiled_ai.factory.feedback import render_feedback
from compiled_ai.factory.plan import Plan
from compiled_ai.factory.slot_coder import SlotCoder
from compiled_ai.llm import LlmClient
from compiled_ai.spec.model import Spec

_T = TypeVar("_T")
_ATTEMPTS_PER_MODEL = 2
"""Attempts that fail before a stronger model takes over, if there is one."""


class Calls:
    """The model calls of one compilation, each told of, and the failures in which they may end."""

    def __init__(
        self, spec: Spec, client: LlmClient, attempts: Attempts, *, effort: Effort, tell: Listener
    ) -> None:
        self._spec = spec
        self._client = client
        self._attempts = attempts
        self._effort = effort
        self._tell = tell

    def ask(self, role: str, attempt: int, call: Callable[[], _T]) -> _T:
        """What `call` returns.

        Raises:
            BudgetExceededError: the tokens are spent.
        """
        before = len(self._client.ledger)
        self._tell(ModelAsked(role=role, attempt=attempt))
        try:
            return call()
        finally:
            for made in tuple(self._client.ledger)[before:]:
                self._tell(ModelReplied(call=made))

    def need(self, role: str, attempt: int, call: Callable[[], _T]) -> _T:
        """What `call` returns, without which the compilation ends.

        Raises:
            CompilationFailedError: the tokens are spent.
        """
        try:
            return self.ask(role, attempt, call)
        except BudgetExceededError as error:
            source = "limits.tokens" if self._spec.limits.tokens else f"effort `{self._effort}`"
            raise self.failure(
                f"the token limit ({source}: {self._client.token_budget}) does not allow another call; raise limits.tokens in the spec, or the effort"
            ) from error

    def failure(self, reason: str) -> CompilationFailedError:
        """The error that ends the compilation, with the report on all that was tried."""
        verifications = self._attempts.verifications
        report = evidence.failure_report(
            self._spec, reason, verifications, self._client, last_source=self._attempts.last_source
        )
        return CompilationFailedError(
            evidence.failure_message(self._spec, reason, verifications), report=report
        )


class Writer:
    """The coder of one compilation, and the stronger models that take over where it fails."""

    def __init__(self, spec: Spec, coders: Sequence[LlmClient], attempts: Attempts, calls: Calls) -> None:
        """A writer for `spec`. `coders` take over from one another, in their order, and share one budget."""
        self._spec = spec
        self._brief = spec.brief()
        self._coders = coders
        self._attempts = attempts
        self._calls = calls

    def write(
        self, plan: Plan, *, done: Collection[str], standing: str, slots: SlotCoder | None = None
    ) -> Attempt:
        """The first attempt at `plan` that passes.

        Args:
            plan: What is to be written.
            done: Steps that need no code any more.
            standing: Their code.
            slots: Sets slots with the model first, in place of writing code.

        Raises:
            CompilationFailedError: none does.
        """
        coder = Coder(self._brief, plan, self._coders[0], body=standing, done=done)
        write = coder.write if slots is None else slots.write
        body = coder.body = self._calls.need("coder", 1, write)
        attempt = self._attempts.add(plan, body, by="coder", problem=coder.problem)
        return self._mended(plan, coder, attempt, done=done)

    def _mended(self, plan: Plan, coder: Coder, attempt: Attempt, *, done: Collection[str]) -> Attempt:
        failed = attempt.verification.failed_stage
        while failed is not None:
            number = attempt.number + 1
            if number > self._spec.limits.attempts:
                raise self._calls.failure(f"none of {attempt.number} attempts passed")
            rung, is_late = divmod(number - 1, _ATTEMPTS_PER_MODEL)
            if not is_late and rung < len(self._coders):
                coder = Coder(self._brief, plan, self._coders[rung], body=coder.body, done=done)
            feedback = render_feedback(failed, attempt.source)
            mend = functools.partial(coder.mend, feedback, attempt=number, stage=failed.stage)
            body = self._calls.need("coder", number, mend)
            attempt = self._attempts.add(plan, body, by="coder", problem=coder.problem, failed=failed)
            failed = attempt.verification.failed_stage
        return attempt
