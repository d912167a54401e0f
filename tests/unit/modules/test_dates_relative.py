"""`parse_relative_date`, `parse_period` and `find_relative_dates`, all against Wednesday, 11 March 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.dates import find_relative_dates, parse_period, parse_relative_date

WEDNESDAY = date(2026, 3, 11)
DAYS = {
    "2026-03-11": ("today", "Tonight", "Wednesday", "this Wednesday", "now", "the day before tomorrow"),
    "2026-03-12": ("tomorrow", "tomorrow morning", "in a day", "1 day from now", "12 March", "March 12th", "Thursday, 12 March", "12.03.2026"),
    "2026-03-13": ("the day after tomorrow", "Friday", "this Friday", "coming Friday", "2 days hence", "in two business days"),
    "2026-03-10": ("yesterday", "last night", "one day ago", "last Tuesday", "a day before today"),
    "2026-03-09": ("day before yesterday", "a couple of days ago", "last Monday"),
    "2026-03-06": ("last Friday", "previous Friday", "friday of last week"),
    "2026-03-20": ("next Friday", "Friday of next week", "next week's Friday", "next week on Friday", "a week from Friday", "Friday week", "a week on Friday"),
    "2026-03-27": ("Friday after next", "two weeks from Friday", "last Friday of the month", "last Friday in March", "4th Friday of March 2026"),
    "2026-03-25": ("in two weeks", "in 2 weeks' time", "in a fortnight", "fourteen days from now", "in 10 business days", "2 weeks from today."),
    "2026-03-18": ("in a week", "in a week's time", "next Wednesday", "in 5 working days", "today week"),
    "2026-03-31": ("end of month", "end of the month", "EOM", "the end of Q1", "last day of this month", "the 31st", "31 March"),
    "2026-04-30": ("end of next month", "last day of April"),
    "2026-04-01": ("beginning of next month", "first day of next quarter", "1st of next month", "the first of April"),
    "2026-12-31": ("end of 2026", "end of the year", "eoy", "New Year's Eve", "end of Q4 2026"),
    "2026-06-01": ("first Monday of June 2026", "first Monday in June", "start of June"),
    "2026-05-05": ("two days after 3 May", "2 days after the 3rd of May", "the day after 4 May 2026", "5/5/2026"),
    "2026-12-11": ("two weeks before Christmas", "14 days before Dec 25"),
    "2026-04-05": ("the 5th", "on the 5th", "fifth"),
    "2026-04-11": ("in a month", "in one month"),
    "2025-09-11": ("six months ago", "6 months ago"),
    "2028-02-29": ("29 February", "the end of February 2028", "Feb 29"),
    "2027-12-31": ("new year's eve 2027",),
    "2026-03-22": ("Sunday of next week",),
}  # fmt: skip
PERIODS = {
    ("2026-03-09", "2026-03-15"): ("this week", "week 11", "CW 11", "2026-W11"),
    ("2026-03-16", "2026-03-22"): ("next week", "the coming week"),
    ("2026-03-14", "2026-03-15"): ("this weekend",),
    ("2026-04-01", "2026-04-30"): ("next month", "April", "April 2026"),
    ("2025-12-01", "2025-12-31"): ("last December", "December 2025"),
    ("2026-04-01", "2026-06-30"): ("next quarter", "Q2", "second quarter", "2026-Q2"),
    ("2026-07-01", "2026-09-30"): ("Q3 2026", "Q3/2026", "third quarter of 2026", "Q3 of 2026"),
    ("2027-01-01", "2027-06-30"): ("H1 2027", "first half of 2027"),
    ("2027-01-01", "2027-12-31"): ("next year", "2027"),
}
NOTHING = (
    "", "soon", "end of the week", "Friday 12 March", "Friday 12 March 2026", "in 99999999 days", "in 999999 years", "in two and a half weeks",
    "32 March", "the 32nd", "30 February", "week 54", "Q5 2026", "fifth Friday of March", "not tomorrow", "tomorrow and Friday", "in days",
    "5", "day", "in the next 3 days", "31 days before", "2 hours ago", "within a week", "three halves of 2026", "in minus two days",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(text, day, id=text) for day, texts in DAYS.items() for text in texts]
)
def test_relative_date_is_read(text: str, expected: str) -> None:
    assert str(parse_relative_date(text, reference=WEDNESDAY)) == expected


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [pytest.param(text, *span, id=text) for span, texts in PERIODS.items() for text in texts],
)
def test_period_has_both_ends_and_its_first_day_is_its_date(text: str, start: str, end: str) -> None:
    period = parse_period(text, reference=WEDNESDAY)
    assert period is not None
    assert (str(period.start), str(period.end)) == (start, end)
    assert parse_relative_date(text, reference=WEDNESDAY) == period.start


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_clear_date_is_declined(text: str) -> None:
    assert parse_relative_date(text, reference=WEDNESDAY) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("next Friday", "2026-03-13"), ("next Wednesday", "2026-03-18"), ("Friday after next", "2026-03-20")],
)
def test_next_may_be_the_first_one_after(text: str, expected: str) -> None:
    assert str(parse_relative_date(text, reference=WEDNESDAY, next_week=False)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday", "2026-03-06"),
        ("12 March", "2025-03-12"),
        ("the 15th", "2026-02-15"),
        ("Wednesday", "2026-03-11"),
    ],
)
def test_days_may_be_looked_for_in_the_past(text: str, expected: str) -> None:
    assert str(parse_relative_date(text, reference=WEDNESDAY, past=True)) == expected


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-03-14", "in 1 business day", "2026-03-16"),
        ("2026-03-14", "in 5 business days", "2026-03-20"),
        ("2026-03-13", "in 1 business day", "2026-03-16"),
        ("2026-03-16", "1 business day ago", "2026-03-13"),
        ("2026-03-14", "5 business days ago", "2026-03-09"),
    ],
)
def test_business_days_skip_weekends(start: str, text: str, expected: str) -> None:
    assert str(parse_relative_date(text, reference=date.fromisoformat(start))) == expected


@given(st.dates(min_value=date(2, 1, 1), max_value=date(9998, 1, 1)), st.integers(1, 300))
def test_days_ahead_and_ago_mirror_each_other(reference: date, days: int) -> None:
    ahead = parse_relative_date(f"in {days} days", reference=reference)
    ago = parse_relative_date(f"{days} days ago", reference=reference)
    assert ahead == reference + timedelta(days=days)
    assert ago == reference - timedelta(days=days)


@given(st.dates(), st.sampled_from([text for texts in DAYS.values() for text in texts]))
def test_any_reference_is_taken(reference: date, text: str) -> None:
    parse_relative_date(text, reference=reference)
    parse_period(text, reference=reference)


FOUND = {
    "Call tomorrow or next Friday, not in two weeks.": ["tomorrow 2026-03-12", "next Friday 2026-03-20", "in two weeks 2026-03-25"],
    "We may 5 times; pay by the end of the month, see March 5": ["the end of the month 2026-03-31", "March 5 2027-03-05"],
    "due by the 15th, on 5th avenue": ["the 15th 2026-03-15"],
    "from the 13th to the 15th": ["the 13th 2026-03-13", "the 15th 2026-03-15"],
    "the 19th century, the 5th power, till the 14th century, 10 to the 5th?": [],
    "from 2023 April 4th to April 8th": ["2023 April 4th 2023-04-04", "April 8th 2023-04-08"],
    "in on 19 August 2024, out on the 22nd of that month": ["19 August 2024 2024-08-19"],
    "on 19 August 2024 I said 5 May": ["19 August 2024 2024-08-19"],
    "from 19 August 2024 to the 22nd": ["19 August 2024 2024-08-19", "the 22nd 2024-08-22"],
    "in the sun on Sat": ["on Sat 2026-03-14"],
    "Thursday, 12 March please": ["Thursday, 12 March 2026-03-12"],
    "Monday the 16th": ["Monday the 16th 2026-03-16"],
    "Tuesday the 16th": [],
    "Friday 12 March": [],
    "Friday 14.03.2026": [],
    "on 30.02.2026": [],
    "3 days after 12 March 2026": ["3 days after 12 March 2026 2026-03-15"],
    "3 days after 2026-03-12": [],
    "12 to 15 March 2026": ["12 2026-03-12", "15 March 2026 2026-03-15"],
    "I'll do it now, in March 2027 or next month": [],
    "for 2 days": [],
    "one of the first": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND.items(), ids=FOUND)
def test_relative_dates_are_found_in_order(text: str, expected: list[str]) -> None:
    found = find_relative_dates(text, reference=WEDNESDAY)
    assert [f"{mention.text} {mention.value}" for mention in found] == expected


PHRASES = "in two weeks days ago the day after before next last friday monday march may 5 3rd of end month year q3 2026 from a first , . - week on"


@given(st.text() | st.lists(st.sampled_from(PHRASES.split()), max_size=14).map(" ".join), st.dates())
def test_any_text_is_taken_and_offsets_slice_back(text: str, reference: date) -> None:
    parse_relative_date(text, reference=reference)
    parse_period(text, reference=reference)
    found = find_relative_dates(text, reference=reference)
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


@pytest.mark.parametrize(
    "piece", ["in two ", "monday ", "the 5th of ", "two weeks after ", "a ", "5 ", "end of ", "march "]
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    find_relative_dates(text, reference=WEDNESDAY)
    parse_relative_date(text[:190], reference=WEDNESDAY)
