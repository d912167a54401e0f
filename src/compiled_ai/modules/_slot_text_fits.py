"""How well a stretch of a request fits an open slot."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiled_ai.modules._name_words import GIVEN_NAMES
from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_assign import Fit
from compiled_ai.modules._slot_chunks import SITES, Chunk
from compiled_ai.modules._slot_common import is_common
from compiled_ai.modules._slot_cues import CLEAR, Cue, closeness, name_words
from compiled_ai.modules._slot_demonyms import COUNTRY_OF
from compiled_ai.modules._slot_places import landscape_end
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import EVERYDAY
from compiled_ai.modules._slot_text_slots import TextSlot, is_elsewhere
from compiled_ai.modules._slot_text_values import narrowed, pieces, value_of
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import STOP
from compiled_ai.modules.text import words

_LOCATIVE = re.compile(
    r"\b(?:in|near|around|at|to|from|nearby|of|for|within|between|visit|visiting|outside|across|throughout|downtown)\s(?:the\s)?(?:city\sof\s|downtown\s|state\sof\s)?$"
)


_FROM = re.compile(
    r"(?:\b(?:from|between|leaving|departing|origin(?:ating)?(?:\sin|\sfrom)?|start(?:ing)?(?:\sat|\sin|\sfrom|:)?|out\sof|leave)|=)\s(?:the\s)?$"
)


_TO = re.compile(
    r"\b(?:to|towards?|arriving(?:\sin|\sat)?|destination(?:\sis)?|reach|bound\sfor|ending(?:\sin|\sat)?|end(?:ing)?\sup(?:\sin|\sat)?|into)\s(?:the\s)?$"
)


_BY = re.compile(r"\b(?:by|from|of)\s(?:the\s)?(?:\w+\s)?$")


_CALLED = re.compile(r"\b(?:called|named|titled|entitled|name(?:\sis)?|name:|title:)\s$")


_AS_A = re.compile(r"\bas\s(?:an?|the)\s\Z")


_HANDLE = re.compile(r"(?=[^\s]*[0-9_])[A-Za-z][\w.-]{2,39}")
_SET_APART = re.compile(r"\s?[,.;]|\s(?:at|in|on|for|from|by|with|near)\b")
"""What follows a noun that what comes next is no part of."""
_MEMBER_BEFORE = re.compile(r"([a-z]{3,})(?:,|,?\s(?:and|or))\s(?:the\s)?\Z")
_MEMBER_AFTER = re.compile(r"(?:,|,?\s(?:and|or))\s(?:the\s)?([a-z]{3,})\b")
_LAST_WORD = re.compile(r"([a-z]{4,})\s['\"]?\Z")


def fit_of(
    reading: Reading, item: TextSlot, cues: Sequence[Cue], run: tuple[Chunk, ...], room: Span
) -> Fit | None:
    """How well a run of stretches fits a slot, None when it cannot fill it."""
    first, required = run[0], item.slot.required
    base, quality = _base(reading, item, first)
    own = [cue for cue in cues if not _is_of_other(reading, cue, room)]
    near = closeness(reading, own, (first.start, run[-1].end), room)
    clear = near >= CLEAR
    said = _values(reading, item, cues, run)
    if base is None or not said or _is_out(reading, item, run, clear=clear):
        return None
    score = base + (near if clear else near / 4) + _surroundings(reading, item, first)
    quality = min(0.95, quality + 0.25) if clear else quality
    quality *= _doubt(reading, item, run, clear=clear) * min(sure for _, sure in said)
    value = tuple(text for text, _ in said) if item.slot.many else said[0][0]
    return Fit(item.index, score if required else score - 0.5, value, quality)


def _is_of_other(reading: Reading, cue: Cue, room: Span) -> bool:
    """Whether a cue is the noun of the stretch before it: "room" in "a double room at the Grand Plaza"."""
    after_other = 0 < cue.start - room[0] <= 1 and reading.text[room[0]] == " " and room[0] > 0
    return after_other and not cue.leads and _SET_APART.match(reading.folded, cue.end) is not None


def _values(
    reading: Reading, item: TextSlot, cues: Sequence[Cue], run: tuple[Chunk, ...]
) -> list[tuple[str, float]]:
    """The values of the stretches, none when one of them has none."""
    values = [value_of(reading, item, chunk) for chunk in run]
    said = [value for value in values if value is not None]
    if len(said) < len(run):
        return []
    if item.slot.many and run[0].known == "chords":
        return [(piece, sure) for text, sure in said for piece in text.split(" ")]
    if item.slot.many and len(said) == 1 and run[0].kind == "capital":
        return [(piece, said[0][1]) for piece in pieces(said[0][0])]
    if run[0].kind == "plain" and len(run) == 1 and not item.slot.many:
        return [(narrowed(reading, item, cues, run[0], said[0][0]), said[0][1])]
    return said


def _is_out(reading: Reading, item: TextSlot, run: tuple[Chunk, ...], *, clear: bool) -> bool:
    """Whether a run cannot fill a slot by its kind and place."""
    first, slot = run[0], item.slot
    lone_number = slot.many and len(run) == 1 and first.kind == "digits" and " " not in first.text
    numbered_person = item.person and first.kind != "quoted" and any(char.isdigit() for char in first.text)
    unclear_number = first.kind == "digits" and not clear
    plain_place = slot.kind == "place" and first.kind == "plain" and not (reading.lower and slot.required)
    if slot.many and first.kind == "plain" and is_cut_list(reading, run):
        return True
    if lone_number or numbered_person or unclear_number or plain_place:
        return True
    if slot.required:
        return False
    fitting = (
        slot.kind == "place" and (first.kind == "place" or _is_country_of(slot, first))
    ) or first.known == item.known != ""
    short = run[-1].end - first.start < 2 or first.text.split()[0].endswith("ed")
    return not (clear or fitting) or (short and first.kind != "quoted")


def _is_country_of(slot: Slot, chunk: Chunk) -> bool:
    """Whether an adjective tells the country that a slot holds: "Canadian"."""
    return slot.style == "country" and chunk.text.lower() in COUNTRY_OF


def is_cut_list(reading: Reading, run: tuple[Chunk, ...]) -> bool:
    """Whether an everyday word, which is no value elsewhere, is a member of the list as well: "size and age"."""
    before = _MEMBER_BEFORE.search(reading.folded[max(0, run[0].start - 40) : run[0].start])
    after = _MEMBER_AFTER.match(reading.folded, run[-1].end)
    members = [match[1] for match in (before, after) if match]
    return any(word in EVERYDAY and word not in STOP for word in members)


def _doubt(reading: Reading, item: TextSlot, run: tuple[Chunk, ...], *, clear: bool) -> float:
    """What is left of the confidence where a stretch is odd for its slot."""
    first = run[0]
    doubt = 1.0
    if not clear and is_elsewhere(item, reading.folded[max(0, first.start - 12) : first.start]):
        doubt = 0.6  # somebody "from Inter Miami"
    if item.work and first.kind == "plain":
        doubt *= 0.7
    elif item.slot.kind == "name" and first.kind == "plain" and all(map(is_common, words(first.text))):
        doubt *= 0.6
    if item.slot.kind == "text" and run[-1].kind == "capital" and run[-1].cut:
        doubt *= 0.5
    return doubt


def _base(reading: Reading, item: TextSlot, chunk: Chunk) -> tuple[float | None, float]:
    """What the kind of a stretch is worth for a slot, and how sure one may be without any cue."""
    kind = item.slot.kind
    if chunk.kind == "quoted":
        return (3.5 if kind == "name" else 2.5), 0.75
    if chunk.kind == "known":
        return (3.0, 0.85) if chunk.known == item.known else {"name": (0.5, 0.45)}.get(kind, (0.0, 0.35))
    if chunk.kind == "place":
        return {"place": (3.0, 0.85), "name": (0.5, 0.45)}.get(kind, (0.0, 0.35))
    if chunk.kind == "capital":
        named = 1.2 if "_" in chunk.text else 1.0, 0.6 if "_" in chunk.text else 0.45
        scenic = (
            landscape_end(reading, chunk.end) > chunk.end or chunk.text.lower().rpartition(" ")[2] in SITES
        )
        return (
            (0.2, 0.4)
            if chunk.opens
            else {
                "place": (0.5, 0.65 if scenic or _is_country_of(item.slot, chunk) else 0.5),
                "name": (2.0, 0.7),
            }.get(kind, named)
        )
    if chunk.kind == "digits":
        return (0.5, 0.5) if kind == "text" else (None, 0.0)
    # Without capitals every word could be a name.
    return {"place": (-0.5, 0.3), "name": (0.3, 0.45 if reading.lower else 0.3)}.get(kind, (0.7, 0.45))


def _is_named_by(item: TextSlot, before: str) -> bool:
    """Whether the word before a stretch is the beginning of the slot's name: "user" of "username"."""
    last = _LAST_WORD.search(before)
    return last is not None and any(word.startswith(last[1]) for word in name_words(item.slot.name))


def _surroundings(reading: Reading, item: TextSlot, chunk: Chunk) -> float:
    before = reading.folded[max(0, chunk.start - 40) : chunk.start]
    score = _way(item, before)
    if item.slot.kind == "place" and _LOCATIVE.search(before):
        score += 1.0
    if before.rstrip().endswith("by") and _BY.search(before):
        score += 2.0 if item.maker else -0.8
    if _AS_A.search(before):
        score += 1.0 if item.slot.kind == "text" else -1.0
    if is_elsewhere(item, before):
        score -= 1.0
    if item.person and chunk.kind == "capital" and " " in chunk.text:
        score += 1.0 if chunk.text.split(" ", 1)[0].lower() in GIVEN_NAMES else 0.0
    if chunk.kind == "capital" and _HANDLE.fullmatch(chunk.text):
        score += 2.0 if item.handle else 0.0
    score += 1.0 * _is_named_by(item, before) + 1.5 * bool(item.titled and _CALLED.search(before))
    return score + _owning(reading, item, chunk)


def _way(item: TextSlot, before: str) -> float:
    """What "from" and "to" say for the ends of a way or range."""
    if not item.part:
        return 0.0
    said = "first" if _FROM.search(before) else "last" if _TO.search(before) else ""
    return 0.0 if not said else 2.0 if said == item.part else -2.0


def _owning(reading: Reading, item: TextSlot, chunk: Chunk) -> float:
    """What an owner says: the maker of what follows, or of the work before which it stands."""
    if reading.text.startswith("'s ", chunk.end) or reading.text.startswith("s' ", chunk.end - 1):
        return 1.5 if item.maker else 0.0
    return 1.5 if item.work and reading.text.startswith("'s ", max(0, chunk.start - 3)) else 0.0
