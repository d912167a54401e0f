"""What a system is given of a document: its text in lines as on the page, and on request the words with their boxes."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.docile._sheet import Printed, rows_of
from compiled_ai.bench.docile.document import Document
from compiled_ai.spec.canonical import JsonObject, JsonValue

PAGE_END = "\f"
"""Between pages, as ``pdftotext -layout`` has it."""
_COLUMNS = 120
"""Characters that a page is wide."""
_GAP = 0.012
"""A gap wider than this share of the page is shown by two spaces at least."""


def document_input(document: Document, *, with_words: bool) -> JsonObject:
    """The input of a case: ``text``, and ``words`` with places in thousandths of the page where they are asked for."""
    given: JsonObject = {"text": document_text(document)}
    if with_words:
        given["words"] = [
            {"text": word.text, "page": word.page, "box": [round(edge * 1000) for edge in word.box.as_list()]}
            for word in document.words
        ]
    return given


def input_schema(*, with_words: bool) -> JsonObject:
    """JSON Schema of `document_input`."""
    properties: JsonObject = {
        "text": {
            "type": "string",
            "description": "All words as the OCR read them, in lines and at columns as on the page; pages are separated by a form feed.",
        }
    }
    if with_words:
        properties["words"] = {
            "type": "array",
            "description": "The same words in reading order. box: left, top, right, bottom in thousandths of the page's width and height. page: from 0.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "page", "box"],
                "properties": {
                    "text": {"type": "string"},
                    "page": {"type": "integer"},
                    "box": {"type": "array", "items": {"type": "integer"}},
                },
            },
        }
    required: list[JsonValue] = [*properties]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def document_text(document: Document) -> str:
    """The words in lines, columns kept, without the page's left margin; words that stand close are one space apart."""
    pages: list[list[str]] = [[] for _ in range(document.pages)]
    words = [Printed(text=word.text, page=word.page, box=word.box) for word in document.words]
    margin = min((round(word.box.left * _COLUMNS) for word in words), default=0)
    for row in rows_of(words):
        pages[row[0].page].append(_line(row)[margin:])
    return PAGE_END.join("\n".join(lines) for lines in pages)


def _line(row: Sequence[Printed]) -> str:
    line, last = "", 0.0
    for word in row:
        column = round(word.box.left * _COLUMNS)
        if not line:
            line = " " * column
        elif word.box.left - last > _GAP:
            line += " " * max(2, column - len(line))
        else:
            line += " "
        line += word.text
        last = word.box.right
    return line
