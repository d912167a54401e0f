"""Odd values for one place of an input, as its schema allows them: at its limits, empty, in other scripts, huge.

They are proposals; whoever uses them checks the whole input against the schema.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from compiled_ai.inputs._formats import FORMAT_TEXTS
from compiled_ai.inputs._schema import Spot, as_dict, as_list
from compiled_ai.inputs._texts import (
    EMPTY_TEXTS,
    HUGE_LENGTH,
    PLAIN_TEXTS,
    UNICODE_TEXTS,
    case_trap,
    huge_texts,
    unicode_variants,
)
from compiled_ai.spec.canonical import JsonObject, JsonValue

_TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
_LEAST = ("minimum", "exclusiveMinimum")
_MOST = ("maximum", "exclusiveMaximum")
_INTEGERS = (
    0, 1, -1, 2, 3, 7, 10, 12, 13, 31, 32, 60, 99, 100, 101, 255, 256, 365, 366, 1_000, 2**15, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1,
    2**53, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, -(10**30), 10**400, -(10**400), 1.0, -0.0, 3.0, 1e15, 1e300,
)  # fmt: skip
"""A JSON Schema integer may be written as a float without a fraction."""
_NUMBERS = (
    *_INTEGERS, 0.0, 0.5, -0.5, 0.1, 0.30000000000000004, 1 / 3, 1.005, 2.675, 5e-324, 2.2250738585072014e-308, 1e-9, 1e22, 1e23, 1e308,
    1.7976931348623157e308, -1e308, 99.995, 18.5, 29.999999999999996, 123456789.123456789,
)  # fmt: skip
_HUGE_ITEMS = 500
_HUGE_ITEMS_LENGTH = 60_000
"""Characters of a huge list, about."""


def types_at(spot: Spot) -> tuple[str, ...]:
    """The JSON types that may stand at `spot`; all of them where the schema does not say."""
    named = [
        name
        for node in spot.nodes
        for name in (node["type"] if isinstance(node.get("type"), list) else [node.get("type")])  # type: ignore[union-attr]  # a list, by the test before
        if isinstance(name, str)
    ]
    return tuple(name for name in _TYPES if name in named) if named else _TYPES


def options_at(spot: Spot) -> list[JsonValue]:
    """The values that the schema itself names for `spot`."""
    found: list[JsonValue] = []
    for node in spot.nodes:
        found.extend(as_list(node.get("enum")))
        found.extend([node["const"]] if "const" in node else ())
        found.extend(as_list(node.get("examples")))
        found.extend([node["default"]] if "default" in node else ())
    return found


def boundary_values(spot: Spot) -> list[JsonValue]:
    """Values at the limits of the schema, then values at which code tends to break."""
    types, found = types_at(spot), options_at(spot)
    if "boolean" in types:
        found += [True, False]
    if "null" in types:
        found.append(None)
    if "integer" in types or "number" in types:
        found += [*_at_limits(spot), *(_NUMBERS if "number" in types else _INTEGERS)]
    if "string" in types:
        found += _boundary_texts(spot)
    if "array" in types:
        found += _boundary_lists(spot)
    return found


def empty_values(spot: Spot) -> list[JsonValue]:
    """What counts as nothing: null, empty and blank texts, empty lists and mappings."""
    types = types_at(spot)
    found: list[JsonValue] = [None] if "null" in types else []
    if "string" in types:
        found += EMPTY_TEXTS
    if "array" in types:
        found += [[], [""], [" ", ""], [None], [{}], [[]]]
    if "object" in types:
        found.append({})
        if isinstance(spot.value, dict):
            found.append({name: "" if isinstance(item, str) else item for name, item in spot.value.items()})
    return found


def unicode_values(spot: Spot) -> list[JsonValue]:
    """Texts of many scripts, and the text at `spot` written in them."""
    if "string" not in types_at(spot) or (spot.value is not None and not isinstance(spot.value, str)):
        return []
    variants = unicode_variants(spot.value) if spot.value else []
    mixed = [text for pair in zip(variants, UNICODE_TEXTS, strict=False) for text in pair]
    longer = max(variants, UNICODE_TEXTS, key=len)
    return [*mixed, *longer[len(mixed) // 2 :]]


def case_traps(spot: Spot) -> list[JsonValue]:
    """The text at `spot` in letters that only look-ups tell from plain ones."""
    text = spot.value if isinstance(spot.value, str) else ""
    return [case_trap(text)] if text and case_trap(text) != text else []


def huge_values(spot: Spot) -> list[JsonValue]:
    """Very long texts and lists, within the schema's own limits."""
    types = types_at(spot)
    if isinstance(spot.value, list) and "array" in types:
        return _huge_lists(spot)
    if "string" in types and isinstance(spot.value, str | None):
        longest = _tightest(spot, "maxLength")
        limit = HUGE_LENGTH if longest is None else min(HUGE_LENGTH, int(longest))
        formats = {node.get("format") for node in spot.nodes}
        decimals = ["9" * limit, f"0.{'3' * (limit - 2)}"] if "decimal" in formats else []
        return [*decimals, *huge_texts(spot.value or "text", limit)]
    return []


def _numbers_of(spot: Spot, keyword: str) -> Iterator[int | float]:
    for node in spot.nodes:
        value = node.get(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield value


def _tightest(spot: Spot, keyword: str) -> int | float | None:
    return min(_numbers_of(spot, keyword), default=None)


def _at_limits(spot: Spot) -> list[JsonValue]:
    found: list[JsonValue] = []
    steps = sorted(set(_numbers_of(spot, "multipleOf")))
    for keyword in (*_LEAST, *_MOST):
        for limit in _numbers_of(spot, keyword):
            inward = 1 if keyword in _LEAST else -1
            found += [limit, limit + inward, float(limit), limit + inward * 0.5]
            found.append(math.nextafter(float(limit), math.copysign(math.inf, inward)))
            found += [multiple for step in steps for multiple in _multiples_near(limit, step)]
    found += [multiple for step in steps for multiple in (step, -step, step * 10, step * 1_000)]
    return found


def _multiples_near(limit: float, step: float) -> list[float]:
    if not step or not math.isfinite(limit / step):
        return []
    return [(math.floor(limit / step) + offset) * step for offset in (-1, 0, 1, 2)]


def _boundary_texts(spot: Spot) -> list[JsonValue]:
    found: list[JsonValue] = []
    for node in spot.nodes:
        name = node.get("format")
        found += FORMAT_TEXTS.get(name, ()) if isinstance(name, str) else ()
    text = spot.value if isinstance(spot.value, str) and spot.value else "text"
    for keyword in ("minLength", "maxLength"):
        for limit in _numbers_of(spot, keyword):
            for length in (int(limit) - 1, int(limit), int(limit) + 1):
                if 0 <= length <= HUGE_LENGTH:
                    found += ["a" * length, (text * (length // len(text) + 1))[:length]]
    return [*found, "", text[0], text[:-1], text * 2, text.upper(), *PLAIN_TEXTS]


def _boundary_lists(spot: Spot) -> list[JsonValue]:
    items = as_list(spot.value)
    lengths = {0, 1, 2}
    for keyword in ("minItems", "maxItems"):
        for limit in _numbers_of(spot, keyword):
            lengths |= {
                length
                for length in (int(limit) - 1, int(limit), int(limit) + 1)
                if 0 <= length <= _HUGE_ITEMS
            }
    return [_resized(items, length) for length in sorted(lengths) if items or not length]


def _resized(items: list[JsonValue], length: int) -> list[JsonValue]:
    return [_numbered(items[index % len(items)], index // len(items)) for index in range(length)]


def _numbered(item: JsonValue, turn: int) -> JsonValue:
    """`item` for its `turn`-th use: another value each time, for lists that must not repeat themselves."""
    if not turn or item is None or isinstance(item, bool):
        return item
    if isinstance(item, str):
        return f"{item}{turn}"
    if isinstance(item, int | float):
        return item + turn
    if isinstance(item, list):
        return [*item[:-1], _numbered(item[-1], turn)] if item else item
    first = next(iter(item), None)
    return item if first is None else {**item, first: _numbered(item[first], turn)}


def _huge_lists(spot: Spot) -> list[JsonValue]:
    items = as_list(spot.value)
    if not items:
        return []
    size = max(1, len(str(items)) // len(items))
    most = min(
        _HUGE_ITEMS, _HUGE_ITEMS_LENGTH // size, *(int(limit) for limit in _numbers_of(spot, "maxItems"))
    )
    copies = [items[index % len(items)] for index in range(most)]
    return [copies, [items[0]] * most, _resized(items, most)]


def object_extras(spot: Spot) -> list[JsonObject]:
    """The mapping at `spot` with fields that its schema does not name, few and many."""
    if not isinstance(spot.value, dict):
        return []
    named = {name for node in spot.nodes for name in as_dict(node.get("properties"))}
    names = [name for name in ("extra", "", "__proto__", "a b", "\u00e9\u0301", "0") if name not in named]
    found: list[JsonObject] = [{**spot.value, name: "x"} for name in names]
    return [*found, {**spot.value, **{f"key{index}": index for index in range(200)}}]
