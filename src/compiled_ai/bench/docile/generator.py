"""Synthetic invoices with OCR noise, in DocILE's format, for everybody without access to the real documents.

Firms, people and numbers are invented. The same seed gives the same documents to the last byte, on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.docile._content import make_sale, make_vendor
from compiled_ai.bench.docile._dice import Dice
from compiled_ai.bench.docile._formats import CURRENCY
from compiled_ai.bench.docile._layout import lay_out
from compiled_ai.bench.docile._noise import NOISE, Level, Noise, scan
from compiled_ai.bench.docile._sheet import field_of, in_lines
from compiled_ai.bench.docile.document import Document
from compiled_ai.bench.docile.source import annotation_json, ocr_json
from compiled_ai.spec.canonical import digest

__all__ = ["GENERATOR_VERSION", "NOISE", "Level", "Noise", "documents_digest", "generate", "generate_one"]

GENERATOR_VERSION = 1
"""Goes up with each change of what a seed gives."""


def generate(count: int, *, seed: int = 0, noise: Level = "light", vendors: int = 8) -> tuple[Document, ...]:
    """`count` invoices of `vendors` vendors in turn. More of them begin with the same ones, and noise changes neither content nor layout."""
    return tuple(generate_one(number, seed=seed, noise=noise, vendors=vendors) for number in range(count))


def generate_one(number: int, *, seed: int = 0, noise: Level = "light", vendors: int = 8) -> Document:
    """The invoice of that number."""
    base = f"docile/{GENERATOR_VERSION}/{seed}"
    vendor = make_vendor(number % vendors, base)
    sheet = lay_out(vendor, make_sale(vendor, Dice(f"{base}/sale/{number}")))
    printed, read = scan(sheet.words, NOISE[noise], Dice(f"{base}/scan/{number}/{noise}"))
    fields = [field_of(mark, printed) for mark in sheet.marks]
    size = [round(sheet.width * 200 / 72), round(sheet.height * 200 / 72)]
    return Document(
        docid=f"synthetic-{seed}-{number:05}-{noise}",
        pages=sheet.page + 1,
        words=in_lines(read),
        fields=tuple(field for field in fields if field.line_item_id is None),
        line_items=tuple(field for field in fields if field.line_item_id is not None),
        metadata={
            "cluster_id": vendor.number,
            "currency": CURRENCY[vendor.region].code.lower(),
            "document_type": "tax_invoice",
            "language": "eng",
            "layout": vendor.layout,
            "original_filename": f"synthetic-{seed}-{number:05}",
            "page_count": sheet.page + 1,
            "page_sizes_at_200dpi": [[*size] for _ in range(sheet.page + 1)],
            "source": "synthetic",
        },
    )


def documents_digest(documents: Sequence[Document]) -> str:
    """Identity of documents: annotations and OCR of all of them."""
    return digest("docile1", [[item.docid, annotation_json(item), ocr_json(item)] for item in documents])
