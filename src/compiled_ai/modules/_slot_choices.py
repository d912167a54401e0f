"""Filling slots with a closed set of values: one of several words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from compiled_ai.modules._slot_common import is_common
from compiled_ai.modules._slot_cues import CLEAR, Cue, closeness, name_words
from compiled_ai.modules._slot_flags import AVOIDING
from compiled_ai.modules._slot_negated import is_accepted, is_negated
from compiled_ai.modules._slot_reading import Reading, Span
from compiled_ai.modules._slot_types import Filled, Slot
from compiled_ai.modules._slot_words import STOP, word_set
from compiled_ai.modules.text import fold

_ALSO = re.compile(r"\s?(?:,|,?\s(?:and|or|nor))\s(?:the\s|any\s|an?\s)?")
_ORDERED = word_set("first second third one two three a b c")
_COMMON = word_set(
    "all any none other default open close closed high low simple full basic new old normal standard best both custom general in out on off up down "
    "start end first last single home work more less most least us it is a i c f k v x y time date name day now today"
)


_MEMBER = re.compile(
    r"(?:,|,?\s(?:and|or|plus))\s(?:an?\s|the\s|some\s)?[a-z]+(?:\s[a-z]+)?(?:,|,?\s(?:and|or|plus))\s(?:an?\s|the\s|some\s)?"
)
_TRAILING = re.compile(
    r"(?:,\s(?:an?\s|the\s|some\s)?([a-z]{3,30}))?,?\s(?:and|or|plus)\s(?:an?\s|the\s|some\s)?([a-z]{3,30}(?:\s[a-z]{3,30})?)(?=\s?[.?!,;:]|\Z|\s(?:for|in|near|at|around|from)\b)"
)
_LONGEST_GAP = 60
_LENGTHS = word_set("day week fortnight month quarter year decade hour minute")
_COUNTS = word_set("two three four five six seven eight nine ten twelve")
_UNITS = word_set("unit units")
_COUNT = re.compile(
    r"(?:\bhalf\s(?:an?\s|the\s)?|\bhalf-|(?<![\w.,/])(?P<one>1|one)[\s-]|\b(?:[2-9]|[1-9][0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve|couple\sof|few|several)[\s-])\Z"
)


@dataclass(frozen=True, slots=True)
class ChoiceSlot:
    """A slot with choices, its wordings as one pattern and the value that each group means."""

    index: int
    slot: Slot
    pattern: re.Pattern[str]
    values: tuple[str, ...]
    wordings: tuple[str, ...]


def choice_slot(index: int, slot: Slot) -> ChoiceSlot | None:
    """The slot made ready, None without any choice."""
    wordings: dict[str, str] = {}
    for value, others in slot.choices.items():
        for wording in (value, *others):
            folded = fold(wording.replace("_", " "))
            if folded.strip():
                wordings.setdefault(folded, value)
    ordered = sorted(wordings, key=lambda wording: -len(wording))
    if not ordered:
        return None
    body = "|".join(f"({_wording_body(wording)})" for wording in ordered)
    return ChoiceSlot(
        index, slot, re.compile(body), tuple(wordings[wording] for wording in ordered), tuple(ordered)
    )


def _wording_body(wording: str) -> str:
    words = re.split(r"[\s-]+", wording.rstrip("*"))
    ending = (
        r"\w*" if wording.endswith("*") else r"(?:e?s)?" if len(words[-1]) > 2 and words[-1].isalpha() else ""
    )
    opening = r"(?<![\w])" if wording[:1].isalnum() else ""
    closing = r"(?![\w♯♭#]|'t\b)" if wording[-1:].isalnum() or wording.endswith("*") else ""
    body = r"[\s_-]?".join(re.escape(word) for word in words if word)
    for word, sign in (("flat", "♭"), ("sharp", "♯")):
        body = body.replace(rf"[\s_-]?{word}", rf"(?:[\s_-]?{word}|{sign})")
    return opening + body + ending + closing


@dataclass(frozen=True, slots=True)
class ChoiceHit:
    """A choice named in a request."""

    start: int
    end: int
    value: str
    negated: bool
    near: float
    common: bool


def find_choices(reading: Reading, item: ChoiceSlot, cues: Sequence[Cue]) -> list[ChoiceHit]:
    """Every wording of a choice in order, those that are negated too."""
    hits: list[ChoiceHit] = []
    letters = item.slot.required and not reading.text.isupper()
    for match in item.pattern.finditer(reading.folded):
        group = (match.lastindex or 1) - 1
        wording = item.wordings[group]
        span = match.span()
        if _is_counted(reading, item, wording, span) or _is_another(
            reading, wording, item.values[group], span
        ):
            continue
        room = reading.clause(*span)
        near = closeness(reading, cues, span, room)
        # "v" and "V" are two things, and an "a" is most often an article.
        exact = reading.text[slice(*span)] == item.values[group]
        short = len(wording) <= 2 and not (reading.lower and _is_abbreviated(reading, span))
        if short and not exact and (wording in {"a", "i"} or near < CLEAR or not reading.lower):
            continue
        # "AA" as the choice is written; "US" or "IN" may be a place.
        telling = (
            exact and len(wording) == 2 and wording.isalpha() and wording not in STOP and item.slot.required
        )
        telling = telling or (exact and len(wording) == 1 and letters and _is_letter(reading, span))
        common = not telling and (wording in _COMMON or short)
        if is_accepted(reading, span):
            continue
        negated = is_negated(reading, span)
        if hits and hits[-1].negated and _ALSO.fullmatch(reading.folded[hits[-1].end : span[0]]):
            negated = True  # "without tolls and ferries"
        hits.append(ChoiceHit(*span, item.values[group], negated, near, common))
    return hits


def _is_counted(reading: Reading, item: ChoiceSlot, wording: str, span: Span) -> bool:
    """Whether a number before a length of time makes it another one: "half a year", "the past 3 months" for a month."""
    if wording.rstrip("s") not in _LENGTHS or _UNITS & set(name_words(item.slot.name)):
        return False
    counted = _COUNT.search(reading.folded, max(0, span[0] - 16), span[0])
    return counted is not None and counted["one"] is None


def _is_another(reading: Reading, wording: str, value: str, span: Span) -> bool:
    """Whether the end of a value stands behind another beginning: "football pool" is no "swimming pool", "G major" no "C major"."""
    parts = re.split(r"[\s_-]+", fold(value))
    if len(parts) < 2 or wording.rstrip("s") != parts[-1].rstrip("s"):
        return False
    if wording.rstrip("s") in _LENGTHS and (parts[0] in _COUNTS or parts[0].isdigit()):
        return True  # a month is not six of them
    before = reading.words_in(max(0, span[0] - 24), span[0])
    if not before or reading.folded[before[-1].end : span[0]] != " ":
        return False
    said = before[-1].text
    if len(parts[0]) == 1:  # names of notes and the like
        return said != parts[0] and (len(said) == 1 or said in {"sharp", "flat"})
    return said != parts[-2] and not is_common(said) and not said.endswith("ed") and not said[0].isdigit()


def _is_letter(reading: Reading, span: Span) -> bool:
    """Whether a capital stands alone in the middle of a sentence, where it is neither an article nor "I"."""
    before = reading.text[max(0, span[0] - 2) : span[0]]
    said = reading.text[slice(*span)]
    return said.isupper() and said != "I" and before[-1:] == " " and before[:1] not in ".?!:;"


def _is_abbreviated(reading: Reading, span: Span) -> bool:
    """Whether two letters can be no word of their own, and no unit of a number: "pc", "tv"."""
    said = reading.folded[slice(*span)]
    after_number = reading.folded[max(0, span[0] - 2) : span[0]].strip()[-1:].isdigit()
    return len(said) == 2 and said.isalpha() and not set(said) & set("aeiouy") and not after_number


def fill_choice(reading: Reading, item: ChoiceSlot, cues: Sequence[Cue]) -> Filled | str | None:
    """The choice that the request names; a reason to decline when it names several; None without any."""
    found = find_choices(reading, item, cues)
    if AVOIDING & set(name_words(item.slot.name)):
        found = [replace(hit, negated=not hit.negated) for hit in found]
    hits = [hit for hit in found if not hit.common or hit.near >= CLEAR]
    if item.slot.many and hits:  # a list that has begun goes on
        hits = [
            hit
            for hit in found
            if hit in hits or (hit.start > hits[0].start and reading.text[hit.start : hit.end] == hit.value)
        ]
    wanted = [hit for hit in hits if not hit.negated]
    values = list(dict.fromkeys(hit.value for hit in wanted))
    if not values:
        return "a choice is negated" if hits and item.slot.required else None
    if item.slot.many:
        if _named_in_part(reading, item, values) or _has_strange_member(reading, wanted):
            return "a choice is named in part"
        return _filled(reading, item, wanted, tuple(values), 0.85)
    if len(values) > 1:
        wanted = _nearest(wanted)
        if not wanted:
            return "two choices of one parameter are named"
    best = max(wanted, key=lambda hit: hit.near)  # the first of those that are as near
    return _filled(reading, item, [best], best.value, 0.9 if len(values) == 1 else 0.65)


def alike(choices: Sequence[ChoiceSlot]) -> list[list[ChoiceSlot]]:
    """The slots in groups of one value each that have the same choices and names that only a number tells apart."""
    groups: dict[object, list[ChoiceSlot]] = {}
    for item in choices:
        words = tuple(
            word for word in name_words(item.slot.name) if not word.isdigit() and word not in _ORDERED
        )
        key = item.index if item.slot.many else (words, item.values)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def fill_in_order(reading: Reading, items: Sequence[ChoiceSlot]) -> list[Filled] | list[str] | None:
    """The choices for slots that only their order tells apart: "mix red and blue".

    Reasons to decline when the request names too few of them, None when it names more.
    """
    hits = [hit for hit in find_choices(reading, items[0], ()) if not hit.common]
    wanted = [hit for hit in hits if not hit.negated]
    if len(wanted) < len(items):
        required = all(item.slot.required for item in items)
        return ["a choice is named for one of several parameters"] * len(items) if required else None
    if len(hits) != len(items):
        return None
    return [_filled(reading, item, [hit], hit.value, 0.8) for item, hit in zip(items, hits, strict=True)]


def _named_in_part(reading: Reading, item: ChoiceSlot, values: Sequence[str]) -> bool:
    """Whether the request has a word of a choice of several words that it does not name in full."""
    said = {word.text.rstrip("s") for word in reading.words}
    named = {part for value in values for part in re.split(r"[\s_-]+", fold(value))}
    return any(
        len(part) > 3 and part not in named and part.rstrip("s") in said
        for value in item.slot.choices
        if value not in values and len(parts := re.split(r"[\s_-]+", fold(value))) > 1
        for part in parts
    )


def _has_strange_member(reading: Reading, hits: Sequence[ChoiceHit]) -> bool:
    """Whether a list of choices has a member between two of them that is none, or goes on with others: "wifi, saunas and a cafe", "wifi and saunas"."""
    for one, two in pairwise(hits):
        gap = reading.text[one.end : two.start]
        members = [part for part in _ALSO.split(gap) if part.strip()] if len(gap) < _LONGEST_GAP else []
        strange = _MEMBER.fullmatch(gap) is not None and any(
            not is_common(word) and word.isalpha() for part in members for word in part.split()
        )
        if strange:
            return True
    after = _TRAILING.match(reading.text, hits[-1].end)
    said = [word for group in after.groups() if group for word in group.split()] if after else []
    return any(not is_common(word) for word in said) and not any(word in STOP for word in said)


def _nearest(hits: list[ChoiceHit]) -> list[ChoiceHit]:
    """The hits of the value that a cue stands next to, none when two values are about as near."""
    best = max(hit.near for hit in hits)
    near = [hit for hit in hits if hit.near > best - 0.8]
    return near if best >= CLEAR and len({hit.value for hit in near}) == 1 else []


def _filled(
    reading: Reading,
    item: ChoiceSlot,
    hits: Sequence[ChoiceHit],
    value: str | tuple[str, ...],
    quality: float,
) -> Filled:
    last = hits[0]
    for hit in hits[1:]:
        if any(word.text not in STOP for word in reading.words_in(last.end, hit.start)):
            break  # what stands between is no part of the list
        last = hit
    return Filled(
        slot=item.slot.name, value=value, start=hits[0].start, end=last.end, confidence=quality, why="a choice named in the request",
    )  # fmt: skip
