"""Ranges, fractions, percentages and ordinals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.numbers import (
    NumberMention,
    RangeMention,
    find_numbers,
    find_ordinals,
    find_percents,
    find_ranges,
    parse_fraction,
    parse_ordinal,
    parse_percent,
    parse_range,
)

RANGES = {
    "3 to 5": "[3, 5]", "between 3 and 5": "[3, 5]", "3-5": "[3, 5]", "3 \u2013 5 kg": "[3, 5]", "$10-$20": "[10, 20]", "$10 to $20": "[10, 20]",
    "from two to three weeks": "[2, 3]", "2-3 million": "[2000000, 3000000]", "10-20k": "[10000, 20000]", "from 3 kg to 5 kg": "[3, 5]",
    "5%-10%": "[5, 10]", "1,000\u20132,000": "[1000, 2000]", "-3 to 5": "[-3, 5]", "3..5": "[3, 5]", "at least 3": "[3, )", "at most 5%": "(, 5]",
    "no more than 5": "(, 5]", "under $10": "(, 10)", "more than 3": "(3, )", "over 3": "(3, )", "18 or older": "[18, )", "18+": "[18, )",
    "5 and up": "[5, )", "5 or fewer": "(, 5]", "up to 5": "(, 5]", "min. 3": "[3, )", "at or below 5": "(, 5]", ">= 3": "[3, )", "< 3": "(, 3)", "fewer than ten": "(, 10)",
}  # fmt: skip


def shown(text: str) -> list[str]:
    return [
        f"{'[' if found.low is not None and found.low_included else '('}{'' if found.low is None else found.low}, "
        f"{'' if found.high is None else found.high}{']' if found.high is not None and found.high_included else ')'}"
        for found in find_ranges(text)
    ]


@pytest.mark.parametrize(("text", "expected"), RANGES.items(), ids=RANGES)
def test_range_is_read_alone_and_inside_of_a_sentence(text: str, expected: str) -> None:
    assert shown(text) == shown(f"We want {text} of them.") == [expected]
    assert parse_range(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "5 to 3",
        "3 and 5",
        "pick 3 or 5",
        "call 555-1234",
        "12-15 March 2026",
        "7:30-8:30",
        "3",
        "",
        "SO-10-20",
        "280-290K",
        "y = 2x - 4",
        "2 raised to 16",
        "over five years",
        "2 apples to 5 pears",
    ],
)
def test_what_is_no_range_is_left_out(text: str) -> None:
    assert find_ranges(text) == []


@pytest.mark.parametrize("text", ["3 to 5 or 6 to 7", "about 3 to 5", "3", "3 to 5 kg and more", ""])
def test_more_than_a_range_is_no_range(text: str) -> None:
    assert parse_range(text) is None


def test_two_ranges_in_a_sentence() -> None:
    assert shown("less than 3, or between 5 and 7, or 10 or more") == ["(, 3)", "[5, 7]", "[10, )"]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
@pytest.mark.parametrize("style", ["{} to {}", "between {} and {}", "from {} up to {}", "{} through {}"])
def test_written_range_reads_back(style: str, low: int, more: int) -> None:
    found = parse_range(style.format(low, low + more))
    assert found is not None
    assert found.low == low
    assert found.high == low + more


@pytest.mark.parametrize(
    ("text", "values"),
    [("2-3 million", [2_000_000, 3_000_000]), ("5%-10%", [5, 10]), ("$2-3k", [2000, 3000]), ("-5%", [-5])],
)
def test_ends_of_a_range_share_scale_and_no_sign(text: str, values: list[int]) -> None:
    assert [mention.value for mention in find_numbers(text)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("3/4", "3/4"),
            ("1 1/2", "3/2"),
            ("1½", "3/2"),
            ("½", "1/2"),
            ("two thirds", "2/3"),
            ("a half", "1/2"),
        ),
        *(
            ("half", "1/2"),
            ("one and a half", "3/2"),
            ("15%", "3/20"),
            ("0.25", "1/4"),
            ("Three Quarters", "3/4"),
        ),
        *(("twenty-five percent", "1/4"), ("one-tenth", "1/10"), ("7", "7"), ("5/4", "5/4")),
    ],
)
def test_fraction_is_exact(text: str, expected: str) -> None:
    assert parse_fraction(text) == Fraction(expected)


@pytest.mark.parametrize("text", ["third", "3/0", "two third", "1/2/3", "half past", "", "1/" + "9" * 40])
def test_anything_else_is_no_fraction(text: str) -> None:
    assert parse_fraction(text) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("15% off and 20 percent of 30", ["15", "20"]),
        ("two per cent, 3.5 pct", ["2", "3.5"]),
        ("5 % or -2%", ["5", "-2"]),
        ("a percentage of 5", []),
    ],
)
def test_percents_are_found(text: str, values: list[str]) -> None:
    assert [str(mention.value) for mention in find_percents(text)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15%", "15"), ("12,5 %", "12.5"), ("ten percent", "10"), ("15", "None"), ("%", "None")],
)
def test_percent_needs_its_sign(text: str, expected: str) -> None:
    assert str(parse_percent(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3rd", 3),
        ("the second", 2),
        ("twenty-first", 21),
        ("111th", 111),
        ("Fortieth", 40),
        ("3th", None),
        ("3", None),
        ("", None),
    ],
)
def test_ordinal_is_a_position(text: str, expected: int | None) -> None:
    assert parse_ordinal(text) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("the 3rd of 5 and the twenty-first", [3, 21]),
        ("March 3rd, 5th of May 2026", []),
        ("one second", []),
        ("the second floor on 21st street", [2, 21]),
    ],
)
def test_ordinals_are_found(text: str, values: list[int]) -> None:
    assert [mention.value for mention in find_ordinals(text)] == values


PIECES = "3 5 to - and between half 1/2 % percent third 3rd at least more than $ kg ½ twenty first or , ."


@given(st.text() | st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join))
def test_any_text_is_taken_and_offsets_slice_back(text: str) -> None:
    parse_range(text)
    parse_fraction(text)
    parse_percent(text)
    parse_ordinal(text)
    spans: list[NumberMention | RangeMention] = [
        *find_ranges(text),
        *find_percents(text),
        *find_ordinals(text),
    ]
    assert all(text[mention.start : mention.end] == mention.text for mention in spans)


@pytest.mark.parametrize("piece", ["3 to ", "between 3 and ", "1/", "twenty ", "at least ", "5% ", "a "])
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    find_ranges(text)
    find_percents(text)
    find_ordinals(text)
    parse_fraction(text)
    parse_range(text)
