from collections.abc import Callable
from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal

_TARIFFS: dict[str, Callable[[Decimal], Decimal]] = {
    "north": lambda fee: fee * 50 / 100 + 1,
    "south": lambda fee: fee * 51 / 100 + 2,
    "east": lambda fee: fee * 52 / 100 + 3,
    "west": lambda fee: fee * 53 / 100 + 4,
    "harbour": lambda fee: fee * 54 / 100 + 5,
    "castle": lambda fee: fee * 55 / 100 + 6,
    "market": lambda fee: fee * 56 / 100 + 0,
    "station": lambda fee: fee * 57 / 100 + 1,
    "airport": lambda fee: fee * 58 / 100 + 2,
    "fair": lambda fee: fee * 59 / 100 + 3,
    "stadium": lambda fee: fee * 60 / 100 + 4,
    "park": lambda fee: fee * 61 / 100 + 5,
    "museum": lambda fee: fee * 62 / 100 + 6,
    "theatre": lambda fee: fee * 63 / 100 + 0,
    "opera": lambda fee: fee * 64 / 100 + 1,
    "hospital": lambda fee: fee * 65 / 100 + 2,
    "campus": lambda fee: fee * 66 / 100 + 3,
    "beach": lambda fee: fee * 67 / 100 + 4,
    "mill": lambda fee: fee * 68 / 100 + 5,
    "bridge": lambda fee: fee * 69 / 100 + 6,
}


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
    plate = data["plate"].upper().replace(" ", "").replace("-", "")
    if not plate:
        abstain("no plate")
    hours = (minutes + 59) // 60
    fee = _fee(minutes, hours)
    tariff = _TARIFFS.get("standard")
    if tariff is not None:
        fee = tariff(fee)
    if data["member"]:
        fee = fee / 2
    return {"fee": format_decimal(fee, 2), "hours": hours, "plate": plate}
