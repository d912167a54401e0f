"""A request made ready: plain and folded text, words with their places, and where its clauses end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.modules._scan import plain, plain_fold
from compiled_ai.modules._slot_words import word_set

Span = tuple[int, int]

FILLERS = word_set("of is to at a an the equal equals being was are be set about around approximately roughly exactly only just that it its "
    "it's with by as some value nearly almost my their his her our has have having measures measuring were up currently level i'm for "
    "size amount total rate given which this these those in from also then and"
)  # fmt: skip
"""Words between a cue and its value that say nothing against it."""
_WORD = re.compile(r"[^\W_]+(?:['_&+#/.-]+[^\W_]+)*|_[\w]+")
_BREAK = re.compile(r"[;?!\n]|\.(?=\s|$)")
_SMALL_BREAK = re.compile(r",(?![0-9]{3})|[()]|\b(?:and|with|while|whereas|but|or)\b")
_SINGLE = re.compile(r"\bI\b|\bI'\w+|\b[A-Z]{2,5}\b")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the request, folded, and where it stands."""

    start: int
    end: int
    text: str


class Reading:
    """One request. All offsets are those of the request itself."""

    __slots__ = ("_breaks", "_small_breaks", "_starts", "folded", "lower", "original", "text", "words")

    def __init__(self, request: str) -> None:
        self.original = request
        self.text = plain(request)
        self.folded = plain_fold(request)
        self.words = [Word(match.start(), match.end(), match[0]) for match in _WORD.finditer(self.folded)]
        self._starts = [word.start for word in self.words]
        self._breaks = [match.start() for match in _BREAK.finditer(self.folded)]
        self._small_breaks = [match.start() for match in _SMALL_BREAK.finditer(self.folded)]
        shown = _SINGLE.sub("", self.text[1:])
        self.lower = not any(char.isupper() for char in shown) or self.text.isupper()
        """Whether the writer uses no capitals, so that they tell nothing."""

    def words_in(self, start: int, end: int) -> list[Word]:
        """The words that begin within."""
        return self.words[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def clause(self, start: int, end: int) -> Span:
        """The bounds of the sentence or clause around a span."""
        left = bisect_left(self._breaks, start)
        right = bisect_left(self._breaks, end)
        low = self._breaks[left - 1] + 1 if left else 0
        return low, self._breaks[right] if right < len(self._breaks) else len(self.text)

    def room(self, spans: Sequence[Span], index: int) -> Span:
        """Where cues of a span may stand: in its sentence, between the spans before and after it."""
        low, high = self.clause(*spans[index])
        before = spans[index - 1][1] if index else low
        after = spans[index + 1][0] if index + 1 < len(spans) else high
        return max(low, before), min(high, after)

    def small_breaks(self, start: int, end: int) -> int:
        """How many commas, brackets and joining words stand within."""
        return bisect_left(self._small_breaks, end) - bisect_left(self._small_breaks, start)

    def word_after(self, position: int) -> Word | None:
        """The first word that begins at or after `position`."""
        index = bisect_left(self._starts, position)
        return self.words[index] if index < len(self.words) else None
