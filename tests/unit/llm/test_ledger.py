from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compiled_ai.errors import UnknownModelError
from compiled_ai.llm import Call, Ledger
from compiled_ai.llm.exchange import Usage
from compiled_ai.llm.ledger import check_priced, price

DAY = date(2026, 1, 2)
THOUSAND = Usage(input_tokens=1_000, output_tokens=1_000)


def call(**changes: Any) -> Call:
    facts: dict[str, Any] = {
        "role": "coder",
        "attempt": 1,
        "model": "m",
        "input_tokens": 10,
        "output_tokens": 5,
        "cached_tokens": 0,
        "cost_usd": Decimal("0.10"),
        "priced_as": None,
        "seconds": 1.5,
        "first_token_seconds": None,
        "tokens_estimated": False,
        "replayed": False,
    }
    return Call(**{**facts, **changes})


def ledger(*calls: Call) -> Ledger:
    made = Ledger()
    for row in calls:
        made.append(row)
    return made


def test_totals_add_up() -> None:
    totals = ledger(call(), call(cost_usd=Decimal("0.20"))).totals()

    assert (totals.calls, totals.tokens, totals.cost_usd, totals.seconds) == (2, 30, Decimal("0.30"), 3.0)


def test_one_unknown_price_makes_the_total_unknown() -> None:
    assert ledger(call(), call(cost_usd=None)).totals().cost_usd is None


def test_no_calls_cost_nothing() -> None:
    assert Ledger().totals().cost_usd == 0


def test_the_json_form_does_not_depend_on_the_clock() -> None:
    fast, slow = ledger(call(seconds=1.0)), ledger(call(seconds=2.0, first_token_seconds=0.5))

    assert fast.to_json() == slow.to_json()


def test_timings_are_kept_apart() -> None:
    assert ledger(call(first_token_seconds=0.5)).timings() == [
        {"role": "coder", "attempt": 1, "seconds": 1.5, "first_token_seconds": 0.5}
    ]


def test_a_listed_model_has_its_list_price() -> None:
    # 5 and 25 USD per million tokens: https://www.anthropic.com/pricing
    assert price("anthropic:claude-opus-4-5", THOUSAND, day=DAY, price_as=None) == (Decimal("0.030"), None)


@pytest.mark.parametrize("model", ["openai-chat:desk", "ollama:llama3", "function"])
def test_an_unlisted_model_has_no_price_rather_than_none_to_pay(model: str) -> None:
    assert price(model, THOUSAND, day=DAY, price_as=None) == (None, None)


def test_an_unlisted_model_can_be_priced_as_another_and_says_so() -> None:
    stand_in = "anthropic:claude-opus-4-5"

    assert price("openai-chat:desk", THOUSAND, day=DAY, price_as=stand_in) == (Decimal("0.030"), stand_in)


def test_a_listed_model_keeps_its_own_price_whatever_stands_in() -> None:
    _, priced_as = price("anthropic:claude-opus-4-5", THOUSAND, day=DAY, price_as="openai:gpt-4o")

    assert priced_as is None


def test_a_stand_in_without_a_list_price_is_refused() -> None:
    with pytest.raises(UnknownModelError, match="no list price"):
        check_priced("anthropic:no-such-model")
