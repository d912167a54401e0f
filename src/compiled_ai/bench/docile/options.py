"""What the dataset may be set to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from compiled_ai.bench.docile.generator import Level
from compiled_ai.bench.docile.official import DocileTask
from compiled_ai.bench.docile.source import PATH_VARIABLE
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue

Source = Literal["synthetic", "path"]
Per = Literal["all", "vendor"]
Protocol = Literal["held-out", "own-query", "all"]
_MOST_DOCUMENTS = 100_000


@dataclass(frozen=True, kw_only=True)
class DocileOptions:
    """How the dataset is set up."""

    task: DocileTask = "kile"
    source: Source = "synthetic"
    """``path``: the real documents, which whoever has a token has downloaded."""
    path: Path | None = None
    """Their folder or zip file."""
    split: str = "val"
    """Of the real documents, where held-out cases come from; examples come from ``train``."""
    count: int = 60
    """Held-out documents."""
    seed: int = 0
    """Of the generator, and of the choice among real documents."""
    noise: Level = "light"
    examples: int = 3
    """Documents that everybody may see, for each task."""
    per: Per = "all"
    """``vendor``: a task for each vendor, whose invoices all look alike. Synthetic documents only."""
    vendors: int = 8
    """Of synthetic documents."""
    words: bool = False
    """Whether systems are given words with boxes beside the text. It makes inputs five times as long."""
    protocol: Protocol = "held-out"
    """Which cases there are. ``own-query``: the examples themselves."""
    threshold: float = 0.5
    """Least share of examples that compiled code must get right in all fields."""

    @classmethod
    def from_json(
        cls, data: Mapping[str, JsonValue], environ: Mapping[str, str] | None = None
    ) -> DocileOptions:
        """The options in `data`, whose values may be texts, as a command line gives them; the path also from the variable ``COMPILED_AI_DOCILE``.

        Raises:
            OperatorError: an option is unknown or cannot have that value.
        """
        environ = os.environ if environ is None else environ
        known = [item.name for item in fields(cls)]
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise OperatorError(f"docile has no option {unknown[0]!r}; known are {', '.join(known)}")
        path = _text(data, "path", environ.get(PATH_VARIABLE) or "")
        options = cls(
            task=_task(data),
            source="path"
            if _choice(data, "source", get_args(Source), "synthetic") == "path"
            else "synthetic",
            path=Path(path).expanduser() if path else None,
            split=_choice(data, "split", ("train", "val"), cls.split),
            count=_whole(data, "count", cls.count, (1, _MOST_DOCUMENTS)),
            seed=_whole(data, "seed", cls.seed, (0, 2**53)),
            noise=_noise(data),
            examples=_whole(data, "examples", cls.examples, (1, 50)),
            per="vendor" if _choice(data, "per", get_args(Per), "all") == "vendor" else "all",
            vendors=_whole(data, "vendors", cls.vendors, (1, 1000)),
            words=_choice(data, "words", ("true", "false"), "false") == "true",
            protocol=_protocol(data),
            threshold=_share(data, "threshold", cls.threshold),
        )
        if options.source == "path" and options.per == "vendor":
            raise OperatorError("docile: per=vendor is for source=synthetic only; leave one of them out")
        return options

    def to_json(self) -> JsonObject:
        """All of them, as data for reports. The path is left out: it says nothing about the data."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "path"}


def _text(data: Mapping[str, JsonValue], name: str, default: str) -> str:
    value = data.get(name, default)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise OperatorError(f"option {name} of docile is {value!r}; it must be a text or a number")


def _choice(data: Mapping[str, JsonValue], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = _text(data, name, default)
    if value not in allowed:
        raise OperatorError(f"option {name} of docile is {value!r}; it must be one of {', '.join(allowed)}")
    return value


def _task(data: Mapping[str, JsonValue]) -> DocileTask:
    return "lir" if _choice(data, "task", get_args(DocileTask), "kile") == "lir" else "kile"


def _noise(data: Mapping[str, JsonValue]) -> Level:
    chosen = _choice(data, "noise", get_args(Level), "light")
    levels: tuple[Level, ...] = get_args(Level)
    return next(level for level in levels if level == chosen)


def _protocol(data: Mapping[str, JsonValue]) -> Protocol:
    chosen = _choice(data, "protocol", get_args(Protocol), "held-out")
    protocols: tuple[Protocol, ...] = get_args(Protocol)
    return next(protocol for protocol in protocols if protocol == chosen)


def _whole(data: Mapping[str, JsonValue], name: str, default: int, bounds: tuple[int, int]) -> int:
    text = _text(data, name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not bounds[0] <= int(text) <= bounds[1]:
        raise OperatorError(
            f"option {name} of docile is {text!r}; it must be a whole number from {bounds[0]} to {bounds[1]}"
        )
    return int(text)


def _share(data: Mapping[str, JsonValue], name: str, default: float) -> float:
    text = _text(data, name, str(default))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise OperatorError(f"option {name} of docile is {text!r}; it must be a number from 0 to 1")
    return value
