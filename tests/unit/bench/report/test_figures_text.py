"""Figures as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.report import figures_text


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        ("percent", 0.725, "72.5 %"),
        ("percent", 1.0, "100 %"),
        ("percent", None, "\N{EN DASH}"),
        ("points", -0.175, "\N{MINUS SIGN}17.5"),
        ("points", 0.0, "0"),
        ("points", 0.2, "+20"),
        ("count", 41.25, "41.2"),
        ("count", 12_345.6, "12,346"),
        ("count", 3_200_000, "3.2 million"),
        ("count", 0.0123, "0.012"),
        ("count", math.inf, "never"),
        ("count", 1e300, "1.0e+300"),
        ("seconds", 9e-6, "9 µs"),
        ("seconds", 5e-8, "50 ns"),
        ("seconds", 0.0014, "1.4 ms"),
        ("seconds", 2.312, "2.31 s"),
        ("seconds", 210, "3.5 min"),
        ("seconds", None, "\N{EN DASH}"),
        ("seconds", 0, "0 s"),
        ("usd", 12.5, "$12.50"),
        ("usd", 0.000123, "$0.00012"),
        ("usd", 0, "$0.00"),
        ("usd", 2_500_000, "$2.5 million"),
        ("usd", None, "price unknown"),
        ("tick", 1e6, "1M"),
        ("tick", 0.01, "0.01"),
        ("tick_seconds", 1e-4, "100 µs"),
        ("tick_seconds", 10, "10 s"),
        ("tick_usd", 1e-4, "$0.0001"),
        ("tick_usd", 1e4, "$10k"),
    ],
)
def test_a_figure_reads_well(function: str, value: float | None, text: str) -> None:
    assert getattr(figures_text, function)(value) == text


@given(
    st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["percent", "count", "seconds", "usd"])
)
def test_any_float_has_a_text(value: float, function: str) -> None:
    assert getattr(figures_text, function)(value)


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(parts: list[str], text: str) -> None:
    assert figures_text.listing(parts) == text
