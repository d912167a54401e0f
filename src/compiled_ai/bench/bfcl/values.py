"""Whether one value of a call is among the accepted ones, as BFCL's official checker sees it.

Accepted values are a list of alternatives; "" among them means that the parameter may be left out. An object is accepted field by field, each field
with alternatives of its own. Where the official checker ends in an error of its own, `BrokenOffError` is raised: such an answer is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject, JsonValue

_IGNORED = str.maketrans("", "", " ,./-_*^")


class BrokenOffError(Exception):
    """The official checker ends in an error on this answer. Its evaluation would stop there; ours counts the answer as wrong."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The type that a function's document gives to a parameter, as the type that its JSON value has."""

    kind: type
    item_kind: type | None = None
    """Of an array's items."""


def value_problem(value: JsonValue, choices: JsonValue, expected: Expected) -> str | None:
    """Why `value` is none of `choices`; None when it is one.

    Raises:
        BrokenOffError: the official checker would break.
    """
    if not isinstance(choices, list):
        raise BrokenOffError("accepted values are no list")
    as_variable = _fit(value, choices, expected)
    if as_variable is None:
        return f"the type is not the one expected ({expected.kind.__name__})"
    accepted = value in choices if as_variable else _is_accepted(value, choices, expected)
    return None if accepted else "the value is none of those accepted"


def plain(value: JsonValue) -> JsonValue:
    """A text without case, spaces and the punctuation that does not count, and with one kind of quotation mark; other values as they are."""
    return value.translate(_IGNORED).lower().replace("'", '"') if isinstance(value, str) else value


def _fit(value: JsonValue, choices: Sequence[JsonValue], expected: Expected) -> bool | None:
    """Whether `value` stands for a variable, which is compared to the letter. None when its type is wrong.

    Accepted values of another type than the document's are names of variables; their type is then as good as the document's.
    """
    stated = next((type(choice) for choice in choices if choice != ""), None)
    if type(value) is expected.kind:
        item_kind = expected.item_kind
        if (
            item_kind is not None
            and isinstance(value, list)
            and not any(_items_fit(value, choice, item_kind) for choice in choices)
        ):
            return None
        return stated is not None and stated is not expected.kind
    return True if type(value) is stated else None


def _items_fit(items: Sequence[JsonValue], choice: JsonValue, kind: type) -> bool:
    """Whether each item has the type of the document or of the first accepted item. An alternative that is no list, such as "", lets everything pass."""
    return not isinstance(choice, list) or all(
        _fit(item, choice, Expected(kind)) is not None for item in items
    )


def _is_accepted(value: JsonValue, choices: Sequence[JsonValue], expected: Expected) -> bool:
    if isinstance(value, dict):
        return any(_object_matches(value, choice) for choice in choices if choice != "")
    if isinstance(value, str):
        return plain(value) in [plain(choice) for choice in choices if isinstance(choice, str)]
    if not isinstance(value, list):
        return value in choices
    if expected.item_kind is dict:
        return any(_objects_match(value, choice) for choice in choices)
    listed = [[plain(item) for item in _elements(choice)] for choice in choices]
    return [plain(item) for item in value] in listed


def _object_matches(value: JsonObject, choice: JsonValue) -> bool:
    if not isinstance(choice, dict):
        raise BrokenOffError("an accepted object is none")
    has_accepted_fields = all(
        key in choice and plain(field) in [plain(item) for item in _elements(choice[key])]
        for key, field in value.items()
    )
    lacks_field = any(key not in value and not _may_be_absent(options) for key, options in choice.items())
    return has_accepted_fields and not lacks_field


def _objects_match(values: Sequence[JsonValue], choice: JsonValue) -> bool:
    """Whether a list of objects is the accepted one: as many, in the same order."""
    if not isinstance(choice, list | str | dict):
        raise BrokenOffError("an accepted list of objects is none")
    if len(values) != len(choice):
        return False
    for value, wanted in zip(values, _elements(choice), strict=True):
        if wanted == "":
            return False
        if not isinstance(value, dict):
            raise BrokenOffError("an item is no object")
        if not _object_matches(value, wanted):
            return False
    return True


def _elements(choice: JsonValue) -> Sequence[JsonValue]:
    """What the official checker goes through in place of a list: of a text its characters."""
    if isinstance(choice, list):
        return choice
    if isinstance(choice, str):
        return list(choice)
    if choice == {}:
        return ()
    raise BrokenOffError("accepted values are no list")


def _may_be_absent(options: JsonValue) -> bool:
    if isinstance(options, list | str | dict):
        return "" in options
    raise BrokenOffError("accepted values are no list")
