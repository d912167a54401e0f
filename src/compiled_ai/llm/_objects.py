"""Objects read from a model's reply and checked against their schema."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import NoReturn

import jsonschema_rs

from compiled_ai.spec.canonical import JsonObject

_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_SHOWN_PROBLEMS = 5


class ObjectSchema:
    """A JSON Schema, ready to check replies."""

    def __init__(self, schema: JsonObject) -> None:
        self._validator = jsonschema_rs.validator_for(
            schema, validate_formats=True, formats={"decimal": _is_decimal}
        )

    def read(self, text: str) -> tuple[JsonObject | None, str]:
        """The object that `text` holds and an empty string, or None and what is wrong with it."""
        fenced = _FENCED.fullmatch(text)
        try:
            value = json.loads(fenced[1] if fenced else text, parse_constant=_refuse_constant)
        except ValueError as error:
            return None, f"it is not JSON ({error})"
        if not isinstance(value, dict):
            return None, "it is not a JSON object"
        found = list(islice(self._validator.iter_errors(value), _SHOWN_PROBLEMS))
        if not found:
            return value, ""
        return None, "; ".join(f"{_place(error.instance_path)}: {error.message}" for error in found)


def _is_decimal(value: str) -> bool:
    return _DECIMAL.fullmatch(value) is not None


def _place(path: list[str | int]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "$" + "".join(steps)


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)
