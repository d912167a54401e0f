"""Plans: from a spec to activities with signatures, by fixed rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.factory.plan import Plan, make_plan, needs_planner
from compiled_ai.spec import Spec, parse_spec

STEPS: list[dict[str, Any]] = [
    {
        "id": "read",
        "kind": "code",
        "instructions": "Read.",
        "takes": ["text"],
        "output": {"price": "decimal?", "kind": ["a", "b"]},
    },
    {"id": "ask", "kind": "bounded", "instructions": "Ask.", "takes": ["text"], "output": {"mood": "string"}},
    {
        "id": "decide",
        "kind": "rule",
        "rules": [
            {"when": "price != null and kind == 'a'", "then": {"label": "x"}},
            {"otherwise": {"label": "y"}},
        ],
    },
]


def spec(**changes: Any) -> Spec:
    data = {
        "name": "task",
        "description": "A task.",
        "instructions": "Do it.",
        "input": {"text": "string", "note": "string?"},
        "output": {"label": ["x", "y"]},
        "examples": [
            {
                "input": {"text": "x"},
                "output": {"label": "x"},
                **({"given": {"ask": {"mood": "m"}}} if "steps" in changes else {}),
            }
        ],
        **changes,
    }
    return parse_spec(yaml.safe_dump(data, sort_keys=False), path=Path("task.yaml"))


def source_of(plan: Plan, step_id: str) -> str:
    return next(types.source() for types in plan.types if types.step_id == step_id)


def test_without_steps_one_activity_called_like_the_spec_does_all() -> None:
    plan = make_plan(spec())
    assert [(step.id, step.takes) for step in plan.workflow.steps] == [("task", ("text", "note"))]
    assert (len(plan.code), plan.rules) == (1, ())


@pytest.mark.parametrize("name", ["class", "filter", "str", "abstain", "annotations"])
def test_a_name_that_a_function_cannot_bear_is_lengthened(name: str) -> None:
    plan = make_plan(spec(name=name))
    assert plan.workflow.steps[0].id == f"{name}_task"
    assert plan.workflow.name == name


def test_the_authors_steps_come_in_their_order() -> None:
    plan = make_plan(spec(steps=STEPS))
    assert [(step.id, step.kind) for step in plan.workflow.steps] == [
        ("read", "code"),
        ("ask", "bounded"),
        ("decide", "rule"),
    ]


def test_a_bounded_step_has_no_activity_and_carries_its_instructions() -> None:
    plan = make_plan(spec(steps=STEPS))
    assert [types.step_id for types in plan.types] == ["read", "decide"]
    assert [step.instructions for step in plan.workflow.steps] == ["", "Ask.", ""]


def test_a_step_takes_fields_of_earlier_steps_with_their_types() -> None:
    source = source_of(make_plan(spec(steps=STEPS)), "decide")
    assert "price: NotRequired[str | None]" in source
    assert "kind: Literal['a', 'b']" in source


def test_a_field_that_may_be_missing_is_read_so_by_a_rule() -> None:
    (rule,) = make_plan(spec(steps=STEPS)).rules
    assert "price = _decide_exact(data.get('price'))" in rule
    assert "kind = data['kind']" in rule


def test_the_output_is_named_by_the_spec() -> None:
    assert make_plan(spec(steps=STEPS)).workflow.returns == ("label",)


def test_types_of_two_steps_never_share_a_name() -> None:
    steps = [
        {"id": "a", "kind": "code", "instructions": "A.", "output": {"input": {"x": "string"}}},
        {
            "id": "a_input",
            "kind": "code",
            "instructions": "B.",
            "takes": ["input"],
            "output": {"more": "string"},
        },
        {"id": "a_1", "kind": "code", "instructions": "C.", "output": {"third": "string"}},
        {"id": "a1", "kind": "code", "instructions": "D."},
    ]
    plan = make_plan(spec(steps=steps, examples=[{"input": {"text": "x"}, "output": {"label": "x"}}]))
    classes = [
        line.split("(")[0]
        for types in plan.types
        for line in types.source().split("\n")
        if line.startswith("class ")
    ]
    assert len(classes) == len(set(classes)) == 12


def test_a_reference_of_an_earlier_output_is_resolved_by_its_own_definitions() -> None:
    place = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
    found = {
        "type": "object",
        "required": ["place"],
        "properties": {"place": {"$ref": "#/$defs/place"}},
        "$defs": {"place": place},
    }
    steps = [
        {"id": "find", "kind": "code", "instructions": "A.", "output": found},
        {"id": "name", "kind": "code", "instructions": "B."},
    ]
    plan = make_plan(spec(steps=steps, examples=[{"input": {"text": "x"}, "output": {"label": "x"}}]))
    assert "class NameInputPlace(TypedDict):\n    city: str" in source_of(plan, "name")


@pytest.mark.parametrize(
    ("changes", "wide"),
    [
        ({}, False),
        ({"output": {f"f{n}": "string?" for n in range(8)}}, False),
        ({"output": {f"f{n}": "string?" for n in range(9)}}, True),
        ({"instructions": "x" * 3_499}, False),
        ({"instructions": "x" * 3_500}, True),
    ],
)
def test_a_wide_task_needs_the_planner(changes: dict[str, Any], wide: bool) -> None:
    examples = [{"input": {"text": "x"}, "abstain": True}]
    assert needs_planner(spec(**{"examples": examples, **changes})) is wide


def test_a_task_that_its_author_divided_does_not() -> None:
    assert not needs_planner(spec(steps=STEPS, instructions="x" * 4_000))
