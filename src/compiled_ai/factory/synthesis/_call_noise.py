"""What an example shows to be no value: names of the task, plain words, and cues that point at nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from compiled_ai.factory.synthesis._call_search import Choice, Shown, penalty
from compiled_ai.factory.synthesis._call_shapes import value_at
from compiled_ai.factory.synthesis._call_words import STOP_WORDS
from compiled_ai.modules.text import has_phrase
from compiled_ai.spec.canonical import JsonValue

_WORD = re.compile(r"[^\W\d_][\w'.&-]*")
_MOST_ROUNDS = 3
_JOINING = ("of", "the", "and")
"""Inside of names: "President of the United States"."""


def without_noise(choice: Choice, shown: Sequence[Shown]) -> Choice:
    """`choice` told what the examples have beside their values, where that brings it closer to them."""
    best, cost = choice, penalty(choice, shown)
    for _ in range(_MOST_ROUNDS):
        if not cost:
            break
        others = [(penalty(other, shown), other) for other in _quieter(best, shown)]
        reached, nearest = min(others, key=lambda item: item[0], default=(cost, best))
        if reached >= cost:
            break
        best, cost = nearest, reached
    return best


def _quieter(choice: Choice, shown: Sequence[Shown]) -> Iterator[Choice]:
    """Choices that know more words to be no value, or look for fewer."""
    words = tuple(word for word in _spare_words(shown) if word not in choice.known)
    names = tuple(dict.fromkeys(word for word in _spare_names(shown) if word not in choice.ignore))
    if words:
        yield replace(choice, known=(*choice.known, *words))
    if names:
        yield replace(choice, ignore=(*choice.ignore, *names))
    if words and names:
        yield replace(choice, known=(*choice.known, *words), ignore=(*choice.ignore, *names))
    yield from _fewer_cues(choice, shown)


def _spare_words(shown: Sequence[Shown]) -> Iterator[str]:
    """Words of the requests that are in no answer."""
    said = " ".join(_texts([case.arguments for case in shown])).lower()
    for case in shown:
        for match in _WORD.finditer(case.request.lower()):
            word = match[0].removesuffix("'s").strip(".'-")
            if len(word) > 2 and word not in STOP_WORDS and word not in said:
                yield word


def _spare_names(shown: Sequence[Shown]) -> Iterator[str]:
    """Words with a capital, or in quotes, that are in no answer: "ABC" of "an investment in ABC company's stock"."""
    said = set(_WORD.findall(" ".join(_texts([case.arguments for case in shown])).lower()))
    for case in shown:
        for match in _WORD.finditer(case.request):
            word = match[0].removesuffix("'s").strip(".'-")
            if word[:1].isupper() and word.lower() not in said and len(word) > 1:
                yield from (word.lower(), *_JOINING)


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _fewer_cues(choice: Choice, shown: Sequence[Shown]) -> Iterator[Choice]:
    """Choices without a cue of a slot that is filled where an example leaves it out."""
    for index, (field, slot) in enumerate(choice.used):
        if slot is None or slot.kind != "boolean" or len(slot.cues) < 2:
            continue
        for case in shown:
            if value_at(case.arguments, field.parameter.path)[0]:
                continue
            kept = tuple(cue for cue in slot.cues if not has_phrase(case.request, cue))
            if kept and kept != slot.cues:
                slots = (*choice.slots[:index], replace(slot, cues=kept), *choice.slots[index + 1 :])
                yield replace(choice, slots=slots)
