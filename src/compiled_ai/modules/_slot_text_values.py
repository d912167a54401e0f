"""How a stretch of a request is written as the value of an open slot."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiled_ai.modules._slot_chunks import Chunk
from compiled_ai.modules._slot_cues import Cue, name_words
from compiled_ai.modules._slot_demonyms import COUNTRY_OF
from compiled_ai.modules._slot_places import Place, landscape_end, place_text, region_after
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_text_slots import TextSlot
from compiled_ai.modules._slot_words import ROLES
from compiled_ai.modules.text import title_case

_OPENING_THE = re.compile(r"(?:\A|[.?!:]\s)The\s\Z")
"""The article of a title that opens a sentence, where it might be any article."""
_HYPHENATED = re.compile(r"[^\s-]+(?:-[^\s-]+){2,}")


_SHORT_PIECES = re.compile(r"[^\s-]{1,4}(?: [^\s-]{1,4}){2,}")


def value_of(reading: Reading, item: TextSlot, chunk: Chunk) -> tuple[str, float] | None:
    """The value that a slot has of a stretch and how sure that is, None when it cannot be known."""
    if item.slot.kind == "place" and not item.bare and chunk.kind in {"place", "capital"}:
        return _place_value(reading, item, chunk)
    if chunk.kind == "quoted":
        return chunk.text, 1.0
    text = _without_role(chunk.text) if item.person else chunk.text
    if (
        item.work
        and chunk.kind == "capital"
        and not chunk.cut
        and _OPENING_THE.search(reading.text, 0, chunk.start)
    ):
        text = f"The {text}"
    if text.lower() in COUNTRY_OF and {"team", "country", "nation"} & set(name_words(item.slot.name)):
        return COUNTRY_OF[text.lower()], 0.9
    if item.bare and chunk.kind in {"capital", "place"}:
        return _bare(text, item.bare), 1.0
    if item.slot.kind == "text" and not text.islower():
        text = _without_head(text, item)
    return _styled(reading, item, chunk, text), 1.0


def _place_value(reading: Reading, item: TextSlot, chunk: Chunk) -> tuple[str, float] | None:
    place = chunk.place
    if chunk.text.lower() in COUNTRY_OF and item.slot.style == "country":
        return COUNTRY_OF[chunk.text.lower()], 0.95
    if place is None:
        region, end = region_after(reading, chunk.end)
        end = max(end, landscape_end(reading, chunk.end))
        place = Place(chunk.start, end, chunk.text, "unknown", region)
    return place_text(reading, place, item.slot)


def _styled(reading: Reading, item: TextSlot, chunk: Chunk, text: str) -> str:
    if item.slot.style in {"lower", "upper"}:
        return text.lower() if item.slot.style == "lower" else text.upper()
    following = reading.word_after(chunk.end) if reading.lower and item.slot.kind == "name" else None
    if following and following.text in name_words(item.slot.name):  # "the british museum"
        return title_case(reading.original[chunk.start : following.end])
    in_small = item.slot.kind in {"name", "place"} and reading.lower and text.islower()
    return title_case(text) if item.slot.style == "title" or in_small else text


def _without_role(text: str) -> str:
    """A name without what its owner is: "Lawyer Ann Lee", "Mr. Hill"."""
    parts = text.split(" ")
    while len(parts) > (1 if parts[0].islower() else 2) and parts[0].lower().rstrip(".") in ROLES:
        del parts[0]
    return " ".join(parts)


def _without_head(text: str, item: TextSlot) -> str:
    """A text without the last word of the slot's name: "Rosewood" of "Rosewood Finish"."""
    head, _, last = text.rpartition(" ")
    return head if head and name_words(item.slot.name)[-1:] == [last.lower()] else text


def _bare(text: str, words: frozenset[str]) -> str:
    """A name without words of the task at its ends."""
    parts = text.split(" ")
    while len(parts) > 1 and parts[0].lower() in words:
        del parts[0]
    while len(parts) > 1 and parts[-1].lower() in words:
        del parts[-1]
    return " ".join(parts)


def narrowed(reading: Reading, item: TextSlot, cues: Sequence[Cue], chunk: Chunk, text: str) -> str:
    """The part of a stretch that a cue of the slot's own name goes on: "human" of "the structure of human cell"."""
    head, _, tail = text.rpartition(" of ")
    named = set(name_words(item.slot.name))
    follows = any(
        cue.start - chunk.end == 1 and reading.folded[cue.start : cue.end] in named and not cue.leads
        for cue in cues
    )
    return tail if head and follows and item.slot.kind == "text" else text


def pieces(text: str) -> list[str]:
    """The members of a list without commas: "C-G-Am-F", "F C Dm"."""
    if _HYPHENATED.fullmatch(text):
        return text.split("-")
    return text.split(" ") if _SHORT_PIECES.fullmatch(text) else [text]
