"""From a function's parameters to slots: for each the plausible settings, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.factory.synthesis._call_choices import switch_words, wordings_of
from compiled_ai.factory.synthesis._call_cues import content_words, cues_of, singular, words_of
from compiled_ai.factory.synthesis._call_kinds import Reading, opposites_of, readings_of
from compiled_ai.factory.synthesis._call_meanings import spoken_moments
from compiled_ai.factory.synthesis._call_shapes import Parameter, Shape
from compiled_ai.factory.synthesis._call_text import Said, read_description
from compiled_ai.factory.synthesis._call_units import is_unit, units_of
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
_RATED = ("per ", "a ", "p.a")


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
    measures: tuple[str, ...]
    """Cues of other parameters that are numbers: "per annum" of a rate says nothing of how often something is."""
    nouns: frozenset[str]
    """What other parameters count, such as "outcome" of ``total_outcomes``; it tells nothing then."""


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
            measures=tuple(
                cue
                for other in shape.parameters
                if other.slot != parameter.slot and other.item_type in {"integer", "number"}
                for cue in cues[other.slot]
            ),
            nouns=frozenset(
                singular(words_of(other.name)[-1])
                for other in shape.parameters
                if other.slot != parameter.slot and words_of(other.name)
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
        choices = {option: _apart(words, known.measures) for option, words in choices.items()}
        # A word of an option that stands there alone may mean that option: it must not count as explained.
        parts = {word for option in reading.options for word in re.findall(r"[a-z]+", option.lower())}
        whole = {option.lower() for option in reading.options}
        cues = tuple(
            cue for cue in cues if cue in whole or not any(part.startswith(cue.rstrip("*")) for part in parts)
        )
    elif reading.kind in {"date", "time"} and not (known.said.date_format or known.said.clock_format):
        choices = spoken_moments(reading.kind, parameter.description, str(known.said.default or ""))
    elif reading.kind == "boolean":
        cues = switch_words(parameter, known.said)
    elif reading.kind in _OPEN_KINDS and not is_required and style != "currency":
        cues = tuple(cue for cue in cues if cue not in _WORDS_ONLY) or cues
    units: tuple[str, ...] = ()
    if reading.kind in {"integer", "number"} and style != "year":
        units = ("%",) if style else units_of(parameter)
        units = tuple(unit for unit in units if is_unit(unit) or singular(unit) not in known.nouns)
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


def _apart(wordings: Sequence[str], measures: Sequence[str]) -> tuple[str, ...]:
    """`wordings` of an option without those in which numbers are said: "6 percent a year"."""
    return tuple(word for word in wordings if not (word.startswith(_RATED) and word in measures))


def _bounds(parameter: Parameter, style: str) -> tuple[float | None, float | None]:
    low, high = parameter.schema.get("minimum"), parameter.schema.get("maximum")
    least = float(low) if isinstance(low, int | float) else None
    most = float(high) if isinstance(high, int | float) else None
    return (least or _YEARS[0], most or _YEARS[1]) if style == "year" else (least, most)
