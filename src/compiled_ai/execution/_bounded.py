"""Bounded steps: what a model is asked in the middle of a workflow.

Where the spec's fallback block bounds the model (`max_usd`, `per_day`, `breaker`), the call goes through the same guard as that of a ladder.
"""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.artifact import PlannedStep
from compiled_ai.errors import (
    BlockedPromptError,
    BlockedReplyError,
    BudgetExceededError,
    ModelReplyError,
    OperatorError,
)
from compiled_ai.execution._ladder import Ladder
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.execution._words import Words
from compiled_ai.execution.direct import prompt_of
from compiled_ai.llm import LlmClient
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.gate_policy import GatePolicy
from compiled_ai.spec.schema import Checker


@dataclass(frozen=True, kw_only=True)
class BoundedSteps:
    """Asks the model of bounded steps, within the timeout and the tokens of the spec's fallback block."""

    workflow: str
    checkers: dict[str, Checker]
    timeout_seconds: float
    max_tokens: int
    """Tokens for one call. A run has twice as many for all its bounded steps."""
    words: Words
    gates: GatePolicy
    """What the artifact asks of the gates around these calls."""
    ladder: Ladder
    """Holds the bounds and their state."""

    def session(self, client: LlmClient | None) -> LlmClient | None:
        """A client for the bounded steps of one run."""
        return client.session(token_budget=self.max_tokens * 2, gates=self.gates) if client else None

    def ask(self, step: PlannedStep, taken: JsonObject, client: LlmClient | None) -> JsonObject:
        """The model's answer for a bounded step.

        Raises:
            Abstain: its reply does not fit the schema, or a bound or the breaker does not let it be asked.
            OperatorError: no model is named.
            ModelCallError: the call failed.
            StoreError: the state of breaker and budgets cannot be read or written.
        """
        if client is None:
            message = f"step '{step.id}' of {self.workflow} asks a model at run time; name one with --model, or replay recordings with --replay"
            raise OperatorError(message)
        if self.ladder.guards(step.id):
            return self._ask_guarded(step, taken, client)
        try:
            reply = self.words.asking(
                lambda: client.ask_object(
                    step.instructions,
                    prompt_of(taken),
                    schema=step.output_schema,
                    role="bounded",
                    timeout_seconds=self.timeout_seconds,
                )
            )
            return fitted(reply, self.checkers[step.id])
        except BlockedPromptError as error:
            raise Abstain(f"step '{step.id}': a gate did not let its input out to the model") from error
        except BlockedReplyError as error:
            raise Abstain(f"step '{step.id}': the output gate blocked the model's reply") from error
        except (ModelReplyError, BudgetExceededError, MisfitError) as error:
            raise Abstain(
                f"step '{step.id}': the model gave no reply that fits ({type(error).__name__})"
            ) from error

    def _ask_guarded(self, step: PlannedStep, taken: JsonObject, client: LlmClient) -> JsonObject:
        reply = self.ladder.ask_bounded(step, taken, checker=self.checkers[step.id], client=client)
        if reply.error is not None:
            raise reply.error
        if reply.output is None:
            raise Abstain(f"step '{step.id}': {reply.note}")
        return reply.output
