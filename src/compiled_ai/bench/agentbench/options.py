"""What a dataset of AgentBench may be set to: read from JSON once, checked."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from compiled_ai.bench.agentbench.source import EnvironmentName, Source, source_of
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue

Protocol = Literal["held-out", "own-query"]
"""``held-out``: one task, some cases are shown to everybody, the others are not. ``own-query``: each case is a task that was shown the case itself."""
Form = Literal["dialogue", "object"]
KNOWN = (
    "environment",
    "folder",
    "unpinned",
    "protocol",
    "examples",
    "rows",
    "url",
    "seconds",
    "host",
    "form",
)
"""``folder``, ``unpinned``: see `source`. ``examples``: how many cases are shown (db). ``rows``: how many rows of a table the case input holds (db; all
when left out). ``url``: MySQL server (db) or SPARQL endpoint (kg). ``seconds``: for one call of a tool. ``host``: the model that plays the host (ltp): its name, or an object with ``model``, ``base_url``, ``record``, ``replay``, also as JSON text.
``form``: ``object`` gives a system the whole table and no tools (db). Values may be texts, as on the command line."""


@dataclass(frozen=True, kw_only=True)
class AgentBenchOptions:
    """How a dataset is set up."""

    environment: EnvironmentName
    source: Source
    protocol: Protocol = "held-out"
    examples: int = 4
    rows: int | None = None
    url: str | None = None
    seconds: float = 10.0
    host: JsonObject | None = None
    form: Form = "dialogue"

    @classmethod
    def from_json(cls, data: JsonObject, environ: Mapping[str, str]) -> AgentBenchOptions:
        """The options that `data` and the environment give.

        Raises:
            OperatorError: an option is unknown or has a value that it cannot have; says which ones are known.
        """
        unknown = sorted(set(data) - set(KNOWN))
        if unknown:
            raise OperatorError(f"unknown option {unknown[0]!r} of AgentBench; known are {', '.join(KNOWN)}")
        name = _choice(data, "environment", get_args(EnvironmentName), None)
        protocol = _choice(data, "protocol", get_args(Protocol), "held-out")
        environment = next(item for item in get_args(EnvironmentName) if item == name)
        url = data.get("url") or environ.get(f"COMPILED_AI_AGENTBENCH_{environment.upper()}_URL")
        form = _choice(data, "form", get_args(Form), "dialogue")
        return cls(
            environment=environment,
            source=source_of(data, dict(environ)),
            protocol="own-query" if protocol == "own-query" else "held-out",
            examples=4 if (examples := _count(data, "examples")) is None else examples,
            rows=_count(data, "rows"),
            url=url if isinstance(url, str) and url else None,
            seconds=_seconds(data),
            host=_host(data),
            form="object" if form == "object" else "dialogue",
        )


def _choice(data: JsonObject, name: str, allowed: Collection[str], default: str | None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or value not in allowed:
        raise OperatorError(
            f"option {name} of AgentBench is {value!r}; it must be one of {', '.join(allowed)}"
        )
    return value


def _count(data: JsonObject, name: str) -> int | None:
    value: JsonValue = data.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise OperatorError(f"option {name} of AgentBench is {value!r}; it must be a whole number from 0 up")
    return value


def _seconds(data: JsonObject) -> float:
    value = data.get("seconds", 10.0)
    try:
        seconds = float(value) if isinstance(value, str | int | float) else 0.0
    except ValueError:
        seconds = 0.0
    if isinstance(value, bool) or not 0 < seconds <= 600:
        raise OperatorError(f"option seconds of AgentBench is {value!r}; it must be a number up to 600")
    return seconds


def _host(data: JsonObject) -> JsonObject | None:
    host = data.get("host")
    if isinstance(host, str) and host.lstrip().startswith("{"):
        try:
            host = json.loads(host)
        except ValueError as error:
            raise OperatorError(f"option host of AgentBench is no JSON: {error}") from error
    if isinstance(host, str):
        return {"model": host}
    if host is not None and not isinstance(host, dict):
        raise OperatorError(f"option host of AgentBench is {host!r}; it must be a model or an object")
    return host
