"""Values, their grades and how they are shown."""

from __future__ import annotations

import json
import math

import pytest

from compiled_ai.bench.metrics.metric import Unit, grade_of
from compiled_ai.bench.metrics.table import Measured, metric, unknown


@pytest.mark.parametrize(
    ("name", "value", "grade"),
    [
        pytest.param("compression_ratio", 4.0, "below", id="reached is not passed"),
        pytest.param("compression_ratio", 4.1, "competitive", id="above 4"),
        pytest.param("compression_ratio", 10.1, "excellent", id="above 10"),
        pytest.param("break_even_tokens", 100.0, "below", id="100 runs"),
        pytest.param("break_even_tokens", 99.0, "competitive", id="below 100 runs"),
        pytest.param("break_even_tokens", 9.9, "excellent", id="below 10 runs"),
        pytest.param("break_even_tokens", math.inf, "below", id="never"),
        pytest.param("ttft_p50", 499.0, "competitive", id="below 500 ms"),
        pytest.param("ttft_p50", 199.0, "excellent", id="below 200 ms"),
        pytest.param("exact_match_rate", 80.1, "competitive", id="above 80 %"),
        pytest.param("exact_match_rate", 95.1, "excellent", id="above 95 %"),
        pytest.param("completion_rate", 50.1, "competitive", id="above 50 %"),
        pytest.param("completion_rate", 75.1, "excellent", id="above 75 %"),
        pytest.param("cyclomatic_complexity", 9.9, "competitive", id="below 10"),
        pytest.param("cyclomatic_complexity", 4.9, "excellent", id="below 5"),
        pytest.param("first_pass_rate", 70.1, "competitive", id="above 70 %"),
        pytest.param("first_pass_rate", 90.1, "excellent", id="above 90 %"),
        pytest.param("determinism_advantage", 1.1, "competitive", id="above 1"),
        pytest.param("determinism_advantage", 10.1, "excellent", id="above 10"),
        pytest.param("accuracy", 99.0, "ungraded", id="the field has no threshold"),
        pytest.param("cognitive_complexity", 1.0, "competitive", id="only one threshold"),
    ],
)
def test_grades_are_those_of_the_field(name: str, value: float, grade: str) -> None:
    assert metric(name, Measured(value=value, n=1)).grade == grade


def test_missing_value_has_a_reason_and_no_grade() -> None:
    missing = unknown("accuracy", "no cases")
    assert (missing.value, missing.grade, missing.note, missing.shown) == (None, "unknown", "no cases", "n/a")


def test_value_without_direction_is_not_graded() -> None:
    assert grade_of(3.0, better=None, competitive=1.0, excellent=2.0) == "ungraded"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        pytest.param("accuracy", 93.12, "93.1 %", id="share"),
        pytest.param("accuracy", 100.0, "100 %", id="whole"),
        pytest.param("break_even_tokens", 8.333, "8.33 runs", id="runs"),
        pytest.param("break_even_tokens", math.inf, "never", id="never"),
        pytest.param("token_reduction", math.inf, "unlimited", id="unlimited ratio"),
        pytest.param("tokens_per_transaction", 10629.4, "10,629 tokens", id="thousands"),
        pytest.param("tokens_per_transaction", 0.0, "0 tokens", id="nothing"),
        pytest.param("output_entropy", 0.0321, "0.0321 bits", id="small"),
        pytest.param("cost_per_transaction", 0.00042, "$0.00042", id="small money"),
        pytest.param("tco_1e9", 1234567.891, "$1,234,567.89", id="much money"),
        pytest.param("cost_per_transaction", 0.0, "$0.00", id="no money"),
        pytest.param("cost_per_transaction", 2e-10, "$2.0e-10", id="hardly any money"),
        pytest.param("token_reduction", -0.5, "-0.5", id="below zero"),
    ],
)
def test_values_are_shown_with_their_unit(name: str, value: float, shown: str) -> None:
    assert metric(name, Measured(value=value, n=1)).shown == shown


def test_interval_is_shown_only_where_there_is_one() -> None:
    assert (
        metric("accuracy", Measured(value=50.0, n=2, low=9.5, high=90.5)).interval_shown == "9.5 % to 90.5 %"
    )
    assert metric("accuracy", Measured(value=50.0, n=2)).interval_shown == ""


def test_json_carries_infinities_as_a_word() -> None:
    written = metric("break_even_tokens", Measured(value=math.inf, n=3, low=7.0, high=math.inf)).to_json()
    assert (written["value"], written["low"], written["high"]) == ("infinite", 7.0, "infinite")
    json.dumps(written, allow_nan=False)


def test_units_of_the_table_are_known() -> None:
    from typing import get_args

    from compiled_ai.bench.metrics.table import DEFINITIONS

    assert {item.unit for item in DEFINITIONS.values()} <= set(get_args(Unit))
