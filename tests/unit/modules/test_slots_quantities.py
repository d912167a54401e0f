"""Numbers that the form of a request explains: shares, sizes, labels, powers, runs, and those that say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.slots import Slot, Value, fill


def whole(
    name: str, *cues: str, units: tuple[str, ...] = (), required: bool = True, many: bool = False
) -> Slot:
    return Slot(name=name, kind="integer", cues=cues, units=units, required=required, many=many)


def real(name: str, *cues: str, units: tuple[str, ...] = (), required: bool = True) -> Slot:
    return Slot(name=name, kind="number", cues=cues, units=units, required=required)


CHANCE = (whole("total_outcomes", "total"), whole("favorable_outcomes", "favorable*"))
BINOMIAL = (
    whole("trials", "trials"),
    whole("successes", "success*"),
    real("p", "p", required=False),
)
POWER = (whole("base", "base"), whole("exponent", "exponent*", "power"))
PAIR = (whole("num1"), whole("num2"))
MOTION = (
    whole("initial_velocity", "initial velocity", "start*"),
    real("acceleration", "accelerat*"),
    whole("time", "time", "for", "after"),
)
FREE_FALL = (
    whole("time", "time", units=("second",)),
    whole("initial_speed", "speed", units=("m/s",), required=False),
)
WALL = (
    whole("length", "long", units=("feet",)),
    whole("height", "high", units=("feet",)),
)
DICE = (whole("desired_number", "desir*"), whole("number_of_rolls", "rolls", units=("roll",)))
CHARGE = (real("charge", "charg*", units=("coulomb",)), whole("distance", "away", units=("meter",)))
BMI = (whole("weight", "weigh*", units=("kg",)), whole("height", "tall", units=("cm",)))
DAYS = (whole("days_ahead", "ahead"),)
SHOWN = (whole("limit", "limit"),)
TICKETS = (whole("num_tickets", "tickets", units=("ticket", "seat"), required=False),)
ENDS = (whole("initial_value", "initial"), whole("final_value", "final"))
PRICES = (whole("purchase_price", "purchase"), whole("sale_price", "sale"))
LEGS = (whole("x"), whole("y"))
GUESTS = (whole("total", "guests"), whole("adults", "adult*"), whole("children", "child*"))
FEES = (whole("fee", "fee"),)


def row(request: str, slots: tuple[Slot, ...], *values: Value | None) -> object:
    return pytest.param(request, slots, None if values == (None,) else values, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        # a part and the whole
        row("3 out of 12 marbles are blue, how likely is blue?", CHANCE, 12, 3),
        row("five winners out of a possible ninety", CHANCE, 90, 5),
        row("a bag of 30 beads, 7 of them red", CHANCE, 30, 7),
        row("four of the sixteen doors open", CHANCE, 16, 4),
        row("9 red cards, 36 cards in total", CHANCE, 36, 9),
        row("6 tails in 9 flips", BINOMIAL, 9, 6),
        row("I spin it 40 times; the chance of 11 greens?", BINOMIAL, 40, 11),
        row("n=30, k=12, p=0.4 for the binomial trials", (*BINOMIAL,), None),
        row("14 successes in 20 trials with a chance of 60%", BINOMIAL, 20, 14, 0.6),
        row("2 fours in 7 dice rolls", BINOMIAL, None),
        row("7 and 20", CHANCE, None),
        # powers and calls
        row("3^7", POWER, 3, 7),
        row("evaluate 4 ** 5", POWER, 4, 5),
        row("12 squared", POWER, 12, 2),
        row("what is 9 cubed?", POWER, 9, 3),
        row("the 6th power of 3", POWER, 3, 6),
        row("7 raised to 4", POWER, 7, 4),
        row("raised(7, 4)", POWER, 7, 4),
        row("7 and 4", POWER, None),
        row("lcm 120,350", PAIR, 120, 350),
        # labels
        row("t=12, v0 = 4 m/s", FREE_FALL, 12, 4),
        row("time = 8s", FREE_FALL, 8),
        row("H = 8 ft and L = 30 ft", WALL, 30, 8),
        # sizes
        row("a fence of 30 ft by 6 ft", WALL, 30, 6),
        row("a fence of 30x6 ft", WALL, 30, 6),
        row("a fence of 30 ft and 6 ft", WALL, None),
        # quantities that the name of a slot implies
        row("going 12 m/s it speeds up by 2 m/s^2 for 9 s", MOTION, 12, 2.0, 9),
        row("going 12 m/s it speeds up by 2 m/s^2 for two minutes", MOTION, 12, 2.0, 120),
        row("from rest it gains 3 m/s^2 for 4 s", MOTION, 0, 3.0, 4),
        row("a motionless cart, 3 m/s^2, 4 s", MOTION, 0, 3.0, 4),
        row("12 kg at 2 m/s^2 for 9 s", MOTION, None),
        row("a 0.5 C charged ball 3 m away", CHARGE, 0.5, 3),
        row("a charge of 4 x 10^-3 C, 3 m away", CHARGE, 0.004, 3),
        row("shows within 2 weeks", DAYS, 14),
        row("shows in the next month", DAYS, 30),
        # how often
        row("rolling a 4 three times", DICE, 4, 3),
        row("a 4 twice in a row", DICE, 4, 2),
        row("a 4 on six straight rolls", DICE, 4, 6),
        # the best few, and one of what is counted
        row("the top 8 beaches", SHOWN, 8),
        row("the 3 longest rivers", SHOWN, 3),
        row("buy a ticket to the opera", TICKETS, 1),
        row("the price of a ticket to the opera", TICKETS),
        # ends of a way told backwards, siblings of a slot, and two units where the slots have none
        row("sales rose to 90 from 60", ENDS, 60, 90),
        row("sales rose from 60 to 90", ENDS, 60, 90),
        row("a sale price of 40 and a purchase price of 30", PRICES, 30, 40),
        row("a sale price of 40 and a list price of 30", PRICES, None),
        row("a leg of 3 cm and one of 4 cm", LEGS, 3, 4),
        row("a leg of 3 cm and one of 40 mm", LEGS, None),
        row("90 guests, 40 of them adults and 50 children", GUESTS, 90, 40, 50),
        row("a fee under 300 dollars per hour in town", FEES, 300),
        # "one" as a pronoun
        row("the smaller one has a side of 4", (whole("side", "side"),), 4),
        row("one of my tiles has a side of 4", (whole("side", "side"),), 4),
        row("make one 6 high and 12 long", (whole("length", "long"), whole("height", "high")), 12, 6),
        row("a side of one", (whole("side", "side"),), 1),
        # numbers that say nothing
        row("I'm 41 years old, 70 kg and 180 cm tall", BMI, 70, 180),
        row("70 kg, 180 cm (1.8 m)", BMI, 70, 180),
        row("70 kg, 180 cm (1.9 m)", BMI, None),
        row("my 2 kids want a fence 30 ft long and 6 ft high", WALL, 30, 6),
        row("a 12 kg gate in a fence 30 ft long and 6 ft high", WALL, 30, 6),
        row("a fence 30 ft long and 6 ft high, 4 posts", WALL, None),
        row("a 3 ft gate in a fence 30 ft long and 6 ft high", WALL, None),
    ],
)
def test_quantities(request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None) -> None:
    found = fill(request_text, slots)
    got = tuple(item.value for item in found.filled)
    if values is None:
        assert found.declined, got
    else:
        assert (found.declined, got) == ("", values)


@pytest.mark.parametrize(
    ("request_text", "declined"),
    [
        ("order either B-7 or B-9, 3 m long", True),
        ("plate B7 or maybe B9, 3 m long", True),
        ("3 m long, I forgot which one it was", True),
        ("3 m long, the exact name escapes me", True),
        ("a wall 3 m long from 200 BC", True),
        ("a wall 3 m long from before", False),
        ("either way, 3 m long", False),
    ],
)
def test_a_value_that_is_left_open_declines(request_text: str, *, declined: bool) -> None:
    slots = (whole("length", "long", units=("meter",)),)
    assert bool(fill(request_text, slots).declined) == declined


@pytest.mark.parametrize(
    ("request_text", "declined"),
    [
        ("a stone falls 20 m", False),
        ("a stone falls 20 m on Mars", True),
        ("a stone falls 20 m on the moon", True),
        ("a stone falls 20 m this weekend", True),
        ("a stone falls 20 m for 3 days", False),
        ("a stone falls 20 m on Mars with a gravity of 3.7", False),
    ],
)
def test_words_that_stand_for_a_number_of_an_empty_slot_decline(request_text: str, *, declined: bool) -> None:
    slots = (
        whole("height", "falls", units=("meter",)),
        real("gravity", "gravity", required=False),
        whole("days", "days", units=("day",), required=False),
    )
    assert bool(fill(request_text, slots).declined) == declined


@given(
    st.lists(
        st.sampled_from(
            [
                "3",
                "12",
                "one",
                "twice",
                "of",
                "them",
                "out",
                "the",
                "a",
                "in",
                "total",
                "by",
                "x",
                "^",
                "**",
                "squared",
                "=",
                "t",
                "(",
                ")",
                ",",
                "5%",
                "kg",
                "m/s",
                "times",
                "rest",
                "ticket",
                "book",
                "top",
                "4/5",
                "ft",
            ]
        ),
        max_size=20,
    )
)
def test_any_sequence_is_filled_or_declined(pieces: list[str]) -> None:
    for slots in (CHANCE, BINOMIAL, POWER, MOTION, WALL, DICE, TICKETS):
        found = fill(" ".join(pieces), slots)
        assert len({item.slot for item in found.filled}) == len(found.filled)
