"""Evaluators: how far an answer agrees with the expected one, from 0 to 1. Types count; no model judges.

In every evaluator a field that is null and a field that is left out are the same answer. No evaluator raises: an answer that is nested deeper
or has longer integers than any spec can expect agrees with nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from compiled_ai.scoring import _values as values
from compiled_ai.scoring._calls import are_same_calls
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Accuracy, EvaluatorName, FieldRule
from compiled_ai.spec.schema import Checker

Evaluator = Callable[[JsonValue, JsonValue], float]
"""Takes the expected and the given value, returns the agreement in 0..1."""

_EXACT = FieldRule()


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far an output agrees with the expected one."""

    score: float
    """In 0..1; 1 only if everything that counts agrees."""
    missed: tuple[str, ...] = ()
    """The fields that do not agree, those of weight 0 included; empty for every evaluator but ``fields``."""


def compare_output(expected: JsonObject, given: JsonObject, accuracy: Accuracy) -> Agreement:
    """Agreement of a whole output with the expected one, by the spec's evaluator."""
    if not (values.is_comparable(expected) and values.is_comparable(given)):
        return Agreement(score=0.0)
    if accuracy.evaluator == "json_schema":
        return Agreement(score=float(conforms(given, accuracy.schema)))
    left, right = drop_nulls(expected), drop_nulls(given)
    if accuracy.evaluator != "fields":
        compare = evaluator(accuracy.evaluator, tolerance=accuracy.tolerance)
        return Agreement(score=compare(left, right))
    assert isinstance(left, dict)
    assert isinstance(right, dict)
    scores = {name: _score_field(name, left, right, accuracy) for name in {*expected, *right}}
    for name, rule in accuracy.fields.items():
        if rule.evaluator == "json_schema":
            scores[name] = float(conforms(given.get(name), rule.schema))
    return Agreement(
        score=_weighted_mean(scores, accuracy),
        missed=tuple(sorted(name for name, score in scores.items() if score < 1.0)),
    )


def score_output(expected: JsonObject, given: JsonObject, accuracy: Accuracy) -> float:
    """The score of `compare_output` alone."""
    return compare_output(expected, given, accuracy).score


def _score_field(name: str, expected: JsonObject, given: JsonObject, accuracy: Accuracy) -> float:
    if (name in expected) != (name in given):
        return 0.0
    if name not in expected:
        return 1.0
    rule = accuracy.fields.get(name, _EXACT)
    tolerance = accuracy.tolerance if rule.tolerance is None else rule.tolerance
    return evaluator(rule.evaluator, tolerance=tolerance, schema=rule.schema)(expected[name], given[name])


def _weighted_mean(scores: dict[str, float], accuracy: Accuracy) -> float:
    weights = {name: accuracy.fields.get(name, _EXACT).weight for name in scores}
    counted = [name for name in scores if weights[name] > 0]
    if all(scores[name] == 1.0 for name in counted):
        return 1.0
    points = math.fsum(weights[name] * scores[name] for name in counted)
    mean = points / math.fsum(weights[name] for name in counted)
    return min(mean, math.nextafter(1.0, 0.0))  # a miss of little weight would vanish in rounding


def drop_nulls(value: JsonValue) -> JsonValue:
    """`value` without the fields that are null, at any depth; nulls inside lists stay."""
    if isinstance(value, dict):
        return {key: drop_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [drop_nulls(item) for item in value]
    return value


def evaluator(name: EvaluatorName, *, tolerance: float = 0.0, schema: JsonObject | None = None) -> Evaluator:
    """The evaluator called `name`. `tolerance` is absolute and counts for ``number`` and ``money``, `schema` for ``json_schema``."""
    agrees = _agreement(name, tolerance, schema)

    def compare(expected: JsonValue, given: JsonValue) -> float:
        comparable = values.is_comparable(expected) and values.is_comparable(given)
        return float(comparable and agrees(expected, given))

    return compare


def _agreement(
    name: EvaluatorName, tolerance: float, schema: JsonObject | None
) -> Callable[[JsonValue, JsonValue], bool]:
    by_name: dict[EvaluatorName, Callable[[JsonValue, JsonValue], bool]] = {
        "exact": values.is_same,
        "fields": values.is_same,
        "text": values.is_same_text,
        "number": lambda expected, given: values.is_same_number(expected, given, tolerance),
        "date": values.is_same_moment,
        "money": lambda expected, given: values.is_same_money(expected, given, tolerance),
        "unordered": lambda expected, given: values.is_same_in_any_order(expected, given, repeats_count=True),
        "set": lambda expected, given: values.is_same_in_any_order(expected, given, repeats_count=False),
        "function_call": are_same_calls,
        "json_schema": lambda _, given: conforms(given, schema),
    }
    return by_name[name]


def conforms(given: JsonValue, schema: JsonObject | None) -> bool:
    """Whether `given` conforms to `schema`, as it stands; without a schema nothing does."""
    return schema is not None and Checker(schema).explain(given) is None
