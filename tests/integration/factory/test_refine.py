"""Invented cases: what the tester makes of the task, and what they do for the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.artifact import Store
from compiled_ai.errors import CompilationFailedError, ModelCallError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult
from compiled_ai.factory.effort import EFFORT_PLANS, Effort, suggest_effort
from compiled_ai.factory.events import CasesInvented, Event, InventedScored
from compiled_ai.llm import Request
from compiled_ai.spec import Spec
from compiled_ai.spec.canonical import JsonObject


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path
    store: Store
    requests: list[Request]
    events: list[Event]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any, effort: Effort) -> CompilationResult: ...
    def fail(self, spec: Spec, *replies: Any, effort: Effort) -> CompilationFailedError: ...


def code(limit: int) -> str:
    """Doubles numbers up to `limit`, and is wrong on greater ones."""
    return f'''```python
from compiled_ai.modules import abstain


def double(data: DoubleInput) -> DoubleOutput:
    """Double."""
    if data["n"] < 0:
        abstain("negative")
    if data["n"] > {limit}:
        return {{"twice": 3 * data["n"]}}
    return {{"twice": 2 * data["n"]}}
```'''


def doubled(number: int) -> JsonObject | None:
    return {"twice": 2 * number} if number >= 0 else None


def cases(*numbers: int, **wrong: int) -> str:
    rows: list[JsonObject] = [{"input": {"n": number}, "output": doubled(number)} for number in numbers]
    rows += [{"input": {"n": int(name[1:])}, "output": {"twice": value}} for name, value in wrong.items()]
    return json.dumps({"cases": rows})


def solve(request: Request) -> str:
    """Answers the numbered inputs of the solver's prompt by the book."""
    lines = request.prompt.rpartition("# Inputs\n")[2].splitlines()
    answers = []
    for line in lines:
        number, _, text = line.partition(". ")
        answers.append({"number": int(number), "output": doubled(json.loads(text)["n"])})
    return json.dumps({"answers": answers})


class Model:
    """Answers by role."""

    def __init__(self, *codes: str, tests: tuple[str, ...]) -> None:
        self.codes = list(codes)
        self.tests = list(tests)

    def __call__(self, request: Request) -> str:
        if request.role == "solver":
            return solve(request)
        return self.tests.pop(0) if request.role == "tester" else self.codes.pop(0)


NUMBERS = (2, 3, 5, 8, 13, 40, 70, 200, 300, 500, 800, -7)


def roles(bench: Bench) -> list[str]:
    return [request.role for request in bench.requests]


def test_failures_on_invented_cases_are_mended(bench: Bench) -> None:
    model = Model(code(100), code(1_000_000_000_000), tests=(cases(*NUMBERS),))
    result = bench.compile(bench.spec(), model, effort="standard")
    assert roles(bench) == ["tester", "solver", "coder", "coder"]
    assert LoadedWorkflow(result.artifact).run({"n": 999}).output == {"twice": 1998}
    scores = [event for event in bench.events if isinstance(event, InventedScored)]
    assert (scores[-1].driving.accuracy, scores[-1].hidden.accuracy) == (1.0, 1.0)
    invented = result.artifact.manifest.evidence["invented"]
    assert isinstance(invented, dict)
    assert invented["hidden"] == scores[-1].hidden.to_json()
    assert result.artifact.manifest.compilation["effort"] == "standard"


def test_code_is_written_without_sight_of_invented_cases_and_hidden_ones_never_reach_a_prompt(
    bench: Bench,
) -> None:
    model = Model(code(100), code(10**12), tests=(cases(*NUMBERS),))
    bench.compile(bench.spec(), model, effort="standard")
    shown = next(event for event in bench.events if isinstance(event, CasesInvented))
    assert (shown.driving, shown.hidden) == (8, 4)
    first, repair = (request for request in bench.requests if request.role == "coder")
    values = [number for number in NUMBERS if number > 100]
    assert not any(f'"n":{number}' in first.prompt for number in values)
    assert 0 < sum(f'"n":{number}' in repair.prompt for number in values) < len(values)


def test_a_repair_that_does_not_help_is_not_taken(bench: Bench) -> None:
    model = Model(code(100), code(60), tests=(cases(*NUMBERS),))
    result = bench.compile(bench.spec(), model, effort="standard")
    assert LoadedWorkflow(result.artifact).run({"n": 99}).output == {"twice": 198}
    assert [attempt.by for attempt in result.attempts] == ["coder", "coder"]


def test_cases_on_which_the_model_disagrees_with_itself_are_dropped(bench: Bench) -> None:
    model = Model(code(10**12), tests=(cases(4, 6, 9, n11=23, n12=25),))
    result = bench.compile(bench.spec(), model, effort="standard")
    invented = result.artifact.manifest.evidence["invented"]
    assert isinstance(invented, dict)
    assert invented["dropped"] == 2


@pytest.mark.parametrize(
    "rows",
    [
        [{"input": {"n": "four"}, "output": None}],
        [{"input": {"n": 4}, "output": {"twice": "8"}}],
        [{"input": {"n": 1}, "output": {"twice": 2}}],
        [{"input": {}, "output": None}],
    ],
    ids=["input of another type", "output of another type", "an example again", "field missing"],
)
def test_cases_that_do_not_fit_are_dropped_alone(bench: Bench, rows: list[JsonObject]) -> None:
    good: list[JsonObject] = [{"input": {"n": number}, "output": doubled(number)} for number in (4, 5, 6)]
    model = Model(code(10**12), tests=(json.dumps({"cases": [*rows, *good]}),))
    bench.compile(bench.spec(), model, effort="standard")
    told = [event for event in bench.events if isinstance(event, CasesInvented)]
    assert [(event.driving + event.hidden, event.dropped) for event in told] == [(3, 1)]


def test_a_tester_that_talks_nonsense_does_no_harm(bench: Bench) -> None:
    model = Model(code(100), tests=("nonsense", "nonsense"))
    result = bench.compile(bench.spec(), model, effort="standard")
    assert result.artifact.manifest.evidence["invented"] is None
    assert roles(bench) == ["tester", "tester", "coder"]


def test_high_effort_asks_for_new_cases_until_nothing_new_fails(bench: Bench) -> None:
    rounds = (cases(2, 3, 4, 5), cases(200, 300, 400, 500), cases(7, 8, 9, 10))
    model = Model(code(100), code(10**12), tests=rounds)
    result = bench.compile(bench.spec(), model, effort="high")
    assert roles(bench) == ["tester", "solver", "coder", "tester", "solver", "coder", "tester", "solver"]
    assert LoadedWorkflow(result.artifact).run({"n": 999}).output == {"twice": 1998}
    later = [request for request in bench.requests if request.role == "tester"][1]
    assert '{"n":3}' in later.prompt


def test_spent_tokens_end_the_mending_with_the_best_so_far(bench: Bench) -> None:
    model = Model(code(100), code(10**12), tests=(cases(*NUMBERS),))
    whole = bench.compile(bench.spec(), model, effort="standard").ledger
    most = sum(call.input_tokens + call.output_tokens for call in tuple(whole)[:3]) + 100
    model = Model(code(100), code(10**12), tests=(cases(*NUMBERS),))
    limits = {"tokens": most, "case_seconds": 5.0}
    other = bench.spec(limits=limits, instructions="Twice the number. Decline negatives.")
    result = bench.compile(other, model, effort="standard")
    assert [attempt.by for attempt in result.attempts] == ["coder"]
    assert result.artifact.manifest.evidence["invented"] is not None


def test_a_failed_call_of_the_tester_ends_the_compilation(bench: Bench) -> None:
    def fail(request: Request) -> str:
        raise ModelCallError("no answer", retryable=False)

    with pytest.raises(ModelCallError):
        bench.compile(bench.spec(), fail, effort="standard")


def test_scores_are_told(bench: Bench) -> None:
    model = Model(code(100), code(10**12), tests=(cases(*NUMBERS),))
    bench.compile(bench.spec(), model, effort="standard")
    scores = [event for event in bench.events if isinstance(event, InventedScored)]
    assert [event.driving.accuracy == 1.0 for event in scores] == [False, True]


@pytest.mark.parametrize(
    ("runs", "effort"), [(None, "low"), (10, "low"), (1_000, "standard"), (1_000_000, "high")]
)
def test_expected_runs_suggest_an_effort(runs: int | None, effort: Effort) -> None:
    assert suggest_effort(runs) == effort


def test_efforts_spend_more_from_level_to_level() -> None:
    budgets = [plan.tokens for plan in EFFORT_PLANS.values()]
    assert budgets == sorted(budgets)


def test_more_cases_than_asked_for_are_dropped(bench: Bench) -> None:
    model = Model(code(10**12), tests=(cases(*range(2, 400)),))
    bench.compile(bench.spec(), model, effort="standard")
    (told,) = [event for event in bench.events if isinstance(event, CasesInvented)]
    assert told.driving + told.hidden == EFFORT_PLANS["standard"].cases
    assert told.dropped == 398 - EFFORT_PLANS["standard"].cases


def test_a_case_that_is_answered_in_two_ways_is_dropped(bench: Bench) -> None:
    def reply(request: Request) -> str:
        if request.role == "tester":
            return cases(4, 5, 6)
        if request.role == "solver":
            rows = json.loads(solve(request))["answers"]
            return json.dumps({"answers": [{"number": 1, "output": {"twice": 9}}, *rows]})
        return code(10**12)

    bench.compile(bench.spec(), reply, effort="standard")
    told = [event for event in bench.events if isinstance(event, CasesInvented)]
    assert [(event.driving + event.hidden, event.dropped) for event in told] == [(2, 1)]


@pytest.mark.parametrize(
    "text",
    [
        '{"cases": [{"input": {"n": NaN}, "output": null}]}',
        f'{{"cases": [{{"input": {{"n": 1{"0" * 5_000}}}, "output": null}}]}}',
    ],
    ids=["no number", "a huge number"],
)
def test_numbers_that_json_cannot_carry_do_no_harm(bench: Bench, text: str) -> None:
    result = bench.compile(bench.spec(), Model(code(100), tests=(text, text)), effort="standard")
    assert result.artifact.manifest.evidence["invented"] is None


def test_a_number_of_hundreds_of_digits_does_no_harm(bench: Bench) -> None:
    result = bench.compile(
        bench.spec(), Model(*[code(100)] * 9, tests=(cases(10**400, 4, 5),)), effort="standard"
    )
    assert result.artifact.manifest.evidence["invented"] is not None
