import re

from compiled_ai.modules import abstain
from compiled_ai.modules.dates import find_dates
from compiled_ai.modules.money import find_money
from compiled_ai.modules.numbers import format_decimal

_REFERENCE = r"(?<![A-Za-z0-9-])[A-Z]{2,3}-[0-9]{3,6}(?![A-Za-z0-9-])"


def _reference(note: str) -> str | None:
    """The first reference in the note, or None."""
    match = re.search(_REFERENCE, note)
    return None if match == None else match.group()


def _due(note: str) -> str | None:
    """The one date in the note, or None without a date or with several."""
    days = {mention.value for mention in find_dates(note)}
    return min(days).isoformat() if len(days) == 1 else None


def payment_note(data: PaymentNoteInput) -> PaymentNoteOutput:
    """Read amount, currency, due date and reference from a payment note."""
    note = data["note"]
    amounts = find_money(note)
    if len(amounts) != 1:
        abstain("not exactly one amount")
    amount = amounts[0]
    return {
        "amount": format_decimal(amount.amount, 2),
        "currency": amount.currency,
        "due": _due(note),
        "reference": _reference(note),
    }
