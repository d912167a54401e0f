"""PydanticAI models wrapped around a provider's: one that measures, one that records.

Import it for live calls only: PydanticAI takes a second or more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel

from compiled_ai.errors import ModelCallError
from compiled_ai.gates.canary import unplanted
from compiled_ai.llm.exchange import Usage, estimate_tokens, exchange_body, response_text
from compiled_ai.llm.recording import Recorded, Recordings
from compiled_ai.spec.canonical import JsonObject, canonical_json

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings

SECONDS = "seconds"
FIRST_TOKEN = "first_token_seconds"  # noqa: S105 - a field's name
ROLE = "role"
CANARY = "canary"
_KEPT = ("part_kind", "content", "tool_name", "args")
"""Fields of a response's parts that are the reply itself; ids, signatures and provider details are not."""


class TimedModel(WrapperModel):
    """Asks the wrapped model for a stream and notes in the response's metadata when it began and ended."""

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The whole response, with `SECONDS` and `FIRST_TOKEN` in its metadata."""
        start = time.perf_counter()
        first: float | None = None
        try:
            stream_request = self.wrapped.request_stream(messages, model_settings, model_request_parameters)
            async with stream_request as stream:
                async for _ in stream:
                    first = time.perf_counter() - start if first is None else first
                response = stream.get()
        except (NotImplementedError, ModelHTTPError) as error:
            if first is not None or not _refuses_streams(error):
                raise
            response = await self.wrapped.request(messages, model_settings, model_request_parameters)
        if response.state != "complete":
            message = f"the reply of {self.model_name} broke off ({response.state}); try again"
            raise ModelCallError(message, retryable=True)
        response.metadata = {SECONDS: time.perf_counter() - start, FIRST_TOKEN: first}
        return response


class RecordingModel(WrapperModel):
    """Passes requests on and keeps each exchange in a folder. Wrap a `TimedModel` to keep times too."""

    def __init__(
        self,
        wrapped: Model,
        recordings: Recordings,
        *,
        model: str,
        answered_by: str | None,
        tokens_estimated: bool,
        today: Callable[[], date],
    ) -> None:
        super().__init__(wrapped)
        self._recordings = recordings
        self._model = model
        self._answered_by = answered_by
        self._tokens_estimated = tokens_estimated
        self._today = today

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The wrapped model's response, once it is on disk."""
        body = body_of(self._model, messages, model_settings, model_request_parameters)
        response = await self.wrapped.request(messages, model_settings, model_request_parameters)
        metadata = response.metadata or {}
        last = messages[-1]
        asked_by = last.metadata or {} if isinstance(last, ModelRequest) else {}
        recorded = Recorded(
            model=self._model,
            role=str(asked_by.get(ROLE, "direct")),
            body=body,
            response=bare_response(response),
            usage=usage_of(response, body=body, counts_estimated=self._tokens_estimated),
            seconds=metadata.get(SECONDS, 0.0),
            first_token_seconds=metadata.get(FIRST_TOKEN),
            answered_by=self._answered_by or response.model_name or self._model,
            day=self._today(),
        )
        self._recordings.save(recorded)
        return response


def body_of(
    model: str,
    messages: list[ModelMessage],
    settings: ModelSettings | None,
    parameters: ModelRequestParameters,
) -> JsonObject:
    """`exchange_body` of PydanticAI's messages: their texts, without times, ids, provider details and the canary, which is another in each process."""
    texts: list[tuple[str, str]] = []
    last = messages[-1]
    if isinstance(last, ModelRequest) and last.instructions:
        canary = str((last.metadata or {}).get(CANARY, ""))
        texts.append(("system", unplanted(last.instructions, canary)))
    for message in messages:
        for part in message.parts:
            if isinstance(part, SystemPromptPart):
                texts.append(("system", part.content))
            elif isinstance(part, UserPromptPart) and isinstance(part.content, str):
                texts.append(("user", part.content))
            elif isinstance(part, TextPart):
                texts.append(("assistant", part.content))
            else:
                message_text = f"a {part.part_kind} part cannot be recorded: only texts go through this room"
                raise TypeError(message_text)
    schemas = [tool.parameters_json_schema for tool in parameters.output_tools]
    max_tokens = (settings or {}).get("max_tokens")
    return exchange_body(model, texts, schemas=schemas, max_tokens=max_tokens)


def bare_response(response: ModelResponse) -> JsonObject:
    """The reply itself in PydanticAI's JSON form. `ModelMessagesTypeAdapter` reads it back."""
    (dumped,) = ModelMessagesTypeAdapter.dump_python([response], mode="json")
    parts = [{name: part[name] for name in _KEPT if name in part} for part in dumped["parts"]]
    return {
        "kind": "response",
        "model_name": response.model_name,
        "finish_reason": response.finish_reason,
        "parts": [part for part in parts if part["part_kind"] != "thinking"],
    }


def usage_of(response: ModelResponse, *, body: JsonObject, counts_estimated: bool) -> Usage:
    """Tokens as the provider counted them, or our estimates if it did not.

    `counts_estimated` says that what the provider gives for counts are estimates too.
    """
    usage = response.usage
    if usage.input_tokens or usage.output_tokens:
        return Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cache_read_tokens,
            estimated=counts_estimated,
        )
    return Usage(
        input_tokens=estimate_tokens(canonical_json(body)),
        output_tokens=estimate_tokens(response_text(bare_response(response))),
        estimated=True,
    )


def _refuses_streams(error: Exception) -> bool:
    """Whether the model or its server does not stream, such as OpenAI's newest for an unverified account."""
    if isinstance(error, ModelHTTPError):
        return error.status_code in {400, 422} and "stream" in str(error.body)
    return isinstance(error, NotImplementedError)
