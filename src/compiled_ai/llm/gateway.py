"""`Gateway`: an OpenAI-compatible endpoint on loopback for frameworks that bring a client of their own; it counts, records and replays."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from compiled_ai.errors import OperatorError
from compiled_ai.llm._gateway_reply import UpstreamError, estimate_prompt
from compiled_ai.llm._gateway_server import GatewayServer, Response, error_response, reply_response
from compiled_ai.llm._gateway_store import ChatReply, Exchanges, asked
from compiled_ai.llm._gateway_upstream import Upstream
from compiled_ai.llm.providers import parse_model
from compiled_ai.llm.settings import LlmSettings
from compiled_ai.spec.canonical import JsonObject

__all__ = ["MODEL_NAME", "Gateway", "GatewayCall", "recorded_model"]

MODEL_NAME = "benchmark"
"""What frameworks are told that their model is called: they behave differently by name, and recordings should not depend on it."""


@dataclass(frozen=True, kw_only=True)
class GatewayCall:
    """One call that went through a gateway."""

    input_tokens: int
    output_tokens: int
    seconds: float
    """Wall time; in a replay the recorded one."""
    first_token_seconds: float | None = None
    cached_tokens: int = 0
    estimated: bool = False
    """Whether the tokens are an estimate."""
    replayed: bool = False
    by_hand: bool = False
    """Whether a person or helper answered at a desk."""
    error: str | None = None
    """Class of the error that it ended with."""


def recorded_model(folder: Path) -> str:
    """The model that all exchanges recorded in `folder` agree on.

    Raises:
        StoreError: there are none, they disagree, or they cannot be read.
    """
    return Exchanges(folder).model()


class Gateway:
    """Serves ``url`` until it is closed, for whoever knows ``key``. One case at a time: `take_calls` gives all calls since it was last asked.

    Nothing is sent before the first call. What only the operator can mend then waits for `raise_operator_error`: a framework would take it for a model's error.
    """

    def __init__(self, settings: LlmSettings, *, today: Callable[[], date], by_hand: bool = False) -> None:
        """Start serving.

        Args:
            settings: Model, server, keys, and the folder to record in or to replay.
            today: The date noted in recordings.
            by_hand: Whether a person or helper answers in place of a model; token counts are taken for estimates then.

        Raises:
            UnknownModelError: `settings` name no provider we know.
            StoreError: the folder to replay holds no recordings, or of several models while none is named.
        """
        self._settings = replace(settings, tokens_estimated=settings.tokens_estimated or by_hand)
        self._today = today
        self._by_hand = by_hand
        folder = settings.replay_dir or settings.record_dir
        self._exchanges = None if folder is None else Exchanges(folder)
        self.model = self._model_name()
        """The model string, such as ``anthropic:claude-opus-4-5``; ``none`` when no model is named."""
        self._upstream: Upstream | None = None
        self._lock = threading.Lock()
        self._done: list[GatewayCall] = []
        self._running: dict[int, tuple[JsonObject, float]] = {}
        self._number = 0
        self._problem: OperatorError | None = None
        self.key = secrets.token_urlsafe(32)
        """What the framework sends as its API key."""
        self._server = GatewayServer(self._respond, self._is_known)
        self.url = self._server.url
        """Base URL, such as ``http://127.0.0.1:41234/v1``."""

    def check(self) -> None:
        """Make sure that there is a model to ask, before anything is asked.

        Raises:
            UnknownModelError: no model is named.
            MissingKeyError: its provider needs a key and none is set.
        """
        if self._settings.replay_dir is None:
            self._connected()

    def take_calls(self) -> tuple[GatewayCall, ...]:
        """The calls since the last time, in the order of their ends. One that nobody waits for any more counts as failed."""
        with self._lock:
            late = [self._abandoned(body, start) for body, start in self._running.values()]
            self._running.clear()
            calls, self._done = (*self._done, *late), []
        return calls

    def raise_operator_error(self) -> None:
        """Raise what only the operator can mend, if a call met that since the last time: a missing recording or key, a full disk.

        Raises:
            OperatorError: the first of these.
        """
        with self._lock:
            problem, self._problem = self._problem, None
        if problem is not None:
            raise problem

    def close(self) -> None:
        """Stop serving."""
        self._server.close()
        if self._upstream is not None:
            self._upstream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _model_name(self) -> str:
        if self._settings.model is not None:
            own = self._settings.base_url is not None or self._settings.replay_dir is not None
            return str(parse_model(self._settings.model, own_server=own))
        if self._settings.replay_dir is not None and self._exchanges is not None:
            return self._exchanges.model()
        return "none"

    def _is_known(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode(), f"Bearer {self.key}".encode())

    def _respond(self, body: JsonObject) -> Response:
        start = time.perf_counter()
        with self._lock:
            self._number += 1
            number = self._number
            self._running[number] = (body, start)
        try:
            reply = self._ask(body)
        except UpstreamError as error:
            self._finish(number, self._failed(body, start, error.kind, worked=error.worked))
            return error_response(
                str(error),
                status=error.status,
                kind=error.kind,
                retryable=error.retryable,
                retry_after=error.retry_after,
            )
        except OperatorError as error:
            with self._lock:
                self._running.pop(number, None)
                self._problem = self._problem or error
            return error_response(str(error), status=404, kind=type(error).__name__, retryable=False)
        self._finish(number, _call(reply))
        return reply_response(reply, body, number)

    def _ask(self, body: JsonObject) -> ChatReply:
        request = asked(self.model, body)
        if self._settings.replay_dir is not None:
            assert self._exchanges is not None
            with self._lock:
                return self._exchanges.take(request)
        reply = replace(self._connected().ask(body), by_hand=self._by_hand)
        if self._exchanges is not None:
            answered_by = self._settings.record_as or self.model
            with self._lock:
                self._exchanges.append(request, reply, answered_by=answered_by, day=self._today())
        return reply

    def _connected(self) -> Upstream:
        with self._lock:
            if self._upstream is None:
                self._upstream = Upstream(self._settings)
            return self._upstream

    def _finish(self, number: int, call: GatewayCall) -> None:
        """Count a call, unless it was counted as abandoned before."""
        with self._lock:
            if self._running.pop(number, None) is not None:
                self._done.append(call)

    def _failed(self, body: JsonObject, start: float, kind: str, *, worked: bool) -> GatewayCall:
        # Providers bill what they worked on: a call given up counts as its prompt, a refused one as nothing.
        return GatewayCall(
            input_tokens=estimate_prompt(body) if worked else 0,
            output_tokens=0,
            seconds=time.perf_counter() - start,
            estimated=worked,
            by_hand=self._by_hand,
            error=kind,
        )

    def _abandoned(self, body: JsonObject, start: float) -> GatewayCall:
        return self._failed(body, start, "ModelCallError", worked=True)


def _call(reply: ChatReply) -> GatewayCall:
    return GatewayCall(
        input_tokens=reply.usage.input_tokens,
        output_tokens=reply.usage.output_tokens,
        seconds=reply.seconds,
        first_token_seconds=reply.first_token_seconds,
        cached_tokens=reply.usage.cached_tokens,
        estimated=reply.usage.estimated,
        replayed=reply.replayed,
        by_hand=reply.by_hand,
    )
