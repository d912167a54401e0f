"""Dates said against a reference date: rules from phrase to day or period, each for a whole phrase."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from compiled_ai.modules._calendar import MONTHS, WEEKDAYS, dates_in
from compiled_ai.modules._periods import (
    Period,
    add_working_days,
    iso_week,
    months_from,
    nearest_day,
    nth_weekday,
    period_of,
    shifted,
    unit_period,
    weekday_from,
    weekday_of_week,
)
from compiled_ai.modules._relative_words import (
    BOUNDARIES,
    DAYS_AWAY,
    HOLIDAYS,
    SHORT_ENDS,
    SIDES,
    UNITS,
    count_in,
    position_in,
)
from compiled_ai.modules._scan import any_of


@dataclass(frozen=True, slots=True)
class Ground:
    """What a phrase is read against."""

    reference: date
    day_first: bool = True
    following: bool = True
    """Whether "next Friday" is the one of next week; otherwise it is the first after the reference date."""
    past: bool = False
    """Whether a day without a year or week ("Friday", "12 March") is the last one rather than the next."""
    depth: int = 0
    """How many phrases this one is part of."""

    def deeper(self) -> Ground:
        """The same for a part of the phrase."""
        return replace(self, depth=self.depth + 1)


_UNIT = any_of(UNITS)
_SIDE = any_of(SIDES)
_WEEKDAY = any_of(WEEKDAYS)
_MONTH = any_of(MONTHS)
_YEAR = r"[12][0-9]{3}"
_COUNT = r"(?P<count>[0-9]{1,6}|an?|a couple of|a couple|[a-z]+(?: [a-z]+){0,3}?)"
_WORKING = r"(?P<working>(?:business|working|work) )?"

Value = Period | None
_Rule = Callable[[re.Match[str], Ground], Value]
_DEPTH = 3


def resolve(phrase: str, ground: Ground) -> Value:
    """The day (a period of one) or period that `phrase` (folded, single spaces) is, or None."""
    if len(phrase) > 80 or ground.depth > _DEPTH:
        return None
    bare = (
        phrase.removeprefix("on ").removeprefix("the ") if not ground.depth else phrase.removeprefix("the ")
    )
    for pattern, rule in _RULES:
        match = pattern.fullmatch(bare)
        value = rule(match, ground) if match else None
        if value:
            return value
    return _absolute(bare, ground)


def _day(value: date | None) -> Value:
    return Period(value, value) if value else None


def _named(match: re.Match[str], ground: Ground) -> Value:
    return _day(shifted(ground.reference, DAYS_AWAY[match[0]], "day"))


def _counted(match: re.Match[str], ground: Ground) -> Value:
    part = match.groupdict()
    count = count_in(match["count"])
    anchor = resolve(part["anchor"], ground.deeper()) if part.get("anchor") else _day(ground.reference)
    if count is None or anchor is None or anchor.start != anchor.end:
        return None
    if part.get("back"):
        count = -count
    if part.get("working"):
        return _day(add_working_days(anchor.start, count)) if UNITS[match["unit"]] == "day" else None
    return _day(_moved(anchor.start, count, match["unit"]))


def _moved(day: date, count: int, unit: str) -> date | None:
    return (
        shifted(day, 2 * count, "week") if unit.startswith("fortnight") else shifted(day, count, UNITS[unit])
    )


def _next_to(match: re.Match[str], ground: Ground) -> Value:
    anchor = resolve(match["anchor"], ground.deeper())
    if anchor is None:
        return None
    after = match["side"] == "after"
    return _day(shifted(anchor.end if after else anchor.start, 1 if after else -1, "day"))


def _weekday(match: re.Match[str], ground: Ground) -> Value:
    weekday = WEEKDAYS[match["weekday"]]
    said = match["side"]
    if not said:
        return _day(weekday_from(ground.reference, weekday, step=-1 if ground.past else 1, same=True))
    side = SIDES[said]
    if said in {"this", "current", "the"}:
        return _day(weekday_from(ground.reference, weekday, step=1, same=True))
    if said == "next" and ground.following:
        return _day(weekday_of_week(ground.reference, 1, weekday))
    # "Last Friday" is the most recent one; only "Friday of last week" names the week.
    return _day(weekday_from(ground.reference, weekday, step=side))


def _weekday_of_week(match: re.Match[str], ground: Ground) -> Value:
    return _day(weekday_of_week(ground.reference, SIDES[match["side"]], WEEKDAYS[match["weekday"]]))


def _weekday_after_next(match: re.Match[str], ground: Ground) -> Value:
    first = resolve(f"next {match['weekday']}", ground.deeper())
    return _day(shifted(first.start, 1, "week")) if first else None


def _weekday_week(match: re.Match[str], ground: Ground) -> Value:
    anchor = resolve(match["anchor"], ground.deeper())
    return _day(shifted(anchor.start, 1, "week")) if anchor and anchor.start == anchor.end else None


def _sided_unit(match: re.Match[str], ground: Ground) -> Value:
    return unit_period(ground.reference, SIDES[match["side"]], UNITS[match["unit"]])


def _weekend(match: re.Match[str], ground: Ground) -> Value:
    week = unit_period(ground.reference, SIDES[match["side"]], "week")
    saturday = nth_weekday(week, 5, 1) if week else None
    return Period(saturday, week.end) if week and saturday else None


def _short_end(match: re.Match[str], ground: Ground) -> Value:
    period = period_of(ground.reference, SHORT_ENDS[match[0]])
    return _day(period.end) if period else None


def _boundary(match: re.Match[str], ground: Ground) -> Value:
    period = _outer(match["period"], ground)
    # "End of the week" is a Friday for some and a Sunday for others.
    if not period or (period.end - period.start).days < 8:
        return None
    return _day(period.end if BOUNDARIES[match["edge"]] < 0 else period.start)


def _outer(said: str, ground: Ground) -> Value:
    bare = said.removeprefix("the ")
    if bare in UNITS:
        return period_of(ground.reference, UNITS[bare])
    return resolve(bare, ground.deeper())


def _nth_weekday(match: re.Match[str], ground: Ground) -> Value:
    period = _outer(match["period"], ground)
    number = -1 if match["number"] == "last" else position_in(match["number"])
    if not period or number is None or (period.end - period.start).days < 27:
        return None
    return _day(nth_weekday(period, WEEKDAYS[match["weekday"]], number))


def _day_of_month(match: re.Match[str], ground: Ground) -> Value:
    number = position_in(match["day"])
    period = _outer(match["period"], ground)
    if number is None or not period or not 27 <= (period.end - period.start).days <= 31:
        return None
    found = shifted(period.start, number - 1, "day")
    return _day(found) if found and period.start <= found <= period.end else None


def _bare_day(match: re.Match[str], ground: Ground) -> Value:
    number = position_in(match["day"])
    step = -1 if ground.past else 1
    for months in range(0, 3 * step, step):
        period = unit_period(ground.reference, months, "month")
        found = shifted(period.start, number - 1, "day") if period and number and number < 32 else None
        if found and period and found <= period.end and (found - ground.reference).days * step >= 0:
            return _day(found)
    return None


def _yearless(match: re.Match[str], ground: Ground) -> Value:
    number = position_in(match["day"])
    if number is None or not 0 < number < 32:
        return None
    found = nearest_day(MONTHS[match["month"]], number, ground.reference, past=ground.past)
    said = match["weekday"]
    return _day(found) if found and (not said or WEEKDAYS[said] == found.weekday()) else None


def _holiday(match: re.Match[str], ground: Ground) -> Value:
    month, day = HOLIDAYS[match["holiday"]]
    if match["year"]:
        return _day(date(int(match["year"]), month, day))
    return _day(nearest_day(month, day, ground.reference, past=ground.past))


def _quarter(match: re.Match[str], ground: Ground) -> Value:
    number = position_in(match["number"])
    year = int(match["year"] or ground.reference.year)
    span = 6 if match["kind"].startswith("h") else 3
    return months_from(year, (number - 1) * span + 1, span) if number and number * span <= 12 else None


def _month(match: re.Match[str], ground: Ground) -> Value:
    month = MONTHS[match["month"]]
    if match["year"]:
        return months_from(int(match["year"]), month, 1)
    side = SIDES[match["side"]] if match["side"] else 0
    if side == 0:
        return months_from(ground.reference.year, month, 1)
    # "Next March" is the first March after this month, "last March" the latest that is over.
    later = month > ground.reference.month if side > 0 else month < ground.reference.month
    return months_from(ground.reference.year + (0 if later else side), month, 1)


def _year(match: re.Match[str], _ground: Ground) -> Value:
    return months_from(int(match["year"]), 1, 12)


def _week(match: re.Match[str], ground: Ground) -> Value:
    year = match["year"]
    return iso_week(int(year) if year else ground.reference.isocalendar().year, int(match["week"]))


def _absolute(phrase: str, ground: Ground) -> Value:
    hits = dates_in(phrase, day_first=ground.day_first)
    return _day(hits[0][2]) if len(hits) == 1 and hits[0][:2] == (0, len(phrase)) else None


_ORD = r"[0-9]{1,2}(?:st|nd|rd|th)?|[a-z]+(?:[ -][a-z]+)?"
_MOVES = rf"{_COUNT} {_WORKING}(?P<unit>{_UNIT}|fortnights?)"
_OF = r"(?: of | in | )"
_RULES: list[tuple[re.Pattern[str], _Rule]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        (any_of(DAYS_AWAY), _named),
        (any_of(SHORT_ENDS), _short_end),
        (rf"in {_MOVES}(?:(?:'?s'?|')? time)?", _counted),
        (rf"{_MOVES} (?:from (?:now|today)|hence|from this day)", _counted),
        (rf"{_MOVES} (?P<back>ago|earlier than today|before (?:now|today))", _counted),
        (rf"{_MOVES} (?:(?:from|after|following|on)|(?P<back>before|prior to)) (?P<anchor>.+)", _counted),
        (r"day (?P<side>after|before) (?P<anchor>.+)", _next_to),
        (rf"(?:(?P<side>{_SIDE}) )?(?P<weekday>{_WEEKDAY})", _weekday),
        (rf"(?P<weekday>{_WEEKDAY})(?: of| in)? (?P<side>{_SIDE}) week", _weekday_of_week),
        (rf"(?P<side>{_SIDE}) week(?:'s)?(?: on)? (?P<weekday>{_WEEKDAY})", _weekday_of_week),
        (rf"(?P<weekday>{_WEEKDAY}) after next", _weekday_after_next),
        (rf"(?P<anchor>{_WEEKDAY}|today|tomorrow) week", _weekday_week),
        (rf"(?P<side>{_SIDE}) (?P<unit>week|month|quarter|year)", _sided_unit),
        (rf"(?P<side>{_SIDE}) weekend", _weekend),
        (rf"(?P<edge>{any_of(BOUNDARIES)}) (?:of )?(?P<period>.+)", _boundary),
        (rf"(?P<number>last|first|second|third|fourth|fifth|[1-5](?:st|nd|rd|th)) (?P<weekday>{_WEEKDAY}){_OF}(?P<period>.+)", _nth_weekday),
        (rf"(?P<day>{_ORD}) (?:of|in) (?P<period>(?:{_SIDE}) month|.+)", _day_of_month),
        (r"(?P<day>[0-9]{1,2}(?:st|nd|rd|th)|[a-z]+th|thirty-first|twenty-(?:first|second|third))", _bare_day),
        (rf"(?:(?P<weekday>{_WEEKDAY}),? )?(?:the )?(?P<day>{_ORD})(?: of)?[ -](?P<month>{_MONTH})\.?", _yearless),
        (rf"(?:(?P<weekday>{_WEEKDAY}),? )?(?P<month>{_MONTH})\.?[ -](?:the )?(?P<day>{_ORD})", _yearless),
        (rf"(?P<holiday>{any_of(HOLIDAYS)})(?: (?:of )?(?P<year>{_YEAR}))?", _holiday),
        (rf"(?:(?P<side>{_SIDE}) )?(?P<month>{_MONTH})\.?(?:,? (?:of )?(?P<year>{_YEAR}))?", _month),
        (rf"(?:year )?(?P<year>{_YEAR})", _year),
        (rf"(?P<year>{_YEAR})[ -]?w(?P<week>[0-5]?[0-9])", _week),
        (rf"(?:calendar )?(?:week|cw) ?(?P<week>[0-5]?[0-9])(?:,?(?: of| in)? (?P<year>{_YEAR}))?", _week),
        (rf"(?P<year>{_YEAR})[ -]?(?P<kind>[qh])(?P<number>[1-4])", _quarter),
        (rf"(?P<kind>[qh]) ?(?P<number>[1-4])(?:(?: of| in)?[ /-](?P<year>{_YEAR}))?", _quarter),
        (rf"(?P<number>first|second|third|fourth|1st|2nd|3rd|4th) (?P<kind>quarter|half)(?:(?: of| in)? (?P<year>{_YEAR}))?", _quarter),
    )
]  # fmt: skip
