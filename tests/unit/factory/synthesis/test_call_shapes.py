"""Specs read as function calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.factory.plan import make_plan
from compiled_ai.factory.synthesis._call_shapes import CallSchema, read_call_schema, value_at
from compiled_ai.spec import parse_spec

ROOM = {"type": "string", "enum": ["hall", "attic"]}


def read(output: dict[str, Any], answer: dict[str, Any], **changes: Any) -> CallSchema | None:
    data = {
        "name": "task",
        "description": "A task.",
        "instructions": "Do it.",
        "input": {"request": "string"},
        "output": {"type": "object", "required": list(output), "properties": output},
        "examples": [{"input": {"request": "Do it now."}, "output": answer}],
        **changes,
    }
    spec = parse_spec(yaml.safe_dump(data, sort_keys=False), path=Path("task.yaml"))
    return read_call_schema(make_plan(spec).code[0], spec.brief())


def shapes(calls: CallSchema | None) -> dict[str, list[str]]:
    assert calls is not None
    return {shape.name: [item.slot for item in shape.parameters] for shape in calls.shapes}


def test_an_output_without_a_name_holds_the_arguments_themselves() -> None:
    calls = read({"room": ROOM, "minutes": {"type": "integer"}}, {"room": "hall", "minutes": 3})
    assert shapes(calls) == {"": ["room", "minutes"]}


def test_instructions_may_begin_with_the_function() -> None:
    text = "house.light: Switch the light. Give each parameter that the request states."
    calls = read({"room": ROOM}, {"room": "hall"}, instructions=text)
    assert calls is not None
    assert [(shape.name, shape.description) for shape in calls.shapes] == [
        ("house.light", "Switch the light.")
    ]


def test_values_tell_the_type_of_a_schema_without_one() -> None:
    rooms = {"type": "array", "items": {"enum": ["hall", "attic"]}}
    calls = read({"rooms": rooms, "room": {"enum": ["hall"]}}, {"rooms": ["hall"], "room": "hall"})
    assert calls is not None
    assert [item.item_type for item in calls.shapes[0].parameters] == ["string", "string"]


def test_facts_out_of_a_document_are_no_arguments() -> None:
    changes = {"input": {"letter": "string"}, "examples": [{"input": {"letter": "x"}, "output": {"n": 1}}]}
    assert read({"n": {"type": "integer"}}, {"n": 1}, **changes) is None


@pytest.mark.parametrize("key", ["function", "name"])
def test_one_function_may_be_named(key: str) -> None:
    arguments = {"type": "object", "required": ["room"], "properties": {"room": ROOM}}
    calls = read(
        {key: {"const": "heat"}, "arguments": arguments}, {key: "heat", "arguments": {"room": "hall"}}
    )
    assert shapes(calls) == {"heat": ["room"]}


TWO = {"function": {"enum": ["heat", "light"]}}
UNION = {
    "type": "object",
    "properties": {"room": ROOM, "degrees": {"type": "number"}, "bright": {"type": "boolean"}},
}
HEAT = {"function": "heat", "arguments": {"room": "hall", "degrees": 20}}


def test_signatures_in_the_instructions_divide_a_union_of_arguments() -> None:
    text = "Two functions.\n- heat(room, degrees): warm a room.\n- light(room, bright): light a room.\n"
    calls = read({**TWO, "arguments": UNION}, HEAT, instructions=text)
    assert shapes(calls) == {"heat": ["room", "degrees"], "light": ["room", "bright"]}
    assert calls is not None
    assert [shape.description for shape in calls.shapes] == ["warm a room.", "light a room."]


def test_examples_divide_a_union_where_the_instructions_do_not() -> None:
    light = {"function": "light", "arguments": {"room": "hall"}}
    rows = [{"input": {"request": text}, "output": out} for text, out in (("a", HEAT), ("b", light))]
    assert shapes(read({**TWO, "arguments": UNION}, HEAT, examples=rows)) == {
        "heat": ["room", "degrees"],
        "light": ["room"],
    }


def test_a_function_that_neither_shows_cannot_be_told() -> None:
    assert read({**TWO, "arguments": UNION}, HEAT) is None


def test_alternatives_belong_to_the_names_in_their_order() -> None:
    def branch(name: str) -> dict[str, Any]:
        return {
            "type": "object",
            "required": [name],
            "properties": {name: {"type": "number"}},
            "additionalProperties": False,
        }

    arguments = {"type": "object", "oneOf": [branch("degrees"), branch("lux")]}
    answer = {"function": "heat", "arguments": {"degrees": 20}}
    assert shapes(read({**TWO, "arguments": arguments}, answer)) == {"heat": ["degrees"], "light": ["lux"]}


def test_a_required_object_is_divided_into_its_fields() -> None:
    inner = {"type": "object", "required": ["room"], "properties": {"room": ROOM}}
    assert shapes(read({"where": inner}, {"where": {"room": "hall"}})) == {"": ["where.room"]}


def test_what_no_slot_holds_is_left_out_when_it_is_optional() -> None:
    table = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    whole = {"type": "object", "required": ["room"], "properties": {"room": ROOM, "table": table}}
    assert shapes(read({"where": whole}, {"where": {"room": "hall"}})) == {"": ["where.room"]}
    assert read({"table": table}, {"table": [[1]]}) is None


def test_sentences_on_a_parameter_belong_to_its_description() -> None:
    calls = read({"room": ROOM}, {"room": "hall"}, instructions="Read it. room is where the lamp stands.")
    assert calls is not None
    assert "where the lamp stands" in calls.shapes[0].parameters[0].description


def test_a_value_is_found_at_its_path() -> None:
    assert value_at({"a": {"b": None}}, ("a", "b")) == (True, None)
    assert value_at({"a": 1}, ("a", "b")) == (False, None)
