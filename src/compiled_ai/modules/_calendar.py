"""Dates in running text: patterns built from tables, read in plain characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from compiled_ai.modules._number_words import ORDINALS, TENS
from compiled_ai.modules._scan import Claims, Span, any_of

Hit = tuple[int, int, date]
"""Start, end and value of one date."""

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
WEEKDAYS = {name: number for number, name in enumerate(_WEEKDAY_NAMES)}
WEEKDAYS |= {name[:3]: number for name, number in WEEKDAYS.items()} | {"tues": 1, "thur": 3, "thurs": 3}
_DAY_WORDS = {word: number for word, number in ORDINALS.items() if number <= 31} | {
    f"{tens} {word}": TENS[tens] + number
    for tens in ("twenty", "thirty")
    for word, number in ORDINALS.items()
    if number < 10 and TENS[tens] + number <= 31
}

_WEEKDAY = rf"(?:{any_of(WEEKDAYS)}\b\.?,?\s+(?:the\s+)?)?+"
_DAY = rf"(?:(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?![0-9a-z])|{any_of(_DAY_WORDS)}\b)"
_MONTH = rf"{any_of(MONTHS)}\b\.?"
_YEAR = r"[12][0-9]{3}"
_TO = r"(?:\s?-\s?|\s(?:to|until|till|through|and|or|&)\s)(?:the\s)?"
_OF = r"\.?(?:\s+of\s+|\s+day\s+of\s+|\s+|-)"
_BEFORE_YEAR = r"(?:,?\s+(?:of\s+|in\s+)?|,|-)"
_AFTER_MONTH = r"(?:[\s-]+|(?<=[a-z]\.))"
_START = r"(?:(?<![\w./-])|(?<=[\s,./][0-9]{4}-))"
_END = r"(?![0-9]|\.[0-9]|/\w|-(?![0-9]{1,2}(?:[./][0-9]|\s[a-z]))\w|(?!T[0-9]{2}:)\w)"

_DAY_MONTH_YEAR = re.compile(
    rf"{_START}(?=[0-9efmnstw])(?:(?P<weekday1>{_WEEKDAY})(?P<day1>{_DAY})(?:{_OF}(?P<month1>{_MONTH}))?(?P<to>{_TO}))?"
    rf"(?P<weekday>{_WEEKDAY})(?P<day>{_DAY}){_OF}(?P<month>{_MONTH}){_BEFORE_YEAR}(?P<year>{_YEAR}){_END}",
    re.IGNORECASE,
)
_MONTH_DAY_YEAR = re.compile(
    rf"{_START}(?=[adfjmnostw])(?P<weekday1>{_WEEKDAY})"
    rf"(?:(?P<month1>{_MONTH}){_AFTER_MONTH}(?:the\s+)?(?P<day1>{_DAY})(?P<to>{_TO}))?"
    rf"(?P<weekday>{_WEEKDAY})(?:(?P<month>{_MONTH}){_AFTER_MONTH}(?:the\s+)?)?"
    rf"(?P<day>{_DAY}){_BEFORE_YEAR}(?P<year>{_YEAR}){_END}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"{_START}(?P<weekday>{_WEEKDAY})(?P<year>{_YEAR})(?:(?P<sep>[-/.])(?P<number>[0-9]{{1,2}})(?P=sep)"
    rf"|,?[\s-](?P<month>{_MONTH})[\s-])(?P<day>[0-9]{{1,2}})(?:(?<=\w\s[0-9]|\s[0-9]{{2}})(?:st|nd|rd|th))?{_END}",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    rf"{_START}(?P<weekday>{_WEEKDAY})(?P<one>[0-9]{{1,2}})(?P<sep>[/-]|\.\s?)(?P<two>[0-9]{{1,2}})(?P=sep)"
    rf"(?P<year>{_YEAR}){_END}",
    re.IGNORECASE,
)
_ANY_MONTH = re.compile(rf"(?<![a-z]){_MONTH}", re.IGNORECASE)
_YEARLESS = re.compile(
    rf"(?<![\w./-])(?:{_DAY}{_OF}(?P<after>{_MONTH})|(?P<before>{_MONTH})\s+(?:the\s+)?{_DAY})(?!\w)",
    re.IGNORECASE,
)


def dates_in(text: str, *, day_first: bool) -> list[Hit]:
    """Every full date in `text` (in plain characters), in order, without impossible and contradictory ones."""
    if not re.search("[0-9]", text):
        return []
    claims = Claims(len(text))
    # Without a month name the costlier patterns have nothing to find.
    named = [*_day_month_year(text), *_month_day_year(text)] if _ANY_MONTH.search(text) else []
    numeric = [*_year_first(text), *_year_last(text, day_first=day_first)]
    return sorted(hit for hit in [*named, *numeric] if claims.take(hit[:2]))


def date_spans(text: str) -> list[Span]:
    """Where `text` (in plain characters) has what looks like a date, possible or not, with a year or not."""
    spans = numeric_spans(text)
    spans += [(start, end) for start, end, _ in dates_in(text, day_first=True)]
    for match in _YEARLESS.finditer(text) if _ANY_MONTH.search(text) else ():
        month = match["after"] or match["before"]
        # In lower case these are words as well: "you may 5 times", "march 20 miles".
        if month[0].isupper() or month.lower() not in {"may", "mar", "march"}:
            spans.append(match.span())
    return spans


def numeric_spans(text: str) -> list[Span]:
    """Where `text` (in plain characters) has what looks like a date whose month is a number, possible or not."""
    return [match.span() for pattern in (_YEAR_FIRST, _YEAR_LAST) for match in pattern.finditer(text)]


def _day_month_year(text: str) -> Iterator[Hit]:
    for match in _DAY_MONTH_YEAR.finditer(text):
        yield from _read_range(match, match.start("weekday"))


def _month_day_year(text: str) -> Iterator[Hit]:
    for match in _MONTH_DAY_YEAR.finditer(text):
        if match["month"] or match["month1"]:
            second_start = match.start("weekday") if match["to"] else match.start()
            yield from _read_range(match, second_start)


def _read_range(match: re.Match[str], second_start: int) -> Iterator[Hit]:
    year = int(match["year"])
    month = _month_number(match["month"] or match["month1"])
    weekday = match["weekday"] or ("" if match["to"] else match["weekday1"] or "")
    last = _date(year, month, _day_number(match["day"]), weekday)
    if last is None:
        return
    if match["to"]:
        first_month = _month_number(match["month1"]) if match["month1"] else month
        # "28 December to 3 January 2026" can only begin in the year before.
        first_year = year - 1 if first_month > month else year
        first = _date(first_year, first_month, _day_number(match["day1"]), match["weekday1"])
        if first is None or first >= last:
            return
        yield match.start(), match.start("to"), first
    yield second_start, match.end(), last


def _year_first(text: str) -> Iterator[Hit]:
    for match in _YEAR_FIRST.finditer(text):
        month = int(match["number"]) if match["number"] else _month_number(match["month"])
        value = _date(int(match["year"]), month, int(match["day"]), match["weekday"])
        if value:
            yield match.start(), match.end(), value


def _year_last(text: str, *, day_first: bool) -> Iterator[Hit]:
    for match in _YEAR_LAST.finditer(text):
        day, month = ("one", "two") if day_first else ("two", "one")
        value = _date(int(match["year"]), int(match[month]), int(match[day]), match["weekday"])
        if value:
            yield match.start(), match.end(), value


def _month_number(name: str) -> int:
    return MONTHS[name.lower().rstrip(".")]


def _day_number(day: str) -> int:
    digits = re.match("[0-9]+", day)
    return int(digits[0]) if digits else _DAY_WORDS[re.sub(r"[\s-]", " ", day.lower())]


def _date(year: int, month: int, day: int, weekday: str) -> date | None:
    try:
        value = date(year, month, day)
    except ValueError:
        return None
    said = re.match("[a-z]+", weekday.lower())
    return value if not said or WEEKDAYS[said[0]] == value.weekday() else None
