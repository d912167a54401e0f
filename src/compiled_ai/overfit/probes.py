"""Inputs on which two readings of a spec may differ: the examples with one value moved to a limit that the code knows, then generated inputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from compiled_ai.overfit.subject import OverfitSubject, Place, as_number, leaves
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import Case
from compiled_ai.spec.given import step_of
from compiled_ai.spec.schema import Checker

T = TypeVar("T")

_MOST_NUMBERS = 16
_MOST_TEXTS = 40
_MOST_CASES = 8
_MOST_CHARACTERS = 2_000
"""Of an input as JSON: huge ones cost time, and nobody reads them in a question."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One input without an expected output."""

    input: JsonObject
    given: dict[str, JsonObject]


@dataclass(frozen=True, kw_only=True)
class _Limits:
    """What the code knows."""

    numbers: tuple[Decimal, ...]
    texts: tuple[str, ...]


def make_probes(subject: OverfitSubject, *, count: int) -> tuple[Probe, ...]:
    """At most `count` distinct inputs that conform to the schema; at least two thirds of them moved examples, if there are so many. Nothing hidden goes into them."""
    fits = Checker(subject.workflow.input_schema).is_valid
    outputs = {step.id: Checker(step.output_schema) for step in subject.workflow.steps if step.is_outside}
    seen: set[str] = set()

    def is_new(probe: Probe) -> bool:
        key = canonical_json([probe.input, {**probe.given}])
        if key in seen or len(key) > _MOST_CHARACTERS or not fits(probe.input):
            return False
        seen.add(key)
        return all(
            outputs[step_of(key)].is_valid(given)
            for key, given in probe.given.items()
            if step_of(key) in outputs
        )

    moved = list(islice(filter(is_new, _moved(subject)), count))
    fresh = list(islice(filter(is_new, _generated(subject)), count // 3))
    return (*moved[: count - len(fresh)], *fresh)


def _generated(subject: OverfitSubject) -> Iterator[Probe]:
    given = list(subject.generated_given) or [case.given for case in subject.visible] or [{}]
    for index, data in enumerate(subject.generated):
        yield Probe(input=data, given=given[index % len(given)])


def _moved(subject: OverfitSubject) -> Iterator[Probe]:
    """Each example with one value changed, the examples in turn, so that a short list has something of each."""
    numbers, texts = _constants(subject.source)
    limits = _Limits(numbers=numbers, texts=texts)
    schemas: dict[str, JsonValue] = {step.id: step.output_schema for step in subject.workflow.steps}
    rows: list[Iterator[Probe]] = []
    for case in subject.visible[:_MOST_CASES]:
        rows.append(_moved_input(case, subject.workflow.input_schema, limits))
        rows += [_moved_given(case, key, schemas.get(step_of(key)), limits) for key in case.given]
    yield from _in_turn(rows)


def _moved_input(case: Case, schema: JsonValue, limits: _Limits) -> Iterator[Probe]:
    for changed in _changed(case.input, schema, limits):
        yield Probe(input=changed, given=case.given)


def _moved_given(case: Case, step: str, schema: JsonValue, limits: _Limits) -> Iterator[Probe]:
    for changed in _changed(case.given[step], schema, limits):
        yield Probe(input=case.input, given={**case.given, step: changed})


def _in_turn(rows: Sequence[Iterator[T]]) -> Iterator[T]:
    """One item of each row, again and again, until all are empty."""
    left = list(rows)
    while left:
        for row in list(left):
            item = next(row, None)
            if item is None:
                left.remove(row)
            else:
                yield item


def _changed(data: JsonObject, schema: JsonValue, limits: _Limits) -> Iterator[JsonObject]:
    """`data` with one value moved, or one field left out, the values in turn."""
    rows = [_with_each(data, place, leaf, _schema_at(schema, place), limits) for place, leaf in leaves(data)]
    rows.append({key: item for key, item in data.items() if key != name} for name in data)
    yield from _in_turn(rows)


def _with_each(
    data: JsonObject, place: Place, leaf: JsonValue, schema: JsonValue, limits: _Limits
) -> Iterator[JsonObject]:
    for value in _values(leaf, schema, limits):
        yield _with(data, place, value)


def _values(leaf: JsonValue, schema: JsonValue, limits: _Limits) -> Iterator[JsonValue]:
    """Other values for `leaf`: limits and their neighbours, the other listed values, the texts that the code looks for."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    kinds = kinds if isinstance(kinds, list) else [kinds]
    listed = schema.get("enum") if isinstance(schema, dict) else None
    if isinstance(listed, list):
        yield from (value for value in listed if value != leaf)
    elif isinstance(leaf, bool):
        yield not leaf
    elif isinstance(leaf, int | float) or (leaf is None and ("number" in kinds or "integer" in kinds)):
        whole = "integer" in kinds and "number" not in kinds
        yield from (int(value) if whole or value == int(value) else float(value) for value in limits.numbers)
    elif isinstance(leaf, str) and as_number(leaf) is not None:
        yield from (str(value) for value in limits.numbers)
    elif isinstance(leaf, str):
        yield from limits.texts
    if "null" in kinds and leaf is not None:
        yield None


def _constants(source: str) -> tuple[tuple[Decimal, ...], tuple[str, ...]]:
    """The numbers in the code with their neighbours, those that are compared first, and the short texts."""
    compared, plain, texts = [], [], []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            compared += [_number(part) for part in ast.walk(node)]
        plain.append(_number(node))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_cue(node.value):
            texts.append(node.value.rstrip("*"))
    found = [number for number in dict.fromkeys([*compared, *plain]) if number is not None][:_MOST_NUMBERS]
    steps = (Decimal(0), Decimal(1), Decimal(-1), Decimal("0.01"), Decimal("-0.01"))
    numbers = dict.fromkeys(number + step for step in steps for number in found)
    distinct = list(dict.fromkeys(texts))
    spread = max(1, len(distinct) // _MOST_TEXTS)
    return tuple(numbers), tuple(distinct[::spread][:_MOST_TEXTS])


def _number(node: ast.AST) -> Decimal | None:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bytes | complex):
        return None
    number = as_number(node.value)
    return number if number is not None and abs(number) < 10**12 else None


def _is_cue(text: str) -> bool:
    return 2 < len(text) <= 40 and not any(char in text for char in "\\[](){}|^$?+\n")


def _schema_at(schema: JsonValue, place: Place) -> JsonValue:
    for part in place:
        if not isinstance(schema, dict):
            return None
        if isinstance(part, int):
            schema = schema.get("items")
        else:
            properties = schema.get("properties")
            schema = properties.get(part) if isinstance(properties, dict) else None
    return schema


def _with(data: JsonObject, place: Place, value: JsonValue) -> JsonObject:
    """`data` with `value` at `place`."""

    def put(part: JsonValue, rest: Place) -> JsonValue:
        if not rest:
            return value
        if isinstance(part, dict):
            return {key: put(item, rest[1:]) if key == rest[0] else item for key, item in part.items()}
        if isinstance(part, list):
            return [put(item, rest[1:]) if index == rest[0] else item for index, item in enumerate(part)]
        return part

    changed = put(data, place)
    assert isinstance(changed, dict)
    return changed
