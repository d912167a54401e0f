"""What the name of a number says about its unit, when the slot has none: a velocity is no time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_units import Dimension, named_unit

_TIMES: tuple[str, ...] = ("second", "month")
_HEADS: dict[str, tuple[str, ...]] = {
    "velocity": ("m/s",), "speed": ("m/s",), "acceleration": ("m/s^2",), "gravity": ("m/s^2",), "time": _TIMES,
    "duration": _TIMES, "period": _TIMES, "age": ("month",), "distance": ("m",), "displacement": ("m",), "length": ("m",),
    "height": ("m",), "width": ("m",), "depth": ("m",), "radius": ("m",), "diameter": ("m",), "altitude": ("m",), "elevation": ("m",),
    "perimeter": ("m",), "thickness": ("m",), "wavelength": ("m",), "mass": ("kg",), "weight": ("kg",), "area": ("m^2",),
    "volume": ("m^3",), "pressure": ("Pa",), "voltage": ("V",), "resistance": ("ohm",), "charge": ("coulomb",),
    "capacitance": ("farad",), "inductance": ("henry",), "energy": ("J",), "power": ("W",), "force": ("N",), "frequency": ("Hz",),
    "density": ("kg/m^3",), "temperature": ("celsius", "fahrenheit", "kelvin", "degrees"), "temp": ("celsius", "fahrenheit", "kelvin", "degrees"),
    "angle": ("degrees", "radian"),
}  # fmt: skip
"""Quantities, the last word of a name, with a unit of each dimension that they may have."""
_IN_BASE_ONLY = frozenset(("charge", "capacitance", "inductance"))
"""Quantities whose laws are written in the base unit, so that one told in thousandths of it is not taken as it is."""
_PLACE_IN_ORDER = frozenset(("initial", "final", "start", "end", "first", "second", "one", "two", "a", "b", "c", "x", "y"))  # fmt: skip


def implied_dimensions(slot: Slot) -> frozenset[Dimension]:
    """The dimensions that the last telling word of the name stands for; empty when it stands for none."""
    if slot.units or slot.kind not in {"integer", "number"}:
        return frozenset()
    said = [word for word in name_words(slot.name) if not word.isdigit() and word not in _PLACE_IN_ORDER]
    units = _HEADS.get(said[-1], ()) if said else ()
    return frozenset(unit.dimension for name in units for unit in named_unit(name))


def in_base_units(amounts: Sequence[Amount]) -> bool:
    """Whether a composite unit of the request is made of base units ("m/s"), so that the others are meant in them."""
    return any(
        len(unit.dimension) > 1 and unit.factor == 1 and any(power < 0 for _, power in unit.dimension)
        for amount in amounts
        for unit in amount.units
    )


def implied_value(amount: Amount, dimensions: frozenset[Dimension], *, base: bool) -> Fraction | None:
    """The number of an amount of one of the dimensions, as written, or in the base unit; None for another dimension."""
    for unit in amount.units:
        if unit.dimension in dimensions:
            if not base and unit.factor != 1 and unit.dimension[0][0] in _IN_BASE_ONLY:
                return None
            return amount.value * unit.factor if base else amount.value
    return None
