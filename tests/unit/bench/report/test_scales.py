"""Axes hold their values, and their ticks are round and few."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.report.scales import Scale, linear_scale, log_scale

ANY = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8)


@given(ANY, st.floats(allow_nan=True, allow_infinity=True), st.booleans())
def test_every_value_has_a_place_on_every_axis(values: list[float], value: float, logarithmic: bool) -> None:
    scale = (log_scale if logarithmic else linear_scale)(values, start=50, end=500)
    place = scale(value)
    assert math.isfinite(place)
    assert 50 - 1e-6 <= place <= 500 + 1e-6


@given(ANY, st.integers(1, 12), st.booleans())
def test_ticks_are_finite_ascending_within_the_axis_and_few(
    values: list[float], count: int, logarithmic: bool
) -> None:
    scale = (log_scale if logarithmic else linear_scale)(values, start=0, end=100)
    ticks = scale.ticks(count)
    assert ticks == sorted(set(ticks))
    assert all(math.isfinite(tick) for tick in ticks)
    span = scale.high - scale.low
    assert all(scale.low - span * 1e-6 <= tick <= scale.high + span * 1e-6 for tick in ticks)
    assert 1 <= len(ticks) <= 2 * count + 2


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        pytest.param(Scale(low=0, high=1, start=0, end=1), [0, 0.2, 0.4, 0.6, 0.8, 1.0], id="share"),
        pytest.param(Scale(low=0, high=97, start=0, end=1), [0, 20, 40, 60, 80], id="count"),
        pytest.param(
            Scale(low=1, high=1e6, start=0, end=1, logarithmic=True),
            [10.0**n for n in range(7)],
            id="decades",
        ),
        pytest.param(Scale(low=1, high=10, start=0, end=1, logarithmic=True), [1, 2, 5, 10], id="one decade"),
    ],
)
def test_ticks_are_round(scale: Scale, ticks: list[float]) -> None:
    assert scale.ticks(7 if scale.high > 1e3 else 5) == pytest.approx(ticks)


def test_an_axis_may_run_backwards() -> None:
    scale = Scale(low=0, high=10, start=100, end=0)
    assert (scale(0), scale(5), scale(10)) == (100, 50, 0)


@pytest.mark.parametrize("values", [[], [0], [-1, math.nan], [5]], ids=["none", "zero", "unfit", "one"])
def test_a_logarithmic_axis_spans_at_least_a_decade(values: list[float]) -> None:
    scale = log_scale(values, start=0, end=1)
    assert scale.high / scale.low >= 10
