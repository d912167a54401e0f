"""`LlmClient`, the one way in to a model: text and objects, a ledger, a token budget."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Self

from compiled_ai.errors import BudgetExceededError, CompiledAIError, ModelError, ModelReplyError
from compiled_ai.llm._objects import ObjectSchema
from compiled_ai.llm.exchange import (
    Backend,
    CallTimeoutError,
    Reply,
    Request,
    Role,
    Source,
    Turn,
    Usage,
    estimate_request,
    estimate_tokens,
)
from compiled_ai.llm.gating import CallGates, Passage
from compiled_ai.llm.ledger import Call, Ledger, check_priced, price
from compiled_ai.llm.prompt import Prompt, as_prompt
from compiled_ai.llm.settings import KEY_VARIABLES, LlmSettings
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.gate_policy import GatePolicy

_log = logging.getLogger(__name__)


class LlmClient:
    """Asks one model, and writes every call in its ledger. Build it with `make_client` or `from_function`.

    Calls may come from any thread. Use it as a context manager or `close` it to let go of connections.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        token_budget: int | None = None,
        price_as: str | None = None,
        gates: CallGates | None = None,
    ) -> None:
        self._backend = backend
        self._price_as = price_as
        self.gates = gates or CallGates()
        """What stands between this client and the model, and what it decided."""
        self.token_budget = token_budget
        """Most tokens, prompts and replies together, that this client may spend. None sets no bound."""
        self.ledger = Ledger()
        self.on_call: Callable[[Call], None] | None = None
        """Told of each call as it ends, in the thread that made it; those of sessions that come after this is set are told too."""

    @property
    def model(self) -> str:
        """The model string, such as ``anthropic:claude-opus-4-5``; ``none`` when no model is named."""
        return self._backend.model

    @property
    def source(self) -> Source:
        """Whether replies come from a live model or from recordings."""
        return self._backend.source

    def price_of(self, usage: Usage) -> Decimal | None:
        """What `usage` costs at the list prices of today, in USD; None when the price of this model is unknown."""
        return price(self.model, usage, day=None, price_as=self._price_as)[0]

    def session(self, *, token_budget: int | None = None, gates: GatePolicy | None = None) -> LlmClient:
        """A client of the same model and connections with a ledger and a budget of its own.

        Its gates let through what the policies of this client and `gates` both let through.
        """
        client = LlmClient(
            self._backend,
            token_budget=token_budget,
            price_as=self._price_as,
            gates=self.gates.narrowed(gates),
        )
        client.on_call = self.on_call
        return client

    def beside(self, other: LlmClient) -> LlmClient:
        """A client of the same model and connections that writes into the ledger of `other` and shares its budget and its gates."""
        client = LlmClient(
            self._backend, token_budget=other.token_budget, price_as=self._price_as, gates=other.gates
        )
        client.ledger = other.ledger
        client.on_call = other.on_call
        return client

    def ask_text(  # noqa: PLR0913 - two texts and the options of a call
        self,
        instructions: str | Prompt,
        prompt: str | Prompt,
        *,
        role: Role,
        attempt: int = 1,
        max_tokens: int | None = None,
        timeout_seconds: float | None = None,
        history: Sequence[Turn] = (),
    ) -> str:
        """The model's reply as text, never empty.

        Args:
            instructions: What holds for the whole conversation (the system prompt). Our own agents' are not checked, other texts are.
            prompt: The newest user message, which comes after `history`. A plain text is checked as a whole, as one that comes from outside.
            role: Who asks.
            attempt: 1-based number of the caller's attempt, for the ledger.
            max_tokens: Most tokens of the reply. None leaves the provider's bound.
            timeout_seconds: Time for the call, at most that of the settings. None means that of the settings.
            history: Earlier messages, oldest first. Those of our own agents are not checked again.

        Raises:
            BlockedPromptError: a gate does not let the prompt out; nothing was sent.
            BlockedReplyError: the output gate does not let the reply through.
            BudgetExceededError: the prompt would not fit the budget; nothing was sent.
            ModelCallError: the call failed.
            ModelReplyError: the reply is empty or was cut off.
            OperatorError: a key, a model or a recording is missing.
        """
        if role == "bounded":
            raise ValueError(
                "a bounded step reads untrusted text, so it gives values under a schema; use ask_object"
            )
        with self._passage(role, instructions, prompt, history=history) as passage:
            request = _request(passage, role=role, max_tokens=max_tokens)
            text = self._ask(request, attempt=attempt, timeout_seconds=timeout_seconds).text
            passage.admit(text)
            text = passage.restored_text(text)
        if not text.strip():
            message = f"{self.model} gave an empty reply"
            raise ModelReplyError(message)
        return text

    def ask_object(  # noqa: PLR0913 - two texts and the options of a call
        self,
        instructions: str | Prompt,
        prompt: str | Prompt,
        *,
        schema: JsonObject,
        role: Role,
        attempt: int = 1,
        max_tokens: int | None = None,
        timeout_seconds: float | None = None,
    ) -> JsonObject:
        """The model's reply as an object that fits `schema`; one that does not fit is sent back once.

        Args:
            instructions: What holds for the whole conversation (the system prompt). Our own agents' are not checked, other texts are.
            prompt: The user message. A plain text is checked as a whole, as one that comes from outside.
            schema: JSON Schema of an object; the format ``decimal`` is a string such as ``-12.50``.
            role: Who asks.
            attempt: 1-based number of the caller's attempt, for the ledger.
            max_tokens: Most tokens of a reply. None leaves the provider's bound.
            timeout_seconds: Time for both calls together. None means that of the settings for each.

        Raises:
            BlockedPromptError: a gate does not let the prompt out; nothing was sent.
            BlockedReplyError: the output gate does not let a reply through.
            BudgetExceededError: a prompt would not fit the budget; it was not sent.
            ModelCallError: a call failed.
            ModelReplyError: the second reply does not fit either, or a reply was cut off.
            OperatorError: a key, a model or a recording is missing.
        """
        checker = ObjectSchema(schema)
        with self._passage(role, instructions, prompt, schema=schema) as passage:
            request = _request(passage, role=role, max_tokens=max_tokens, schema=schema)
            reply = self._ask(request, attempt=attempt, timeout_seconds=timeout_seconds)
            passage.admit(reply.text)
            value, problems = checker.read(reply.text, restore=passage.restored)
            if value is not None:
                return value
            left = None if timeout_seconds is None else timeout_seconds - reply.seconds
            if left is not None and left <= 0 and not reply.replayed:
                message = (
                    f"{self.model} gave an object that does not fit the schema, and time is up: {problems}"
                )
                raise ModelReplyError(message)
            again = _ask_again(request, reply.text, passage.hidden_text(problems))
            text = self._ask(again, attempt=attempt, timeout_seconds=left).text
            passage.admit(text)
            value, problems = checker.read(text, restore=passage.restored)
        if value is None:
            message = f"{self.model} twice gave an object that does not fit the schema: {problems}"
            raise ModelReplyError(message)
        return value

    def close(self) -> None:
        """Close the connections, also for the sessions of this client. A later call opens them again."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _passage(
        self,
        role: Role,
        instructions: str | Prompt,
        prompt: str | Prompt,
        *,
        history: Sequence[Turn] = (),
        schema: JsonObject | None = None,
    ) -> Passage:
        """The one way out: what is to be sent, checked and masked. A prompt beyond the budget is not even read."""
        given, system = as_prompt(prompt), as_prompt(instructions, place="instructions")
        self._check_budget(
            Request(role=role, instructions=system.text, prompt=given.text, history=tuple(history))
        )
        return self.gates.open(
            role=role,
            instructions=system,
            prompt=given,
            history=history,
            schema=schema,
            model=self.model,
        )

    def _ask(self, request: Request, *, attempt: int, timeout_seconds: float | None) -> Reply:
        self._check_budget(request)
        start = time.perf_counter()
        try:
            reply = self._backend.ask(request, timeout_seconds=timeout_seconds)
        except ModelError as error:
            # Providers bill what they worked on: a call given up counts as its prompt, a refused one as 0.
            worked = isinstance(error, CallTimeoutError | ModelReplyError)
            usage = Usage(
                input_tokens=estimate_request(request) if worked else 0, output_tokens=0, estimated=worked
            )
            spent = Reply(text="", usage=usage, seconds=time.perf_counter() - start, first_token_seconds=None)
            self._enter(request, spent, attempt=attempt, error=error)
            raise
        self._enter(request, reply, attempt=attempt, error=None)
        if not reply.complete:
            length = reply.usage.output_tokens
            message = f"{self.model} was cut off after {length} tokens; allow more with max_tokens"
            raise ModelReplyError(message)
        return reply

    def _check_budget(self, request: Request) -> None:
        if self.token_budget is None:
            return
        spent, needed = self.ledger.totals().tokens, estimate_request(request)
        if spent + needed > self.token_budget:
            message = (
                f"the next {request.role} prompt needs about {needed} tokens, and {spent} of the budget of "
                f"{self.token_budget} are spent; raise the budget or shorten the prompt"
            )
            raise BudgetExceededError(message)

    def _enter(self, request: Request, reply: Reply, *, attempt: int, error: CompiledAIError | None) -> None:
        cost, priced_as = price(self.model, reply.usage, day=reply.day, price_as=self._price_as)
        call = Call(
            role=request.role,
            attempt=attempt,
            model=self.model,
            input_tokens=reply.usage.input_tokens,
            output_tokens=reply.usage.output_tokens,
            cached_tokens=reply.usage.cached_tokens,
            cost_usd=cost,
            priced_as=priced_as,
            seconds=reply.seconds,
            first_token_seconds=reply.first_token_seconds,
            tokens_estimated=reply.usage.estimated,
            replayed=reply.replayed,
            error=None if error is None else type(error).__name__,
        )
        self.ledger.append(call)
        if self.on_call is not None:
            self.on_call(call)
        _log.info("model call", extra={"call": call})


class FunctionBackend:
    """Answers with a function: the shipped stand-in for a model."""

    source: Source = "live"

    def __init__(self, function: Callable[[Request], str | JsonObject], *, model: str) -> None:
        self._function = function
        self.model = model

    def ask(self, request: Request, *, timeout_seconds: float | None) -> Reply:  # noqa: ARG002 - a function is not interrupted
        """What the function returns, an object as its JSON text; tokens are estimated."""
        start = time.perf_counter()
        answer = self._function(request)
        text = answer if isinstance(answer, str) else canonical_json(answer)
        usage = Usage(
            input_tokens=estimate_request(request), output_tokens=estimate_tokens(text), estimated=True
        )
        return Reply(text=text, usage=usage, seconds=time.perf_counter() - start, first_token_seconds=None)

    def close(self) -> None:
        """Nothing is held open."""


def from_function(
    function: Callable[[Request], str | JsonObject],
    *,
    model: str = "function",
    token_budget: int | None = None,
    price_as: str | None = None,
    gates: GatePolicy | None = None,
) -> LlmClient:
    """A client whose model is `function`, for tests and demonstrations. No network, no key, tokens estimated.

    `gates` are those of the default policy where none is given. `function` may raise a `ModelError` to play a failing model, or return any text to play a wrong reply.
    """
    return LlmClient(
        FunctionBackend(function, model=model),
        token_budget=token_budget,
        price_as=price_as,
        gates=CallGates(gates),
    )


def make_client(
    settings: LlmSettings,
    *,
    today: Callable[[], date],
    environ: Mapping[str, str] | None = None,
    token_budget: int | None = None,
) -> LlmClient:
    """A client for `settings`: a live model, recorded if they say so, or a replay. Nothing is called yet.

    A missing key or model shows at the first call only: a compilation that needs no model needs no key.

    Args:
        settings: See `load_settings`.
        today: The date noted in recordings, whose list prices hold.
        environ: Where keys that `settings` lack are looked up, for settings made by hand. None: nowhere.
        token_budget: Most tokens that the client may spend. None sets no bound.

    Raises:
        UnknownModelError: `model` names no provider we know, or `price_as` no model with a list price.
        StoreError: the folder to replay holds no recordings, or of several models while none is named.
    """
    if settings.price_as is not None:
        check_priced(settings.price_as)
    return LlmClient(
        _backend(settings, today=today, environ=environ or {}),
        token_budget=token_budget,
        price_as=settings.price_as,
        gates=CallGates(
            settings.gates, canary_secret=settings.canary_secret.encode() if settings.canary_secret else None
        ),
    )


def _backend(settings: LlmSettings, *, today: Callable[[], date], environ: Mapping[str, str]) -> Backend:
    if settings.replay_dir is not None:
        from compiled_ai.llm.providers import parse_model
        from compiled_ai.llm.recording import ReplayBackend

        # A bare name was recorded as one on a server of the user's own.
        model = None if settings.model is None else str(parse_model(settings.model, own_server=True))
        return ReplayBackend(settings.replay_dir, model=model)
    from compiled_ai.llm._live import LiveBackend

    keys = {name: environ[name] for name in KEY_VARIABLES if environ.get(name)}
    return LiveBackend(replace(settings, keys={**keys, **settings.keys}), today=today)


def _request(
    passage: Passage, *, role: Role, max_tokens: int | None, schema: JsonObject | None = None
) -> Request:
    return Request(
        role=role,
        instructions=passage.instructions,
        prompt=passage.prompt,
        history=passage.history,
        schema=schema,
        max_tokens=max_tokens,
        canary=passage.canary,
    )


def _ask_again(request: Request, reply: str, problems: str) -> Request:
    shown = reply.strip() or "(nothing)"
    earlier = (*request.history, Turn(role="user", text=request.prompt), Turn(role="assistant", text=shown))
    prompt = f"That does not fit the schema: {problems}\nAnswer again with the whole object."
    return replace(request, history=earlier, prompt=prompt)
