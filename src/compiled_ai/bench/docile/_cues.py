"""Which of several places of a text fits a type of key information: by words beside and above it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from compiled_ai.bench.docile.document import Box, Document

_WORD = re.compile(r"[^\W\d_]+|%")
_CUES: dict[str, tuple[str, ...]] = {
    "account_num": ("account", "acct"),
    "amount_due": ("due", "balance", "pay", "payable", "owing"),
    "amount_paid": ("paid", "deposit", "payments", "received"),
    "amount_total_gross": ("total", "gross", "incl", "grand"),
    "amount_total_net": ("subtotal", "net", "excl"),
    "amount_total_tax": ("tax", "vat", "gst"),
    "bank_num": ("routing", "sort", "bank", "aba"),
    "currency_code_amount_due": ("due", "balance", "pay", "payable", "owing"),
    "customer_billing_address": ("bill", "invoice", "sold", "billed"),
    "customer_billing_name": ("bill", "invoice", "sold", "billed"),
    "customer_delivery_address": ("ship", "deliver", "delivery"),
    "customer_delivery_name": ("ship", "deliver", "delivery"),
    "customer_id": ("customer", "client", "account", "code"),
    "customer_order_id": ("po", "purchase", "your", "order", "customer"),
    "date_due": ("due", "pay", "by"),
    "date_issue": ("invoice", "date", "issued", "issue"),
    "document_id": ("invoice", "document", "no", "number"),
    "order_id": ("order",),
    "payment_reference": ("reference", "quote"),
    "payment_terms": ("terms",),
    "vendor_order_id": ("our", "sales", "order"),
}
_REST: dict[str, tuple[str, ...]] = {
    "tax_detail_net": ("net",),
    "tax_detail_tax": ("tax", "vat"),
    "tax_detail_gross": ("gross",),
}
_AGAINST: dict[str, tuple[str, ...]] = {
    "amount_total_gross": ("excl", "subtotal", "net"),
    "amount_total_net": ("incl", "grand", "gross"),
}
_LAST = frozenset(("amount_due", "amount_paid", "amount_total_gross", "amount_total_net", "amount_total_tax"))
"""Types that stand below rather than above, when nothing else decides."""


def cues_of(kind: str, document: Document, page: int, box: Box) -> tuple[int, float]:
    """How well a place fits: number of the type's cues near it, then how early it stands (how late, for totals)."""
    beside, above = _near(document, page, box)
    in_table = "%" in beside
    if kind.startswith("tax_detail_"):
        score = 2 * in_table + len(above & set(_REST.get(kind, ())))
    else:
        wanted = set(_CUES.get(kind, ()))
        against = len(beside & set(_AGAINST.get(kind, ()))) + (in_table and kind in _LAST)
        score = 2 * len(beside & wanted) + len(above & wanted) - 2 * against
    height = page + box.middle
    return score, height if kind in _LAST else -height


def _near(document: Document, page: int, box: Box) -> tuple[set[str], set[str]]:
    """Words left of the place in its row, nearest 12, and those in the column above it that stand nearest."""
    left, over = [], []
    for word in document.words:
        if word.page != page:
            continue
        if abs(word.box.middle - box.middle) < 0.6 * max(box.height, 1e-6):
            gap = box.left - word.box.right
            if -1e-3 < gap < 0.35:
                left.append((gap, word.text))
            elif word.box.right > box.left and word.text.endswith("%"):
                left.append((0.0, "%"))
        elif (
            word.box.bottom <= box.top + 1e-3
            and word.box.left < box.right + 0.02
            and word.box.right > box.left - 0.02
        ):
            over.append((box.top - word.box.bottom, word.text))
    nearest = [text for gap, text in sorted(over) if gap < 0.06][:6]
    return _words(text for _, text in sorted(left)[:12]), _words(nearest)


def _words(texts: Iterable[str]) -> set[str]:
    return {part.lower() for text in texts for part in _WORD.findall(text)}
