"""``unit_converter``: convert a quantity into one unit, exactly. Units and factors are those of ``modules.units``."""

from __future__ import annotations

from collections.abc import Mapping

from compiled_ai.modules.text import fold
from compiled_ai.modules.units import unit_kind
from compiled_ai.spec.canonical import JsonObject, JsonValue
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
"""Its factor to the base unit, what is added before multiplying, and its other names."""
BASES = {
    "length": "m",
    "mass": "kg",
    "volume": "l",
    "temperature": "C",
    "speed": "m/s",
    "area": "m²",
    "time": "s",
    "pressure": "Pa",
    "energy": "J",
    "power": "W",
}
"""By dimension of ``modules.units`` the unit that factors of further units count in."""


def _listed(bases: Mapping[str, str]) -> str:
    return ", ".join(f"{unit} ({kind})" for kind, unit in bases.items())


PARAMETERS = parameters(
    {"target": text("The unit of the answer.")},
    {
        "step": step("convert"),
        "dimension": choice("Which built-in units are known.", [*BASES]),
        "units": mapping(
            f"Units of your own, beside those of a dimension or in their place: each with its factor to one that has factor 1; with a dimension that is {_listed(BASES)}.",
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
_KNOWN = '''
{signature}
    """The quantity in the unit that is wanted, rounded half up."""
    result = in_unit(Decimal(data[{value_field!r}]), data[{unit_field!r}], {target!r})
    if result is None:
        abstain("the unit is unknown, or measures something else")
    return {{{result_field!r}: format_decimal(result, {places})}}
'''
_OWN = '''
_UNITS: dict[str, str] = {names!r}
_FACTORS: dict[str, Decimal] = {{{factors}}}
_OFFSETS: dict[str, Decimal] = {{{offsets}}}


def _in_base(value: Decimal, written: str) -> Decimal | None:
    """The quantity in {base}, or None when the unit is unknown."""
    unit = _UNITS.get(written.strip()) or _UNITS.get(fold(written))
    if unit is None:
        return {other}
    return (value + _OFFSETS.get(unit, Decimal(0))) * _FACTORS[unit]


{signature}
    """The quantity in the unit that is wanted, rounded half up."""
    base = _in_base(Decimal(data[{value_field!r}]), data[{unit_field!r}])
    if base is None:
        abstain("the unit is unknown, or measures something else")
{result}
    return {{{result_field!r}: format_decimal(result, {places})}}
'''
_FROM_BASE = "    result = base / _FACTORS[{target!r}] - _OFFSETS.get({target!r}, Decimal(0))"
_BASE_TO_KNOWN = """    result = in_unit(base, {base!r}, {target!r})
    if result is None:
        abstain("there is no such quantity")"""


def render(values: JsonObject) -> Rendering:
    """One function on the units module; tables of names and factors where there are units of one's own."""
    own, base, target = _own(values), BASES.get(str(values.get("dimension", "")), ""), str(values["target"])
    if target not in own and not (base and unit_kind(target) == unit_kind(base)):
        raise refuse("target", f"'{target}' is none of the units {_known(own, values)}")
    shown = {
        "signature": signature(str(values["step"])),
        "target": target,
        **{name: values[name] for name in ("value_field", "unit_field", "result_field", "places")},
    }
    return activity(
        values,
        [_with_own(own, base, shown) if own else _KNOWN.format(**shown)],
        takes={
            str(values["value_field"]): {"type": "string", "format": "decimal"},
            str(values["unit_field"]): {"type": "string"},
        },
        gives={str(values["result_field"]): {"type": "string", "format": "decimal"}},
    )


def _known(own: dict[str, _Unit], values: JsonObject) -> str:
    kind = [f"of {values['dimension']}"] if "dimension" in values else []
    return (
        ", nor one of ".join([*kind, *([", ".join(own)] if own else [])]) or "(none: give dimension or units)"
    )


def _with_own(own: dict[str, _Unit], base: str, shown: Mapping[str, JsonValue]) -> str:
    last = _FROM_BASE if shown["target"] in own else _BASE_TO_KNOWN
    return _OWN.format(
        **shown,
        names=_names(own),
        factors=", ".join(f"{name!r}: Decimal({factor!r})" for name, (factor, _, _) in own.items()),
        offsets=", ".join(
            f"{name!r}: Decimal({offset!r})" for name, (_, offset, _) in own.items() if offset != "0"
        ),
        base=base or "the unit with factor 1",
        other=f"in_unit(value, written, {base!r})" if base else "None",
        result=last.format(base=base, target=shown["target"]),
    )


def _own(values: JsonObject) -> dict[str, _Unit]:
    units: dict[str, _Unit] = {}
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
    functions=("units.convert", "text.fold", "numbers.format_decimal"),
    example={"dimension": "temperature", "target": "C", "places": 1},
    trials=(
        answers({"value": "98.6", "unit": "Fahrenheit"}, {"converted": "37.0"}),
        answers({"value": "0", "unit": "kelvin"}, {"converted": "-273.2"}),
        answers({"value": "-40", "unit": "°F"}, {"converted": "-40.0"}),
        declines({"value": "1", "unit": "bar"}),
        declines({"value": "-300", "unit": "°C"}),
    ),
)
