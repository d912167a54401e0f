from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.ocr import (
    ocr_key,
    repair_code,
    repair_date,
    repair_digits,
    repair_number,
    repair_text,
)

CONFUSED = {"0": "O", "1": "l", "5": "S", "8": "B", "2": "Z"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("O12-3l5 6", "0123156"), ("12345", "12345"), ("S5B8", "5588"), ("1 2 3", "123")),
        *(
            ("OIL", None),
            ("BOSS1", None),
            ("12a", None),
            ("1.5", None),
            ("", None),
            ("\u0663", None),
            ("1" * 101, None),
        ),
    ],
)
def test_digits_are_repaired_where_most_are_digits(text: str, expected: str | None) -> None:
    assert repair_digits(text) == expected


def test_digits_must_be_as_many_as_asked_for() -> None:
    assert repair_digits("1O3", length=3) == "103"
    assert repair_digits("1O3", length=4) is None


@given(st.text(alphabet="0123456789", min_size=4, max_size=20), st.data())
def test_confused_digits_are_told_apart_again(digits: str, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, len(digits) - 1), max_size=len(digits) // 2))
    noisy = "".join(
        CONFUSED.get(char, char) if index in places else char for index, char in enumerate(digits)
    )
    assert repair_digits(noisy) == digits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("l,2O4.5O", "1204.50"),
            ("1 2 . 5", "12.5"),
            ("12. 50", "12.50"),
            ("-l5", "-15"),
            ("$1O.OO", "10.00"),
        ),
        *(("1 234.5", "1234.5"), ("1O0 EUR", "100"), ("1B%", "18"), ("twenty", "20"), ("1,2", "1.2")),
        *(("12 34", None), ("OIL", None), ("S5.00", None), ("", None), ("1.2.3", None), ("9" * 101, None)),
    ],
)
def test_number_is_repaired(text: str, expected: str | None) -> None:
    assert repair_number(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("O2/l1/2O26", "2026-11-02"), ("3 0ctober 2O26", "2026-10-03"), ("5 Janaury 2026", "2026-01-05")),
        *(("l2 . O3 . 2026", "2026-03-12"), ("2O26-O1-I5", "2026-01-15"), ("3rd Febuary 2026", "2026-02-03")),
        *(("1st May 2O26", "2026-05-01"), ("Augu5t 7, 2026", "2026-08-07"), ("5 March 2026", "2026-03-05")),
    ],
)
def test_date_is_repaired(text: str, expected: str) -> None:
    assert repair_date(text) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "30/O2/2026", "hello", "5 Juny 2026", "5 Foo 2026", "OO/OO/OOOO", "5 " * 100]
)
def test_anything_else_is_no_date(text: str) -> None:
    assert repair_date(text) is None


def test_date_is_repaired_in_either_order() -> None:
    assert repair_date("O2/l1/2O26", day_first=False) == date(2026, 2, 11)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("AB 1O3-S", "AA999-9", "AB103-5"),
        ("A8103", "AA999", "AB103"),
        ("ab1o2", "**9*9", "AB1O2"),
        ("12 34", "9999", "1234"),
        ("AB", "A", None),
        ("7A", "AA", None),
        ("AX", "A9", None),
        ("", "", ""),
        ("\u00df1", "A9", None),
    ],
)
def test_code_is_repaired_by_its_form(text: str, pattern: str, expected: str | None) -> None:
    assert repair_code(text, pattern) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay-\nment for inv0ice 12, sum l2.5O", "Payment for invoice 12, sum 12.50"),
        ("I N V O I C E no 5", "INVOICE no 5"),
        ("of\ufb01ce , now", "office, now"),
        ("a co1our for $1O.OO", "a colour for $10.00"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_text_is_mended(text: str, expected: str) -> None:
    assert repair_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "room1 h2o step10 b0b a1b2",
        "Room 5B, iPhone 5S, O2",
        "v1.0 and A.B",
        "well-known\nCo-\nOperation",
        "the A B C plan",
        "S5.00",
        "x1.png",
        "1.5 to 2.75",
        "a0b1c0d1",
    ],
)
def test_what_may_be_a_code_stays(text: str) -> None:
    assert repair_text(text) == text


def test_key_is_the_same_for_lookalikes_only() -> None:
    assert ocr_key("Inv0ice B1O") == ocr_key("lnvoice 8I0")
    assert ocr_key("modem") == ocr_key("rnodem")
    assert ocr_key("invoice 14") != ocr_key("invoice 17")


@given(st.text(), st.text(alphabet="9A*-x"))
def test_any_text_is_taken(text: str, pattern: str) -> None:
    digits = repair_digits(text)
    assert digits is None or digits.isdecimal()
    repair_number(text)
    repair_date(text)
    repair_code(text, pattern)
    ocr_key(text)
    assert repair_text(repair_text(text)) is not None


@pytest.mark.parametrize(
    "piece", ["0", "O ", "a-\n", "A ", "a0", "l.", "1,", "a ", "\u00ad", "$ ", "- ", "1 "]
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    repair_text(text)
    ocr_key(text)
    for part in (text, text[:100]):
        repair_digits(part)
        repair_number(part)
        repair_date(part)
        repair_code(part, "A9" * 50)
