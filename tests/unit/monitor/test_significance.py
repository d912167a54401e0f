"""Chances of differences, against values that others computed."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.monitor.significance import chi_square_tail, distance, homogeneity, rise

SAMPLES = 800
COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**9), max_size=6)


@pytest.mark.parametrize(
    ("statistic", "freedom", "chance"),
    [
        (3.841458820694124, 1, 0.05),
        (5.991464547107979, 2, 0.05),
        (18.307038053275146, 10, 0.05),
        (10.827566170662733, 1, 0.001),
        (149.4492529, 100, 0.001),
        (2.0, 2, math.exp(-1)),
        (0.0, 3, 1.0),
    ],
)
def test_tail_of_chi_square_is_that_of_the_tables(statistic: float, freedom: int, chance: float) -> None:
    assert chi_square_tail(statistic, freedom) == pytest.approx(chance, rel=1e-6)


def brute(count: int, total: int, before: int, total_before: int) -> float:
    hits, whole = count + before, total + total_before
    ways = sum(
        math.comb(hits, i) * math.comb(whole - hits, total - i)
        for i in range(count, min(hits, total) + 1)
        if total - i <= whole - hits
    )
    return ways / math.comb(whole, total)


@pytest.mark.parametrize(("total", "total_before"), [*product((3, 8, 30), (4, 20))])
def test_rise_of_small_counts_is_exact(total: int, total_before: int) -> None:
    for count, before in product(range(min(total, 4) + 1), range(4)):
        if 0 < count + before < total + total_before:
            right = brute(count, total, before, total_before)
            assert rise(count, total, before, total_before) == pytest.approx(right, rel=1e-9)


def test_rise_of_large_counts_is_near_the_exact_one() -> None:
    assert rise(3_250, 6_000, 3_150, 6_000) == pytest.approx(brute(3_250, 6_000, 3_150, 6_000), rel=0.05)


@pytest.mark.parametrize("counts", [(0, 0, 5, 10), (5, 10, 0, 0), (0, 10, 0, 10), (10, 10, 5, 5)])
def test_without_anything_to_compare_nothing_rises(counts: tuple[int, int, int, int]) -> None:
    assert rise(*counts) == 1.0


def test_one_new_answer_among_thirty_is_no_surprise() -> None:
    assert homogeneity({"a": 29, "b": 1}, {"a": 1_000}) > 0.05


def test_the_same_shares_are_no_surprise() -> None:
    assert homogeneity({"a": 100, "b": 200, "c": 10}, {"a": 1_000, "b": 2_000, "c": 100}) > 0.9


def test_other_shares_are_a_surprise() -> None:
    assert homogeneity({"a": 200, "b": 100, "c": 10}, {"a": 1_000, "b": 2_000, "c": 100}) < 1e-9


@given(left=COUNTS, right=COUNTS)
def test_a_chance_is_a_chance(left: dict[str, int], right: dict[str, int]) -> None:
    assert 0 <= homogeneity(left, right) <= 1
    assert 0 <= distance(left, right) <= 1 + 1e-9


@given(left=COUNTS, right=COUNTS)
def test_which_sample_is_which_does_not_matter(left: dict[str, int], right: dict[str, int]) -> None:
    assert homogeneity(left, right) == pytest.approx(homogeneity(right, left), abs=1e-9)


@pytest.mark.parametrize(
    ("weights", "now", "before"),
    [((50, 30, 15, 4, 1), 60, 40), ((90, 9, 1), 2_000, 30), ((97, 1, 1, 1), 40, 2_000)],
)
def test_samples_of_one_distribution_alarm_as_rarely_as_said(
    weights: tuple[int, ...], now: int, before: int
) -> None:
    draw = random.Random(7)
    names = "abcde"[: len(weights)]
    low = sum(
        homogeneity(
            Counter(draw.choices(names, weights, k=now)), Counter(draw.choices(names, weights, k=before))
        )
        < 0.01
        for _ in range(SAMPLES)
    )
    assert low / SAMPLES <= 0.01 + 3 * math.sqrt(0.01 / SAMPLES)
