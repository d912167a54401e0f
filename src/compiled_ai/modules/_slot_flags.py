"""Filling switches: whether a request asks for their topic, or leaves it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.modules._slot_cues import Cue, CuePattern, cue_pattern, find_cues, name_words
from compiled_ai.modules._slot_negated import NEGATED_AFTER, is_accepted, is_negated
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Filled, Slot
from compiled_ai.modules._slot_words import word_set

AVOIDING = word_set("avoid exclude excluding ignore skip no without disable omit hide non suppress")
_STATED = re.compile(
    r"\s?(?:(?:is|are|be|to|should\sbe|set\sto|option|flag|parameter)\s)*\s?(?:=|:|\bis\b|\bto\b|\bas\b|\s)\s?(?P<value>true|false|yes|no|on|off|enabled|disabled)\b"
)
_QUALITIES = word_set("full direct detailed complete exact strict long verbose")
"""Adjectives that make the topic of a switch: a full name is switched on, not any name."""
_LEADING = word_set("include show return get use with only is want has")
_SAID_ELSE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "direct": (
        ("nonstop", "non-stop", "without stops", "without stopovers", "without layovers", "without changes", "no stops", "no stopovers", "no stopover", "no layovers", "no layover", "no connections"),
        ("with a stopover", "with stopovers", "with a layover", "with layovers", "connecting flight", "stopovers are ok", "stopovers are okay", "stopovers are fine", "layovers are ok", "layovers are okay", "layovers are fine"),
    ),
}  # fmt: skip
"""For words of the name of a switch: what else says true, and what says false."""


@dataclass(frozen=True, slots=True)
class FlagSlot:
    """A switch, and whether its name says that something is left out."""

    index: int
    slot: Slot
    avoiding: bool
    wordings: CuePattern | None = None
    """What says true or false outright."""
    truths: CuePattern | None = None
    quality: str = ""
    """The adjective without which its topic is another one: "full" of "full name"."""


def flag_slot(index: int, slot: Slot) -> FlagSlot:
    """The switch made ready."""
    said = name_words(slot.name)
    true, false = (list(slot.choices.get(value, ())) for value in ("true", "false"))
    for word in said:
        more = _SAID_ELSE.get(word, ((), ()))
        true += more[0]
        false += more[1]
    wordings = cue_pattern((*true, *false)) if true or false else None
    leading = next((word for word in said if word not in _LEADING), "")
    return FlagSlot(
        index,
        slot,
        bool(AVOIDING & set(said)),
        wordings,
        cue_pattern(true),
        leading if leading in _QUALITIES and said[-1] != leading else "",
    )


def fill_flag(reading: Reading, item: FlagSlot, cues: Sequence[Cue]) -> Filled | str | None:
    """Whether the request switches it on or off; a reason to decline when it says both; None when it says neither."""
    said: dict[bool, Cue] = {}
    for cue in find_cues(reading, item.wordings):
        true = bool(item.truths and item.truths[0].match(reading.folded, cue.start))
        taken_back = NEGATED_AFTER.match(reading.folded, cue.end) is not None
        said.setdefault(true != taken_back, cue)
    if not said:
        for cue in cues:
            value = _switched(reading, item, cue)
            if value is not None:
                said.setdefault(value, cue)
    if len(said) > 1:
        return "a switch is both on and off"
    for value, cue in said.items():
        return Filled(
            slot=item.slot.name, value=value, start=cue.start, end=cue.end, confidence=0.8, why="its topic is named" if value else "its topic is negated",
        )  # fmt: skip
    return None


def _switched(reading: Reading, item: FlagSlot, cue: Cue) -> bool | None:
    """What the topic of a switch says where it stands, None where it says nothing."""
    stated = _STATED.match(reading.folded, cue.end)
    if stated:
        return stated["value"] in {"true", "yes", "on", "enabled"}
    if item.quality and not _has_quality(reading, item.quality, cue):
        return None
    if is_accepted(reading, (cue.start, cue.end)):
        return False if item.avoiding else None
    negated = is_negated(reading, (cue.start, cue.end))
    has_negator = any(reading.folded.startswith(word, cue.start) for word in AVOIDING)
    return negated if item.avoiding and not has_negator else not negated


def _has_quality(reading: Reading, quality: str, cue: Cue) -> bool:
    """Whether the adjective is a part of a cue, or stands up to two words before it."""
    words = reading.words_in(max(0, cue.start - 24), cue.end)
    inside = sum(word.start >= cue.start for word in words)
    return any(word.text.startswith(quality[:6]) for word in words[-inside - 2 :])
