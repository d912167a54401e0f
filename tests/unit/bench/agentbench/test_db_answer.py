"""The two rulings over answers, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.agentbench.db_answer import are_same_answers, are_strictly_same_answers

LENIENT = [
    pytest.param(["17"], ["17"], True, id="same text"),
    pytest.param(["17"], ["17.0"], True, id="same number"),
    pytest.param(["17.009"], ["17"], True, id="number within a hundredth"),
    pytest.param(["17.02"], ["17"], False, id="number beyond a hundredth"),
    pytest.param(["12,500"], ["12500"], True, id="thousands separator"),
    pytest.param(["33 %"], ["33"], True, id="percent sign"),
    pytest.param(["'Oslo'"], ["Oslo"], True, id="quotes around"),
    pytest.param([" Oslo "], ["Oslo"], True, id="spaces around"),
    pytest.param(["oslo"], ["Oslo"], False, id="case counts"),
    pytest.param(["none"], ["0"], True, id="nothing is zero"),
    pytest.param(["NULL"], ["none"], True, id="null is none"),
    pytest.param([], ["none"], False, id="an empty list is not none"),
    pytest.param(["b", "a"], ["a", "b"], True, id="order does not count"),
    pytest.param(["a", "a"], ["a"], True, id="texts are sets"),
    pytest.param(["a"], ["a", "b"], False, id="one is missing"),
    pytest.param(["2", "1"], ["1.0", "2.004"], True, id="numbers are paired"),
    pytest.param(["1", "1"], ["1", "2"], False, id="a number is paired once"),
    pytest.param(["1", "1"], ["1"], False, id="numbers are counted"),
    pytest.param(["Doe, John"], ["Doe John"], True, id="commas go from texts too"),
    pytest.param(["1_000"], ["1000"], False, id="no Python numbers"),
    pytest.param(["nan"], ["nan"], True, id="not a number is nothing"),
    pytest.param(["nonsense"], ["none"], False, id="nonsense is not nothing"),
    pytest.param(["9" * 5000], ["1"], False, id="a huge number is no error"),
]


@pytest.mark.parametrize(("answers", "expected", "right"), LENIENT)
def test_lenient_ruling(answers: list[str], expected: list[str], right: bool) -> None:
    assert are_same_answers(answers, expected) is right
    assert are_same_answers(expected, answers) is right


@pytest.mark.parametrize(
    ("answers", "expected", "right"),
    [
        pytest.param(["17"], ["17.0"], True, id="same number"),
        pytest.param(["17.001"], ["17"], False, id="no tolerance"),
        pytest.param(["12,500"], ["12500"], False, id="separators count"),
        pytest.param(["b", "a"], ["a", "b"], True, id="order does not count"),
        pytest.param(["1", "2"], ["1.0", "2.0"], False, id="several are compared as texts"),
        pytest.param(["none"], ["0"], False, id="nothing is not zero"),
    ],
)
def test_strict_ruling(answers: list[str], expected: list[str], right: bool) -> None:
    assert are_strictly_same_answers(answers, expected) is right


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_no_text_breaks_a_ruling(left: list[str], right: list[str]) -> None:
    assert are_same_answers(left, right) == are_same_answers(right, left)
    assert are_same_answers(left, left)
    assert are_strictly_same_answers(left, left)
