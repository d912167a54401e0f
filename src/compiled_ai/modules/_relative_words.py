"""The words that relative dates are made of, and the numbers in them."""

from __future__ import annotations

from compiled_ai.modules._fractions import ordinals_in
from compiled_ai.modules._number_words import NUMBER_WORDS, words_value
from compiled_ai.modules._periods import Unit

UNITS: dict[str, Unit] = {
    "day": "day", "days": "day", "night": "day", "nights": "day", "week": "week", "weeks": "week", "wk": "week", "wks": "week", "month": "month",
    "months": "month", "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year", "yr": "year", "yrs": "year",
}  # fmt: skip
DAYS_AWAY = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "now": 0, "tomorrow": 1, "tmrw": 1, "tomorow": 1,
    "tomorrow morning": 1, "tomorrow evening": 1, "tomorrow night": 1, "tomorrow afternoon": 1, "yesterday": -1, "last night": -1,
    "yesterday morning": -1, "yesterday evening": -1, "yesterday afternoon": -1, "day after tomorrow": 2, "day before yesterday": -2,
    "overmorrow": 2,
}  # fmt: skip
HOLIDAYS = {
    "christmas": (12, 25), "christmas day": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26), "new year's eve": (12, 31),
    "new years eve": (12, 31), "new year's day": (1, 1), "new years day": (1, 1), "new year": (1, 1), "valentine's day": (2, 14),
    "valentines day": (2, 14), "halloween": (10, 31),
}  # fmt: skip
BOUNDARIES = {"end": -1, "close": -1, "start": 1, "beginning": 1, "first day": 1, "last day": -1}
SHORT_ENDS: dict[str, Unit] = {"eom": "month", "eoy": "year", "eoq": "quarter", "eod": "day"}
SIDES = {"this": 0, "the": 0, "current": 0, "the current": 0, "next": 1, "coming": 1, "the coming": 1, "upcoming": 1, "the next": 1,
          "the following": 1, "following": 1, "last": -1, "the last": -1, "past": -1, "the past": -1, "previous": -1, "the previous": -1}  # fmt: skip


def count_in(said: str) -> int | None:
    """The count that `said` is, in digits or words; "a couple of" is 2."""
    if said.isdecimal():
        return int(said)
    if said in {"a", "an"}:
        return 1
    if said.startswith("a couple"):
        return 2
    in_words = NUMBER_WORDS.fullmatch(said)
    value = words_value(in_words) if in_words else None
    return int(value) if value is not None and value == value.to_integral_value() else None


def position_in(said: str) -> int | None:
    """The position that `said` is as a whole ("3rd", "third", "3"), or None."""
    found = ordinals_in(said)
    if len(found) == 1 and found[0][:2] == (0, len(said)):
        return found[0][2]
    return int(said) if said.isdecimal() else None


_GLUE = "in on the a an of from after before ago day days time couple end close start beginning first last weekend to prior business working"


def phrase_words() -> frozenset[str]:
    """The words, besides numbers, weekdays and months, that phrases are made of."""
    tables = (
        *DAYS_AWAY,
        *UNITS,
        *HOLIDAYS,
        *SIDES,
        *SHORT_ENDS,
        _GLUE,
        "hence fortnight fortnights week's weeks'",
    )
    return frozenset(word for phrase in tables for word in phrase.split())
