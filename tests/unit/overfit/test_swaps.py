"""Values of the same shape, and what is told of an answer when one was swapped."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.overfit.metamorphic import Swap, judge_swap
from compiled_ai.overfit.swaps import replace_value, swap_number, swap_text
from compiled_ai.sandbox.model import CaseRow, CaseStatus
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import VisibleCase


def shape(text: str) -> str:
    return re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", re.sub(r"[0-9]", "9", text)))


@given(st.text(alphabet=st.characters(max_codepoint=127), min_size=1))
def test_a_swapped_text_has_the_shape_of_the_old_one(text: str) -> None:
    assert shape(swap_text(text)) == shape(text)


@given(st.text(alphabet="abcdefgXYZ0123456789 -", min_size=1))
def test_every_letter_and_digit_becomes_another(text: str) -> None:
    pairs = zip(text, swap_text(text), strict=True)
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        assert all(old != new for old, new in pairs if old.isalnum())


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9000, 1, 1)))
def test_a_date_becomes_another_date(day: date) -> None:
    assert date.fromisoformat(swap_text(day.isoformat())) != day


@given(st.integers(min_value=100, max_value=10**9))
def test_a_number_keeps_its_digits_in_number(number: int) -> None:
    new = swap_number(number)
    assert (len(str(new)), type(new)) == (len(str(number)), int)
    assert new != number


def test_the_same_value_is_always_swapped_alike() -> None:
    assert swap_text("SO-104233") == swap_text("SO-104233")
    assert swap_text("SO-104233") != swap_text("SO-104233", salt=1)


def test_all_occurrences_are_replaced_but_not_parts_of_others() -> None:
    data: JsonObject = {"text": "SO-1 and (SO-1), not SO-12", "list": ["SO-1"], "n": 1, "yes": True}
    assert replace_value(data, "SO-1", "XY-7") == {
        "text": "XY-7 and (XY-7), not SO-12",
        "list": ["XY-7"],
        "n": 1,
        "yes": True,
    }
    assert replace_value({"n": 1, "x": 1.0, "yes": True}, 1, 5) == {"n": 5, "x": 5, "yes": True}


def row(status: CaseStatus, output: JsonObject | None) -> CaseRow:
    return CaseRow(
        case_id="c", status=status, output=output, detail="", line=None, mutated_input=False, seconds=0.0
    )


@pytest.mark.parametrize(
    ("status", "output", "outcome"),
    [
        ("answered", {"id": "XY-7"}, "followed"),
        ("answered", {"id": "No. XY-7"}, "followed"),
        ("answered", {"id": "SO-1"}, "stuck"),
        ("answered", {"id": "so-1"}, "stuck"),
        ("answered", {"id": "else"}, "changed"),
        ("answered", {"other": "SO-1"}, "changed"),
        ("abstained", None, "abstained"),
        ("crashed", None, "crashed"),
    ],
)
def test_outcome_of_a_swap(status: CaseStatus, output: JsonObject | None, outcome: str) -> None:
    case = VisibleCase(case_id="e", input={"text": "SO-1"}, output={"id": "SO-1"})
    swap = Swap(
        case=case, place=("id",), old="SO-1", new="XY-7", input={"text": "XY-7"}, given={}, is_clean=True
    )
    assert judge_swap(swap, row(status, output)) == outcome
