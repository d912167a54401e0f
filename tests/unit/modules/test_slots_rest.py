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
    ("request_", "declined"),
    [
        ("heat capacity of the air at 3 m3", False),
        ("heat capacity of a balloon at 3 m3", False),
        ("heat capacity at 3 m3, including the pollen", True),
        ("heat capacity at 3 m3, pollen as well", True),
        ("heat capacity at 3 m3 without pollen", True),
        ("heat capacity at 3 m3, humid", True),
    ],
)
def test_words_mean_an_empty_switch_only_when_they_add_or_share_its_name(
    request_: str, *, declined: bool
) -> None:
    switch = Slot(name="include_humidity", kind="boolean", required=False)
    assert bool(fill(request_, (VOLUME, switch), ignore=("heat", "capacity")).declined) == declined


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


KIND = Slot(
    name="kind",
    kind="choice",
    cues=("department", "kind"),
    required=False,
    choices={"Dairy": (), "Bakery": ()},
)
SORTING = Slot(name="sort_by", kind="choice", required=False, choices={"date": ("by date",), "rank": ()})
SYSTEM = Slot(name="unit_system", kind="choice", required=False, choices={"metric": (), "imperial": ()})
TO_UNIT = Slot(name="to_unit", kind="text", style="unit", required=False)
TEAM = Slot(name="club", kind="name", required=False)


@pytest.mark.parametrize(
    ("request_", "slot", "declined"),
    [
        # words of a topic mean a topic
        ("3 m3 for lactose intolerant folks", KIND, True),
        ("3 m3 at the heart department", KIND, True),
        ("3 m3 of 4DX", KIND, True),
        ("my fridge is empty, 3 m3", KIND, False),
        ("3 m3 for my biology project", KIND, False),
        ("our basement flooded, 3 m3", KIND, False),
        # but neither a unit nor an order
        ("a sprinter needs 3 m3", TO_UNIT, False),
        ("is a heifer with 3 m3 overweight", SYSTEM, False),
        ("3 m3 in furlongs", SYSTEM, True),
        ("key moments of 3 m3", SORTING, False),
        ("3 m3, oldest first", SORTING, True),
        ("3 m3 in order of beauty", SORTING, True),
        ("3 m3 ranked by beauty", SORTING, True),
        # a name has a capital where the others have
        ("Find the heifer by Monday with 3 m3", TEAM, False),
        ("find the heifer with 3 m3", TEAM, True),
    ],
)
def test_only_words_that_may_mean_an_empty_slot_decline(request_: str, slot: Slot, *, declined: bool) -> None:
    assert bool(fill(request_, (VOLUME, slot)).declined) == declined
