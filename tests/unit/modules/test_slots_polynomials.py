"""Polynomials that are written out, and slots for their coefficients."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules._slot_polynomials import find_polynomial
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules.slots import Slot, fill

LETTERS = tuple(Slot(name=name, kind="integer", cues=(name, "term")) for name in "abc")
LISTED = (Slot(name="coefficients", kind="number", many=True),)


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("4x^2 + 7x - 2", (4, 7, -2)),
        ("y = -z² + 9", (-1, 0, 9)),
        ("x**3 - 2*x", (1, 0, -2, 0)),
        ("t^2 = 16", (1, 0, -16)),
        ("n squared minus 3n plus 1", (1, -3, 1)),
        ("0.5x^2+x", (Fraction(1, 2), 1, 0)),
        ("5x + 2", None),
        ("the x^2 term", None),
        ("x^2 + y", None),
        ("no letters but 3^2", None),
    ],
)
def test_the_factors_run_down_from_the_highest_power(text: str, factors: tuple[Fraction, ...] | None) -> None:
    found = find_polynomial(Reading(text))
    assert (found.factors if found else None) == factors


@pytest.mark.parametrize(
    ("request_text", "values"),
    [
        ("where is 6x^2 - 5x + 1 = 0?", (6, -5, 1)),
        ("solve z squared plus 2z equals zero", (1, 2, 0)),
        ("the constant is 9, the x term has 6 and the x squared term has 1", (1, 6, 9)),
        ("a is 2, c is 4 and b is 3", (2, 3, 4)),
        ("roots for the coefficients 7, 8 and 1", (7, 8, 1)),
        ("x^3 - 2x + 1 = 0", None),
        ("1.5x^2 + x - 2 = 0", None),
        ("2x^2 + 3x - 1 = 0 with 8 steps", None),
        ("the constant is 9", None),
    ],
)
def test_letters_are_filled_by_their_terms(request_text: str, values: tuple[int, ...] | None) -> None:
    found = fill(request_text, LETTERS)
    got = tuple(item.value for item in found.filled)
    if values is None:
        assert found.declined, got
    else:
        assert (found.declined, got) == ("", values)


def test_a_list_has_as_many_factors_as_the_polynomial() -> None:
    assert fill("the slope of x^4 - 3x + 2", LISTED).numbers("coefficients") == [1, 0, 0, -3, 2]


@given(st.text("x2^+-= y.(*²3", max_size=60))
def test_any_signs_are_read_or_not(text: str) -> None:
    found = find_polynomial(Reading(text))
    assert found is None or 0 <= found.start < found.end <= len(text)
