"""The same case again."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.bench.metrics.made_rows import case_row

from compiled_ai.bench.metrics.consistency import consistency, entropy, most_frequent_share, normalized
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import by_case
from compiled_ai.bench.rows import CaseRow, Outcome
from compiled_ai.spec.canonical import JsonValue


def measured(rows: list[CaseRow]) -> dict[str, Metric]:
    return {item.name: item for item in consistency(by_case(rows), seed=1)}


def repeats(*answers: tuple[Outcome, JsonValue], case: str = "a") -> list[CaseRow]:
    return [
        case_row(case, outcome, output=output, repeat=number)
        for number, (outcome, output) in enumerate(answers)
    ]


@pytest.mark.parametrize(
    ("keys", "bits"),
    [
        pytest.param("aaaa", 0.0, id="always the same"),
        pytest.param("ab", 1.0, id="one of two"),
        pytest.param("abcd", 2.0, id="one of four"),
        pytest.param("aaab", 0.8112781244591328, id="0.75 log2(4/3) + 0.25 log2 4"),
    ],
)
def test_entropy_by_hand(keys: str, bits: float) -> None:
    assert entropy(keys) == pytest.approx(bits)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=50))
def test_entropy_and_share_stay_in_their_bounds(keys: list[int]) -> None:
    assert 0 <= entropy(keys) <= math.log2(len(keys)) + 1e-9
    assert 1 / len(keys) <= most_frequent_share(keys) <= 1


def test_repeats_by_hand() -> None:
    """Four repeats, outputs 1, 1, 1.0, 2, all but the last right.

    Exact: {1: 2, 1.0: 1, 2: 1}, share 2/4, entropy 0.5 x 1 + 2 x 0.25 x 2 = 1.5 bits.
    By meaning: {right: 3, 2: 1}: 0.811 bits.
    """
    found = measured(repeats(("right", 1), ("right", 1), ("right", 1.0), ("wrong", 2)))
    assert found["exact_match_rate"].value == 50.0
    assert found["output_entropy"].value == pytest.approx(1.5)
    assert found["semantic_entropy"].value == pytest.approx(0.8113, abs=1e-4)


def test_mean_over_cases() -> None:
    """Case a always the same (100 %), case b two of two different (50 %): 75 %."""
    rows = [*repeats(("right", 1), ("right", 1)), *repeats(("wrong", 1), ("wrong", 2), case="b")]
    found = measured(rows)["exact_match_rate"]
    assert (found.value, found.n) == (75.0, 2)


def test_wrong_answers_mean_the_same_when_only_their_form_differs() -> None:
    found = measured(repeats(("wrong", {"city": "Bonn"}), ("wrong", {"city": " bonn"})))
    assert (found["output_entropy"].value, found["semantic_entropy"].value) == (1.0, 0.0)


def test_right_and_wrong_never_mean_the_same() -> None:
    found = measured(repeats(("right", "Bonn"), ("wrong", "bonn")))
    assert found["semantic_entropy"].value == 1.0


def test_declines_and_failures_are_outputs_of_their_own() -> None:
    rows = repeats(("right", 1), ("declined", None), ("failed", None))
    assert measured(rows)["output_entropy"].value == pytest.approx(math.log2(3))


def test_key_order_does_not_count() -> None:
    found = measured(repeats(("right", {"a": 1, "b": 2}), ("right", {"b": 2, "a": 1})))
    assert found["exact_match_rate"].value == 100.0


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([case_row("a"), case_row("b")], id="each case once"),
        pytest.param(
            [case_row("a", identity="one"), case_row("a", identity="two", repeat=1)],
            id="two artifacts, once each",
        ),
        pytest.param(
            [case_row("a", "not_prepared", repeat=number) for number in range(2)],
            id="never reached the system",
        ),
    ],
)
def test_without_repeats_nothing_is_known(rows: list[CaseRow]) -> None:
    found = measured(rows)["exact_match_rate"]
    assert found.value is None
    assert "two repeats" in found.note


def test_conformance_counts_outputs_with_a_schema() -> None:
    rows = [
        case_row("a", conforms=True),
        case_row("b", conforms=False),
        case_row("c"),
        case_row("d", "failed"),
    ]
    found = measured(rows)["schema_conformance"]
    assert (found.value, found.n) == (50.0, 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("New  York ", "new york", True, id="case and spaces"),
        pytest.param(12.5, "12.50", True, id="number as text"),
        pytest.param(1, 1.0, True, id="whole number"),
        pytest.param(0.1 + 0.2, 0.3, True, id="float noise"),
        pytest.param("ＡＢＣ", "abc", True, id="width"),  # noqa: RUF001 - full width is the point
        pytest.param([1, 2], [2, 1], False, id="order of a list"),
        pytest.param({"a": 1}, {"A": 1}, False, id="names of fields"),
        pytest.param("007", 7, False, id="leading zeros are no number"),
        pytest.param(True, 1, False, id="true is no number"),
        pytest.param(None, "", False, id="nothing is no empty text"),
        pytest.param(10**30, 10**30 + 1, False, id="huge whole numbers"),
    ],
)
def test_normalization_evens_out_form_alone(one: JsonValue, other: JsonValue, same: bool) -> None:
    assert (normalized(one) == normalized(other)) is same
