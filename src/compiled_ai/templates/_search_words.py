"""Words of a text as search compares them: lower case, without accents, cut to their stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

MAX_CHARS: Final = 4_000
"""Of a text that is indexed or searched for; what follows is not read."""

_WORD = re.compile(r"[a-z]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAKING: Final = re.compile(r"(?<=[a-z]{2})if(?:y|ying|ied|ier|ication|icator)$")
"""Ends of words such as ``notify`` and ``notification``, whose stem is ``notif``."""
_SHORTEST_STEM: Final = 3
_OF_VERBS_IN_ATE: Final = frozenset(("ation", "ating", "ator", "ated", "ate"))
"""Leave at least four letters: ``notation`` is not ``note``, nor ``location`` ``loc``."""
_ENDINGS: Final = (
    *("ization", "isation"),
    *("izing", "ising", "ation", "ating", "ator", "ment", "able", "ible"),
    *("izer", "iser", "ized", "ised", "ions", "ated", "ing", "ion", "ize", "ise", "ate"),
    *("edly", "ors", "ers", "ed", "er", "or", "ly", "al", "es", "e", "y"),
)
"""From the longest to the shortest; one is taken off. British and American spellings end in the same stem."""

_STOP_WORDS: Final = """
a about after all also am an and any anything are as at be because been before being both but by can cannot could did do does
doing don done down each either else etc every for from further get gets getting given gives got had has have having he
her here hers him his how i if in into is it its itself just let like lot lots made make makes making many may me might more most much must
my need needs needed no nor not of off on once one only or other our ours out over own per please put said same say says she should
so some someone something such take takes than that the their them then there these they thing things this those through to too two under
until up upon us use used uses using very via want wants was we well were what whatever when where whether which while who whom
whose why will with within without would you your yours
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
"""Words that say nothing of a task."""


def words_of(text: str) -> list[str]:
    """The words of `text` in their order, in lower case: letters or digits. ``line_item`` and ``lineItem`` are two words each."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text[:MAX_CHARS]))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORD.findall(plain.casefold().replace("'s", "").replace("n't", ""))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """`word` without its ending: ``classifies``, ``classifier`` and ``classification`` have one stem. It need not be a word."""
    found = word
    if len(found) > _SHORTEST_STEM and found.endswith("s") and not found.endswith(("ss", "us", "is")):
        found = found[:-3] + "y" if found.endswith("ies") and len(found) > 4 else found[:-1]
    if _MAKING.search(found):
        return _MAKING.sub("if", found)
    for ending in _ENDINGS:
        least = _SHORTEST_STEM + (ending in _OF_VERBS_IN_ATE)
        if found.endswith(ending) and len(found) - len(ending) >= least:
            found = found[: -len(ending)]
            break
    return _settled(found)


def _settled(root: str) -> str:
    """`root` with what endings leave in two ways made one: ``mapp``/``map``, ``categor``/``categori``."""
    if len(root) > _SHORTEST_STEM and root[-1] == root[-2] and root[-1] not in "aeious":
        root = root[:-1]
    if len(root) > _SHORTEST_STEM and root[-1] in "ei":
        root = root[:-1]
    return root


def pairs_of(words: list[str]) -> Iterator[tuple[int, str]]:
    """Position and text of every two neighbours in `words`, such as ``line item``."""
    for position, (first, second) in enumerate(pairwise(words)):
        yield position, f"{first} {second}"
