from decimal import ROUND_HALF_UP, Decimal

METRES_PER = {
    "mm": Decimal("0.001"),
    "cm": Decimal("0.01"),
    "m": Decimal("1"),
    "km": Decimal("1000"),
    "in": Decimal("0.0254"),
    "ft": Decimal("0.3048"),
    "yd": Decimal("0.9144"),
    "mi": Decimal("1609.344"),
}


def length_metres(data: LengthMetresInput) -> LengthMetresOutput:
    """Multiply by the factor of the unit, in exact decimals."""
    metres = Decimal(str(data["value"])) * METRES_PER[data["unit"]]
    rounded = metres.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP).copy_abs()
    return {
        "metres": str(rounded),
        "size": "small" if metres < 1 else "large" if metres >= 1000 else "medium",
    }
