from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.money import Money, currency_code, find_money, parse_money


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        *(
            ("$12.50", "12.50", "USD"),
            ("US$ 12", "12", "USD"),
            ("12,50 €", "12.50", "EUR"),
            ("EUR 1.234,50", "1234.50", "EUR"),
        ),
        *(
            ("1 234,50 €", "1234.50", "EUR"),
            ("12 500 EUR", "12500", "EUR"),
            ("CHF 1'234.50", "1234.50", "CHF"),
        ),
        *(
            ("-$5", "-5", "USD"),
            ("$-5", "-5", "USD"),
            ("-5 €", "-5", "EUR"),
            ("5usd", "5", "USD"),
            ("£.50", "0.50", "GBP"),
        ),
        *(
            ("twelve dollars", "12", "USD"),
            ("a hundred euros", "100", "EUR"),
            ("5 Swiss francs", "5", "CHF"),
            ("5 zł", "5", "PLN"),
        ),
        *(
            ("$12 CAD", "12", "CAD"),
            ("CA$5", "5", "CAD"),
            ("$5 USD", "5", "USD"),
            ("$1.5m", "1500000", "USD"),
            ("¥500", "500", "JPY"),
        ),
        *(
            ("1.5 million dollars", "1500000", "USD"),
            ("five euros and twenty cents", "5.20", "EUR"),
            (" $980.00 ", "980.00", "USD"),
        ),
        *(("12.50", "12.50", None), ("-1.234,50", "-1234.50", None), ("twelve", "12", None)),
    ],
)
def test_amount_is_parsed(text: str, amount: str, currency: str | None) -> None:
    assert parse_money(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("free", id="no-number"),
        pytest.param("1.234 €", id="thousands-or-decimals"),
        pytest.param("1.234", id="thousands-or-decimals-without-currency"),
        pytest.param("€5 USD", id="contradictory"),
        pytest.param("A$5 CAD", id="contradictory-dollars"),
        pytest.param("$5 and more", id="more-than-an-amount"),
        pytest.param("$10-20", id="range"),
        pytest.param("5 kr", id="ambiguous-currency"),
        pytest.param("AR$5", id="unknown-dollars"),
        pytest.param("(12.50)", id="parentheses"),
    ],
)
def test_anything_else_is_no_amount(text: str) -> None:
    assert parse_money(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("pay £5.00, or €6.", [("£5.00", "GBP"), ("€6", "EUR")], id="two"),
        pytest.param("USD 5 EUR 6", [("USD 5", "USD"), ("EUR 6", "EUR")], id="codes-before"),
        pytest.param("5 USD 6 EUR", [("5 USD", "USD"), ("6 EUR", "EUR")], id="codes-after"),
        pytest.param("2 for $6", [("$6", "USD")], id="count-beside"),
        pytest.param("10-20 EUR", [("10", "EUR"), ("20 EUR", "EUR")], id="range"),
        pytest.param("10 to 20 dollars", [("10", "USD"), ("20 dollars", "USD")], id="spoken-range"),
        pytest.param("$10-20", [("$10", "USD"), ("20", "USD")], id="range-with-symbol-before"),
        pytest.param("$5/month", [("$5", "USD")], id="rate"),
        pytest.param("- $5 fee", [("$5", "USD")], id="bullet"),
        pytest.param("lend me 20 pounds", [("20 pounds", "GBP")], id="pounds"),
    ],
)
def test_money_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(mention.text, mention.currency) for mention in find_money(text)] == expected


def test_scale_of_a_range_counts_for_both_ends() -> None:
    assert [mention.amount for mention in find_money("$1-2 million")] == [1_000_000, 2_000_000]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "total 12.50",
            "SO-104233 EUR",
            "A4 EUR",
            "7:30 EUR",
            "5 pounds of flour",
            "I weigh 150 pounds",
            "try 5 try",
        ),
        *("50 cents", "1,2,3 EUR", "USD", "$"),
    ],
)
def test_what_only_looks_like_money_is_not_found(text: str) -> None:
    assert find_money(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$", "USD"),
        (" eur ", "EUR"),
        ("Swiss Francs", "CHF"),
        ("zł", "PLN"),
        ("£", "GBP"),
        ("kr", None),
        ("", None),
        ("xyz", None),
    ],
)
def test_currency_is_named_by_its_code(text: str, code: str | None) -> None:
    assert currency_code(text) == code


@given(
    st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=2),
    st.sampled_from(["USD {}", "${}", "{} EUR", "€{}", "-{} GBP"]),
)
def test_formatted_amount_parses_back(amount: Decimal, style: str) -> None:
    money = parse_money(style.format(f"{amount:,.2f}"))
    assert money is not None
    assert abs(money.amount) == amount


@given(st.text() | st.text(alphabet="0123456789.,- $€k USDEURpoundsand"))
def test_any_text_is_taken_and_offsets_slice_back(text: str) -> None:
    parse_money(text)
    currency_code(text)
    mentions = find_money(text)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


@pytest.mark.parametrize(
    "piece", ["$", "$1", "1,", "1 ", "5 eur ", "us ", "5 dollars and ", "1-", "9", "one hundred ", " "]
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    parse_money(text)
    find_money(text)
