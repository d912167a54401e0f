"""Letters that ignoring case takes for others: found in the text, and in the tables too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compiled_ai.modules.dates import find_dates, find_durations, find_times, parse_date
from compiled_ai.modules.money import find_money
from compiled_ai.modules.numbers import find_numbers

SENTENCES = (
    "Set a timer for twenty-five minutes, then six times three quarters of an hour, or half a million dollars by 17 April 2026 "
    "at six fifteen in the evening, minus thirty percent, 5 kilometres, fifth of July, twelve kroner"
)


def odd(text: str) -> str:
    return text.translate(str.maketrans("iIsk", "\u0131\u0130\u017f\u212a"))


@pytest.mark.parametrize(
    "find",
    [find_dates, find_durations, find_times, find_money, find_numbers],
    ids=lambda find: str(find.__name__),
)
@pytest.mark.parametrize("spell", [odd, lambda text: odd(text.upper())], ids=["lower", "upper"])
def test_finders_read_letters_that_only_look_like_others(
    find: Callable[[str], list[object]], spell: Callable[[str], str]
) -> None:
    assert len(find(spell(SENTENCES))) <= len(find(SENTENCES)) + 2


def test_a_month_with_a_dotless_i_is_that_month() -> None:
    assert str(parse_date("17 Apr\u0131l 2026")) == "2026-04-17"
