"""Which lessons become examples, which hidden cases: by the digest of the input, so that a lesson never changes sides between runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compiled_ai.evolve.lessons import LoggedInput
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json

EXAMPLE_SHARE = 0.7
MOST_EXAMPLES = 24
"""New examples at most: each stands in every prompt."""
MOST_HIDDEN = 300
"""New hidden cases at most: each is run in every validation."""
MOST_CHARACTERS = 4_000
"""Length, as JSON, of an example that is still shown to a coder."""
_MOST_HIDDEN_CHARACTERS = 20_000
_SCALE = 2**32
_WORD = re.compile(r"\w+")
_WORDS = 200
"""Words of one case that are compared."""
_POOL = 2_000
"""Lessons that examples are chosen among."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The lessons by what becomes of them."""

    examples: tuple[LoggedInput, ...]
    """A coder sees them."""
    hidden: tuple[LoggedInput, ...]
    """No prompt ever holds them."""
    spare: tuple[LoggedInput, ...]
    """Neither: beyond what prompts and validation should carry. They are compared all the same."""


def select(
    lessons: Sequence[LoggedInput], *, known: Iterable[JsonObject] = (), most: int = MOST_EXAMPLES
) -> Selection:
    """`lessons` divided.

    Args:
        lessons: What was learnt.
        known: Inputs of the examples that the spec has: new ones should differ from them.
        most: New examples at most.
    """
    ordered = sorted(lessons, key=lambda lesson: (lesson.by != "human", lesson.digest))
    shown = [lesson for lesson in ordered if is_example(lesson.digest) and _length(lesson) <= MOST_CHARACTERS]
    kept = [
        lesson
        for lesson in ordered
        if not is_example(lesson.digest) and _length(lesson) <= _MOST_HIDDEN_CHARACTERS
    ]
    chosen = _diverse(shown, [_words(data) for data in known], most)
    used = {lesson.digest for lesson in (*chosen, *kept[:MOST_HIDDEN])}
    return Selection(
        examples=tuple(chosen),
        hidden=tuple(kept[:MOST_HIDDEN]),
        spare=tuple(lesson for lesson in ordered if lesson.digest not in used),
    )


def is_example(input_digest: str) -> bool:
    """Whether an input with that digest belongs to the examples; 7 in 10 do."""
    return int(input_digest.partition(":")[2][:8], 16) < EXAMPLE_SHARE * _SCALE


def _length(lesson: LoggedInput) -> int:
    return len(canonical_json(lesson.to_case()))


def _diverse(pool: Sequence[LoggedInput], known: list[frozenset[str]], most: int) -> list[LoggedInput]:
    """At most `most` of `pool`, each the one that overlaps least in words with all before it; those of people first."""
    found: list[LoggedInput] = []
    for teacher in ("human", "model"):
        rest = [(lesson, _words(lesson.input)) for lesson in pool if lesson.by == teacher][:_POOL]
        nearest = [max((_overlap(words, other) for other in known), default=0.0) for _, words in rest]
        while rest and len(found) < most:
            best = min(range(len(rest)), key=nearest.__getitem__)
            lesson, words = rest.pop(best)
            nearest.pop(best)
            found.append(lesson)
            known = [*known, words]
            nearest = [
                max(old, _overlap(words, other)) for old, (_, other) in zip(nearest, rest, strict=True)
            ]
    return found


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of their words that both have."""
    either = len(one | other)
    return len(one & other) / either if either else 1.0


def _words(value: JsonValue) -> frozenset[str]:
    return frozenset(_WORD.findall(" ".join(_texts(value)).lower())[:_WORDS])


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [] if value is None else [str(value)]
