"""Literals by which code knows an example instead of computing its answer.

Only visible cases count as evidence: the code cannot have seen hidden ones, so a coincidence there is none of overfit. Hidden cases only acquit: a value that
several cases share is a word of the domain, or a label. So no finding can show what is hidden.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, islice
from typing import Literal as Kind

from compiled_ai.findings import Finding, Severity
from compiled_ai.overfit.inventory import Inventory, Literal, Scalar
from compiled_ai.overfit.subject import (
    OverfitSubject,
    SpecWords,
    as_number,
    field_of,
    leaves,
    significant_digits,
    spec_words,
    squeeze,
    tokens,
)
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import Case, VisibleCase
from compiled_ai.spec.schema import shorten

LEAST_CHARACTERS = 4
"""Letters and digits of a text that is told from others; shorter ones are codes and cues."""
LEAST_DIGITS = 3
"""Significant digits of a number that is told from others."""
_PIECE_CHARACTERS = 8
_MOST_PIECES = 8
_KNOWN_NUMBERS = frozenset(
    map(
        Decimal,
        (
            "365", "366", "365.25", "1440", "3600", "86400", "10080", "43200", "43800", "525600", "604800", "2592000", "31536000", "8760",
            "1024", "2048", "4096", "1048576", "273.15", "459.67", "1.609", "1.609344", "0.3048", "2.54", "30.48", "2.2046", "2.20462",
            "0.4536", "0.45359237", "28.35", "28.3495", "4.184", "3.785", "3.14159", "3.141592653589793", "1900", "1970", "1999", "2000",
        ),
    )
)  # fmt: skip
"""Constants of calendars, units and computing, and round years."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A value of an example's output by which the example can be told from others."""

    case: VisibleCase
    field: str
    value: Scalar
    kind: Kind["text", "number", "date"]
    is_traced: bool
    """Whether it can come from the input. A text without a trace of it can only come from a literal: a label or a fixed reply."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words."""
        return tuple(tokens(str(self.value)))


class Evidence:
    """What the cases and the spec say about values, with the literals of the code."""

    def __init__(self, subject: OverfitSubject, tree: ast.Module) -> None:
        self.subject = subject
        self.spec: SpecWords = spec_words(subject)
        schemas: list[JsonValue] = [step.output_schema for step in subject.workflow.steps]
        self.inventory = Inventory(
            tree, fields=frozenset(_property_names([subject.workflow.output_schema, *schemas]))
        )
        self._by_word: dict[str, list[Literal]] = defaultdict(list)
        self._by_value: dict[Decimal | str, list[Literal]] = defaultdict(list)
        """By number, by ISO date, and by the letters and digits of the whole."""
        self._known: dict[Literal, bool] = {}
        for literal in self.inventory.literals:
            for word in {word for form in literal.text_forms for word in form} | set(
                map(squeeze, literal.parts)
            ):
                self._by_word[word].append(literal)
            for value in {literal.number, literal.squeezed, *literal.dates} - {None}:
                self._by_value[value].append(literal)  # type: ignore[index]  # None was taken out
        self.answers = tuple(self._answers())

    @cached_property
    def _labels(self) -> dict[tuple[str, str], set[str]]:
        """The inputs of all cases by the value that they answer in a field."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for case in self.subject.cases:
            content = _content(case)
            for place, leaf in leaves(case.output):
                found[field_of(place), canonical_json(leaf)].add(content)
        return found

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """The words of each distinct input, in a row."""
        return tuple({_content(case) for case in self.subject.cases})

    @cached_property
    def shown_values(self) -> frozenset[str]:
        """Every value of the examples, inputs and outputs, without what lies between letters and digits."""
        return frozenset(
            squeeze(str(leaf))
            for case in self.subject.visible
            for _, leaf in (*leaves(case.input), *leaves(case.output))
        )

    @cached_property
    def _shown_texts(self) -> str:
        return " | ".join(_content(case) for case in self.subject.visible)

    @cached_property
    def _texts_by_word(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for index, text in enumerate(self._texts):
            for word in text.split():
                found[word].add(index)
        return found

    def is_of_domain(self, text: str) -> bool:
        """Whether the words of `text` stand in a row in the inputs of two cases or more."""
        words = tokens(text)
        if not words:
            return True
        joined = f" {' '.join(words)} "
        candidates = set.intersection(*(self._texts_by_word.get(word, set()) for word in words))
        hits = (index for index in candidates if joined in self._texts[index])
        return len(list(islice(hits, 2))) == 2

    @cached_property
    def pieces(self) -> list[tuple[list[tuple[str, int]], dict[str, list[int]]]]:
        """By function the letters and digits of its texts with their lines, and where each of them stands in the row."""
        found = []
        for row in self.inventory.pieces():
            squeezed = [(squeeze(text), line) for text, line in row]
            starts: dict[str, list[int]] = defaultdict(list)
            for index, (text, _) in enumerate(squeezed):
                starts[text].append(index)
            found.append((squeezed, {**starts}))
        return found

    def is_known_elsewhere(self, literal: Literal) -> bool:
        """Whether the table around `literal` is knowledge: most of its entries are not of the examples."""
        if literal not in self._known:
            self._known[literal] = self._stands_in_knowledge(literal)
        return self._known[literal]

    def _stands_in_knowledge(self, literal: Literal) -> bool:
        peers = {squeeze(str(peer)) for peer in literal.peers} or {squeeze(part) for part in literal.parts}
        shown = {peer for peer in peers if self._is_shown(peer)}
        return len(peers - shown) >= max(4, len(shown))

    def _is_shown(self, peer: str) -> bool:
        return peer in self.shown_values or f" {peer} " in self._shown_texts

    def is_legitimate(self, field: str, value: JsonValue) -> bool:
        """Whether a literal `value` is no sign of overfit: too short, named by the spec, or an answer of several cases."""
        number = as_number(value)
        if number is not None:
            if significant_digits(number) < LEAST_DIGITS or abs(number) in _KNOWN_NUMBERS:
                return True
            named = self.spec.names_number(number)
        elif isinstance(value, str):
            if len(squeeze(value)) < LEAST_CHARACTERS or value in self.spec.listed:
                return True
            named = self.spec.names(value)
        else:
            return True
        return named or len(self._labels[field, canonical_json(value)]) >= 2

    def carriers(self, answer: Answer) -> list[Literal]:
        """The literals that hold `answer`."""
        if answer.kind == "date":
            return self.with_value(str(answer.value))
        if isinstance(answer.value, Decimal):
            found = [item for item in self.with_value(answer.value) if not item.is_scale]
            return found or (self._with_words(answer) if len(answer.words) > 1 else [])
        return self._with_words(answer)

    def with_value(self, value: Decimal | str) -> list[Literal]:
        """The literals that are the number or the ISO date `value`, or have the same letters and digits."""
        return self._by_value.get(value, [])

    def _with_words(self, answer: Answer) -> list[Literal]:
        words = answer.words
        if not words:
            return []
        near = self._by_word[words[0]] + (self._by_word["".join(words)] if len(words) > 1 else [])
        return [item for item in dict.fromkeys(near) if _holds(item, words)]

    def _answers(self) -> Iterator[Answer]:
        for case in self.subject.visible:
            content = _content(case)
            for place, leaf in leaves(case.output):
                field = field_of(place)
                if self.is_legitimate(field, leaf) or (isinstance(leaf, str) and self.is_of_domain(leaf)):
                    continue
                kind, value = kind_of(leaf)
                traced = kind != "text" or any(
                    f" {word} " in content for word in tokens(str(leaf)) if len(word) > 2
                )
                traced = traced or squeeze(str(leaf)) in content.replace(" ", "")
                yield Answer(case=case, field=field, value=value, kind=kind, is_traced=traced)


def answer_findings(evidence: Evidence) -> Iterator[Finding]:
    """A finding for each answer of an example that the code carries."""
    for answer in evidence.answers:
        found = evidence.carriers(answer)
        if not found:
            yield from _pieced(evidence, answer)
            continue
        literal = min(found, key=lambda item: (evidence.is_known_elsewhere(item), item.line))
        if evidence.is_known_elsewhere(literal):
            yield _answer_finding(answer, literal.line, rule="answer-in-table", severity="warning")
        elif not answer.is_traced:
            yield _answer_finding(answer, literal.line, rule="unnamed-answer", severity="warning")
        else:
            yield _answer_finding(answer, literal.line, rule="answer-literal", severity="error")


def _pieced(evidence: Evidence, answer: Answer) -> Iterator[Finding]:
    """The answer when text constants that follow each other in a function come to it."""
    wanted = squeeze(str(answer.value))
    if answer.kind != "text" or len(wanted) < _PIECE_CHARACTERS:
        return
    for row, starts in evidence.pieces:
        for length in range(1, len(wanted)):
            for start in starts.get(wanted[:length], ()):
                texts = [text for text, _ in row[start : start + _MOST_PIECES]]
                if wanted in accumulate(texts):
                    yield _answer_finding(answer, row[start][1], rule="answer-in-pieces", severity="error")
                    return


def _answer_finding(answer: Answer, line: int, *, rule: str, severity: Severity) -> Finding:
    shown = shorten(str(answer.value), 80)
    advice = {
        "answer-in-table": "fine if it belongs to general knowledge; otherwise compute it from the input",
        "unnamed-answer": "nothing in the input leads to it: the spec's schema (enum) or instructions should name it",
    }.get(rule, "compute it from the input; the code must work on inputs that no example shows")
    return Finding(
        stage="accuracy",
        tool="overfit",
        rule=rule,
        message=f"the literal holds '{shown}', the answer of example '{answer.case.case_id}' in '{answer.field}', which the spec does not name; {advice}",
        line=line,
        severity=severity,
    )


def _holds(literal: Literal, words: Sequence[str]) -> bool:
    """Whether `literal` holds `words` in a row. A single word without digits has to be the whole of it, or of an entry that it lists."""
    joined = "".join(words)
    if len(words) == 1 and not any(char.isdigit() for char in joined):
        return any(squeeze(part) == joined for part in literal.parts)
    text = f" {' '.join(words)} "
    return any(
        text in f" {' '.join(form)} " or (len(joined) >= 6 and "".join(form) == joined)
        for form in literal.text_forms
    )


def kind_of(leaf: JsonValue) -> tuple[Kind["text", "number", "date"], Scalar]:
    """How `leaf` is looked for, and as what: decimals and numbers by value, dates in ISO form."""
    number = as_number(leaf)
    if number is not None and not (
        isinstance(leaf, str) and len(leaf.lstrip("-")) > len(str(number.copy_abs()))
    ):
        return "number", number
    text = str(leaf)
    try:
        return "date", date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return "text", text


def _content(case: Case) -> str:
    """The words of an input, and of what bounded steps give for it, in a row."""
    given: JsonObject = {**case.given}
    words = [word for part in (case.input, given) for _, leaf in leaves(part) for word in tokens(str(leaf))]
    return f" {' '.join(words)} "


def _property_names(schemas: Sequence[JsonValue]) -> Iterator[str]:
    for schema in schemas:
        if isinstance(schema, dict):
            properties = schema.get("properties")
            if isinstance(properties, dict):
                yield from properties
            yield from _property_names(list(schema.values()))
        elif isinstance(schema, list):
            yield from _property_names(schema)
