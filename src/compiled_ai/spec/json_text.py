"""JSON text from outside, read strictly."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from compiled_ai.spec.canonical import JsonObject, JsonValue


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number


def _unique_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for index, key in enumerate(keys) if key in keys[:index])
        raise ValueError(f"a key appears twice in one object: '{repeated}'; keep one of the two")
    return data


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant,
    parse_float=_finite,
    object_pairs_hook=_unique_pairs,
)


def parse_json_object(text: str, *, max_depth: int | None = None) -> JsonObject:
    """The JSON object in `text`; NaN, infinities, half surrogate pairs and duplicate keys are refused.

    Args:
        text: The JSON text.
        max_depth: Greatest nesting, the object itself not counted. None sets no bound but Python's own.

    Raises:
        ValueError: the text is no such object; the message says why.
    """
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError as error:
        if str(error).startswith("Exceeds the limit"):  # of Python, on the digits of an integer
            raise ValueError("an integer of several thousand digits is too long; put it in quotes") from error
        raise
    if not isinstance(data, dict):
        raise ValueError(f"a JSON object is needed, not {_kind(data)}")
    if max_depth is not None and _deeper(data, max_depth):
        raise ValueError(f"nested deeper than {max_depth} levels")
    _refuse_half_characters(text, data)
    return data


def _kind(data: object) -> str:
    if data is None or isinstance(data, bool):
        return json.dumps(data)
    return "an array" if isinstance(data, list) else "a string" if isinstance(data, str) else "a number"


def _deeper(data: JsonValue, depth: int) -> bool:
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return depth < 0 or any(_deeper(child, depth - 1) for child in children)


def _refuse_half_characters(text: str, data: JsonObject) -> None:
    """Half of a surrogate pair can be escaped in JSON text, but it could not be written to a file or sent anywhere."""
    if "\\ud" not in text.lower():
        return
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError(r"half of a surrogate pair (\ud800 to \udfff) is no character") from error
