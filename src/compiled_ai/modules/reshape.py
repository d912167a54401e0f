"""Reshaping of JSON values: paths, picking and renaming, flattening, grouping, indexing, summing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from compiled_ai.modules._digits import EXACT
from compiled_ai.modules._flat import flat_values, nested_value
from compiled_ai.modules._paths import MISSING, follow, steps_of

__all__ = [
    "average_by",
    "count_by",
    "flag_at",
    "flatten",
    "get_path",
    "group_by",
    "has_path",
    "index_by",
    "integer_at",
    "list_at",
    "merge",
    "number_at",
    "object_at",
    "omit",
    "pick",
    "rename",
    "reshape",
    "sort_by",
    "sum_by",
    "sum_of",
    "text_at",
    "unflatten",
    "unique",
    "where",
]

_Row = TypeVar("_Row", bound=Mapping[str, object])
_Value = TypeVar("_Value")
_DEEPEST = 100


def get_path(data: object, path: str) -> object:
    """The value at a path as "a.b[0].c", or None if it is not there; [-1] is the last item, [*] all of them as a list.

    A key with a point or bracket stands in brackets and quotes: '["a.b"].c'. The empty path is `data` itself.
    """
    steps = steps_of(path)
    value = MISSING if steps is None else follow(data, steps)
    return None if value is MISSING else value


def has_path(data: object, path: str) -> bool:
    """Whether there is a value, null included, at a path (as in `get_path`)."""
    steps = steps_of(path)
    return steps is not None and follow(data, steps) is not MISSING


def text_at(data: object, path: str) -> str | None:
    """The text at a path (as in `get_path`), or None if there is anything else."""
    value = get_path(data, path)
    return value if isinstance(value, str) else None


def number_at(data: object, path: str) -> Decimal | None:
    """The number at a path (as in `get_path`), floats as they print, or None if there is anything else (also for text and true)."""
    return _number(get_path(data, path))


def integer_at(data: object, path: str) -> int | None:
    """The whole number at a path (as in `get_path`; 3.0 is 3), or None if there is anything else."""
    value = get_path(data, path)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag_at(data: object, path: str) -> bool | None:
    """The true or false at a path (as in `get_path`), or None if there is anything else."""
    value = get_path(data, path)
    return value if isinstance(value, bool) else None


def list_at(data: object, path: str) -> list[object]:
    """The items of the list at a path (as in `get_path`) as a fresh list; empty if there is none."""
    value = get_path(data, path)
    return list(value) if isinstance(value, list | tuple) else []


def object_at(data: object, path: str) -> dict[str, object]:
    """The object at a path (as in `get_path`) as a fresh dict; empty if there is none."""
    value = get_path(data, path)
    return dict(value) if isinstance(value, Mapping) else {}


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value.adjusted()) < EXACT.prec // 2 else None
    if isinstance(value, float):
        return _number(Decimal(repr(value))) if math.isfinite(value) else None
    # Beyond that a sum would be rounded, and still larger ones cannot be written at all.
    return Decimal(value) if isinstance(value, int) and value.bit_length() < 300 else None


def pick(data: Mapping[str, object], keys: Iterable[str]) -> dict[str, object]:
    """The entries of an object with these keys, in their order; missing ones are left out."""
    return {key: data[key] for key in ([keys] if isinstance(keys, str) else keys) if key in data}


def omit(data: Mapping[str, object], keys: Iterable[str]) -> dict[str, object]:
    """The entries of an object without these keys."""
    without = frozenset([keys] if isinstance(keys, str) else keys)
    return {key: value for key, value in data.items() if key not in without}


def rename(data: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object] | None:
    """The object with keys renamed from old to new, in order; None if two entries get the same key."""
    renamed = {names.get(key, key): value for key, value in data.items()}
    return renamed if len(renamed) == len(data) else None


def reshape(data: object, paths: Mapping[str, str]) -> dict[str, object]:
    """An object whose every key has the value at its path in `data` (as in `get_path`), None where there is none."""
    return {key: get_path(data, path) for key, path in paths.items()}


def flatten(data: object) -> dict[str, object]:
    """Every plain value by its path ("a.b[0].c"), in order; empty objects and lists are values too."""
    return flat_values(data)


def unflatten(flat: Mapping[str, object]) -> object:
    """The value whose `flatten` is `flat`, or None if two paths contradict each other or an index is missing."""
    return nested_value(flat)


def merge(*objects: Mapping[str, object]) -> dict[str, object]:
    """One object with the entries of all; of two values the later counts, two objects are merged in turn."""
    merged: dict[str, object] = {}
    for each in objects:
        merged = _merged(merged, each, 0)
    return merged


def _merged(first: Mapping[str, object], second: Mapping[str, object], depth: int) -> dict[str, object]:
    result = dict(first)
    for key, value in second.items():
        known = result.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping) and depth < _DEEPEST:
            result[key] = _merged(known, value, depth + 1)
        else:
            result[key] = value
    return result


def key_text(value: object) -> str:
    """A value as the key of a group: text as it is, null and what is not there as "", anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else _canonical(value)


def _canonical(value: object) -> str:
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        # Keys of several types, a number too long for json, or too deep.
        flat = flat_values(value).items()
        return "; ".join(f"{path} {type(each).__name__} {_digits(each)}" for path, each in flat)


def _digits(value: object) -> str:
    return hex(value) if isinstance(value, int) else repr(value)


def group_by(rows: Iterable[_Row], path: str) -> dict[str, list[_Row]]:
    """The rows by their value at `path` as text, groups in the order of their first row; rows without it are under ""."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key_text(get_path(row, path)), []).append(row)
    return groups


def index_by(rows: Iterable[_Row], path: str) -> dict[str, _Row] | None:
    """Every row by its value at `path` as text, or None if two rows share one or a row has none."""
    groups = group_by(rows, path)
    if "" in groups or any(len(group) > 1 for group in groups.values()):
        return None
    return {key: group[0] for key, group in groups.items()}


def count_by(rows: Iterable[Mapping[str, object]], path: str) -> dict[str, int]:
    """How many rows there are of each value at `path`, in the order of their first row."""
    return {key: len(group) for key, group in group_by(rows, path).items()}


def sum_of(rows: Iterable[Mapping[str, object]], path: str) -> Decimal | None:
    """The exact sum of the numbers at `path` of all rows, 0 without rows, or None if a row has no number there."""
    total = Decimal(0)
    for row in rows:
        value = number_at(row, path)
        if value is None:
            return None
        total = EXACT.add(total, value)
    return total


def sum_by(rows: Iterable[Mapping[str, object]], path: str, value_path: str) -> dict[str, Decimal] | None:
    """The exact sum of the numbers at `value_path` by group (as in `group_by`), or None if a row has no number there."""
    sums: dict[str, Decimal] = {}
    for key, group in group_by(rows, path).items():
        total = sum_of(group, value_path)
        if total is None:
            return None
        sums[key] = total
    return sums


def average_by(rows: Iterable[Mapping[str, object]], path: str, value_path: str) -> dict[str, Decimal] | None:
    """The mean of the numbers at `value_path` by group (as in `group_by`), to 200 digits, or None if a row has no number there."""
    rows = list(rows)
    sums, counts = sum_by(rows, path, value_path), count_by(rows, path)
    return (
        None
        if sums is None
        else {key: EXACT.divide(total, Decimal(counts[key])) for key, total in sums.items()}
    )


def unique(values: Iterable[_Value], key: Callable[[_Value], object] | None = None) -> list[_Value]:
    """The values without later repetitions, in order; with `key` those whose key came before are repetitions.

    Values are compared as JSON: 1 and 1.0 and true are three values, objects do not depend on the order of their keys.
    """
    found: dict[str, _Value] = {}
    for value in values:
        compared = value if key is None else key(value)
        found.setdefault(f"{type(compared).__name__} {_canonical(compared)}", value)
    return list(found.values())


def where(rows: Iterable[_Row], path: str, *wanted: object) -> list[_Row]:
    """The rows whose value at `path` is one of `wanted`, compared as by `unique`."""
    keys = {f"{type(value).__name__} {_canonical(value)}" for value in wanted}
    return [
        row
        for row in rows
        if f"{type(get_path(row, path)).__name__} {_canonical(get_path(row, path))}" in keys
    ]


def sort_by(rows: Iterable[_Row], path: str, *, descending: bool = False) -> list[_Row]:
    """The rows in the order of their value at `path`: numbers, then text, then all else; rows without it last; stable."""
    known: list[tuple[tuple[int, Decimal, str], _Row]] = []
    without: list[_Row] = []
    for row in rows:
        value = get_path(row, path)
        if value is None:
            without.append(row)
        else:
            known.append((_order(value), row))
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [*(row for _, row in known), *without]


def _order(value: object) -> tuple[int, Decimal, str]:
    number = _number(value)
    if number is not None:
        return 0, number, ""
    return (1, Decimal(0), value) if isinstance(value, str) else (2, Decimal(0), _canonical(value))
