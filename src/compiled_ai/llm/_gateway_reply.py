"""Chat completions read from what a server sent, whole or in pieces, and written for who asked."""

from __future__ import annotations

import json
from typing import Literal

from compiled_ai.llm._gateway_store import ChatReply
from compiled_ai.llm.exchange import Usage, estimate_tokens
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json

GIVEN_UP = 424
"""HTTP status for what is not worth trying again: a call that took all its time, or rubbish. Some clients repeat every 5xx, whatever the headers say."""


class UpstreamError(Exception):
    """A call without a reply. Never seen by callers of the gateway: it becomes a response and a counted call."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        retryable: bool = False,
        worked: bool = False,
        kind: Literal["ModelCallError", "ModelReplyError"] = "ModelCallError",
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """Of HTTP, for the framework."""
        self.retryable = retryable
        self.worked = worked
        """Whether the provider worked on it, and so bills the prompt."""
        self.kind = kind
        self.retry_after = retry_after


class Accumulator:
    """A reply that comes in pieces. `is_over` once all were there."""

    def __init__(self) -> None:
        self.finish_reason = ""
        self.is_over = False
        self._texts: dict[str, list[str]] = {"content": [], "refusal": []}
        self._calls: list[JsonObject] = []
        self._positions: dict[int, int] = {}
        self._usage: JsonObject = {}

    def add(self, event: str) -> bool:
        """Take in the data of one event. Whether it held a piece of the reply itself.

        Raises:
            UpstreamError: it is an error, or no piece of a chat completion.
        """
        if event == "[DONE]":
            self.is_over = True
            return False
        chunk = _object(event)
        usage, choices = chunk.get("usage"), chunk.get("choices")
        if isinstance(usage, dict):
            self._usage = usage
        if not isinstance(choices, list):
            raise _rubbish(event)
        found = False
        for choice in choices[:1]:
            if not isinstance(choice, dict):
                raise _rubbish(event)
            self._finish(choice)
            found = self._take(choice.get("delta") or {})
        return found

    def add_message(self, choice: JsonObject, usage: JsonValue) -> None:
        """Take in a whole message."""
        self._finish(choice)
        self._take(choice.get("message"))
        self._usage = usage if isinstance(usage, dict) else {}
        self.is_over = True

    def result(self) -> Accumulator:
        """Itself, once whole.

        Raises:
            UpstreamError: it broke off.
        """
        if not self.is_over and not self.finish_reason:
            message = "the reply broke off before its end"
            raise UpstreamError(message, status=502, retryable=True, worked=True, kind="ModelReplyError")
        return self

    def message(self) -> JsonObject:
        """The reply itself: ``content``, and ``tool_calls`` or ``refusal`` where there are any. Ids of calls are left out."""
        content, refusal = "".join(self._texts["content"]), "".join(self._texts["refusal"])
        message: JsonObject = {"content": content or None}
        if refusal:
            message["refusal"] = refusal
        if self._calls:
            message["tool_calls"] = [
                {"name": call["name"], "arguments": call["arguments"]} for call in self._calls
            ]
        return message

    def usage_for(self, body: JsonObject, *, estimated: bool) -> Usage:
        """Tokens as the provider counted them, or our estimates if it did not. `estimated`: its counts are such, too."""
        given, got = _count(self._usage, "prompt_tokens"), _count(self._usage, "completion_tokens")
        if given or got:
            details = self._usage.get("prompt_tokens_details")
            cached = _count(details, "cached_tokens") if isinstance(details, dict) else 0
            return Usage(input_tokens=given, output_tokens=got, cached_tokens=cached, estimated=estimated)
        reply = canonical_json(self.message())
        return Usage(input_tokens=estimate_prompt(body), output_tokens=estimate_tokens(reply), estimated=True)

    def _finish(self, choice: JsonObject) -> None:
        if isinstance(reason := choice.get("finish_reason"), str):
            self.finish_reason = reason

    def _take(self, piece: JsonValue) -> bool:
        if not isinstance(piece, dict):
            raise _rubbish(canonical_json(piece))
        found = False
        for name, texts in self._texts.items():
            text = piece.get(name)
            if isinstance(text, str) and text:
                texts.append(text)
                found = True
        calls = piece.get("tool_calls") or []
        for position, call in enumerate(calls if isinstance(calls, list) else []):
            self._take_call(call, position)
            found = True
        return found

    def _take_call(self, call: JsonValue, position: int) -> None:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(call, dict) or not isinstance(function, dict):
            raise _rubbish(canonical_json(call))
        given = call.get("index")
        index = given if isinstance(given, int) else position
        identity, name, arguments = call.get("id"), function.get("name"), function.get("arguments")
        place = self._positions.get(index)
        # Google numbers all calls of a reply with 0: a new id tells them apart.
        if place is None or (identity and identity != self._calls[place]["id"]):
            place = self._positions[index] = len(self._calls)
            self._calls.append({"id": identity, "name": "", "arguments": ""})
        entry = self._calls[place]
        entry["name"] = str(entry["name"]) + (name if isinstance(name, str) else "")
        text = arguments if isinstance(arguments, str) else canonical_json(arguments) if arguments else ""
        entry["arguments"] = str(entry["arguments"]) + text


def read_completion(data: bytes) -> Accumulator:
    """A chat completion that came whole.

    Raises:
        UpstreamError: `data` is something else.
    """
    text = data.decode("utf-8", "replace")
    body = _object(text)
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise _rubbish(text)
    found = Accumulator()
    found.add_message(choice, body.get("usage"))
    return found


def estimate_prompt(body: JsonObject) -> int:
    """Estimated token count of all that a request shows the model."""
    shown: list[JsonValue] = [body.get(name) for name in ("messages", "tools", "response_format")]
    return estimate_tokens(canonical_json([item for item in shown if item is not None]))


def completion(reply: ChatReply, model: str, number: int) -> JsonObject:
    """`reply` as a chat completion. `number`: unique among those of a gateway."""
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": _message(reply, number),
                "finish_reason": reply.finish_reason,
                "logprobs": None,
            }
        ],
        "usage": _usage(reply.usage),
    }


def chunks(reply: ChatReply, model: str, number: int) -> list[JsonObject]:
    """`reply` as the pieces of a stream, the last with the usage."""
    head: JsonObject = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
    }
    delta = _message(reply, number)
    calls = delta.get("tool_calls")
    if isinstance(calls, list):
        delta["tool_calls"] = [
            {"index": index, **call} for index, call in enumerate(calls) if isinstance(call, dict)
        ]
    pieces: list[tuple[JsonObject, str | None]] = [(delta, None), ({}, reply.finish_reason)]
    listed: list[JsonObject] = [
        {**head, "choices": [{"index": 0, "delta": piece, "finish_reason": reason}], "usage": None}
        for piece, reason in pieces
    ]
    return [*listed, {**head, "choices": [], "usage": _usage(reply.usage)}]


def _message(reply: ChatReply, number: int) -> JsonObject:
    message: JsonObject = {"role": "assistant", **reply.message}
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        message["tool_calls"] = [
            {
                "id": f"call_{number}_{index}",
                "type": "function",
                "function": {"name": call.get("name"), "arguments": call.get("arguments")},
            }
            for index, call in enumerate(calls)
            if isinstance(call, dict)
        ]
    return message


def _usage(usage: Usage) -> JsonObject:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
    }


def _object(text: str) -> JsonObject:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise _rubbish(text) from None
    if not isinstance(value, dict):
        raise _rubbish(text)
    if "error" in value and "choices" not in value:
        message = f"the server gave an error in place of a reply: {text[:300]}"
        raise UpstreamError(message, status=502, retryable=True, worked=True)
    return value


def _rubbish(text: str) -> UpstreamError:
    message = f"the server's reply is no chat completion: {text[:300]}"
    return UpstreamError(message, status=GIVEN_UP, worked=True, kind="ModelReplyError")


def _count(usage: JsonObject, name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
