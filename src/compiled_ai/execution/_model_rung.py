"""The model on a ladder, or of a bounded step: one case put to it, within bounds that hold whatever it does.

It may hang, fail, answer rubbish, take more than it was given: the caller gets an output that fits, or words for what happened, after the spec's time at most.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from compiled_ai.cases.guard import ModelGuard, Outcome, Permit, Spending
from compiled_ai.errors import (
    BlockedPromptError,
    BlockedReplyError,
    BudgetExceededError,
    ModelCallError,
    ModelError,
)
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.execution._words import Words
from compiled_ai.execution.direct import ask_direct, bounded_request, direct_request, prompt_of
from compiled_ai.llm import LlmClient
from compiled_ai.llm.exchange import CallTimeoutError, Request, Usage, estimate_request
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.fallback import Fallback
from compiled_ai.spec.gate_policy import GatePolicy
from compiled_ai.spec.schema import Checker

_T = TypeVar("_T")
_GRACE_SECONDS = 0.25
"""For a model that keeps its own time: its error says more than ours."""
_SETTLING_SECONDS = 5.0
"""Between the end of a call and its entry."""
_LEAST_REPLY = 32
"""Tokens; no output fits into fewer."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a model may be asked on one ladder, or by a bounded step: made of the artifact alone."""

    step: str
    """Empty for the whole task."""
    fallback: Fallback
    instructions: str
    output_schema: JsonObject
    checker: Checker
    gates: GatePolicy
    """What the artifact asks of the gates around the call."""
    whole_per_day: bool = False
    """Whether the whole workflow has bounds of a day, which hold for its steps too."""
    bounded: bool = False
    """Whether a bounded step asks. It has no way to decline, and what it spends counts into the ledger and the budget of the client that it is put to."""

    @property
    def who(self) -> str:
        """Who is asked, for notes."""
        return "the model" if self.bounded else "the fallback model"

    @property
    def is_strict(self) -> bool:
        """Whether a call must be known to be affordable before it is made. The provider is then told how long the reply may be."""
        return self.whole_per_day or self.fallback.max_usd is not None or self.fallback.per_day is not None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of asking."""

    output: JsonObject | None
    note: str
    """What went wrong; empty with an output."""
    asked: bool = True
    """False when a bound or the breaker did not let the call in."""
    tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """None when the price is unknown."""
    error: ModelError | None = None
    """With a call that failed, in place of an answer that did not fit."""


def ask_model(
    question: Question, data: JsonObject, *, client: LlmClient, guard: ModelGuard, words: Words
) -> Reply:
    """What the model answers to `data`, if it is asked at all.

    Raises:
        OperatorError: a key, a model or a recording is missing.
        StoreError: the state of breaker and budgets cannot be read or written.
    """
    fallback = question.fallback
    try:
        most, reply_tokens = _most(question, data, client)
        permit = guard.admit(
            client.model,
            step=question.step,
            most=most,
            seconds=fallback.timeout_seconds + _SETTLING_SECONDS,
            step_per_day=fallback.per_day if question.step else None,
        )
    except (BudgetExceededError, ModelCallError) as refusal:
        return Reply(output=None, note=f"{question.who} was not asked: {refusal}", asked=False)
    return _Call(question, client, reply_tokens).make(data, permit=permit, guard=guard, words=words)


class _Call:
    """One case that is put to a model: the call, and the one more that a reply which does not fit gets."""

    def __init__(self, question: Question, client: LlmClient, reply_tokens: int | None) -> None:
        self._question = question
        self._reply_tokens = reply_tokens
        self._bound = question.fallback.max_tokens * 2
        # The second prompt is sent only if what the reply may be still fits behind it.
        budget = self._bound - (reply_tokens or 0)
        if question.bounded and client.token_budget is not None:
            budget = min(budget, client.token_budget - client.ledger.totals().tokens)
        self._client = client.session(token_budget=budget, gates=question.gates)
        self._run = client.ledger if question.bounded else None
        self._ended = threading.Event()

    def make(self, data: JsonObject, *, permit: Permit, guard: ModelGuard, words: Words) -> Reply:
        """Ask, and settle `permit` whatever happens."""
        outcome: Outcome = "void"
        output, note, failure, is_asked = None, "", None, True
        try:
            answer, declined = words.asking(lambda: self._ask(data))
            self._check_spent()
            output = None if answer is None else fitted(answer, self._question.checker)
            outcome = "answered"
            note = (
                ""
                if output is not None
                else f"{self._question.who} declined: {'(not shown)' if words.secret else declined}"
            )
        # Whoever writes inputs that a gate blocks, or that make a model leak, must not be able to open the breaker.
        except BlockedReplyError:
            note = f"the output gate blocked what {self._question.who} replied"
        except BlockedPromptError as error:
            note = f"{self._question.who} was not asked: {_gate_words(error, words)}"
            is_asked = False
        except (ModelError, MisfitError) as error:
            # A prompt that is too long for any call says nothing of the model.
            was_asked = len(self._client.ledger) or not isinstance(error, BudgetExceededError)
            outcome = "failed" if was_asked else "void"
            note = f"{self._question.who} failed ({type(error).__name__})"
            failure = error if isinstance(error, ModelCallError) else None
        finally:
            self._enter()
            guard.settle(permit, spent=self._spent(), outcome=outcome)
        totals = self._client.ledger.totals()
        return Reply(
            output=output,
            note=note,
            asked=is_asked,
            tokens=totals.tokens,
            cost_usd=totals.cost_usd,
            error=failure,
        )

    def _ask(self, data: JsonObject) -> tuple[JsonObject | None, str]:
        question = self._question
        seconds = question.fallback.timeout_seconds

        def ask() -> tuple[JsonObject | None, str]:
            try:
                return _put(question, data, self._client, max_tokens=self._reply_tokens)
            finally:
                self._ended.set()

        return _within(seconds + _GRACE_SECONDS, ask)

    def _enter(self) -> None:
        """Enter the calls into the ledger of the run; what a call that was left behind brings later is not."""
        if self._run is not None:
            for call in self._client.ledger:
                self._run.append(call)

    def _check_spent(self) -> None:
        """Refuse an answer that took more than it was given: a model that does so once does so again.

        Raises:
            BudgetExceededError: it did.
        """
        totals = self._client.ledger.totals()
        if totals.tokens > self._bound:
            raise BudgetExceededError(f"it took {totals.tokens} tokens, and {self._bound} are allowed")
        most = self._question.fallback.max_usd
        if most is not None and totals.cost_usd is not None and totals.cost_usd > most:
            raise BudgetExceededError(f"it cost {totals.cost_usd} USD, and {most} are allowed")

    def _spent(self) -> Spending | None:
        """What it took; None where nobody knows, because a call was given up that the provider may bill."""
        calls = tuple(self._client.ledger)
        if not self._ended.is_set() or any(call.error == CallTimeoutError.__name__ for call in calls):
            return None
        totals = self._client.ledger.totals()
        return Spending(tokens=totals.tokens, cost_usd=totals.cost_usd)


def _gate_words(error: BlockedPromptError, words: Words) -> str:
    """Which gate says no, and why as far as that may be told."""
    return "a gate blocks its input" if words.secret else str(error).partition("; ")[0]


def _put(
    question: Question, data: JsonObject, client: LlmClient, *, max_tokens: int | None
) -> tuple[JsonObject | None, str]:
    """What the model answers, or None with its reason for declining. It raises the same as `ask_direct`."""
    seconds = question.fallback.timeout_seconds
    if not question.bounded:
        return ask_direct(
            client,
            question.instructions,
            data,
            question.output_schema,
            role="direct",
            timeout_seconds=seconds,
            max_tokens=max_tokens,
        )
    request = bounded_request(question.instructions, data, question.output_schema)
    answer = client.ask_object(
        request.instructions,
        prompt_of(data),
        schema=question.output_schema,
        role=request.role,
        timeout_seconds=seconds,
        max_tokens=max_tokens,
    )
    return answer, ""


def _request(question: Question, data: JsonObject) -> Request:
    """What the model is sent first."""
    if question.bounded:
        return bounded_request(question.instructions, data, question.output_schema)
    return direct_request(question.instructions, data, question.output_schema, role="direct")


def _within(seconds: float, work: Callable[[], _T]) -> _T:
    """What `work` returns.

    It runs in a thread of its own, which is left behind when time is up: what it brings later is not used.

    Raises:
        CallTimeoutError: it takes longer than `seconds`.
    """
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            future.set_exception(error)

    threading.Thread(target=run, name="compiled-ai-fallback", daemon=True).start()
    try:
        return future.result(timeout=seconds)
    except WaitedTooLong:
        if future.done():  # in the last moment
            return future.result()
        raise CallTimeoutError(
            f"the model did not answer within {seconds:.2f} seconds", retryable=True
        ) from None


def _most(question: Question, data: JsonObject, client: LlmClient) -> tuple[Spending, int | None]:
    """What one case may cost at most, and how long a reply may be for that; None leaves the provider's bound.

    Raises:
        BudgetExceededError: the bounds of one case allow no call.
    """
    fallback = question.fallback
    bound = fallback.max_tokens * 2
    if not question.is_strict:
        return Spending(tokens=bound, cost_usd=None), None
    prompt = estimate_request(_request(question, data))
    reply = fallback.max_tokens - prompt
    if reply < _LEAST_REPLY:
        raise BudgetExceededError(
            f"the prompt needs about {prompt} tokens, and max_tokens is {fallback.max_tokens} for prompt and reply"
        )
    if fallback.max_usd is None:
        return Spending(tokens=bound, cost_usd=_price(client, prompt, reply)), reply
    while True:
        cost = _price(client, prompt, reply)
        if cost is None:
            raise BudgetExceededError(
                f"max_usd is set, and the price of {client.model} is unknown; name a model that has a list price to stand in for it (--price-as)"
            )
        if cost <= fallback.max_usd:
            return Spending(tokens=2 * (prompt + reply), cost_usd=cost), reply
        if reply <= _LEAST_REPLY:
            raise BudgetExceededError(
                f"a prompt of about {prompt} tokens and the shortest reply may cost {cost} USD, and max_usd is {fallback.max_usd}"
            )
        reply = max(_LEAST_REPLY, reply // 2)


def _price(client: LlmClient, prompt: int, reply: int) -> Decimal | None:
    """Of two prompts and two replies of that many tokens: the second prompt repeats a reply, which the second reply is shorter by."""
    return client.price_of(Usage(input_tokens=2 * prompt, output_tokens=2 * reply, estimated=True))
