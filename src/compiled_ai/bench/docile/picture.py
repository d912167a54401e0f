"""A document as a picture, drawn from its OCR words: for people, in the docs and while debugging."""

from __future__ import annotations

import html

from compiled_ai.bench.docile.document import Document, Field

_WIDTH = 850
_HEIGHT = 1150


def document_svg(document: Document, page: int = 0) -> str:
    """One page as SVG: what the OCR read at its places, with key information boxed blue and line items green."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    parts += [_outline(field, "#2563eb") for field in document.fields if field.page == page]
    parts += [_outline(field, "#16a34a") for field in document.line_items if field.page == page]
    for word in document.words:
        if word.page == page:
            box = word.box
            width = max((box.right - box.left) * _WIDTH, 1)
            parts.append(
                f'<text x="{box.left * _WIDTH:.1f}" y="{(box.bottom - 0.15 * box.height) * _HEIGHT:.1f}" font-family="sans-serif" '
                f'font-size="{max(box.height * _HEIGHT, 1):.1f}" textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs">'
                f"{html.escape(word.text)}</text>"
            )
    return "\n".join([*parts, "</svg>\n"])


def _outline(field: Field, colour: str) -> str:
    box = field.box
    return (
        f'<rect x="{box.left * _WIDTH:.1f}" y="{box.top * _HEIGHT:.1f}" width="{(box.right - box.left) * _WIDTH:.1f}" '
        f'height="{box.height * _HEIGHT:.1f}" fill="{colour}" fill-opacity="0.12" stroke="{colour}" stroke-width="0.6">'
        f"<title>{html.escape(field.fieldtype)}</title></rect>"
    )
