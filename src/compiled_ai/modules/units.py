"""Quantities: reading numbers with units from text, and converting between units exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from compiled_ai.modules._digits import EXACT, trimmed
from compiled_ai.modules._quantities import Hit, quantities_in, unit_of
from compiled_ai.modules._unit_table import Unit
from compiled_ai.modules.numbers import parse_number

__all__ = [
    "Quantity",
    "QuantityMention",
    "convert",
    "find_quantities",
    "parse_quantity",
    "quantity_in",
    "unit_kind",
    "unit_symbol",
]

PRECISION = 34
"""Digits kept of a value that does not end, as in decimal128."""
_WIDEST = 150
"""Digits before and after the point; longer values are no measurements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value with its unit ("km", "°C", "ft²", "kg") and the kind of it ("length", "temperature", "area", "mass")."""

    value: Decimal
    unit: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityMention:
    """A number with a unit in a text: where it stands, value, unit symbol and kind of unit."""

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    kind: str


def convert(value: Decimal | int | float | str, source: str, target: str) -> Decimal | None:
    """`value` of the unit `source` in the unit `target`, or None if a unit is unknown or they do not measure the same.

    Exact where the result ends, otherwise rounded to 34 digits. Units by symbol or name: "km", "miles", "sq ft", "degrees
    Celsius", "m/s", "miles per hour", "MiB", "psi", "fl oz". Symbols are case-sensitive where it matters (mW, MW);
    gallons, pints and tons are those of the US, kB is 1,000 bytes, and "degrees" alone are an angle. Months count with years, never in days.
    """
    begin, end, number = unit_of(source), unit_of(target), _exact(value)
    if begin is None or end is None or number is None or begin.kind != end.kind:
        return None
    base = number * begin.factor + begin.offset
    if begin.kind == "temperature" and base < 0:
        return None  # below absolute zero
    return _decimal((base - end.offset) / end.factor)


def parse_quantity(text: str) -> Quantity | None:
    """The number with a unit that the whole text is ("5 km", "98.6°F", "6 ft 2 in", "two cups"), or None."""
    found = _only(text)
    if not found:
        return None
    hit, unit = found
    value = _decimal(hit.value)
    return None if value is None else Quantity(value=value, unit=unit.symbol, kind=unit.kind)


def quantity_in(text: str, target: str) -> Decimal | None:
    """The quantity that the whole text is, as a number of the unit `target`: ("5 ft 3 in", "cm") is 160.02. Or None."""
    found = _only(text)
    if not found:
        return None
    hit, unit = found
    value = _decimal(hit.value)
    # From the exact value, for a third of a cup has no end in decimals.
    return None if value is None else _convert_fraction(hit.value, unit, unit_of(target))


def find_quantities(text: str) -> list[QuantityMention]:
    """Every number with a unit, in order: "5 km", "20°C", "1 1/2 cups", "half a mile", "72 kg".

    "6 ft 2 in" is one, in the smaller unit (74 in); the ends of a range ("5-10 kg") and the sides of a size ("2 x 4 m") are
    one each. "in" and other letters count only where they must mean the unit. Pounds are read as a mass, so look for
    money first. Left out are numbers per something that is no known unit ("5 g/L").
    """
    mentions = []
    for hit in quantities_in(text):
        value = _decimal(hit.value)
        if hit.unit and value is not None:
            mentions.append(
                QuantityMention(
                    start=hit.start,
                    end=hit.end,
                    text=text[hit.start : hit.end],
                    value=value,
                    unit=hit.unit.symbol,
                    kind=hit.unit.kind,
                )
            )
    return mentions


def unit_symbol(text: str) -> str | None:
    """The symbol of the unit that the whole text names ("kilometres" is "km", "sq. ft" is "ft²"), or None."""
    unit = unit_of(text)
    return unit.symbol if unit else None


def unit_kind(text: str) -> str | None:
    """What the unit measures, or None: length, mass, volume, time, months, area, speed, temperature, pressure, energy, power, force, frequency, angle, data, data rate."""
    unit = unit_of(text)
    return unit.kind if unit else None


def _only(text: str) -> tuple[Hit, Unit] | None:
    stripped = text.strip()
    if len(stripped) > _WIDEST:
        return None
    hits = quantities_in(stripped)
    whole = len(hits) == 1 and hits[0].start == 0 and hits[0].end >= len(stripped.removesuffix("."))
    return (hits[0], hits[0].unit) if whole and hits[0].unit else None


def _convert_fraction(value: Fraction, begin: Unit, end: Unit | None) -> Decimal | None:
    if end is None or begin.kind != end.kind:
        return None
    base = value * begin.factor + begin.offset
    below_zero = begin.kind == "temperature" and base < 0
    return None if below_zero else _decimal((base - end.offset) / end.factor)


def _exact(value: Decimal | int | float | str) -> Fraction | None:
    """None for what is not finite or too long: a power of ten with a large exponent would fill the memory."""
    if isinstance(value, int) and value.bit_length() > _WIDEST * 3:
        return None
    try:
        number = parse_number(value) if isinstance(value, str) else Decimal(str(value))
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or len(number.as_tuple().digits) > 2 * _WIDEST:
        return None
    return Fraction(number) if not number or abs(number.adjusted()) <= _WIDEST else None


def _decimal(value: Fraction) -> Decimal | None:
    """As a decimal: exact where it ends within 150 digits."""
    context = EXACT.copy()
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    if Fraction(quotient) != value:
        context.prec = PRECISION
        quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return trimmed(quotient) if abs(quotient.adjusted()) <= _WIDEST else None
