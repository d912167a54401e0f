"""Values that a request only seems to have: "that compound from the last lab", "my own invention", "when the wall fell"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from compiled_ai.modules._scan import Span, any_of
from compiled_ai.modules._slot_assign import Choice
from compiled_ai.modules._slot_common import is_common
from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_demonyms import COUNTRY_OF
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_text_slots import TextSlot
from compiled_ai.modules._slot_words import word_set
from compiled_ai.modules.text import words

UNSURE = 0.3
_TOO_GENERAL = word_set(
    "name type id title kind number text value query topic first second one two from to list all of the in"
)
_SAID_AFTER = r"(?!\s?[:\"'=]|\s(?:called|named|titled|known|is|was|being|for|of|about|with|on|by|like|in|to)\b|\s[a-z]+\s?:)"
_OWNER = re.compile(r"\b(?:my|our|his|her|their|your)\s\Z")
_SOME = re.compile(r"\b(?:some|a\scertain|some\sother|any|whatever)\s\Z")
_DID = re.compile(r"\b(?:did|does)\s(?:the\s)?\Z")
_DOES = re.compile(
    r"\s(?!(?:in|on|at|for|by|and|or|of|take|takes|happen|happens|occur|occurs|start|starts|begin|begins|end|ends|last|come|go|break)\b)[a-z]{3,}\b"
)
_OF_MINE = re.compile(r"\sof\s(?:my|our|his|her|their|your)\b")
_WHEN = re.compile(r"\b(?:when|after|before|since|until|once)\s(?:the\s)?\Z")
_HAPPENED = re.compile(
    r"\s(?:[a-z]{3,}ed|fell|sank|began|broke|came|took|went|won|lost|burnt|blew|rose|struck|hit|stood|got|was|were|had)\b"
)


def with_doubts(
    reading: Reading, slots: Sequence[TextSlot], chosen: Sequence[tuple[Choice, Span]]
) -> list[tuple[Choice, Span]]:
    """The chosen values, those made unsure that stand where the request names nothing in particular."""
    items = {item.index: item for item in slots}
    return [
        (_unsure(choice), span) if _is_doubtful(reading, items[choice.fit.slot], span) else (choice, span)
        for choice, span in chosen
    ]


def _unsure(choice: Choice) -> Choice:
    return replace(choice, fit=replace(choice.fit, quality=min(choice.fit.quality, UNSURE)))


def _is_doubtful(reading: Reading, item: TextSlot, span: Span) -> bool:
    said = reading.text[slice(*span)]
    before = reading.folded[max(0, span[0] - 24) : span[0]]
    named = item.slot.kind == "name"
    if item.deed and _is_part_of_event(reading, before, span[1]):
        return True
    if named and said.lower() in COUNTRY_OF and not is_team(item):
        return True  # "Moroccan" is no name
    if named and _OF_MINE.match(reading.folded, span[1]):
        return True  # "the wedding of my sister"
    if not said.islower() or item.slot.many or item.slot.kind == "place":
        return False
    if named and _OWNER.search(before):
        return True  # "my neighbour" is nobody's name
    some = (named or item.proper) and _SOME.search(before) and all(map(is_common, words(said)))
    return bool(some) or _has_vague_referent(reading, item)


def _is_part_of_event(reading: Reading, before: str, end: int) -> bool:
    """Whether a verb says what happened to a name: "when the Berlin Wall fell", "did the Titanic sink"."""
    if _WHEN.search(before):
        return _HAPPENED.match(reading.folded, end) is not None
    return _DID.search(before) is not None and _DOES.match(reading.folded, end) is not None


def is_team(item: TextSlot) -> bool:
    """Whether a slot is a team, which the adjective of its country may name: "the Moroccan side"."""
    return bool({"team", "side", "club", "country", "nation"} & set(name_words(item.slot.name)))


def _has_vague_referent(reading: Reading, item: TextSlot) -> bool:
    """Whether the request points at a thing of the slot's name without naming it: "that compound", "some player"."""
    nouns = [word for word in name_words(item.slot.name) if word not in _TOO_GENERAL and word.isalpha()]
    if not nouns:
        return False
    noun = any_of(nouns)
    pointed = rf"\b(?:that|this|those|these|some|a\scertain|whatever|whichever)\s(?:\w+\s)?(?:{noun})\b(?!,){_SAID_AFTER}"
    owned = rf"\b(?:my|our|his|her|their|your)\s(?:own|new|latest)\s(?:{noun})\b{_SAID_AFTER}"
    return re.search(rf"{pointed}|{owned}", reading.folded) is not None
