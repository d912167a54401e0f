"""From a function's parameters to slots: for each the plausible settings, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compiled_ai.factory.synthesis._call_choices import switch_words, wordings_of
from compiled_ai.factory.synthesis._call_cues import content_words, cues_of, words_of
from compiled_ai.factory.synthesis._call_kinds import Reading, opposites_of, readings_of
from compiled_ai.factory.synthesis._call_shapes import Parameter, Shape
from compiled_ai.factory.synthesis._call_text import Said, read_description
from compiled_ai.factory.synthesis._call_units import units_of
from compiled_ai.factory.synthesis._call_words import word_set
from compiled_ai.modules.slots import Slot
from compiled_ai.spec.canonical import JsonValue

_MOST_SETTINGS = 10
_WORDS_ONLY = word_set(
    """
    in on at by of for from to with near around within about over under is and up until
    """
)
_OPEN_KINDS = frozenset(("text", "name", "identifier"))
_YEARS = (1.0, 2500.0)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A parameter with its possible slots."""

    parameter: Parameter
    settings: tuple[Slot, ...]
    """The likeliest first."""
    fallback: JsonValue
    """What stands for a missing value of a required parameter."""
    has_fallback: bool
    default: JsonValue = None
    """What an optional parameter is when it is left out; None where nothing says so."""

    @property
    def is_left_out(self) -> bool:
        """Whether the answer does without the parameter when the request does not name it."""
        return not self.parameter.is_required


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is known of a parameter beside its schema."""

    said: Said
    cues: tuple[str, ...]
    task_words: frozenset[str]
    """Words of the function and its parameters."""
    names: frozenset[str]
    """Words in the names of the function and its parameters."""


def fields_of(shape: Shape) -> tuple[Field, ...] | None:
    """The fields of `shape`; None when no slot can hold a required one."""
    said = {parameter.slot: read_description(parameter) for parameter in shape.parameters}
    cues = cues_of(shape, said)
    fields = []
    for parameter in shape.parameters:
        known = _Known(
            said=said[parameter.slot],
            cues=cues[parameter.slot],
            task_words=frozenset(content_words(shape)),
            names=frozenset(
                word
                for name in (shape.name, *(other.name for other in shape.parameters))
                for word in words_of(name)
            ),
        )
        field = _field(parameter, known)
        if field.settings:
            fields.append(field)
        elif parameter.is_required:
            return None
    return tuple(fields)


def _field(parameter: Parameter, known: _Known) -> Field:
    fallback, has_fallback = _fallback(parameter, known.said)
    is_required = parameter.is_required and not has_fallback
    readings = readings_of(parameter, known.said)[:_MOST_SETTINGS]
    return Field(
        parameter=parameter,
        settings=tuple(_slot(parameter, known, reading, is_required=is_required) for reading in readings),
        fallback=fallback,
        has_fallback=has_fallback,
        default=known.said.default if known.said.has_default and not parameter.is_required else None,
    )


def _fallback(parameter: Parameter, said: Said) -> tuple[JsonValue, bool]:
    """What a required parameter is when the request does not name it."""
    if not parameter.is_required:
        return None, False
    values = parameter.schema.get("enum", [parameter.schema["const"]] if "const" in parameter.schema else [])
    if isinstance(values, list) and len(values) == 1:
        return values[0], True
    if said.has_default:
        return said.default, True
    if parameter.is_nullable:
        return None, True
    is_flag = parameter.type == "boolean" and not opposites_of(parameter)
    return (False, True) if is_flag else (None, False)


def _slot(parameter: Parameter, known: _Known, reading: Reading, *, is_required: bool) -> Slot:
    choices: Mapping[str, tuple[str, ...]] = {}
    cues, style = known.cues, reading.style
    if reading.kind == "choice":
        choices = wordings_of(
            reading.options,
            f"{parameter.description}\n{parameter.context}",
            known=known.task_words,
            named=known.names,
        )
    elif reading.kind == "boolean":
        cues = switch_words(parameter, known.said)
    elif reading.kind in _OPEN_KINDS and not is_required:
        cues = tuple(cue for cue in cues if cue not in _WORDS_ONLY) or cues
    units: tuple[str, ...] = ()
    if reading.kind in {"integer", "number"} and style != "year":
        units = ("%",) if style else units_of(parameter)
    low, high = _bounds(parameter, style)
    return Slot(
        name=parameter.slot,
        kind=reading.kind,
        many=parameter.type == "array",
        required=is_required,
        cues=cues,
        units=units,
        choices=choices,
        style=style,
        minimum=low,
        maximum=high,
    )


def _bounds(parameter: Parameter, style: str) -> tuple[float | None, float | None]:
    low, high = parameter.schema.get("minimum"), parameter.schema.get("maximum")
    least = float(low) if isinstance(low, int | float) else None
    most = float(high) if isinstance(high, int | float) else None
    return (least or _YEARS[0], most or _YEARS[1]) if style == "year" else (least, most)
