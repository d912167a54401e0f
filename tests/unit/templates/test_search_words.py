"""Words cut to their stems, and slips of the fingers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.templates._search_synonyms import CONCEPTS, concept_words
from compiled_ai.templates._search_typos import SpellingIndex, edit_distance
from compiled_ai.templates._search_words import stem, words_of

SAME = (
    "classify classifies classified classifying classifier classification",
    "notify notifies notification notifications",
    "normalise normalize normalised normalizing normaliser normalization normalisation",
    "extract extracts extracted extracting extractor extraction",
    "map maps mapped mapping mapper",
    "route routes routed routing router",
    "validate validation validator validating validates",
    "date dates dated dating",
    "duplicate duplicates duplication",
    "category categories",
    "batch batches",
    "call calls calling",
    "locate location",
    "unit units",
)
OTHER = (("note", "notation"), ("note", "notify"), ("class", "clash"))


@pytest.mark.parametrize("words", SAME)
def test_forms_of_one_word_have_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("line_items", ["line", "items"]),
        ("lineItems2csv", ["line", "items", "2", "csv"]),
        ("Straße, naïve café", ["strasse", "naive", "cafe"]),
        ("the customer's mail isn't", ["the", "customer", "mail", "is"]),
        ("\u0131\ud800 日本", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text(max_size=40))
def test_a_stem_is_never_empty_and_its_own_beginning(text: str) -> None:
    for word in words_of(text):
        assert 1 <= len(stem(word)) <= len(word)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("map", "map", 0),
        ("calcualte", "calculate", 1),
        ("clasify", "classify", 1),
        ("mapp", "map", 1),
        ("abcd", "badc", 2),
        ("map", "score", 3),
        ("ab", "", 2),
    ],
)
def test_distance_counts_slips(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, at_most=2) == distance


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert edit_distance(one, other, at_most=9) == edit_distance(other, one, at_most=9)


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("clasify", "classify"),
        ("calcualte", "calculate"),
        ("dedulpicator", "deduplicator"),
        ("lcassify", "classify"),
        ("bread", None),
        ("take", None),
        ("xassify", None),
        ("zzzzzz", None),
        ("", None),
    ],
)
def test_the_nearest_word(word: str, nearest: str | None) -> None:
    known = SpellingIndex(["classify", "calculate", "deduplicator", "break", "make", "score"])
    assert next((found for found, _ in known.nearest(word)), None) == nearest


def test_phrases_of_concepts_have_two_words_at_most() -> None:
    texts = [
        text for concept in CONCEPTS.values() for text in f"{concept.names}, {concept.hints}".split(", ")
    ]
    assert [text for text in texts if not 1 <= len(words_of(text)) <= 2] == []


def test_every_word_that_names_a_concept_leads_to_it() -> None:
    words = concept_words()
    for name, concepts in words.named.items():
        assert set(concepts) <= set(words.hinted[name])
