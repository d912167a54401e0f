"""What dates and amounts of money are usually for in mails and papers, with the words around them: what is one is not the other."""

from __future__ import annotations

from collections.abc import Mapping

from compiled_ai.modules.text import has_phrase

Roles = Mapping[str, tuple[str, ...]]
"""By role the phrases that stand near a value of it."""

DATE_ROLES: Roles = {
    "order": ("order* on", "ordered", "order date", "order* of", "placed", "purchase*", "bought", "booked on", "order from", "order dated"),
    "dispatch": ("dispatch*", "shipped", "ship date", "sent", "left our", "left the", "handed over", "picked up", "posted", "on its way since", "collected"),
    "arrival": (
        "arriv*", "deliver*", "expected", "expect", "estimated", "eta", "will be there", "be with you", "should reach", "reach*", "receive it", "get it",
        "in your hands", "at your door", "land*",
    ),
    "issue": ("dated", "issued", "invoice date", "date of issue", "invoice of", "letter of", "statement of", "printed"),
    "payment": ("due", "pay", "payable", "pay by", "payment", "settle*", "transfer by", "deadline"),
    "paid": ("paid on", "charged on", "debited on", "payment received"),
    "birth": ("born", "birth", "dob", "birthday"),
    "start": ("start*", "begin*", "valid from", "effective", "as of", "from", "check-in", "check in", "commence*", "arriv*", "see you", "welcom*", "look forward"),
    "end": ("end*", "until", "till", "expire*", "expiry", "valid until", "through", "check-out", "check out", "depart*", "leav*", "return*", "back on"),
    "cancel": ("cancel* by", "cancel* until", "free cancellation", "returns until", "return by"),
}  # fmt: skip
MONEY_ROLES: Roles = {
    "total": (
        "total*", "in total", "grand total", "in all", "altogether", "all in all", "sum", "amount due", "to pay", "paid", "pay", "charged", "we charged",
        "debited", "billed", "cost you", "costs", "comes to", "come to", "amounts to", "bill", "you owe", "balance due", "invoice amount", "including shipping",
    ),
    "shipping": ("shipping", "delivery", "postage", "freight", "shipping cost*", "delivery fee", "handling"),
    "tax": ("tax", "vat", "sales tax", "duty"),
    "discount": ("discount*", "voucher*", "coupon*", "saving*", "you save", "saved", "rebate*", "off", "reduced by"),
    "article": ("each", "per piece", "a piece", "per night", "a night", "per person", "per month", "a month", "unit price", "price per", "price of", "item*", "article*"),
    "subtotal": ("subtotal", "sub-total", "net", "before tax", "goods value", "value of goods"),
    "deposit": ("deposit*", "down payment", "in advance", "prepaid"),
    "refund": ("refund*", "credited", "credit note", "cashback"),
    "fee": ("fee", "fees", "surcharge*", "tip", "insurance"),
}  # fmt: skip


def role_of(text: str, roles: Roles) -> str | None:
    """The role of which `text` uses most phrases; None when it uses none, or two as much."""
    scores = {role: sum(has_phrase(text, phrase) for phrase in phrases) for role, phrases in roles.items()}
    best = max(scores.values(), default=0)
    leaders = [role for role, score in scores.items() if score == best]
    return leaders[0] if best and len(leaders) == 1 else None


_PREPOSITIONS = frozenset(("from", "until", "till", "through", "off", "net", "sent", "get it"))
"""Phrases that stand near values of every role."""


def contrary(role: str, roles: Roles) -> tuple[str, ...]:
    """The phrases of all roles but `role` that are none of its own."""
    own = _PREPOSITIONS | set(roles[role])
    return tuple(
        dict.fromkeys(
            phrase
            for other, phrases in roles.items()
            if other != role
            for phrase in phrases
            if phrase not in own
        )
    )
