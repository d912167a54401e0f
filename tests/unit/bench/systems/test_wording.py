"""The words that all systems with a model share."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import pytest

from compiled_ai.bench.model import Example, Form, Task, Tool
from compiled_ai.bench.systems import wording
from compiled_ai.spec.canonical import JsonObject, JsonValue

TREE: JsonObject = {
    "type": "object",
    "required": ["name", "next"],
    "properties": {"name": {"type": "string"}, "next": {"anyOf": [{"$ref": "#"}, {"$ref": "#/$defs/end"}]}},
    "$defs": {"end": {"type": "null"}},
}
TASK = Task(
    task_id="double",
    instructions="Twice the number.\n",
    output_schema={"type": "object", "required": ["twice"], "properties": {"twice": {"type": "integer"}}},
    examples=(
        Example(input={"n": 1}, output={"twice": 2}),
        Example(input={"n": -1}, output=None),
    ),
)


def test_message_holds_instructions_and_when_to_decline_and_examples() -> None:
    message = wording.system_message(TASK)
    assert "# Task\nTwice the number.\n" in message
    assert wording.decline_words(TASK) in message
    assert message.endswith(
        '# Examples\n\nInput: {"n":1}\nOutput: {"twice":2}\n\nInput: {"n":-1}\nOutput: (declined)'
    )


def test_task_without_examples_says_nothing_of_them() -> None:
    bare = replace(TASK, examples=())
    assert wording.examples_text(bare) == ""
    assert "Examples" not in wording.system_message(bare)


@pytest.mark.parametrize("form", ["object", "calls", "dialogue"])
def test_each_form_says_how_to_decline(form: Form) -> None:
    assert wording.decline_words(replace(TASK, form=form))


def test_input_is_shown_as_json_that_can_be_encoded() -> None:
    text = wording.user_message(TASK, {"text": "a\ud800b"})
    assert text.encode() == b'{"text":"a\\ud800b"}'


@pytest.mark.parametrize(
    ("reply", "fits"),
    [
        ({"answer": {"name": "a", "next": {"name": "b", "next": None}}, "decline_reason": ""}, True),
        ({"answer": None, "decline_reason": "no"}, True),
        ({"answer": {"name": "a", "next": {"name": 4, "next": None}}, "decline_reason": ""}, False),
        ({"answer": None}, False),
    ],
    ids=["nested", "declined", "nested and wrong", "no reason"],
)
def test_reply_schema_keeps_references_of_the_output(reply: JsonValue, fits: bool) -> None:
    schema = wording.reply_schema(replace(TASK, output_schema=TREE))
    assert jsonschema_rs.validator_for(schema).is_valid(reply) is fits


def test_tools_are_told_with_their_parameters() -> None:
    tool = Tool(name="add", description=" Add two. ", parameters={"type": "object"})
    text = wording.tools_text(replace(TASK, form="calls", tools=(tool,)))
    assert text == "add: Add two.\nParameters: " + json.dumps({"type": "object"})


def test_digest_is_that_of_the_words() -> None:
    assert wording.wording_digest() == wording.wording_digest()
    assert wording.wording_digest().startswith("wording1:")
