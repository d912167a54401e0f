from decimal import Decimal
from typing import Literal

from compiled_ai.modules import abstain

Carrier = Literal["bike", "van", "truck", "plane"]
BASE: dict[Carrier, Decimal] = {
    "bike": Decimal("3.50"),
    "van": Decimal("5.90"),
    "truck": Decimal("9.90"),
    "plane": Decimal("24.00"),
}
PER_KILO = Decimal("1.20")


def _carrier(grams: int, zone: str, express: bool) -> Carrier:
    """Who carries the parcel."""
    if zone == "domestic":
        return "bike" if grams <= 500 and not express else "van"
    return "truck" if zone == "eu" and not express else "plane"


def shipping_tier(data: ShippingTierInput) -> ShippingTierOutput:
    """Refuse what may not be sent, then choose carrier and price."""
    grams, zone, express = data["grams"], data["zone"], data["express"]
    if zone == "world" and grams > 20000:
        abstain("too heavy for this zone")
    if express and data.get("hazardous"):
        abstain("hazardous goods cannot go express")
    carrier = _carrier(grams, zone, express)
    price = BASE[carrier] + PER_KILO * int(grams // 1000)
    if express:
        price *= 2
    return {"carrier": carrier, "price": str(price)}
