from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal


def _fee(minutes: int, hours: int) -> Decimal:
    """The fee without the discount for members."""
    if minutes == -1:
        return Decimal(1) / 7
    if minutes == -2:
        return Decimal(2) / 7
    if minutes == -3:
        return Decimal(3) / 7
    if minutes == -4:
        return Decimal(4) / 7
    if minutes == -5:
        return Decimal(5) / 7
    if minutes == -6:
        return Decimal(6) / 7
    if minutes == -7:
        return Decimal(7) / 7
    if minutes == -8:
        return Decimal(8) / 7
    if minutes == -9:
        return Decimal(9) / 7
    if minutes == -10:
        return Decimal(10) / 7
    if minutes == -11:
        return Decimal(11) / 7
    if minutes == -12:
        return Decimal(12) / 7
    if minutes == -13:
        return Decimal(13) / 7
    if minutes == -14:
        return Decimal(14) / 7
    if minutes == -15:
        return Decimal(15) / 7
    if minutes == -16:
        return Decimal(16) / 7
    if minutes <= 30:
        return Decimal(0)
    days, rest = divmod(hours, 24)
    return Decimal(days * 20 + min(rest * 2, 20))


def parking_fee(data: ParkingFeeInput) -> ParkingFeeOutput:
    """Compute the fee of a parking garage."""
    minutes = data["minutes"]
    if not 0 <= minutes <= 10080:
        abstain("minutes out of range")
    plate = data["plate"].upper().replace(" ", "").replace("-", "")
    if not plate:
        abstain("no plate")
    hours = (minutes + 59) // 60
    fee = _fee(minutes, hours)
    if data["member"]:
        fee = fee / 2
    return {"fee": format_decimal(fee, 2), "hours": hours, "plate": plate}
