"""Recorded exchanges of chat completions: one line of JSON each, found again by what was asked, and by the how-manieth time."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from io import FileIO
from pathlib import Path
from typing import cast

from compiled_ai.errors import ReplayMissError, StoreError
from compiled_ai.files import locked
from compiled_ai.llm.exchange import Usage
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest

FILE = "exchanges.jsonl"
FORMAT = 1
"""Version of a line's form."""
_KEPT = (
    "messages",
    "tools",
    "tool_choice",
    "response_format",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
    "stop",
)
"""Fields of a request that a model's reply depends on. How it is transported, for whom and when is left out."""


@dataclass(frozen=True, kw_only=True)
class ChatReply:
    """A reply to a chat completion."""

    message: JsonObject
    """``content``, and ``tool_calls`` or ``refusal`` where there are any."""
    finish_reason: str
    usage: Usage
    seconds: float
    first_token_seconds: float | None = None
    """None when the reply did not come as a stream."""
    replayed: bool = False
    by_hand: bool = False


def asked(model: str, body: JsonObject) -> JsonObject:
    """What identifies a request: the same in each run, whatever ids the calls of tools were given."""
    names: dict[str, str] = {}
    kept: JsonObject = {name: _renumbered(body[name], names) for name in _KEPT if body.get(name) is not None}
    return {"model": model, **kept}


def _renumbered(value: JsonValue, names: dict[str, str]) -> JsonValue:
    """`value` with ids of tool calls replaced by their order. An ``id`` counts as one only beside ``function``."""
    if isinstance(value, list):
        return [_renumbered(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    result: JsonObject = {}
    for key, item in value.items():
        is_id = key == "tool_call_id" or (key == "id" and "function" in value)
        if is_id and isinstance(item, str):
            result[key] = names.setdefault(item, f"call_{len(names) + 1}")
        else:
            result[key] = _renumbered(item, names)
    return result


def key_of(request: JsonObject) -> str:
    """Identity of what `asked` returned."""
    return digest("g1", request)


class Exchanges:
    """The recordings of a folder, for one process. When replayed, the n-th time of a request gets its n-th recording; each process counts for itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._recorded: Counter[str] = Counter()
        self._read_to = 0
        self._taken: Counter[str] = Counter()
        self._lines: dict[tuple[str, int], JsonObject] | None = None

    def append(
        self, request: JsonObject, reply: ChatReply, *, answered_by: str, day: date
    ) -> tuple[str, int]:
        """Write one exchange behind those of all processes, and return its key and occurrence.

        Raises:
            StoreError: the file cannot be written or read.
        """
        key = key_of(request)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b", buffering=0) as file, locked(file):
                self._catch_up(file)
                self._recorded[key] += 1
                occurrence = self._recorded[key]
                line = _line(key, occurrence, request, reply, answered_by=answered_by, day=day)
                file.write(line)
                self._read_to += len(line)
        except OSError as error:
            message = f"cannot write the recording {self.path}: {error.strerror}"
            raise StoreError(message) from error
        return key, occurrence

    def take(self, request: JsonObject) -> ChatReply:
        """The next recording of `request`.

        Raises:
            ReplayMissError: there is none.
            StoreError: the file cannot be read, or was edited.
        """
        lines = self._loaded()
        key = key_of(request)
        occurrence = self._taken[key] + 1
        data = lines.get((key, occurrence))
        if data is None:
            raise ReplayMissError(self._miss(key, occurrence, request), key=key)
        self._taken[key] = occurrence
        try:
            kept = data["request"]  # None: left out, for it held data that is not ours to pass on
            if kept is not None and key_of(cast("JsonObject", kept)) != key:
                message = f"{self.path} holds another request than its key {key} says: edited? Record it anew"
                raise StoreError(message)
            return _reply(data)
        except (KeyError, TypeError, ValueError) as error:
            message = f"{self.path} holds no whole recording of {key} ({error!r}); record it anew"
            raise StoreError(message) from error

    def model(self) -> str:
        """The model that all recordings agree on.

        Raises:
            StoreError: there are no recordings, they disagree, or the file cannot be read.
        """
        names = {str(data.get("model")) for data in self._loaded().values()}
        if not names:
            message = f"no recordings in {self.path}; make some with --model NAME --record {self.folder}"
            raise StoreError(message)
        if len(names) > 1:
            listed = ", ".join(sorted(names))
            message = (
                f"the recordings in {self.path} are of several models ({listed}); say which with --model"
            )
            raise StoreError(message)
        return names.pop()

    def _catch_up(self, file: FileIO) -> None:
        """Count what other processes wrote meanwhile. A line that a kill tore is cut off. Only with the lock held."""
        file.seek(self._read_to)
        data = file.readall() or b""
        whole = data[: data.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._recorded[str(_parsed(line, self.path)["key"])] += 1
        self._read_to += len(whole)
        if len(whole) < len(data):
            file.truncate(self._read_to)

    def _loaded(self) -> dict[tuple[str, int], JsonObject]:
        if self._lines is None:
            try:
                data = self.path.read_bytes()
            except FileNotFoundError:
                data = b""
            except OSError as error:
                message = f"cannot read the recordings {self.path}: {error.strerror}"
                raise StoreError(message) from error
            parsed = [_parsed(line, self.path) for line in data[: data.rfind(b"\n") + 1].splitlines()]
            self._lines = {(str(item["key"]), int(str(item["occurrence"]))): item for item in parsed}
        return self._lines

    def _miss(self, key: str, occurrence: int, request: JsonObject) -> str:
        which = f"reply number {occurrence} to this" if occurrence > 1 else "reply to this"
        model = request["model"]
        return (
            f"no recording in {self.folder} holds a {which} request to {model} (key {key}): the prompt, the tools, the framework or the model "
            f"changed since. Record anew with --model {model} --record {self.folder}"
        )


def _parsed(line: bytes, path: Path) -> JsonObject:
    try:
        data = json.loads(line)
    except ValueError as error:
        message = f"{path} holds a line that is not JSON ({error}); remove it or record anew"
        raise StoreError(message) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or not {"key", "occurrence"} <= data.keys():
        message = f"{path} holds a line that is no recording of format {FORMAT}; remove it or record anew"
        raise StoreError(message)
    return data


def _line(
    key: str, occurrence: int, request: JsonObject, reply: ChatReply, *, answered_by: str, day: date
) -> bytes:
    first = reply.first_token_seconds
    data: JsonObject = {
        "format": FORMAT,
        "key": key,
        "occurrence": occurrence,
        "model": request["model"],
        "request": request,
        "message": reply.message,
        "finish_reason": reply.finish_reason,
        "usage": {
            "input_tokens": reply.usage.input_tokens,
            "output_tokens": reply.usage.output_tokens,
            "cached_tokens": reply.usage.cached_tokens,
            "estimated": reply.usage.estimated,
        },
        "seconds": round(reply.seconds, 3),
        "first_token_seconds": None if first is None else round(first, 3),
        "provenance": {
            "model": request["model"],
            "answered_by": answered_by,
            "by_hand": reply.by_hand,
            "date": day.isoformat(),
        },
    }
    return canonical_json(data).encode("utf-8", "backslashreplace") + b"\n"


def _reply(data: JsonObject) -> ChatReply:
    message, usage, provenance = data["message"], data["usage"], data["provenance"]
    if not (isinstance(message, dict) and isinstance(usage, dict) and isinstance(provenance, dict)):
        problem = "message, usage and provenance must be objects"
        raise TypeError(problem)
    first = data["first_token_seconds"]
    return ChatReply(
        message=message,
        finish_reason=str(data["finish_reason"]),
        usage=Usage(
            input_tokens=int(str(usage["input_tokens"])),
            output_tokens=int(str(usage["output_tokens"])),
            cached_tokens=int(str(usage["cached_tokens"])),
            estimated=usage["estimated"] is True,
        ),
        seconds=float(str(data["seconds"])),
        first_token_seconds=None if first is None else float(str(first)),
        replayed=True,
        by_hand=provenance["by_hand"] is True,
    )
