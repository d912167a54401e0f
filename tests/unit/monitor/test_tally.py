"""Tallies: what is counted of runs, and that nothing of their content is kept."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.errors import (
    ActivityError,
    CompiledAIError,
    DeclinedError,
    InputError,
    ModelCallError,
    OperatorError,
    OutputError,
)
from compiled_ai.execution.result import Result, ServedBy
from compiled_ai.monitor.tally import DEMOTED, Counting, Tally, parse_tally
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import expand_object

HUGE = [f"value_{number}" for number in range(5_000)]
FIELDS: JsonObject = {
    "kind": ["a", "b"],
    "maybe": {"anyOf": [{"enum": ["x", "y"]}, {"type": "null"}]},
    "many": {"enum": list(HUGE)},
    "value": "any",
}


def counted(
    output: JsonObject | None, *, by: ServedBy = "compiled", reason: str = "", seconds: float = 1e-5
) -> Tally:
    tally = Tally()
    Counting(expand_object(FIELDS)).count(tally, Result(output, by, reason, seconds), None)
    return tally


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (InputError("no"), "invalid_input"),
        (OutputError("no", step="run"), "schema_violation"),
        (ActivityError("no", step="run"), "failed"),
        (ModelCallError("no", retryable=True), "outside"),
        (OperatorError("no"), "outside"),
        (DeclinedError("no", reason="too hard"), "nobody"),
        (DeclinedError("no", reason=f"{DEMOTED}too wrong"), "demoted"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_errors_are_counted_by_who_is_at_fault(error: CompiledAIError, end: str) -> None:
    tally = Tally()
    Counting(expand_object(FIELDS)).count(tally, None, error)
    assert tally.ends == {end: 1}


@pytest.mark.parametrize(
    ("value", "bucket"),
    [
        (None, "(null)"),
        (True, "true"),
        (0, "0"),
        (-9, "-2^3"),
        (0.3, "2^-2"),
        (5e-324, "2^-64"),
        (10**400, "2^64"),
        (-(10**400), "-2^64"),
        ("", "text 0"),
        ("secret", "text 2^2"),
        ([1, 2, 3], "list 2^1"),
        ({"a": 1}, "object 1"),
    ],
    ids=str,
)
def test_values_are_counted_by_what_they_are_like(value: JsonValue, bucket: str) -> None:
    assert counted({"value": value}).fields["value"] == {bucket: 1}


def test_values_of_a_short_enum_are_counted_as_they_are() -> None:
    assert counted({"kind": "a", "maybe": "x"}).fields["kind"] == {"a": 1}
    assert counted({"kind": "a", "maybe": "x"}).fields["maybe"] == {"x": 1}


def test_values_of_a_huge_enum_are_counted_by_length() -> None:
    tally = Tally()
    counting = Counting(expand_object(FIELDS))
    for value in HUGE:
        counting.count(tally, Result({"many": value}, "compiled", "", 1e-5), None)
    assert set(tally.fields["many"]) == {"text 2^2", "text 2^3"}


def test_a_text_that_no_enum_lists_is_not_kept() -> None:
    assert "zebra" not in json.dumps(counted({"kind": "zebra", "value": {"zebra": ["zebra"]}}).to_json())


def test_a_field_that_is_left_out_is_counted_as_that() -> None:
    assert counted({}).fields["kind"] == {"(left out)": 1}


@pytest.mark.parametrize(
    ("by", "declined", "fallen_back"),
    [("compiled", 0, 0), ("bounded", 0, 0), ("model", 1, 1), ("human", 1, 1), ("nobody", 1, 0)],
)
def test_runs_are_counted_by_who_answered(by: ServedBy, declined: int, fallen_back: int) -> None:
    tally = counted(None if by == "nobody" else {"kind": "a"}, by=by)
    assert (tally.valid, tally.declined, tally.fallen_back) == (1, declined, fallen_back)


def test_runs_of_a_demoted_artifact_say_nothing_of_its_code() -> None:
    tally = counted({"kind": "a"}, by="model", reason=f"{DEMOTED}too wrong")
    assert (tally.runs, tally.valid, tally.declined, tally.fields) == (1, 0, 0, {})


def test_median_time_is_right_within_a_bucket() -> None:
    tally = Tally()
    for microseconds in (5, 6, 100, 120, 5_000):
        tally.add(counted({}, seconds=microseconds * 1e-6))
    median = tally.median_microseconds()
    assert median is not None
    assert 100 / 2**0.5 <= median <= 100 * 2**0.5


@pytest.mark.parametrize("seconds", [0.0, 1e-12, 1e9])
def test_every_time_has_a_bucket(seconds: float) -> None:
    assert counted({}, seconds=seconds).median_microseconds() is not None


COUNTS = st.dictionaries(st.text(max_size=5), st.integers(1, 10**12), max_size=4).map(Counter)
TALLIES = st.builds(
    Tally,
    ends=COUNTS,
    latency=st.dictionaries(st.integers(-50, 50), st.integers(1, 9)).map(Counter),
    fields=st.dictionaries(st.text(max_size=5), COUNTS, max_size=3),
)


@given(TALLIES)
def test_what_is_stored_comes_back(tally: Tally) -> None:
    assert parse_tally(json.loads(json.dumps(tally.to_json()))) == tally


@given(TALLIES, TALLIES)
def test_tallies_add_up(left: Tally, right: Tally) -> None:
    runs = left.runs + right.runs
    left.add(right)
    assert left.runs == runs


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"fields": []},
        {"fields": {}, "ends": {"a": 1.5}, "latency": {}},
        {"fields": {}, "ends": {}, "latency": {"x": 1}},
    ],
    ids=str,
)
def test_what_is_no_tally_is_refused(data: JsonObject) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_tally(data)
