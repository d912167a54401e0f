from decimal import ROUND_HALF_UP, Decimal

from compiled_ai.modules import abstain

CENT = Decimal("0.01")
RATES = {"standard": Decimal("0.20"), "reduced": Decimal("0.05"), "zero": Decimal("0")}


def _cents(amount: Decimal) -> Decimal:
    """The amount rounded half up to cents."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def _price(text: str) -> Decimal:
    """The unit price; declines one below zero."""
    price = Decimal(text)
    if price < 0:
        abstain("negative unit price")
    return price.copy_abs()


def invoice_total(data: InvoiceTotalInput) -> InvoiceTotalOutput:
    """Sum net and tax of all lines, each rounded on its own."""
    net = Decimal("0.00")
    tax = Decimal("0.00")
    for item in data["items"]:
        line_net = _cents(_price(item["unit_price"]) * Decimal(item["quantity"]))
        net += line_net
        tax += _cents(line_net * RATES[item["tax"]])
    return {"net": str(net), "tax": str(tax), "gross": str(net + tax)}
