"""Live calls: PydanticAI's asynchronous models behind our synchronous door, with its errors translated."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import weakref
from collections.abc import Callable, Coroutine
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, cast

from compiled_ai.errors import CompiledAIError, ModelCallError, ModelReplyError
from compiled_ai.gates.log_filter import quotes_canary, withhold
from compiled_ai.llm._objects import with_open_objects
from compiled_ai.llm.exchange import (
    TOOL_DESCRIPTION,
    TOOL_NAME,
    CallTimeoutError,
    Reply,
    Request,
    Source,
    request_body,
    response_text,
)
from compiled_ai.llm.providers import build_model, key_variables, parse_model
from compiled_ai.llm.recording import Recordings
from compiled_ai.llm.settings import LlmSettings

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

_T = TypeVar("_T")
_RETRYABLE_STATUS = frozenset({408, 409, 425, 429})
_SHOWN_CHARS = 300
"""How much of a provider's error text a message repeats."""


class LoopThread:
    """An event loop in a thread of its own, so that connections stay open between calls from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="compiled-ai-llm", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of `work`, which is cancelled if the caller is interrupted meanwhile."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    @property
    def is_current(self) -> bool:
        """Whether the caller runs in this thread, where waiting for it would never end."""
        return threading.current_thread() is self._thread

    def stop(self) -> None:
        """Ask the loop to stop, without waiting. Its thread closes it."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def close(self) -> None:
        """Stop the loop and its thread."""
        self.stop()
        self._thread.join()

    def _serve(self) -> None:
        """Run the loop until it is stopped, and close it: whoever stops it from inside cannot wait for that."""
        try:
            self._loop.run_forever()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.wait(left))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()


class _Session:
    """A model with its open connections."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.loop = LoopThread()
        self.loop.run(model.__aenter__())

    def close(self) -> None:
        if self.loop.is_current:  # the last reference to an interrupted call's client goes away in here
            self.loop.stop()
            return
        with contextlib.suppress(
            Exception
        ):  # closing a broken connection is no news; nothing is read from it any more
            self.loop.run(self.model.__aexit__(None, None, None))
        self.loop.close()


class LiveBackend:
    """Calls the model that the settings name. The provider's library is loaded on the first call."""

    source: Source = "live"

    def __init__(self, settings: LlmSettings, *, today: Callable[[], date]) -> None:
        self._settings = settings
        self._today = today
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._finalizer: weakref.finalize[..., LiveBackend] | None = None
        self.model = "none"
        if settings.model is not None:
            self.model = str(parse_model(settings.model, own_server=settings.base_url is not None))

    def ask(self, request: Request, *, timeout_seconds: float | None) -> Reply:
        """The model's reply.

        Raises:
            UnknownModelError: no model is named.
            MissingKeyError: the model's provider needs a key.
            ModelCallError: the call failed.
            ModelReplyError: the provider answered with something that is no reply.
        """
        session = self._open()
        bound = self._settings.timeout_seconds
        seconds = bound if timeout_seconds is None else min(bound, timeout_seconds)
        return session.loop.run(self._ask(session.model, request, seconds))

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._session = None
            self._finalizer = None

    def _open(self) -> _Session:
        with self._lock:
            if self._session is None:
                provider_model = build_model(self._settings)
                self._session = _Session(self._wrap(provider_model))
                self._finalizer = weakref.finalize(self, self._session.close)
            return self._session

    def _wrap(self, model: Model) -> Model:
        from compiled_ai.llm._models import RecordingModel, TimedModel

        timed = TimedModel(model)
        if self._settings.record_dir is None:
            return timed
        return RecordingModel(
            timed,
            Recordings(self._settings.record_dir),
            model=self.model,
            answered_by=self._settings.record_as,
            tokens_estimated=self._settings.tokens_estimated,
            today=self._today,
        )

    async def _ask(self, model: Model, request: Request, seconds: float) -> Reply:
        from compiled_ai.llm._models import (
            FIRST_TOKEN,
            SECONDS,
            bare_response,
            usage_of,
        )

        settings = self._call_settings(request, seconds)
        try:
            async with asyncio.timeout(seconds):
                response = await model.request(_messages(request), settings, _parameters(request))
        except TimeoutError as error:
            message = f"{self.model} did not answer within {seconds:g} s; try again or allow more time"
            raise CallTimeoutError(message, retryable=True) from error
        except CompiledAIError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: whatever a client library raises becomes one of our errors
            raise self._translate(error) from self._cause(error)
        bare = bare_response(response)
        metadata = response.metadata or {}
        return Reply(
            text=response_text(bare),
            usage=usage_of(
                response,
                body=request_body(self.model, request),
                counts_estimated=self._settings.tokens_estimated,
            ),
            seconds=metadata[SECONDS],
            first_token_seconds=metadata[FIRST_TOKEN],
            complete=response.finish_reason != "length",
            day=self._today(),
        )

    def _call_settings(self, request: Request, seconds: float) -> ModelSettings:
        """How to call. Anthropic caches a prompt only where it is asked to, and bills the writing: so only what will come again. OpenAI and Google do it unasked."""
        settings: ModelSettings = {"max_retries": self._settings.max_retries, "timeout": seconds}
        if request.max_tokens is not None:
            settings["max_tokens"] = request.max_tokens
        if not self.model.startswith("anthropic:"):
            return settings
        cached = {
            "anthropic_cache": bool(request.history),
            "anthropic_cache_instructions": request.role in {"bounded", "direct"},
        }
        return cast("ModelSettings", {**settings, **cached})

    def _translate(self, error: Exception) -> CompiledAIError:
        from pydantic_ai import exceptions

        if isinstance(error, exceptions.ModelHTTPError):
            return self._refused(error.status_code, str(error.body))
        if isinstance(error, exceptions.ModelAPIError):
            message = f"{self.model} could not be reached{self._at()}: {self._shown(str(error))}"
            return ModelCallError(message, retryable=True)
        if isinstance(error, exceptions.UnexpectedModelBehavior):
            return ModelReplyError(f"{self.model} gave no usable reply: {self._shown(str(error))}")
        message = f"the call of {self.model} failed ({type(error).__name__}): {self._shown(str(error))}"
        return ModelCallError(message, retryable=False)

    def _refused(self, status: int, body: str) -> ModelCallError:
        if status in {401, 403}:
            variable = key_variables(self.model)
            message = f"{self.model} refused the key in {variable} (HTTP {status}); check that it is valid"
            return ModelCallError(message, retryable=False)
        retryable = status in _RETRYABLE_STATUS or status >= 500
        hint = ""
        if "insufficient_quota" in body:
            retryable, hint = False, "; the account's credit is used up"
        elif status == 404 and self.model.startswith("openai:") and self._settings.base_url:
            hint = "; if the server has no Responses API, write openai-chat: in place of openai:"
        message = f"{self.model} refused the call{self._at()} (HTTP {status}{hint}): {self._shown(body)}"
        return ModelCallError(message, retryable=retryable)

    def _at(self) -> str:
        return "" if self._settings.base_url is None else f" at {self._settings.base_url}"

    def _shown(self, text: str) -> str:
        for key in self._settings.keys.values():
            text = text.replace(key, "***")
        text = withhold(text)  # a provider may quote the request
        return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."

    def _cause(self, error: Exception) -> Exception | None:
        """`error`, unless its text holds a key or quotes the system prompt, which a traceback would show."""
        text = repr(error) + str(error)
        is_secret = any(key in text for key in self._settings.keys.values()) or quotes_canary(text)
        return None if is_secret else error


def _messages(request: Request) -> list[ModelMessage]:
    from pydantic_ai.messages import (
        ModelRequest,
        ModelResponse,
        TextPart,
        UserPromptPart,
    )

    from compiled_ai.llm._models import CANARY, ROLE

    messages: list[ModelMessage] = [
        ModelRequest(parts=[UserPromptPart(turn.text)])
        if turn.role == "user"
        else ModelResponse(parts=[TextPart(turn.text)])
        for turn in request.history
    ]
    messages.append(
        ModelRequest(
            parts=[UserPromptPart(request.prompt)],
            instructions=request.system or None,
            metadata={ROLE: request.role, CANARY: request.canary},
        )
    )
    return messages


def _parameters(request: Request) -> ModelRequestParameters:
    from pydantic_ai.messages import InstructionPart
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.tools import ToolDefinition

    instructions = [InstructionPart(content=request.system)] if request.system else None
    if request.schema is None:
        return ModelRequestParameters(instruction_parts=instructions)
    tool = ToolDefinition(
        name=TOOL_NAME,
        description=TOOL_DESCRIPTION,
        parameters_json_schema=with_open_objects(request.schema),
        kind="output",
    )
    return ModelRequestParameters(
        instruction_parts=instructions, output_mode="tool", output_tools=[tool], allow_text_output=False
    )
