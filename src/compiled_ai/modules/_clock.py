"""Clock times in running text: patterns built from tables, read in plain characters."""

from __future__ import annotations

import re

from compiled_ai.modules._number_words import ONES, TEENS, TENS, UP_TO_TWELVE
from compiled_ai.modules._scan import any_of

_MINUTE_WORDS = (
    TEENS
    | TENS
    | {f"oh {word}": number for word, number in ONES.items()}
    | {
        f"{tens} {word}": TENS[tens] + number
        for tens in ("twenty", "thirty", "forty", "fifty")
        for word, number in ONES.items()
    }
)
_PAST_WORDS = {
    "half": 30,
    "quarter": 15,
    "a quarter": 15,
    "five": 5,
    "ten": 10,
    "twenty": 20,
    "twenty five": 25,
}
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}

# Period of the day: the hours one may say with it, and what they are on a 24-hour clock.
_PERIODS = {
    "a": {hour: hour % 12 for hour in range(1, 13)},
    "p": {hour: hour % 12 + 12 for hour in range(1, 13)},
    "morning": {hour: hour for hour in range(12)},
    "afternoon": {12: 12}
    | {hour: hour + 12 for hour in range(1, 7)}
    | {hour: hour for hour in range(13, 19)},
    "evening": {hour: hour + 12 for hour in range(4, 12)} | {hour: hour for hour in range(16, 24)},
    "night": {0: 0, 12: 0}
    | {hour: hour + 12 for hour in range(6, 12)}
    | {hour: hour for hour in range(18, 24)},
}
_AS_SAID = {hour: hour for hour in range(24)}

_HOUR = rf"(?:[0-9]{{1,2}}(?![0-9])|{any_of(UP_TO_TWELVE)}\b)"
_TIME = re.compile(
    rf"(?<![\w:/-])(?<![0-9][.,])(?:(?P<named>{any_of(_NAMED)})\b"
    rf"|(?:(?P<past>{any_of(_PAST_WORDS)}|[0-5]?[0-9])(?P<minutes>\sminutes?)?"
    rf"\s(?P<side>past|to|before|after)\s(?P<base>{_HOUR})"
    rf"|(?P<hour>{_HOUR})(?:(?P<mark>[:.h])(?P<minute>[0-5][0-9])(?::[0-5][0-9])?(?![0-9])(?![.:][0-9])"
    r"|(?P<bare>h)\b"
    rf"|\s(?P<words>{any_of(_MINUTE_WORDS)})\b)?)"
    r"(?P<clock>\so'?\s?clock\b)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?|\s(?:in\sthe\s|at\s)(?P<period>morning|afternoon|evening|night)\b)?)(?!\w)",
    re.IGNORECASE,
)


def times_in(text: str) -> list[tuple[int, int, str]]:
    """Start, end and "HH:MM" of every clock time in `text` (in plain characters) that is nothing else."""
    found = []
    for match in _TIME.finditer(text):
        value = _read(match) if _is_sure(match) else None
        if value:
            found.append((match.start(), match.end(), value))
    return found


def whole_time(text: str) -> str | None:
    """The "HH:MM" that `text` (in plain characters) is as a whole."""
    match = _TIME.fullmatch(text)
    if not match or not (
        _is_sure(match) or match["words"] or match["side"] or match["mark"] == "h" or match["bare"]
    ):
        return None
    return _read(match)


def _is_sure(match: re.Match[str]) -> bool:
    if match["named"] or match["clock"] or match["half"] or match["period"] or match["mark"] == ":":
        return True
    if match["side"]:  # "ten to five" may be a range
        return bool(match["minutes"]) or match["side"] == "past" or "quarter" in match["past"].lower()
    return (match["mark"] == "h" or match["bare"] is not None) and len(match["hour"]) == 2


def _read(match: re.Match[str]) -> str | None:
    if match["named"]:
        return _NAMED[match["named"].lower()]
    said = match["hour"] or match["base"]
    period = (match["half"] or match["period"] or "").lower()
    hour = _PERIODS.get(period, _AS_SAID).get(_number(said, UP_TO_TWELVE))
    if hour is None:
        return None
    if not match["side"]:
        minute = match["minute"] or match["words"] or "0"
        return f"{hour:02}:{_number(minute, _MINUTE_WORDS):02}"
    away = _number(match["past"], _PAST_WORDS)
    total = hour * 60 + (away if match["side"].lower() in {"past", "after"} else -away)
    hour, minute_of_hour = divmod(total % (24 * 60), 60)
    if not period and hour == 0 and _number(said, UP_TO_TWELVE) == 1:
        hour = 12  # "quarter to one" without a.m. or p.m.: the hour as people say it
    return f"{hour:02}:{minute_of_hour:02}"


def _number(said: str, table: dict[str, int]) -> int:
    return int(said) if said.isdigit() else table[re.sub(r"[\s-]", " ", said.lower())]
