"""Tokens and money of one system."""

from __future__ import annotations

import pytest
from tests.unit.bench.metrics.made_rows import call, case_row, compiled_details, preparation_row

from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import by_case
from compiled_ai.bench.metrics.spending import average, cost, spent, tokens
from compiled_ai.bench.rows import CaseRow, PreparationRow

CODE = "def f(x: int) -> int:\n    return x\n" + "# " + "z" * 165 + "\n"
"""203 characters: 203 / 3.3 = 61.5 or 62 tokens. Two lines that are neither blank nor a comment alone."""
PREPARATIONS = [
    preparation_row(
        "t1", calls=(call(1000, usd=0.02), call(1000, usd=0.02)), details=compiled_details(code=CODE)
    ),
    preparation_row("t2", problem="rejected", calls=(call(4000, usd=0.08),)),
]
CASES = [
    case_row("t1.1", calls=(call(100), call(100))),
    case_row("t1.2", "wrong"),
    case_row("t2.1", "not_prepared"),
    case_row("t1.3"),
]


def measured(
    preparations: list[PreparationRow] | None = None, cases: list[CaseRow] | None = None
) -> dict[str, Metric]:
    preparations = PREPARATIONS if preparations is None else preparations
    grouped = by_case(CASES if cases is None else cases)
    found = (*tokens(preparations, grouped, seed=1), *cost(preparations, grouped, seed=1))
    return {item.name: item for item in found}


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        pytest.param("tokens_per_transaction", 50.0, 4, id="200 / 4"),
        pytest.param("tokens_per_right_answer", 100.0, 4, id="200 / 2 right"),
        pytest.param("compile_tokens_per_task", 3000.0, 2, id="(2,000 + 4,000) / 2"),
        pytest.param(
            "compression_ratio", 62 / 5400, 2, id="62 / (0.9 x (1,000 + 1,000 + 4,000)), the failure too"
        ),
        pytest.param("lines_per_token", 2 / 6000, 2, id="2 / 6,000"),
        pytest.param("amortised_tokens", 53.0, 2, id="3,000 / 1,000 + 50"),
        pytest.param("cost_per_transaction", 0.005, 4, id="0.02 / 4"),
        pytest.param("cost_per_right_answer", 0.01, 4, id="0.02 / 2"),
        pytest.param("compile_cost_per_task", 0.06, 2, id="(0.04 + 0.08) / 2"),
        pytest.param("tco_1e3", 5.06, 2, id="0.06 + 1,000 x 0.005"),
        pytest.param("tco_1e9", 5_000_000.06, 2, id="0.06 + 10^9 x 0.005"),
    ],
)
def test_figures_by_hand(name: str, value: float, n: int) -> None:
    found = measured()[name]
    assert (found.value, found.n) == pytest.approx((value, n))


def test_repeats_are_averaged_first() -> None:
    """a: (100 + 300) / 2 = 200; b: 0. Mean 100 over two cases."""
    rows = [
        case_row("a", calls=(call(100),)),
        case_row("a", repeat=1, calls=(call(300),)),
        case_row("b"),
    ]
    found = measured(cases=rows)["tokens_per_transaction"]
    assert (found.value, found.n) == (100.0, 2)


def test_one_unknown_price_makes_the_money_unknown_and_leaves_the_tokens() -> None:
    found = measured(cases=[case_row("a", calls=(call(100, usd=None),)), case_row("b", calls=(call(100),))])
    for name in ("cost_per_transaction", "cost_per_right_answer", "tco_1e3", "tco_1e9"):
        assert found[name].note == "the price of a call is unknown"
    assert found["tokens_per_transaction"].value == 100.0
    assert found["compile_cost_per_task"].is_known


def test_without_calls_nothing_is_paid() -> None:
    found = measured([preparation_row()], [case_row("a")])
    assert (found["cost_per_transaction"].value, found["tco_1e9"].value) == (0.0, 0.0)


def test_code_without_a_prompt_has_no_compression() -> None:
    found = measured([preparation_row(details=compiled_details(code=CODE, rung="synthesis"))])
    assert found["compression_ratio"].note == "no prompt was sent: the code came without a model"


def test_systems_without_code_have_no_compression() -> None:
    assert measured([preparation_row()])["lines_per_token"].note == "this system writes no code"


def test_no_right_answer_has_no_price() -> None:
    assert measured(cases=[case_row("a", "wrong")])["tokens_per_right_answer"].note == "no answer was right"


def test_estimates_are_named() -> None:
    estimated = call(100).model_copy(update={"estimated": True})
    found = measured(cases=[case_row("a", calls=(estimated,))])["tokens_per_transaction"]
    assert found.note == "tokens are partly estimated"


def test_without_preparations_and_cases_all_is_unknown() -> None:
    assert {item.value for item in measured([], []).values()} == {None}


def test_task_compiled_twice_counts_once() -> None:
    """2,000 and 4,000 for the same task: 3,000 a task."""
    twice = [preparation_row("t1", calls=(call(tokens),)) for tokens in (2000, 4000)]
    assert spent(twice, by_case(CASES)).compile_tokens == (3000.0,)


def test_volumes_add_what_was_spent_beforehand() -> None:
    at = spent(PREPARATIONS, by_case(CASES)).at(10)
    assert (at.tokens, at.usd) == pytest.approx((3500.0, 0.11))


def test_average_of_nothing_is_nothing() -> None:
    assert average(()) == 0.0
