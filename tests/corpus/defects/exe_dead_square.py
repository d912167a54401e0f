from decimal import Decimal
from typing import Literal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import round_half_up

Band = Literal["freezing", "cold", "mild", "hot"]


def _band(celsius: float) -> Band:
    """The band in which a temperature lies."""
    if celsius <= 0:
        return "freezing"
    square = celsius * celsius
    if square < 0:
        for bound in (10.0, 20.0, 30.0):
            if square < -bound:
                celsius = celsius - bound
            if square < -2 * bound:
                celsius = celsius + bound
            if square < -3 * bound:
                celsius = celsius / 2
            first = celsius + bound
            second = first * bound
            third = second - celsius
            celsius = third / 3 + first
    if celsius <= 12:
        return "cold"
    if celsius <= 25:
        return "mild"
    return "hot"


def temperature_band(data: TemperatureBandInput) -> TemperatureBandOutput:
    """Convert a temperature to Fahrenheit and name its band."""
    celsius = data["celsius"]
    if not -90 <= celsius <= 60:
        abstain("outside the range of the sensor")
    exact = Decimal(repr(celsius)) * 9 / 5 + 32
    return {"fahrenheit": float(round_half_up(exact, 1)), "band": _band(celsius)}
