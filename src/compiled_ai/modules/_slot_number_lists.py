"""Runs of amounts that make a list: in brackets, or with commas and "and" between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from compiled_ai.modules._scan import Claims
from compiled_ai.modules._slot_cues import Cue
from compiled_ai.modules._slot_quantity import Amount, AmountList
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules.numbers import parse_number

_PAIR_SAID = re.compile(r"([1-9][0-9]{0,2}),([1-9][0-9]{2})")
_BRACKETED = re.compile(r"[\[({]\s*-?[0-9.][^\[\](){}a-zA-Z]*[\])}]")
_LABEL = r"(?:(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng|x|y|z)\b\s?[=:]?\s?)"
_WHEN = r"(?:\s(?:in|for|on|over)?\s?the\s(?:first|second|third|fourth|fifth|next|last|following)\s(?:year|month|quarter|week|day))?"
_SEPARATOR = re.compile(
    rf"{_WHEN}\s?(?:,\s?(?:and\s)?(?:then\s)?(?:the\s)?|;\s?|\sand\s(?:then\s)?(?:the\s)?|\sthen\s|&\s?|\s){_LABEL}?$",
    re.I,
)


def split_pair(reading: Reading, found: list[Amount]) -> list[Amount]:
    """Two amounts for one like "100,200", when it stands alone and two are needed; else the amounts as they are."""
    if len(found) != 1 or found[0].units or found[0].percent:
        return found
    said = _PAIR_SAID.fullmatch(reading.text, found[0].start, found[0].end)
    if not said:
        return found
    return [
        replace(
            found[0], start=said.start(group), end=said.end(group), value=Fraction(said[group]), year=False
        )
        for group in (1, 2)
    ]


def _has_plain(found: list[Amount]) -> bool:
    return sum(not item.ordinal for item in found) > 1


def paired_lists(
    reading: Reading, found: list[Amount], cues: Sequence[Sequence[Cue]]
) -> dict[int, AmountList]:
    """Two lists told in turn ("2,000 in year 1, 3,000 in year 3"), by which of two slots each is for; empty without."""
    if len(cues) != 2:
        return {}
    for start in range(len(found) - 3):
        run = _run_of_pairs(reading, found[start:])
        owner = _owner(run, cues) if run else None
        if owner is not None:
            kept = [
                AmountList(start=run[0].start, end=run[-1].end, items=tuple(run[place::2]), bracketed=False)
                for place in (0, 1)
            ]
            return {owner: kept[1], 1 - owner: kept[0]}
    return {}


def _run_of_pairs(reading: Reading, found: list[Amount]) -> list[Amount]:
    """The amounts at the beginning of which every second one follows the same words; empty for fewer than two pairs."""
    said = _between(reading, found, 0)
    if not any(char.isalpha() for char in said) or _SEPARATOR.fullmatch(said):
        return []
    size = 2
    while (
        size + 1 < len(found)
        and _SEPARATOR.fullmatch(_between(reading, found, size - 1))
        and _between(reading, found, size) == said
    ):
        size += 2
    return found[:size] if size >= 4 else []


def _between(reading: Reading, found: list[Amount], place: int) -> str:
    return reading.folded[found[place].end : found[place + 1].start]


def _owner(run: list[Amount], cues: Sequence[Sequence[Cue]]) -> int | None:
    """Which slot has a cue, best none but a preposition, between the numbers of a pair."""
    low, high = run[0].end, run[1].start
    said = [any(low <= cue.start and cue.end <= high and not cue.leads for cue in each) for each in cues]
    return said.index(True) if sum(said) == 1 else None


def lone_list(found: list[Amount]) -> list[AmountList]:
    """The only number as a list of one; none when there are several, or when it has a unit."""
    if len(found) != 1 or found[0].units or found[0].percent or found[0].article:
        return []
    return [AmountList(start=found[0].start, end=found[0].end, items=(found[0],), bracketed=False)]


def find_lists(reading: Reading, found: list[Amount]) -> list[AmountList]:
    """The runs of two or more amounts that make a list, in order: in brackets, or with commas and "and" between."""
    lists: list[AmountList] = []
    claims = Claims(len(reading.text))
    for match in _BRACKETED.finditer(reading.text):
        values = [parse_number(piece.strip()) for piece in re.split(r"[,;]", match[0][1:-1]) if piece.strip()]
        if values and all(value is not None for value in values) and claims.take(match.span()):
            items = tuple(
                Amount(start=match.start(), end=match.end(), value=Fraction(value))
                for value in values
                if value is not None
            )
            lists.append(AmountList(start=match.start(), end=match.end(), items=items, bracketed=True))
    for first, second in pairwise(found):
        if first.role == "first" and second.role == "last" and claims.take((first.start, second.end)):
            lists.append(
                AmountList(start=first.start, end=second.end, items=(first, second), bracketed=False)
            )
    found = [item for item in found if not item.ordinal] if _has_plain(found) else found
    index = 0
    while index < len(found):
        last = index
        while last + 1 < len(found) and _SEPARATOR.fullmatch(
            reading.text[found[last].end : found[last + 1].start]
        ):
            last += 1
        if last > index and claims.take((found[index].start, found[last].end)):
            run = tuple(found[index : last + 1])
            lists.append(AmountList(start=run[0].start, end=run[-1].end, items=run, bracketed=False))
        index = last + 1
    return sorted(lists, key=lambda item: item.start)
