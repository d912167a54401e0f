"""How code comes through the stages, and what rows can say of it when parts are missing."""

from __future__ import annotations

import pytest
from tests.unit.bench.metrics.made_rows import attempt, call, compiled_details, preparation_row

from compiled_ai.bench.metrics.attempts import attempts_of, code_of, rung_of
from compiled_ai.bench.metrics.facts import FunnelStep
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.validation import funnel, validation
from compiled_ai.bench.rows import PreparationRow
from compiled_ai.spec.canonical import JsonObject

THREE = [
    preparation_row("t1", seconds=4.0, details=compiled_details(attempt(True, True, True, True))),
    preparation_row(
        "t2", seconds=10.0, details=compiled_details(attempt(True, False), attempt(True, True, True, True))
    ),
    preparation_row(
        "t3",
        seconds=30.0,
        problem="not accurate",
        details=compiled_details(
            attempt(True, True, True, False), attempt(False), attempt(True, True, True, False)
        ),
    ),
]
"""At once; at the second attempt, the first one stopped by the syntax stage; never, after three."""


def measured(rows: list[PreparationRow]) -> dict[str, Metric]:
    return {item.name: item for item in validation(rows, seed=1)}


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        pytest.param("compiled_rate", 200 / 3, 3, id="2 of 3 tasks"),
        pytest.param("first_pass_rate", 100 / 3, 3, id="1 of 3 first attempts"),
        pytest.param("first_pass_security", 100.0, 3, id="3 of 3 that reached it"),
        pytest.param("first_pass_syntax", 200 / 3, 3, id="2 of 3 that reached it"),
        pytest.param("first_pass_execution", 100.0, 2, id="2 of 2 that reached it"),
        pytest.param("first_pass_accuracy", 50.0, 2, id="1 of 2 that reached it"),
        pytest.param("regenerations", 1.0, 3, id="(0 + 1 + 2) / 3"),
        pytest.param("time_to_valid", 4.0, 2, id="median of 4 and 10 s by nearest rank"),
    ],
)
def test_figures_by_hand(name: str, value: float, n: int) -> None:
    found = measured(THREE)[name]
    assert (found.value, found.n) == pytest.approx((value, n))


def test_tasks_that_never_became_valid_are_named_beside_the_time() -> None:
    assert measured(THREE)["time_to_valid"].note == "1 of 3 never became valid"


def test_funnel_counts_attempts_stage_by_stage() -> None:
    whole, security, syntax, execution, accuracy = funnel(THREE)
    assert whole == FunnelStep(stage="attempts", reached=6, passed=2, first_reached=3, first_passed=1)
    assert (security.reached, security.passed, security.first_reached, security.first_passed) == (6, 5, 3, 3)
    assert (syntax.reached, syntax.passed, syntax.first_reached, syntax.first_passed) == (5, 4, 3, 2)
    assert (execution.reached, execution.passed) == (4, 4)
    assert (accuracy.reached, accuracy.passed, accuracy.first_reached, accuracy.first_passed) == (4, 2, 2, 1)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([preparation_row()], id="a system that asks each time"),
        pytest.param(
            [preparation_row(details=compiled_details(code="x = 1\n", rung="human"))], id="a person's code"
        ),
        pytest.param([], id="no rows"),
    ],
)
def test_systems_that_compile_nothing_say_so(rows: list[PreparationRow]) -> None:
    assert {item.note for item in validation(rows, seed=1)} == {"this system compiles nothing"}
    assert funnel(rows) == ()


def test_artifacts_without_attempts_count_as_compiled_alone() -> None:
    found = measured([preparation_row(details=compiled_details(rung="reuse"))])
    assert (found["compiled_rate"].value, found["first_pass_rate"].note) == (100.0, "no attempt was recorded")


def test_seconds_of_a_desk_are_no_time_to_valid() -> None:
    row = THREE[0].model_copy(update={"calls": (call(by_hand=True),)})
    found = measured([row, THREE[1]])["time_to_valid"]
    assert (found.value, found.n, found.note) == (10.0, 1, "1 answered at a desk are left out")
    assert measured([row])["time_to_valid"].value is None


def test_lost_times_are_left_out() -> None:
    row = THREE[0].model_copy(update={"details": {**THREE[0].details, "times_lost": True}})
    assert measured([row, THREE[1]])["time_to_valid"].note == "the times of 1 were lost with a killed process"


def test_false_rejections_are_unknown_unless_somebody_looked() -> None:
    found = measured(THREE)["false_rejection_rate"]
    assert found.value is None
    assert "4 rejected attempts" in found.note


def test_false_rejections_count_where_somebody_looked() -> None:
    """Of two rejected attempts that were run all the same, one was right."""
    looked: list[JsonObject] = [{**attempt(True, False), "right": verdict} for verdict in (True, False)]
    rows = [preparation_row(details=compiled_details(*looked, attempt(True, True, True, True)))]
    found = measured(rows)["false_rejection_rate"]
    assert (found.value, found.n) == (50.0, 2)


@pytest.mark.parametrize(
    ("details", "count"),
    [
        pytest.param({}, 0, id="nothing"),
        pytest.param({"attempts": None}, 0, id="null"),
        pytest.param({"attempts": ["x", 3]}, 0, id="no objects"),
        pytest.param({"attempts": [{}]}, 1, id="empty attempt"),
        pytest.param({"attempts": [{"stages": 7, "by": 7}]}, 1, id="wrong types"),
        pytest.param({"attempts": [{"stages": [{}, 1]}]}, 1, id="stages without names"),
    ],
)
def test_missing_parts_are_borne(details: JsonObject, count: int) -> None:
    row = preparation_row(details=details)
    found = attempts_of(row)
    assert len(found) == count
    assert not any(item.passed for item in found)
    validation([row], seed=1)


def test_code_and_rung_of_a_failure_do_not_count() -> None:
    row = preparation_row(problem="rejected", details=compiled_details(code="x = 1\n"))
    assert (code_of(row), rung_of(row)) == (None, None)
