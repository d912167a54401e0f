"""Labels keep apart, and every style has a marker."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.report.frame import STYLES, apart, marker, shortened


@given(st.lists(st.floats(0, 400), max_size=12))
def test_labels_do_not_lie_upon_each_other(places: list[float]) -> None:
    moved = apart(places, least=16, low=0, high=400)
    assert len(moved) == len(places)
    ordered = sorted(moved)
    assert all(b - a >= 16 - 1e-6 for a, b in pairwise(ordered))
    assert all(-1e-6 <= place <= 400 + 1e-6 for place in moved)


def test_labels_with_room_stay_where_they_are() -> None:
    assert apart([100, 10, 50], least=16, low=0, high=200) == [100, 10, 50]


def test_each_style_has_a_form_and_a_colour_of_its_own() -> None:
    drawn = {marker(10, 10, style) for style in range(STYLES)}
    assert len(drawn) == STYLES
    assert marker(10, 10, STYLES) == marker(10, 10, 0)


@pytest.mark.parametrize(("text", "shown"), [("direct", "direct"), ("a" * 50, "a" * 12 + "…")])
def test_a_long_name_is_cut(text: str, shown: str) -> None:
    assert shortened(text, 100) == shown
