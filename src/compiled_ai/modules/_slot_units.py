"""Units of measure: reading one after a number, and exact conversion within a dimension."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from compiled_ai.modules._scan import any_of, plain

Dimension = tuple[tuple[str, int], ...]
"""Base dimensions and their powers, sorted: a speed is length 1, time -1."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its dimension, and how many of the base unit it is."""

    dimension: Dimension
    factor: Fraction


# Dimension: factor to its base unit: symbols (as written) | words (in any case). Exact by definition:
# https://www.nist.gov/pml/special-publication-811
_TABLE = {
    "length": (
        ("1", "m | meter metre"), ("1000", "km kms | kilometer kilometre"), ("1/100", "cm cms | centimeter centimetre"),
        ("1/1000", "mm | millimeter millimetre"), ("1/1000000", "μm um | micrometer micron"),
        ("1/1000000000", "nm | nanometer nanometre"), ("0.3048", "ft ft. ' | foot feet"),
        ("0.0254", "in \" | inch inches"), ("0.9144", "yd yds | yard"), ("1609.344", "mi | mile"),
    ),
    "time": (
        ("1", "s sec secs | second"), ("1/1000", "ms | millisecond"), ("1/1000000", "μs us | microsecond"), ("60", "min mins | minute"),
        ("3600", "h hr hrs | hour"), ("86400", "| day"), ("604800", "wk wks | week"), ("1209600", "| fortnight"),
    ),
    "calendar": (
        ("1", "mo mos | month"), ("3", "| quarter"), ("12", "yr yrs y/o yo | year"), ("120", "| decade"),
        ("1200", "| century centuries"),
    ),
    "mass": (
        ("1", "kg kgs Kg KG | kilogram kilogramme kilo"), ("1/1000", "g gm gms | gram gramme"), ("1/1000000", "mg | milligram"),
        ("1/1000000000", "μg ug mcg | microgram"), ("1000", "t | tonne"), ("0.45359237", "lb lbs lb. lbs. | pound"),
        ("0.028349523125", "oz oz. | ounce"),
    ),
    "volume": (
        ("1", "L l | liter litre"), ("1/1000", "ml mL | milliliter millilitre"), ("1/100", "cl | centiliter centilitre"),
        ("3.785411784", "gal gals | gallon"), ("0.2365882365", "| cup"), ("0.0147867647815625", "tbsp | tablespoon"),
        ("0.00492892159375", "tsp | teaspoon"), ("0.473176473", "| pint"), ("0.946352946", "| quart"),
    ),
    "celsius": (("1", "C °C ℃ degC | celsius centigrade"),),
    "fahrenheit": (("1", "F °F ℉ degF | fahrenheit"),),
    "kelvin": (("1", "K | kelvin"),),
    "degree": (("1", "° deg degs | degree"),),
    "radian": (("1", "rad rads | radian"),),
    "pressure": (
        ("1", "Pa | pascal"), ("1000", "kPa | kilopascal"), ("100", "hPa mbar | hectopascal millibar"), ("1000000", "MPa | megapascal"),
        ("100000", "bar | bars"), ("101325", "atm atms | atmosphere"), ("6894.757293168361", "psi PSI | psi"), ("101325/760", "mmHg | torr"),
    ),
    "energy": (
        ("1", "J | joule"), ("1000", "kJ | kilojoule"), ("1000000", "MJ | megajoule"), ("4.184", "cal | calorie"),
        ("4184", "kcal kcals | kilocalorie"), ("3600000", "kWh kwh KWh | kilowatt-hour"), ("3600", "Wh | watt-hour"),
    ),
    "power": (("1", "W | watt"), ("1000", "kW kw KW | kilowatt"), ("1000000", "MW | megawatt"), ("745.69987158227022", "hp | horsepower")),
    "force": (("1", "N | newton"), ("1000", "kN | kilonewton")),
    "current": (("1", "A amp amps | ampere"), ("1/1000", "mA | milliampere milliamp")),
    "voltage": (("1", "V | volt"), ("1000", "kV | kilovolt"), ("1/1000", "mV | millivolt")),
    "resistance": (("1", "Ω | ohm"), ("1000", "kΩ | kiloohm kilohm"), ("1000000", "MΩ | megaohm megohm")),
    "charge": (
        ("1", "C | coulomb"), ("1/1000", "mC | millicoulomb"), ("1/1000000", "μC uC | microcoulomb"),
        ("1/1000000000", "nC | nanocoulomb"), ("1/1000000000000", "pC | picocoulomb"),
    ),
    "capacitance": (
        ("1", "F | farad"), ("1/1000", "mF | millifarad"), ("1/1000000", "μF uF | microfarad"), ("1/1000000000", "nF | nanofarad"),
        ("1/1000000000000", "pF | picofarad"),
    ),
    "inductance": (("1", "H | henry henries henrys"), ("1/1000", "mH | millihenry millihenrie"), ("1/1000000", "μH uH | microhenry microhenrie")),
    "magnetic": (("1", "T | tesla"), ("1/1000", "mT | millitesla")),
    "frequency": (
        ("1", "Hz hz HZ | hertz"), ("1000", "kHz khz KHz | kilohertz"), ("1000000", "MHz mhz | megahertz"),
        ("1000000000", "GHz ghz | gigahertz"),
    ),
    "amount": (("1", "mol mols | mole"), ("1/1000", "mmol | millimole")),
    "data": (
        ("1", "KB kb kB | kilobyte"), ("1000", "MB mb | megabyte"), ("1000000", "GB gb | gigabyte"), ("1000000000", "TB tb | terabyte"),
    ),
    "dalton": (("1", "Da u amu | dalton"), ("1000", "kDa | kilodalton")),
    "pixel": (("1", "px | pixel"),),
    "beats": (("1", "bpm BPM | bpm"),),
    "decibel": (("1", "dB db | decibel"),),
}  # fmt: skip
_WHOLE = {
    "mph": (("length", "1609.344"), ("time", "3600")), "kph": (("length", "1000"), ("time", "3600")),
    "kmh": (("length", "1000"), ("time", "3600")), "kmph": (("length", "1000"), ("time", "3600")),
    "mps": (("length", "1"), ("time", "1")), "fps": (("length", "0.3048"), ("time", "1")),
    "mpg": (("length", "1609.344"), ("volume", "3.785411784")), "sqft": (("area", "0.09290304"), None),
    "cbm": (("volume", "1000"), None), "cc": (("volume", "1/1000"), None),
}  # fmt: skip
CURRENCY_CODES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "buck": "USD", "us dollar": "USD", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "quid": "GBP", "¥": "JPY", "jpy": "JPY", "yen": "JPY",
    "₹": "INR", "inr": "INR", "rupee": "INR", "chf": "CHF", "cad": "CAD", "canadian dollar": "CAD", "c$": "CAD",
    "aud": "AUD", "australian dollar": "AUD", "british pound": "GBP", "japanese yen": "JPY", "cny": "CNY", "yuan": "CNY",
    "swiss franc": "CHF", "american dollar": "USD", "united states dollar": "USD", "u.s. dollar": "USD", "pound sterling": "GBP",
    "indian rupee": "INR", "chinese yuan": "CNY", "mexican peso": "MXN", "mxn": "MXN", "nzd": "NZD", "new zealand dollar": "NZD",
    "sgd": "SGD", "singapore dollar": "SGD", "hkd": "HKD", "hong kong dollar": "HKD", "krw": "KRW", "korean won": "KRW",
}  # fmt: skip
_TIME: Dimension = (("time", 1),)
_LONG_TIMES = {_TIME, (("calendar", 1),)}
_ONLY_ATTACHED = frozenset({"in", "t", "'", '"', "mo", "yo", "C", "F", "K", "A", "T", "H", "N", "mi"})
_WORDLIKE = frozenset({"in", "t", "mo", "yo", "A", "'", '"'})
# With a space between, these symbols are too often something else, unless the text ends or pauses after them.

_SYMBOLS: dict[str, list[Unit]] = {}
_WORDS: dict[str, list[Unit]] = {}


def _unit(dimension: str, factor: str) -> Unit:
    return Unit(((dimension, 1),), Fraction(factor))


def _fill_tables() -> None:
    for dimension, rows in _TABLE.items():
        for factor, names in rows:
            symbols, _, words = names.partition("|")
            for symbol in symbols.split():
                _SYMBOLS.setdefault(symbol, []).append(_unit(dimension, factor))
            for word in words.split():
                for form in (word, word + "s"):
                    _WORDS.setdefault(form, []).append(_unit(dimension, factor))
    for name, (over, under) in _WHOLE.items():
        unit = _normal(_power(_unit(*over), 1) if under is None else _ratio(_unit(*over), _unit(*under)))
        for form in (name, name.upper()):
            _SYMBOLS.setdefault(form, []).append(unit)
    for name, code in CURRENCY_CODES.items():
        for form in (name, name + "s"):
            _WORDS.setdefault(form, []).append(_unit(f"money {code}", "1"))


def _ratio(over: Unit, under: Unit) -> Unit:
    powers = dict(over.dimension)
    for dimension, power in under.dimension:
        powers[dimension] = powers.get(dimension, 0) - power
    return Unit(_sorted(powers), over.factor / under.factor)


def _power(unit: Unit, exponent: int) -> Unit:
    return Unit(tuple((name, power * exponent) for name, power in unit.dimension), unit.factor**exponent)


def _normal(unit: Unit) -> Unit:
    """A volume is a length to the third, an area one to the second, so that litres and cubic metres agree."""
    powers: dict[str, int] = {}
    factor = unit.factor
    for name, power in unit.dimension:
        base, exponent = {"volume": ("length", 3), "area": ("length", 2)}.get(name, (name, 1))
        if name == "volume":
            factor *= Fraction(1, 1000) ** power
        powers[base] = powers.get(base, 0) + power * exponent
    return Unit(_sorted(powers), factor)


def _sorted(powers: dict[str, int]) -> Dimension:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


_fill_tables()
_SYMBOL = any_of(_SYMBOLS)
_WORD = any_of(_WORDS)
_FACTOR = (
    rf"(?:(?P<before{{0}}>(?i:square|sq\.?|cubic|cu\.?))[\s-]?)?"
    rf"(?:(?P<symbol{{0}}>{_SYMBOL})(?![A-Za-z])|(?P<word{{0}}>(?i:{_WORD}))(?![A-Za-z]))"
    rf"(?P<power{{0}}>\s?(?:\^|\*\*)\s?-?[123](?![0-9]|\.[0-9])|-?[23](?![0-9]|\.[0-9])|[²³]|\s(?i:squared|cubed)\b)?"
)
_OVER = r"(?:\s?/\s?|\sper\s|\sto\sthe\s(?=gal|litre|liter|mile|hour|kilo)|\s(?:a|an|each|every|for\severy|for\seach)\s(?!half))\(?"
_READ = re.compile(
    rf"(?P<gap>[\s-]?)(?:(?i:degrees?|deg\.?)\s)?{_FACTOR.format(1)}"
    rf"(?:(?P<over>{_OVER}){_FACTOR.format(2)}\)?(?P<third>(?:\s?[/*·]\s?|\sper\s|\s){_FACTOR.format(3)}\)?)?)?"
)
_PAUSE = re.compile(
    r"\s*(?:[,.;:!?)\]]|$|and\b|or\b|to\b|at\b|is\b|with\b|for\b|in\b|of\b|over\b|from\b|by\b|when\b)"
)


def unit_at(
    text: str, position: int, wanted: frozenset[Dimension] = frozenset()
) -> tuple[int, tuple[Unit, ...]] | None:
    """Where the unit that follows `position` of a plain text ends, and all that it may be; None without one.

    Short symbols are read before more words ("3 C charge") when they are of a `wanted` dimension.
    """
    match = _READ.match(text, position)
    if not match:
        return None
    if match["symbol1"] in _ONLY_ATTACHED and match["gap"] and not match["over"]:
        rest = _PAUSE.match(text, match.end())
        word = match["symbol1"] in {"in", "'", '"'}
        sought = not word and any(unit.dimension in wanted for unit in _SYMBOLS[match["symbol1"]])
        if match["gap"] != " " or not (rest or sought) or (word and rest and rest[0].strip().isalpha()):
            return None
    units, end = _read_factor(match, 1), match.end()
    if match["over"]:
        under = _read_factor(match, 2)
        # "20 miles a day" may fill a slot of miles; "60 miles an hour" may not.
        plain_too = (
            units
            if any(
                two.dimension in _LONG_TIMES and two.factor > 3600 * (two.dimension == _TIME) for two in under
            )
            else []
        )
        units = [_ratio(one, two) for one in units for two in under]
        if match["symbol3"] in _WORDLIKE and match["third"].startswith(" " + match["symbol3"]):
            end = match.start("third")  # "400 dollars per hour in Chicago"
        elif match["symbol3"] or match["word3"]:
            units = [_ratio(one, two) for one in units for two in _read_factor(match, 3)]
        units = [*units, *plain_too]
    return end, tuple(_normal(unit) for unit in units)


def _read_factor(match: re.Match[str], index: int) -> list[Unit]:
    symbol, word = match[f"symbol{index}"], match[f"word{index}"]
    units = (
        _SYMBOLS[symbol]
        if symbol
        else _WORDS.get(word.lower().replace("-", " "), _WORDS.get(word.lower(), []))
    )
    before, after = (match[f"before{index}"] or "").lower(), (match[f"power{index}"] or "").lower()
    exponent = 2 if before.startswith("sq") else 3 if before.startswith("cu") else 1
    if after:
        sign = -1 if "-" in after else 1
        exponent = sign * (
            2 if after.endswith(("2", "²", "squared")) else 3 if after.endswith(("3", "³", "cubed")) else 1
        )
    return [_power(unit, exponent) for unit in units]


@lru_cache(maxsize=1024)
def named_unit(name: str) -> tuple[Unit, ...]:
    """All that a unit by this name may be ("kg", "meters/second^2"), empty for one that no table has."""
    if name == "money":
        return (Unit((("money", 1),), Fraction(1)),)
    found = unit_at(" " + plain(name).strip(), 0) or unit_at(plain(name).strip(), 0)
    return found[1] if found and found[0] >= len(name.strip()) else ()


def convert(value: Fraction, units: tuple[Unit, ...], target: Unit) -> Fraction | None:
    """`value` in `target`, None when none of its `units` has that dimension. Any currency is "money", none is converted."""
    for unit in units:
        if unit.dimension == target.dimension:
            return value * unit.factor / target.factor
        if (
            target.dimension == (("money", 1),)
            and len(unit.dimension) == 1
            and unit.dimension[0][0].startswith("money ")
        ):
            return value
        if unit.dimension == (("degree", 1),) and target.dimension in _TEMPERATURES:
            return value
    return None


_TEMPERATURES = {(("celsius", 1),), (("fahrenheit", 1),)}
