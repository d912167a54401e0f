"""Choosing one of several functions: by cue words, weighted by how much each tells them apart, and by whose slots a request fills."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from compiled_ai.factory.synthesis._call_cues import cues_of, plural, singular, starred, words_of
from compiled_ai.factory.synthesis._call_shapes import CallSchema, Shape
from compiled_ai.factory.synthesis._call_text import read_description
from compiled_ai.factory.synthesis._call_words import STOP_WORDS
from compiled_ai.modules.text import score_labels
from compiled_ai.spec.cases import VisibleCase

_UNTELLING = re.compile(
    r"\([^()]*\)|\"[^\"]*\"|\b(?:true|false|null|nothing|said|above|below|lower case|article)\b"
)
LEAST_CUES = 0.75
LEAST_LEAD = 0.75
_NAME_WEIGHT, _TEXT_WEIGHT, _PARAMETER_WEIGHT = 2.0, 1.0, 0.75
_EXAMPLE_WEIGHTS = (1.0, 2.0, 3.0)
_BARELY, _MOST_LEAD = 0.25, 3.0
_CUE_WEIGHT, _VERB_WEIGHT = 0.75, 1.0
_MOST_CUES = 40
_IE = frozenset(("movie", "cookie", "calorie", "zombie", "selfie", "brownie", "smoothie", "hoodie", "genie"))
_VERBS = tuple(
    frozenset(line.split())
    for line in (
        "find search look looking discover locate browse lookup recommend suggest explore",
        "get retrieve fetch read view show display list check",
        "buy purchase order",
        "book reserve schedule appoint",
        "create add make new generate insert register",
        "delete remove clear erase drop",
        "update change modify edit set adjust",
        "cancel abort",
        "send share transfer pay",
        "request ask demand",
        "play watch listen stream",
        "start open launch run begin",
        "stop close end shut",
        "convert translate",
        "compare",
    )
)
"""Verbs that people use for one another when they ask for something to be done."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Weighted cues by function."""

    cues: dict[str, dict[str, float]]
    least: float = LEAST_CUES
    lead: float = LEAST_LEAD

    def contenders(self, request: str) -> list[str]:
        """The functions that no other is clearly ahead of; none when nothing speaks for any."""
        scores = score_labels(request, self.cues)
        best = max(scores.values())
        return [
            name
            for name, score in scores.items()
            if best >= self.least and round(best - score, 9) < self.lead
        ]

    def choose(self, request: str) -> str | None:
        """The function that the words of the request mean; None when none is ahead."""
        names = self.contenders(request)
        return names[0] if len(names) == 1 else None

    def source(self) -> str:
        """The table as constants."""
        rows = "\n".join(f"    {name!r}: {cues!r}," for name, cues in self.cues.items())
        return (
            "# How strongly a word speaks for a function.\n"
            f"FUNCTION_CUES: dict[str, dict[str, float]] = {{\n{rows}\n}}\n"
            f"LEAST_CUES = {self.least!r}\nLEAST_LEAD = {self.lead!r}"
        )


def select_functions(calls: CallSchema, examples: Sequence[VisibleCase]) -> Selection | None:
    """Cues that choose the right function for every example; None when the functions cannot be told apart.

    The words of examples count as much as it takes. Where that is not enough, a function has to be further ahead, so that the slots decide.
    """
    shown = [
        (str(case.input[calls.request]), calls.shape_of(case)) for case in examples if case.output is not None
    ]
    named = [(request, shape.name) for request, shape in shown if shape is not None]
    if len(named) < len(shown):
        return None
    found = [_selection(calls, examples, weight) for weight in _EXAMPLE_WEIGHTS]
    selections = [selection for selection in found if selection is not None]
    leads = [_lead(selection, named) for selection in selections]
    if not selections or min(leads) > _MOST_LEAD:
        return None
    lead = min(leads)
    return replace(selections[leads.index(lead)], lead=lead)


def _lead(selection: Selection, named: Sequence[tuple[str, str]]) -> float:
    """By how much a function must be ahead so that no example is taken for another function's."""
    behind = [0.0]
    for request, name in named:
        scores = score_labels(request, selection.cues)
        best = max(scores.values())
        if best >= selection.least:
            behind.append(best - scores[name])
    return LEAST_LEAD if max(behind) < LEAST_LEAD else round(max(behind) + _BARELY, 2)


def _selection(calls: CallSchema, examples: Sequence[VisibleCase], weight: float) -> Selection | None:
    weights = {shape.name: _weights(shape, calls, examples, weight) for shape in calls.shapes}
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
    return Selection(cues=cues) if all(cues.values()) else None


def _weights(
    shape: Shape, calls: CallSchema, examples: Sequence[VisibleCase], example_weight: float
) -> dict[str, float]:
    found: dict[str, float] = {}
    _add(found, (word for part in shape.name.split(".") for word in words_of(part)), _NAME_WEIGHT)
    _add(found, _UNTELLING.sub(" ", shape.description.lower()).split(), _TEXT_WEIGHT)
    for verb in _verbs(shape):
        found[verb] = max(found.get(verb, 0.0), _VERB_WEIGHT)
    said = {parameter.slot: read_description(parameter) for parameter in shape.parameters}
    for cues in cues_of(shape, said).values():
        _add(found, (cue for cue in cues if " " not in cue and len(cue) > 3), _CUE_WEIGHT)
    for parameter in shape.parameters:
        _add(found, words_of(parameter.name), _PARAMETER_WEIGHT)
        for option in (*said[parameter.slot].options, *_enum(parameter.schema.get("enum"))):
            _add(found, option.replace("_", " ").lower().split(), _PARAMETER_WEIGHT)
    for case in examples:
        if case.output is not None and calls.shape_of(case) == shape:
            _add(found, _said(case, calls), example_weight)
    return found


def _verbs(shape: Shape) -> Iterator[str]:
    """Verbs that ask for what the function does: those of its name, else of the beginning of its description."""
    named = [word for part in shape.name.split(".") for word in words_of(part)]
    first = re.findall(r"[a-z]+", shape.description.lower())[:1]
    for words in (named, [singular(word) for word in first]):
        groups = [group for group in _VERBS if group & set(words)]
        for group in groups:
            yield from (form for verb in sorted(group) for form in _forms(verb))
        if groups:
            return


def _said(case: VisibleCase, calls: CallSchema) -> list[str]:
    """Words of an example's request that are neither values nor names."""
    values = str(calls.arguments_of(case)).lower()
    request = str(case.input[calls.request])
    words = re.findall(r"[^\s?,.!;:()]+", request[:1].lower() + request[1:])
    return [word for word in words if word.islower() and word not in values]


def _enum(values: object) -> Iterable[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _add(found: dict[str, float], words: Iterable[str], weight: float) -> None:
    for word in words:
        plain = word.strip(".,;:!?()'\"`")
        if len(plain) > 2 and plain.removesuffix("*").isalpha() and plain not in STOP_WORDS:
            for cue in (plain,) if plain.endswith("*") else _forms(plain):
                found[cue] = max(found.get(cue, 0.0), weight)


def _forms(word: str) -> tuple[str, ...]:
    """Cues that fit the word in the singular and in the plural."""
    root = word.removesuffix("s") if word.removesuffix("s") in _IE else singular(word)
    cue = starred(root)
    return (cue,) if cue.endswith("*") else (root, plural(root))
