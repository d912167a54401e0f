"""Plans that a model proposes, checked like an author's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.factory.planner import ask_planner
from compiled_ai.llm import Request, from_function
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.model import Step

OUTPUT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a", "b", "c"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"$ref": "#/$defs/place"},
        "c": {"type": ["string", "null"]},
        "left_out": {"type": "string"},
        "may_be_null": {"type": ["string", "null"]},
    },
    "$defs": {"place": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def spec() -> Spec:
    data = {
        "name": "task",
        "description": "A task.",
        "instructions": "Do it.",
        "input": {"text": "string"},
        "output": OUTPUT,
        "examples": [{"input": {"text": "x"}, "output": {"a": 1, "b": {}, "c": None}}],
    }
    return parse_spec(yaml.safe_dump(data), path=Path("task.yaml"))


def step(**changes: Any) -> dict[str, Any]:
    return {"id": "read", "instructions": "Read.", "takes": ["text"], "gives": {"a": "integer"}, **changes}


REST = step(
    id="rest",
    takes=["text", "a"],
    gives={"b": "string", "c": "string", "left_out": "string", "may_be_null": "string"},
)


def plan(*steps: dict[str, Any]) -> tuple[Step, ...]:
    return ask_planner(spec(), from_function(lambda _: {"steps": list(steps)}))


def test_steps_come_back_in_order() -> None:
    assert [item.id for item in plan(step(), REST)] == ["read", "rest"]


def test_a_field_of_the_output_keeps_the_type_that_the_spec_gives_it() -> None:
    (_, rest) = plan(step(), REST)
    assert rest.output_schema["properties"]["b"] == {"$ref": "#/$defs/place"}  # type: ignore[call-overload,index]


def test_a_reference_finds_its_definition() -> None:
    (_, rest) = plan(step(), REST)
    assert rest.output_schema["$defs"] == OUTPUT["$defs"]


def test_a_field_that_the_output_may_leave_out_may_be_left_out_by_its_step() -> None:
    (_, rest) = plan(step(), REST)
    assert rest.output_schema["required"] == ["b", "c", "may_be_null"]


def test_a_new_field_is_written_in_shorthand() -> None:
    (read, _) = plan(step(gives={"a": "integer", "price": "decimal?"}), REST)
    assert read.output_schema["required"] == ["a"]
    assert read.output_schema["properties"]["price"] == {"type": ["string", "null"], "format": "decimal"}  # type: ignore[call-overload,index]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Not A Name"},
        {"id": "rest"},
        {"id": "filter"},
        {"id": "class"},
        {"takes": ["nothing"]},
        {"instructions": ""},
        {"gives": {}},
        {"gives": {"a": "integer", "new": "colour"}},
        {"gives": {"a": "integer", "text": "string"}},
        {"gives": {"a": "integer", "b": "integer"}},
        {"gives": {"type": "object"}},
        {"gives": {"other": "integer"}},
    ],
    ids=str,
)
def test_a_plan_that_does_not_hold_is_dropped(change: dict[str, Any]) -> None:
    assert plan(step(**change), REST) == ()


@pytest.mark.parametrize("reply", ["no idea", "{}", '{"steps": []}', '{"steps": [1]}', '{"steps": "read"}'])
def test_a_reply_that_is_no_plan_is_dropped_after_a_second_try(reply: str) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> str:
        asked.append(request)
        return reply

    assert ask_planner(spec(), from_function(answer)) == ()
    assert len(asked) == 2
