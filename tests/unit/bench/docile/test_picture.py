"""Pictures of documents."""

from __future__ import annotations

from xml.etree import ElementTree

from compiled_ai.bench.docile.generator import generate_one
from compiled_ai.bench.docile.picture import document_svg


def test_a_page_shows_its_words_and_fields() -> None:
    document = generate_one(1, noise="medium")
    root = ElementTree.fromstring(document_svg(document))
    space = "{http://www.w3.org/2000/svg}"
    assert [item.text for item in root.iter(f"{space}text")] == [
        word.text for word in document.words if word.page == 0
    ]
    titles = [item.text for item in root.iter(f"{space}title")]
    assert len(titles) == sum(field.page == 0 for field in (*document.fields, *document.line_items))
