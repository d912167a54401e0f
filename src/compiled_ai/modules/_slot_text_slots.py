"""Open slots made ready: what their names say about the values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.modules._slot_cues import Part, name_words, part_of
from compiled_ai.modules._slot_known import known_kind
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import MAKERS, ROLES, word_set

OPEN = frozenset(("text", "name", "place"))


_WORKS = word_set(
    "title song movie film book album show track episode poem novel play game sculpture painting artwork statue"
)


_DEEDS = word_set("event topic subject query theme incident")


_PROPER = word_set(
    "entity party defendant plaintiff company organization organisation brand gene protein compound molecule substance"
)


_SORTS = word_set("type category kind genre style")


_PERSONS = ROLES | MAKERS | word_set("name person people full") - word_set("manufacturer brand company")


_NAMING = word_set("name full last family given")
_HANDLES = word_set("username user handle nickname gamertag login alias account")


_ORDERED = word_set(
    "first second third one two three from to start end origin destination source target a b departure arrival base"
)


_WHENCE = re.compile(r"\b(?:from|in|at)\s(?:the\s)?\Z")


@dataclass(frozen=True, slots=True)
class TextSlot:
    """An open slot with what its name says."""

    index: int
    slot: Slot
    part: Part
    maker: bool
    titled: bool
    """What follows "called" is its value."""
    work: bool
    """The title of a work, which may have any words."""
    person: bool = False
    """It is somebody's name."""
    task: frozenset[str] = frozenset()
    """Words of the task."""
    proper: bool = False
    """Most of its values are names, though any text may be one."""
    sort: bool = False
    """It says of which sort something is."""
    deed: bool = False
    """It is an event or a topic."""
    handle: bool = False
    """It is the name of a user, which has no spaces and often digits."""
    known: str = ""
    """The kind of well-known names that it holds: "league"."""
    bare: frozenset[str] = frozenset()
    """Words that are no part of the value at its ends: "Pope", "County"; for the style "bare"."""


def text_slot(index: int, slot: Slot, ignore: frozenset[str] = frozenset()) -> TextSlot:
    """The open slot made ready; `ignore` are words of the task."""
    said = set(name_words(slot.name))
    return TextSlot(
        index,
        slot,
        part_of(slot),
        bool(said & MAKERS),
        bool(said & {"name", "title"}),
        bool(said & _WORKS) and not said & MAKERS,
        person=slot.kind == "name" and not said & _WORKS and _is_person(said),
        task=ignore,
        proper=bool(said & _PROPER),
        sort=bool(said & _SORTS) and slot.kind == "text",
        deed=bool(said & _DEEDS) and slot.kind != "place",
        handle=bool(said & _HANDLES) and slot.kind in {"name", "text"},
        known=known_kind(frozenset(said)),
        bare=frozenset(ignore | said) if slot.style == "bare" else frozenset(),
    )


def _is_person(said: set[str]) -> bool:
    """Whether the words of a name say that it is somebody's: "artist", "full_name", but not "hotel_name"."""
    return bool(said & (_PERSONS - _NAMING)) or (bool(said & _NAMING) and not said - _NAMING - _ORDERED)


def order_groups(slots: Sequence[TextSlot]) -> dict[int, int]:
    """For each slot the number of its group; those of one group are told apart by their order alone."""
    keys: dict[tuple[object, ...], int] = {}
    groups = {}
    for item in slots:
        words = tuple(
            word for word in name_words(item.slot.name) if not word.isdigit() and word not in _ORDERED
        )
        groups[item.index] = keys.setdefault((item.slot.kind, words), len(keys))
    return groups


def is_elsewhere(item: TextSlot, before: str) -> bool:
    """Whether the words before a name say that it is no person's: somebody "from Inter Miami"."""
    return item.person and _WHENCE.search(before) is not None
