"""Evaluators: how far an answer agrees with the expected one, from 0 to 1. Types count; no model judges.

In every evaluator a field that is null and a field that is left out are the same answer.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.model import Accuracy, EvaluatorName
from compiled_ai.spec.schema import is_decimal

Evaluator = Callable[[JsonValue, JsonValue], float]
"""Takes the expected and the given value, returns the agreement in 0..1."""


def score_output(expected: JsonObject, given: JsonObject, accuracy: Accuracy) -> float:
    """Agreement of a whole output with the expected one, by the spec's evaluator."""
    left, right = drop_nulls(expected), drop_nulls(given)
    if accuracy.evaluator != "fields":
        return evaluator(accuracy.evaluator, tolerance=accuracy.tolerance)(left, right)
    assert isinstance(left, dict)
    assert isinstance(right, dict)
    names = sorted(left.keys() | right.keys() | {name for name, value in expected.items() if value is None})
    if not names:
        return 1.0
    scores = [_score_field(name, left, right, accuracy) for name in names]
    return sum(scores) / len(scores)


def _score_field(name: str, expected: JsonObject, given: JsonObject, accuracy: Accuracy) -> float:
    if (name in expected) != (name in given):
        return 0.0
    if name not in expected:
        return 1.0
    compare = evaluator(accuracy.fields.get(name, "exact"), tolerance=accuracy.tolerance)
    return compare(expected[name], given[name])


def drop_nulls(value: JsonValue) -> JsonValue:
    """`value` without the fields that are null, at any depth; nulls inside lists stay."""
    if isinstance(value, dict):
        return {key: drop_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [drop_nulls(item) for item in value]
    return value


def evaluator(name: EvaluatorName, *, tolerance: float = 0.0) -> Evaluator:
    """The evaluator called `name`. `tolerance` is absolute and counts for ``number`` only."""
    if name == "number":
        return lambda expected, given: _by_leaf(
            expected, given, lambda left, right: _same_number(left, right, tolerance)
        )
    return {"exact": _exact, "text": _text, "unordered": _unordered, "fields": _exact}[name]


def _exact(expected: JsonValue, given: JsonValue) -> float:
    return float(_normal(expected) == _normal(given))


def _normal(value: JsonValue) -> str:
    """Canonical text with whole floats as integers: JSON does not tell 21 from 21.0, but true is not 1."""
    return canonical_json(_whole(value))


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _text(expected: JsonValue, given: JsonValue) -> float:
    return _by_leaf(expected, given, _same_text)


def _same_text(expected: JsonValue, given: JsonValue) -> bool:
    if isinstance(expected, str) and isinstance(given, str):
        return _fold(expected) == _fold(given)
    return _normal(expected) == _normal(given)


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _unordered(expected: JsonValue, given: JsonValue) -> float:
    return float(_sorted_lists(expected) == _sorted_lists(given))


def _sorted_lists(value: JsonValue) -> str:
    def sort(item: JsonValue) -> JsonValue:
        if isinstance(item, list):
            return sorted((sort(child) for child in item), key=canonical_json)
        if isinstance(item, dict):
            return {key: sort(child) for key, child in item.items()}
        return _whole(item)

    return canonical_json(sort(value))


def _same_number(expected: JsonValue, given: JsonValue, tolerance: float) -> bool:
    left, right = _number(expected), _number(given)
    if left is None or right is None:
        return _normal(expected) == _normal(given)
    return abs(left - right) <= Decimal(str(tolerance))


def _number(value: JsonValue) -> Decimal | None:
    """`value` as an exact number; decimal text counts as one, booleans and other texts do not."""
    if isinstance(value, str):
        return Decimal(value) if is_decimal(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return Decimal(str(value))


def _by_leaf(expected: JsonValue, given: JsonValue, same: Callable[[JsonValue, JsonValue], bool]) -> float:
    """1 when both have the same shape and every pair of leaves is the same."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return float(
            expected.keys() == given.keys()
            and all(_by_leaf(expected[key], given[key], same) for key in expected)
        )
    if isinstance(expected, list) and isinstance(given, list):
        return float(
            len(expected) == len(given) and all(map(lambda a, b: _by_leaf(a, b, same), expected, given))
        )
    return float(same(expected, given))
