"""Values that words stand for."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, fill

CARDS = Slot(
    name="total", kind="integer", cues=("total",), choices={"52": ("standard deck", "deck of cards")}
)
SHARE = Slot(name="share", kind="number", choices={"0.5": ("half", "even split"), "0.25": ("quarter",)})
CITY = Slot(name="city", kind="place", choices={"New York": ("big apple", "nyc*")})


@pytest.mark.parametrize(
    ("request_text", "slot", "expected"),
    [
        pytest.param("draw from a standard deck", CARDS, 52, id="words stand for a number"),
        pytest.param("draw from a total of 40", CARDS, 40, id="a stated number comes first"),
        pytest.param("how much in an even split", SHARE, 0.5, id="a fraction"),
        pytest.param("shows in the big apple", CITY, "New York", id="a name"),
    ],
)
def test_words_stand_for_a_value(request_text: str, slot: Slot, expected: object) -> None:
    filling = fill(request_text, (slot,))
    assert (filling.declined, [item.value for item in filling.filled]) == ("", [expected])


@pytest.mark.parametrize(
    ("request_text", "slot"),
    [
        pytest.param("draw from a box", CARDS, id="no such words"),
        pytest.param("a quarter, or an even split", SHARE, id="words of two values"),
        pytest.param("", CARDS, id="empty"),
    ],
)
def test_it_declines_without_clear_words(request_text: str, slot: Slot) -> None:
    assert fill(request_text, (slot,)).declined


@pytest.mark.parametrize("key", ["many", "nan", "1e999", "4.5", ""])
def test_what_is_no_value_of_the_kind_is_left_out(key: str) -> None:
    slot = Slot(name="total", kind="integer", choices={key: ("standard deck",)})
    assert fill("draw from a standard deck", (slot,)).declined == "the request has no total"
