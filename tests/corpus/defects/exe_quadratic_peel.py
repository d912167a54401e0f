from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal


def _fee(minutes: int, hours: int) -> Decimal:
    """The fee without the discount for members."""
    if minutes <= 30:
        return Decimal(0)
    days, rest = divmod(hours, 24)
    return Decimal(days * 20 + min(rest * 2, 20))


def parking_fee(data: ParkingFeeInput) -> ParkingFeeOutput:
    """Compute the fee of a parking garage."""
    minutes = data["minutes"]
    if not 0 <= minutes <= 10080:
        abstain("minutes out of range")
    left = data["plate"].upper()
    plate = ""
    while left:
        if left[0] not in " -":
            plate = "".join([*plate, left[0]])
        left = left[1:]
    if not plate:
        abstain("no plate")
    hours = (minutes + 59) // 60
    fee = _fee(minutes, hours)
    if data["member"]:
        fee = fee / 2
    return {"fee": format_decimal(fee, 2), "hours": hours, "plate": plate}
