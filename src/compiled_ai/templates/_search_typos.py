"""The known words nearest to a misspelt one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

_GRAM: Final = 3
_SHORTEST: Final = 5
_MIDDLE, _LONG = 7, 9
"""From these lengths on, one letter may stand for another, and two slips are forgiven."""
_TRIED: Final = 25
"""Candidates whose distance is measured, those with the most common n-grams."""


class SpellingIndex:
    """Finds words by character n-grams, then by edit distance.

    Args:
        words: The known words. They should be stems, as the word that is looked for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({word for word in words if len(word) >= _SHORTEST})
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for gram in _grams(word):
                self._by_gram[gram].append(number)

    def nearest(self, word: str) -> tuple[tuple[str, float], ...]:
        """The known words that `word` may be a slip of, each with its nearness below 1; empty when there is none."""
        if len(word) < _SHORTEST:
            return ()
        allowed = 2 if len(word) >= _LONG else 1
        shared = Counter(number for gram in _grams(word) for number in self._by_gram.get(gram, ()))
        found = [
            (distance, known)
            for number, _ in shared.most_common(_TRIED)
            if (distance := edit_distance(word, known := self._words[number], at_most=allowed)) <= allowed
            and _may_be_slip(word, known)
        ]
        least = min((distance for distance, _ in found), default=0)
        return tuple(
            (known, 1 - distance / len(word)) for distance, known in sorted(found) if distance == least
        )


def _grams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[start : start + _GRAM] for start in range(len(padded) - _GRAM + 1)}


def _may_be_slip(word: str, known: str) -> bool:
    """Whether the difference looks like a slip. People seldom miss the first letter, unless they swap it with the second.

    One letter for another makes other words of short ones (``bread``, ``break``), where a letter missed, doubled or swapped seldom does.
    """
    if len(word) < _MIDDLE and len(word) == len(known) and sorted(word) != sorted(known):
        return False
    return word[0] == known[0] or word[:2] == known[1::-1]


def edit_distance(one: str, other: str, *, at_most: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours between two words; `at_most` + 1 when there are more."""
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
    return row[-1]
