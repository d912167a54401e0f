"""Words that nothing explains, and values that stand where they were overlooked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import unexplained
from compiled_ai.modules.slots import Slot, fill

COUNTRY = Slot(name="country", kind="place", style="country", cues=("in",))
CITY = Slot(name="city", kind="place", style="city", cues=("in",))
COMPANY = Slot(name="company", kind="name", cues=("compan*", "of"))
CASE = Slot(name="case_title", kind="name", cues=("case",))
POPE = Slot(name="papal_name", kind="name", style="bare")
CENTURY = Slot(name="century", kind="integer", cues=("century",))
GAS = Slot(name="gas", kind="text", cues=("gas",), required=False)
VOLUME = Slot(name="volume", kind="number", units=("m3",))
UNITS = (
    Slot(name="value", kind="integer"),
    Slot(name="from_unit", kind="text", style="unit"),
    Slot(name="to_unit", kind="text", style="unit", cues=("into",)),
)


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ("What is the heat capacity of helium?", ["heat", "capacity", "helium"]),
        ("Please give me the number of people", []),
        ("documents filed in 3 meters", ["documents"]),
        ("an animated one", ["animated"]),
    ],
)
def test_only_telling_words_are_unexplained(request_: str, found: list[str]) -> None:
    assert [word.text for word in unexplained(Reading(request_), (), ())] == found


@given(st.text())
def test_any_text_has_its_unexplained_words_in_order(text: str) -> None:
    starts = [word.start for word in unexplained(Reading(text), [(0, 1)], ("heat",))]
    assert starts == sorted(starts)


def test_a_word_that_an_empty_open_slot_may_mean_is_declined() -> None:
    slots = (VOLUME, GAS)
    assert fill("heat capacity of helium at 3 m3", slots, ignore=("heat", "capacity")).declined
    assert not fill("heat capacity at 3 m3", slots, ignore=("heat", "capacity")).declined


@pytest.mark.parametrize(
    ("request_", "slots", "values"),
    [
        ("time in Tokyo, Japan right now", (CITY, COUNTRY), ["Tokyo", "Japan"]),
        ("lawsuits against Tesla in 2020", (COMPANY,), ["Tesla"]),
        ("Apple's prices please", (COMPANY,), ["Apple"]),
        ("look up Roe v. Wade for me", (CASE,), ["Roe v. Wade"]),
        ("events of the 19th century.", (CENTURY,), [19]),
        ("convert twenty teaspoons into cups", UNITS, [20, "teaspoon", "cups"]),
    ],
)
def test_values_in_unusual_places(request_: str, slots: tuple[Slot, ...], values: list[object]) -> None:
    found = fill(request_, slots, ignore=("lawsuit", "time", "prices", "events"))
    assert [item.value for item in found.filled] == values


def test_a_bare_name_goes_without_words_of_the_task() -> None:
    assert fill("who was Pope Leo XIII?", (POPE,), ignore=("pope",)).text("papal_name") == "Leo XIII"
