"""Numbers: each row is a request, the slots, and the values, or None where the request is to be declined."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill


def integer(
    name: str,
    *cues: str,
    units: tuple[str, ...] = (),
    required: bool = True,
    many: bool = False,
    style: str = "",
) -> Slot:
    return Slot(name=name, kind="integer", cues=cues, units=units, required=required, many=many, style=style)


def number(
    name: str,
    *cues: str,
    units: tuple[str, ...] = (),
    required: bool = True,
    many: bool = False,
    style: str = "",
) -> Slot:
    return Slot(name=name, kind="number", cues=cues, units=units, required=required, many=many, style=style)


PAIR = (integer("num1", "first"), integer("num2", "second"))
BOX = (integer("width", "width", "wide"), integer("height", "height", "high", "tall"))
BMI = (
    integer("weight", "weight*", "weigh*", units=("kg",)),
    integer("height", "height", "tall", units=("cm",)),
)
MOTION = (
    integer("initial_velocity", "initial velocity", "start*", units=("m/s",)),
    number("acceleration", "accelerat*", units=("m/s^2",)),
    integer("time", "time", "for", "after", units=("second",)),
)
LOAN = (
    Slot(name="principal", kind="money", cues=("principal", "loan", "invest*", "deposit*")),
    number("rate", "rate", "interest*", "annual*", units=("%",), style="fraction"),
    integer("years", "years", units=("year",)),
)
YEARS = (integer("from_year", "from", "since", style="year"), integer("to_year", "to", "until", style="year"))
ROOMS = (
    integer("bedrooms", "bedroom*", units=("bedroom",)),
    integer("bathrooms", "bathroom*", "bath*", units=("bathroom",)),
    integer("area", "area", units=("square feet",)),
)
LIST = (number("data", "data", "numbers", "scores", many=True),)


def row(request: str, slots: tuple[Slot, ...], *values: Value | None) -> object:
    return pytest.param(request, slots, values if values != (None,) else None, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        # order, where no cue tells them apart
        row("gcd of 36 and 48", PAIR, 36, 48),
        row("The second number is 45 and the first number is 15", PAIR, 15, 45),
        row("gcd of one hundred and twenty and forty five", PAIR, 120, 45),
        row("gcd of 1,024 and 768", PAIR, 1024, 768),
        row("I have 2 ropes of 40 cm and 60 cm, find the gcd of the lengths", PAIR, 40, 60),
        row("the gcd of the two numbers 8 and 12", PAIR, 8, 12),
        row("gcd of 12, 18 and 24", PAIR, None),
        row("gcd of 12", PAIR, None),
        row("gcd of 12 and 18.5", PAIR, None),
        # cues before and after, and several numbers competing
        row("a width of 20 and a height of 10", BOX, 20, 10),
        row("10 high and 20 wide", BOX, 20, 10),
        row("height: 10, width: 20", BOX, 20, 10),
        row("width=20, height=10", BOX, 20, 10),
        row("width 20 and height ten, thickness 3", BOX, None),
        row("width and height of 20 and 10", BOX, 20, 10),
        row("height and width are 10 by 20 respectively", BOX, 20, 10),
        row("the box (height, width) = 10, 20", BOX, 20, 10),
        # units: which slot, and conversion
        row("I weigh 82 kg and I'm 175 cm tall", BMI, 82, 175),
        row("someone 1.8 m tall and 90 kilos", BMI, 90, 180),
        row("height: 165, weight: 60", BMI, 60, 165),
        row("82kg, 175cm", BMI, 82, 175),
        row("175 cm and 82 kg, 30 years old", BMI, 82, 175),
        row("bmi 70 175", BMI, None),
        row("weight 150 lbs and height 5'8\"", BMI, None),
        row(
            "accelerates at 2 meters/second^2 for 5 seconds from a start of 10 meters/second",
            MOTION,
            10,
            2.0,
            5,
        ),
        row("initial velocity 36 km/h, acceleration 2 m/s², time 1 minute", MOTION, 10, 2.0, 60),
        row("initial velocity 10 m/s, accelerating at 2 m/s^2 for half a minute", MOTION, 10, 2.0, 30),
        row("3 bedrooms, 2 bathrooms and 1800 sq ft", ROOMS, 3, 2, 1800),
        row("2-bathroom, 3-bedroom house of 1,800 square feet", ROOMS, 3, 2, 1800),
        # percent and money
        row("a deposit of $5,000 at an annual rate of 5% for 10 years", LOAN, 5000.0, 0.05, 10),
        row("invest 10k for a decade at 7.5 percent interest", LOAN, 10000.0, 0.075, 10),
        row(
            "What'd twenty thousand dollars grow to in fifteen years at four percent?",
            LOAN,
            20000.0,
            0.04,
            15,
        ),
        row("principal 1500 dollars, rate 0.05, 3 years", LOAN, 1500.0, 0.05, 3),
        row("principal 1500, rate 5, 3 years", LOAN, None),
        row("$1000 at 5% for 18 months", LOAN, None),
        row("$1000 at 5% or 6% for 2 years", LOAN, None),
        row(
            "$5,000 at 5% for 10 years, compounded 4 times a year",
            (*LOAN, integer("n", "compound*", "times", required=False)),
            5000.0,
            0.05,
            10,
            4,
        ),
        row("height 3 and width unknown, 7 boxes", BOX, None),
        # years and ranges
        row("cases from 2012 to 2015", YEARS, 2012, 2015),
        row("cases between 2012 and 2015", YEARS, 2012, 2015),
        row("cases 1095-1291", YEARS, 1095, 1291),
        row("cases since 2012", YEARS, None),
        row("wars of the 19th century", (integer("century", "century"),), 19),
        row("find 2015's cases", (integer("year", "year", style="year"),), 2015),
        row("cases since 2010", (integer("year", "year", style="year"),), None),
        row("population in 2050", (integer("years", units=("year",)),), None),
        # bounds
        row("under 30 minutes", (integer("max_time", units=("minute",)),), 30),
        row("at least 5 heads", (integer("heads", "heads"),), None),
        row("over the next 5 years", (integer("years", units=("year",)),), 5),
        row("a pair of tickets", (integer("tickets", units=("ticket",)),), 2),
        row("open until 10 pm", (integer("closing_hour", "open"),), 22),
        row("open until 10:30 pm", (integer("closing_hour", "open"),), None),
        row("open until midnight", (integer("closing_hour", "open"),), None),
        # lists
        row("average of [12, 15, 18]", LIST, (12.0, 15.0, 18.0)),
        row("average of [200,300,400]", LIST, (200.0, 300.0, 400.0)),
        row("the data: 85, 90, 88 and 92", LIST, (85.0, 90.0, 88.0, 92.0)),
        row("scores 1.5 and -2", LIST, (1.5, -2.0)),
        row("data 85, 90, 88 and set bins to 5", (*LIST, integer("bins", "bins")), (85.0, 90.0, 88.0), 5),
        row("from x=1 to x=3", (number("interval", "interval", many=True),), (1.0, 3.0)),
        # optional ones
        row("factorial of 5", (integer("n"), integer("digits", "digits", required=False)), 5),
        row("factorial of 5 to 3 digits", (integer("n"), integer("digits", "digits", required=False)), 5, 3),
    ],
)
def test_numbers(request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None) -> None:
    found = fill(request_text, slots)
    got = tuple(item.value for item in found.filled)
    if values is None:
        assert found.declined
    else:
        assert (found.declined, got) == ("", values)


def test_a_value_out_of_range_is_declined() -> None:
    slot = Slot(name="month", kind="integer", cues=("month",), minimum=1, maximum=12)
    assert fill("month 3", (slot,)).integer("month") == 3
    assert fill("month 13", (slot,)).declined


def test_percent_styles() -> None:
    percent = Slot(name="rate", kind="number", cues=("rate",), units=("%",), style="percent")
    fraction = Slot(name="rate", kind="number", cues=("rate",), units=("%",), style="fraction")
    assert fill("rate of 12%", (percent,)).number("rate") == 12
    assert fill("rate of 12%", (fraction,)).number("rate") == 0.12


def test_a_duration_comes_in_its_first_unit() -> None:
    stay = Slot(name="stay", kind="duration", units=("minute",))
    assert fill("for 1 hour and 30 minutes", (stay,)).integer("stay") == 90
    assert fill("for an hour and a half", (stay,)).integer("stay") == 90


def test_kelvin_and_thousands_are_told_apart_by_the_slots() -> None:
    assert (
        fill(
            "a temperature of 300K",
            (Slot(name="t", kind="integer", cues=("temperature",), units=("kelvin",)),),
        ).integer("t")
        == 300
    )
    assert (
        fill("a salary of 300K", (Slot(name="s", kind="integer", cues=("salary",)),)).integer("s") == 300_000
    )


def test_a_number_that_is_left_over_declines() -> None:
    assert fill("factorial of 5 and 7", (integer("n"),)).declined == "a number is left over"
