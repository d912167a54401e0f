"""All recognisers together: which hit takes which part of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Final

from compiled_ai.gates._pii_hits import PII_TYPES, Finder, Hit, PiiType
from compiled_ai.gates._pii_json import json_view
from compiled_ai.gates._pii_numbers import find_numbers
from compiled_ai.gates._pii_phones import find_phones
from compiled_ai.gates._pii_text import plain_view
from compiled_ai.gates._pii_words import (
    WEB,
    find_addresses,
    find_births,
    find_emails,
    find_known,
    find_labelled,
    find_names,
)

THRESHOLD: Final = 0.5
"""Hits below are not believed."""
_LONGEST_LABEL: Final = 60
_FINDERS: Final[tuple[tuple[frozenset[PiiType], Finder], ...]] = (
    (frozenset(("email",)), find_emails),
    (frozenset(("phone",)), find_phones),
    (frozenset(("vehicle", "health_plan")), find_known),
)
_BY_WORDS: Final[tuple[tuple[frozenset[PiiType], Callable[[str, str], Iterator[Hit]]], ...]] = (
    (frozenset(PII_TYPES), find_labelled),
    (frozenset(("date_of_birth",)), find_births),
    (frozenset(("person_name",)), find_names),
    (frozenset(("street_address",)), find_addresses),
)
Engine = Callable[[str], Iterable[Hit]]
"""Another recogniser, such as `presidio.PresidioEngine`. Its hits lie in the text as it was given."""


def find_hits(
    text: str,
    kinds: Collection[PiiType] = PII_TYPES,
    *,
    threshold: float = THRESHOLD,
    label: str = "",
    engine: Engine | None = None,
) -> list[Hit]:
    """Hits of `kinds` in order, none overlapping another. Time grows with the length of the text alone.

    Args:
        text: Any text. Where it holds JSON, the names of fields count as words before their values, and escapes as what they stand for.
        kinds: Which to look for.
        threshold: Hits with a lower score are dropped.
        label: What stands before the text, such as the name of its field; counts as a word before it.
        engine: Looks in addition.
    """
    wanted = frozenset(kinds)
    prefix = _as_words(label)
    hits = [
        Hit(max(hit.start - len(prefix), 0), hit.end - len(prefix), hit.kind, hit.score)
        for hit in _believed(prefix + text, wanted, threshold)
        if hit.end > len(prefix)
    ]
    if '"' in text and (view := json_view(text, _as_words)) is not None:
        for hit in _believed(view.text, wanted, threshold):
            if span := view.original(hit.start, hit.end):
                hits.append(Hit(*span, hit.kind, hit.score))
    if engine is not None:
        hits += [hit for hit in engine(text) if hit.kind in wanted and hit.score >= threshold]
    return disjoint(hits, text)


def _believed(text: str, wanted: frozenset[PiiType], threshold: float) -> Iterator[Hit]:
    """Hits in `text` that are sure enough; they may overlap."""
    view = plain_view(text)
    for hit in _plain_hits(view.text, wanted):
        if hit.score >= threshold and hit.end > hit.start:
            yield Hit(*view.original(hit.start, hit.end), hit.kind, hit.score)


def disjoint(hits: Iterable[Hit], text: str) -> list[Hit]:
    """`hits` in order, each place given to the surest one; of a hit that is partly covered, the rest stays."""
    taken = bytearray(len(text))
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.start - hit.end, hit.start)):
        for start, end in _free_parts(taken, hit.start, min(hit.end, len(text))):
            part = Hit(start, end, hit.kind, hit.score)
            if (start, end) == (hit.start, hit.end) or _says_something(text[start:end]):
                kept.append(part)
                taken[start:end] = b"\x01" * (end - start)
    return sorted(kept, key=lambda hit: hit.start)


def _plain_hits(text: str, wanted: frozenset[PiiType]) -> Iterator[Hit]:
    web = chain.from_iterable(one.find(text) for one in WEB if one.kind in wanted)
    forms = chain.from_iterable(finder(text) for kinds, finder in _FINDERS if kinds & wanted)
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish dotted capital I, which becomes two signs
        lowered = "".join(sign.lower()[0] for sign in text)
    words = chain.from_iterable(finder(lowered, text) for kinds, finder in _BY_WORDS if kinds & wanted)
    return (hit for hit in chain(find_numbers(text, wanted), web, forms, words) if hit.kind in wanted)


def _free_parts(taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        begin = taken.find(b"\x00", start, end)
        if begin < 0:
            return
        stop = taken.find(b"\x01", begin, end)
        stop = end if stop < 0 else stop
        yield begin, stop
        start = stop


def _says_something(part: str) -> bool:
    """Two digits or four letters; what is between two values says nothing."""
    return re.search(r"[0-9]{2}|[^\W\d_]{4}", part) is not None


def _as_words(label: str) -> str:
    """`label` ("dateOfBirth", "date_of_birth") as words before a value: "date of birth: "."""
    if not label:
        return ""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s_.-]+", " ", label[-_LONGEST_LABEL:])
    return f"{spaced}: " if spaced.isascii() else ""
