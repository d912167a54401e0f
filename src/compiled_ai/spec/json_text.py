"""JSON text from outside, read strictly."""

from __future__ import annotations

import json
from typing import NoReturn

from compiled_ai.spec.canonical import JsonObject


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return data


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_unique_pairs)


def parse_json_object(text: str) -> JsonObject:
    """The JSON object in `text`; NaN, infinities and duplicate keys are refused.

    Raises:
        ValueError: the text is no such object; the message says why.
    """
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError(f"a JSON object is needed, not {type(data).__name__}")
    return data
