"""The coefficients of a polynomial that is written out: "2x^2 + 5x - 3 = 0"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot

_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
_POWER = r"\s?(?:(?:\^|\*\*)\s?\(?(?P<power>[0-9])\)?|(?P<raised>[²³])|\s?-?(?P<said>squared|cubed)\b)"
_TERM = re.compile(
    rf"\s?(?P<sign>[+-]|plus\s|minus\s)?\s?(?:(?P<factor>{_NUMBER})\s?\*?\s?)?(?P<name>[a-z])(?![a-z])(?:{_POWER})?"
    rf"|\s?(?P<sign2>[+-]|plus\s|minus\s)?\s?(?P<constant>{_NUMBER})(?![\w.^])"
)
_START = re.compile(
    rf"(?<![\w.^])(?:[+-]\s?)?(?:{_NUMBER}\s?\*?\s?)?[a-z]\s?-?(?:\^|\*\*|[²³]|squared\b|cubed\b)"
)
_EQUALS = re.compile(
    rf"\s?(?:=|\b(?:equals|equal\sto|hits?|reach(?:es)?|crosses|is|becomes|vanish(?:es)?\sat)\b)\s?(?:(?P<right>[+-]?{_NUMBER})(?![\w^])|zero\b)"
)
_COEFFICIENTS = frozenset(("polynomial", "coefficients", "coeffs", "coefficient"))
_MOST_TERMS = 10
_LETTERS = ("a", "b", "c")
_TERMS = {
    "a": ("x squared", "x-squared", "x^2", "x²", "quadratic term", "quadratic coefficient", "leading", "square term"),
    "b": ("x term", "linear", "coefficient of x", "for x", "x coefficient"),
    "c": ("constant", "constant term", "free term"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Polynomial:
    """A polynomial and where it stands."""

    start: int
    end: int
    factors: tuple[Fraction, ...]
    """From the highest power down to the constant."""


def find_polynomial(reading: Reading) -> Polynomial | None:
    """The first polynomial of one variable with a power in it, None without one."""
    for start in _START.finditer(reading.folded):
        found = _read(reading.folded, start.start())
        if found:
            return found
    return None


def _read(text: str, start: int) -> Polynomial | None:
    factors: dict[int, Fraction] = {}
    name, end = "", start
    for _ in range(_MOST_TERMS):
        match = _TERM.match(text, end)
        sign = (match["sign"] or match["sign2"] or "") if match else ""
        if not match or (end > start and not sign) or (match["name"] and name and match["name"] != name):
            break
        name = name or match["name"] or ""
        power = _power(match) if match["name"] else 0
        if power in factors:
            break
        factor = Fraction(match["factor"] or match["constant"] or 1)
        factors[power] = -factor if sign in {"-", "minus "} else factor
        end = match.end()
    if not factors or max(factors) < 2:
        return None
    equals = _EQUALS.match(text, end)
    if equals:
        factors[0] = factors.get(0, Fraction(0)) - Fraction(equals["right"] or 0)
        end = equals.end()
    if len(factors) == 1 and not equals:
        return None
    listed = tuple(factors.get(power, Fraction(0)) for power in range(max(factors), -1, -1))
    return Polynomial(start=start, end=end, factors=listed)


def _power(match: re.Match[str]) -> int:
    said = match["raised"] or match["said"]
    if said:
        return 2 if said in {"²", "squared"} else 3
    return int(match["power"] or 1)


def coefficient_slots(slots: Sequence[tuple[int, Slot]]) -> tuple[int, ...]:
    """The slots of the coefficients: one for a list of them, or a, b and c; empty without either."""
    listed = [
        index for index, slot in slots if slot.many and _COEFFICIENTS & set(name_words(slot.name)) and _is_numeric(slot)
    ]  # fmt: skip
    if len(listed) == 1:
        return (listed[0],)
    letters = {slot.name: index for index, slot in slots if slot.name in _LETTERS and _is_numeric(slot)}
    return tuple(letters[name] for name in _LETTERS) if len(letters) == len(_LETTERS) else ()


def _is_numeric(slot: Slot) -> bool:
    return slot.kind in {"integer", "number"}


def coefficient_cues(slot: Slot, slots: Sequence[Slot]) -> tuple[str, ...]:
    """What the terms are called, for slots a, b and c; the cues of any other slot."""
    if slot.many or slot.name not in _TERMS or not set(_LETTERS) <= {other.name for other in slots}:
        return slot.cues
    return (slot.name, *_TERMS[slot.name])
