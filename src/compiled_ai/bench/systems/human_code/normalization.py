"""Bring a contact record that people typed by hand into one standard form."""

from __future__ import annotations

import re
from datetime import date

from compiled_ai.spec.canonical import JsonObject

_COUNTRIES = {
    "DE": ("de", "germany", "deutschland"),
    "FR": ("fr", "france"),
    "GB": ("gb", "uk", "united kingdom", "great britain", "britain"),
    "US": ("us", "usa", "united states", "united states of america", "america"),
    "ES": ("es", "spain", "españa", "espana"),
    "IT": ("it", "italy", "italia"),
    "AT": ("at", "austria", "österreich", "oesterreich"),
    "CH": ("ch", "switzerland", "schweiz", "suisse", "svizzera", "svizra"),
}
_CODES = {"DE": "49", "FR": "33", "GB": "44", "US": "1", "ES": "34", "IT": "39", "AT": "43", "CH": "41"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def answer(data: JsonObject) -> JsonObject | None:
    """The record in its standard form, or None."""
    country = _country(str(data["country"]))
    name = _name(str(data["name"]))
    if country is None or name is None:
        return None
    phone = _phone(str(data["phone"]), country)
    born = _date(str(data["birth_date"]), country)
    if phone is None or born is None:
        return None
    return {
        "first_name": name[0],
        "last_name": name[1],
        "phone": phone,
        "birth_date": born,
        "country": country,
    }


def _country(text: str) -> str | None:
    wanted = " ".join(text.replace(".", "").casefold().split())
    return next((code for code, names in _COUNTRIES.items() if wanted in names), None)


def _name(text: str) -> tuple[str, str] | None:
    if "," in text:
        last, _, first = text.partition(",")
        parts = (" ".join(first.split()), " ".join(last.split()))
    else:
        words = text.split()
        parts = (" ".join(words[:-1]), words[-1] if words else "")
    if not all(parts):
        return None
    return _capitals(parts[0]), _capitals(parts[1])


def _capitals(text: str) -> str:
    if not (text.isupper() or text.islower()):
        return text
    return re.sub(r"[^\s\-'\u2019]+", lambda part: part[0][:1].upper() + part[0][1:].lower(), text)


def _phone(text: str, country: str) -> str | None:
    code = _CODES[country]
    stripped = text.strip()
    if re.search(r"[^\d\s()+\-./]", stripped):
        return None
    is_international = stripped.startswith(("+", "00"))
    if is_international:
        stripped = stripped.replace("(0)", "")
    digits = re.sub(r"\D", "", stripped)
    if stripped.startswith("00"):
        digits = digits[2:]
    if not is_international:
        if country != "IT":
            digits = digits.removeprefix("0")
        digits = code + digits
    return f"+{digits}" if 8 <= len(digits) <= 15 else None


def _date(text: str, country: str) -> str | None:
    cleaned = " ".join(text.split())
    numbers = _numeric(cleaned, country) or _worded(cleaned)
    if numbers is None:
        return None
    try:
        return date(*numbers).isoformat()
    except ValueError:
        return None


def _numeric(text: str, country: str) -> tuple[int, int, int] | None:
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return int(match[1]), int(match[2]), int(match[3])
    match = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})", text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    is_month_first = country == "US" and match[2] == "/"
    return (year, first, second) if is_month_first else (year, second, first)


def _worded(text: str) -> tuple[int, int, int] | None:
    if match := re.fullmatch(r"(\d{1,2})\.? ([A-Za-z]+)\.?,? (\d{4})", text):
        day, month, year = match[1], match[2], match[3]
    elif match := re.fullmatch(r"([A-Za-z]+)\.? (\d{1,2}),? (\d{4})", text):
        month, day, year = match[1], match[2], match[3]
    else:
        return None
    name = month.lower()
    if name in _FULL:
        return int(year), _FULL.index(name) + 1, int(day)
    return (int(year), _MONTHS.index(name) + 1, int(day)) if name in _MONTHS else None
