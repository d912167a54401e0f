"""Filling open slots: names, titles, topics and places out of quotes, capitals and what stands beside a cue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_assign import Choice, Fit, assign
from compiled_ai.modules._slot_chunks import Chunk
from compiled_ai.modules._slot_cues import Cue
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_shapes import shape_spans
from compiled_ai.modules._slot_text_fits import fit_of
from compiled_ai.modules._slot_text_joins import joined, list_runs
from compiled_ai.modules._slot_text_rest import is_joined, last_optional, residual, state_of_city
from compiled_ai.modules._slot_text_slots import TextSlot, order_groups
from compiled_ai.modules._slot_vague import with_doubts
from compiled_ai.modules.text import words

_PARTS = re.compile(r"[._+-]")
_WEAK = 0.46


def fill_texts(
    reading: Reading, slots: Sequence[TextSlot], cues: Mapping[int, Sequence[Cue]], chunks: Sequence[Chunk]
) -> tuple[list[tuple[Choice, Span]], list[Chunk]]:
    """The stretches for the slots, each with its span, and those left over that look like values."""
    chunks = joined(reading, slots, chunks)
    chosen, rest = _told(reading, slots, cues, chunks)
    for step in (residual, last_optional):
        found = step(reading, slots, chosen, rest)
        chosen += found
        rest = _outside(rest, found)
        if step is residual:
            chosen += state_of_city(slots, chosen, chunks)
    chosen = with_doubts(reading, slots, chosen)
    single = [span for choice, span in chosen if not isinstance(choice.fit.value, tuple)]
    if any(is_joined(reading, span, rest) for span in single):
        return chosen, [chunk for chunk in rest if chunk.kind != "digits"]
    filled = {choice.fit.slot for choice, _ in chosen}
    complete = all(item.index in filled for item in slots)
    return chosen, [
        chunk
        for chunk in rest
        if chunk.is_firm and not (complete and (chunk.is_acronym or _is_aside(reading, chunk)))
    ]


def _is_aside(reading: Reading, chunk: Chunk) -> bool:
    """Whether a name only explains something: in brackets, or whose address of mail follows."""
    bracketed = reading.text[: chunk.start].endswith("(") and reading.text.startswith(")", chunk.end)
    if bracketed and chunk.kind == "capital" and not any(char.isdigit() for char in chunk.text):
        return True
    said = set(words(chunk.text))
    return any(
        said & set(_PARTS.split(text.lower().partition("@")[0])) for _, text in shape_spans(reading, "email")
    )


def _told(
    reading: Reading, slots: Sequence[TextSlot], cues: Mapping[int, Sequence[Cue]], chunks: Sequence[Chunk]
) -> tuple[list[tuple[Choice, Span]], list[Chunk]]:
    """What cues and kinds tell of the slots, lists first, and the stretches that remain."""
    many = [item for item in slots if item.slot.many]
    single = [item for item in slots if not item.slot.many]
    chosen: list[tuple[Choice, Span]] = []
    rest = list(chunks)
    if many:
        runs = list_runs(reading, chunks)
        chosen = _assigned(reading, many, cues, runs, alone=not any(item.slot.required for item in single))
        rest = _outside(rest, chosen)
    if single:
        found = _assigned(reading, single, cues, [(chunk,) for chunk in rest], alone=True)
        chosen += found
        rest = _outside(rest, found)
    return chosen, rest


def _outside(chunks: Sequence[Chunk], found: Sequence[tuple[Choice, Span]]) -> list[Chunk]:
    return [chunk for chunk in chunks if not any(start <= chunk.start < end for _, (start, end) in found)]


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
    placed = any(run[0].kind == "place" for run in runs)
    for index, run in enumerate(runs):
        room = reading.room(spans, index)
        fits = (
            fit_of(reading, item, cues[item.index], run, room)
            for item in slots
            if not (placed and item.slot.kind == "place" and run[0].kind == "plain")
        )
        rows.append([fit for fit in fits if fit and (fit.quality >= 0.5 or run[0].kind != "plain" or sole)])
        costs.append(3.0 if run[0].kind == "quoted" else 0.6 if run[0].is_firm else 0.0)
    choices = _required_first(slots, runs, rows, costs)
    # Weak fits are rivals, but what they alone would fill is left to what remains at the end.
    return [(choice, spans[choice.mention]) for choice in choices if choice.fit.quality >= _WEAK]


def _required_first(
    slots: Sequence[TextSlot],
    runs: Sequence[tuple[Chunk, ...]],
    rows: Sequence[Sequence[Fit]],
    costs: Sequence[float],
) -> list[Choice]:
    """The best assignment; what an optional slot took is given to a required one that would stay empty."""
    choices = assign(rows, costs, order_groups(slots))
    required = {item.index for item in slots if item.slot.required}
    filled = {choice.fit.slot for choice in choices if choice.fit.quality >= _WEAK}
    if required <= filled or filled <= required:
        return choices
    firmer = [
        [fit for fit in row if fit.slot in required or run[0].kind in {"known", "place"}]
        for row, run in zip(rows, runs, strict=True)
    ]
    again = assign(firmer, costs, order_groups(slots))
    return (
        again if required <= {choice.fit.slot for choice in again if choice.fit.quality >= _WEAK} else choices
    )
