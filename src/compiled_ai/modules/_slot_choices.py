"""Filling slots with a closed set of values: one of several words, and switches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from compiled_ai.modules._slot_cues import (
    CLEAR,
    Cue,
    CuePattern,
    closeness,
    cue_pattern,
    find_cues,
    name_words,
)
from compiled_ai.modules._slot_reading import Reading, Span
from compiled_ai.modules._slot_types import Filled, Slot
from compiled_ai.modules._slot_words import STOP, word_set
from compiled_ai.modules.text import fold

_NEGATORS = (
    r"not|no|none|without|never|don'?t|doesn'?t|isn'?t|aren'?t|won'?t|shouldn'?t|needn'?t|exclud\w+|ignor\w+|disregard\w*|skip\w*|omit\w*|leav\w+\sout|avoid\w*|"
    r"minus|(?:keep|keeps|keeping|stay|staying|steer|steering)\s(?:\w+\s)?(?:off|clear\sof|away\sfrom)|(?:any|anything|everything|all)\sbut|except(?:\sfor)?|apart\sfrom|aside\sfrom|instead\sof|rather\sthan|neither|nor|other\sthan|disabl\w+|turn(?:ed|ing)?\soff|hold\sthe|drop|forget"
)
_NEGATED = re.compile(
    rf"(?<![^\W_])(?:{_NEGATORS})(?:\s(?!and\b|but\b|with\b|just\b|only\b)[\w'-]+){{0,4}}?[\s:]+(?:the\s|any\s|a\s|an\s)?$"
)
_NEGATED_AFTER = re.compile(
    r"(?:\s(?!and\b|but\b|or\b|not\b|is\b|are\b)[\w'-]+){0,2}?(?:[\s-](?:(?:is|are|be|being|was|were|should\sbe|must\sbe|to\sbe)\s)?(?:excluded|ignored|omitted|skipped|left\sout|"
    r"disregarded|unnecessary|avoided|disabled|turned\soff|off|false|free)\b"
    r"|\s(?:(?:is|are|was|were|should|need|does|do)\s?(?:not|n't)|isn't|aren't|shouldn't|needn't|not)\s(?:be\s)?(?:needed|required|necessary|wanted|included|important|considered|relevant|taken|allowed|matter)\b)"
)
_TURN = re.compile(r",|(?<!\bany)(?<!thing)(?<!\ball)\sbut(?=\s)")
_ALSO = re.compile(r"\s?(?:,|,?\s(?:and|or|nor))\s(?:the\s|any\s|an?\s)?")
_STATED = re.compile(
    r"\s?(?:(?:is|are|be|to|should\sbe|set\sto|option|flag|parameter)\s)*\s?(?:=|:|\bis\b|\bto\b|\bas\b|\s)\s?(?P<value>true|false|yes|no|on|off|enabled|disabled)\b"
)
_AVOIDING = word_set("avoid exclude excluding ignore skip no without disable omit hide non suppress")
_COMMON = word_set(
    "all any none other default open close closed high low simple full basic new old normal standard best both custom general in out on off up down "
    "start end first last single home work more less most least us it is a i c f k v x y time date name day now today"
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
    closing = r"(?!\w|'t\b)" if wording[-1:].isalnum() or wording.endswith("*") else ""
    return opening + r"[\s_-]?".join(re.escape(word) for word in words if word) + ending + closing


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
    for match in item.pattern.finditer(reading.folded):
        group = (match.lastindex or 1) - 1
        wording = item.wordings[group]
        span = match.span()
        room = reading.clause(*span)
        near = closeness(reading, cues, span, room)
        # "v" and "V" are two things, and an "a" is most often an article.
        exact = reading.text[slice(*span)] == item.values[group]
        if len(wording) <= 2 and not exact and (wording in {"a", "i"} or near < CLEAR or not reading.lower):
            continue
        # "AA" as the choice is written; "US" or "IN" may be a place.
        telling = (
            exact and len(wording) == 2 and wording.isalpha() and wording not in STOP and item.slot.required
        )
        common = wording in _COMMON or (len(wording) <= 2 and not telling)
        negated = is_negated(reading, span)
        if hits and hits[-1].negated and _ALSO.fullmatch(reading.folded[hits[-1].end : span[0]]):
            negated = True  # "without tolls and ferries"
        hits.append(ChoiceHit(*span, item.values[group], negated, near, common))
    return hits


def is_negated(reading: Reading, span: Span) -> bool:
    """Whether the words around a span take it back: "not in miles", "without tax", "tax excluded"."""
    low, high = reading.clause(*span)
    before = reading.folded[max(low, span[0] - 60) : span[0]]
    turn = max((match.end() for match in _TURN.finditer(before)), default=0)
    if _NEGATED.search(before[turn:]):
        return True
    return _NEGATED_AFTER.match(reading.folded[: min(high, span[1] + 40)], span[1]) is not None


def fill_choice(reading: Reading, item: ChoiceSlot, cues: Sequence[Cue]) -> Filled | str | None:
    """The choice that the request names; a reason to decline when it names several; None without any."""
    found = find_choices(reading, item, cues)
    if _AVOIDING & set(name_words(item.slot.name)):
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
        if _named_in_part(reading, item, values):
            return "a choice is named in part"
        return _filled(item, wanted, tuple(values), 0.85)
    if len(values) > 1:
        wanted = _nearest(wanted)
        if not wanted:
            return "two choices of one parameter are named"
    return _filled(item, wanted, wanted[0].value, 0.9 if len(values) == 1 else 0.65)


def _named_in_part(reading: Reading, item: ChoiceSlot, values: Sequence[str]) -> bool:
    """Whether the request has a word of a choice of several words that it does not name in full."""
    said = {word.text.rstrip("s") for word in reading.words}
    named = {part for value in values for part in re.split(r"[\s_-]+", fold(value))}
    return any(
        len(part) > 3 and part not in named and part.rstrip("s") in said
        for wording, value in zip(item.wordings, item.values, strict=True)
        if value not in values and len(parts := re.split(r"[\s_-]+", wording)) > 1
        for part in parts
    )


def _nearest(hits: list[ChoiceHit]) -> list[ChoiceHit]:
    """The hits of the value that a cue stands next to, none when two values are about as near."""
    best = max(hit.near for hit in hits)
    near = [hit for hit in hits if hit.near > best - 0.8]
    return near if best >= CLEAR and len({hit.value for hit in near}) == 1 else []


def _filled(
    item: ChoiceSlot, hits: Sequence[ChoiceHit], value: str | tuple[str, ...], quality: float
) -> Filled:
    return Filled(
        slot=item.slot.name, value=value, start=hits[0].start, end=hits[-1].end, confidence=quality, why="a choice named in the request",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlagSlot:
    """A switch, and whether its name says that something is left out."""

    index: int
    slot: Slot
    avoiding: bool
    wordings: CuePattern | None = None
    """What says true or false outright."""
    truths: CuePattern | None = None


def flag_slot(index: int, slot: Slot) -> FlagSlot:
    """The switch made ready."""
    said = {value: slot.choices.get(value, ()) for value in ("true", "false")}
    wordings = cue_pattern((*said["true"], *said["false"])) if said["true"] or said["false"] else None
    truths = cue_pattern(said["true"])
    return FlagSlot(index, slot, bool(_AVOIDING & set(name_words(slot.name))), wordings, truths)


def fill_flag(reading: Reading, item: FlagSlot, cues: Sequence[Cue]) -> Filled | str | None:
    """Whether the request switches it on or off; a reason to decline when it says both; None when it says neither."""
    said: dict[bool, Cue] = {}
    for cue in find_cues(reading, item.wordings):
        true = bool(item.truths and item.truths[0].match(reading.folded, cue.start))
        taken_back = _NEGATED_AFTER.match(reading.folded, cue.end) is not None
        said.setdefault(true != taken_back, cue)
    if said:
        cues = ()
    for cue in cues:
        stated = _STATED.match(reading.folded, cue.end)
        if stated:
            value = stated["value"] in {"true", "yes", "on", "enabled"}
        else:
            negated = is_negated(reading, (cue.start, cue.end))
            has_negator = any(reading.folded.startswith(word, cue.start) for word in _AVOIDING)
            value = negated if item.avoiding and not has_negator else not negated
        said.setdefault(value, cue)
    if len(said) > 1:
        return "a switch is both on and off"
    for value, cue in said.items():
        return Filled(
            slot=item.slot.name, value=value, start=cue.start, end=cue.end, confidence=0.8, why="its topic is named" if value else "its topic is negated",
        )  # fmt: skip
    return None
