"""One amount in a request, lists of them, and what slots want read as one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from compiled_ai.modules._slot_units import Dimension, Unit

Role = Literal["", "first", "last"]
Bound = Literal["", "least", "most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number and what its surroundings say about it. The span includes currency and unit."""

    start: int
    end: int
    value: Fraction
    units: tuple[Unit, ...] = ()
    percent: bool = False
    ordinal: bool = False
    article: bool = False
    """Said without a number ("a week", "the next decade"), or with one that is a pronoun ("the green one")."""
    fraction: bool = False
    kilo: bool = False
    """Either kelvin or thousands: "50K"."""
    scale: int = 0
    """The 5 of a mark of "4/5"; 0 for other fractions and numbers."""
    year: bool = False
    noun: str = ""
    """The word that is counted, when it is no unit."""
    nouns: tuple[str, ...] = ()
    """It and the words that follow up to the next preposition: "4 straight rolls"."""
    bound: Bound = ""
    role: Role = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountList:
    """Several numbers in brackets or in a row."""

    start: int
    end: int
    items: tuple[Amount, ...]
    bracketed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What the slots want of a request, so that words are read as numbers for them alone."""

    kelvin: bool = False
    """"300K" is a temperature rather than 300,000."""
    articles: bool = False
    """"A week" is an amount."""
    wanted: frozenset[Dimension] = frozenset()
    """Dimensions whose short symbols are read with a space before them ("3 C charge")."""
    powers: bool = False
    """"2^10" and "5 squared" are two amounts."""
    times: bool = False
    """"Twice" is two."""
    rest: bool = False
    """"From rest" is a speed of zero."""
    sizes: bool = False
    """"30x6" is two amounts."""
    odds: bool = False
    """"One in four" is a quarter."""
    counted: frozenset[str] = frozenset()
    """Nouns of which "book a" asks for one."""
