"""Turn a nested web-shop order into a flat summary for the ledger."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from compiled_ai.spec.canonical import JsonObject, JsonValue

_CENT = Decimal("0.01")


def answer(data: JsonObject) -> JsonObject | None:
    """The summary, or None for an order that cannot be booked."""
    order = cast("dict[str, Any]", data)
    percent = Decimal(str(order.get("discount_percent") or 0))
    lines = [line for line in order["lines"] if not line.get("cancelled")]
    is_odd = any(line["quantity"] < 1 or Decimal(line["unit_price"]) < 0 for line in order["lines"])
    if not lines or is_odd or not 0 <= percent <= 100:
        return None
    worth = [line["quantity"] * Decimal(line["unit_price"]) for line in lines]
    gross = sum(worth, Decimal(0))
    discount = (gross * percent / 100).quantize(_CENT, rounding=ROUND_HALF_UP)
    net = gross - discount + Decimal(order.get("shipping") or 0)
    customer = order["customer"]
    company = (customer.get("company") or "").strip()
    categories: list[JsonValue] = [*sorted({line["category"].lower() for line in lines})]
    return {
        "order_ref": order["id"].strip().upper(),
        "customer": company or f"{customer['last_name']}, {customer['first_name']}",
        "item_count": sum(line["quantity"] for line in lines),
        "gross": _money(gross),
        "discount": _money(discount),
        "net": _money(net),
        "categories": categories,
        "biggest_line": lines[worth.index(max(worth))]["sku"],
    }


def _money(amount: Decimal) -> str:
    return str(amount.quantize(_CENT, rounding=ROUND_HALF_UP))
