"""What the linear model sees of a text: hashed character n-grams, words and pairs of words, and concepts.

A concept is a meaning with its words in many languages ("set aside what came before": ``override``). What stands in
no training row may still be said with words of known concepts, in an order that is known.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.gates._normal_fold import fold_text

__all__ = [
    "CONCEPT_PAD",
    "CONCEPT_SIZE",
    "PAD",
    "STEP",
    "TOKEN",
    "WINDOW",
    "Lexicon",
    "chance",
    "checksums",
    "concept_features",
    "pair_features",
    "token_features",
    "tokens",
    "windows",
]

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]{{1,32}}|[^\w\s]{{1,8}}|_{{1,8}}")
"""Scripts without spaces, and Korean, are read letter by letter."""
_DIGITS = str.maketrans("123456789", "000000000")
_GRAMS, _LONG_GRAMS = (3, 4, 5), (3,)
_LONG = 18
"""Characters from which a token is hardly a word; of such ones only the short n-grams are read."""
WINDOW, STEP = 48, 24
"""In tokens."""
PAD, CONCEPT_PAD = 400, 100
"""Features that every window is taken to have besides its own, at no weight: a few words are little evidence."""
_PER_FOLD, _MOST_WINDOWS = 0.5, 12
_KINDS = 64
_TRIPLES = 1 << 14
_PAIRS_AT, _SKIPS_AT, _LEAPS_AT, _TRIPLES_AT = (_KINDS + _KINDS**2 * place for place in range(4))
CONCEPT_SIZE = _TRIPLES_AT + _TRIPLES
"""Number of features of concepts."""


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The concepts by word."""

    words: Mapping[str, int]
    stems: Mapping[str, int]
    """Of words that may end in any way."""
    names: tuple[str, ...]
    """The first one is number 1: 0 is none."""

    @classmethod
    def of(cls, concepts: Mapping[str, Sequence[str]]) -> Lexicon:
        """The lexicon of concepts, numbered by name, and their words; a word with ``*`` stands for all that begin so.

        Raises:
            ValueError: there are more than 63 concepts.
        """
        if len(concepts) >= _KINDS:
            raise ValueError(f"{len(concepts)} concepts; there can be {_KINDS - 1}")
        words: dict[str, int] = {}
        stems: dict[str, int] = {}
        for number, name in enumerate(sorted(concepts), start=1):
            for phrase in concepts[name]:
                table = stems if phrase.endswith("*") and len(phrase) > 1 else words
                table.setdefault(fold_text(phrase.removesuffix("*") if table is stems else phrase), number)
        return cls(words=words, stems=stems, names=tuple(sorted(concepts)))

    def concept(self, word: str) -> int:
        """The number of the concept of a folded word; 0 for a word without one."""
        found = self.words.get(word)
        if found is not None:
            return found
        for length in range(min(len(word), 16), 2, -1):
            found = self.stems.get(word[:length])
            if found is not None:
                return found
        return 0


def tokens(folded: str) -> list[str]:
    """The tokens of a folded text, every digit a zero."""
    return TOKEN.findall(folded.translate(_DIGITS))


def token_features(token: str, size: int) -> list[int]:
    """The hashes of a token's n-grams and of the token itself."""
    mask, crc = size - 1, zlib.crc32
    padded = f" {token} "
    sizes = _GRAMS if len(token) < _LONG else _LONG_GRAMS
    if token.isascii():
        raw = padded.encode("ascii")
        count = len(raw)
        found = [crc(raw[at : at + n]) & mask for n in sizes for at in range(count - n + 1)]
    else:
        count = len(padded)
        found = [
            crc(padded[at : at + n].encode("utf-8", "surrogatepass")) & mask
            for n in sizes
            for at in range(count - n + 1)
        ]
    found.append(crc(token.encode("utf-8", "surrogatepass"), 1) & mask)
    return found


def checksums(token: str) -> tuple[int, int, int]:
    """Of a token as the last one of a pair, as the one before it and as the one before that."""
    own = zlib.crc32(token.encode("utf-8", "surrogatepass"), 2)
    return own, own >> 5, (own >> 11) ^ 0x155


def pair_features(
    last: tuple[int, int, int], before: tuple[int, int, int], second: tuple[int, int, int], size: int
) -> tuple[int, int]:
    """The hashes of a token with the one before it and with the one before that, given their checksums."""
    return (last[0] ^ before[1]) & (size - 1), (last[0] ^ second[2]) & (size - 1)


def concept_features(concept: int, before: int, second: int, third: int) -> tuple[int, int, int, int, int]:
    """The places of a concept, of its pairs with the three concepts before it, and of the last three together."""
    return (
        concept,
        _PAIRS_AT + before * _KINDS + concept,
        _SKIPS_AT + second * _KINDS + concept,
        _LEAPS_AT + third * _KINDS + concept,
        _TRIPLES_AT + ((((second * _KINDS + before) * _KINDS + concept) * 40503 >> 4) & (_TRIPLES - 1)),
    )


def windows(count: int) -> list[tuple[int, int]]:
    """The windows over `count` tokens, first and last. Each overlaps the next one by half."""
    return [(first, min(first + WINDOW, count)) for first in range(0, max(count - STEP, 1), STEP)]


def chance(count: int) -> float:
    """What is taken from the highest value of `count` windows: of many, one is higher by chance."""
    return _PER_FOLD * math.log(min(max(count, 1), _MOST_WINDOWS))
