"""Typed conditions on facts, with a third answer for what cannot be told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from compiled_ai.modules._paths import MISSING, follow, steps_of
from compiled_ai.modules.text import fold, has_phrase

Operator = Literal[
    "==", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "contains", "has phrase", "starts with", "ends with", "is missing", "is present",
]  # fmt: skip
Plain = str | int | float | bool | Decimal | date | None
Condition = tuple[str, Operator, Plain | tuple[Plain, ...]]
"""The path of a fact, an operator and the value or values to compare with."""

_Test = Callable[[object, object], bool | None]


def holds(condition: Condition, facts: Mapping[str, object]) -> bool | None:
    """Whether a condition holds; None if its fact is missing or of a type that cannot be compared with its value."""
    path, operator, wanted = condition
    steps = steps_of(path)
    value = MISSING if steps is None else follow(facts, steps)
    missing = value is MISSING or value is None
    if operator == "is missing":
        return missing
    if operator == "is present":
        return not missing
    test = _TESTS.get(operator)
    return None if missing or test is None else test(value, wanted)


def _equal(value: object, wanted: object) -> bool | None:
    return _same(value, _comparable(value), wanted)


def _same(value: object, one: tuple[str, object] | None, wanted: object) -> bool | None:
    """Whether `value`, which is `one` as comparable, is the wanted one; None if their kinds differ."""
    two = _comparable(wanted)
    if one is None or two is None:
        return None
    if one[0] == two[0]:
        return one[1:] == two[1:]
    as_dates = _as_dates(value, wanted)
    return as_dates[0] == as_dates[1] if as_dates else None


def _comparable(value: object) -> tuple[str, object] | None:
    """A value with its kind: numbers of any type are one kind, texts are compared folded, true is no number."""
    if isinstance(value, bool):
        return "flag", value
    if isinstance(value, float):
        return ("number", Decimal(repr(value))) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return ("number", value) if value.is_finite() else None
    if isinstance(value, int):
        return "number", value
    if isinstance(value, str):
        return "text", fold(value)
    return ("date", _day(value)) if isinstance(value, date) else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _as_dates(one: object, two: object) -> tuple[date, date] | None:
    """Two values as dates if one is a date and the other one too, or the text of one (2026-03-12)."""
    if not (isinstance(one, date) or isinstance(two, date)):
        return None
    first, second = _read_date(one), _read_date(two)
    return (first, second) if first and second else None


def _read_date(value: object) -> date | None:
    if isinstance(value, date):
        return _day(value)
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _order(value: object, wanted: object) -> int | None:
    """-1, 0 or 1 as numbers or as dates (two texts are dates if both are 2026-03-12); texts have no order."""
    one, two = _comparable(value), _comparable(wanted)
    if one and two and one[0] == two[0] == "number":
        first, second = one[1], two[1]
        if isinstance(first, int | Decimal) and isinstance(second, int | Decimal):
            return (first > second) - (first < second)
        return None
    days = _read_date(value), _read_date(wanted)
    return (days[0] > days[1]) - (days[0] < days[1]) if days[0] and days[1] else None


def _ordered(accept: Callable[[int], bool]) -> _Test:
    def test(value: object, wanted: object) -> bool | None:
        order = _order(value, wanted)
        return None if order is None else accept(order)

    return test


def _between(value: object, wanted: object) -> bool | None:
    if not isinstance(wanted, tuple) or len(wanted) != 2:
        return None
    low, high = _order(value, wanted[0]), _order(value, wanted[1])
    return None if low is None or high is None else low >= 0 >= high


def _one_of(value: object, wanted: object) -> bool | None:
    if not isinstance(wanted, tuple):
        return None
    comparable = _comparable(value)
    answers = [_same(value, comparable, each) for each in wanted]
    if True in answers:
        return True
    # A list of another type says nothing, but one that has this type among others does.
    return False if False in answers or not answers else None


def _contains(value: object, wanted: object) -> bool | None:
    if isinstance(value, str):
        return fold(wanted) in fold(value) if isinstance(wanted, str) else None
    if not isinstance(value, list | tuple):
        return None
    return any(_equal(item, wanted) is True for item in value)


def _phrase(value: object, wanted: object) -> bool | None:
    phrases = wanted if isinstance(wanted, tuple) else (wanted,)
    texts = [phrase for phrase in phrases if isinstance(phrase, str)]
    return has_phrase(value, *texts) if isinstance(value, str) and len(texts) == len(phrases) else None


def _edge(accept: Callable[[str, str], bool]) -> _Test:
    def test(value: object, wanted: object) -> bool | None:
        return (
            accept(fold(value), fold(wanted)) if isinstance(value, str) and isinstance(wanted, str) else None
        )

    return test


def _negated(test: _Test) -> _Test:
    def negated(value: object, wanted: object) -> bool | None:
        answer = test(value, wanted)
        return None if answer is None else not answer

    return negated


_TESTS: dict[str, _Test] = {
    "==": _equal,
    "!=": _negated(_equal),
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
    "in": _one_of,
    "not in": _negated(_one_of),
    "between": _between,
    "contains": _contains,
    "has phrase": _phrase,
    "starts with": _edge(str.startswith),
    "ends with": _edge(str.endswith),
}


def shown(condition: Condition) -> str:
    """A condition in words, without any fact: "age >= 18"."""
    path, operator, wanted = condition
    if operator in {"is missing", "is present"}:
        return f"{path} {operator}"
    if isinstance(wanted, tuple):
        joined = (" and " if operator == "between" else ", ").join(map(_shown_value, wanted))
        return f"{path} {operator} {joined}"
    return f"{path} {operator} {_shown_value(wanted)}"


def _shown_value(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return hex(value) if isinstance(value, int) and value.bit_length() > 1000 else str(value)
