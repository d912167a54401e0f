"""Stretches of a request that belong together: titles with their makers, events, adjectives, lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from compiled_ai.modules._slot_chunks import Chunk
from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_text_slots import TextSlot
from compiled_ai.modules._slot_words import ASKING, CONNECTORS, word_set

_BY_MAKER = re.compile(r"\sby\s(?:the\s(?:band|artist|singer|author|group)\s)?\Z")


_TASKS = word_set(
    "song songs lyrics movie film book album track poem novel painting show play game piece for called titled was is were did does what who when where which"
)


_ADJECTIVES = ("ian", "can", "ese", "ish", "ic", "nch", "gal")


_LIVING = word_set("species organism organisms animal plant bacteria bacterium")
_LATIN = (
    "us",
    "ens",
    "is",
    "um",
    "ii",
    "ae",
    "ix",
    "ans",
    "oli",
    "eri",
    "rex",
    "ster",
    "ca",
    "ia",
    "ra",
    "ta",
    "na",
)
_DEED_OF = re.compile(r"\sthe\s([a-z]{3,})\sof\s(?:the\s)?\Z")
_ASPECTS = word_set(
    "date year time day month week century anniversary history details information story location place name start end beginning cause causes impact effect effects result results outcome "
    "significance importance rest case part list number president king queen city state country capital value price role people"
)
"""What is asked of an event, and is no part of its name."""
_PREPOSITION = re.compile(r"\s(?:in|on|for|with|from)\s(?:the\s)?")
_OF_THE = re.compile(r"\sof\s(?:the\s)?")


_SEPARATOR = re.compile(
    r"\s?(?:,\s?(?:and\s|or\s)?(?:then\s)?|\sand\s(?:then\s)?|\s?&\s?|\sor\s|\svs\.?\s|\sversus\s|\sas\swell\sas\s|\splus\s|\s?->\s?|\s-\s|\sthen\s)\s?(?:the\s|an?\s|(?:my|our|his|her|their)\s(?:[a-z]+\s){1,2})?(?:(?:bit|little|very|quite|rather|fairly|somewhat|really)\s)?",
    re.I,
)


def joined(reading: Reading, slots: Sequence[TextSlot], chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """The stretches with those that belong together as one, and those apart that two slots need."""
    chunks = _parted(slots, chunks)
    chunks = _by_makers(reading, slots, _joined_deeds(reading, slots, chunks))
    return _with_adjectives(reading, slots, chunks)


def _parted(slots: Sequence[TextSlot], chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """The stretches, those parted at a preposition that may be no title when names are too few: "marta_r in Rocket League"."""
    wanted = sum(item.slot.required and item.slot.kind != "place" and not item.slot.many for item in slots)
    named = sum(chunk.is_firm and chunk.kind != "place" for chunk in chunks)
    if named >= wanted:
        return chunks
    result: list[Chunk] = []
    for chunk in chunks:
        cut = (
            _PREPOSITION.search(chunk.text)
            if chunk.kind == "capital" and len(chunk.text) == chunk.end - chunk.start
            else None
        )
        if cut:
            start = chunk.start + cut.end()
            result.append(replace(chunk, end=chunk.start + cut.start(), text=chunk.text[: cut.start()]))
            result.append(replace(chunk, start=start, text=chunk.text[cut.end() :], opens=False))
        else:
            result.append(chunk)
    return result


def _joined_deeds(reading: Reading, slots: Sequence[TextSlot], chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """The stretches where a slot is an event or topic: "storming of the Bastille" is one."""
    if not any(item.slot.required and item.deed for item in slots):
        return chunks
    result: list[Chunk] = []
    for chunk in chunks:
        last = result[-1] if result else None
        if (
            last
            and last.kind == "plain"
            and chunk.kind == "capital"
            and _OF_THE.fullmatch(reading.folded[last.end : chunk.start])
        ):
            result[-1] = replace(_begun_at(last.start, chunk, reading), opens=False)
        elif chunk.kind == "capital" and (deed := _deed_before(reading, slots, chunk.start)) is not None:
            result.append(replace(_begun_at(deed, chunk, reading), opens=False))
        else:
            result.append(chunk)
    return result


def _begun_at(start: int, chunk: Chunk, reading: Reading) -> Chunk:
    """`chunk` with the text before it from `start` on."""
    return replace(chunk, start=start, text=reading.original[start : chunk.end])


def _deed_before(reading: Reading, slots: Sequence[TextSlot], end: int) -> int | None:
    """Where the everyday word begins that says what happened to a name: "the fall of the Berlin Wall"."""
    match = _DEED_OF.search(reading.text[max(0, end - 40) : end])
    if (
        not match
        or match[1] in _ASPECTS
        or any(match[1] in item.task.union(name_words(item.slot.name)) for item in slots)
    ):
        return None
    return max(0, end - 40) + match.start(1)


def _with_adjectives(reading: Reading, slots: Sequence[TextSlot], chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """The stretches where all slots are texts, so that a capital opens what goes on in small letters: "Asian elephant"."""
    if any(item.slot.kind != "text" or item.known for item in slots):
        return chunks
    result: list[Chunk] = []
    for chunk in chunks:
        last = result[-1] if result else None
        if (
            last
            and last.kind == "capital"
            and chunk.kind == "plain"
            and (last.text.endswith(_ADJECTIVES) or _is_species(slots, last, chunk))
            and (reading.text[last.end : chunk.start] == " ")
        ):
            result[-1] = replace(_begun_at(last.start, chunk, reading), kind="capital")
        else:
            result.append(chunk)
    return result


def _is_species(slots: Sequence[TextSlot], genus: Chunk, chunk: Chunk) -> bool:
    """Whether two words are the Latin name of a species that a slot holds: "Homo sapiens"."""
    wanted = any(_LIVING & set(name_words(item.slot.name)) for item in slots)
    return wanted and genus.text.isalpha() and chunk.text.isalpha() and chunk.text.endswith(_LATIN)


def _by_makers(reading: Reading, slots: Sequence[TextSlot], chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """The stretches where a title stands before its maker, with the title as one: "rolling in the deep by Adele"."""
    work = next((item for item in slots if item.work and item.slot.required and not item.slot.many), None)
    if (
        work is None
        or not any(item.maker for item in slots)
        or any(chunk.kind == "quoted" for chunk in chunks)
    ):
        return chunks
    makers = [
        chunk for chunk in chunks if _BY_MAKER.search(reading.folded, max(0, chunk.start - 24), chunk.start)
    ]
    if not makers:
        return chunks
    maker = makers[-1]
    by = _BY_MAKER.search(reading.folded, max(0, maker.start - 24), maker.start)
    end = by.start() if by else maker.start
    first = _title_start(reading, work, end)
    if first is None or not (reading.lower or reading.text[first].isupper()):
        return chunks
    title = Chunk(first, end, reading.original[first:end], "capital")
    return [
        *(chunk for chunk in chunks if chunk.end <= first),
        title,
        *(chunk for chunk in chunks if chunk.start > end),
    ]


def _title_start(reading: Reading, item: TextSlot, end: int) -> int | None:
    """Where the title that ends at `end` begins: after the last word of the task."""
    low, _ = reading.clause(end, end)
    start = None
    for word in reversed(reading.words_in(low, end)):
        if word.text in item.task or word.text in _TASKS or word.text in ASKING:
            break
        if not reading.lower and reading.text[word.start].islower() and word.text not in CONNECTORS | {"by"}:
            break
        start = word.start
    if start is None:
        return None
    opening = reading.word_after(start)
    while opening and opening.end < end and (opening.text in {"of", "to", "by"}):
        opening = reading.word_after(opening.end)
    return opening.start if opening and opening.start < end else None


def list_runs(reading: Reading, chunks: Sequence[Chunk]) -> list[tuple[Chunk, ...]]:
    """The stretches in runs that only commas and joining words divide."""
    runs: list[list[Chunk]] = []
    for index, chunk in enumerate(chunks):
        following = chunks[index + 1] if index + 1 < len(chunks) else None
        if (
            runs
            and chunk.kind == "plain"
            and following is not None
            and following.kind == runs[-1][-1].kind == "capital"
            and _SEPARATOR.fullmatch(reading.text[runs[-1][-1].end : following.start])
        ):
            continue  # "Tom Becker, and my tenant Alicia Gomez"
        if runs and _SEPARATOR.fullmatch(reading.text[runs[-1][-1].end : chunk.start]):
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    return [tuple(run) for run in runs]
