"""Things with their counts, for a list of texts beside a list of numbers: "2 cartons of milk and 6 apples"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.modules._number_words import ONES, TEENS
from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_units import named_unit
from compiled_ai.modules._slot_words import CALENDAR, STOP, word_set

_COUNTS = ONES | TEENS | {"twenty": 20, "a": 1, "an": 1}
_WORDS = "|".join(sorted(_COUNTS, key=len, reverse=True))
_ITEM = re.compile(
    rf"(?<![\w.,$€£#-])(?P<count>[0-9]{{1,4}}|(?:{_WORDS})\b)\s(?P<dozen>dozen\s)?(?:(?:[0-9]{{1,3}}|{_WORDS})[\s-](?:pound|lb|kilo|kg|liter|litre|ounce|oz|pack)\s)?"
    r"(?P<holder>(?:bottle|carton|bag|box|can|loaf|loave|pack|packet|jar|pound|kilo|gallon|piece|slice|bunch|case|tin|cup|head|bar|roll|tub|pair|set)(?:e?s)?\sof\s)?"
    r"(?P<thing>[a-z][a-z'-]*(?:\s(?!and\b|or\b|from\b|at\b|in\b|to\b|for\b|on\b|with\b|please\b|delivered\b|near\b|via\b|of\b)[a-z][a-z'-]*){0,3})"
)
_NEXT = re.compile(r"\s?(?:,\s(?:and\s|plus\s)?|\sand\s|\splus\s)")
_TAIL = re.compile(r"\s(?:delivered|please|today|now|tomorrow|online)\Z")
_AMOUNTS = word_set("quantity quantities count counts amount amounts number numbers units")


@dataclass(frozen=True, slots=True)
class CountedRun:
    """Things that are counted one after the other."""

    start: int
    end: int
    counts: tuple[int, ...]
    things: tuple[str, ...]


def counted_slots(slots: Sequence[Slot]) -> tuple[Slot, Slot] | None:
    """The list of things and the list of their counts, None when the slots are not such a pair."""
    things = [slot for slot in slots if slot.many and slot.kind in {"text", "name"}]
    counts = [
        slot
        for slot in slots
        if slot.many and slot.kind == "integer" and _AMOUNTS & set(name_words(slot.name))
    ]
    return (things[0], counts[0]) if len(things) == len(counts) == 1 else None


def find_counted(reading: Reading, taken: Sequence[Span]) -> CountedRun | None:
    """The only run of counted things outside of what is taken; None without one or with several."""
    claims = Claims(len(reading.text), taken)
    runs: list[list[re.Match[str]]] = []
    for match in _ITEM.finditer(reading.folded):
        if not claims.take(match.span()) or not _is_thing(match):
            continue
        if runs and _NEXT.fullmatch(reading.folded, runs[-1][-1].end(), match.start()):
            runs[-1].append(match)
        else:
            runs.append([match])
    if len(runs) != 1:
        return None
    run = runs[0]
    if len(run) == 1 and run[0]["count"] in {"a", "an"}:
        return None
    return CountedRun(
        run[0].start(), run[-1].end(), tuple(map(_count, run)), tuple(_thing(reading, match) for match in run)
    )


def _is_thing(match: re.Match[str]) -> bool:
    first = match["thing"].split()[0]
    return first not in STOP and first not in CALENDAR and not named_unit(first)


def _count(match: re.Match[str]) -> int:
    said = match["count"]
    count = int(said) if said.isdigit() else _COUNTS[said]
    return count * 12 if match["dozen"] else count


def _thing(reading: Reading, match: re.Match[str]) -> str:
    return _TAIL.sub("", reading.original[slice(*match.span("thing"))])
