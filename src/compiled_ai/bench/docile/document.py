"""Documents as DocILE has them: words that an OCR read, and fields that somebody marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle on a page, in shares of the page's width and height; (0, 0) is its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_inside(self) -> bool:
        """Whether it lies on the page and is no inside-out box."""
        return 0 <= self.left <= self.right <= 1 and 0 <= self.top <= self.bottom <= 1

    @property
    def height(self) -> float:
        """In shares of the page's height."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Vertical middle."""
        return (self.top + self.bottom) / 2

    def as_list(self) -> list[float]:
        """Left, top, right, bottom."""
        return [self.left, self.top, self.right, self.bottom]


def covering(boxes: Iterable[Box]) -> Box:
    """The least box that holds all of `boxes`, of which there is at least one."""
    listed = list(boxes)
    return Box(
        left=min(box.left for box in listed),
        top=min(box.top for box in listed),
        right=max(box.right for box in listed),
        bottom=max(box.bottom for box in listed),
    )


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word as the OCR read it."""

    text: str
    page: int
    """0-based."""
    box: Box
    """Tight around the ink where the dataset says so (``snapped_geometry``)."""
    line: int
    """Number of its line in the document; words of one line stand side by side without a wide gap."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A value at its place: marked by a person, or predicted."""

    fieldtype: str
    text: str
    page: int
    box: Box
    line_item_id: int | None = None
    """Which line item it belongs to; None for key information."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A business document with its OCR and its annotation."""

    docid: str
    pages: int
    words: tuple[Word, ...]
    """In reading order, page by page."""
    fields: tuple[Field, ...]
    """Key information (KILE)."""
    line_items: tuple[Field, ...]
    """Fields of line items (LIR), each with its `line_item_id`."""
    metadata: JsonObject
    """Such as currency, language, document type and the sizes of pages."""


KILE_TYPES: dict[str, str] = {
    "account_num": "number of the bank account that money is to be paid to, without the bank's number",
    "amount_due": "what remains to be paid",
    "amount_paid": "what has been paid already",
    "amount_total_gross": "total with tax",
    "amount_total_net": "total before tax",
    "amount_total_tax": "sum of all taxes",
    "bank_num": "number of the bank of that account, such as a routing number or sort code",
    "bic": "BIC (SWIFT code) of the bank",
    "currency_code_amount_due": "currency code or sign at the amount to be paid",
    "customer_billing_address": "address that the document is billed to, without the name",
    "customer_billing_name": "name of who is billed",
    "customer_delivery_address": "address that the goods go to, without the name",
    "customer_delivery_name": "name of who gets the goods",
    "customer_id": "the vendor's number of the customer",
    "customer_order_id": "number of the customer's purchase order",
    "customer_other_address": "another address of the customer",
    "customer_other_name": "another name on the customer's side, such as a contact person",
    "customer_registration_id": "number of the customer in a register of firms",
    "customer_tax_id": "tax number of the customer",
    "date_due": "date by which it is to be paid",
    "date_issue": "date on which the document was issued",
    "document_id": "number of the document",
    "iban": "IBAN of the account that money is to be paid to",
    "order_id": "number of an order of which it is not said whose number it is",
    "payment_reference": "reference to be stated with the payment",
    "payment_terms": "when and how it is to be paid, in words",
    "tax_detail_gross": "total with tax at one tax rate, from the table of taxes",
    "tax_detail_net": "total before tax at one tax rate, from the table of taxes",
    "tax_detail_rate": "tax rate, from the table of taxes",
    "tax_detail_tax": "tax at one tax rate, from the table of taxes",
    "vendor_address": "address of the vendor, without the name",
    "vendor_email": "mail address of the vendor",
    "vendor_name": "name of the vendor",
    "vendor_order_id": "the vendor's own number of the order",
    "vendor_registration_id": "number of the vendor in a register of firms",
    "vendor_tax_id": "tax number of the vendor",
}
"""DocILE's 36 types of key information, described in our words. https://arxiv.org/abs/2302.05658"""

LIR_TYPES: dict[str, str] = {
    "line_item_amount_gross": "amount of the line with tax",
    "line_item_amount_net": "amount of the line before tax",
    "line_item_code": "number or code of the article",
    "line_item_currency": "currency of the line",
    "line_item_date": "date of the line, such as that of delivery",
    "line_item_description": "what it is; all its lines",
    "line_item_discount_amount": "discount on the line as an amount",
    "line_item_discount_rate": "discount on the line in percent",
    "line_item_hts_number": "number in a customs tariff",
    "line_item_order_id": "number of the order that the line belongs to",
    "line_item_person_name": "a person's name in the line",
    "line_item_position": "number of the line in the table",
    "line_item_quantity": "how many",
    "line_item_tax": "tax on the line as an amount",
    "line_item_tax_rate": "tax rate of the line",
    "line_item_unit_price_gross": "price of one with tax",
    "line_item_unit_price_net": "price of one before tax",
    "line_item_units_of_measure": "unit of the quantity",
    "line_item_weight": "weight",
}
"""DocILE's 19 types of fields of line items."""
