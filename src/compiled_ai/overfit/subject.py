"""What the overfit guard judges, and the words by which a literal is legitimate."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.cases import Case, VisibleCase
from compiled_ai.spec.model import Accuracy, Limits
from compiled_ai.spec.schema import place_text

Place = tuple[str | int, ...]

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class OverfitSubject:
    """Code that has passed on its cases, and what it is held against."""

    source: str
    workflow: Workflow
    cases: tuple[Case, ...]
    """Visible and hidden ones."""
    words: JsonObject
    """What the spec says apart from its cases, as `Spec.words` gives it: texts, schemas, decision tables."""
    accuracy: Accuracy
    limits: Limits
    generated: Sequence[JsonObject]
    """Inputs that conform to the input schema."""
    generated_given: Sequence[dict[str, JsonObject]] = ()
    """Outputs of bounded steps that go with them, taken in turn. Without any, those of the examples are taken."""

    @property
    def visible(self) -> tuple[VisibleCase, ...]:
        """The examples that the coder was shown."""
        return tuple(case for case in self.cases if isinstance(case, VisibleCase))


class SpecWords:
    """What a spec says in words and numbers, and which values its schemas list."""

    def __init__(self, words: JsonValue, *schemas: JsonValue) -> None:
        texts, numbers = [], set[Decimal]()
        for text in _texts((words, *schemas)):
            texts.append(" ".join(tokens(text)))
            numbers |= {Decimal(found) for found in _NUMBER.findall(text.replace(",", ""))}
            numbers |= {Decimal(found) for found in _NUMBER.findall(text)}
        numbers |= {number for leaf in _scalars((words, *schemas)) if (number := as_number(leaf)) is not None}
        self._text = f" {' | '.join(texts)} "
        self._numbers = numbers | {number / 100 for number in numbers}
        self._listed = tuple(_enums((words, *schemas)))

    def names(self, text: str) -> bool:
        """Whether the words of `text` stand in the spec, in a row."""
        found = tokens(text)
        return not found or f" {' '.join(found)} " in self._text

    def names_number(self, number: Decimal) -> bool:
        """Whether the spec says `number`, or says it as a percentage."""
        return abs(number) in self._numbers

    @property
    def enums(self) -> tuple[tuple[JsonValue, ...], ...]:
        """Every list of allowed values in the schemas."""
        return self._listed

    @cached_property
    def listed(self) -> frozenset[str]:
        """Every text that a schema lists as an allowed value."""
        return frozenset(value for values in self._listed for value in values if isinstance(value, str))


def spec_words(subject: OverfitSubject) -> SpecWords:
    """The words of the spec that `subject` was made from."""
    workflow = subject.workflow
    steps: list[JsonValue] = [step.output_schema for step in workflow.steps]
    return SpecWords(subject.words, workflow.input_schema, workflow.output_schema, steps)


def tokens(text: str) -> list[str]:
    """The words and digit runs of `text`, case-folded."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def squeeze(text: str) -> str:
    """The letters and digits of `text`, case-folded, without anything between them."""
    return "".join(tokens(text))


def leaves(value: JsonValue, place: Place = ()) -> Iterator[tuple[Place, JsonValue]]:
    """Every scalar in `value` with its place, in order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*place, index))
    else:
        yield place, value


def field_of(place: Place) -> str:
    """The field that `place` lies in, the same for all items of a list."""
    return place_text([part for part in place if isinstance(part, str)])


def as_number(value: object) -> Decimal | None:
    """`value` as an exact number; numeric text counts, booleans and non-finite numbers do not."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*[-+]?\d{1,30}(\.\d{1,30})?\s*", value):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):  # an int of thousands of digits has no text
        return None
    return number if number.is_finite() else None


def significant_digits(number: Decimal) -> int:
    """How many digits of `number` are left without the zeros at both ends."""
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits)


def _scalars(values: Iterable[JsonValue]) -> Iterator[JsonValue]:
    for value in values:
        for _, leaf in leaves(value):
            yield leaf


def _texts(values: Iterable[JsonValue]) -> Iterator[str]:
    """Every text in `values`, keys included."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            yield from _texts(value.values())
        elif isinstance(value, list):
            yield from _texts(value)


def _enums(values: Iterable[JsonValue]) -> Iterator[tuple[JsonValue, ...]]:
    for value in values:
        if isinstance(value, dict):
            listed = value.get("enum")
            if isinstance(listed, list):
                yield tuple(listed)
            if isinstance(value.get("const"), str):
                yield (value["const"],)
            yield from _enums(value.values())
        elif isinstance(value, list):
            yield from _enums(value)
