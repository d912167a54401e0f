"""Numbers that a request says in words of its own: lists told in turn, odds, totals, lengths, and numbers that say nothing."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill


def integer(name: str, *cues: str, units: tuple[str, ...] = (), required: bool = True) -> Slot:
    return Slot(name=name, kind="integer", cues=cues, units=units, required=required)


def numbers(name: str, *cues: str, required: bool = True) -> Slot:
    return Slot(name=name, kind="number", many=True, cues=cues, required=required)


DATA = (numbers("readings", "readings"),)
FLOWS = (
    Slot(name="flows", kind="money", many=True, cues=("flows",)),
    Slot(name="years", kind="integer", many=True, cues=("year",), required=False),
)
SHELVES = (Slot(name="shelves", kind="integer", many=True, cues=("shelves",)),)
PLACES = (numbers("start_point", "start*"), numbers("end_point", "end*"))
SPAN = (numbers("range"),)
TRIALS = (
    integer("trials", "trial*"),
    integer("successes", "success*"),
    Slot(name="probability", kind="number", units=("%",), style="fraction", cues=("chance",)),
)
TEAM = (integer("total", "total"), integer("men", "men"), integer("women", "women"))
BODY = (integer("height", "tall", units=("cm",)), integer("weight", units=("kg",)))
STAY = (integer("nights", "night", units=("night",)),)
REST = (integer("minutes", units=("minute",)),)
SHOW = (integer("timeframe", "ahead", "days"),)
CARDS = (integer("num_cards", "cards", units=("card",), required=False),)
PLACE = Slot(name="city", kind="place", style="city", cues=("in",))
HUMID = (PLACE, integer("min_humidity", "at least", required=False))
STARS = (Slot(name="review_rate", kind="number", units=("%",), style="fraction", cues=("rated",)),)
CHANGE = (
    Slot(name="from_currency", kind="text", style="currency", cues=("from",)),
    Slot(name="to_currency", kind="text", style="currency", cues=("to", "into")),
    Slot(name="amount", kind="number", cues=("convert*",), required=False),
)
WORTH = (Slot(name="currency", kind="text", style="currency", required=False),)
SLOPE = (
    Slot(name="function", kind="expression", cues=("curve",)),
    Slot(name="t_value", kind="number", required=False),
)
VARIABLE = (
    Slot(name="function", kind="expression"),
    Slot(name="variable", kind="text", required=False, cues=("with respect to",)),
)
HEATED = (
    integer("initial_temperature", "start*", units=("celsius",)),
    integer("final_temperature", "final", units=("celsius",)),
)
ROOTS = (integer("a"), integer("b"), integer("c"))
GAS = (integer("pressure", units=("atm",)), integer("volume", units=("liter",)))
ERA = (integer("century", "century"), integer("count", "events", required=False))
FUEL = (Slot(name="efficiency", kind="number", units=("miles per gallon",)),)
GROWTH = (integer("frequency", "frequency"), integer("hours", units=("hour",)))
TRAITS = (Slot(name="style", kind="choice", choices={"short": ("brief",), "long": ()}),)


def row(request: str, slots: tuple[Slot, ...], *values: Value | None) -> object:
    return pytest.param(request, slots, values if values != (None,) else None, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        # lists
        row("readings of 4.5 in the first week, then 6, then 7.25", DATA, (4.5, 6.0, 7.25)),
        row("readings: 3 and then 9", DATA, (3.0, 9.0)),
        row("readings 3, 9 and 27 over the next three months", DATA, (3.0, 9.0, 27.0)),
        row("flows of 900 in year 2, 800 in year 4 and 700 in year 6", FLOWS, (900.0, 800.0, 700.0), (2, 4, 6)),
        row("dust the second and the fifth shelf", SHELVES, (2, 5)),
        row("dust shelf 8 only", SHELVES, (8,)),
        row("start: lat 40.5, lon -3.7; end: lat 41.25 lon 2.5", PLACES, (40.5, -3.7), (41.25, 2.5)),
        row("starting at 2 and stopping at 7", SPAN, (2.0, 7.0)),
        row("readings of the three of us: 4, 5 and 6", DATA, (4.0, 5.0, 6.0)),
        row("readings 4, 5 and 6 and a 3", DATA, None),
        # parts, totals and odds
        row("one in five parts is faulty, I take 12; the odds that two are", TRAITS[:0] + TRIALS, 12, 2, 0.2),
        row("a 60% chance each; I sowed forty. Exactly 18 sprout", TRIALS, 40, 18, 0.6),
        row("he makes three out of his next eight, chance 0.5", TRIALS, 8, 3, 0.5),
        row("4 men and 5 women, 9 of us altogether", TEAM, 9, 4, 5),
        # forms of numbers
        row("a metre eighty-two and 70 kg", BODY, 182, 70),
        row("1 metre 65 tall, 58 kg", BODY, 165, 58),
        row("six foot two, 80 kg", BODY, None),
        row("from Monday on, a whole week", STAY, 7),
        row("two weeks please", STAY, 14),
        row("I have got a quarter of an hour", REST, 15),
        row("three quarters of an hour", REST, 45),
        row("there's an hour", REST, None),
        row("I have an hour at most", REST, 60),
        row("what runs two weeks ahead", SHOW, 14),
        row("the latest dozen pieces", (integer("count", "pieces"),), 12),
        row("it does 48 miles to the gallon", FUEL, 48.0),
        row("it divides twice an hour for 5 hours", GROWTH, 2, 5),
        row("it divides once every hour for 5 hours", GROWTH, 1, 5),
        # what a number means to its slot
        row("deal us 5", CARDS, 5),
        row("at least 60 percent humidity in Oslo", HUMID, "Oslo", 60),
        row("rated over 4.2", STARS, 4.2),
        row("80 dollars into yen", CHANGE, "USD", "JPY", 80.0),
        row("her net worth, EUR", WORTH, "EUR"),
        row("how steep is the curve 3t^2 when t equals 2", SLOPE, "3t**2", 2.0),
        row("the curve 3t^2 at t = 2", SLOPE, "3t**2", 2.0),
        row("where does 2x^2 - 3x - 5 hit zero", ROOTS, 2, -3, -5),
        row("5 liters under 3 atm", GAS, 3, 5),
        row("the 14th century, six of them", ERA, None),
        row("a supper for the crowd, seven of us, in Rome", (PLACE, integer("servings", "serves")), "Rome", 7),
        row("a party of 9 in Rome", (PLACE, integer("guests", "guests")), "Rome", 9),
        row("mass one is 4 and mass two is 7", (integer("mass1"), integer("mass2")), 4, 7),
        row("side two: 7, side one: 4", (integer("first_side"), integer("second_side")), 4, 7),
        row("ten grand for 3 years", (integer("amount", "amount"), integer("years", units=("year",))), 10_000, 3),
        row("a circle, its diameter is 8", (integer("radius", "circle"),), None),
        row("a circle, its radius is 8", (integer("radius", "radius"),), 8),
        row("fifty millihenries", (Slot(name="inductance", kind="number", units=("henry",)),), 0.05),
        row("fifty millihenries", (Slot(name="inductance", kind="number"),), None),
        row("heated to 70 celsius, beginning at 20 celsius", HEATED, 20, 70),
        row("roll it. I draw three", (integer("cards_drawn", required=False),), 3),
        row("of the 30 bulbs, four are dead", (integer("total"), integer("defective")), 30, 4),
        row("in how many orders can 6 dogs run, i.e. 6!", (integer("n"),), 6),
        row("3 hours, and jog twice a week", (integer("hours", units=("hour",)), integer("runs_per_week", required=False)), None),
        # the letter of a formula
        row("how fast is 5k^2 changing at k = 3", (*VARIABLE, integer("value", "at")), "5k**2", "k", 3),
        row("how fast is u*v changing at 3", (*VARIABLE, integer("value", "at")), "u*v", 3),
        # numbers that say nothing
        row("what's in Bergen by six", (PLACE,), "Bergen"),
        row("what's in Bergen at 6", (PLACE,), None),
        row("a brief word on the big six", TRAITS, "short"),
        row("brief please, the middle one got lost", (*TRAITS, *CARDS), "short"),
    ],
)  # fmt: skip
def test_numbers_said_in_words(
    request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None
) -> None:
    found = fill(request_text, slots)
    got = tuple(item.value for item in found.filled)
    if values is None:
        assert found.declined
    else:
        assert (found.declined, got) == ("", values)


@pytest.mark.parametrize(
    "request_text",
    [
        "a table for 4. Hmm, no, scrap the time",
        "a table for 4. Wait, forget that",
        "a table for 4. Actually, make it five",
        "scrap that, a table for 4",
        "a table for 4. Oh, no, cancel the second part",
        "ignore everything I said, a table for 4",
    ],
)
def test_what_is_taken_back_declines(request_text: str) -> None:
    assert fill(request_text, (integer("people", "table"),)).declined == "the request takes something back"


@pytest.mark.parametrize("request_text", ["a table for 4, no rush", "forget about cooking, a table for 4"])
def test_a_no_takes_nothing_back(request_text: str) -> None:
    assert fill(request_text, (integer("people", "table"),)).integer("people") == 4


@pytest.mark.parametrize(
    "request_text",
    [
        "the gcd of 12 and 18; and while you're at it, book me a cab",
        "the gcd of 12 and 18, then could you also order pizza? and text it to Ann",
        "the gcd of 12 and 18 and the product too",
        "the gcd of 12 and 18, and what's the product?",
        "I need the gcd of 12 and 18 as well as their product.",
    ],
)
def test_a_second_task_declines(request_text: str) -> None:
    slots = (integer("num1"), integer("num2"))
    assert fill(request_text, slots, ignore=("gcd",)).declined == "the request asks for two things"


def test_the_verb_of_the_task_is_no_second_one() -> None:
    slots = (PLACE, integer("tickets", units=("ticket",)))
    assert not fill("I'm in Oslo and please book me 2 tickets", slots, ignore=("book",)).declined


def test_a_task_that_is_not_to_be_done_declines() -> None:
    slots = (integer("num1"), integer("num2"))
    assert fill("please don't calculate the gcd of 12 and 18", slots, ignore=("gcd",)).declined
