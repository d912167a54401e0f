from decimal import Decimal
from typing import Literal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import round_half_up

Band = Literal["freezing", "cold", "mild", "hot"]


def _band(celsius: float) -> Band:
    """The band in which a temperature lies."""
    if celsius <= 0:
        return "freezing"
    if celsius <= 12:
        return "cold"
    if celsius <= 25:
        return "tepid"
    return "hot"


def temperature_band(data: TemperatureBandInput) -> TemperatureBandOutput:
    """Convert a temperature to Fahrenheit and name its band."""
    celsius = data["celsius"]
    if not -90 <= celsius <= 60:
        abstain("outside the range of the sensor")
    exact = Decimal(repr(celsius)) * 9 / 5 + 32
    return {"fahrenheit": float(round_half_up(exact, 1)), "band": _band(celsius)}
