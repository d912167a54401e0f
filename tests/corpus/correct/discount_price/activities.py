from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import round_half_up


def _percent(price: Decimal, value: Decimal) -> Decimal:
    """So many percent off."""
    if value > 100:
        abstain("more than 100 percent off")
    return price * (100 - value) / 100


def _fixed(price: Decimal, value: Decimal) -> Decimal:
    """A fixed amount off."""
    return price - value


def _bulk(price: Decimal, value: Decimal) -> Decimal:
    """Ten percent off from the value on."""
    return price * 9 / 10 if price >= value else price


def discount_price(data: DiscountPriceInput) -> DiscountPriceOutput:
    """Dispatch on the kind of discount."""
    rules: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
        "percent": _percent,
        "fixed": _fixed,
        "bulk": _bulk,
    }
    price = Decimal(data["price"])
    value = Decimal(data["value"] or "0")
    rule = rules.get(data["kind"])
    reduced = price if rule is None else max(rule(price, value), Decimal(0))
    reduced = round_half_up(reduced, 2)
    return {"price": str(reduced), "saved": str(round_half_up(price, 2) - reduced)}
