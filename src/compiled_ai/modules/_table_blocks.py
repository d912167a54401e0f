"""Tables in text: blocks of neighbouring lines, and how each kind of block is cut into cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

Row = list[str]
_Found = tuple[int, list[Row]]
"""How many lines were looked at, and the rows of the table that they are, none if they are none."""

_RULE = re.compile(r"[\s|+:=_-]*[-=_]{2,}[\s|+:=_-]*")
_GAP = re.compile(r"[ \t]{2,}")
_WORDS = re.compile(r"\S+(?: \S+)*")
_PROSE = re.compile(r"\w \w+ .*[.!?]$|[a-z]{2,}[,.;!?] [a-z]+ [a-z]+ ")
_MOST_LINES = 5000
_WIDEST = 400


def blocks(text: str) -> Iterator[list[Row]]:
    """The rows of cells of every table in `text`, header first, in order; each has two rows and two columns or more."""
    lines = text.splitlines()[:_MOST_LINES]
    index = 0
    while index < len(lines):
        length, rows = _table_at(lines, index)
        if rows:
            yield rows
        index += length


def _table_at(lines: Sequence[str], index: int) -> _Found:
    # Lines of a block that is no table are not looked at again, so that long texts stay linear.
    lengths = [1]
    for read in _READERS:
        length, rows = read(lines, index)
        if rows:
            return length, rows
        if length > 1:
            lengths.append(length)
    return min(lengths[1:], default=1), []


def _cells_reader(
    cut: Callable[[str], Row | None], *, commas: bool = False
) -> Callable[[Sequence[str], int], _Found]:
    def read(lines: Sequence[str], index: int) -> _Found:
        rows: list[Row] = []
        last = index
        while last < len(lines):
            row = cut(lines[last])
            ruled = row is None or _RULE.fullmatch(lines[last]) is not None
            if ruled and not (rows and _RULE.fullmatch(lines[last])):
                break
            if row is not None and not ruled:
                if len(row) != len((rows or [row])[0]):
                    break
                rows.append(row)
            last += 1
        sure = len(rows) > 1 and len(rows[0]) > 1 and not (commas and _is_prose(rows, lines[index:last]))
        return last - index, rows if sure else []

    return read


def _is_prose(rows: list[Row], lines: Sequence[str]) -> bool:
    if any(len(cell) > 40 or _PROSE.search(cell) for cell in rows[0]):
        return True
    # Two parts with a space after the comma are mostly "Family, Given" or "City, State".
    return len(rows[0]) == 2 and all(", " in line or "; " in line for line in lines)


def _cut_pipes(line: str) -> Row | None:
    bare = line.strip()
    if "|" not in bare:
        return None
    return [cell.strip() for cell in bare.removeprefix("|").removesuffix("|").split("|")]


def _cut_tabs(line: str) -> Row | None:
    return [cell.strip() for cell in line.split("\t")] if "\t" in line else None


def _cut_semicolons(line: str) -> Row | None:
    return split_quoted(line, ";") if ";" in line else None


def _cut_commas(line: str) -> Row | None:
    return split_quoted(line, ",") if "," in line else None


def split_quoted(line: str, separator: str) -> Row:
    """The fields of one line of CSV; quotes protect separators and are doubled inside (RFC 4180)."""
    if '"' not in line:
        return [field.strip() for field in line.split(separator)]
    fields: Row = []
    parts: list[str] = []
    quotes = 0
    for piece in line.split(separator):
        parts.append(piece)
        quotes += piece.count('"')
        if quotes % 2 == 0:
            fields.append(_unquoted(separator.join(parts)))
            parts = []
    return [*fields, separator.join(parts).strip()] if parts else fields


def _unquoted(field: str) -> str:
    bare = field.strip()
    quoted = len(bare) > 1 and bare.startswith('"') and bare.endswith('"')
    return bare[1:-1].replace('""', '"').strip() if quoted else bare


def _is_spaced(line: str) -> bool:
    bare = line.strip()
    return (
        bool(bare)
        and len(line) <= _WIDEST
        and (_GAP.search(bare) is not None or _RULE.fullmatch(bare) is not None)
    )


def _read_columns(lines: Sequence[str], index: int) -> _Found:
    """Rows of lines whose columns are aligned, or that have as many cells as the first by gaps of two blanks."""
    last = index
    while last < len(lines) and _is_spaced(lines[last]):
        last += 1
    block = [line.replace("\t", " ").rstrip() for line in lines[index:last] if not _RULE.fullmatch(line)]
    if len(block) < 2:
        return last - index, []
    by_gaps = [_GAP.split(line.strip()) for line in block]
    edges = _edges(block)
    rows = [[line[start:end].strip() for start, end in edges] for line in block]
    if len(edges) == len(by_gaps[0]) > 1 and all(rows[0]):
        return last - index, rows
    even = all(len(row) == len(by_gaps[0]) for row in by_gaps)
    return last - index, by_gaps if even else []


def _edges(block: Sequence[str]) -> list[tuple[int, int]]:
    """The columns: runs of positions that some line fills."""
    filled = bytearray(max(len(line) for line in block))
    for line in block:
        for words in _WORDS.finditer(line):
            filled[words.start() : words.end()] = b"\x01" * (words.end() - words.start())
    return [match.span() for match in re.finditer(b"\x01+", bytes(filled))]


_READERS = (
    _cells_reader(_cut_pipes),
    _cells_reader(_cut_tabs),
    _read_columns,
    _cells_reader(_cut_semicolons, commas=True),
    _cells_reader(_cut_commas, commas=True),
)
