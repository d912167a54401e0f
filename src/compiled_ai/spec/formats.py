"""The formats of texts that are ours to judge: exact decimals, and dates that a calendar can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def is_decimal(text: str) -> bool:
    """Whether `text` has the ``decimal`` format: digits, at most one point, an optional minus."""
    return _DECIMAL.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether `text` is a full-date of RFC 3339 in the years 1 to 9999, which are what Python's calendar holds."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """Whether `text` is a date-time of RFC 3339 in the years 1 to 9999. Leap seconds are refused: Python's clock has none."""
    if not _DATE_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


FORMATS: dict[str, Callable[[str], bool]] = {
    "decimal": is_decimal,
    "date": is_date,
    "date-time": is_date_time,
}
"""What a schema's checker is given in place of its own."""
