"""Spans of whole days (weeks, months, quarters, years) and counting with them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `start` to `end`, both included."""

    start: date
    end: date


def shifted(day: date, count: int, unit: Unit) -> date | None:
    """`day` moved by `count` units, to the last day of a shorter month; None outside of the years 1 to 9999."""
    if abs(count) > 4_000_000:
        return None
    if unit in {"day", "week"}:
        try:
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        except OverflowError:
            return None
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_working_days(day: date, count: int) -> date | None:
    """`day` moved by `count` days from Monday to Friday; holidays are not known here."""
    if abs(count) > 1_000_000:
        return None
    step = 1 if count > 0 else -1
    weeks, rest = divmod(abs(count), 5)
    found = shifted(day, step * 7 * weeks, "day")
    # The remaining days one by one, over a weekend; a start on one counts from the next working day.
    while found is not None and rest:
        found = shifted(found, step, "day")
        rest -= found is not None and found.weekday() < 5
    while found is not None and found.weekday() > 4:
        found = shifted(found, -step if weeks and not count % 5 else step, "day")
    return found


def period_of(day: date, unit: Unit) -> Period | None:
    """The day, the week from Monday, the month, quarter or year that holds `day`."""
    if unit == "day":
        return Period(day, day)
    if unit == "week":
        first = shifted(day, -day.weekday(), "day")
        last = shifted(day, 6 - day.weekday(), "day")
        return Period(first, last) if first and last else None
    if unit == "year":
        return Period(date(day.year, 1, 1), date(day.year, 12, 31))
    span = 3 if unit == "quarter" else 1
    return months_from(day.year, day.month - (day.month - 1) % span, span)


def months_from(year: int, month: int, count: int) -> Period | None:
    """`count` whole months from the first of a month, within one year."""
    if not (1 <= year <= 9999 and 1 <= month <= 13 - count):
        return None
    last = month + count - 1
    return Period(date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]))


def iso_week(year: int, week: int) -> Period | None:
    """The ISO week from Monday to Sunday."""
    try:
        return Period(date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7))
    except ValueError:
        return None


def nth_weekday(period: Period, weekday: int, number: int) -> date | None:
    """The `number`-th such weekday (0 is Monday) of the period, -1 for its last."""
    if number > 0:
        offset = (weekday - period.start.weekday()) % 7 + 7 * (number - 1)
        found = shifted(period.start, offset, "day")
    else:
        found = shifted(period.end, -((period.end.weekday() - weekday) % 7), "day")
    return found if found and period.start <= found <= period.end else None


def weekday_from(day: date, weekday: int, *, step: int, same: bool = False) -> date | None:
    """The next (`step` 1) or last (-1) such weekday; `day` itself counts with `same`."""
    away = (weekday - day.weekday()) % 7 if step > 0 else (day.weekday() - weekday) % 7
    return shifted(day, step * (away if away or same else 7), "day")


def unit_period(reference: date, side: int, unit: Unit) -> Period | None:
    """The week, month, quarter or year `side` units from that of `reference`."""
    # From the first day: a month after 31 January is February, not the days of March that it lacks.
    here = period_of(reference, unit)
    moved = shifted(here.start, side, unit) if here else None
    return period_of(moved, unit) if moved else None


def weekday_of_week(reference: date, weeks: int, weekday: int) -> date | None:
    """That weekday of the week that lies `weeks` from the one of `reference`."""
    week = unit_period(reference, weeks, "week")
    return nth_weekday(week, weekday, 1) if week else None


def nearest_day(month: int, day: int, reference: date, *, past: bool) -> date | None:
    """The day of the year next to the reference date: the first from it on, or with `past` the last up to it."""
    step = -1 if past else 1
    for year in range(reference.year, reference.year + 9 * step, step):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (found - reference).days * step >= 0:
            return found
    return None
