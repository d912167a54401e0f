"""Function calls: the rules of the Berkeley Function-Calling Leaderboard, and where ours differ."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.scoring.evaluators import evaluator, score_output
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Accuracy, FieldRule

COMPARE = evaluator("function_call")


def call(**arguments: JsonValue) -> JsonObject:
    return {"name": "f", "arguments": {**arguments}}


def any_of(*values: JsonValue) -> JsonObject:
    return {"$any_of": list(values)}


SAME: list[tuple[JsonValue, JsonValue]] = [
    (call(), call()),
    (call(), {"name": "f"}),
    (call(a=1), {"function": "f", "arguments": {"a": 1}}),
    (call(a=5, b="x"), call(b="X ", a=5.0)),
    (call(a="April 1, 2024"), call(a="april 1 2024")),
    (call(a="01/02/2024"), call(a="01-02-2024")),
    (call(a="it's"), call(a='IT"S')),
    (call(a="new_york"), call(a="New York")),
    (call(a="1.5 km"), call(a="1.5KM")),
    (call(a="10.0.0.1"), call(a="10-0-0-1")),
    (call(a="-5 degrees"), call(a="-5Degrees")),
    (call(a=[1, "b"]), call(a=[1.0, "B"])),
    (call(a={"x": 1, "y": "b"}), call(a={"y": "B", "x": 1})),
    ([call(a=1), call(a=2)], [call(a=2), call(a=1)]),
    ([call(a=1)], call(a=1)),
    ([], []),
]
DIFFERENT: list[tuple[JsonValue, JsonValue]] = [
    (call(a=1), {"name": "F", "arguments": {"a": 1}}),
    (call(a=1), call()),
    (call(), call(a=1)),
    (call(a=1), call(a=2)),
    (call(a=1), call(b=1)),
    (call(a=1), call(a=True)),
    (call(a=5), call(a="5")),
    (call(a="15 km"), call(a="1.5 km")),
    (call(a="-5 degrees"), call(a="5 degrees")),
    (call(a="*"), call(a="^")),
    (call(a="*"), call(a="")),
    (call(a=[1, 2]), call(a=[2, 1])),
    (call(a=[1, 2]), call(a=[1, 2, 2])),
    (call(a={"x": 1}), call(a={"x": 1, "y": 2})),
    ([call(a=1), call(a=1)], [call(a=1), call(a=2)]),
    ([call(a=1), call(a=1)], [call(a=1)]),
    ([call(a=1)], []),
    (call(a=1), {"name": "f", "arguments": {"a": 1}, "id": 7}),
    (call(a=1), {"arguments": {"a": 1}}),
    (call(a=1), {"name": "f", "function": "f", "arguments": {"a": 1}}),
    (call(a=1), "f(a=1)"),
    (call(a=1), None),
    (call(), {"name": "f", "arguments": []}),
]


@pytest.mark.parametrize(("expected", "answer"), SAME, ids=str)
def test_same_calls(expected: JsonValue, answer: JsonValue) -> None:
    assert (COMPARE(expected, answer), COMPARE(answer, expected)) == (1.0, 1.0)


@pytest.mark.parametrize(("expected", "answer"), DIFFERENT, ids=str)
def test_different_calls(expected: JsonValue, answer: JsonValue) -> None:
    assert (COMPARE(expected, answer), COMPARE(answer, expected)) == (0.0, 0.0)


class TestChoices:
    """An expected argument with several right values."""

    @pytest.mark.parametrize(
        ("expected", "answer", "right"),
        [
            (call(a=any_of("NYC", "New York")), call(a="new york"), True),
            (call(a=any_of("NYC", "New York")), call(a="Boston"), False),
            (call(a=any_of("NYC", "New York")), call(), False),
            (call(a=any_of("NYC", "New York")), call(a=["NYC", "New York"]), False),
            (call(a=any_of(1, 2)), call(a=any_of(1, 2)), False),
            (call(a=any_of("metric", None)), call(), True),
            (call(a=any_of("metric", None)), call(a=None), True),
            (call(a=any_of("metric", "")), call(), True),
            (call(a=any_of("metric", "")), call(a=""), True),
            (call(a=any_of("metric", "")), call(a="Metric"), True),
            (call(a=any_of("metric", "")), call(a="imperial"), False),
            (call(a=any_of("metric")), call(), False),
            (call(a={"x": any_of(1, 2), "y": 3}), call(a={"x": 2, "y": 3}), True),
            (call(a={"x": any_of(1, 2), "y": 3}), call(a={"x": 2}), False),
            (call(a={"x": any_of(1, None), "y": 3}), call(a={"y": 3}), True),
            (call(a=[any_of(1, 2), 3]), call(a=[2, 3]), True),
            (call(a=any_of([1], [2])), call(a=[2]), True),
            ({"name": any_of("f", "g")}, {"name": "f"}, False),
        ],
        ids=str,
    )
    def test_one_of_them_is_right(self, expected: JsonValue, answer: JsonValue, right: bool) -> None:
        assert COMPARE(expected, answer) == float(right)

    def test_calls_are_paired_so_that_all_fit_if_they_can(self) -> None:
        expected: list[JsonValue] = [call(a=any_of(1, 2, 3)), call(a=any_of(1, 2)), call(a=1)]
        assert COMPARE(expected, [call(a=1), call(a=2), call(a=3)]) == 1.0
        assert COMPARE(expected, [call(a=3), call(a=3), call(a=1)]) == 0.0

    @given(st.data(), st.permutations(range(5)))
    def test_any_order_of_right_calls_is_right(self, data: Any, order: list[int]) -> None:
        extra = [data.draw(st.lists(st.integers(0, 4), max_size=4)) for _ in range(5)]
        expected: list[JsonValue] = [
            call(a=any_of(*dict.fromkeys([*extra[index], index]))) for index in range(5)
        ]
        assert COMPARE(expected, [call(a=index) for index in order]) == 1.0

    @given(
        st.lists(st.sets(st.integers(0, 3), min_size=1), min_size=4, max_size=4),
        st.lists(st.integers(0, 3), min_size=4, max_size=4),
    )
    def test_the_pairing_is_that_of_trying_all(self, allowed: list[set[int]], made: list[int]) -> None:
        possible = any(
            all(value in choices for value, choices in zip(order, allowed, strict=True))
            for order in permutations(made)
        )
        expected: list[JsonValue] = [call(a=any_of(*sorted(choices))) for choices in allowed]
        assert COMPARE(expected, [call(a=value) for value in made]) == float(possible)

    def test_a_long_chain_of_swaps_takes_no_recursion(self) -> None:
        expected: list[JsonValue] = [call(a=any_of(index, index + 1)) for index in range(300)]
        assert COMPARE(expected, [call(a=index) for index in range(1, 301)]) == 1.0


def test_calls_in_a_field() -> None:
    accuracy = Accuracy(evaluator="fields", fields={"calls": FieldRule(evaluator="function_call")})
    expected: JsonObject = {"calls": [call(a=1), call(b=any_of("x", None))]}
    assert score_output(expected, {"calls": [call(b="y"), call(a=1)]}, accuracy) == 0.0
    assert score_output(expected, {"calls": [call(), call(a=1)]}, accuracy) == 1.0
    assert score_output(expected, {"calls": [call(b="X"), call(a=1)]}, accuracy) == 1.0


def test_null_arguments_are_left_out() -> None:
    whole = Accuracy(evaluator="function_call")
    assert score_output(call(a=1, b=None), call(a=1), whole) == 1.0
    assert score_output(call(a=1), call(a=1, b=None), whole) == 1.0
    assert score_output({"name": "f", "arguments": None}, call(), whole) == 1.0
