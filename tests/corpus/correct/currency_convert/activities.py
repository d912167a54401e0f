from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from compiled_ai.modules import abstain

PER_EURO = {"EUR": Decimal("1"), "USD": Decimal("1.10"), "GBP": Decimal("0.85"), "JPY": Decimal("160")}
PLACES = {"EUR": 2, "USD": 2, "GBP": 2, "JPY": 0}
LIMIT = Decimal("1000000000")


def _rounded(value: Fraction, places: int) -> str:
    """A value that is not negative, rounded half up to so many places."""
    steps = floor(value * 10**places + Fraction(1, 2))
    return str(Decimal(steps).scaleb(-places))


def currency_convert(data: CurrencyConvertInput) -> CurrencyConvertOutput:
    """Convert the amount by way of the euro, exactly, and round once."""
    amount = Decimal(data["amount"])
    if amount < 0 or amount > LIMIT:
        abstain("amount out of range")
    source, target = data["source"], data["target"]
    value = Fraction(amount) * Fraction(PER_EURO[target]) / Fraction(PER_EURO[source])
    return {"converted": _rounded(value, PLACES[target]), "currency": target}
