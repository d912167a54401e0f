"""The slot coder: a model sets parameters, the code is rendered."""

from __future__ import annotations

import json
import pkgutil
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.artifact import Store
from compiled_ai.errors import CompilationFailedError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.factory.effort import Effort
from compiled_ai.factory.tester import InventedCases, invent_cases
from compiled_ai.llm import Request, from_function
from compiled_ai.spec import Spec
from compiled_ai.spec.canonical import canonical_json
from compiled_ai.spec.cases import VisibleCase

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
    def compile(
        self, spec: Spec, *replies: Any, synthesis: bool, effort: Effort = "low"
    ) -> CompilationResult: ...


def reply(*slots: dict[str, Any], other: tuple[str, ...] = ()) -> str:
    return json.dumps({"slots": list(slots), "other": other})


BASE = {"name": "base", "kind": "integer", "cues": ["base", "wide", "width"]}
HEIGHT = {"name": "height", "kind": "integer", "cues": ["height", "high", "tall"]}


def test_the_model_sets_cues_and_the_code_follows(bench: Bench) -> None:
    result = bench.compile(bench.spec(**AREA), reply(BASE, HEIGHT), synthesis=True)
    assert (result.rung, [request.role for request in bench.requests]) == ("model", ["coder"])
    answer = LoadedWorkflow(result.artifact).run({"request": "a triangle 4 tall and 9 wide"})
    assert answer.output == {"base": 9, "height": 4}


@pytest.mark.parametrize(
    "name",
    [
        "compiled_ai.factory.compile.make_plan",
        "compiled_ai.factory.synthesis.function_call.infer_program",
    ],
    ids=["plan", "slots"],
)
def test_plan_and_slots_are_made_once_for_synthesis_and_coder(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real, made = pkgutil.resolve_name(name), []

    def counted(*arguments: Any) -> Any:
        made.append(name)
        return real(*arguments)

    monkeypatch.setattr(name, counted)
    result = bench.compile(bench.spec(**AREA), reply(BASE, HEIGHT), synthesis=True)
    assert (result.rung, len(made)) == ("model", 1)


def test_slots_of_another_spec_are_not_taken(bench: Bench) -> None:
    bench.compile(bench.spec(**AREA), reply(BASE, HEIGHT), synthesis=True)
    renamed = {"instructions": "triangle_area: area of a triangle. Decline when one is missing."}
    bench.compile(bench.spec(**AREA | renamed), reply(BASE, HEIGHT), synthesis=True)
    assert "when one is missing" in bench.requests[0].prompt


def test_it_is_shown_the_slots_and_no_hidden_case(bench: Bench) -> None:
    bench.compile(bench.spec(**AREA), reply(BASE, HEIGHT), synthesis=True)
    assert "# Slots\nbase, height" in bench.requests[0].prompt
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


TALL: dict[str, Any] = {"request": "4 across and 9 skywards", "output": {"base": 4, "height": 9}}


def with_cases(*slots: dict[str, Any], cases: list[Any]) -> str:
    return json.dumps({"slots": list(slots), "cases": cases})


def test_the_models_own_cases_choose_among_its_words(bench: Bench) -> None:
    wide = {"name": "base", "cues": ["skywards", "across"]}
    high = {"name": "height", "cues": ["across", "skywards"]}
    result = bench.compile(bench.spec(**AREA), with_cases(wide, high, cases=[TALL]), synthesis=True)
    workflow = LoadedWorkflow(result.artifact)
    assert workflow.run({"request": "a triangle 8 skywards, 5 across"}).output == {"base": 5, "height": 8}
    assert workflow.run({"request": "base 3, height 4"}).output == {"base": 3, "height": 4}


@pytest.mark.parametrize(
    "case",
    [
        {"request": "4 across, 9 up", "output": {"base": "four", "height": 9}},
        {"request": "", "output": {"base": 4, "height": 9}},
        {"request": "x" * 5_000, "output": {"base": 4, "height": 9}},
        {"request": "4 across", "output": {"width": 4}},
        {"request": "base 3, height 4", "output": {"base": 4, "height": 3}},
    ],
    ids=["wrong type", "empty", "too long", "unknown key", "wrong answer"],
)
def test_cases_that_are_wrong_do_no_harm(bench: Bench, case: dict[str, Any]) -> None:
    result = bench.compile(bench.spec(**AREA), with_cases(BASE, HEIGHT, cases=[case]), synthesis=True)
    output = LoadedWorkflow(result.artifact).run({"request": "base 6, height 10"}).output
    assert output == {"base": 6, "height": 10}


def invented(*rows: dict[str, Any]) -> str:
    return json.dumps(
        {"cases": [{"input": {"request": row["request"]}, "output": row["output"]} for row in rows]}
    )


def solved(*rows: dict[str, Any]) -> str:
    return json.dumps(
        {"answers": [{"number": number, "output": row["output"]} for number, row in enumerate(rows, 1)]}
    )


def said(base: int, height: int) -> str:
    """A wording from which only somebody who knows the words can tell: the numbers stand among the same words, in either order."""
    along, up = f"along the ground: {base} of them", f"straight skywards: {height} of them"
    return f"{along}; {up}" if base % 2 else f"{up}; {along}"


ROWS: list[dict[str, Any]] = [
    {"request": said(base, height), "output": {"base": base, "height": height}}
    for base, height in ((3, 5), (12, 7), (31, 2), (8, 9), (5, 6), (24, 14))
]


def knows_more_at_the_second_look(request: Request) -> str:
    if request.role == "tester":
        return invented(*ROWS)
    if request.role == "solver":
        return solved(*ROWS)
    if "Requests that go wrong" in request.prompt:
        along = {"name": "base", "cues": ["along the ground", "base"]}
        return reply(along, {"name": "height", "cues": ["skywards", "height"]})
    return reply(BASE, HEIGHT)


def test_failing_invented_cases_go_back_to_the_slots(bench: Bench) -> None:
    result = bench.compile(bench.spec(**AREA), knows_more_at_the_second_look, synthesis=True, effort="high")
    roles = [request.role for request in bench.requests]
    assert roles == ["tester", "solver", "coder", "coder", "tester"]
    mended = LoadedWorkflow(result.artifact)
    assert mended.run({"request": said(7, 11)}).output == {"base": 7, "height": 11}
    assert mended.run({"request": said(6, 13)}).output == {"base": 6, "height": 13}


def test_a_repair_of_slots_is_shown_failing_cases_and_no_hidden_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[InventedCases] = []

    def remembered(*arguments: Any, **options: Any) -> InventedCases:
        kept.append(invent_cases(*arguments, **options))
        return kept[-1]

    monkeypatch.setattr("compiled_ai.factory.refine.invent_cases", remembered)
    spec = bench.spec(**AREA)
    bench.compile(spec, knows_more_at_the_second_look, synthesis=True, effort="high")
    cases, again = kept
    assert len(again) == 0
    first, repair = (request.prompt for request in bench.requests if request.role == "coder")
    assert all(f"{told(case)}, but the program" in repair for case in cases.driving)
    unseen = [str(case.input["request"]) for case in (*cases.hidden, *spec.tests)]
    assert len(unseen) == 3
    assert not [request for request in unseen if request in first + repair]


def test_at_standard_effort_the_coder_mends_the_text_over_the_slots_at_once(bench: Bench) -> None:
    bench.compile(bench.spec(**AREA), knows_more_at_the_second_look, synthesis=True, effort="standard")
    first, *repairs = (request for request in bench.requests if request.role == "coder")
    assert repairs
    assert not [one for one in (first, *repairs) if "Requests that go wrong" in one.prompt]
    assert any("SLOTS = (" in turn.text for turn in repairs[0].history)
    assert "straight skywards" in repairs[0].prompt


def told(case: VisibleCase) -> str:
    return f"{canonical_json(case.input['request'])} -> {canonical_json(case.output)}"


NESTED: dict[str, Any] = {
    "name": "update_profile",
    "description": "Read what to change in a user's profile.",
    "instructions": "update_profile: change a profile. Decline when the user id is missing.",
    "input": {"request": "string"},
    "output": {
        "type": "object",
        "additionalProperties": False,
        "required": ["user_id", "changes"],
        "properties": {
            "user_id": {"type": "integer", "description": "The id of the user."},
            "changes": {
                "type": "object",
                "additionalProperties": False,
                "required": [],
                "properties": {
                    "email": {"type": "string", "description": "The new email address."},
                    "age": {"type": "integer", "description": "The new age of the user."},
                },
            },
        },
    },
    "examples": [
        {
            "input": {"request": "Set the email of user id 12 to ann@example.com"},
            "output": {"user_id": 12, "changes": {"email": "ann@example.com"}},
        },
        {"input": {"request": ""}, "abstain": True},
    ],
    "tests": [
        {"input": {"request": "user id 7: age 41"}, "output": {"user_id": 7, "changes": {"age": 41}}},
    ],
    "accuracy": {"evaluator": "exact", "threshold": 0.5},
}


def test_optional_values_of_a_nested_object_are_put_into_it(bench: Bench) -> None:
    result = bench.compile(bench.spec(**NESTED), synthesis=True, effort="none")
    run = LoadedWorkflow(result.artifact).run({"request": "Set the email of user id 3 to bo@example.com"})
    assert run.output == {"user_id": 3, "changes": {"email": "bo@example.com"}}
