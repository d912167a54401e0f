"""The slot coder: a model sets parameters, the code is rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.artifact import Store
from compiled_ai.errors import CompilationFailedError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.llm import Request, from_function
from compiled_ai.spec import Spec

AREA: dict[str, Any] = {
    "name": "triangle_area",
    "description": "Read base and height of a triangle.",
    "instructions": "triangle_area: area of a triangle. Decline when base or height is missing.",
    "input": {"request": "string"},
    "output": {
        "type": "object",
        "additionalProperties": False,
        "required": ["base", "height"],
        "properties": {
            "base": {"type": "integer", "description": "The base of the triangle."},
            "height": {"type": "integer", "description": "The height of the triangle."},
        },
    },
    "examples": [
        {
            "input": {"request": "Area of a triangle with base 6 and height 10"},
            "output": {"base": 6, "height": 10},
        },
        {"input": {"request": ""}, "abstain": True},
    ],
    "tests": [{"input": {"request": "base 3, height 4"}, "output": {"base": 3, "height": 4}}],
}


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path
    store: Store
    requests: list[Request]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any, synthesis: bool) -> CompilationResult: ...


def reply(*slots: dict[str, Any], other: tuple[str, ...] = ()) -> str:
    return json.dumps({"slots": list(slots), "other": other})


BASE = {"name": "base", "kind": "integer", "cues": ["base", "wide", "width"]}
HEIGHT = {"name": "height", "kind": "integer", "cues": ["height", "high", "tall"]}


def test_the_model_sets_cues_and_the_code_follows(bench: Bench) -> None:
    result = bench.compile(bench.spec(**AREA), reply(BASE, HEIGHT), synthesis=True)
    assert (result.rung, [request.role for request in bench.requests]) == ("model", ["coder"])
    answer = LoadedWorkflow(result.artifact).run({"request": "a triangle 4 tall and 9 wide"})
    assert answer.output == {"base": 9, "height": 4}


def test_it_is_shown_the_slots_and_no_hidden_case(bench: Bench) -> None:
    bench.compile(bench.spec(**AREA), reply(BASE, HEIGHT), synthesis=True)
    assert '"name":"base"' in bench.requests[0].prompt
    assert "base 3" not in bench.requests[0].prompt


def test_phrases_of_other_requests_are_declined(bench: Bench) -> None:
    result = bench.compile(
        bench.spec(**AREA), reply(BASE, HEIGHT, other=("volume", "pyramid*")), synthesis=True
    )
    run = LoadedWorkflow(result.artifact).run({"request": "Volume of a pyramid of base 4 and height 9"})
    assert (run.output, run.reason) == (None, "the request is for something else")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "text"},
        {"name": "elsewhere"},
        {"cues": []},
        {"cues": ["x" * 500, "  ", ""]},
        {"choices": {"red": ["rouge"]}},
        {"style": "upside down"},
        {"units": ["__import__('os')", '"""']},
    ],
    ids=lambda change: "-".join(f"{key}" for key in change) + str(len(str(change))),
)
def test_settings_that_do_not_fit_do_no_harm(bench: Bench, change: dict[str, Any]) -> None:
    result = bench.compile(bench.spec(**AREA), reply({**BASE, **change}, HEIGHT), synthesis=True)
    assert LoadedWorkflow(result.artifact).run({"request": "base 3, height 4"}).output == {
        "base": 3,
        "height": 4,
    }


def test_a_reply_that_cannot_be_used_leaves_the_inferred_slots(bench: Bench) -> None:
    result = bench.compile(bench.spec(**AREA), "no JSON", "no JSON again", synthesis=True)
    assert result.rung == "model"
    assert LoadedWorkflow(result.artifact).run({"request": "base 3, height 4"}).output == {
        "base": 3,
        "height": 4,
    }


def test_whoever_mends_code_that_fills_slots_is_told_what_slots_are(bench: Bench) -> None:
    asked: list[Request] = []

    def strong(request: Request) -> str:
        asked.append(request)
        return "nothing"

    accuracy = {"evaluator": "exact", "threshold": 1.0}
    tests = [{"input": {"request": "base 3, height 4"}, "output": {"base": 3, "height": 5}}]
    options = CompileOptions(store=bench.store, stronger=(from_function(strong, model="strong"),))
    client = from_function(lambda request: reply(BASE, HEIGHT) if request.schema else "no code")
    with pytest.raises(CompilationFailedError):
        compile_spec(bench.spec(**AREA | {"accuracy": accuracy, "tests": tests}), client, options)
    assert asked
    assert all("Slot(name, kind" in request.history[0].text for request in asked)


def test_a_change_that_takes_an_example_away_is_not_made(bench: Bench) -> None:
    swapped = {**BASE, "cues": ["height"]}, {**HEIGHT, "cues": ["base"]}
    result = bench.compile(bench.spec(**AREA), reply(*swapped), synthesis=True)
    assert result.rung == "model"
    assert LoadedWorkflow(result.artifact).run({"request": "base 3, height 4"}).output == {
        "base": 3,
        "height": 4,
    }
