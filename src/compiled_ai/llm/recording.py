"""Recordings of exchanges: one readable JSON file each, found again by what the model was asked."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from compiled_ai.errors import ReplayMissError, StoreError
from compiled_ai.files import write_atomic
from compiled_ai.llm.exchange import Reply, Request, Source, Usage, request_body, response_text
from compiled_ai.spec.canonical import JsonObject, canonical_json, digest

FORMAT = 1
"""Version of the file format."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One exchange as it is kept."""

    model: str
    role: str
    body: JsonObject
    """What was asked: see `exchange_body`."""
    response: JsonObject
    """The reply in PydanticAI's JSON form, without what differs between two equal replies."""
    usage: Usage
    seconds: float
    first_token_seconds: float | None
    answered_by: str
    day: date


class Recordings:
    """A folder of recordings, for one run. The n-th time a request is made, its n-th recording answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def path(self, key: str) -> Path:
        """File of the recording with `key`."""
        hexadecimal, _, ordinal = key.partition(":")[2].partition("#")
        return self.folder / f"{hexadecimal[:16]}{'-' + ordinal if ordinal else ''}.json"

    def save(self, recorded: Recorded) -> str:
        """Write one exchange, in place of an older recording of it, and return its key.

        Raises:
            StoreError: the file cannot be written.
        """
        with self._lock:
            key = self._next_key(recorded.body)
            self._seen[digest("k1", recorded.body)] += 1
        text = json.dumps(_as_json(key, recorded), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self.path(key), text)
        except OSError as error:
            message = f"cannot write the recording {self.path(key)}: {error.strerror}"
            raise StoreError(message) from error
        return key

    def take(self, request: Request, *, model: str) -> JsonObject:
        """The next recording of `request`, as the content of its file.

        Raises:
            ReplayMissError: there is none.
            StoreError: the file cannot be read, or is not a recording of this request.
        """
        body = request_body(model, request)
        with self._lock:
            key = self._next_key(body)
            path = self.path(key)
            if not path.exists():
                raise ReplayMissError(self._miss(key, request, model), key=key)
            self._seen[digest("k1", body)] += 1
        data = read_recording(path)
        if data.get("key") != key:
            message = f"{path} holds the key {data.get('key')}, not {key}: edited or renamed? Record it anew"
            raise StoreError(message)
        return data

    def model(self) -> str:
        """The model that all recordings of the folder agree on.

        Raises:
            StoreError: there are no recordings, they disagree, or one cannot be read.
        """
        names = {str(read_recording(path).get("model")) for path in sorted(self.folder.glob("*.json"))}
        if not names:
            message = f"no recordings in {self.folder}; make some with --model NAME --record {self.folder}"
            raise StoreError(message)
        if len(names) > 1:
            listed = ", ".join(sorted(names))
            message = (
                f"the recordings in {self.folder} are of several models ({listed}); say which with --model"
            )
            raise StoreError(message)
        return names.pop()

    def _next_key(self, body: JsonObject) -> str:
        base = digest("k1", body)
        ordinal = self._seen[base] + 1
        return base if ordinal == 1 else f"{base}#{ordinal}"

    def _miss(self, key: str, request: Request, model: str) -> str:
        repeat = key.partition("#")[2]
        what = f"reply number {repeat} to this" if repeat else "reply to this"
        return (
            f"no recording in {self.folder} holds a {what} {request.role} request to {model} (key {key}): "
            "the prompt, the schema or the model changed since. Record anew with "
            f"--model {model} --record {self.folder}"
        )


class ReplayBackend:
    """Answers from recordings alone: no provider, no key, no network."""

    source: Source = "replay"

    def __init__(self, folder: Path, *, model: str | None) -> None:
        self._recordings = Recordings(folder)
        self.model = self._recordings.model() if model is None else model

    def ask(self, request: Request, *, timeout_seconds: float | None) -> Reply:  # noqa: ARG002 - a file answers at once
        """The recorded reply, with the tokens and seconds that were recorded."""
        data = self._recordings.take(request, model=self.model)
        try:
            return _reply(data)
        except (KeyError, TypeError, ValueError) as error:
            path = self._recordings.path(str(data["key"]))
            message = f"{path} is not a whole recording ({error!r}); record it anew"
            raise StoreError(message) from error

    def close(self) -> None:
        """Nothing is held open."""


def read_recording(path: Path) -> JsonObject:
    """The content of a recording's file.

    Raises:
        StoreError: it cannot be read, or is of another format.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"cannot read the recording {path}: {error}"
        raise StoreError(message) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        message = f"{path} is not a recording of format {FORMAT}; remove it or record it anew"
        raise StoreError(message)
    return data


def _as_json(key: str, recorded: Recorded) -> JsonObject:
    messages = recorded.body["messages"]
    schemas = recorded.body["schemas"]
    assert isinstance(messages, list)
    assert isinstance(schemas, list)
    shown = list(messages)
    shown += [{"role": "schema", "text": canonical_json(schema)} for schema in schemas]
    return {
        "format": FORMAT,
        "key": key,
        "model": recorded.model,
        "role": recorded.role,
        "request": shown,
        "response": recorded.response,
        "usage": {
            "input_tokens": recorded.usage.input_tokens,
            "output_tokens": recorded.usage.output_tokens,
            "cache_read_tokens": recorded.usage.cached_tokens,
            "estimated": recorded.usage.estimated,
        },
        "seconds": round(recorded.seconds, 3),
        "first_token_seconds": None
        if recorded.first_token_seconds is None
        else round(recorded.first_token_seconds, 3),
        "provenance": {
            "model": recorded.model,
            "answered_by": recorded.answered_by,
            "date": recorded.day.isoformat(),
        },
    }


def _reply(data: JsonObject) -> Reply:
    response, usage, provenance = data["response"], data["usage"], data["provenance"]
    if not (isinstance(response, dict) and isinstance(usage, dict) and isinstance(provenance, dict)):
        message = "response, usage and provenance must be objects"
        raise TypeError(message)
    first = data["first_token_seconds"]
    return Reply(
        text=response_text(response),
        usage=Usage(
            input_tokens=int(str(usage["input_tokens"])),
            output_tokens=int(str(usage["output_tokens"])),
            cached_tokens=int(str(usage["cache_read_tokens"])),
            estimated=bool(usage["estimated"]),
        ),
        seconds=float(str(data["seconds"])),
        first_token_seconds=None if first is None else float(str(first)),
        complete=response.get("finish_reason") != "length",
        replayed=True,
        day=date.fromisoformat(str(provenance["date"])),
    )
