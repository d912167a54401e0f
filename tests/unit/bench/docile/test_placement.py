"""Where values stand: worked out by hand on small pages."""

from __future__ import annotations

import pytest
from tests.unit.bench.docile.documents import box_of, document_of

from compiled_ai.bench.docile.document import Box, Document, covering
from compiled_ai.bench.docile.generator import Level, generate
from compiled_ai.bench.docile.official import Prediction
from compiled_ai.bench.docile.placement import place_key_information, place_line_items
from compiled_ai.bench.docile.task import items_of, values_of
from compiled_ai.bench.docile.text_match import Values

PAGE = document_of(
    "Invoice 7731  Order 7731",
    "Subtotal  90.00",
    "Total  90.00",
    "Acme Ltd",
    "5 Mill Yard",
    "Saltbridge",
    "Rnil1 Street 12",
)


def near(one: Box, other: Box) -> bool:
    return all(abs(a - b) < 1e-6 for a, b in zip(one.as_list(), other.as_list(), strict=True))


def only(predictions: list[Prediction]) -> Box:
    assert len(predictions) == 1
    return predictions[0].field.box


@pytest.mark.parametrize(
    ("kind", "text", "box"),
    [
        pytest.param("document_id", "7731", box_of(8, 0, 4), id="the invoice's number"),
        pytest.param("customer_order_id", "7731", box_of(20, 0, 4), id="the order's number"),
        pytest.param("amount_total_net", "90.00", box_of(10, 1, 5), id="the sum before tax"),
        pytest.param("amount_total_gross", "90.00", box_of(7, 2, 5), id="the total"),
        pytest.param("vendor_name", "AcmeLtd", box_of(0, 3, 8), id="spaces do not matter"),
        pytest.param("vendor_address", "5 Mill Yard\nSaltbridge", covering([box_of(0, 4, 11), box_of(0, 5, 10)]), id="two lines"),
        pytest.param("vendor_address", "5 Mill Yard Saltbridge", covering([box_of(0, 4, 11), box_of(0, 5, 10)]), id="two lines, written in one"),
        pytest.param("vendor_address", "Mill", box_of(2, 4, 4), id="part of a line"),
        pytest.param("vendor_name", "cme", box_of(1, 3, 3), id="part of a word"),
        pytest.param("vendor_address", "Mill Street 12", box_of(0, 6, 15), id="misread"),
        pytest.param("vendor_address", "Elsewhere 99", Box(left=0, top=0, right=0, bottom=0), id="nowhere"),
        pytest.param("vendor_name", " \n", Box(left=0, top=0, right=0, bottom=0), id="nothing"),
    ],
)  # fmt: skip
def test_a_value_is_found_at_its_place(kind: str, text: str, box: Box) -> None:
    found = only(place_key_information(PAGE, {kind: [text]}))
    assert near(found, box), (found, box)


def test_a_text_given_twice_takes_two_places() -> None:
    boxes = [item.field.box for item in place_key_information(PAGE, {"order_id": ["7731", "7731"]})]
    assert sorted(box.left for box in boxes) == [box_of(8, 0, 4).left, box_of(20, 0, 4).left]


def test_what_was_misread_is_less_sure() -> None:
    exact, misread, nowhere = (
        place_key_information(PAGE, {"vendor_address": [text]})[0].score
        for text in ("Saltbridge", "Saltbridqe", "Elsewhere 99")
    )
    assert exact == 1.0
    assert exact > misread > nowhere == 0.0


TABLE = document_of("1  Bolt  1  1.00  1.00", "2  Bolt  2  1.00  2.00", "Total  3.00")


def test_line_items_are_found_row_by_row_and_column_by_column() -> None:
    items: list[Values] = [
        {"line_item_position": [number], "line_item_description": ["Bolt"], "line_item_quantity": [number], "line_item_amount_net": [amount]}
        for number, amount in (("1", "1.00"), ("2", "2.00"))
    ]  # fmt: skip
    boxes = [item.field.box for item in place_line_items(TABLE, items)]
    expected = [
        box_of(0, 0, 1), box_of(3, 0, 4), box_of(9, 0, 1), box_of(18, 0, 4),
        box_of(0, 1, 1), box_of(3, 1, 4), box_of(9, 1, 1), box_of(18, 1, 4),
    ]  # fmt: skip
    assert all(near(one, other) for one, other in zip(boxes, expected, strict=True))


def test_items_are_numbered_and_empty_ones_do_no_harm() -> None:
    found = place_line_items(
        TABLE, [{}, {"line_item_description": ["Bolt"]}, {"line_item_description": ["?"]}]
    )
    assert [item.field.line_item_id for item in found] == [2, 3]


def share_at_place(documents: tuple[Document, ...]) -> float:
    right = total = 0
    for document in documents:
        by_kind = sorted(
            document.fields, key=lambda field: list(values_of(document.fields)).index(field.fieldtype)
        )
        pairs = [*zip(by_kind, place_key_information(document, values_of(document.fields)), strict=True)]
        pairs += zip(document.line_items, place_line_items(document, items_of(document)), strict=True)
        for field, prediction in pairs:
            total += 1
            found = prediction.field.box.as_list()
            right += all(abs(a - b) < 0.006 for a, b in zip(field.box.as_list(), found, strict=True))
    return right / total


@pytest.mark.parametrize(("noise", "least"), [("none", 0.99), ("light", 0.97), ("medium", 0.9)])
def test_right_values_of_generated_documents_are_found(noise: Level, least: float) -> None:
    assert share_at_place(generate(16, seed=77, noise=noise)) >= least
