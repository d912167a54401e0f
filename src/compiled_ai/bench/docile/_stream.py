"""Lines of OCR words as streams of characters, in which values are searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from compiled_ai.bench.docile.document import Box, Word, covering

_LONGEST = 400
"""Longer values are searched exactly only."""


@dataclass(frozen=True)
class Line:
    """Words side by side."""

    words: tuple[Word, ...]

    @property
    def page(self) -> int:
        """0-based."""
        return self.words[0].page

    @cached_property
    def compact(self) -> str:
        """All characters without spaces."""
        return "".join("".join(word.text.split()) for word in self.words)

    @cached_property
    def box(self) -> Box:
        """Around all of it."""
        return covering(word.box for word in self.words)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where words begin in `compact`."""
        places, at = [], 0
        for word in self.words:
            places.append(at)
            at += len("".join(word.text.split()))
        return tuple(places)

    @cached_property
    def ends(self) -> frozenset[int]:
        """Where words end in `compact`; before punctuation at a word's end too."""
        places = set()
        for start, word in zip(self.starts, self.words, strict=True):
            end = start + len("".join(word.text.split()))
            places |= {end}
            if word.text[-1:] in {",", ".", ":", ";"}:
                places |= {end - 1}
        return frozenset(places)

    def part(self, start: int, end: int) -> Box:
        """The box of some of its characters, each as wide as the others of its word."""
        boxes = []
        for at, word in zip(self.starts, self.words, strict=True):
            length = len("".join(word.text.split()))
            first, last = max(start - at, 0), min(end - at, length)
            if first < last:
                step = (word.box.right - word.box.left) / length
                left, right = word.box.left + first * step, word.box.left + last * step
                boxes.append(
                    Box(
                        left=left if first else word.box.left,
                        top=word.box.top,
                        right=right if last < length else word.box.right,
                        bottom=word.box.bottom,
                    )
                )
        return covering(boxes)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Some characters of a line that may be a value."""

    line: Line
    start: int
    end: int
    errors: int

    @property
    def is_whole(self) -> bool:
        """Whether it begins where a word begins and ends where one ends."""
        return self.start in self.line.starts and self.end in self.line.ends

    @property
    def box(self) -> Box:
        """Around its characters."""
        return self.line.part(self.start, self.end)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Words grouped by their lines; words without characters are left out."""
    grouped: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        if word.text.strip():
            grouped.setdefault((word.page, word.line), []).append(word)
    return [Line(tuple(members)) for members in grouped.values()]


def spans_of(line: Line, compact: str, *, exact: bool) -> list[Span]:
    """Where `compact`, a text without spaces, stands in `line`: all exact places, or the best place with a few characters changed."""
    if exact:
        return list(_exact(line, compact))
    most = len(compact) // 4
    if most == 0 or len(compact) > _LONGEST or len(line.compact) < len(compact) - most:
        return []
    errors, start, end = _nearest(compact, line.compact, line.starts)
    # What was misread at a word's end belongs to the value as well.
    start = start - 1 if start - 1 in line.starts else start
    end = end + 1 if end + 1 in line.ends and end not in line.ends else end
    return [Span(line=line, start=start, end=end, errors=errors)] if errors <= most else []


def _exact(line: Line, compact: str) -> Iterable[Span]:
    at = line.compact.find(compact)
    while at >= 0:
        yield Span(line=line, start=at, end=at + len(compact), errors=0)
        at = line.compact.find(compact, at + 1)


def _nearest(value: str, text: str, starts: Sequence[int]) -> tuple[int, int, int]:
    """Least number of changed characters, start and end of the part of `text` that is nearest to `value` (Sellers' algorithm).

    Of equally near parts the one that begins with a word and is the longest is taken.
    """
    words = frozenset(starts)
    costs = list(range(len(value) + 1))
    begins = [0] * (len(value) + 1)
    best = (len(value) + 1, 1, 0, 0, 0)
    for at, char in enumerate(text, start=1):
        previous, origin = costs, begins
        costs, begins = [0], [at]
        for number, wanted in enumerate(value, start=1):
            options = (
                (previous[number - 1] + (wanted != char), origin[number - 1]),
                (previous[number] + 1, origin[number]),
                (costs[number - 1] + 1, begins[number - 1]),
            )
            cost, begin = min(options, key=lambda pair: pair[0])
            costs.append(cost)
            begins.append(begin)
        start = begins[-1]
        best = min(best, (costs[-1], start not in words, start - at, start, at))
    return best[0], best[3], best[4]
