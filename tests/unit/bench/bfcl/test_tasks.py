"""Tasks out of made-up cases."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from compiled_ai.bench.bfcl.evaluator import judge_calls
from compiled_ai.bench.bfcl.mutate import mutations, right_calls
from compiled_ai.bench.bfcl.source import BfclCase, BfclCategory, BfclFunction
from compiled_ai.bench.bfcl.tasks import (
    TaskPlan,
    form_of,
    task_of,
    tool_name,
    visible_answer,
    with_tool_names,
)
from compiled_ai.bench.model import Task
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import parse_spec
from compiled_ai.spec.schema import Checker


def function(name: str, **types: JsonObject) -> BfclFunction:
    required: list[JsonValue] = [next(iter(types))]
    parameters: JsonObject = {"type": "dict", "properties": {**types}, "required": required}
    return BfclFunction(name=name, description=f"Does {name}.", parameters=parameters)


RENT = function(
    "boats.rent", days={"type": "integer", "description": "For how long."}, sail={"type": "string"}
)
WIND = function("wind", lake={"type": "string"})
LOAD = function("Ship.load", tons={"type": "long"}, names={"type": "ArrayList", "items": {"type": "String"}})
RENTED: JsonObject = {"boats.rent": {"days": [3], "sail": ["red", ""]}}
BLOWN: JsonObject = {"wind": {"lake": ["Como"]}}
LOADED: JsonObject = {"Ship.load": {"tons": [5], "names": [["a", "b"]]}}


def case(category: BfclCategory, functions: tuple[BfclFunction, ...], *due: JsonObject) -> BfclCase:
    return with_tool_names(
        BfclCase(
            case_id=f"{category}_0",
            request="a boat for 3 days on Como",
            functions=functions,
            answers=due,
            category=category,
        )
    )


def made(given: BfclCase) -> Task:
    return task_of(
        TaskPlan(
            task_id=given.case_id,
            category=given.category,
            functions=given.functions,
            shown=((given.request, visible_answer(given)),),
        )
    )


CASES = {
    "object": case("simple_python", (RENT,), RENTED),
    "live object": case("live_simple", (WIND,), BLOWN),
    "one of several": case("multiple", (WIND, RENT), RENTED),
    "parallel": case("parallel_multiple", (RENT, WIND), RENTED, BLOWN),
    "java": case("simple_java", (LOAD,), LOADED),
    "javascript": case("simple_javascript", (RENT,), RENTED),
    "irrelevance": case("irrelevance", (RENT,)),
}


@pytest.mark.parametrize("given", CASES.values(), ids=CASES.keys())
def test_the_shown_answer_fits_the_task_and_is_right(given: BfclCase) -> None:
    task = made(given)
    own, empty = task.examples
    assert (own.input, empty.input, empty.output) == ({"request": given.request}, {"request": ""}, None)
    if given.category == "irrelevance":
        assert own.output is None
        return
    assert isinstance(own.output, dict)
    assert Checker(task.output_schema).explain(own.output) is None
    calls: JsonValue = own.output.get("calls")
    if task.form == "object":
        calls = [{"name": given.functions[0].name, "arguments": own.output}]
    assert judge_calls(given.functions, calls, given.answers, given.category).right


@pytest.mark.parametrize("given", CASES.values(), ids=CASES.keys())
def test_the_spec_holds_the_same_cases(given: BfclCase) -> None:
    task = made(given)
    assert task.spec is not None
    spec = parse_spec(task.spec, path=Path("task.yaml"))
    assert [item.input for item in spec.examples] == [item.input for item in task.examples]
    assert [item.output is None for item in spec.examples] == [item.output is None for item in task.examples]
    assert spec.tests == ()


def test_tools_have_names_that_providers_take() -> None:
    task = made(CASES["one of several"])
    assert [tool.name for tool in task.tools] == ["wind", "boats_rent"]
    assert tool_name("a.b c" + "d" * 80) == "a_b_c" + "d" * 59


@pytest.mark.parametrize(
    ("category", "count", "form"),
    [
        ("simple_python", 1, "object"),
        ("live_simple", 1, "object"),
        ("simple_java", 1, "calls"),
        ("parallel", 1, "calls"),
        ("live_multiple", 2, "calls"),
        ("irrelevance", 1, "calls"),
    ],
)
def test_forms(category: BfclCategory, count: int, form: str) -> None:
    assert form_of(category, (RENT, WIND)[:count]) == form


def test_arguments_of_java_are_texts() -> None:
    (tool,) = made(CASES["java"]).tools
    assert tool.parameters["properties"] == {
        "tons": {"type": "string", "description": "Java 8 source of the type long."},
        "names": {
            "type": "string",
            "description": "Java 8 source of the type ArrayList. Its items are of the type String.",
        },
    }
    assert tool.parameters["required"] == ["tons"]


def test_without_functions_there_is_no_spec() -> None:
    task = task_of(TaskPlan(task_id="t", category="live_irrelevance", functions=()))
    assert (task.spec, task.tools, task.form) == (None, (), "calls")


def test_texts_that_look_like_numbers_stay_texts_in_the_spec() -> None:
    given = case("live_simple", (WIND,), {"wind": {"lake": ["6E1"]}})
    task = made(given)
    assert task.spec is not None
    assert parse_spec(task.spec, path=Path("t.yaml")).examples[0].output == {"lake": "6E1"}


def test_a_shown_answer_that_breaks_the_document_leaves_no_spec() -> None:
    assert made(case("live_simple", (RENT,), {"boats.rent": {"days": ["some"]}})).spec is None


@pytest.mark.parametrize("given", CASES.values(), ids=CASES.keys())
def test_mutations_depend_on_the_seed_alone(given: BfclCase) -> None:
    first, again = (list(mutations(given, others=[given], count=60, random=Random(3))) for _ in range(2))
    assert repr(first) == repr(again)
    assert len({item.kind for item in first}) > 8


def test_calls_with_accepted_values_are_right() -> None:
    given = CASES["parallel"]
    for seed in range(20):
        calls = right_calls(given, random=Random(seed))
        assert judge_calls(given.functions, calls, given.answers, given.category).right
