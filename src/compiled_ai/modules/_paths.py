"""Paths into JSON values: "a.b[0].c", "items[*].price", '["odd key"].x'."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

Step = str | int | None
"""A key, an index, or None for every item of a list."""

MISSING = object()
"""What a path gives that leads nowhere; None is JSON's null."""

_STEP = re.compile(
    r"\[(?P<index>-?[0-9]{1,9})\]|(?P<every>\[\*\])|\[(?P<json>\"(?:[^\"\\]|\\.)*+\")\]|\['(?P<quoted>[^']*)'\]|(?P<key>[^.\[\]]+)",
    re.DOTALL,
)


_MOST_LISTS = 20


@lru_cache(maxsize=2048)
def steps_of(path: str) -> tuple[Step, ...] | None:
    """The steps of a path; none for the empty one, None for one that is not well-formed."""
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if not match or (match["key"] is not None and position and path[position - 1] != "."):
            return None
        steps.append(_step(match))
        position = match.end()
        if path[position : position + 1] == ".":
            position += 1
            if position == len(path) or path[position] == "[":
                return None
    return tuple(steps) if steps.count(None) <= _MOST_LISTS else None


def _step(match: re.Match[str]) -> Step:
    if match["json"] is not None:
        return _unescaped(match["json"])
    key = match["key"] if match["key"] is not None else match["quoted"]
    if key is not None:
        return key
    return None if match["every"] else int(match["index"])


def _unescaped(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:  # a backslash before what needs none
        return quoted[1:-1]


def follow(data: object, steps: tuple[Step, ...]) -> object:
    """The value at the end of the steps, or `MISSING`; a list of all values that are there after an "every"."""
    for number, step in enumerate(steps):
        if step is None:
            if not isinstance(data, list | tuple):
                return MISSING
            rest = steps[number + 1 :]
            found = [value for item in data if (value := follow(item, rest)) is not MISSING]
            # "a[*].b[*].c" is one list.
            return (
                [inner for value in found if isinstance(value, list) for inner in value]
                if None in rest
                else found
            )
        data = _one(data, step)
        if data is MISSING:
            return MISSING
    return data


def _one(data: object, step: str | int) -> object:
    if isinstance(step, str):
        return data.get(step, MISSING) if isinstance(data, Mapping) else MISSING
    if isinstance(data, list | tuple) and -len(data) <= step < len(data):
        return data[step]
    return MISSING


def written(key: str) -> str:
    """A key as a step of a path."""
    return key if re.fullmatch(r"[^.\[\]]+", key) else f"[{json.dumps(key)}]"
