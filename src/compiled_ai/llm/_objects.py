"""Objects read from a model's reply and checked against their schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import cast

import jsonschema_rs

from compiled_ai.errors import ModelReplyError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.formats import FORMATS
from compiled_ai.spec.json_text import parse_json_object

_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_SHOWN_PROBLEMS = 5


class ObjectSchema:
    """A JSON Schema, ready to check replies."""

    def __init__(self, schema: JsonObject) -> None:
        self._validator = jsonschema_rs.validator_for(schema, validate_formats=True, formats=FORMATS)

    def read(
        self, text: str, *, restore: Callable[[JsonValue], JsonValue] | None = None
    ) -> tuple[JsonObject | None, str]:
        """The object that `text` holds and an empty string, or None and what is wrong with it.

        `restore` gives back what was hidden from the model, before the object is held against the schema.
        """
        fenced = _FENCED.fullmatch(text)
        try:
            value = parse_json_object(fenced[1] if fenced else text)
        except ValueError as error:
            return None, f"it cannot be used ({error})"
        if restore is not None:
            try:
                value = cast("JsonObject", restore(value))
            except ModelReplyError as error:
                return None, f"it cannot be used ({error})"
        found = list(islice(self._validator.iter_errors(value), _SHOWN_PROBLEMS))
        if not found:
            return value, ""
        return None, "; ".join(f"{_place(error.instance_path)}: {error.message}" for error in found)


def _place(path: list[str | int]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "$" + "".join(steps)


def with_open_objects(schema: JsonObject) -> JsonObject:
    """`schema` with every object of unnamed properties open outright; where nothing is said, OpenAI's strict mode takes it for an empty one."""
    opened = {key: _opened(value) for key, value in schema.items()}
    is_object = schema.get("type") == "object" or schema.get("type") == ["object", "null"]
    if is_object and "properties" not in schema and "additionalProperties" not in schema:
        opened["additionalProperties"] = True
    return opened


def _opened(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return with_open_objects(value)
    return [_opened(item) for item in value] if isinstance(value, list) else value
