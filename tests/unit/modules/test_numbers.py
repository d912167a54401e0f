# ruff: noqa: RUF001 - the look-alike characters are the point here
from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.numbers import (
    find_numbers,
    format_decimal,
    numbers_with_unit,
    parse_integer,
    parse_number,
    round_half_up,
    to_decimal,
)

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1,234.50", "1234.50", id="english"),
        pytest.param("1.234,50", "1234.50", id="german"),
        pytest.param("1 234,50", "1234.50", id="french"),
        pytest.param("1\u202f234,50", "1234.50", id="narrow-no-break-space"),
        pytest.param("1'234.50", "1234.50", id="swiss"),
        pytest.param("1’234.50", "1234.50", id="swiss-typographic"),
        pytest.param("12,34,567.5", "1234567.5", id="indian"),
        pytest.param("1,234", "1234", id="comma-and-three-digits-is-thousands"),
        pytest.param("1.234", "1.234", id="point-and-three-digits-is-decimal"),
        pytest.param("0,234", "0.234", id="nothing-is-grouped-after-zero"),
        pytest.param("1234,567", "1234.567", id="four-digits-before-are-no-group"),
        pytest.param("12,5", "12.5", id="decimal-comma"),
        pytest.param("1.234.567", "1234567", id="repeated-point"),
        pytest.param("-3", "-3", id="minus"),
        pytest.param("− 3", "-3", id="minus-sign-with-space"),
        pytest.param(" +3 ", "3", id="plus-and-spaces"),
        pytest.param(".5", "0.5", id="no-leading-zero"),
        pytest.param("１２", "12", id="full-width"),
        pytest.param("1½", "1.5", id="vulgar-fraction"),
        pytest.param("1 1/2", "1.5", id="mixed-fraction"),
        pytest.param("3/4", "0.75", id="fraction"),
        pytest.param("1e6", "1000000", id="exponent"),
        pytest.param("2.5 million", "2500000", id="million"),
        pytest.param("12k", "12000", id="k"),
        pytest.param("2 and a half", "2.5", id="and-a-half"),
        pytest.param("twenty-five", "25", id="hyphenated"),
        pytest.param("a hundred and five", "105", id="hundred"),
        pytest.param("Two million three hundred thousand and five", "2300005", id="large"),
        pytest.param("forty-five hundred", "4500", id="hundreds"),
        pytest.param("half a dozen", "6", id="half-a-dozen"),
        pytest.param("two and a half million", "2500000", id="half-of-what-follows"),
        pytest.param("a million and a half", "1500000", id="half-of-what-precedes"),
        pytest.param("one point oh five", "1.05", id="point"),
        pytest.param("nineteen eighty-five", "1985", id="year"),
        pytest.param("minus two", "-2", id="minus-two"),
        pytest.param("zero", "0", id="zero"),
    ],
)
def test_number_is_parsed(text: str, expected: str) -> None:
    assert parse_number(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "abc",
            "1,23,4",
            "1.2.3",
            "1,234.5.6",
            "12 34",
            "1'23",
            "5kg",
            "15%",
            "$5",
            "1-2",
            "--3",
            "1,2,3",
            "12.",
        ),
        *(
            "five six",
            "twenty-first",
            "21st",
            "hundred",
            "two thirds",
            "this one",
            "a",
            "7:30",
            "2026-03-12",
            "9" * 31,
        ),
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234", 1234),
        ("-7", -7),
        ("a dozen", 12),
        ("2.5 million", 2_500_000),
        ("3.0", None),
        ("1.000", None),
        ("x", None),
    ],
)
def test_integer_has_no_decimals(text: str, expected: int | None) -> None:
    assert parse_integer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3 apples and twenty-five pears", ["3", "25"], id="digits-and-words"),
        pytest.param("it costs 1.234,50.", ["1234.50"], id="end-of-sentence"),
        pytest.param("1 234,50 or 1\u00a0234", ["1234.50", "1234"], id="space-groups"),
        pytest.param("tables 5 120", ["5", "120"], id="plain-space-separates"),
        pytest.param("12, 18 and 24", ["12", "18", "24"], id="list"),
        pytest.param("1,2,3", ["1", "2", "3"], id="list-without-spaces"),
        pytest.param("10-20 people", ["10", "20"], id="range"),
        pytest.param("10 - 20", ["10", "20"], id="spaced-dash"),
        pytest.param("from -5 to −3", ["-5", "-3"], id="signs"),
        pytest.param("minus five, 10 minus 3", ["-5", "10", "3"], id="minus-word-and-subtraction"),
        pytest.param("5kg, 12.5cm, 15%", ["5", "12.5", "15"], id="attached-units"),
        pytest.param("100k, $2K, 5M, 3 dozen", ["100000", "2000", "5000000", "36"], id="magnitudes"),
        pytest.param("a 3-day trip, three-bedroom", ["3", "3"], id="hyphenated-noun"),
        pytest.param("x=5 (7) qty:8", ["5", "7", "8"], id="after-signs"),
        pytest.param("pay $5, -$6", ["5", "-6"], id="money"),
        pytest.param("1 1/2 cups, 2½ spoons", ["1.5", "2.5"], id="mixed-fractions"),
        pytest.param("march 5 miles", ["5"], id="month-name-as-a-verb"),
        pytest.param("only one item, not one of those", ["1"], id="one-as-a-number"),
    ],
)
def test_numbers_are_found(text: str, expected: list[str]) -> None:
    assert [mention.value for mention in find_numbers(text)] == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "SO-104233",
            "A4",
            "COVID-19",
            "3D",
            "5G",
            "#5",
            "747-B",
            "x_5",
            "v1.2",
            "192.168.1.1",
            "ISBN 978-3-16-148410-0",
        ),
        *("2026-03-12", "12.03.2026", "12/03/2026", "12 March 2026", "March 12", "5 May", "31/31/2026"),
        *("7:30", "19h30", "7 pm", "half past six", "12:30:45"),
        *(
            "2nd",
            "twenty-first",
            "the one hundred and first",
            "two thirds",
            "1/2",
            "24/7",
            "007",
            "90s",
            "10²",
        ),
        *(
            "555-1234",
            "+1 555 123 4567",
            "(555) 123-4567",
            "123-45-6789",
            "this one",
            "no-one",
            "twenty-odd",
            "one half",
            "280K",
            "2 × 10⁻⁶",
        ),
    ],
)
def test_what_only_looks_like_a_number_is_not_found(text: str) -> None:
    assert find_numbers(f"see {text} here") == []


def test_a_mention_covers_sign_and_magnitude_but_no_unit() -> None:
    assert [mention.text for mention in find_numbers("minus 3 kg, 2.5 million km")] == [
        "minus 3",
        "2.5 million",
    ]


def test_numbers_are_chosen_by_their_unit() -> None:
    found = numbers_with_unit("5kg, ten miles, 10 kg, 15% and 3", "kg", "%", "mile*")
    assert [mention.value for mention in found] == [5, 10, 10, 15]


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        pytest.param(Decimal("2.5"), 0, "3", id="half-up"),
        pytest.param(Decimal("-2.5"), 0, "-3", id="half-away-from-zero"),
        pytest.param(2.675, 2, "2.68", id="float-as-printed"),
        pytest.param(Decimal("-0.001"), 2, "0.00", id="no-minus-zero"),
        pytest.param(12, 2, "12.00", id="padding"),
        pytest.param(Decimal("1e30"), 1, "1" + "0" * 30 + ".0", id="large"),
        pytest.param(1250, -2, "1300", id="negative-places"),
        pytest.param(0, 3, "0.000", id="zero"),
    ],
)
def test_format_rounds_half_up(value: Decimal | float, places: int, expected: str) -> None:
    assert format_decimal(value, places) == expected


def test_rounding_leaves_no_number_alone() -> None:
    assert round_half_up(Decimal("Infinity"), 2) == Decimal("Infinity")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0.1, Decimal("0.1"), id="float"),
        pytest.param(3, Decimal(3), id="int"),
        pytest.param("1.234,5", Decimal("1234.5"), id="text"),
        pytest.param(Decimal("1.50"), Decimal("1.50"), id="decimal"),
        pytest.param("junk", None, id="junk"),
        pytest.param(True, None, id="bool"),
        pytest.param(float("nan"), None, id="nan"),
        pytest.param(Decimal("sNaN"), None, id="signalling-nan"),
    ],
)
def test_to_decimal_is_none_for_junk(value: str | float | Decimal, expected: Decimal | None) -> None:
    assert to_decimal(value) == expected


def test_the_callers_decimal_context_does_not_leak_in() -> None:
    with localcontext() as context:
        context.prec = 3
        assert parse_number("-1234567.89") == Decimal("-1234567.89")


@given(AMOUNTS)
def test_formatted_number_parses_back(value: Decimal) -> None:
    assert parse_number(format_decimal(value, 2)) == value


@given(AMOUNTS)
def test_grouped_number_parses_back_in_either_style(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english) == parse_number(german) == value


@given(st.integers(0, 10**15))
def test_grouped_integer_parses_back(value: int) -> None:
    assert parse_integer(f"{value:,}") == value


@given(st.text() | st.text(alphabet="0123456789.,-' /½ekM$andhlfoztw"))
def test_any_text_is_taken_and_offsets_slice_back(text: str) -> None:
    parse_integer(text)
    mentions = find_numbers(text)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "1,",
        "1 ",
        "111 ",
        "1-",
        "1.",
        "-",
        "twenty ",
        "one hundred ",
        "a ",
        "half a ",
        "one million ",
        "2 and a half ",
        "minus ",
        "+1 ",
    ],
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    parse_number(text)
    find_numbers(text)


@pytest.mark.parametrize(
    "text", ["1E60", "9" * 30 + "E99", "5e99 billion", "1e-99", "9" * 30 + "." + "9" * 30]
)
def test_numbers_at_the_edge_of_the_range_are_read_or_left_out(text: str) -> None:
    assert all(mention.text in text for mention in find_numbers(text))
