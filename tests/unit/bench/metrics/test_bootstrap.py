"""Quantiles and intervals: by hand where that can be done, by their properties elsewhere."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.metrics.bootstrap import (
    RESAMPLES,
    interval,
    mean_interval,
    quantile,
    quantile_interval,
    ratio_of_sums,
)

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)
SHARES = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([10, 20, 30, 40], 0.5, 20, id="rank ceil(0.5 x 4) = 2"),
        pytest.param([10, 20, 30, 40, 50], 0.5, 30, id="rank ceil(0.5 x 5) = 3"),
        pytest.param(list(range(1, 21)), 0.95, 19, id="rank 0.95 x 20 = 19, whatever floats say"),
        pytest.param(list(range(1, 101)), 0.99, 99, id="rank 99"),
        pytest.param([7], 0.99, 7, id="one value"),
        pytest.param([1, 2], 0.0, 1, id="the smallest"),
        pytest.param([1, 2], 1.0, 2, id="the largest"),
    ],
)
def test_quantile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert quantile(values, share) == expected


@given(NUMBERS, SHARES)
def test_quantile_is_a_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = quantile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6
    assert sum(value < found for value in values) <= share * len(values) + 1e-6


@given(NUMBERS, SHARES, SHARES)
def test_quantile_rises_with_its_share(values: list[float], one: float, other: float) -> None:
    ordered = sorted(values)
    assert quantile(ordered, min(one, other)) <= quantile(ordered, max(one, other))


def test_interval_of_two_values_is_known() -> None:
    """Of 0 and 1, two drawn: means 0, 0.5, 1 with chances 1/4, 1/2, 1/4. The 2.5 % and 97.5 % ends are 0 and 1."""
    assert mean_interval([0.0, 1.0], seed=1) == (0.0, 1.0)


def test_interval_of_a_share_is_that_of_the_binomial_distribution() -> None:
    """100 cases, 50 right: the mean of a resample is B(100, 0.5) / 100, whose 2.5 % and 97.5 % quantiles are 0.40 and 0.60."""
    low, high = mean_interval([0.0, 1.0] * 50, seed=3) or (0, 0)
    assert low == pytest.approx(0.40, abs=0.011)
    assert high == pytest.approx(0.60, abs=0.011)


def test_interval_of_many_values_is_about_1_96_standard_errors_each_way() -> None:
    generator = random.Random(5)
    values = [generator.gauss(10, 2) for _ in range(5_000)]
    low, high = mean_interval(values, seed=5) or (0, 0)
    error = statistics.stdev(values) / math.sqrt(len(values))
    assert (high - low) / (2 * 1.96 * error) == pytest.approx(1, abs=0.2)
    assert low < statistics.fmean(values) < high


def test_interval_of_the_median_agrees_with_resampling_rows() -> None:
    """The Beta draws against 2,000 real resamples of the same 41 values."""
    generator = random.Random(11)
    values = sorted(generator.expovariate(1) for _ in range(41))
    medians = sorted(quantile(sorted(generator.choices(values, k=41)), 0.5) for _ in range(RESAMPLES))
    found = quantile_interval(values, 0.5, seed=11) or (0, 0)
    resampled = quantile(medians, 0.025), quantile(medians, 0.975)
    ranks = [values.index(end) for end in (*found, *resampled)]
    assert abs(ranks[0] - ranks[2]) <= 1
    assert abs(ranks[1] - ranks[3]) <= 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
@settings(max_examples=30, deadline=None)
def test_interval_lies_within_the_values_and_is_the_same_again(values: list[float]) -> None:
    found = mean_interval(values, seed=1)
    assert found is not None
    low, high = found
    slack = 1e-9 * max(1.0, *map(abs, values))
    assert min(values) - slack <= low <= high <= max(values) + slack
    assert mean_interval(values, seed=1) == found


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), SHARES)
@settings(max_examples=30, deadline=None)
def test_quantile_interval_holds_values_in_order(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = quantile_interval(ordered, share, seed=1)
    assert found is not None
    assert ordered[0] <= found[0] <= found[1] <= ordered[-1]


@given(st.floats(-100, 100), st.integers(2, 600))
@settings(max_examples=20, deadline=None)
def test_equal_values_have_no_width(value: float, count: int) -> None:
    low, high = mean_interval([value] * count, seed=1) or (math.nan, math.nan)
    assert low == high == pytest.approx(value)


@pytest.mark.parametrize("values", [[], [3.0]], ids=["none", "one"])
def test_below_two_values_there_is_no_interval(values: list[float]) -> None:
    assert mean_interval(values, seed=1) is None
    assert quantile_interval(values, 0.5, seed=1) is None


def test_ratio_is_resampled_as_a_ratio() -> None:
    """Numerator and denominator of a unit belong together: 2 / 1 and 20 / 10 are 2 in every resample."""
    assert interval([[2.0, 20.0], [1.0, 10.0]], ratio_of_sums, seed=1) == (2.0, 2.0)


def test_infinite_statistics_reach_the_interval() -> None:
    """Of the two units, both draws are the second with chance 1/4, and then the ratio has nothing below it."""
    low, high = interval([[1.0, 1.0], [1.0, 0.0]], ratio_of_sums, seed=1) or (0, 0)
    assert (low, high) == (1.0, math.inf)
