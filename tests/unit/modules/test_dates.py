from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.dates import (
    DateMention,
    DurationMention,
    TimeMention,
    add_days,
    add_months,
    find_dates,
    find_durations,
    find_times,
    parse_date,
    parse_time,
    years_between,
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1985-03-12",
            "12.03.1985",
            "12/03/1985",
            "12-03-1985",
            "1985/3/12",
            "12. 3. 1985",
            "12 March 1985",
        ),
        *(
            "March 12, 1985",
            "12th of Mar 1985",
            "Mar 12 1985",
            "Mar. 12th, 1985",
            "12-Mar-1985",
            "the 12th of March, 1985",
        ),
        *(
            "Tuesday, 12 March 1985",
            "Tue 12/03/1985",
            "twelfth of March 1985",
            "1985 March 12",
            "1985 March 12th",
            " 12 MARCH 1985. ",
        ),
    ],
)
def test_date_is_parsed(text: str) -> None:
    assert parse_date(text) == date(1985, 3, 12)


def test_month_comes_first_on_request() -> None:
    assert parse_date("03/25/2026", day_first=False) == date(2026, 3, 25)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("30 February 2026", id="impossible-day"),
        pytest.param("2025-02-29", id="no-leap-year"),
        pytest.param("03/25/2026", id="impossible-month"),
        pytest.param("12/03/85", id="two-digit-year"),
        pytest.param("12 March", id="no-year"),
        pytest.param("Monday 12 March 1985", id="wrong-weekday"),
        pytest.param("on 12 March 1985", id="more-than-a-date"),
        pytest.param("12-15 March 2026", id="range"),
        pytest.param("SO-12-03-2026", id="identifier"),
        pytest.param("1.12.2026.5", id="version"),
        pytest.param("", id="empty"),
    ],
)
def test_anything_else_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("12-15 March 2026", ["2026-03-12", "2026-03-15"], id="days"),
        pytest.param(
            "between the 12th and the 15th of March 2026", ["2026-03-12", "2026-03-15"], id="ordinals"
        ),
        pytest.param("March 12-15, 2026", ["2026-03-12", "2026-03-15"], id="month-first"),
        pytest.param("March 30 to April 2, 2026", ["2026-03-30", "2026-04-02"], id="two-months"),
        pytest.param("28 December to 3 January 2026", ["2025-12-28", "2026-01-03"], id="over-new-year"),
        pytest.param("12.03.2026-15.03.2026", ["2026-03-12", "2026-03-15"], id="numeric"),
        pytest.param("15-12 March 2026", [], id="backwards"),
    ],
)
def test_range_gives_both_ends(text: str, expected: list[str]) -> None:
    assert [str(mention.value) for mention in find_dates(text)] == expected


def test_dates_are_found_in_order_with_their_words() -> None:
    found = find_dates("sent 2026-03-02T10:00, due Thu, 12 March 2026; paid 1/4/2026.")
    assert [mention.text for mention in found] == ["2026-03-02", "Thu, 12 March 2026", "1/4/2026"]


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
@pytest.mark.parametrize(
    "style", ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%A, %d %b %Y"]
)
def test_formatted_date_parses_back(style: str, day: date) -> None:
    assert parse_date(day.strftime(style)) == day


def test_days_are_added_over_the_end_of_a_month() -> None:
    assert add_days(date(2026, 2, 7), 30) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, date(2026, 2, 28)), (13, date(2027, 2, 28)), (-1, date(2025, 12, 31)), (0, date(2026, 1, 31))],
)
def test_months_are_added_up_to_the_last_day(months: int, expected: date) -> None:
    assert add_months(date(2026, 1, 31), months) == expected


def test_adding_months_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        add_months(date(9999, 12, 1), 1)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(2000, 3, 12), date(2026, 3, 11), 25),
        (date(2000, 3, 12), date(2026, 3, 12), 26),
        (date(2026, 3, 12), date(2000, 3, 12), -26),
    ],
)
def test_only_full_years_count(start: date, end: date, years: int) -> None:
    assert years_between(start, end) == years


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("7:30 pm", "19:30"),
            ("7.30pm", "19:30"),
            ("at 7 p.m.", "19:00"),
            ("19:30", "19:30"),
            ("19h30", "19:30"),
        ),
        *(
            ("12 am", "00:00"),
            ("12 pm", "12:00"),
            ("noon", "12:00"),
            ("midnight", "00:00"),
            ("07:30:15", "07:30"),
        ),
        *(("half past six", "06:30"), ("quarter to one", "12:45"), ("twenty-five past 8", "08:25")),
        *(("quarter to seven in the evening", "18:45"), ("seven thirty pm", "19:30"), ("6 o'clock", "06:00")),
        *(
            ("3 in the afternoon", "15:00"),
            ("11 at night", "23:00"),
            ("seven thirty", "07:30"),
            ("9h", "09:00"),
        ),
    ],
)
def test_time_is_parsed(text: str, expected: str) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["7", "seven", "12.30", "25:00", "24:00", "7:60", "13 pm", "3 at night", "7:30 or 8:30", "", "soon"],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("from 9:00 to 5 pm", ["09:00", "17:00"], id="two"),
        pytest.param("ten to five people", [], id="maybe-a-range"),
        pytest.param("it takes 1h30", [], id="duration"),
        pytest.param("on 12/03/2026 we are 7", [], id="numbers"),
    ],
)
def test_only_clear_times_are_found(text: str, expected: list[str]) -> None:
    assert [mention.value for mention in find_times(text)] == expected


@given(st.times())
def test_formatted_time_parses_back(moment: object) -> None:
    assert parse_time(f"{moment:%H:%M}") == parse_time(f"{moment:%I:%M %p}") == f"{moment:%H:%M}"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(
            ("an hour and a half", "90"),
            ("90 min", "90"),
            ("two and a half hours", "150"),
            ("1h30", "90"),
            ("1h 30m", "90"),
        ),
        *(
            ("half an hour", "30"),
            ("a quarter of an hour", "15"),
            ("three quarters of an hour", "45"),
            ("2½ hours", "150"),
        ),
        *(
            ("1 hour and 30 minutes", "90"),
            ("1 hr, 15 mins", "75"),
            ("2 1/2 hours", "150"),
            ("2 and a half hours", "150"),
        ),
        *(
            ("a 90-minute call", "90"),
            ("one day, 2 hours and 5 minutes", "1565"),
            ("1,5 hours", "90"),
            ("30 seconds", "0.5"),
        ),
        *(
            ("it takes an hour", "60"),
            ("for a week", "10080"),
            ("half-hour", "30"),
            ("1/2 hour", "30"),
            ("3 days ago", "4320"),
        ),
    ],
)
def test_duration_is_one_mention_in_minutes(text: str, minutes: str) -> None:
    assert [mention.minutes for mention in find_durations(text)] == [Decimal(minutes)]


@pytest.mark.parametrize("text", ["2-3 hours", "two to three hours", "between 2 and 3 hours"])
def test_range_of_durations_is_two_mentions(text: str) -> None:
    assert [mention.minutes for mention in find_durations(text)] == [120, 180]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "$5 an hour",
            "twice a day",
            "wait a minute",
            "a second opinion",
            "an hour or two",
            "a few hours",
            "at 9h30",
        ),
        *(
            "19h30",
            "the third hour",
            "twenty-first hours",
            "A4 minutes",
            "hours",
            "two months",
            "GMT-3 hours",
            "1h-2h",
        ),
    ],
)
def test_what_only_looks_like_a_duration_is_not_found(text: str) -> None:
    assert find_durations(text) == []


PIECES = [
    "12",
    "3",
    "15",
    "2026",
    "march",
    "monday",
    ",",
    "-",
    ":",
    "/",
    ".",
    "to",
    "and",
    "of",
    "an",
    "hour",
    "half",
    "past",
]
PIECES += ["minutes", "h30", "30", "pm", "two", "twenty", "five", "½", "1/2", "noon", "\n"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


@given(st.text() | WORDS | WORDS.map(lambda text: text.replace(" ", "")))
def test_any_text_is_taken_and_offsets_slice_back(text: str) -> None:
    parse_date(text)
    parse_time(text)
    mentions: list[DateMention | TimeMention | DurationMention]
    mentions = [*find_dates(text), *find_times(text), *find_durations(text)]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "12 March ",
            "March 12 ",
            "monday ",
            "12.",
            "12/",
            "2026-",
            "12 to ",
            "Monday, the ",
            "1h",
            "an hour and ",
            "1 hour ",
        ),
        *("between 1 and ", "7:", "half past ", " ", "\n", "9", "March the "),
    ],
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    parse_date(text)
    find_dates(text)
    parse_time(text)
    find_times(text)
    find_durations(text)
