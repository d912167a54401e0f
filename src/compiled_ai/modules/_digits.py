"""Numbers in digits: what may be one, and its value under the rules for separators."""

from __future__ import annotations

import re
from decimal import Context, Decimal

EXACT = Context(prec=200)
"""Wide enough for every number we read: 30 digits times 1e99 in billions. The ambient context belongs to the caller and may round."""

MAX_DIGITS = 30
"""Longer runs of digits are identifiers."""

DIGITS = r"(?:[0-9]++(?:[.,'][0-9]++)*+|\.[0-9]++)"
"""A run of digits and separators as found in running text; `read_digits` says whether it is a number."""

SPACED_DIGITS = r"(?:[0-9]{1,3}(?:\s[0-9]{3})++(?:[.,][0-9]++)?+(?![0-9]))"
"""Thousands separated by spaces, with optional decimals."""

_PLAIN = re.compile(r"[0-9]+")
_SPACED = re.compile(r"[0-9]{1,3}(?:\s[0-9]{3})+(?:[.,](?P<decimals>[0-9]+))?")
_ONE_SEPARATOR = re.compile(r"(?P<whole>[0-9]*)(?P<separator>[.,'])(?P<rest>[0-9]+)")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<separator>[,.'])[0-9]{3}(?:(?P=separator)[0-9]{3})*"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})"  # lakh and crore: 12,34,567
    r"(?:(?!(?P=separator))[.,](?P<decimals>[0-9]+))?"
)


def read_digits(literal: str) -> Decimal | None:
    """The value of unsigned digits with separators, or None if they are no number ("1,23,4", "1.2.3")."""
    if sum(char.isdigit() for char in literal) > MAX_DIGITS:
        return None
    if _PLAIN.fullmatch(literal):
        return Decimal(literal)
    single = _ONE_SEPARATOR.fullmatch(literal)
    if single:
        return _read_single(single["whole"], single["separator"], single["rest"])
    spaced = _SPACED.fullmatch(literal)
    if spaced:
        return _assemble(literal, spaced["decimals"])
    return _read_grouped(literal)


def _read_single(whole: str, separator: str, rest: str) -> Decimal | None:
    groups_thousands = len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    if separator == "'":
        return Decimal(whole + rest) if groups_thousands else None
    if separator == "," and groups_thousands:
        return Decimal(whole + rest)
    return Decimal(f"{whole or 0}.{rest}") if whole or separator == "." else None


def _read_grouped(literal: str) -> Decimal | None:
    grouped = _GROUPED.fullmatch(literal)
    return _assemble(literal, grouped["decimals"]) if grouped else None


def _assemble(literal: str, decimals: str | None) -> Decimal:
    digits = "".join(char for char in literal if char.isdigit())
    return Decimal(digits).scaleb(-len(decimals or ""), context=EXACT)


def trimmed(value: Decimal) -> Decimal:
    """`value` without trailing zeros after the point: 90.0 is 90, 1.50 is 1.5."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1), context=EXACT)
    return value.normalize(EXACT)
