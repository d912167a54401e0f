from __future__ import annotations

import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules._quantities import TABLE
from compiled_ai.modules.units import (
    Quantity,
    convert,
    find_quantities,
    parse_quantity,
    quantity_in,
    unit_kind,
    unit_symbol,
)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        *((1, "mi", "km", "1.609344"), (1, "inch", "cm", "2.54"), (1, "nautical mile", "m", "1852"), (3, "feet", "yards", "1")),
        *((1, "lb", "kg", "0.45359237"), (16, "oz", "lb", "1"), (1, "stone", "lb", "14"), (1, "ton", "lb", "2000"), (1, "tonne", "kg", "1000")),
        *((1, "gallon", "L", "3.785411784"), (1, "imperial gallon", "L", "4.54609"), (1, "cup", "fl oz", "8"), (3, "tsp", "tbsp", "1"), (1, "cubic foot", "in³", "1728")),
        *((100, "C", "F", "212"), ("98.6", "°F", "°C", "37"), (0, "K", "C", "-273.15"), (-40, "degrees Celsius", "fahrenheit", "-40"), (0, "°R", "K", "0")),
        *((1, "hour", "s", "3600"), (2, "weeks", "days", "14"), (1, "year", "months", "12"), (1500, "ms", "s", "1.5")),
        *((60, "mph", "km/h", "96.56064"), (36, "km/h", "m/s", "10"), (1, "knot", "km/h", "1.852"), (1, "feet per second", "m/s", "0.3048")),
        *((1, "acre", "sq ft", "43560"), (1, "hectare", "m2", "10000"), (1, "square mile", "acres", "640"), (1, "km²", "ha", "100")),
        *((1, "GB", "MB", "1000"), (1, "GiB", "MiB", "1024"), (8, "bits", "bytes", "1"), (1, "Mbps", "kB/s", "125")),
        *((1, "bar", "kPa", "100"), (1, "atm", "Pa", "101325"), (760, "torr", "atm", "1"), (1, "mmHg", "Pa", "133.322387415")),
        *((1, "kWh", "kJ", "3600"), (1, "kcal", "J", "4184"), (1, "BTU", "J", "1055.05585262")),
        *((1, "hp", "W", "745.69987158227022"), (90, "degrees", "turns", "0.25"), (60, "rpm", "Hz", "1"), (1, "kgf", "N", "9.80665")),
        *((0.1, "m", "cm", "10"), ("2.5", "km", "m", "2500"), (Decimal("1E+3"), "mm", "m", "1")),
        *((5, "km", "miles", "3.106855961186669848087170921816591"), (1, "psi", "kPa", "6.894757293168361336722673445346891")),
        *((1, "year", "days", None), (1, "kg", "m", None), (1, "foo", "m", None), (1, "m", "", None), (-300, "C", "F", None), (1, "Mw", "W", None)),
    ],
    ids=str,
)  # fmt: skip
def test_conversion_is_exact(
    value: Decimal | int | float | str, source: str, target: str, result: str | None
) -> None:
    assert convert(value, source, target) == (None if result is None else Decimal(result))


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("sNaN"),
        Decimal("1e999999"),
        Decimal("1e-999999"),
        10**5000,
        "x",
        "",
        True,
        "9" * 40,
    ],
    ids=lambda value: str(type(value)),
)
def test_what_is_no_measurement_is_none(value: Decimal | int | float | str) -> None:
    assert convert(value, "m", "km") is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        *(("5 km", "5", "km"), ("5km", "5", "km"), ("98.6°F", "98.6", "°F"), ("20 degrees Celsius", "20", "°C"), ("20 C", "20", "°C")),
        *(("6 ft 2 in", "74", "in"), ("6'2\"", "74", "in"), ("5'11", "71", "in"), ("6 feet and 2 inches", "74", "in"), ("6'", "6", "ft")),
        *(("1 h 30 min", "90", "min"), ("2 lb 3 oz", "35", "oz"), ("1 hour, 30 minutes and 5 seconds", "5405", "s")),
        *(("two cups", "2", "cup"), ("half a mile", "0.5", "mi"), ("1 1/2 cups", "1.5", "cup"), ("½ tsp", "0.5", "tsp"), ("2½ in", "2.5", "in")),
        *(("minus 5 degrees C", "-5", "°C"), ("-5 °C", "-5", "°C"), ("2.5 million km", "2500000", "km"), ("1.5e3 Pa", "1500", "Pa")),
        *(("3 sq. ft.", "3", "ft²"), ("3 m^2", "3", "m²"), ("3 m²", "3", "m²"), ("3 cubic meters", "3", "m³"), ("5 cc", "5", "cm³")),
        *(("25 \u00b5m", "25", "µm"), ("25 \u03bcm", "25", "µm"), ("300 K", "300", "K"), ("10 lbs.", "10", "lb"), ("5-pound", "5", "lb")),
        *(("3,5 km", "3.5", "km"), ("1 234,5 km", "1234.5", "km"), ("1,234 km", "1234", "km"), ("100 miles per hour", "100", "mph")),
        *(("5 KM", "5", "km"), ("5 Kg", "5", "kg"), ("12\"", "12", "in"), ("8 GB", "8", "GB"), ("100 Mbit/s", "100", "Mbit/s")),
    ],
    ids=str,
)  # fmt: skip
def test_whole_text_is_a_quantity(text: str, value: str, unit: str) -> None:
    found = parse_quantity(text)
    assert isinstance(found, Quantity)
    assert (found.value, found.unit) == (Decimal(value), unit)
    assert found.kind == unit_kind(unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "km",
        "5 M",
        "5-10 kg",
        "5 g/L",
        "5 km or so",
        "about 5 km",
        "5 foos",
        "$5 m",
        "1/0 cup",
        "5 kg 5",
        "3 x 10^5 m",
        "5 mb",
    ],
)
def test_what_is_no_single_quantity_is_none(text: str) -> None:
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I ran 5 km in 25 minutes at 12 km/h", ["5 km", "25 min", "12 km/h"]),
        ("5-10 kg, 5 to 10 lb, between 3 and 4 miles", ["5 kg", "10 kg", "5 lb", "10 lb", "3 mi", "4 mi"]),
        ("a 2 x 4 in wide board, 10 by 20 by 30 cm", ["2 in", "4 in", "10 cm", "20 cm", "30 cm"]),
        ("5 in the box, 5 in to cm, a 5in screen, 5 in.", ["5 in", "5 in", "5 in"]),
        ('he said "take 12" and a 14" pizza', ["14 in"]),
        ("- 5 kg flour\n- 2 cups milk", ["5 kg", "2 cup"]),
        ("$20 m, 2026-03-12, 10:30 h, 3D, 5 g/L, B12 m", []),
        ("5 are missing, 5 W 34th Street, 12 pt type, 3 turns, 60 fps, 5 us dollars, 2 stones", []),
        ("The 5K run of 10 K people, 5 B rows, 4 a day", ["10 K"]),
        ("twenty-five kilometres per hour and three and a half pounds", ["25 km/h", "3.5 lb"]),
    ],
    ids=str,
)
def test_quantities_are_found_in_order(text: str, found: list[str]) -> None:
    mentions = find_quantities(text)
    assert [f"{mention.value} {mention.unit}" for mention in mentions] == found
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


def test_text_is_converted_from_its_exact_value() -> None:
    assert quantity_in("5 ft 3 in", "cm") == Decimal("160.02")
    assert quantity_in("1/3 yd", "ft") == Decimal(1)
    assert quantity_in("5 ft", "kg") is None
    assert quantity_in("five", "kg") is None


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("Kilometres", "km"), ("sq. ft", "ft²"), ("kilowatt-hours", "kWh"), ("MW", "MW"), ("mW", "mW"), ("lbs.", "lb"), ("calories", None), ("", None), ("x" * 99, None)],
)  # fmt: skip
def test_symbol_of_a_unit(text: str, symbol: str | None) -> None:
    assert unit_symbol(text) == symbol


UNITS = sorted({unit.symbol for unit in TABLE.symbols.values()})


@pytest.mark.parametrize("symbol", UNITS)
def test_every_symbol_names_its_own_unit(symbol: str) -> None:
    assert unit_symbol(symbol) == symbol


@given(st.sampled_from(UNITS), st.sampled_from(UNITS), st.decimals(min_value=1, max_value=10**6, places=3))
def test_there_and_back_is_the_same(source: str, target: str, value: Decimal) -> None:
    there = convert(value, source, target)
    if there is not None:
        back = convert(there, target, source)
        assert back is not None
        assert abs(back - value) <= abs(value) * Decimal("1e-25") + Decimal("1e-25")
        assert unit_kind(source) == unit_kind(target)


ALPHABET = st.sampled_from(list("0123456789 .,-/'\"kmgftinlb°CF½²³x^$\u0131\ud800\u00b5\n")) | st.characters()


@given(st.text(ALPHABET, max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    mentions = find_quantities(text)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))
    parse_quantity(text)
    convert(text, text, text)


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "1-", "1/", "1'2 ", '"1" ', "5 km ", "half a ", "1 ft ", "5 x ", "twenty "]
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    started = time.perf_counter()
    find_quantities(piece * (40_000 // len(piece)))
    assert time.perf_counter() - started < 4
