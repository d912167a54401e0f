"""Which of BFCL's acceptable answers a spec shows as its example: the one that says what the request says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from compiled_ai.bench.bfcl.source import BfclFunction
from compiled_ai.bench.bfcl.spec import plain_value
from compiled_ai.modules.numbers import find_numbers, find_percents
from compiled_ai.modules.text import fold, words
from compiled_ai.spec.canonical import JsonObject, JsonValue

_ANY = frozenset(("all", "any", "none", "every", "default", "other", "no", "unit", "units"))
"""Values that stand in requests by chance."""
_CODE = 3
"""Letters of a code, such as that of a currency."""
_PAIRED = re.compile(r",\s?(?!UK|EU)[A-Z]{2}\b")
_NAME_WORD = re.compile(r"[A-Za-z][a-z]{3,}")
_EMPTY_WORDS = frozenset(
    ("include", "with", "show", "return", "only", "have", "allow", "enable", "data", "info")
)


def shown_answer(function: BfclFunction, accepted: JsonObject, request: str) -> JsonObject:
    """The acceptable answer that a user would give as an example; the official checker takes any of them.

    Of several values it is the one that the request states, in the form that the description shows. Optional values are those that the request
    states: left out they would teach to drop what is said.
    """
    found = function.parameters.get("required")
    required = [str(name) for name in found] if isinstance(found, list) else []
    chosen: JsonObject = {}
    optional: dict[str, list[JsonValue]] = {}
    for name, values in accepted.items():
        given = [value for value in values if value != ""] if isinstance(values, list) else []
        if isinstance(values, list) and "" in values and name not in required:
            optional[name] = given
        elif given:
            chosen[name] = _best(given, request, _schema_of(function, name))
    for name, given in optional.items():
        stated = [value for value in given if _is_stated(value, request, chosen.values())]
        if _are_switches(given):
            stated = list(given) if len(given) == 1 and _is_topic(name, request) else []
        if stated:
            chosen[name] = plain_value(stated[0])
    return {name: chosen[name] for name in accepted if name in chosen}


def _schema_of(function: BfclFunction, name: str) -> JsonObject:
    properties = function.parameters.get("properties")
    schema = properties.get(name) if isinstance(properties, dict) else None
    return schema if isinstance(schema, dict) else {}


def _best(given: Sequence[JsonValue], request: str, schema: JsonObject) -> JsonValue:
    """The value that the request states, or is nearest to it. A code, or one with digits, is in the form that is asked for already."""
    first = str(given[0])
    is_formed = any(character.isdigit() for character in first) or (first.isupper() and len(first) <= _CODE)
    texts = [value for value in given if _is_text(value)]
    if is_formed or not _is_text(given[0]):
        return plain_value(given[0])
    wants_pair = _PAIRED.search(str(schema.get("description"))) is not None

    def rank(value: JsonValue) -> tuple[float, ...]:
        is_pair = _PAIRED.search(str(value)) is not None
        has_region = isinstance(value, str) and "," in value
        is_default = value == schema.get("default")
        is_said = _is_said(value, request) or _is_said(str(value).replace("_", " "), request)
        share, length = _share_said(value, request), _letters_of_name(value, request)
        return wants_pair and is_pair, is_said, is_default, not has_region, share, is_pair, length

    return plain_value(max(texts, key=rank))


def _letters_of_name(value: JsonValue, request: str) -> int:
    """How long a value is that the request writes with capitals throughout, such as "Yellowstone National Park"; 0 for another one."""
    match = re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", request)
    is_name = match is not None and all(word[:1].isupper() or len(word) <= _CODE for word in match[0].split())
    return len(str(value)) if is_name else 0


def _share_said(value: JsonValue, request: str) -> float:
    """How many of the words of `value` the request has: "New York, NY" is nearer to "in New York" than "New York City, NY"."""
    own = words((" ".join(map(str, value)) if isinstance(value, list) else str(value)).replace("_", " "))
    said = set(words(request))
    return sum(word in said for word in own) / max(1, len(own))


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
    )


def _is_said(value: JsonValue, request: str) -> bool:
    """Whether a text, or each of a list in its order, stands in the request as whole words."""
    position = 0
    folded = fold(request)
    for item in value if isinstance(value, list) else [value]:
        match = re.compile(rf"(?<!\w){re.escape(fold(str(item)))}(?!\w)").search(folded, position)
        if match is None:
            return False
        position = match.end()
    return True


def _is_stated(value: JsonValue, request: str, chosen: Collection[JsonValue]) -> bool:
    """Whether the request has an optional value beside those that the `chosen` ones stand for."""
    if isinstance(value, str):
        rest = fold(request)
        for other in chosen:
            rest = rest.replace(fold(other), " ") if isinstance(other, str) and other else rest
        return len(value) > 1 and fold(value) not in _ANY and _is_said(value, rest)
    said = Counter(_numbers_of(request))
    said.subtract(number for other in chosen for number in _numbers_in(other))
    numbers = _numbers_in(value)
    return bool(numbers) and all(said[number] > 0 for number in numbers)


def _are_switches(given: Sequence[JsonValue]) -> bool:
    return any(isinstance(value, bool) for value in given)


def _is_topic(name: str, request: str) -> bool:
    """Whether the request speaks of what the switch `name` is about."""
    own = [word.lower() for word in _NAME_WORD.findall(name) if word.lower() not in _EMPTY_WORDS]
    return bool(own) and all(word in words(request) for word in own)


def _numbers_in(value: JsonValue) -> list[float]:
    items = value if isinstance(value, list) else [value]
    return [float(item) for item in items if isinstance(item, int | float) and not isinstance(item, bool)]


def _numbers_of(request: str) -> list[float]:
    """Every number that the request states; percentages as shares too."""
    shares = [float(item.value) / 100 for item in find_percents(request)]
    return [*(float(item.value) for item in find_numbers(request)), *shares]
