"""What passes between us and a model, in our own words: requests, replies, and exchange identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from compiled_ai.errors import ModelCallError
from compiled_ai.gates.canary import planted
from compiled_ai.llm._objects import with_open_objects
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json

Role = Literal["coder", "planner", "tester", "solver", "bounded", "direct"]
"""Who asks: the compiler's agents, a bounded step at run time, or a baseline that always calls the model."""
Source = Literal["live", "replay"]

CHARS_PER_TOKEN = 3.3
"""Characters per token, fitted on recorded Claude usage (JSON runs near 2.7, prose near 4)."""
TOOL_NAME = "answer"
TOOL_DESCRIPTION = "Give the answer. Call this exactly once, with the whole answer."


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One thing asked of a model."""

    role: Role
    instructions: str
    prompt: str
    history: tuple[Turn, ...] = ()
    """What was said before `prompt`, oldest first."""
    schema: JsonObject | None = None
    """Schema of the object asked for. None asks for text."""
    max_tokens: int | None = None
    """Most tokens of the reply. None leaves the provider's own bound."""
    canary: str = field(default="", compare=False, repr=False)
    """Stands in a line at the top of the system prompt as it is sent, and in no recording; empty for none."""

    @property
    def system(self) -> str:
        """The system prompt as it is sent."""
        return planted(self.instructions, self.canary) if self.canary else self.instructions


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of one exchange."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    """Part of `input_tokens` that the provider read from its cache."""
    estimated: bool = False
    """Whether the counts come from `estimate_tokens` because the provider gave none."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back: text, or the text of a JSON object when a schema was given."""

    text: str
    usage: Usage
    seconds: float
    first_token_seconds: float | None
    """None when the reply did not come as a stream."""
    complete: bool = True
    """False when the model stopped at the token bound."""
    replayed: bool = False
    day: date | None = None
    """Day whose list prices hold. None means today."""


class Backend(Protocol):
    """Something that answers requests: a provider, a folder of recordings, or a function."""

    @property
    def model(self) -> str:
        """The model string, such as ``anthropic:claude-opus-4-5``."""

    @property
    def source(self) -> Source:
        """Whether replies are live or read from recordings."""

    def ask(self, request: Request, *, timeout_seconds: float | None) -> Reply:
        """The reply to `request`. None waits as long as the settings allow."""

    def close(self) -> None:
        """Let go of connections. The backend may be asked again afterwards."""


class CallTimeoutError(ModelCallError):
    """A call given up after its time. The provider may still bill it, unlike one that was refused."""


def estimate_tokens(*texts: str) -> int:
    """Estimated token count of `texts` together."""
    return round(sum(map(len, texts)) / CHARS_PER_TOKEN)


def estimate_request(request: Request) -> int:
    """Estimated token count of all that `request` sends, its schema included."""
    schema = "" if request.schema is None else canonical_json(request.schema)
    turns = (turn.text for turn in request.history)
    return estimate_tokens(request.system, *turns, request.prompt, schema)


def exchange_body(
    model: str,
    messages: Sequence[tuple[str, str]],
    *,
    schemas: Sequence[JsonObject],
    max_tokens: int | None,
) -> JsonObject:
    """What identifies an exchange: all that the model sees, and nothing that differs between two equal runs.

    `messages` are pairs of role (system, user, assistant) and text; `schemas` those of the tools it may call.
    """
    listed: list[JsonValue] = [{"role": role, "text": text} for role, text in messages]
    return {
        "model": model,
        "messages": listed,
        "schemas": list(schemas),
        "output": "tool" if schemas else "text",
        "max_tokens": max_tokens,
    }


def request_body(model: str, request: Request) -> JsonObject:
    """`exchange_body` of one of our own requests."""
    messages = [("system", request.instructions)] if request.instructions else []
    messages += [(turn.role, turn.text) for turn in request.history]
    messages.append(("user", request.prompt))
    schemas = [] if request.schema is None else [with_open_objects(request.schema)]  # as it is sent
    return exchange_body(model, messages, schemas=schemas, max_tokens=request.max_tokens)


def response_text(response: JsonObject) -> str:
    """The text of a response in PydanticAI's JSON form, or the JSON text of its tool call's arguments."""
    parts = response.get("parts")
    texts = []
    for part in parts if isinstance(parts, list) else []:
        if not isinstance(part, dict):
            continue
        if part.get("part_kind") == "tool-call":
            arguments = part.get("args")
            return arguments if isinstance(arguments, str) else canonical_json(arguments)
        if part.get("part_kind") == "text":
            texts.append(str(part.get("content", "")))
    return "".join(texts)
