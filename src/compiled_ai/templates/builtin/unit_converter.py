"""``unit_converter``: convert a quantity into one unit, exactly."""

from __future__ import annotations

from compiled_ai.modules.text import fold
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import is_decimal
from compiled_ai.templates.builtin._compose import activity, obj, refuse, strings
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    closed,
    decimal,
    declines,
    field,
    mapping,
    parameters,
    phrases,
    step,
    text,
    whole,
)
from compiled_ai.templates.rendering import Rendering, signature

_Unit = tuple[str, str, tuple[str, ...]]
DIMENSIONS: dict[str, dict[str, _Unit]] = {
    "length": {
        "mm": ("0.001", "0", ("millimetre", "millimeter", "millimetres", "millimeters")),
        "cm": ("0.01", "0", ("centimetre", "centimeter", "centimetres", "centimeters")),
        "m": ("1", "0", ("metre", "meter", "metres", "meters")),
        "km": ("1000", "0", ("kilometre", "kilometer", "kilometres", "kilometers")),
        "in": ("0.0254", "0", ("inch", "inches", '"')),
        "ft": ("0.3048", "0", ("foot", "feet")),
        "yd": ("0.9144", "0", ("yard", "yards")),
        "mi": ("1609.344", "0", ("mile", "miles")),
    },
    "mass": {
        "mg": ("0.000001", "0", ("milligram", "milligrams")),
        "g": ("0.001", "0", ("gram", "grams")),
        "kg": ("1", "0", ("kilogram", "kilograms", "kilo", "kilos")),
        "t": ("1000", "0", ("tonne", "tonnes", "metric ton", "metric tons")),
        "oz": ("0.028349523125", "0", ("ounce", "ounces")),
        "lb": ("0.45359237", "0", ("pound", "pounds", "lbs")),
    },
    "volume": {
        "ml": ("0.001", "0", ("millilitre", "milliliter", "millilitres", "milliliters")),
        "l": ("1", "0", ("litre", "liter", "litres", "liters")),
        "m3": ("1000", "0", ("cubic metre", "cubic meter", "cubic metres", "cubic meters")),
        "gal": ("3.785411784", "0", ("us gallon", "us gallons", "gallon", "gallons")),
        "fl oz": ("0.0295735295625", "0", ("fluid ounce", "fluid ounces")),
    },
    "temperature": {
        "C": ("1", "0", ("celsius", "degrees celsius", "°C")),
        "F": ("0.55555555555555555555555555555555555556", "-32", ("fahrenheit", "degrees fahrenheit", "°F")),
        "K": ("1", "-273.15", ("kelvin",)),
    },
    "speed": {
        "m/s": ("1", "0", ("metres per second", "meters per second")),
        "km/h": (
            "0.27777777777777777777777777777777777778",
            "0",
            ("kph", "kmh", "kilometres per hour", "kilometers per hour"),
        ),
        "mph": ("0.44704", "0", ("miles per hour",)),
        "kn": ("0.51444444444444444444444444444444444444", "0", ("knot", "knots")),
    },
}
"""By unit its factor to the first of the kind (m, kg, l, C, m/s), what is added before multiplying, and its names.

Factors of inch, yard, mile, pound, ounce and gallon are exact: NIST Special Publication 811, appendix B,
https://www.nist.gov/pml/special-publication-811. Repeating fractions are written to 38 places, more than the arithmetic has.
"""
PARAMETERS = parameters(
    {"target": text("The unit of the answer.")},
    {
        "step": step("convert"),
        "dimension": choice("Which built-in units are known.", [*DIMENSIONS]),
        "units": mapping(
            "Further units, or others in place of a dimension: each with its factor to one of them that has factor 1.",
            closed(
                {"factor": decimal("How many base units one of it is.")},
                {
                    "offset": decimal("What is added before multiplying."),
                    "names": phrases("Other names."),
                },
            ),
            most=100,
        ),
        "value_field": field("The input field with the number.", "value"),
        "unit_field": field("The input field with the unit's name.", "unit"),
        "result_field": field("The output field.", "converted"),
        "places": whole("Decimals of the answer.", 2, high=12),
    },
)
_CODE = '''
_UNITS: dict[str, str] = {names!r}
_FACTORS: dict[str, Decimal] = {{{factors}}}
_OFFSETS: dict[str, Decimal] = {{{offsets}}}


{signature}
    """The quantity in {target}, rounded half up."""
    unit = _UNITS.get(data[{unit_field!r}].strip()) or _UNITS.get(fold(data[{unit_field!r}]))
    if unit is None:
        abstain("the unit is unknown")
    base = (Decimal(data[{value_field!r}]) + _OFFSETS.get(unit, Decimal(0))) * _FACTORS[unit]
    result = base / _FACTORS[{target!r}] - _OFFSETS.get({target!r}, Decimal(0))
    return {{{result_field!r}: format_decimal(result, {places})}}
'''


def render(values: JsonObject) -> Rendering:
    """Tables of names and factors, and one function."""
    units = _units(values)
    target = str(values["target"])
    if target not in units:
        raise refuse(
            "target",
            f"'{target}' is none of the units {', '.join(units) or '(none: give dimension or units)'}",
        )
    code = _CODE.format(
        signature=signature(str(values["step"])),
        names=_names(units),
        factors=", ".join(f"{name!r}: Decimal({factor!r})" for name, (factor, _, _) in units.items()),
        offsets=", ".join(
            f"{name!r}: Decimal({offset!r})" for name, (_, offset, _) in units.items() if offset != "0"
        ),
        target=target,
        **{name: values[name] for name in ("value_field", "unit_field", "result_field", "places")},
    )
    return activity(
        values,
        [code],
        takes={
            str(values["value_field"]): {"type": "string", "format": "decimal"},
            str(values["unit_field"]): {"type": "string"},
        },
        gives={str(values["result_field"]): {"type": "string", "format": "decimal"}},
    )


def _units(values: JsonObject) -> dict[str, _Unit]:
    units = dict(DIMENSIONS.get(str(values.get("dimension", "")), {}))
    for name, unit in obj(values.get("units", {})).items():
        given = obj(unit)
        factor, offset = str(given["factor"]), str(given.get("offset", "0"))
        if not is_decimal(factor) or not factor.strip("0.-") or factor.startswith("-"):
            raise refuse(f"units.{name}", f"the factor {factor} must be above 0")
        units[name] = (factor, offset, tuple(strings(given.get("names", []))))
    return units


def _names(units: dict[str, _Unit]) -> dict[str, str]:
    """Unit by name: as written first (mg is not Mg), then folded, where that is one unit."""
    names = {name: unit for unit, (_, _, others) in units.items() for name in (unit, *others)}
    for name, unit in list(names.items()):
        names.setdefault(fold(name), unit)
    return names


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.fold", "numbers.format_decimal"),
    example={"dimension": "temperature", "target": "C", "places": 1},
    trials=(
        answers({"value": "98.6", "unit": "Fahrenheit"}, {"converted": "37.0"}),
        answers({"value": "0", "unit": "kelvin"}, {"converted": "-273.2"}),
        answers({"value": "-40", "unit": "°F"}, {"converted": "-40.0"}),
        declines({"value": "1", "unit": "bar"}),
    ),
)
