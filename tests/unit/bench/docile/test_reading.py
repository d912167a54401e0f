"""What systems are given."""

from __future__ import annotations

import jsonschema_rs
import pytest
from tests.unit.bench.docile.documents import document_of

from compiled_ai.bench.docile.generator import Level, generate
from compiled_ai.bench.docile.reading import document_input, document_text, input_schema


def test_lines_and_columns_are_kept() -> None:
    text = document_text(document_of("No 77  Date", "  5 Mill Yard"))
    assert text == "No 77   Date\n  5 Mill Yard"


def test_the_left_margin_is_left_out() -> None:
    assert document_text(document_of("    No 77", "      Date")) == "No 77\n  Date"


@pytest.mark.parametrize("noise", ["none", "heavy"])
def test_every_word_stands_in_the_text_once(noise: Level) -> None:
    for document in generate(12, noise=noise, seed=4):
        assert sorted(document_text(document).split()) == sorted(word.text for word in document.words)
        assert document_text(document).count("\f") == document.pages - 1


def test_a_page_that_lies_askew_keeps_its_rows() -> None:
    for document in generate(12, noise="heavy", seed=4):
        clean = next(
            item for item in generate(12, noise="none", seed=4) if item.metadata == document.metadata
        )
        lines, others = document_text(document).count("\n"), document_text(clean).count("\n")
        assert abs(lines - others) <= 0.1 * others


@pytest.mark.parametrize("with_words", [False, True])
def test_input_fits_its_schema(with_words: bool) -> None:
    schema = input_schema(with_words=with_words)
    for document in generate(4, noise="heavy"):
        given = document_input(document, with_words=with_words)
        assert jsonschema_rs.is_valid(schema, given)
        assert ("words" in given) == with_words
