"""JSON data copied, and nothing else let through. Stands on the standard library alone, because jails load it too."""

from __future__ import annotations

from math import isfinite
from types import NoneType
from typing import Any

from compiled_ai.spec.canonical import JsonValue

MAX_DEPTH = 100
"""Deepest nesting; validation refuses deeper outputs too."""
_LARGEST = 10**4_300
"""Python itself neither reads nor writes integers with more digits."""
_ATOMS = frozenset((str, bool, NoneType))


class NotPlainError(ValueError):
    """Something that JSON cannot carry. The message does not quote it."""

    def __init__(self, message: str) -> None:
        self.place: list[str | int] = []
        """Where it stands, from the outside in."""
        super().__init__(message)


def copy_plain(value: object, depth: int = MAX_DEPTH) -> JsonValue:
    """A copy of `value` that shares no list and no object with it. Subclasses of dict become dicts, other subclasses are refused.

    Texts are not looked into: that they hold no half of a surrogate pair is the schema check's to see.

    Raises:
        NotPlainError: it holds something that is not JSON data, or nests more than `depth` levels.
    """
    kind = type(value)
    if kind in _ATOMS:
        return value  # type: ignore[return-value]  # narrowed by a look-up, which is what makes it fast
    if isinstance(value, dict):
        return _copy_object(value, _deeper(depth))
    if kind is list:
        return _copy_list(value, _deeper(depth))  # type: ignore[arg-type]  # as above
    if kind is float:
        if isfinite(value):  # type: ignore[arg-type]  # as above
            return value  # type: ignore[return-value]  # as above
        raise NotPlainError(f"not JSON data: {value}")
    if kind is int:
        if -_LARGEST < value < _LARGEST:  # type: ignore[operator]  # as above
            return value  # type: ignore[return-value]  # as above
        raise NotPlainError("not JSON data: an integer of more than 4300 digits")
    raise NotPlainError(f"not JSON data: a value of type {kind.__name__}")


def _deeper(depth: int) -> int:
    if not depth:
        raise NotPlainError(f"nested deeper than {MAX_DEPTH} levels")
    return depth - 1


def _copy_object(value: dict[Any, Any], depth: int) -> JsonValue:
    copy: dict[str, JsonValue] = {}
    for key, item in value.items():
        if type(key) is not str:
            raise NotPlainError(f"not JSON data: a key of type {type(key).__name__}; keys are text")
        try:
            copy[key] = item if type(item) in _ATOMS else copy_plain(item, depth)
        except NotPlainError as problem:
            problem.place.insert(0, key)
            raise
    return copy


def _copy_list(value: list[Any], depth: int) -> JsonValue:
    copy: list[JsonValue] = []
    try:
        for item in value:
            copy.append(item if type(item) in _ATOMS else copy_plain(item, depth))
    except NotPlainError as problem:
        problem.place.insert(0, len(copy))  # where it stopped
        raise
    return copy
