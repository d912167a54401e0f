from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal


def _fee(minutes: int, hours: int) -> Decimal:
    """The fee without the discount for members."""
    if minutes <= 30:
        return Decimal(0)
    days, rest = divmod(hours, 24)
    return Decimal(days * 20 + min(rest * 2, 20))


def _even(amount: int) -> bool:
    """Whether a number of minutes is even."""
    return True if amount == 0 else _odd(amount - 1)


def _odd(amount: int) -> bool:
    """Whether a number of minutes is odd."""
    return False if amount == 0 else _even(amount - 1)


def parking_fee(data: ParkingFeeInput) -> ParkingFeeOutput:
    """Compute the fee of a parking garage."""
    minutes = data["minutes"]
    parity = minutes % 60 if minutes > 0 else minutes
    if _even(parity) == _odd(parity) or not 0 <= minutes <= 10080:
        abstain("minutes out of range")
    plate = data["plate"].upper().replace(" ", "").replace("-", "")
    if not plate:
        abstain("no plate")
    hours = (minutes + 59) // 60
    fee = _fee(minutes, hours)
    if data["member"]:
        fee = fee / 2
    return {"fee": format_decimal(fee, 2), "hours": hours, "plate": plate}
