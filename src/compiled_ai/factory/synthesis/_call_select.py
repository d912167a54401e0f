"""Choosing one of several functions by cue words, weighted by how much each tells them apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compiled_ai.factory.synthesis._call_cues import cues_of, starred
from compiled_ai.factory.synthesis._call_shapes import CallSchema, Shape
from compiled_ai.factory.synthesis._call_text import read_description
from compiled_ai.factory.synthesis._call_words import STOP_WORDS
from compiled_ai.factory.synthesis._wording import name_words, stem
from compiled_ai.modules.text import best_label
from compiled_ai.spec.cases import VisibleCase

_UNTELLING = re.compile(
    r"\([^()]*\)|\"[^\"]*\"|\b(?:true|false|null|nothing|said|above|below|lower case|article)\b"
)
LEAST_CUES = 0.75
LEAST_LEAD = 0.75
_NAME_WEIGHT, _TEXT_WEIGHT, _PARAMETER_WEIGHT, _EXAMPLE_WEIGHT = 2.0, 1.0, 0.75, 1.5
_CUE_WEIGHT = 0.75
_MOST_CUES = 20


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Weighted cues by function."""

    cues: dict[str, dict[str, float]]
    least: float = LEAST_CUES
    lead: float = LEAST_LEAD

    def choose(self, request: str) -> str | None:
        """The function that the request means; None when none is ahead."""
        return best_label(request, self.cues, minimum=self.least, margin=self.lead)

    def source(self) -> str:
        """The table as constants."""
        rows = "\n".join(f"    {name!r}: {cues!r}," for name, cues in self.cues.items())
        return (
            "# How strongly a word speaks for a function.\n"
            f"FUNCTION_CUES: dict[str, dict[str, float]] = {{\n{rows}\n}}\n"
            f"LEAST_CUES = {self.least!r}\nLEAST_LEAD = {self.lead!r}"
        )


def select_functions(calls: CallSchema, examples: Sequence[VisibleCase]) -> Selection | None:
    """Cues that choose the right function for every example; None when the functions cannot be told apart."""
    weights = {shape.name: _weights(shape, calls, examples) for shape in calls.shapes}
    shared: dict[str, int] = defaultdict(int)
    for found in weights.values():
        for cue in found:
            shared[cue] += 1
    cues: dict[str, dict[str, float]] = {}
    for name, found in weights.items():
        telling = {
            cue: round(weight / shared[cue], 2) for cue, weight in found.items() if shared[cue] < len(weights)
        }
        ranked = sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CUES]
        cues[name] = dict(ranked)
    if not all(cues.values()):
        return None
    selection = Selection(cues=cues)
    return selection if _separates(selection, calls, examples) else None


def _separates(selection: Selection, calls: CallSchema, examples: Sequence[VisibleCase]) -> bool:
    answered = [case for case in examples if case.output is not None]
    for case in answered:
        shape = calls.shape_of(case)
        chosen = selection.choose(str(case.input[calls.request]))
        if shape is None or (chosen is not None and chosen != shape.name):
            return False
    return True


def _weights(shape: Shape, calls: CallSchema, examples: Sequence[VisibleCase]) -> dict[str, float]:
    found: dict[str, float] = {}
    _add(found, (word for part in shape.name.split(".") for word in name_words(part)), _NAME_WEIGHT)
    _add(found, _UNTELLING.sub(" ", shape.description.lower()).split(), _TEXT_WEIGHT)
    said = {parameter.slot: read_description(parameter) for parameter in shape.parameters}
    for cues in cues_of(shape, said).values():
        _add(found, (cue.rstrip("*") for cue in cues if " " not in cue and len(cue) > 3), _CUE_WEIGHT)
    for parameter in shape.parameters:
        _add(found, name_words(parameter.name), _PARAMETER_WEIGHT)
        for option in (*said[parameter.slot].options, *_enum(parameter.schema.get("enum"))):
            _add(found, option.replace("_", " ").lower().split(), _PARAMETER_WEIGHT)
    for case in examples:
        if case.output is not None and calls.shape_of(case) == shape:
            values = str(calls.arguments_of(case)).lower()
            words = str(case.input[calls.request]).lower().replace("?", " ").replace(",", " ").split()
            _add(found, (word for word in words if word not in values), _EXAMPLE_WEIGHT)
    return found


def _enum(values: object) -> Iterable[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _add(found: dict[str, float], words: Iterable[str], weight: float) -> None:
    for word in words:
        plain = word.strip(".,;:!?()'\"`")
        if len(plain) > 2 and plain.isalpha() and plain not in STOP_WORDS:
            cue = starred(stem(plain))
            found[cue] = max(found.get(cue, 0.0), weight)
