"""Closed sets and switches: what is named, what is negated, what is named twice."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill

COLOR = Slot(
    name="color", kind="choice", choices={"red": ("crimson",), "blue": ("navy", "sky*"), "dark green": ()}
)
SCALE = Slot(name="scale", kind="choice", cues=("scale", "key"), choices={"A": (), "B": ()})
LEVEL = Slot(name="level", kind="choice", cues=("level", "risk"), choices={"high": ("top",), "low": ()})
AVOID = Slot(
    name="avoid",
    kind="choice",
    many=True,
    cues=("avoid",),
    choices={"tolls": ("toll roads",), "ferries": ("ferry",)},
)
DETAILS = Slot(
    name="details",
    kind="choice",
    many=True,
    choices={"humidity": ("humid",), "wind": (), "high_low_temperature": ("highs and lows",)},
)
TAX = Slot(name="include_tax", kind="boolean", cues=("tax*",))
TOLLS = Slot(
    name="avoid_tolls", kind="boolean", cues=("toll*",),
    choices={"true": ("avoid* toll", "no toll", "without toll"), "false": ("with toll", "allow* toll")},
)  # fmt: skip


def row(request: str, slot: Slot | tuple[Slot, ...], value: Value | tuple[Value, ...] | None) -> object:
    return pytest.param(request, slot, value, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slot", "value"),
    [
        row("paint it red", COLOR, "red"),
        row("paint it CRIMSON", COLOR, "red"),
        row("a sky-blue wall", COLOR, "blue"),
        row("dark-green please", COLOR, "dark green"),
        row("the reds", COLOR, "red"),
        row("not red but blue", COLOR, "blue"),
        row("blue instead of red", COLOR, "blue"),
        row("anything but red... blue without crimson", COLOR, "blue"),
        row("not red", COLOR, None),
        row("red or blue", COLOR, None),
        row("redder", COLOR, None),
        row("a scale of A", SCALE, "A"),
        row("what is a scale", SCALE, None),
        row("a high risk level", LEVEL, "high"),
        row("how high is it", LEVEL, None),
        row("avoiding ferries and toll roads", AVOID, ("ferries", "tolls")),
        row("humidity and wind", DETAILS, ("humidity", "wind")),
        row("highs and lows", DETAILS, ("high_low_temperature",)),
        row("humidity and temperature", DETAILS, None),
        row("with tax", TAX, True),
        row("tax included", TAX, True),
        row("include_tax=true", TAX, True),
        row("include_tax=false", TAX, False),
        row("tax: no", TAX, False),
        row("without tax", TAX, False),
        row("don't include taxes", TAX, False),
        row("excluding any taxes", TAX, False),
        row("taxes are not needed", TAX, False),
        row("tax excluded", TAX, False),
        row("price, not weight, and tax", TAX, True),
        row("with tax. And no tax", TAX, None),
        row("the price", TAX, None),
        row("avoid tolls", TOLLS, True),
        row("with toll roads avoided", TOLLS, True),
        row("toll roads are fine, so with tolls", TOLLS, False),
    ],
)
def test_choices_and_switches(request_text: str, slot: Slot, value: Value | None) -> None:
    found = fill(request_text, (slot,))
    assert [item.value for item in found.filled if not found.declined] == ([] if value is None else [value])


def test_only_one_of_two_switches_leaves_the_other_open() -> None:
    wind = Slot(name="include_wind", kind="boolean", cues=("wind",), required=False)
    assert fill("I only want the tax", (TAX, wind)).declined == "one switch is said to be the only one"


def test_words_that_may_mean_an_empty_optional_choice_are_declined() -> None:
    diet = Slot(name="diet", kind="choice", required=False, choices={"vegan": ()})
    slots = (Slot(name="city", kind="place", style="city"), diet)
    declined = "words are left over that may mean an optional value"
    assert fill("lactose intolerant food in Denver", slots).declined == declined
    assert (
        fill("lactose intolerant food in Denver", slots, known=("lactose", "intolerant", "food")).declined
        == ""
    )


AVOID = Slot(
    name="avoid",
    kind="choice",
    many=True,
    required=False,
    cues=("avoid*",),
    choices={"tolls": ("toll roads",)},
)
GENOTYPE = Slot(name="genotype", kind="choice", cues=("genotype",), choices={"AA": (), "Aa": ()})


@pytest.mark.parametrize("request_", ["keep me off toll roads", "steer clear of tolls", "avoiding tolls"])
def test_what_one_keeps_off_is_avoided(request_: str) -> None:
    assert fill(request_, (AVOID,)).texts("avoid") == ["tolls"]


def test_a_choice_of_two_letters_counts_as_it_is_written() -> None:
    assert fill("how frequent is AA?", (GENOTYPE,)).text("genotype") == "AA"
    assert fill("how frequent is aa?", (GENOTYPE,)).declined


FIRST = Slot(name="ink1", kind="choice", choices={"red": (), "blue": (), "black": ()})
SECOND = Slot(name="ink2", kind="choice", choices={"red": (), "blue": (), "black": ()})
TONE = Slot(
    name="tone", kind="choice", cues=("in",), choices={"C": (), "D": (), "B": (), "Bb": ("B flat",), "A": ()}
)
SCREEN = Slot(name="screen", kind="choice", choices={"TV": (), "phone": ()})
CITY = Slot(name="city", kind="place", style="city", cues=("in",))


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        row("print it in black and red", (FIRST, SECOND), ("black", "red")),
        row("print it in black", (FIRST, SECOND), None),
        row("print it in black, red and blue", (FIRST, SECOND), None),
        row("print it in black but not red", (FIRST, SECOND), None),
        row("play it for a moment over D please", (TONE,), ("D",)),
        row("play it with A minor on top", (TONE,), ("A",)),
        row("play a song", (TONE,), None),
        row("play it in B♭", (TONE,), ("Bb",)),
        row("shows on tv", (SCREEN,), ("TV",)),
        row("humidity for Denver, and wind", (DETAILS, CITY), (("humidity", "wind"), "Denver")),
    ],
)
def test_choices_side_by_side(
    request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None
) -> None:
    found = fill(request_text, slots)
    assert tuple(item.value for item in found.filled if not found.declined) == (values or ())
