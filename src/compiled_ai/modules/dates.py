"""Dates, clock times and lengths of time: reading them from text and counting with them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compiled_ai.modules._calendar import dates_in
from compiled_ai.modules._clock import times_in, whole_time
from compiled_ai.modules._durations import durations_in
from compiled_ai.modules._periods import Period
from compiled_ai.modules._relative import Ground, resolve
from compiled_ai.modules._relative_find import relative_dates_in
from compiled_ai.modules._scan import plain, plain_fold

__all__ = [
    "DateMention",
    "DurationMention",
    "Period",
    "TimeMention",
    "add_days",
    "add_months",
    "find_dates",
    "find_durations",
    "find_relative_dates",
    "find_times",
    "parse_date",
    "parse_period",
    "parse_relative_date",
    "parse_time",
    "years_between",
]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: where it stands and which day it is."""

    start: int
    end: int
    text: str
    value: date


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A clock time in a text: where it stands and its "HH:MM"."""

    start: int
    end: int
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class DurationMention:
    """A length of time in a text: where it stands and how many minutes it is."""

    start: int
    end: int
    text: str
    minutes: Decimal


_LONGEST_DATE = 60


def parse_date(text: str, *, day_first: bool = True) -> date | None:
    """The date that the whole text is (any form of `find_dates`), or None when it is anything else."""
    trimmed = plain(text).strip().rstrip(".")
    if trimmed[:4].lower() == "the ":
        trimmed = trimmed[4:]
    hits = dates_in(trimmed, day_first=day_first) if len(trimmed) <= _LONGEST_DATE else []
    return hits[0][2] if len(hits) == 1 and hits[0][:2] == (0, len(trimmed)) else None


def find_dates(text: str, *, day_first: bool = True) -> list[DateMention]:
    """Every full date in order, a range ("12-15 March 2026") as two mentions; impossible dates are left out.

    Read are 2026-03-12, 12.03.2026, 12/03/2026, 12-03-2026 (month first if not `day_first`), "12th of March
    2026", "March 12, 2026" and the like, with or without a weekday. Left out are dates without a year or with
    a year of two digits, and dates that contradict their weekday.
    """
    return [
        DateMention(start, end, text[start:end], value)
        for start, end, value in dates_in(plain(text), day_first=day_first)
    ]


def parse_relative_date(
    text: str, *, reference: date, day_first: bool = True, next_week: bool = True, past: bool = False
) -> date | None:
    """The date that the whole text is, said against `reference` or in full ("next Friday", "in two weeks", "Q3 2026"), or None.

    Read are "tomorrow", "the day before yesterday", "3 days ago", "in 5 business days" (Monday to Friday), "Friday", "Monday of
    next week", "two weeks after 3 May", "end of month", "first Monday of June 2026", "the 15th", "12 March", "Christmas". A
    longer period gives its first day; `parse_period` gives both ends. A day without a year or week is the next one from
    `reference` on, with `past` the last one up to it. "Next Friday" is the Friday of next week (weeks begin on Monday), without
    `next_week` the first one after `reference`. "End of the week" is None: a Friday for some, a Sunday for others.
    """
    found = _resolve(text, Ground(reference, day_first, next_week, past))
    return found.start if found else None


def parse_period(text: str, *, reference: date) -> Period | None:
    """First and last day of the period that the whole text is ("next month", "Q3 2026", "week 12", "this weekend"), or None.

    Whatever `parse_relative_date` reads as a day is a period of that day. Weeks run from Monday to Sunday.
    """
    return _resolve(text, Ground(reference))


def _resolve(text: str, ground: Ground) -> Period | None:
    return resolve(" ".join(plain_fold(text).split()).rstrip(".!?"), ground) if len(text) < 200 else None


def find_relative_dates(
    text: str, *, reference: date, day_first: bool = True, next_week: bool = True, past: bool = False
) -> list[DateMention]:
    """Every date in order, in full or said against `reference` (rules of `parse_relative_date`); longer periods are left out.

    Left out as well are ordinals without "the" ("5th") and, in lower case, names that are words ("may 5", "sun").
    """
    ground = Ground(reference, day_first, next_week, past)
    hits = relative_dates_in(plain_fold(text), text, ground)
    return [DateMention(start, end, text[start:end], value) for start, end, value in hits]


def add_days(day: date, days: int) -> date:
    """The date `days` after `day`; before it if negative.

    Raises:
        OverflowError: The result lies outside the years 1 to 9999.
    """
    return day + timedelta(days=days)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month (31 January + 1 is 28 February).

    Raises:
        ValueError: The result lies outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(f"{months} months after {day} is outside the years 1 to 9999")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_between(start: date, end: date) -> int:
    """Full years from `start` to `end` (an age, from birth to `end`); negative if `end` comes first."""
    if end < start:
        return -years_between(end, start)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def parse_time(text: str) -> str | None:
    """The "HH:MM" that the whole text is ("7:30 pm", "19h30", "half past six", "noon"), or None.

    Without a.m., p.m. or a part of the day the hour stays as said ("half past six" is 06:30). A bare number
    is no time.
    """
    trimmed = plain(text).strip()
    if trimmed[:3].lower() == "at ":
        trimmed = trimmed[3:].lstrip()
    return whole_time(trimmed)


def find_times(text: str) -> list[TimeMention]:
    """Every clear clock time in order, as "HH:MM" (rules of `parse_time`); "ten to five" is not clear."""
    return [TimeMention(start, end, text[start:end], value) for start, end, value in times_in(plain(text))]


def find_durations(text: str) -> list[DurationMention]:
    """Every length of time in order, in minutes: "90 min", "two and a half hours", "1h30", "half an hour".

    Adjacent parts ("1 hour and 30 minutes") are one mention, the ends of a range ("2-3 hours") two. Left out
    are months and years, rates ("$5 an hour", "twice a day") and vague lengths ("an hour or two", "a few
    days").
    """
    return [
        DurationMention(start, end, text[start:end], minutes)
        for start, end, minutes in durations_in(plain(text))
    ]
