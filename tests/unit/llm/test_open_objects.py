"""Objects of unnamed properties on their way to a provider."""

from __future__ import annotations

import pytest
from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

from compiled_ai.llm._objects import with_open_objects
from compiled_ai.spec.canonical import JsonObject

CLOSED: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a"],
    "properties": {"a": {"type": "string"}},
}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "object"}, id="alone"),
        pytest.param({**CLOSED, "properties": {"a": {"type": "object"}}}, id="nested"),
        pytest.param({"type": "array", "items": {"type": "object"}}, id="in a list"),
        pytest.param({"anyOf": [{"type": "object"}, {"type": "null"}]}, id="or null"),
    ],
)
def test_an_open_object_is_not_taken_for_an_empty_one(schema: JsonObject) -> None:
    transformer = OpenAIJsonSchemaTransformer(with_open_objects(schema))
    sent = str(transformer.walk())
    assert "'additionalProperties': True" in sent
    assert not transformer.is_strict_compatible


@pytest.mark.parametrize("schema", [CLOSED, {"type": "object", "additionalProperties": {"type": "string"}}])
def test_what_says_more_stays_as_it_is(schema: JsonObject) -> None:
    assert with_open_objects(schema) == schema
