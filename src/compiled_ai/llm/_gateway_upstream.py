"""Asking the server of a model for chat completions, as a stream where it streams, and reading what comes back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from compiled_ai.errors import UnknownModelError
from compiled_ai.llm._gateway_reply import GIVEN_UP, Accumulator, UpstreamError, read_completion
from compiled_ai.llm._gateway_store import ChatReply
from compiled_ai.llm.providers import OLLAMA_URL, PROVIDERS, ModelName, find_key, parse_model
from compiled_ai.llm.settings import LlmSettings
from compiled_ai.spec.canonical import JsonObject, JsonValue

if TYPE_CHECKING:
    import httpx2

MAX_REPLY_BYTES = 16_000_000
"""A longer reply is given up."""
_CONNECT_SECONDS = 20.0
_PASSED_ON = (
    "messages",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "stop",
    "reasoning_effort",
    "verbosity",
)


def url_of(model: ModelName, base_url: str | None) -> str:
    """Where chat completions of `model` are: `base_url`, or its provider's OpenAI-compatible endpoint."""
    if base_url is not None:
        return base_url.rstrip("/")
    match model.provider:
        case "openai" | "openai-chat":
            return "https://api.openai.com/v1"
        case "anthropic":  # https://platform.claude.com/docs/en/api/openai-sdk
            return "https://api.anthropic.com/v1"
        case "google":  # https://ai.google.dev/gemini-api/docs/openai
            return "https://generativelanguage.googleapis.com/v1beta/openai"
        case "ollama":
            return OLLAMA_URL
    assert_never(model.provider)


class Upstream:
    """A model's server. What it turns out not to take (streams, a temperature) is left out from then on."""

    def __init__(self, settings: LlmSettings) -> None:
        if settings.model is None:
            known = ", ".join(f"{provider}:NAME" for provider in PROVIDERS)
            message = (
                f"no model is named; give --model or COMPILED_AI_MODEL as one of {known}, or --replay DIR"
            )
            raise UnknownModelError(message)
        self._settings = settings
        self._model = parse_model(settings.model, own_server=settings.base_url is not None)
        self._key = find_key(self._model, settings)
        self._url = f"{url_of(self._model, settings.base_url)}/chat/completions"
        self._refused: set[str] = set()
        # Reading the certificates takes a third of a second, which is no part of the first call.
        self._client = _new_client(settings.timeout_seconds)

    def ask(self, body: JsonObject) -> ChatReply:
        """The reply to `body`, whatever model it names.

        Raises:
            UpstreamError: there is none.
        """
        import httpx2

        deadline = time.monotonic() + self._settings.timeout_seconds
        while True:
            start = time.perf_counter()
            try:
                return self._ask_once(self._adapted(body), start, deadline)
            except UpstreamError as error:
                if not self._give_up_a_field(error, body):
                    raise
            except httpx2.TimeoutException as error:
                raise self._late() from error
            except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
                message = f"{self._model} could not be reached at {self._url}: {self._hidden(str(error))}"
                raise UpstreamError(message, status=502, retryable=True) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask_once(self, body: JsonObject, start: float, deadline: float) -> ChatReply:
        data = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        with self._client.stream("POST", self._url, content=data, headers=headers) as response:
            chunks = self._bounded(response, deadline)
            if response.status_code != 200:
                raise self._refusal(response.status_code, response.headers, b"".join(chunks))
            if "text/event-stream" not in response.headers.get("content-type", ""):
                whole = b"".join(chunks)
                return self._counted(read_completion(whole), body, time.perf_counter() - start, first=None)
            accumulator, first, seconds = _streamed(chunks, start)
        return self._counted(accumulator.result(), body, seconds, first=first)

    def _counted(
        self, found: Accumulator, body: JsonObject, seconds: float, *, first: float | None
    ) -> ChatReply:
        return ChatReply(
            message=found.message(),
            finish_reason=found.finish_reason or "stop",
            usage=found.usage_for(body, estimated=self._settings.tokens_estimated),
            seconds=seconds,
            first_token_seconds=first,
        )

    def _bounded(self, response: httpx2.Response, deadline: float) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > MAX_REPLY_BYTES:
                message = f"the reply of {self._model} is longer than {MAX_REPLY_BYTES} bytes"
                raise UpstreamError(message, status=GIVEN_UP, worked=True, kind="ModelReplyError")
            if time.monotonic() > deadline:
                raise self._late()
            yield chunk

    def _late(self) -> UpstreamError:
        message = f"{self._model} did not answer within {self._settings.timeout_seconds:g} s"
        return UpstreamError(message, status=GIVEN_UP, worked=True)

    def _refusal(self, status: int, headers: httpx2.Headers, content: bytes) -> UpstreamError:
        text = self._hidden(content.decode("utf-8", "replace"))[:2000]
        retryable = (status in {408, 409, 425, 429} or status >= 500) and "insufficient_quota" not in text
        # A redirect or another success would read as an answer to the framework.
        passed = status if status >= 400 else 502
        message = f"{self._model} refused the call (HTTP {status}): {text}"
        return UpstreamError(
            message, status=passed, retryable=retryable, retry_after=headers.get("retry-after")
        )

    def _give_up_a_field(self, error: UpstreamError, body: JsonObject) -> bool:
        """Whether the refusal names a field that can be done without, which the next request does."""
        if error.status not in {400, 422}:
            return False
        text = str(error)
        for field in ("stream_options", "stream", "temperature"):
            sent = field in body if field == "temperature" else True
            if field in text and sent and field not in self._refused:
                self._refused.add(field)
                return True
        return False

    def _adapted(self, body: JsonObject) -> JsonObject:
        adapted: JsonObject = {name: body[name] for name in _PASSED_ON if body.get(name) is not None}
        adapted["model"] = self._model.name
        if "stream" not in self._refused:
            adapted["stream"] = True
            if "stream_options" not in self._refused:
                adapted["stream_options"] = {"include_usage": True}
        if "temperature" in self._refused:
            adapted.pop("temperature", None)
        return _in_words(adapted) if self._model.provider == "anthropic" else adapted

    def _hidden(self, text: str) -> str:
        for key in (self._key, *self._settings.keys.values()):
            text = text.replace(key, "***")
        return text


def _new_client(seconds: float) -> httpx2.Client:
    import httpx2

    timeout = httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
    return httpx2.Client(timeout=timeout, follow_redirects=False)


def _in_words(body: JsonObject) -> JsonObject:
    """`body` with its reply schema said in words: Anthropic's OpenAI-compatible endpoint ignores ``response_format``."""
    wanted = body.pop("response_format", None)
    messages = body.get("messages")
    if not isinstance(wanted, dict) or wanted.get("type") == "text" or not isinstance(messages, list):
        return body
    held = wanted.get("json_schema")
    schema: JsonValue = held.get("schema") if isinstance(held, dict) else None
    words = "Reply with one JSON object and nothing else, without a code fence."
    if schema is not None:
        words += f" It must fit this JSON Schema: {json.dumps(schema, ensure_ascii=False)}"
    body["messages"] = [*messages, {"role": "system", "content": words}]
    return body


def _streamed(chunks: Iterator[bytes], start: float) -> tuple[Accumulator, float | None, float]:
    """The reply in a stream, when its first piece came and when its last, in seconds since `start`.

    What comes behind the end is read too, so that the connection can be used again; whatever happens to it is of no account.
    """
    import httpx2

    found = Accumulator()
    first: float | None = None
    seconds = 0.0
    try:
        for event in _events(chunks):
            if found.is_over:
                continue
            is_piece = found.add(event)
            seconds = time.perf_counter() - start
            if is_piece and first is None:
                first = seconds
    except (UpstreamError, httpx2.HTTPError):
        if not found.is_over:
            raise
    return found, first, seconds


def _events(chunks: Iterator[bytes]) -> Iterator[str]:
    """The data of server-sent events."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip().decode("utf-8", "replace")
    if rest.startswith(b"data:"):
        yield rest[5:].strip().decode("utf-8", "replace")
