"""Wordings of choices and of switches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from compiled_ai.factory.synthesis._call_cues import plural, singular, starred
from compiled_ai.factory.synthesis._call_domains import KNOWN_WORDINGS
from compiled_ai.factory.synthesis._call_meanings import meanings_of
from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_text import Said
from compiled_ai.factory.synthesis._call_words import (
    CHOICE_GROUPS,
    INVERTING,
    STOP_WORDS,
    SWITCH_WORDS,
    TIMES_A_YEAR,
    TIMES_WORDINGS,
    TOPICS,
    word_set,
)
from compiled_ai.factory.synthesis._wording import name_words

_MOST = 20
_MOST_CUES = 10
_GENERIC = frozenset(("status", "mode", "type", "term", "level", "number", "value", "list", "state", "flag"))
_PLAIN_HEADS = word_set(
    "section area room service center centre item option feature element category kind type level number value part"
)
"""Words that tell nothing of a choice when they stand without the rest of it."""
_ABSENT = re.compile(r"(?:without|no|excluding|exclude|non)[ _-](?P<thing>.+)")
_ADJECTIVES = word_set(
    "full basic simple short brief normal standard complete general advanced detailed quick long low high medium new old classic"
)
_NOUNS = ("version", "mode", "one", "account")
"""What stands behind an adjective that says nothing alone."""
_ADDED = re.compile(
    r"\b(?:additional|extra|more|further|detailed)\b[^.;]{0,30}?\b(?:like|such as|including|e\.g\.,?)\s+"
    r"(?P<items>.{3,160}?)(?:\betc\b|[.;](?:\s|$)|\b(?:will|should|is|are)\b|\(|$)",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_QUALITIES = word_set(
    """
    full direct nonstop detailed exact precise complete current live historical monthly daily weekly hourly verified free private public
    open local international domestic recent upcoming annual yearly outdoor indoor sorted exclusive urgent express rounded normalized anonymous recursive
    """
)
"""Adjectives of a switch: without them the thing that they stand before is no request for it."""


def wordings_of(
    options: Sequence[str], description: str, *, known: frozenset[str], named: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """Each option with what else people say for it; what would fit two options is left out.

    `known` are words of the task, `named` those in names of functions and parameters; they tell nothing about an option.
    """
    if tuple(options) == tuple(TIMES_A_YEAR):
        return {**TIMES_WORDINGS}
    found = {option: list(dict.fromkeys(_wordings(option, description, known))) for option in options}
    for option, word in _telling_words(options, named):
        found[option] += [
            word,
            *(other for group in CHOICE_GROUPS if group[0] == word for other in group[1:]),
        ]
    counts = Counter(wording for wordings in found.values() for wording in set(wordings))
    values = {option.lower() for option in options}
    return {
        option: tuple(
            wording
            for wording in dict.fromkeys(wordings)
            if counts[wording] == 1 and wording != option.lower() and wording not in values
        )[:_MOST]
        for option, wordings in found.items()
    }


def _wordings(option: str, description: str, known: frozenset[str]) -> list[str]:
    spaced = " ".join(re.sub(r"[_/]+", " ", _CAMEL.sub(" ", option)).split()).lower()
    plain = spaced.replace("-", " ")
    found = [spaced, plain, *KNOWN_WORDINGS.get(option.lower(), ()), *meanings_of(option)]
    for group in CHOICE_GROUPS:
        if spaced in group or plain in group:
            found += [word for word in group if word not in {spaced, plain}]
    words = plain.split()
    if len(words) == 1 and words[0].isalpha() and len(plain) > 3:
        found += [singular(plain)] if plain.endswith("s") else [plural(plain)] if plain.endswith("y") else []
        found += [starred(plain)] if len(plain) > 6 else []
        found += [f"{plain} {noun}" for noun in _NOUNS if plain in _ADJECTIVES]
    elif len(words) > 1:
        found += [" ".join([*words[:-1], singular(words[-1])])]
    absent = _ABSENT.fullmatch(plain)
    if absent:
        thing = singular(absent["thing"])  # the engine adds the plural of a last word
        found += [f"{word} {thing}" for word in ("no", "without", "without any", "exclud*")]
        found += [f"{plural(thing)} {word}" for word in ("removed", "excluded", "taken out", "left out")]
    return [*found, *_glossed(option, description, known), *_told(spaced, description)]


def _telling_words(options: Sequence[str], named: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Words that only one of the options has, such as "goals" of "Goals Scored"."""
    words = {
        option: re.findall(r"[a-z]+", _CAMEL.sub(" ", option).lower().replace("_", " ")) for option in options
    }
    counts = Counter(word for found in words.values() for word in set(found))
    for option, found in words.items():
        is_absent = _ABSENT.fullmatch(" ".join(found)) is not None  # "sugar" does not mean "without sugar"
        for word in found if len(found) > 1 and not is_absent else ():
            if counts[word] == 1 and len(word) > 3 and word not in STOP_WORDS | named | _PLAIN_HEADS:
                yield option, singular(word)


def _glossed(option: str, description: str, known: frozenset[str]) -> list[str]:
    """Words that `description` explains `option` with: "'EV' refers to an electric vehicle"."""
    match = re.search(
        rf"['\"]{re.escape(option)}['\"]\s*(?:\(|for|refers to|means|is|:|if|when)\s*(?P<gloss>[^'\".;,)]{{3,60}})",
        description,
        re.IGNORECASE,
    )
    if match is None:
        return []
    words = [word for word in re.findall(r"[a-z]+", match["gloss"].lower()) if len(word) > 3]
    return [starred(word) for word in words if word not in STOP_WORDS and not _is_known(word, known)][:2]


def _told(option: str, description: str) -> list[str]:
    """Words that `description` puts on a level with `option`: "lounge and sitting room are the living room"."""
    found = []
    for clause in re.split(r"[,;:.()\n]+", description.lower()):
        match = re.fullmatch(
            rf"\s*(?:and )?(?P<words>[a-z' -]{{2,60}}?)(?: (?:are|is|means?|counts? as|stands? for))?(?: the| an?) {re.escape(option)}\s*",
            clause,
        )
        if match:
            found += [" ".join(word.split()) for word in re.split(r"\band\b|\bor\b", match["words"])]
    return [word for word in found if word and len(word.split()) <= 3]


def _is_known(word: str, known: frozenset[str]) -> bool:
    return any(word[:5] == other[:5] for other in known)


def switch_words(parameter: Parameter, said: Said) -> tuple[str, ...]:
    """Cues of a switch: what it switches on, or what it leaves out."""
    words = [word.lower() for word in name_words(parameter.name)]
    own = [word for word in words if word not in SWITCH_WORDS | INVERTING]
    found = [_loose(" ".join(own))] if own else []
    found += [f"{own[0][:5]}-{own[0][5:]}"] if own and own[0].startswith("multi") and len(own[0]) > 6 else []
    telling = _telling(own)
    found += [_loose(telling)] if len(own) > 1 and telling else []
    found += [other for word in (telling or "", *own[-1:]) for other in TOPICS.get(word, ())]
    found += _detailed(parameter.description)
    if not own:
        found += [
            starred(word) for word in said.words if len(word) > 4 and word not in STOP_WORDS | SWITCH_WORDS
        ][:3]
    return tuple(dict.fromkeys(found))[:_MOST_CUES]


def _telling(own: Sequence[str]) -> str:
    """The word that tells by itself what is switched: of a "direct flight" that it is direct, else the last one."""
    words = [word for word in own if word not in _GENERIC and len(word) > 3]
    return next((word for word in words if word in _QUALITIES), words[-1] if words else "")


def _detailed(description: str) -> list[str]:
    """What a switch adds, where its description lists two or more: "additional data like ozone levels and sources"."""
    match = _ADDED.search(description)
    items = re.split(r",|/|\band\b|\bor\b", match["items"]) if match else []
    words = [" ".join(item.split()) for item in items]
    phrases = [word for word in words if 3 < len(word) <= 30 and len(word.split()) <= 2]
    return [_loose(phrase.lower()) for phrase in phrases] if len(phrases) > 1 else []


def _loose(phrase: str) -> str:
    """`phrase` so that other endings of its last word fit too."""
    found = starred(phrase)
    return found if found.endswith("*") or len(phrase.rsplit(maxsplit=1)[-1]) < 4 else f"{phrase}*"
