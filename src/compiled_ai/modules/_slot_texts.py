"""Filling open slots: names, titles, topics and places out of quotes, capitals and what stands beside a cue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_assign import Choice, Fit, assign
from compiled_ai.modules._slot_chunks import Chunk
from compiled_ai.modules._slot_cues import CLEAR, Cue, Part, closeness, name_words, part_of
from compiled_ai.modules._slot_places import Place, landscape_end, place_text, region_after
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import MAKERS, STOP, word_set
from compiled_ai.modules.text import title_case

OPEN = frozenset(("text", "name", "place"))

_WORKS = word_set("title song movie film book album show track episode poem novel play game")
_SEPARATOR = re.compile(
    r"\s?(?:,\s?(?:and\s|or\s)?|\sand\s|\s?&\s?|\sor\s|\svs\.?\s|\sversus\s|\sas\swell\sas\s|\splus\s|\s?->\s?|\s-\s|\sthen\s)\s?(?:the\s|an?\s)?",
    re.I,
)
_JOINED = re.compile(r"\s?(?:,|,?\s(?:and|or|&|vs|versus))\s(?:the\s|a\s|an\s)?")
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
    bare: frozenset[str] = frozenset()
    """Words that are no part of the value at its ends: "Pope", "County"; for the style "bare"."""


def text_slot(index: int, slot: Slot, ignore: frozenset[str] = frozenset()) -> TextSlot:
    """The open slot made ready; `ignore` are words of the task."""
    words = set(name_words(slot.name))
    return TextSlot(
        index,
        slot,
        part_of(slot),
        bool(words & MAKERS),
        bool(words & {"name", "title"}),
        bool(words & _WORKS) and not words & MAKERS,
        frozenset(ignore | words) if slot.style == "bare" else frozenset(),
    )


def fill_texts(
    reading: Reading, slots: Sequence[TextSlot], cues: Mapping[int, Sequence[Cue]], chunks: Sequence[Chunk]
) -> tuple[list[tuple[Choice, Span]], list[Chunk]]:
    """The stretches for the slots, each with its span, and those left over that look like values."""
    many = [item for item in slots if item.slot.many]
    single = [item for item in slots if not item.slot.many]
    chosen: list[tuple[Choice, Span]] = []
    rest = list(chunks)
    if many:
        runs = list_runs(reading, chunks)
        chosen = _assigned(reading, many, cues, runs, alone=not any(item.slot.required for item in single))
        spans = [span for _, span in chosen]
        rest = [chunk for chunk in chunks if not any(start <= chunk.start < end for start, end in spans)]
    if single:
        found = _assigned(reading, single, cues, [(chunk,) for chunk in rest], alone=True)
        chosen += found
        rest = [chunk for chunk in rest if not any(start <= chunk.start < end for _, (start, end) in found)]
    residual = _residual(reading, slots, chosen, rest)
    chosen += residual
    rest = [chunk for chunk in rest if chunk.start not in {span[0] for _, span in residual}]
    if any(
        _is_joined(reading, span, rest) for choice, span in chosen if not isinstance(choice.fit.value, tuple)
    ):
        return chosen, [chunk for chunk in rest if chunk.kind != "digits"]
    filled = {choice.fit.slot for choice, _ in chosen}
    complete = all(item.index in filled for item in slots)
    return chosen, [chunk for chunk in rest if chunk.is_firm and not (complete and chunk.is_acronym)]


def _is_joined(reading: Reading, span: Span, rest: Sequence[Chunk]) -> bool:
    """Whether "and" or "or" joins a value with another that no slot takes."""
    capital = reading.text[span[0]].isupper()
    return any(
        (chunk.kind != "plain" or not capital)
        and (
            _JOINED.fullmatch(reading.folded[span[1] : chunk.start]) is not None
            or _JOINED.fullmatch(reading.folded[chunk.end : span[0]]) is not None
        )
        for chunk in rest
    )


def _residual(
    reading: Reading, slots: Sequence[TextSlot], chosen: Sequence[tuple[Choice, Span]], rest: Sequence[Chunk]
) -> list[tuple[Choice, Span]]:
    """What is left for the only required slot that is left, or for those that only their order tells apart."""
    filled = {choice.fit.slot for choice, _ in chosen}
    empty = [item for item in slots if item.slot.required and item.index not in filled]
    if not empty or any(item.slot.kind == "place" or item.work for item in empty):
        return []
    if len(empty) > 1:
        return _residual_pair(reading, empty, rest)
    item = empty[0]
    found = _last_candidates(reading, item, rest)
    value = _value(reading, item, found[0]) if len(found) == 1 and not found[0].cut else None
    if value is None:
        return []
    text: str | tuple[str, ...] = (value[0],) if item.slot.many else value[0]
    asked = " " in found[0].text and found[0].text.endswith("s")  # "electric guitars" is what is asked for
    quality = 0.6 if found[0].kind != "plain" or _modifies(reading, found[0]) else 0.45 if asked else 0.5
    return [(Choice(0, Fit(item.index, 1.0, text, quality), 9.0), (found[0].start, found[0].end))]


def _last_candidates(reading: Reading, item: TextSlot, rest: Sequence[Chunk]) -> list[Chunk]:
    """What may fill the last slot; of several plain stretches those before a noun of the function: "robbery cases"."""
    named = [chunk for chunk in rest if chunk.kind not in {"plain", "digits"}]
    plain = [chunk for chunk in rest if chunk.kind == "plain" and (item.slot.kind == "text" or reading.lower)]
    if len(plain) > 1:
        plain = [chunk for chunk in plain if _modifies(reading, chunk)]
    if item.slot.kind == "name" and named:
        return named
    digits = [chunk for chunk in rest if chunk.kind == "digits" and item.slot.kind == "text"]
    return [*named, *plain] or digits


def _residual_pair(
    reading: Reading, empty: Sequence[TextSlot], rest: Sequence[Chunk]
) -> list[tuple[Choice, Span]]:
    groups = _groups(empty)
    if len(set(groups.values())) > 1 or any(item.slot.many for item in empty):
        return []
    runs = [run for run in list_runs(reading, rest) if len(run) == len(empty)]
    if len(runs) != 1:
        return []
    result = []
    for item, chunk in zip(empty, runs[0], strict=True):
        value = _value(reading, item, chunk)
        if value is None:
            return []
        plural = chunk.kind == "plain" and chunk.text.endswith("s")  # one may be asked for in the singular
        fit = Fit(item.index, 1.0, value[0], 0.45 if plural else 0.6)
        result.append((Choice(0, fit, 9.0), (chunk.start, chunk.end)))
    return result


def _modifies(reading: Reading, chunk: Chunk) -> bool:
    """Whether a stretch stands directly before a noun that is no part of it."""
    following = reading.word_after(chunk.end)
    return (
        following is not None
        and reading.text[chunk.end : following.start] == " "
        and following.text not in STOP
    )


def list_runs(reading: Reading, chunks: Sequence[Chunk]) -> list[tuple[Chunk, ...]]:
    """The stretches in runs that only commas and joining words divide."""
    runs: list[list[Chunk]] = []
    for chunk in chunks:
        if runs and _SEPARATOR.fullmatch(reading.text[runs[-1][-1].end : chunk.start]):
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    return [tuple(run) for run in runs]


def _assigned(
    reading: Reading,
    slots: Sequence[TextSlot],
    cues: Mapping[int, Sequence[Cue]],
    runs: Sequence[tuple[Chunk, ...]],
    *,
    alone: bool,
) -> list[tuple[Choice, Span]]:
    rows = []
    costs = []
    spans = [(run[0].start, run[-1].end) for run in runs]
    firm = sum(run[0].is_firm for run in runs)
    sole = alone and len(slots) == 1 and slots[0].slot.required and (firm == 1 or len(runs) == 1)
    for index, run in enumerate(runs):
        room = reading.room(spans, index)
        fits = (_fit(reading, item, cues[item.index], run, room) for item in slots)
        rows.append([fit for fit in fits if fit and (fit.quality >= 0.5 or run[0].kind != "plain" or sole)])
        costs.append(3.0 if run[0].kind == "quoted" else 0.6 if run[0].is_firm else 0.0)
    choices = assign(rows, costs, _groups(slots))
    # Weak fits are rivals, but what they alone would fill is left to what remains at the end.
    return [(choice, spans[choice.mention]) for choice in choices if choice.fit.quality >= _WEAK]


def _groups(slots: Sequence[TextSlot]) -> dict[int, int]:
    keys: dict[tuple[object, ...], int] = {}
    groups = {}
    for item in slots:
        words = tuple(
            word for word in name_words(item.slot.name) if not word.isdigit() and word not in _ORDERED
        )
        groups[item.index] = keys.setdefault((item.slot.kind, words), len(keys))
    return groups


_HYPHENATED = re.compile(r"[^\s-]+(?:-[^\s-]+){2,}")
_SHORT_PIECES = re.compile(r"[^\s-]{1,4}(?: [^\s-]{1,4}){2,}")
_WEAK = 0.46
_ORDERED = word_set(
    "first second third one two three from to start end origin destination source target a b departure arrival base"
)


def _fit(
    reading: Reading, item: TextSlot, cues: Sequence[Cue], run: tuple[Chunk, ...], room: Span
) -> Fit | None:
    values = [_value(reading, item, chunk) for chunk in run]
    if any(value is None for value in values) or not values:
        return None
    said = [value for value in values if value is not None]
    if item.slot.many and len(said) == 1 and run[0].kind == "capital":
        said = [(piece, said[0][1]) for piece in _pieces(said[0][0])]
    near = closeness(reading, cues, (run[0].start, run[-1].end), room)
    base, quality = _base(reading, item, run[0])
    if base is None:
        return None
    clear = near >= CLEAR
    if (
        not item.slot.required
        and run[0].kind != "quoted"
        and (run[-1].end - run[0].start < 2 or run[0].text.split()[0].endswith("ed"))
    ):
        return None
    if (not clear and run[0].kind == "digits") or (
        item.slot.kind == "place" and run[0].kind == "plain" and not (reading.lower and item.slot.required)
    ):
        return None
    score = base + (near if clear else near / 4) + _surroundings(reading, item, run[0])
    if clear:
        quality = min(0.95, quality + 0.25)
    if not item.slot.required and not clear and not (item.slot.kind == "place" and run[0].kind == "place"):
        return None
    if item.work and run[0].kind == "plain":
        quality *= 0.7
    if item.slot.kind == "text" and run[-1].kind == "capital" and run[-1].cut:
        quality *= 0.5
    value = tuple(text for text, _ in said) if item.slot.many else said[0][0]
    return Fit(
        item.index,
        score - (0.0 if item.slot.required else 0.5),
        value,
        quality * min(sure for _, sure in said),
    )


def _pieces(text: str) -> list[str]:
    """The members of a list without commas: "C-G-Am-F", "F C Dm"."""
    if _HYPHENATED.fullmatch(text):
        return text.split("-")
    return text.split(" ") if _SHORT_PIECES.fullmatch(text) else [text]


def _value(reading: Reading, item: TextSlot, chunk: Chunk) -> tuple[str, float] | None:
    if item.slot.kind == "place" and not item.bare and chunk.kind in {"place", "capital"}:
        place = chunk.place
        if place is None:
            region, end = region_after(reading, chunk.end)
            place = Place(
                chunk.start, max(end, landscape_end(reading, chunk.end)), chunk.text, "unknown", region
            )
        return place_text(reading, place, item.slot)
    text = chunk.text
    if chunk.kind == "quoted":
        return text, 1.0
    if item.bare and chunk.kind in {"capital", "place"}:
        return _bare(text, item.bare), 1.0
    if item.slot.style == "lower":
        text = text.lower()
    elif item.slot.style == "upper":
        text = text.upper()
    elif (
        reading.lower
        and item.slot.kind == "name"
        and (following := reading.word_after(chunk.end))
        and following.text in name_words(item.slot.name)
    ):
        text = title_case(reading.original[chunk.start : following.end])
    elif item.slot.style == "title" or (
        item.slot.kind in {"name", "place"} and reading.lower and text.islower()
    ):
        text = title_case(text)
    return text, 1.0


def _bare(text: str, words: frozenset[str]) -> str:
    """A name without words of the task at its ends."""
    parts = text.split(" ")
    while len(parts) > 1 and parts[0].lower() in words:
        del parts[0]
    while len(parts) > 1 and parts[-1].lower() in words:
        del parts[-1]
    return " ".join(parts)


def _base(reading: Reading, item: TextSlot, chunk: Chunk) -> tuple[float | None, float]:
    """What the kind of a stretch is worth for a slot, and how sure one may be without any cue."""
    kind = item.slot.kind
    if chunk.kind == "quoted":
        return (3.5 if kind == "name" else 2.5), 0.75
    if chunk.kind == "place":
        return {"place": (3.0, 0.85), "name": (0.5, 0.45)}.get(kind, (0.0, 0.35))
    if chunk.kind == "capital":
        named = 1.2 if "_" in chunk.text else 1.0, 0.6 if "_" in chunk.text else 0.45
        return (0.2, 0.4) if chunk.opens else {"place": (0.5, 0.5), "name": (2.0, 0.7)}.get(kind, named)
    if chunk.kind == "digits":
        return (0.5, 0.5) if kind == "text" else (None, 0.0)
    # Without capitals every word could be a name.
    return {"place": (-0.5, 0.3), "name": (0.3, 0.45 if reading.lower else 0.3)}.get(kind, (0.7, 0.45))


def _surroundings(reading: Reading, item: TextSlot, chunk: Chunk) -> float:
    before = reading.folded[max(0, chunk.start - 40) : chunk.start]
    score = 0.0
    if item.part and _FROM.search(before):
        score += 2.0 if item.part == "first" else -2.0
    elif item.part and _TO.search(before):
        score += 2.0 if item.part == "last" else -2.0
    if item.slot.kind == "place" and _LOCATIVE.search(before):
        score += 1.0
    if _BY.search(before) and before.rstrip().endswith("by"):
        score += 2.0 if item.maker else -0.8
    if item.titled and _CALLED.search(before):
        score += 1.5
    if reading.text.startswith("'s ", chunk.end) or reading.text.startswith("s' ", chunk.end - 1):
        score += 1.5 if item.maker else 0.0
    elif item.work and reading.text.startswith("'s ", max(0, chunk.start - 3)):
        score += 1.5
    return score
