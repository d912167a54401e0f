"""Cue words of slots: where a request has them and how closely they stand to a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from compiled_ai.modules._slot_reading import FILLERS, Reading, Span
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import word_set
from compiled_ai.modules.text import fold

Part = Literal["", "first", "last"]

STRONG = 3.0
"""A cue next to its value, with nothing but fillers between."""
CLEAR = 2.2
"""A cue near its value, with a word or a comma between."""

_FIRST = word_set(
    "from start starting begin beginning min minimum lower initial low first since after origin source departure old base check_in checkin"
)
_LAST = word_set(
    "to end ending until till max maximum upper final high last before target destination arrival new stop check_out checkout"
)
_SPLIT = re.compile(r"[\s_-]+|(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])")
_PREPOSITIONS = word_set(
    "of for in at by from to with on over into as using after until and up via within near around under about"
)
_CALL = re.compile(r"\s?\([^()]*,")
_PREFIX = re.compile(
    r"^(multi|non|pre|self|anti|auto|sub|over|under|micro|mini|semi|check|pick|drop|turn)(?=[a-z]{3})"
)
_PROBE = re.compile(r"[^\W_]*")
_INTRODUCES = re.compile(r"\s?(?:(?:of|is|was|to\sbe|equals|are|being)\b|=|:)")
_ASIDE = re.compile(r"\s?\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in a request; `weight` is more for longer cues and those named first."""

    start: int
    end: int
    weight: float
    leads: bool = False
    """A preposition: it only stands before its value."""


CuePattern = tuple[re.Pattern[str], tuple[float, ...], frozenset[str]]
"""The pattern of the cues of a slot, the weight of each of its groups, and beginnings of which a text must hold one."""


def name_words(name: str) -> list[str]:
    """The words of an identifier: "fromDate_2" is from, date, 2."""
    return [word.lower() for word in _SPLIT.split(name) if word]


def part_of(slot: Slot) -> Part:
    """Which end of a range or a way the slot is, by its name."""
    said = name_words(slot.name)
    words = {*said, *("_".join(pair) for pair in pairwise(said))}
    if words & _FIRST and not words & _LAST:
        return "first"
    return "last" if words & _LAST and not words & _FIRST else ""


def cue_pattern(cues: Iterable[str]) -> CuePattern | None:
    """A pattern with one group for each cue, longest first, and the weight of each group."""
    folded = [fold(cue.replace("_", " ")) for cue in cues]
    ranked = {cue: rank for rank, cue in reversed(list(enumerate(folded))) if cue.strip("* ")}
    if not ranked:
        return None
    ordered = sorted(ranked, key=lambda cue: -len(cue))
    bodies = "|".join(f"({_cue_body(cue)})" for cue in ordered)
    weights = tuple(
        0.3 * min(len(cue.split()) - 1, 2)
        - 0.3 * ranked[cue] / max(1, len(folded))
        - 1.0 * _is_preposition(cue)
        for cue in ordered
    )
    return re.compile(bodies), weights, frozenset(_PROBE.match(cue)[0][:4] for cue in ordered)  # type: ignore[index]  # it matches everything


def _is_preposition(phrase: str) -> bool:
    return all(word in _PREPOSITIONS or word in {"the", "a", "an"} for word in phrase.split())


def _cue_body(cue: str) -> str:
    if len(cue) == 1 and cue.isalpha():  # "a" is a word as well
        return rf"(?<![\w^*+/'-]){cue}(?=\s?(?:=|:)|\s(?:is|equals|being|be|as)\b)"
    words = []
    for word in cue.split():
        stem = _PREFIX.sub(r"\1[\\s-]?", re.escape(word.rstrip("*")).replace(r"\-", r"[\s-]?"))
        plural = r"\w*" if word.endswith("*") else r"(?:e?s|'s)?" if word[-1:].isalpha() else ""
        words.append(stem + plural)
    opening = r"(?<![^\W_])" if cue[:1].isalnum() else ""
    closing = r"(?![^\W_])" if cue[-1:].isalnum() or cue.endswith("*") else ""
    return opening + r"[\s_-]+".join(words) + closing


def find_cues(reading: Reading, compiled: CuePattern | None) -> list[Cue]:
    """Every cue of a slot in order."""
    if compiled is None:
        return []
    pattern, weights, probes = compiled
    if not any(probe in reading.folded for probe in probes):
        return []  # ten times faster than the pattern, and most often so
    return [
        Cue(match.start(), match.end(), weights[(match.lastindex or 1) - 1], _is_preposition(match[0]))
        for match in pattern.finditer(reading.folded)
    ]


def closeness(reading: Reading, cues: Sequence[Cue], span: Span, room: Span) -> float:
    """From 0 to about 4.5: how closely a cue is tied to the value at `span`, looking no further than `room`.

    `room` ends at the neighbouring values and at the ends of the sentence.
    """
    best = 0.0
    for cue in cues:
        if cue.end <= span[0] and cue.start >= room[0]:
            score = _before(reading, cue, span)
        elif cue.start >= span[1] and cue.end <= room[1] and not cue.leads:
            score = _after(reading, cue, span, room)
        elif cue.start < span[1] and span[0] < cue.end:
            score = 3.6
        else:
            continue
        best = max(best, score + cue.weight)
    return best


def _before(reading: Reading, cue: Cue, span: Span) -> float:
    if _CALL.match(reading.folded, cue.end):
        return 0.0  # "power(8, 2)" calls a function
    hard, soft = _gap(reading, cue.end, span[0])
    return 4 - 0.8 * hard - 0.08 * soft - 0.9 * reading.small_breaks(cue.end, span[0])


def _after(reading: Reading, cue: Cue, span: Span, room: Span) -> float:
    aside = _ASIDE.match(reading.folded, span[1])
    start = aside.end() if aside and aside.end() <= cue.start else span[1]
    hard, soft = _gap(reading, start, cue.start)
    score = 3.9 - 0.9 * hard - 0.3 * soft - 1.6 * reading.small_breaks(start, cue.start)
    introduced = _INTRODUCES.match(reading.folded, cue.end)
    goes_on = room[1] < reading.clause(*span)[1]
    is_head = not hard + soft and reading.text[start : cue.start] == " "
    if is_head and reading.text[cue.end : cue.end + 1] in {",", ";"}:
        return score  # "single room, Hotel Aurora"
    if room[1] < len(reading.folded) and (introduced or (goes_on and room[1] - cue.end <= 2)):
        score -= 2  # the cue introduces the next value
    return score


def _gap(reading: Reading, start: int, end: int) -> tuple[int, int]:
    words = reading.words_in(start, end)
    soft = sum(word.text in FILLERS for word in words)
    return len(words) - soft, soft
