"""The last open slots: what is left of a request for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_assign import Choice, Fit
from compiled_ai.modules._slot_chunks import Chunk
from compiled_ai.modules._slot_common import is_common
from compiled_ai.modules._slot_places import state_of
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import EVERYDAY
from compiled_ai.modules._slot_text_fits import is_cut_list
from compiled_ai.modules._slot_text_joins import list_runs
from compiled_ai.modules._slot_text_slots import TextSlot, is_elsewhere, order_groups
from compiled_ai.modules._slot_text_values import pieces, value_of
from compiled_ai.modules._slot_words import STOP
from compiled_ai.modules.text import words

_JOINED = re.compile(r"\s?(?:,|,?\s(?:and|or|&|vs|versus))\s(?:the\s|a\s|an\s)?")

_GOES_ON = re.compile(r",?\s(?:and|or)\s(?!find\b|show\b|tell\b|give\b|how\b|what\b|then\b|i\b|we\b)")
_LAST_MEMBER = re.compile(r",?\s(?:and|or)\s([a-z]{3,})(?=\s?(?:[.?!,;:]|-\s|\Z)|\s-)")
_POINTER = re.compile(r"\b(?:in|of|for|about|on|is|was|by|at)\s(?:the\s)?\Z")
_APART_BEFORE = re.compile(r"(?:[,;:]|\s[-\u2013\u2014])\s?\Z")
_APART_AFTER = re.compile(r"\s?(?:[,;.?!]|[-\u2013\u2014]\s|\Z)")


def is_joined(reading: Reading, span: Span, rest: Sequence[Chunk]) -> bool:
    """Whether "and" or "or" joins a value with another that no slot takes."""
    said = reading.text[slice(*span)]
    capital = said[0].isupper() or "_" in said
    return any(
        (chunk.kind != "plain" or not capital)
        and (
            _JOINED.fullmatch(reading.folded[span[1] : chunk.start]) is not None
            or (
                _JOINED.fullmatch(reading.folded[chunk.end : span[0]]) is not None
                and not _is_modifier(reading, chunk.end, span)
            )
        )
        for chunk in rest
    )


def _is_modifier(reading: Reading, end: int, span: Span) -> bool:
    """Whether only a comma parts a value from what ends before it, and the noun of the value follows: "a stay, twin room"."""
    following = reading.word_after(span[1])
    return (
        "," in reading.text[end : span[0]]
        and not reading.folded[end : span[0]].strip(" ,")
        and following is not None
        and following.text not in STOP
        and reading.text[span[1] : following.start] == " "
    )


def residual(
    reading: Reading, slots: Sequence[TextSlot], chosen: Sequence[tuple[Choice, Span]], rest: Sequence[Chunk]
) -> list[tuple[Choice, Span]]:
    """What is left for the only required slot that is left, or for those that only their order tells apart."""
    filled = {choice.fit.slot for choice, _ in chosen}
    empty = [item for item in slots if item.slot.required and item.index not in filled]
    if len(empty) == 1 and empty[0].slot.kind == "place":
        return _last_place(reading, empty[0], rest)
    if not empty or any(item.slot.kind == "place" for item in empty):
        return []
    rest = _of_works(reading, rest) if any(item.work for item in empty) else rest
    if len(empty) > 1:
        return _residual_pair(reading, empty, rest)
    item = empty[0]
    listed = _residual_list(reading, item, rest) if item.slot.many and item.slot.kind == "text" else []
    return listed or _residual_one(reading, item, rest)


def _of_works(reading: Reading, rest: Sequence[Chunk]) -> Sequence[Chunk]:
    """Of what is left the only stretch that may be the title of a work; nothing where none or several may."""
    named = [chunk for chunk in rest if chunk.is_firm and _is_pointed_at(reading, chunk)]
    if len(named) == 1 and named[0].kind == "capital":
        return named
    rare = named or [chunk for chunk in _without_doings(rest) if _is_rare(chunk)]
    plain = len(rare) == 1 and rare[0].kind == "plain" and (reading.lower or " of " in rare[0].text)
    return rare if plain else []


def _residual_one(reading: Reading, item: TextSlot, rest: Sequence[Chunk]) -> list[tuple[Choice, Span]]:
    """What is left for a single slot, when only one stretch may be its value."""
    found = _last_candidates(reading, item, rest)
    value = value_of(reading, item, found[0]) if len(found) == 1 and not found[0].cut else None
    if value is None or (item.slot.many and (found[0].kind == "digits" or is_cut_list(reading, (found[0],)))):
        return []
    text: str | tuple[str, ...] = tuple(pieces(value[0])) if item.slot.many else value[0]
    quality = _last_quality(reading, found[0], item)
    if sum(chunk.kind == "plain" for chunk in rest) > 1 and not _is_rare(found[0]):
        quality = min(quality, 0.45)  # everyday words, and others that may be the value
    return [(Choice(0, Fit(item.index, 1.0, text, quality), 9.0), (found[0].start, found[0].end))]


def _last_place(reading: Reading, item: TextSlot, rest: Sequence[Chunk]) -> list[tuple[Choice, Span]]:
    """The only name that is left, set apart by commas or the ends of the sentence, for the only place that is left."""
    named = [chunk for chunk in rest if chunk.is_firm]
    if len(named) != 1 or named[0].kind != "capital" or named[0].cut or named[0].is_acronym:
        return []
    chunk = named[0]
    apart = _APART_BEFORE.search(reading.text, max(0, chunk.start - 4), chunk.start) and _APART_AFTER.match(
        reading.text, chunk.end
    )
    value = value_of(reading, item, chunk) if apart else None
    if value is None or item.slot.many or is_joined(reading, (chunk.start, chunk.end), rest):
        return []
    return [(Choice(0, Fit(item.index, 1.0, value[0], 0.55), 9.0), (chunk.start, chunk.end))]


def state_of_city(
    slots: Sequence[TextSlot], chosen: Sequence[tuple[Choice, Span]], chunks: Sequence[Chunk]
) -> list[tuple[Choice, Span]]:
    """The state that the request leaves out because its city tells it, for a required slot beside that of the city."""
    filled = {choice.fit.slot for choice, _ in chosen}
    states = [item for item in slots if item.slot.style == "state" and item.slot.required]
    if len(states) != 1 or states[0].index in filled:
        return []
    starts = {span[0] for _, span in chosen}
    cities = [chunk for chunk in chunks if chunk.place and chunk.start in starts and state_of(chunk.place)]
    if len(cities) != 1 or cities[0].place is None:
        return []
    span = cities[0].start, cities[0].end
    return [(Choice(0, Fit(states[0].index, 1.0, state_of(cities[0].place), 0.7), 9.0), span)]


def last_optional(
    reading: Reading, slots: Sequence[TextSlot], chosen: Sequence[tuple[Choice, Span]], rest: Sequence[Chunk]
) -> list[tuple[Choice, Span]]:
    """The only name that is left for the only optional slot that is left, when all others are filled."""
    filled = {choice.fit.slot for choice, _ in chosen}
    empty = [item for item in slots if item.index not in filled]
    named = [chunk for chunk in rest if chunk.is_firm]
    if len(empty) != 1 or empty[0].slot.required:
        return []
    if empty[0].sort and not empty[0].slot.many and not named:
        named = [
            chunk for chunk in rest if chunk.kind == "plain" and _modifies_task(reading, empty[0], chunk)
        ]
    if len(named) != 1:
        return []
    item, chunk = empty[0], named[0]
    fits = chunk.kind == "plain" or (
        chunk.kind == "capital" and not chunk.cut and not chunk.is_acronym and len(chunk.text) > 3
    )
    fits = fits and (item.slot.kind == "name" or item.slot.many or chunk.kind == "plain")
    if item.slot.kind == "place" or not (fits or chunk.known == item.known != ""):
        return []
    value = value_of(reading, item, chunk)
    if value is None or is_joined(reading, (chunk.start, chunk.end), rest):
        return []
    text = (value[0],) if item.slot.many else value[0]
    return [(Choice(0, Fit(item.index, 1.0, text, 0.55), 9.0), (chunk.start, chunk.end))]


def _last_quality(reading: Reading, chunk: Chunk, item: TextSlot) -> float:
    """How sure one may be that the only stretch that is left is the value."""
    before = reading.folded[max(0, chunk.start - 20) : chunk.start]
    if is_elsewhere(item, before):
        return 0.4
    if chunk.kind != "plain" or _modifies(reading, chunk):
        return 0.6 if not before.endswith("how much ") else 0.4
    if before.endswith("how many "):
        return 0.5
    if item.slot.kind == "name" and not _is_rare(chunk):
        return 0.4
    asked = (
        item.slot.kind == "text" and " " in chunk.text and chunk.text.endswith("s")
    )  # "electric guitars" is what is asked for
    return 0.45 if asked else 0.5


def _last_candidates(reading: Reading, item: TextSlot, rest: Sequence[Chunk]) -> list[Chunk]:
    """What may fill the last slot; of several plain stretches those before a noun of the function: "robbery cases"."""
    named = [
        chunk
        for chunk in rest
        if chunk.kind not in {"plain", "digits"} and (not chunk.known or chunk.known == item.known)
    ]
    plain = [
        chunk
        for chunk in rest
        if chunk.kind == "plain"
        and (item.slot.kind == "text" or reading.lower or item.deed or (item.work and " of " in chunk.text))
    ]
    plain = _without_doings(plain)
    if item.person:
        named, plain = (
            [chunk for chunk in found if chunk.text.isalpha() or " " in chunk.text]
            for found in (named, plain)
        )
    if len(plain) > 1 and reading.lower and item.slot.kind == "name":
        rare = [chunk for chunk in plain if _is_rare(chunk)]
        plain = rare if len(rare) == 1 else plain
    if len(plain) > 1:
        plain = [chunk for chunk in plain if _modifies(reading, chunk)]
    if named and (item.slot.kind == "name" or item.proper):
        return named
    if len(named) == 1 and item.slot.kind == "text" and _is_pointed_at(reading, named[0]):
        return named
    digits = [chunk for chunk in rest if chunk.kind == "digits" and item.slot.kind == "text"]
    return [*named, *plain] or digits


def _is_pointed_at(reading: Reading, chunk: Chunk) -> bool:
    """Whether a preposition or "is" leads to a name that nothing goes on: "the highest score in Fortnite"."""
    before = reading.folded[max(0, chunk.start - 12) : chunk.start]
    return not (chunk.cut or chunk.opens) and _POINTER.search(before) is not None


def _is_rare(chunk: Chunk) -> bool:
    return not all(map(is_common, words(chunk.text)))


def _without_doings(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Those that are more than a verb form ("living"); all when there are no others."""
    kept = [chunk for chunk in chunks if " " in chunk.text or not chunk.text.lower().endswith(("ing", "ed"))]
    return kept or list(chunks)


def _residual_list(reading: Reading, item: TextSlot, rest: Sequence[Chunk]) -> list[tuple[Choice, Span]]:
    """The only list of plain words that is left: "someone who's talkative, messy and curious"."""
    runs = [run for run in list_runs(reading, rest) if len(run) > 1]
    if len(runs) != 1 or any(chunk.kind != "plain" or not _is_member(chunk) for chunk in runs[0]):
        return []
    last = _LAST_MEMBER.match(reading.folded, runs[0][-1].end)
    values = [value_of(reading, item, chunk) for chunk in runs[0]]
    said = [value[0] for value in values if value is not None]
    goes_on = _GOES_ON.match(reading.folded, runs[0][-1].end) is not None
    if len(said) < len(values) or (last is None and (goes_on or is_cut_list(reading, runs[0]))):
        return []
    end = last.end(1) if last else runs[0][-1].end
    members = (*said, *([reading.original[slice(*last.span(1))]] if last else []))
    return [(Choice(0, Fit(item.index, 1.0, members, 0.55), 9.0), (runs[0][0].start, end))]


def _is_member(chunk: Chunk) -> bool:
    """Whether a plain stretch is a member of a list by itself, rather than what a list is of: "a chart of size"."""
    return " of " not in chunk.text and chunk.text.split(" ")[-1].lower() not in EVERYDAY


def _residual_pair(
    reading: Reading, empty: Sequence[TextSlot], rest: Sequence[Chunk]
) -> list[tuple[Choice, Span]]:
    groups = order_groups(empty)
    if len(set(groups.values())) > 1 or any(item.slot.many for item in empty):
        return []
    runs = [run for run in list_runs(reading, rest) if len(run) == len(empty)]
    if len(runs) != 1:
        return []
    result = []
    for item, chunk in zip(empty, runs[0], strict=True):
        value = value_of(reading, item, chunk)
        if value is None:
            return []
        plural = chunk.kind == "plain" and chunk.text.endswith("s")  # one may be asked for in the singular
        fit = Fit(item.index, 1.0, value[0], 0.45 if plural else 0.6)
        result.append((Choice(0, fit, 9.0), (chunk.start, chunk.end)))
    return result


def _modifies_task(reading: Reading, item: TextSlot, chunk: Chunk) -> bool:
    """Whether a stretch of one word stands directly before a word of the task: "violent crime"."""
    following = reading.word_after(chunk.end)
    return (
        " " not in chunk.text
        and following is not None
        and _modifies(reading, chunk)
        and following.text in item.task
    )


def _modifies(reading: Reading, chunk: Chunk) -> bool:
    """Whether a stretch stands directly before a noun that is no part of it."""
    following = reading.word_after(chunk.end)
    return (
        following is not None
        and reading.text[chunk.end : following.start] == " "
        and following.text not in STOP
    )
