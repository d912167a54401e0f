from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import round_half_up

ZERO_KELVIN = Decimal("-273.15")
HOTTEST = Decimal("1000")


def _celsius(value: Decimal, scale: str) -> Decimal:
    """The temperature on the Celsius scale."""
    return (value - 32) * 5 / 9 if scale == "F" else value + ZERO_KELVIN if scale == "K" else value


def temperature_band(data: TemperatureBandInput) -> TemperatureBandOutput:
    """Convert to Celsius, then choose the band by thresholds."""
    value = Decimal(str(data["value"]))
    celsius = _celsius(value, data["scale"])
    if celsius < ZERO_KELVIN or celsius > HOTTEST:
        abstain("no plausible temperature")
    extreme = celsius < 0 or celsius >= 30
    return {
        "celsius": float(round_half_up(celsius, 1)),
        "band": "freezing"
        if celsius < 0
        else "cold"
        if celsius < 10
        else "mild"
        if celsius < 20
        else "warm"
        if celsius < 30
        else "hot",
        "alert": extreme and bool(data.get("outdoors")),
    }
