"""Agreement of two JSON values: exactly, as texts, numbers, moments or amounts, and with lists in any order."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import TypeVar

from compiled_ai.spec.canonical import JsonValue, canonical_json
from compiled_ai.spec.readings import Amount, read_amount, read_moment, read_number

_Read = TypeVar("_Read")

MAX_DEPTH = 100
"""Levels of nesting that are compared; a spec has at most 60, so what is deeper is no expected answer."""
_MAX_BITS = 14_000
"""Of integers: Python writes no more than 4,300 digits."""
_EXACT = Context(prec=12_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Wide enough for the difference of any two numbers that are read."""


def is_comparable(value: JsonValue) -> bool:
    """Whether `value` is within the bounds of what is compared at all: depth, digits, finite numbers."""
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH or not all(map(_is_writable, level)):
            return False
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
        depth += 1
    return True


def _is_writable(value: JsonValue) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or value.bit_length() <= _MAX_BITS


def is_same(expected: JsonValue, given: JsonValue) -> bool:
    """Whether both are the same JSON: 21 is 21.0, and true is not 1."""
    return _normal(expected) == _normal(given)


def is_same_text(expected: JsonValue, given: JsonValue) -> bool:
    """Whether both are the same but for the case, the spaces and the Unicode form of texts."""
    return _by_reading(expected, given, _fold, str.__eq__)


def is_same_moment(expected: JsonValue, given: JsonValue) -> bool:
    """Whether both are the same, with dates and date-times read as what they mean."""
    return _by_reading(expected, given, read_moment, lambda left, right: left == right)


def is_same_number(expected: JsonValue, given: JsonValue, tolerance: float) -> bool:
    """Whether both are the same, with numbers and decimal texts within `tolerance`."""
    return _by_reading(expected, given, read_number, lambda left, right: _is_near(left, right, tolerance))


def is_same_money(expected: JsonValue, given: JsonValue, tolerance: float) -> bool:
    """Whether both are the same, with amounts of one currency, or of none, within `tolerance`."""

    def same(left: Amount, right: Amount) -> bool:
        return left.currency == right.currency and _is_near(left.amount, right.amount, tolerance)

    return _by_reading(expected, given, read_amount, same)


def is_same_in_any_order(expected: JsonValue, given: JsonValue, *, repeats_count: bool) -> bool:
    """Whether both are the same with every list, at any depth, in any order; without `repeats_count` each element counts once."""
    left, right = (_sorted(value, repeats_count=repeats_count) for value in (expected, given))
    return canonical_json(left) == canonical_json(right)


def _by_reading(
    expected: JsonValue,
    given: JsonValue,
    read: Callable[[JsonValue], _Read | None],
    same: Callable[[_Read, _Read], bool],
) -> bool:
    """Whether both have the same shape and every pair of parts is the same: as read, or exactly where nothing is read."""
    left, right = read(expected), read(given)
    if left is not None and right is not None:
        return same(left, right)
    if isinstance(expected, dict) and isinstance(given, dict):
        return expected.keys() == given.keys() and all(
            _by_reading(expected[key], given[key], read, same) for key in expected
        )
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(
            _by_reading(first, second, read, same) for first, second in zip(expected, given, strict=True)
        )
    return is_same(expected, given)


def _fold(value: JsonValue) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _is_near(left: Decimal, right: Decimal, tolerance: float) -> bool:
    return left == right or _EXACT.subtract(left, right).copy_abs() <= Decimal(str(tolerance))


def _normal(value: JsonValue) -> str:
    return canonical_json(_whole(value))


def _whole(value: JsonValue) -> JsonValue:
    """`value` with whole floats as integers: JSON does not tell 21 from 21.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _sorted(value: JsonValue, *, repeats_count: bool) -> JsonValue:
    if isinstance(value, list):
        children = [_sorted(child, repeats_count=repeats_count) for child in value]
        texts = {canonical_json(child): child for child in children}
        return sorted(children if repeats_count else texts.values(), key=canonical_json)
    if isinstance(value, dict):
        return {key: _sorted(child, repeats_count=repeats_count) for key, child in value.items()}
    return _whole(value)
