"""Filling slots with dates, clock times and points in time, in the style that the slot asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compiled_ai.modules._calendar import MONTHS, dates_in
from compiled_ai.modules._clock import times_in
from compiled_ai.modules._scan import Claims, any_of
from compiled_ai.modules._slot_reading import Reading

TIMELY = frozenset(("date", "time", "datetime"))
_NUMERIC = re.compile(r"(?P<one>[0-9]{1,2})(?P<mark>[/.-])\s?(?P<two>[0-9]{1,2})(?P=mark)\s?[0-9]{4}")
_MAY_HAVE = re.compile(
    r"[0-9]\s?(?:[:/.-]\s?[0-9]|h\b|[ap]\.?m)|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|noon|midday|midnight|clock|past|quarter|half"
    r"|\s(?:in\sthe|at)\s(?:morning|afternoon|evening|night)|[ap]\.?m\b|\bto\s"
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FIRST = re.compile(
    r"\b(?:from|between|since|starting(?:\son|\sfrom)?|beginning|after|depart\w*(?:\son)?|check[\s-]?in(?:\son)?|arriving(?:\son)?)\s(?:the\s)?$",
    re.I,
)
_LAST = re.compile(
    r"(?:-|\b(?:to|until|till|through|ending(?:\son)?|and|before|by|return\w*(?:\son)?|check[\s-]?out(?:\son)?|leaving(?:\son)?))\s?(?:the\s)?$",
    re.I,
)
_SECOND = re.compile(
    rf"\s?(?:-|to|until|till|through|and|and\s(?:check(?:ing)?\s)?out|and\s(?:back|leaving|returning))\s?(?:on\s|till\s|until\s)?(?:the\s)?"
    rf"(?:(?P<month>{any_of(MONTHS)})\b\.?\s(?:the\s)?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<only>[0-9]{{1,2}})(?:st|nd|rd|th)(?:\sof\s(?:(?P<after>{any_of(MONTHS)})\b|(?:that|the\ssame)\smonth))?)(?![\w/:-]|\.[0-9]|,?\s(?:of\s)?[0-9]{{4}})",
    re.I,
)
"""The end of a range that leaves out its year or month: "2023-04-04 to April 8th"."""
_JOIN = re.compile(r",?\s?(?:at|on|around|from|T)?\s?(?:the\s)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a time or both in a request; `open_order` when day and month could be swapped."""

    start: int
    end: int
    day: date | None = None
    time: str = ""
    open_order: bool = False
    part: str = ""


def find_moments(reading: Reading, *, month_first: bool) -> list[Moment]:
    """Every date and clock time in order; numeric dates are read in the given order where both are possible."""
    if not _MAY_HAVE.search(reading.folded):
        return []
    claims = Claims(len(reading.text))
    moments = []
    # The other order of day and month can only matter to dates in figures.
    orders = (not month_first, month_first) if _NUMERIC.search(reading.text) else (not month_first,)
    for day_first in orders:
        for start, end, day in dates_in(reading.text, day_first=day_first):
            if claims.take((start, end)):
                numeric = _NUMERIC.search(reading.text, start, end)
                is_open = bool(
                    numeric
                    and numeric["mark"] != "."
                    and numeric["one"] != numeric["two"]
                    and max(int(numeric["one"]), int(numeric["two"])) <= 12
                )
                moments.append(Moment(start, end, day=day, open_order=is_open))
    moments += [
        item for first in moments if (item := _second(reading, first)) and claims.take((item.start, item.end))
    ]
    moments += [
        Moment(start, end, time=time)
        for start, end, time in times_in(reading.text)
        if claims.take((start, end))
    ]
    moments.sort(key=lambda item: item.start)
    return [_with_part(reading, item) for item in moments]


def _second(reading: Reading, first: Moment) -> Moment | None:
    """The end of the range that a date begins, where it takes its year or month from that date."""
    match = _SECOND.match(reading.text, first.end)
    if not match or first.day is None or first.open_order:
        return None
    name = match["month"] or match["after"]
    month = MONTHS[name.lower()] if name else first.day.month
    try:
        day = date(first.day.year + (month < first.day.month), month, int(match["day"] or match["only"]))
    except ValueError:
        return None
    start = match.start("month") if match["month"] else match.start("only")
    return Moment(start, match.end(), day=day) if day > first.day else None


def _with_part(reading: Reading, item: Moment) -> Moment:
    before = reading.text[max(0, item.start - 25) : item.start]
    part = "first" if _FIRST.search(before) else "last" if _LAST.search(before) else ""
    return Moment(item.start, item.end, item.day, item.time, item.open_order, part)


def joined(reading: Reading, moments: Sequence[Moment]) -> list[Moment]:
    """Each date with the time beside it as one."""
    result: list[Moment] = []
    for item in moments:
        last = result[-1] if result else None
        if (
            last
            and _JOIN.fullmatch(reading.text[last.end : item.start])
            and bool(last.time) != bool(item.time)
            and (last.day is None) != (item.day is None)
        ):
            result[-1] = Moment(
                last.start,
                item.end,
                last.day or item.day,
                last.time or item.time,
                last.open_order or item.open_order,
                last.part,
            )
        else:
            result.append(item)
    return result


def moment_text(reading: Reading, item: Moment, kind: str, style: str) -> str | None:
    """The moment as a slot of this kind and style wants it, None when a part is missing or its reading is open."""
    if style == "said":
        return reading.original[item.start : item.end]
    if kind == "time":
        return _time(item.time, style) if item.time and not item.day else None
    unsure = item.open_order and not re.match(r"(?i)dd|mm|d/|m/|d-|m-", style)
    if not item.day or unsure or bool(item.time) != (kind == "datetime"):
        return None
    return format_date(item.day, style) if kind == "date" else _date_and_time(item.day, item.time, style)


def _date_and_time(day: date, time: str, style: str) -> str | None:
    pattern = style or "YYYY-MM-DDTHH:MM:SS"
    clock = re.search(r"(?i)hh:mm(?::ss)?(?:\s?(?:am/pm|a))?", pattern)
    if not clock:
        return None
    return format_date(day, pattern[: clock.start()]) + _time(time, clock[0]) + pattern[clock.end() :]


def format_date(day: date, style: str) -> str:
    """The date in a style such as "YYYY-MM-DD" (when empty), "DD/MM/YYYY", "Month D, YYYY"."""
    month = _MONTHS[day.month - 1]
    parts = {
        "YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}", "MONTH": month, "MON": month[:3], "MMMM": month, "MMM": month[:3],
        "MM": f"{day.month:02}", "M": str(day.month), "DD": f"{day.day:02}", "D": str(day.day),
    }  # fmt: skip
    pattern = style or "YYYY-MM-DD"
    return re.sub(
        r"(?i)(?<![a-z])(?:month|mon)(?![a-z])|YYYY|YYY|YY|MMMM|MMM|MM|DD|\b[MD]\b",
        lambda found: parts.get(found[0].upper(), found[0]),
        pattern,
    )


def _time(clock: str, style: str) -> str:
    hour, minute = int(clock[:2]), clock[3:5]
    lowered = style.lower()
    if "am" in lowered or lowered.startswith("h:mm") or "12" in lowered:
        return f"{hour % 12 or 12}:{minute} {'AM' if hour < 12 else 'PM'}"
    return f"{clock}:00" if lowered.endswith(":ss") else clock
