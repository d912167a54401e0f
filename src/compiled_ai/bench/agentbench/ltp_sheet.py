"""The puzzles of AgentBench, read from their spreadsheet with what Python brings along."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from compiled_ai.errors import MissingToolError

_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MOST_BYTES = 20 * 2**20
_COLUMN = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_NUMBERING = re.compile(r"\s*(?:\d{1,2}[.)]|-)\s*")


@dataclass(frozen=True, kw_only=True)
class Puzzle:
    """A story, and the truth behind it."""

    entry_id: str
    story: str
    truth: str
    keys: tuple[str, ...]
    """What must be found out of the truth, point by point."""


def parse_puzzles(content: bytes) -> tuple[Puzzle, ...]:
    """All puzzles in their order; their ids count from ``ltp-00``. The columns are story, truth, key points of the story, key points of the truth.

    Raises:
        MissingToolError: the data is not in the form that we know.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            texts = (
                _shared_texts(_part(book, "xl/sharedStrings.xml"))
                if "xl/sharedStrings.xml" in book.namelist()
                else []
            )
            rows = list(_rows(_part(book, "xl/worksheets/sheet1.xml"), texts))
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        KeyError,
        IndexError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise MissingToolError(f"AgentBench's puzzles cannot be read as a spreadsheet: {error!r}") from error
    puzzles: list[Puzzle] = []
    for row in rows[1:]:
        story, truth, keys = row.get("A", ""), row.get("B", ""), row.get("D", "")
        if story.strip() and truth.strip():
            puzzles.append(
                Puzzle(
                    entry_id=f"ltp-{len(puzzles):02d}",
                    story=story.strip(),
                    truth=truth.strip(),
                    keys=tuple(_points(keys)) or (truth.strip(),),
                )
            )
    return tuple(puzzles)


def _points(text: str) -> Iterator[str]:
    for line in text.splitlines():
        numbering = _NUMBERING.match(line)
        point = (line[numbering.end() :] if numbering else line).strip()
        if point:
            yield point


def _part(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if book.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(f"{name} is too large")
    return ElementTree.fromstring(book.read(name))  # noqa: S314 - pinned to the byte, and expat bounds the growth of entities


def _shared_texts(root: ElementTree.Element) -> list[str]:
    return [
        "".join(node.text or "" for node in item.iter(f"{_NAMESPACE}t"))
        for item in root.iter(f"{_NAMESPACE}si")
    ]


def _rows(root: ElementTree.Element, texts: list[str]) -> Iterator[dict[str, str]]:
    for row in root.iter(f"{_NAMESPACE}row"):
        cells: dict[str, str] = {}
        for cell in row.iter(f"{_NAMESPACE}c"):
            place = _COLUMN.fullmatch(cell.get("r", ""))
            if place:
                cells[place[1]] = _cell_text(cell, texts)
        yield cells


def _cell_text(cell: ElementTree.Element, texts: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(node.text or "" for node in cell.iter(f"{_NAMESPACE}t"))
    value = cell.findtext(f"{_NAMESPACE}v") or ""
    return texts[int(value)] if cell.get("t") == "s" and value else value
