"""Rates over all cases: nothing drops out."""

from __future__ import annotations

import pytest
from tests.unit.bench.metrics.made_rows import case_row

from compiled_ai.bench.metrics.facts import FailureMode
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.reliability import failure_modes, groups, outcomes, reliability
from compiled_ai.bench.metrics.repeats import by_case
from compiled_ai.bench.rows import CaseRow

TEN = [
    *(case_row(f"r{number}") for number in range(4)),
    case_row("w1", "wrong", score=0.5),
    case_row("w2", "wrong"),
    case_row("d1", "declined"),
    case_row("d2", "rightly_declined", must_decline=True),
    case_row("f1", "failed", error="ModelReplyError"),
    case_row("n1", "not_prepared"),
]
"""4 right, 2 wrong (one by half), 1 declined, 1 rightly declined, 1 failed, 1 not prepared."""


def rates(rows: list[CaseRow]) -> dict[str, Metric]:
    return {item.name: item for item in reliability(by_case(rows))}


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        pytest.param("accuracy", 50.0, 10, id="(4 + 1) / 10"),
        pytest.param("accuracy_answered", 100 * 4 / 6, 6, id="4 / (4 + 2)"),
        pytest.param("mean_score", 55.0, 10, id="(4 + 1 + 0.5) / 10"),
        pytest.param("completion_rate", 50.0, 10, id="as the accuracy"),
        pytest.param("answer_rate", 60.0, 10, id="(4 + 2) / 10"),
        pytest.param("error_rate", 20.0, 10, id="(1 failed + 1 not prepared) / 10"),
        pytest.param("silent_wrong_rate", 20.0, 10, id="2 / 10"),
        pytest.param("abstention_rate", 20.0, 10, id="(1 + 1) / 10"),
        pytest.param("needless_abstention_rate", 100 / 9, 9, id="1 of 9 that were due an answer"),
    ],
)
def test_rates_by_hand(name: str, value: float, n: int) -> None:
    found = rates(TEN)[name]
    assert (found.value, found.n) == pytest.approx((value, n))


def test_interval_is_wilsons() -> None:
    """5 of 10: centre (0.5 + 3.8415/20) / 1.38415 = 0.5; half width 1.96 sqrt(0.025 + 0.0096036) / 1.38415 = 0.26341."""
    found = rates(TEN)["accuracy"]
    assert (found.low, found.high) == pytest.approx((23.659, 76.341), abs=0.001)


@pytest.mark.parametrize("outcome", ["failed", "timed_out", "not_prepared", "too_dear"])
def test_cases_without_an_answer_are_wrong_in_the_accuracy(outcome: str) -> None:
    rows = [case_row("a"), case_row("b", "failed").model_copy(update={"outcome": outcome})]
    found = rates(rows)
    assert (found["accuracy"].value, found["mean_score"].value, found["error_rate"].value) == (50, 50, 50)


def test_repeats_are_one_case() -> None:
    """a: 1 of 4 right, b: 1 of 1. The mean of 0.25 and 1 is 0.625, over 2 cases, not 2 of 5."""
    rows = [
        *(case_row("a", "right" if repeat == 0 else "wrong", repeat=repeat) for repeat in range(4)),
        case_row("b"),
    ]
    found = rates(rows)["accuracy"]
    assert (found.value, found.n) == (62.5, 2)


def test_without_cases_all_is_unknown() -> None:
    assert {item.grade for item in reliability(())} == {"unknown"}


def test_outcomes_are_counted_with_those_that_never_were() -> None:
    counts = outcomes(TEN)
    assert counts["right"] == 4
    assert counts["timed_out"] == 0
    assert sum(counts.values()) == 10


def test_failure_modes_come_by_frequency_with_examples() -> None:
    first, *others = failure_modes(TEN)
    assert first == FailureMode(outcome="wrong", error="", count=2, example_case_ids=("w1", "w2"))
    assert [(item.outcome, item.error) for item in others] == [
        ("declined", ""),
        ("failed", "ModelReplyError"),
        ("not_prepared", ""),
    ]


def test_groups_are_rated_apart() -> None:
    rows = [
        case_row("a", group="x"),
        case_row("b", "wrong", group="x"),
        case_row("c", group="y"),
        case_row("d"),
    ]
    assert [(item.group, item.accuracy.value, item.accuracy.n) for item in groups(by_case(rows))] == [
        ("x", 50.0, 2),
        ("y", 100.0, 1),
    ]
