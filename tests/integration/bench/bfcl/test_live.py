"""A set of functions compiled and scored, with a stand-in for the official checker."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.bfcl.live import DividedSet, LiveOptions, divide, group_cases, run_set
from compiled_ai.bench.bfcl.official import Judgement, judge
from compiled_ai.bench.bfcl.source import BfclCase, BfclFunction
from compiled_ai.llm import from_function

CHECKER = """
def ast_checker(functions, calls, answers, language, category, model):
    (call,), (answer,) = calls, answers
    right = call.keys() == answer.keys() and all(call[name][key] in answer[name][key] for name in call for key in call[name])
    return {"valid": right, "error": [] if right else ["another value"]}
"""
FUNCTIONS = (
    BfclFunction(
        name="count_trees",
        description="Count the trees of a year.",
        parameters={
            "type": "dict",
            "required": ["year"],
            "properties": {"year": {"type": "integer", "description": "The year."}},
        },
    ),
    BfclFunction(
        name="name_river",
        description="Name the longest river of a country.",
        parameters={
            "type": "dict",
            "required": ["country"],
            "properties": {"country": {"type": "string", "description": "The country."}},
        },
    ),
)


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "bfcl" / "bfcl_eval"
    for folder in ("", "constants", "eval_checker", "eval_checker/ast_eval"):
        (package / folder).mkdir(parents=True, exist_ok=True)
        (package / folder / "__init__.py").write_text("")
    (package / "constants/enums.py").write_text("class Language:\n    PYTHON = 'python'\n")
    (package / "eval_checker/ast_eval/ast_checker.py").write_text(CHECKER)
    monkeypatch.setattr("compiled_ai.bench.bfcl.source.bfcl_home", lambda: package.parent)


def case(number: int, request: str, year: int) -> BfclCase:
    return BfclCase(
        case_id=f"live_{number}",
        request=request,
        functions=FUNCTIONS,
        answers=({"count_trees": {"year": [year]}},),
    )


@pytest.mark.usefixtures("checker")
def test_a_set_is_compiled_without_a_model_and_scored(tmp_path: Path) -> None:
    cases = [case(year, f"Count the trees of {year}", year) for year in range(2000, 2006)]
    odd = [case(1, "Count the trees of 1999, will you", 1998), case(2, "Count the trees", 2000)]
    (trees,) = group_cases([*cases, *odd])
    divided = DividedSet(functions=trees, shown=tuple(cases[:3]), scored=(*cases[3:], *odd))
    options = LiveOptions(effort="none", folder=tmp_path)
    run = run_set(divided, from_function(lambda _: ""), options)
    assert (run.rung, run.tokens, run.problem, run.shown) == ("synthesis", 0, "", 3)
    assert [item.outcome for item in run.scored] == ["right", "right", "right", "wrong", "declined"]
    row = run.to_json()
    assert (row["id"], row["functions"]) == ("live_2000", 2)


@pytest.mark.usefixtures("checker")
def test_a_set_that_does_not_compile_answers_nothing(tmp_path: Path) -> None:
    cases = [case(number, f"Sing song {number} twice", 1900) for number in range(5)]
    (songs,) = group_cases(cases)
    options = LiveOptions(effort="none", folder=tmp_path)
    run = run_set(divide(songs, seed=2), from_function(lambda _: ""), options)
    assert (run.rung, [item.outcome for item in run.scored]) == ("", ["not_compiled"] * 2)
    assert "effort" in run.problem


@pytest.mark.usefixtures("checker")
def test_the_checker_is_given_lists_inside_objects_too() -> None:
    item = Judgement(
        functions=FUNCTIONS[:1],
        name="count_trees",
        arguments={"year": {"from": [1900], "to": [1901]}},
        accepted={"count_trees": {"year": [{"from": 1900, "to": [1901]}]}},
    )
    assert [verdict.right for verdict in judge([item])] == [True]
