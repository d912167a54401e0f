"""Paper to print on: words at places, and marks on those that are values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiled_ai.bench.docile.document import Box, Field, Word, covering

Align = Literal["left", "right", "centre"]
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]/ -"), frozenset("mwMW@%")
LINE_GAP = 0.035
"""Words of a row with a wider gap, in shares of the page's width, are different lines to an OCR. docTR's default paragraph break:
https://github.com/mindee/doctr."""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A word on paper."""

    text: str
    page: int
    box: Box


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A value: the printed words of each of its lines, by their numbers."""

    kind: str
    lines: tuple[tuple[int, ...], ...]
    item: int | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of all its words."""
        return tuple(number for line in self.lines for number in line)


def text_width(text: str, size: float) -> float:
    """Width of `text` in points at that size."""
    return sum(0.30 if char in _NARROW else 0.85 if char in _WIDE else 0.54 for char in text) * size


class Sheet:
    """Pages of one document while they are printed. Places in points from the upper left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.page = 0
        self.words: list[Printed] = []
        self.marks: list[Mark] = []

    def put(
        self, x: float, y: float, text: str, *, size: float = 9, align: Align = "left"
    ) -> tuple[int, ...]:
        """Print one line whose left end, right end or middle is at `x` and whose top is at `y`; the numbers of its words."""
        space = text_width(" ", size)
        if align != "left":
            x -= text_width(text, size) / (1 if align == "right" else 2)
        numbers = []
        for part in text.split():
            width = text_width(part, size)
            numbers.append(len(self.words))
            box = Box(
                left=round(x / self.width, 5),
                top=round(y / self.height, 5),
                right=round((x + width) / self.width, 5),
                bottom=round((y + size) / self.height, 5),
            )
            self.words.append(Printed(text=part, page=self.page, box=box))
            x += width + space
        return tuple(numbers)

    def mark(self, kind: str, *lines: tuple[int, ...], item: int | None = None) -> None:
        """Say that what was printed in `lines` is a value of the type `kind`."""
        if kind and any(lines):
            self.marks.append(Mark(kind=kind, lines=tuple(line for line in lines if line), item=item))

    def value(
        self, kind: str, at: tuple[float, float], text: str, *, size: float = 9, align: Align = "left"
    ) -> None:
        """Print a value of one line and mark it."""
        self.mark(kind, self.put(*at, text, size=size, align=align))

    def block(
        self, kind: str, at: tuple[float, float], lines: Sequence[str], *, align: Align = "left"
    ) -> float:
        """Print a value of several lines and mark it; the top of what comes below."""
        x, y = at
        self.mark(
            kind, *(self.put(x, y + 12 * number, line, align=align) for number, line in enumerate(lines))
        )
        return y + 12 * len(lines)


def wrap(text: str, width: float, size: float) -> list[str]:
    """`text` in lines no wider than `width` points; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def field_of(mark: Mark, words: Sequence[Printed]) -> Field:
    """`mark` as DocILE's annotation: words joined by spaces, lines by line ends."""
    return Field(
        fieldtype=mark.kind,
        text="\n".join(" ".join(words[number].text for number in line) for line in mark.lines),
        page=words[mark.numbers[0]].page,
        box=covering(words[number].box for number in mark.numbers),
        line_item_id=mark.item,
    )


def in_lines(words: Sequence[Printed]) -> tuple[Word, ...]:
    """The words in reading order with the lines that an OCR would see."""
    ordered: list[Word] = []
    line = 0
    for row in rows_of(words):
        for number, word in enumerate(row):
            line += number > 0 and word.box.left - row[number - 1].box.right > LINE_GAP
            ordered.append(Word(text=word.text, page=word.page, box=word.box, line=line))
        line += 1
    return tuple(ordered)


def rows_of(words: Sequence[Printed]) -> list[list[Printed]]:
    """Words that stand side by side, from top to bottom, page by page, each row from left to right.

    A word belongs to the row whose last word to its left is nearest in height, so that a page that is a little askew keeps its rows.
    """
    rows: list[list[Printed]] = []
    for word in sorted(words, key=lambda item: (item.page, item.box.left, item.box.top)):
        near = [row for row in rows if _continues(row[-1], word)]
        best = min(near, key=lambda row: abs(row[-1].box.middle - word.box.middle), default=None)
        if best is None:
            rows.append([word])
        else:
            best.append(word)
    return sorted(rows, key=lambda row: (row[0].page, sum(word.box.middle for word in row) / len(row)))


def _continues(last: Printed, word: Printed) -> bool:
    if last.page != word.page or word.box.left < last.box.left:
        return False
    return abs(last.box.middle - word.box.middle) < 0.5 * min(last.box.height, word.box.height)
