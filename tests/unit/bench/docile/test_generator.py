"""Generated documents: what holds for all of them."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.docile.document import KILE_TYPES, LIR_TYPES, Document
from compiled_ai.bench.docile.generator import Level, documents_digest, generate, generate_one
from compiled_ai.bench.docile.task import GENERATED_KILE, GENERATED_LIR, TAX_TYPES

MANY = generate(48, noise="none", seed=5)
LEVELS: tuple[Level, ...] = ("none", "light", "medium", "heavy")


def words_under(document: Document, index: int, *, of_items: bool) -> list[str]:
    """OCR words whose middle lies in the box of a field, in reading order."""
    field = (document.line_items if of_items else document.fields)[index]
    box = field.box
    inside = [
        word
        for word in document.words
        if word.page == field.page
        and box.left <= (word.box.left + word.box.right) / 2 <= box.right
        and box.top <= word.box.middle <= box.bottom
    ]
    return [word.text for word in inside]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 500))
def test_values_of_a_clean_document_stand_in_its_words(seed: int, number: int) -> None:
    document = generate_one(number, seed=seed, noise="none")
    for index, field in enumerate(document.fields):
        assert Counter(words_under(document, index, of_items=False)) == Counter(field.text.split())
    for index, field in enumerate(document.line_items):
        assert Counter(words_under(document, index, of_items=True)) == Counter(field.text.split())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 500), st.sampled_from(LEVELS))
def test_boxes_lie_on_the_page(seed: int, number: int, noise: Level) -> None:
    document = generate_one(number, seed=seed, noise=noise)
    assert all(item.box.is_inside and 0 <= item.page < document.pages for item in document.words)
    assert all(item.box.is_inside for item in (*document.fields, *document.line_items))


@pytest.mark.parametrize("noise", LEVELS)
def test_same_seed_gives_the_same_bytes(noise: Level) -> None:
    assert documents_digest(generate(4, seed=9, noise=noise)) == documents_digest(
        generate(4, seed=9, noise=noise)
    )
    assert documents_digest(generate(4, seed=9, noise=noise)) != documents_digest(
        generate(4, seed=10, noise=noise)
    )


def test_bytes_are_those_of_this_version_of_the_generator() -> None:
    """A change that alters them must raise GENERATOR_VERSION."""
    assert (
        documents_digest(generate(12, noise="heavy"))
        == "docile1:25adb980f6a7e4f3c4d49b7c0d5881eb6602050fef151aa13e214fcfc38da113"
    )


def test_more_documents_begin_with_the_same_ones() -> None:
    assert generate(3) == generate(5)[:3]


def test_noise_leaves_the_truth_alone() -> None:
    clean, noisy = generate_one(11, noise="none"), generate_one(11, noise="heavy")
    assert [field.text for field in clean.fields] == [field.text for field in noisy.fields]
    assert [word.text for word in clean.words] != [word.text for word in noisy.words]


def test_more_noise_keeps_fewer_words() -> None:
    clean = [Counter(word.text for word in item.words) for item in generate(16, noise="none")]
    kept = [
        sum((ours & theirs).total() for ours, theirs in zip([Counter(word.text for word in item.words) for item in generate(16, noise=noise)], clean, strict=True))
        for noise in LEVELS
    ]  # fmt: skip
    assert kept == sorted(kept, reverse=True)
    assert kept[3] < 0.9 * kept[0]


def test_types_are_those_of_the_task_and_single_ones_come_once() -> None:
    assert set(GENERATED_KILE) <= set(KILE_TYPES)
    assert set(GENERATED_LIR) <= set(LIR_TYPES)
    for document in MANY:
        counts = Counter(field.fieldtype for field in document.fields)
        assert set(counts) <= set(GENERATED_KILE)
        assert all(count == 1 or kind in TAX_TYPES for kind, count in counts.items())
        items = Counter((field.line_item_id, field.fieldtype) for field in document.line_items)
        assert {kind for _, kind in items} <= set(GENERATED_LIR)
        assert set(items.values()) == {1}


def test_every_type_of_the_task_is_printed_somewhere() -> None:
    documents = generate(96, noise="none")
    assert {field.fieldtype for item in documents for field in item.fields} == set(GENERATED_KILE)
    assert {field.fieldtype for item in documents for field in item.line_items} == set(GENERATED_LIR)


def test_documents_differ_as_real_ones_do() -> None:
    assert {item.metadata["layout"] for item in MANY} == {0, 1, 2, 3}
    assert {item.metadata["currency"] for item in MANY} == {"usd", "eur", "gbp", "chf"}
    assert any(item.pages > 1 for item in MANY)
    assert any("\n" in field.text for item in MANY for field in item.line_items)
    assert any("date_due" not in {field.fieldtype for field in item.fields} for item in MANY)
    text = "\n".join(field.text for item in MANY for field in item.fields)
    assert re.search(r"\d,\d{3}\.\d\d", text)
    assert re.search(r"\d\.\d{3},\d\d|\d \d{3},\d\d", text)


def amount(text: str) -> Decimal:
    """Cents apart from what is in front of them, whatever separates thousands."""
    digits = "".join(char for char in text if char.isdigit())
    return Decimal(digits) / 100


def test_sums_are_right() -> None:
    for document in MANY:
        fields = {field.fieldtype: field.text for field in document.fields}
        net = amount(fields["amount_total_net"])
        assert net == sum(
            amount(field.text) for field in document.line_items if field.fieldtype == "line_item_amount_net"
        )
        gross = amount(fields["amount_total_gross"])
        if "amount_total_tax" in fields:
            assert gross == net + amount(fields["amount_total_tax"])
        details = [amount(field.text) for field in document.fields if field.fieldtype == "tax_detail_gross"]
        assert not details or sum(details) == gross
        if "amount_due" in fields:
            assert amount(fields["amount_due"]) == gross - amount(fields.get("amount_paid", "0"))


def test_nobody_real_can_be_reached() -> None:
    for document in MANY:
        for field in document.fields:
            assert field.fieldtype != "vendor_email" or field.text.endswith(".example")
            assert field.fieldtype != "iban" or field.text.startswith("XE")
