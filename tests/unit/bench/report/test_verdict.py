"""The headline follows from the figures, also against the claim."""

from __future__ import annotations

import dataclasses
import math

import pytest
from tests.unit.bench.report.made_up import ALL, Made, Plan, make_run

from compiled_ai.bench.metrics.facts import Comparison, DatasetSummary, Metrics, Paired
from compiled_ai.bench.report.report import Report, build_report
from compiled_ai.bench.report.verdict import (
    FEWEST_CASES,
    MARGIN,
    cautious_comparison,
    interval_of,
    verdict_of,
)

PAIRED = Paired(
    split="held_out",
    cases=400,
    tasks=40,
    both_right=300,
    only_system=10,
    only_baseline=12,
    neither=78,
    mcnemar_p=0.8,
    difference=-0.5,
    low=-2.0,
    high=1.0,
    task_low=None,
    task_high=None,
    sense="no_difference_shown",
)


def _with(
    dataset: DatasetSummary, paired: Paired | None, *, pays: float | None, split: str = "held_out"
) -> DatasetSummary:
    """`dataset` with that paired comparison as its headline, and that break-even everywhere."""
    assert dataset.headline is not None
    comparisons = tuple(_paying(comparison, pays) for comparison in dataset.comparisons)
    changes = {"paired": paired, "split": split}
    headline = dataclasses.replace(dataset.headline, **changes)  # type: ignore[arg-type]  # fields by name
    return dataclasses.replace(dataset, comparisons=comparisons, headline=headline)


def _paying(comparison: Comparison, pays: float | None) -> Comparison:
    items = tuple(
        dataclasses.replace(item, value=pays, low=pays, high=pays)
        if item.name.startswith("break_even")
        else item
        for item in comparison.metrics.items
    )
    return dataclasses.replace(comparison, metrics=Metrics(items=items))


def _paired(low: float, high: float, cases: int = 400) -> Paired:
    return dataclasses.replace(PAIRED, difference=(low + high) / 2, low=low, high=high, cases=cases)


@pytest.mark.parametrize(
    ("paired", "pays", "split", "standing", "words"),
    [
        pytest.param(_paired(-2, 1), 40, "held_out", "supported", "about as often as", id="as good and pays"),
        pytest.param(_paired(1, 5), 40, "held_out", "supported", "more often than", id="better and pays"),
        pytest.param(
            _paired(-2, 1), math.inf, "held_out", "mixed", "never pays", id="as good and never pays"
        ),
        pytest.param(_paired(-2, 1), None, "held_out", "mixed", "cannot be told", id="as good, cost unknown"),
        pytest.param(_paired(-20, -3), 40, "held_out", "disproved", "less often", id="worse, though it pays"),
        pytest.param(
            _paired(-20, -3), math.inf, "held_out", "disproved", "never paid", id="worse and never pays"
        ),
        pytest.param(_paired(-20, -0.1), 40, "held_out", "disproved", "less often", id="barely worse"),
        pytest.param(
            _paired(-MARGIN - 0.1, 3), 40, "held_out", "undecided", "too few cases", id="may be worse"
        ),
        pytest.param(_paired(-MARGIN, 3), 40, "held_out", "supported", "about as often", id="at the margin"),
        pytest.param(
            _paired(-20, 10), math.inf, "held_out", "disproved", "never pays", id="unsettled and never pays"
        ),
        pytest.param(_paired(-2, 1, FEWEST_CASES - 1), 40, "held_out", "nothing", "19 cases", id="too few"),
        pytest.param(_paired(-80, -60, 1), 40, "held_out", "nothing", "1 case", id="one case"),
        pytest.param(_paired(-2, 1), 40, "seen", "undecided", "shown to the compiler", id="only seen cases"),
        pytest.param(None, 40, "held_out", "nothing", "answered the same cases", id="nothing compared"),
    ],
)
def test_the_standing_follows_from_interval_and_cost(
    report: Report, paired: Paired | None, pays: float | None, split: str, standing: str, words: str
) -> None:
    verdict = verdict_of(_with(report.sections[0].dataset, paired, pays=pays, split=split))
    assert verdict.standing == standing
    assert words in verdict.title


def test_the_wider_interval_decides() -> None:
    wide = dataclasses.replace(PAIRED, task_low=-12.0, task_high=8.0)
    assert interval_of(wide) == (-12.0, 8.0)
    narrow = dataclasses.replace(PAIRED, task_low=-1.0, task_high=0.5)
    assert interval_of(narrow) == (-2.0, 1.0)


def test_costs_are_held_against_the_cheapest_model_and_not_the_dearest(report: Report) -> None:
    comparison = cautious_comparison(report.sections[0].dataset)
    assert comparison is not None
    assert comparison.baseline == "direct"


def test_sentences_carry_n_intervals_and_the_seen_figure_apart(report: Report) -> None:
    text = " ".join(report.sections[0].verdict.sentences)
    assert "on 40 requests that nobody had shown it" in text
    assert "N* = " in text
    assert "wrong without a word" in text
    assert "On 24 requests that it was compiled from" in text
    assert "says nothing about the next one" in text


def test_estimated_tokens_are_called_so() -> None:
    systems = tuple(dataclasses.replace(system, estimated=True) for system in ALL[:2])
    verdict = build_report([make_run(Plan(systems=systems))]).sections[0].verdict
    assert "(tokens estimated)" in " ".join(verdict.sentences)


def test_compiled_code_that_asks_a_model_each_time_never_pays() -> None:
    dear = Made(name="compiled", seen=0.95, held_out=0.9, tokens=900, compile_tokens=4_000)
    verdict = build_report([make_run(Plan(systems=(dear, ALL[1])))]).sections[0].verdict
    assert "It never pays for itself against direct" in " ".join(verdict.sentences)
    assert verdict.standing != "supported"


def test_compiled_code_that_is_clearly_worse_disproves_the_claim() -> None:
    poor = Made(name="compiled", seen=0.95, held_out=0.4, compile_tokens=3_000)
    verdict = (
        build_report([make_run(Plan(systems=(poor, ALL[1]), held_out=120, tasks=30))]).sections[0].verdict
    )
    assert verdict.standing == "disproved"


def test_without_a_compiled_system_nothing_is_concluded() -> None:
    verdict = build_report([make_run(Plan(systems=ALL[1:3]))]).sections[0].verdict
    assert verdict.standing == "nothing"
    assert "no compiled system" in verdict.title
