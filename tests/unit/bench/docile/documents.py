"""A small document made by hand, for several tests."""

from __future__ import annotations

from compiled_ai.bench.docile.document import Box, Document, Field, Word

STEP = 0.01
"""Width of a character and height of a line."""


def box_of(column: int, row: int, length: int) -> Box:
    """The box of `length` characters from a column of a row."""
    top = 0.02 * row
    return Box(
        left=round(column * STEP, 4), top=top, right=round((column + length) * STEP, 4), bottom=top + STEP
    )


def document_of(
    *rows: str, docid: str = "hand", fields: tuple[Field, ...] = (), items: tuple[Field, ...] = ()
) -> Document:
    """A page with `rows`, a character each hundredth of its width; two spaces or more begin a new line of the OCR."""
    words, line = [], -1
    for row, text in enumerate(rows):
        last = -9
        column = 0
        for part in text.split(" "):
            if part:
                line += column - last > 1
                words.append(Word(text=part, page=0, box=box_of(column, row, len(part)), line=line))
                last = column + len(part)
            column += len(part) + 1
    return Document(
        docid=docid, pages=1, words=tuple(words), fields=fields, line_items=items, metadata={"page_count": 1}
    )


def field_at(kind: str, text: str, column: int, row: int, item: int | None = None) -> Field:
    """A field of one line that begins at a column of a row."""
    return Field(fieldtype=kind, text=text, page=0, box=box_of(column, row, len(text)), line_item_id=item)
