"""Measures of code, and pass@k."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.bench.metrics.made_rows import case_row, compiled_details, preparation_row

from compiled_ai.bench.metrics.code_quality import (
    CodeTools,
    code_quality,
    maintainability_index,
    measure_code,
    pass_at_k,
)
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.rows import CaseRow, PreparationRow

PLAIN = "def f(x: int) -> int:\n    return x + 1\n"
BRANCHED = "def f(x: int, y) -> int:\n    if x > 1:\n        if y:\n            return 1\n    return 0\n"


def measured(
    preparations: list[PreparationRow], cases: list[CaseRow] | None = None, tools: CodeTools | None = None
) -> dict[str, Metric]:
    found = code_quality(preparations, cases or [], tools=tools or CodeTools(), seed=1)
    return {item.name: item for item in found}


def coded(task: str, code: str, **given: object) -> PreparationRow:
    return preparation_row(task, details=compiled_details(code=code), **given)


def test_measures_of_a_file_by_hand() -> None:
    """Two ifs: V(G) = 3. Cognitive 1 + 2 = 3. Typed: x and the result of x, y, result: 2 of 3. Five lines."""
    found = measure_code(BRANCHED)
    assert found is not None
    assert (found.cyclomatic, found.cognitive, found.lines) == (3, 3, 5)
    assert found.type_coverage == pytest.approx(2 / 3)


def test_maintainability_by_hand() -> None:
    """One addition of x and 1: 3 words of vocabulary and 3 in all, V = 3 log2 3 = 4.755; G = 1; two logical lines.

    171 - 5.2 ln 4.755 - 0.23 - 16.2 ln 2 = 171 - 8.107 - 0.23 - 11.229 = 151.43.
    """
    assert maintainability_index(PLAIN) == pytest.approx(151.43, abs=0.01)


def test_empty_file_is_easy_to_maintain() -> None:
    assert maintainability_index("") == pytest.approx(171 - 0.23)


@pytest.mark.parametrize("source", ["def f(:", "\x00", "x = " + "(" * 5000], ids=["syntax", "zero", "deep"])
def test_what_is_no_python_is_not_measured(source: str) -> None:
    assert measure_code(source) is None


def test_means_over_tasks() -> None:
    """Worst functions 1 and 3: mean 2. Cognitive 0 and 3: 1.5."""
    found = measured([coded("t1", PLAIN), coded("t2", BRANCHED)])
    assert (found["cyclomatic_complexity"].value, found["cyclomatic_complexity"].n) == (2.0, 2)
    assert found["cognitive_complexity"].value == 1.5
    assert found["type_coverage"].value == pytest.approx(100 * (1 + 2 / 3) / 2)


def test_tools_count_each_code() -> None:
    tools = CodeTools(lint=lambda source: source.count("if"), types=lambda _: 0)
    found = measured([coded("t1", PLAIN), coded("t2", BRANCHED)], tools=tools)
    assert (found["lint_findings"].value, found["type_errors"].value) == (1.0, 0.0)


def test_without_tools_their_metrics_are_unknown() -> None:
    assert measured([coded("t1", PLAIN)])["lint_findings"].note == "no tool was given to count them"


@pytest.mark.parametrize(
    ("preparations", "reason"),
    [
        pytest.param([preparation_row()], "this system writes no code", id="no code"),
        pytest.param(
            [coded("t1", PLAIN, problem="rejected")], "this system writes no code", id="rejected code"
        ),
        pytest.param([coded("t1", "def")], "no code could be read as Python", id="no Python"),
    ],
)
def test_systems_without_code_have_no_quality(preparations: list[PreparationRow], reason: str) -> None:
    assert measured(preparations)["cyclomatic_complexity"].note == reason


@pytest.mark.parametrize(
    ("n", "c", "k", "expected"),
    [
        pytest.param(5, 2, 1, 0.4, id="c / n"),
        pytest.param(5, 2, 2, 0.7, id="1 - C(3,2) / C(5,2) = 1 - 3/10"),
        pytest.param(10, 3, 5, 1 - 21 / 252, id="1 - C(7,5) / C(10,5)"),
        pytest.param(4, 3, 2, 1.0, id="too few wrong ones to draw"),
        pytest.param(4, 0, 2, 0.0, id="none right"),
    ],
)
def test_pass_at_k_by_hand(n: int, c: int, k: int, expected: float) -> None:
    assert pass_at_k(n, c, k) == pytest.approx(expected)


@given(st.integers(1, 8), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_right_one(n: int, data: st.DataObject) -> None:
    c = data.draw(st.integers(0, n))
    k = data.draw(st.integers(1, n))
    draws = list(combinations([True] * c + [False] * (n - c), k))
    assert math.isclose(pass_at_k(n, c, k), sum(map(any, draws)) / len(draws), abs_tol=1e-12)


@pytest.mark.parametrize(("n", "c", "k"), [(0, 0, 1), (3, 4, 1), (3, 1, 4), (3, -1, 1), (3, 1, 0)])
def test_pass_at_k_refuses_contradictions(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="not defined"):
        pass_at_k(n, c, k)


def test_compilation_passes_when_all_held_out_cases_are_right() -> None:
    """t1: held out right, seen wrong: passes. t2: one of two held out wrong. t3: never compiled. 1 of 3."""
    preparations = [
        coded("t1", PLAIN, identity="a1"),
        coded("t2", PLAIN, identity="a2"),
        preparation_row("t3", problem="no", identity="a3"),
    ]
    cases = [
        case_row("t1.1", identity="a1"),
        case_row("t1.2", "wrong", identity="a1", split="seen"),
        case_row("t2.1", identity="a2"),
        case_row("t2.2", "wrong", identity="a2"),
    ]
    found = measured(preparations, cases)["pass_at_1"]
    assert (found.value, found.n) == pytest.approx((100 / 3, 3))


def test_several_compilations_of_a_task_are_samples() -> None:
    """Three artifacts, one right: pass@1 = 1/3, pass@3 = 1 - C(2,3) / C(3,3) = 1."""
    preparations = [coded("t1", PLAIN, identity=name) for name in ("a", "b", "c")]
    cases = [case_row("t1.1", "right" if name == "a" else "wrong", identity=name) for name in ("a", "b", "c")]
    found = measured(preparations, cases)
    assert (found["pass_at_1"].value, found["pass_at_3"].value) == pytest.approx((100 / 3, 100.0))
    assert measured(preparations[:1], cases)["pass_at_3"].note == "needs 3 different compilations of a task"
