"""Numbers under which US persons and employers are known."""

from __future__ import annotations

import re

from compiled_ai.modules._identifier_scan import AFTER, BEFORE, IdentifierKind

_IN_USE = """
01 02 03 04 05 06 10 11 12 13 14 15 16 20 21 22 23 24 25 26 27 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 71 72 73 74 75 76 77 80 81 82 83
84 85 86 87 88 90 91 92 93 94 95 98 99
"""
_EIN_PREFIXES = frozenset(_IN_USE.split())
"""https://www.irs.gov/businesses/small-businesses-self-employed/how-eins-are-assigned-and-valid-ein-prefixes"""
_KNOWN_FAKES = frozenset(("078-05-1120", "219-09-9999"))
"""Printed in advertisements, and void since: https://www.ssa.gov/history/ssn/misused.html"""


def _read_ssn(text: str) -> str | None:
    """It has no check digit, but ranges that are never given: https://www.ssa.gov/employer/randomization.html."""
    match = re.fullmatch("([0-9]{3})([ -]?)([0-9]{2})\\2([0-9]{4})", text)
    if not match:
        return None
    area, group, serial = match[1], match[3], match[4]
    number = f"{area}-{group}-{serial}"
    is_given = area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"
    return number if is_given and number not in _KNOWN_FAKES else None


def _read_ein(text: str) -> str | None:
    match = re.fullmatch("([0-9]{2})-?([0-9]{7})", text)
    return f"{match[1]}-{match[2]}" if match and match[1] in _EIN_PREFIXES else None


SSN = IdentifierKind(
    name="ssn",
    is_weak=True,
    pattern=re.compile(rf"{BEFORE}[0-9]{{3}}(?P<sign>[ -]?)[0-9]{{2}}(?P=sign)[0-9]{{4}}{AFTER}"),
    read=_read_ssn,
    labels=("ssn", "social security", "social", "ss", "tin", "taxpayer"),
    is_clear=lambda text: "-" in text,
)
EIN = IdentifierKind(
    name="ein",
    is_weak=True,
    pattern=re.compile(rf"{BEFORE}[0-9]{{2}}-?[0-9]{{7}}{AFTER}"),
    read=_read_ein,
    labels=(
        "ein",
        "fein",
        "employer identification",
        "federal tax",
        "tax id",
        "tax",
        "tin",
        "taxpayer",
        "irs",
    ),
    is_clear=lambda text: "-" in text,
)
