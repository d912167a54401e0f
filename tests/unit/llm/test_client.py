from datetime import date
from decimal import Decimal

import pytest

from compiled_ai.errors import (
    BudgetExceededError,
    MissingKeyError,
    ModelCallError,
    ModelReplyError,
    UnknownModelError,
)
from compiled_ai.llm import LlmSettings, Request, Turn, from_function, make_client
from compiled_ai.spec.canonical import JsonObject

PRICE: JsonObject = {
    "type": "object",
    "properties": {"price": {"type": "string", "format": "decimal"}},
    "required": ["price"],
    "additionalProperties": False,
}


def today() -> date:
    return date(2026, 1, 2)


def test_the_function_sees_the_whole_request() -> None:
    seen: list[Request] = []

    def model(request: Request) -> str:
        seen.append(request)
        return "yes"

    client = from_function(model)
    history = [Turn(role="user", text="a"), Turn(role="assistant", text="b")]

    client.ask_text("be brief", "c", role="coder", history=history, max_tokens=9)

    assert seen == [
        Request(role="coder", instructions="be brief", prompt="c", history=tuple(history), max_tokens=9)
    ]


def test_a_call_is_entered_in_the_ledger() -> None:
    client = from_function(lambda _: "four letters")

    client.ask_text("be brief", "say something", role="planner", attempt=3)

    (row,) = client.ledger
    assert (row.role, row.attempt, row.model, row.input_tokens, row.output_tokens) == (
        "planner",
        3,
        "function",
        21,  # 15 of them are the canary's
        4,
    )
    assert (row.tokens_estimated, row.cost_usd, row.error) == (True, None, None)


def test_a_failed_call_is_entered_too() -> None:
    def refuse(request: Request) -> str:
        raise ModelCallError("busy", retryable=True)

    client = from_function(refuse)

    with pytest.raises(ModelCallError):
        client.ask_text("", "hello", role="coder")
    assert [row.error for row in client.ledger] == ["ModelCallError"]


def test_an_empty_reply_is_an_error() -> None:
    with pytest.raises(ModelReplyError, match="empty reply"):
        from_function(lambda _: " \n").ask_text("", "hello", role="coder")


def test_an_object_that_fits_is_returned() -> None:
    client = from_function(lambda _: {"price": "3.50"})

    assert client.ask_object("", "tea", schema=PRICE, role="bounded") == {"price": "3.50"}


def test_an_object_in_a_code_fence_is_read() -> None:
    client = from_function(lambda _: '```json\n{"price": "1"}\n```')

    assert client.ask_object("", "tea", schema=PRICE, role="bounded") == {"price": "1"}


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ('{"price": 3.5}', '$.price: 3.5 is not of type "string"'),
        ('{"price": "three"}', '$.price: "three" is not a "decimal"'),
        ('{"price": "3."}', '$.price: "3." is not a "decimal"'),
        ('{"price": NaN}', "NaN is not JSON"),
        ("[]", "a JSON object is needed"),
        ("nonsense", "not JSON"),
    ],
)
def test_an_unfit_reply_is_sent_back_with_what_is_wrong(reply: str, problem: str) -> None:
    asked: list[Request] = []

    def model(request: Request) -> str | JsonObject:
        asked.append(request)
        return reply if len(asked) == 1 else {"price": "3.50"}

    client = from_function(model)

    assert client.ask_object("", "tea", schema=PRICE, role="bounded") == {"price": "3.50"}
    assert problem in asked[1].prompt
    assert asked[1].history == (Turn(role="user", text="tea"), Turn(role="assistant", text=reply))


def test_a_second_unfit_reply_is_an_error() -> None:
    client = from_function(lambda _: "nonsense")

    with pytest.raises(ModelReplyError, match="twice"):
        client.ask_object("", "tea", schema=PRICE, role="bounded")
    assert len(client.ledger) == 2


def test_a_prompt_beyond_the_budget_is_not_sent() -> None:
    client = from_function(lambda _: pytest.fail("was sent"), token_budget=10)

    with pytest.raises(BudgetExceededError, match="raise the budget"):
        client.ask_text("", "x" * 100, role="coder")
    assert len(client.ledger) == 0


def test_what_is_spent_counts_against_the_budget() -> None:
    client = from_function(lambda _: "y" * 33, token_budget=25)
    client.ask_text("", "x" * 33, role="coder")

    with pytest.raises(BudgetExceededError, match="20 of the budget of 25"):
        client.ask_text("", "x" * 33, role="coder")


def test_a_session_has_a_ledger_and_a_budget_of_its_own() -> None:
    client = from_function(lambda _: "y" * 33, token_budget=25)
    client.ask_text("", "x" * 33, role="coder")

    client.session(token_budget=25).ask_text("", "x" * 33, role="coder")

    assert len(client.ledger) == 1


def test_a_stand_in_price_is_labelled() -> None:
    client = from_function(lambda _: "y" * 33, price_as="anthropic:claude-opus-4-5")
    client.ask_text("", "x" * 33, role="direct")

    totals = client.ledger.totals()
    assert (totals.cost_usd, totals.priced_as) == (Decimal("0.0003"), ("anthropic:claude-opus-4-5",))


def test_a_missing_key_shows_at_the_first_call_only() -> None:
    client = make_client(LlmSettings(model="anthropic:claude-x"), today=today)

    with pytest.raises(MissingKeyError):
        client.ask_text("", "hello", role="coder")


def test_an_unknown_provider_shows_at_once() -> None:
    with pytest.raises(UnknownModelError):
        make_client(LlmSettings(model="nobody:x"), today=today)


def test_no_second_try_is_made_when_the_time_is_up() -> None:
    client = from_function(lambda _: "nonsense")

    with pytest.raises(ModelReplyError, match="time is up"):
        client.ask_object("", "tea", schema=PRICE, role="bounded", timeout_seconds=0.0)
    assert len(client.ledger) == 1


def test_a_client_is_a_context_manager() -> None:
    with from_function(lambda _: "yes") as client:
        assert client.ask_text("", "hello", role="coder") == "yes"
