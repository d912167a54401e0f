"""Compiled JSON Schemas, and misfits in words."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.formats import FORMATS

if TYPE_CHECKING:
    import jsonschema_rs

_FORMAT_WORDS = {
    "decimal": 'a decimal, such as "12.50"',
    "date": 'a day of the calendar, such as "2026-02-28"',
    "date-time": 'a date with time and zone, such as "2026-02-28T09:30:00Z"',
}


def suggest(word: str, known: Sequence[str]) -> str:
    """`` Did you mean 'x'?`` for the closest of `known`, or nothing."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


def shorten(text: str, limit: int) -> str:
    """`text`, cut in the middle to at most `limit` characters."""
    half = (limit - 5) // 2
    return text if len(text) <= limit else f"{text[:half]} ... {text[-half:]}"


def place_text(place: Sequence[str | int]) -> str:
    """A place inside data as text, such as ``lines[2].price``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """One way in which data does not fit a schema."""

    place: tuple[str | int, ...]
    rule: str
    """The schema keyword that is broken, such as ``type``. Unlike `message` it never holds a value of the data."""
    message: str
    extra: str | None = None
    """The field that should not be there, if that is what is wrong."""

    @property
    def field(self) -> str:
        """The place as text, such as ``lines[2].price``."""
        return place_text(self.place)


class Checker:
    """A compiled schema. Building takes well under a millisecond, a check one to a few microseconds.

    Formats are checked, unknown formats and references to other documents are refused. Data must be what JSON can carry, also where the
    schema says nothing: no NaN, set, tuple, Decimal, lone surrogate or key that is no string.
    """

    __slots__ = ("_validator", "is_valid", "schema")

    def __init__(self, schema: JsonObject) -> None:
        import jsonschema_rs

        self.schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=True,
            formats=FORMATS,
            ignore_unknown_formats=False,
            offline=True,
        )
        self.is_valid: Callable[[object], bool] = _guarded(self._validator.is_valid)
        """Whether data fits. Raises ValueError for data that is nested too deeply."""

    def explain(self, data: object) -> Mismatch | None:
        """The first way in which `data` does not fit, in words; None when it fits."""
        try:
            if not _is_json(data):
                return _stranger(data, ())
            error = next(iter(self._validator.iter_errors(data)), None)
        except ValueError as problem:
            return Mismatch(place=(), rule="json", message=f"not JSON data: {problem}")
        except RecursionError:
            return Mismatch(place=(), rule="json", message=f"not JSON data: {_TOO_DEEP}")
        return None if error is None else self._mismatch(error)

    def _mismatch(self, error: jsonschema_rs.ValidationError) -> Mismatch:
        rule, extra = error.kind.name, None
        message = shorten(error.message, 300)
        if rule == "required":
            message = f"the field '{getattr(error.kind, 'property', '?')}' is missing"
        elif rule == "additionalProperties":
            extra = str(getattr(error.kind, "unexpected", ("?",))[0])
            message = self._unknown_field(error)
        elif rule == "enum" and isinstance(error.instance, str):
            hint = suggest(error.instance, [item for item in _options(error) if isinstance(item, str)])
            message += f".{hint}" if hint else ""
        elif rule == "format":
            name = str(getattr(error.kind, "format", "?"))
            shown = shorten(json.dumps(error.instance, ensure_ascii=False), 100)
            message = f"{shown} is not {_FORMAT_WORDS.get(name, f'of the format {name}')}"
        elif rule in {"anyOf", "oneOf"}:
            message = f"{shorten(json.dumps(error.instance, ensure_ascii=False), 200)} does not fit the alternatives of '{rule}'"
        return Mismatch(place=tuple(error.instance_path), rule=rule, message=message, extra=extra)

    def _unknown_field(self, error: jsonschema_rs.ValidationError) -> str:
        parent: Any = self.schema
        for part in error.schema_path[:-1]:
            parent = parent[part]
        properties = parent.get("properties", {}) if isinstance(parent, dict) else {}
        known = list(properties) if isinstance(properties, dict) else []
        unexpected = [str(name) for name in getattr(error.kind, "unexpected", ())]
        names = ", ".join(f"'{name}'" for name in unexpected[:5])
        listed = f"known fields are {', '.join(known)}." if known else "no fields are known here."
        return f"unknown field{'s' if len(unexpected) > 1 else ''} {names}; {listed}{suggest(unexpected[0], known)}"


def _options(error: jsonschema_rs.ValidationError) -> list[object]:
    options = getattr(error.kind, "options", ())
    return options if isinstance(options, list) else []


def _guarded(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    def is_valid(data: object) -> bool:
        try:
            return _is_json(data) and fits(data)
        except RecursionError as error:
            raise ValueError(_TOO_DEEP) from error

    return is_valid


_TOO_DEEP = "nested too deeply"
_HALF = "holds half of a surrogate pair, which is no character"
_LEAVES = {int, bool, type(None)}


def _is_json(value: object) -> bool:
    """Whether JSON can carry `value`. The schema library alone looks only at what the schema speaks of, and takes a Decimal for a number."""
    if isinstance(value, dict):
        if not _has_text_keys(value):
            return False
        items: Iterable[object] = value.values()
    elif isinstance(value, list):
        items = value
    else:
        return _is_plain(value)
    for item in items:
        # It runs on every input and output, so plain values are not worth a call.
        if not (type(item) in _LEAVES or (type(item) is str and item.isascii()) or _is_json(item)):
            return False
    return True


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return _is_text(value)
    return math.isfinite(value) if isinstance(value, float) else value is None or isinstance(value, int)


def _has_text_keys(mapping: dict[object, object]) -> bool:
    try:
        text = "".join(mapping)  # type: ignore[arg-type]  # a key that is no string is what we look for
    except TypeError:
        return False
    return text.isascii() or _is_text(text)


def _is_text(text: str) -> bool:
    """Whether `text` is without halves of surrogate pairs, which can be neither written to a file nor sent."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _stranger(value: object, place: tuple[str | int, ...]) -> Mismatch | None:
    """The first part of `value` that JSON cannot carry."""
    if isinstance(value, dict) and not _has_text_keys(value):
        odd = next(key for key in value if not (isinstance(key, str) and _is_text(key)))
        shown = f"the key {_HALF}" if isinstance(odd, str) else f"a key of type {type(odd).__name__}"
        return Mismatch(place=place, rule="json", message=f"not JSON data: {shown}; keys are text")
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return next(filter(None, (_stranger(item, (*place, key)) for key, item in items)), None)
    if _is_plain(value):
        return None
    kind = f"a value of type {type(value).__name__}"
    shown = _HALF if isinstance(value, str) else str(value) if isinstance(value, float) else kind
    return Mismatch(place=place, rule="json", message=f"not JSON data: {shown}")
