"""Verdicts on cases, their sums, and intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.scoring.scores import (
    GroupScore,
    ScoredCase,
    Verdict,
    count_missed_fields,
    judge,
    of_kind,
    summarize,
)
from compiled_ai.scoring.statistics import Interval, cases_needed, wilson_interval
from compiled_ai.spec import Case
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy

ANSWER = VisibleCase(case_id="a", input={}, output={"x": 1, "y": 2})
DECLINE = VisibleCase(case_id="d", input={}, output=None)


@pytest.mark.parametrize(
    ("case", "output", "abstained", "verdict", "score"),
    [
        (ANSWER, {"x": 1, "y": 2.0}, False, "right", 1.0),
        (ANSWER, {"x": 1, "y": 3}, False, "wrong", 0.0),
        (ANSWER, None, True, "declined", 0.0),
        (ANSWER, None, False, "crashed", 0.0),
        (DECLINE, None, True, "right_to_decline", 1.0),
        (DECLINE, {"x": 1, "y": 2}, False, "wrong", 0.0),
        (DECLINE, {}, False, "wrong", 0.0),
        (DECLINE, None, False, "crashed", 0.0),
    ],
)  # fmt: skip
def test_a_case_is_judged(
    case: Case, output: JsonObject | None, abstained: bool, verdict: Verdict, score: float
) -> None:
    judged = judge(case, output=output, abstained=abstained, accuracy=Accuracy())
    assert (judged.verdict, judged.score) == (verdict, score)


def test_a_partly_right_answer_is_wrong_and_has_its_points() -> None:
    judged = judge(ANSWER, output={"x": 1, "y": 3}, abstained=False, accuracy=Accuracy(evaluator="fields"))
    assert (judged.verdict, judged.score) == ("wrong", 0.5)


def test_missed_fields_are_named_and_counted() -> None:
    outputs: list[JsonObject] = [{"x": 1, "y": 3}, {"x": 0, "y": 3}, {"x": 1, "y": 2}]
    judged = [
        judge(ANSWER, output=output, abstained=False, accuracy=Accuracy(evaluator="fields"))
        for output in outputs
    ]
    assert [item.missed for item in judged] == [("y",), ("x", "y"), ()]
    assert count_missed_fields(judged) == {"x": 1, "y": 2}


def group(*verdicts: Verdict, scores: Sequence[float] = ()) -> GroupScore:
    points = scores or [float(verdict.startswith("right")) for verdict in verdicts]
    return summarize(
        ScoredCase(case=ANSWER, verdict=verdict, score=score)
        for verdict, score in zip(verdicts, points, strict=True)
    )


class TestGroups:
    """Sums."""

    def test_every_case_counts_crashes_included(self) -> None:
        score = group("right", "right_to_decline", "wrong", "declined", "crashed")
        assert (score.total, score.right, score.accuracy, score.wrong_share) == (5, 2, 0.4, 0.2)

    def test_a_group_without_cases_has_no_accuracy(self) -> None:
        score = group()
        assert (score.total, score.accuracy, score.wrong_share) == (0, None, 0.0)

    def test_its_json_names_every_verdict(self) -> None:
        assert group("right", "wrong").to_json() == {
            "n": 2, "accuracy": 0.5, "interval95": [0.0945, 0.9055],
            "right": 1, "right_to_decline": 0, "wrong": 1, "declined": 0, "crashed": 0,
        }  # fmt: skip

    def test_the_json_of_no_cases_claims_nothing(self) -> None:
        assert (group().to_json()["accuracy"], group().to_json()["interval95"]) == (None, [0.0, 1.0])

    def test_partial_scores_are_summed_exactly(self) -> None:
        assert group(*("wrong",) * 10, scores=[0.9] * 10).accuracy == 0.9

    def test_cases_are_told_apart_by_their_kind(self) -> None:
        hidden = HiddenCase(case_id="h", input={}, output=None)
        scored = [ScoredCase(case=case, verdict="right", score=1.0) for case in (ANSWER, hidden, DECLINE)]
        assert [item.case for item in of_kind(scored, VisibleCase)] == [ANSWER, DECLINE]
        assert [item.case for item in of_kind(scored, HiddenCase)] == [hidden]


class TestWilson:
    """Source of the formula: Wilson (1927), https://doi.org/10.2307/2276774."""

    @pytest.mark.parametrize(
        ("successes", "total", "low", "high"),
        [
            (0, 10, 0.0, 3.841459 / 13.841459),  # 0 of n: from 0 to z2 / (n + z2)
            (10, 10, 10 / 13.841459, 1.0),  # n of n: from n / (n + z2) to 1
            (0, 1, 0.0, 3.841459 / 4.841459),
            (1, 1, 1 / 4.841459, 1.0),
            # (0.75 + z2 / 120 -+ z * sqrt(0.75 * 0.25 / 60 + z2 / 14400)) / (1 + z2 / 60) = (0.782012 -+ 0.114146) / 1.064024
            (45, 60, 0.627680, 0.842235),
        ],
    )
    def test_values_worked_out_by_hand(self, successes: float, total: int, low: float, high: float) -> None:
        """With z = 1.959964 and z2 = 3.841459."""
        found = wilson_interval(successes, total)
        assert found.low == pytest.approx(low, abs=2e-6)
        assert found.high == pytest.approx(high, abs=2e-6)

    @pytest.mark.parametrize(
        ("successes", "total", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_published_values(self, successes: float, total: int, low: float, high: float) -> None:
        """Newcombe (1998), table I, method 3: https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E."""
        found = wilson_interval(successes, total)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)

    def test_nothing_counted_leaves_everything_open(self) -> None:
        assert wilson_interval(0, 0) == Interval(low=0.0, high=1.0)

    @given(st.integers(1, 5_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
    def test_it_holds_the_share_and_stays_within_bounds(self, counted: tuple[int, int]) -> None:
        successes, total = counted
        found = wilson_interval(successes, total)
        assert 0.0 <= found.low <= successes / total <= found.high <= 1.0

    @given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
    def test_it_is_the_mirror_of_that_of_the_failures(self, counted: tuple[int, int]) -> None:
        successes, total = counted
        found, mirror = wilson_interval(successes, total), wilson_interval(total - successes, total)
        assert math.isclose(found.low, 1 - mirror.high, abs_tol=1e-12)

    @pytest.mark.parametrize(("share", "width", "needed"), [(1.0, 0.3, 9), (0.0, 0.3, 9), (0.5, 0.3, 39)])
    def test_the_cases_needed_are_the_fewest(self, share: float, width: float, needed: int) -> None:
        """At a share of 1 the width is z2 / (n + z2): 8.96 cases for 0.3. At 0.5 it is z / sqrt(n + z2): 38.8 cases."""
        assert cases_needed(share, width) == needed
        assert wilson_interval(share * needed, needed).width <= width
        assert wilson_interval(share * (needed - 1), needed - 1).width > width

    def test_more_cases_make_it_narrower(self) -> None:
        widths = [
            interval.high - interval.low
            for interval in (wilson_interval(n // 2, n) for n in (2, 20, 200, 2_000))
        ]
        assert widths == sorted(widths, reverse=True)
