"""Literals by which code recognises an example's input: its text, long parts of it, tables over inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiled_ai.findings import Finding, Severity
from compiled_ai.overfit.inventory import Literal
from compiled_ai.overfit.literals import LEAST_DIGITS, Evidence
from compiled_ai.overfit.subject import (
    as_number,
    field_of,
    leaves,
    significant_digits,
    squeeze,
    tokens,
)
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.schema import shorten

PHRASE_WORDS = 5
"""Words in a row that are more than a cue."""
_SHARE = 0.6
_MANY_WORDS = 8
_FREE_WORDS = 4
_ADVICE = "look for the words that decide, so that other wordings of the same are understood too"


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """A value in the input of an example."""

    case: VisibleCase
    field: str
    value: str | int | float

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(tokens(str(self.value)))


def input_findings(evidence: Evidence) -> Iterator[Finding]:
    """A finding for each example whose input the code recognises."""
    shown = tuple(_shown_values(evidence))
    for item in shown:
        if isinstance(item.value, str) and len(item.words) >= PHRASE_WORDS:
            yield from _phrases(evidence, item)
        yield from _identities(evidence, item)
    yield from _tables(evidence)


def _shown_values(evidence: Evidence) -> Iterator[_Shown]:
    for case in evidence.subject.visible:
        for place, leaf in leaves(case.input):
            if isinstance(leaf, str | int | float) and not isinstance(leaf, bool):
                yield _Shown(case=case, field=field_of(place), value=leaf)


def _phrases(evidence: Evidence, item: _Shown) -> Iterator[Finding]:
    """The longest run of the input's words in one literal, if that is more than a cue; or all of them, in whatever order."""
    words = item.words
    bag = _bag(evidence, words)
    if bag is not None:
        yield _finding(
            "input-literal",
            f"the literal holds all words of '{item.field}' of example '{item.case.case_id}', in another order; {_ADVICE}",
            bag.line,
        )
        return
    best: tuple[str, ...] = ()
    where: Literal | None = None
    for literal in evidence.inventory.literals:
        for form in literal.text_forms:
            if len(form) >= PHRASE_WORDS:
                run = _longest_run(words, form)
                if len(run) > len(best):
                    best, where = run, literal
    if where is None or len(best) < PHRASE_WORDS:
        return
    phrase = " ".join(best)
    if evidence.spec.names(phrase) or evidence.is_of_domain(phrase):
        return
    whole = len(best) == len(words)
    severe = (whole and (where.is_compared or len(best) > PHRASE_WORDS)) or (
        len(best) > PHRASE_WORDS and (len(best) >= _SHARE * len(words) or len(best) >= _MANY_WORDS)
    )
    yield _finding(
        "input-literal" if severe else "input-phrase",
        f"the literal holds {'all' if whole else len(best)} words of '{item.field}' of example '{item.case.case_id}' in a row ('{shorten(phrase, 80)}'); {_ADVICE}",
        where.line,
        severity="error" if severe else "warning",
    )


def _bag(evidence: Evidence, words: Sequence[str]) -> Literal | None:
    """A literal that holds just the words of an input, in another order."""
    distinct = sorted(set(words))
    for literal in evidence.inventory.literals:
        for form in literal.text_forms:
            if (
                len(form) >= PHRASE_WORDS
                and sorted(set(form)) == distinct
                and not evidence.spec.names(" ".join(form))
            ):
                return literal if tuple(form) != tuple(words) else None
    return None


def _longest_run(words: Sequence[str], form: Sequence[str]) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    starts: dict[str, list[int]] = {}
    for index, word in enumerate(form):
        starts.setdefault(word, []).append(index)
    for begin, word in enumerate(words):
        for start in starts.get(word, ()):
            length = 0
            while (
                begin + length < len(words)
                and start + length < len(form)
                and words[begin + length] == form[start + length]
            ):
                length += 1
            if length > len(best):
                best = tuple(words[begin : begin + length])
    return best


def _identities(evidence: Evidence, item: _Shown) -> Iterator[Finding]:
    """An id, number or date of an example that the code tests for."""
    number = as_number(item.value)
    digits = sum(char.isdigit() for char in str(item.value))
    if (
        digits < LEAST_DIGITS
        or len(item.words) > _FREE_WORDS
        or evidence.is_legitimate(item.field, item.value)
    ):
        return
    if isinstance(item.value, str) and (
        evidence.is_of_domain(item.value) or item.value in evidence.spec.listed
    ):
        return
    found = evidence.with_value(squeeze(item.value)) if isinstance(item.value, str) else []
    if number is not None and significant_digits(number) >= LEAST_DIGITS:
        found = [*found, *evidence.with_value(number)]
    for literal in found:
        if literal.is_compared and not evidence.is_known_elsewhere(literal):
            yield _finding(
                "input-literal",
                f"the code tests for '{shorten(str(item.value), 80)}', the value of '{item.field}' in example '{item.case.case_id}', which the spec does not name; decide by what holds for every input of the kind",
                literal.line,
            )
            return


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """An example as an entry of a table."""

    case_id: str
    inputs: frozenset[str]
    """Its values and all of them together, without what lies between letters and digits."""
    outputs: dict[str, bool]
    """Its answers likewise, with whether a literal of each is legitimate."""


def _tables(evidence: Evidence) -> Iterator[Finding]:
    """Tables that lead from the inputs of examples to their answers."""
    pairs = [_pair(evidence, case) for case in evidence.subject.visible]
    for node, content in evidence.inventory.tables():
        entries = list(_entries(content))
        found = {
            pair.case_id: is_mapping
            for key, value in entries
            if len(wanted := squeeze(_joined(key))) > 1
            for pair in pairs
            if wanted in pair.inputs
            and (is_mapping := _is_plain_mapping(evidence, pair, key, value)) is not None
        }
        if len(found) >= 2 and 2 * len(found) >= len(entries):
            names = ", ".join(f"'{name}'" for name in list(found)[:4])
            yield _finding(
                "answer-table",
                f"the table leads from the inputs of the examples {names} to their answers; compute the answers, or let the spec name the pairs",
                node.lineno,
                severity="warning" if all(found.values()) else "error",
            )


def _pair(evidence: Evidence, case: VisibleCase) -> _Pair:
    values = [str(leaf) for _, leaf in leaves(case.input) if isinstance(leaf, str | int | float)]
    outputs = {
        squeeze(str(leaf)): evidence.is_legitimate(field_of(place), leaf)
        for place, leaf in leaves(case.output)
        if isinstance(leaf, str | int | float) and not isinstance(leaf, bool)
    }
    inputs = frozenset(map(squeeze, [*values, " ".join(values)]))
    return _Pair(case_id=case.case_id, inputs=inputs, outputs=outputs)


def _is_plain_mapping(evidence: Evidence, pair: _Pair, key: object, value: object) -> bool | None:
    """Whether an entry that leads from an input of `pair` to its answer is one that examples may show: from few words to a value that may stand in code.

    None when its value is no answer of `pair`.
    """
    matched = {squeeze(part) for part in _parts(value)} & pair.outputs.keys() - {""}
    if not matched:
        return None
    words = tokens(_joined(key))
    is_named = evidence.spec.names(_joined(key)) or all(pair.outputs[text] for text in matched)
    return is_named and len(words) < _FREE_WORDS


def _entries(value: object) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        for item in value:
            if isinstance(item, list | tuple) and len(item) >= 2:
                yield item[0], item[1] if len(item) == 2 else list(item[1:])


def _parts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _parts(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _parts(item)
    elif not isinstance(value, bool):
        yield str(value)


def _joined(value: object) -> str:
    return " ".join(_parts(value))


def _finding(rule: str, message: str, line: int, *, severity: Severity = "error") -> Finding:
    return Finding(stage="accuracy", tool="overfit", rule=rule, message=message, line=line, severity=severity)
