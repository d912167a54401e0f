"""From places in a reading of a text back to places in the text."""

from __future__ import annotations

import functools
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

from compiled_ai.gates.verdict import Span

__all__ = ["OffsetMap", "Piece", "PieceBuilder", "identity"]


Runs = tuple["array[int]", "array[int]", "array[int]"]
"""Where each run starts in the reading, and where its part of the source starts and ends."""


@dataclass(frozen=True, kw_only=True)
class OffsetMap:
    """Runs of a reading and the parts of the source they come from.

    A run as long as its part maps character by character; any other stands for its part as a whole. The runs are put
    together when a place is asked for: most readings hold nothing that is found.
    """

    make: Callable[[], Runs]
    length: int
    """Of the reading, in characters."""
    source_length: int
    parent: OffsetMap | None = None
    """From the source, where that is a reading itself, to the text it was read from."""

    @functools.cached_property
    def runs(self) -> Runs:
        """All runs, in their order."""
        return self.make()

    def span(self, start: int, end: int) -> Span:
        """The part of the original text that `start` to `end` of the reading comes from; always inside it."""
        first, behind = self._own(start, end)
        return self.parent.span(first, behind) if self.parent else Span(start=first, end=behind)

    def under(self, parent: OffsetMap | None) -> OffsetMap:
        """The same map, for a source that is itself a reading."""
        return replace(self, make=lambda: self.runs, parent=parent) if parent else self

    def _own(self, start: int, end: int) -> tuple[int, int]:
        if not self.length:
            return 0, self.source_length
        start = min(max(start, 0), self.length - 1)
        end = min(max(end, start + 1), self.length)
        left, right = self._locate(start), self._locate(end - 1)
        return min(left[0], right[0]), max(left[1], right[1])

    def _locate(self, place: int) -> tuple[int, int]:
        places, starts, ends = self.runs
        run = max(bisect_right(places, place) - 1, 0)
        start, end = starts[run], ends[run]
        behind = places[run + 1] if run + 1 < len(places) else self.length
        if end - start != behind - places[run]:
            return start, end
        return start + place - places[run], start + place - places[run] + 1


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A reading of a text, and where it comes from."""

    text: str
    offsets: OffsetMap


def identity(length: int) -> OffsetMap:
    """The map of a reading that has the characters of its source one by one."""
    return OffsetMap(
        make=lambda: (array("i", [0]), array("i", [0]), array("i", [length])),
        length=length,
        source_length=length,
    )


class PieceBuilder:
    """Puts a reading together, run by run."""

    def __init__(self, source_length: int) -> None:
        self._source_length = source_length
        self._parts: list[str] = []
        self._places, self._starts, self._ends = array("i"), array("i"), array("i")
        self.length = 0

    def add(self, text: str, start: int, end: int) -> None:
        """Append `text`, which stands for `start` to `end` of the source."""
        if not text:
            return
        self._places.append(self.length)
        self._starts.append(start)
        self._ends.append(end)
        self._parts.append(text)
        self.length += len(text)

    def piece(self) -> Piece:
        """What was put together so far."""
        runs = (self._places, self._starts, self._ends)
        offsets = OffsetMap(make=lambda: runs, length=self.length, source_length=self._source_length)
        return Piece(text="".join(self._parts), offsets=offsets)
