"""The value that a text of JavaScript source stands for, as BFCL's official checker reads it.

Arguments of JavaScript functions are texts with JavaScript source. A text that is not in the form of its type stays a text, which then has the wrong
type. Reading takes linear time; the official patterns take exponential time on nested arrays that are not closed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from compiled_ai.bench.bfcl.java_values import number_or_text
from compiled_ai.bench.bfcl.values import BrokenOffError
from compiled_ai.spec.canonical import JsonObject, JsonValue

KINDS: Mapping[str, type] = {
    **dict.fromkeys(("String", "any"), str),
    **dict.fromkeys(("integer", "Bigint"), int),
    "float": float,
    "Boolean": bool,
    "dict": dict,
    "array": list,
}
"""The type of a converted value, by BFCL's name of the JavaScript type."""
LISTS = frozenset(("array",))
"""Types whose document says what their items are."""
_INTEGER = re.compile(r"(-?\d+)\n?")
_FLOAT = re.compile(r"(-?\d+(?:\.\d+)?)\n?")
_BIGINT = re.compile(r"(-?\d+)n(\n?)")
_NEW_ARRAY = re.compile(r"new\s+Array\(")
_SPACE = re.compile(r"\s*")
_NUMBERS = {"integer": _INTEGER, "float": _FLOAT, "Bigint": _BIGINT}


def javascript_value(text: str, type_name: str, item_type: str | None = None) -> JsonValue:
    """The value of `text`, or a text when it is not in the form of its type.

    Raises:
        BrokenOffError: the official checker would break.
    """
    if type_name == "String":
        return _unquoted(text)
    if type_name in _NUMBERS:
        return _number(text, type_name)
    if type_name == "Boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name == "dict":
        return _object(text.strip())
    if type_name == "array":
        return _array(text.strip(), item_type)
    return text


def _is_quoted(text: str) -> bool:
    return (text.startswith('"') and text.endswith('"')) or (text.startswith("'") and text.endswith("'"))


def _unquoted(text: str) -> str:
    return text[1:-1] if _is_quoted(text) else text


def _number(text: str, type_name: str) -> JsonValue:
    found = _NUMBERS[type_name].fullmatch(text)
    if found is None:
        return text
    if type_name == "Bigint" and found[2]:
        raise BrokenOffError("a line break after a number")
    try:
        return float(found[1]) if type_name == "float" else int(found[1])
    except ValueError as error:  # thousands of digits
        raise BrokenOffError("a number is too long") from error


def _untyped(text: str) -> JsonValue:
    """A value whose type nothing says: what it looks like."""
    text = text.strip()
    if text in {"true", "false"}:
        return text == "true"
    return _unquoted(text) if _is_quoted(text) else number_or_text(text)


def _array(code: str, item_type: str | None) -> JsonValue:
    head = _NEW_ARRAY.match(code)
    start, closing = (head.end(), ")") if head else (1, "]")
    if head is None and not code.startswith("["):
        return code
    end = _nested_end(code, start, closing)
    if end is not None:
        return [[_untyped(part) for part in row.split(",")] for row in _rows(code[:end])]
    close = code.find(closing, start)
    if close < 0 or "\n" in code[start:close]:
        return code
    body = code[start:close].strip()
    try:
        return [_item(part.strip(), item_type) for part in body.split(",")] if body else []
    except BrokenOffError:  # the official checker catches errors here
        return code


def _item(text: str, item_type: str | None) -> JsonValue:
    if item_type is None:
        return _untyped(text)
    return javascript_value(text, item_type, "String" if text.startswith(("'", '"')) else None)


def _nested_end(code: str, start: int, closing: str) -> int | None:
    """The end of an array of arrays whose content begins at `start`; None when `code` does not begin with one.

    An inner array may end at any bracket of its line, and does so at the nearest one from which on the rest can be read. So the brackets are gone
    through from the last to the first: for each, where the whole would end.
    """
    first = _after_space(code, start)
    if not code.startswith("[", first):
        return None
    brackets = _Brackets(code, [place for place, letter in enumerate(code) if letter == "]"])
    for index in reversed(range(len(brackets.places))):
        after = _after_space(code, brackets.places[index] + 1)
        end: int | None = None
        if code.startswith(closing, after):
            end = after + 1
        elif code.startswith(",", after):
            end = brackets.end_from(_after_space(code, after + 1))
        brackets.note(index, end)
    return brackets.end_from(first)


class _Brackets:
    """The closing brackets of a text, with where the whole would end if an inner array ended at them."""

    def __init__(self, code: str, places: Sequence[int]) -> None:
        self.places = places
        self._code = code
        self._ends: list[int | None] = [None] * len(places)
        self._usable = [len(places)] * (len(places) + 1)
        """By bracket the first one from there on that an inner array may end at."""

    def note(self, index: int, end: int | None) -> None:
        """Where the whole ends after the bracket `index`; those after it were noted before."""
        self._ends[index] = end
        self._usable[index] = index if end is not None else self._usable[index + 1]

    def end_from(self, place: int) -> int | None:
        """The end of the whole when an inner array begins at `place`; None when none does."""
        usable = self._usable[bisect_right(self.places, place)]
        if not self._code.startswith("[", place) or usable == len(self.places):
            return None
        return None if "\n" in self._code[place : self.places[usable]] else self._ends[usable]


def _after_space(code: str, start: int) -> int:
    space = _SPACE.match(code, start)
    return space.end() if space else start


def _rows(code: str) -> Iterator[str]:
    """What stands between brackets, each up to the first closing one of its line."""
    position, is_first = 0, True
    while (head := code.find("[", position)) >= 0:
        close = code.find("]", head)
        if close < 0:
            return
        newline = code.find("\n", head, close)
        if newline >= 0:
            position = newline
            continue
        row = code[head + 1 : close].strip()
        yield row[1:] if is_first and row.startswith("[") else row
        position, is_first = close + 1, False


def _object(code: str) -> JsonValue:
    """An object up to the first closing brace: objects inside of objects are cut off there."""
    close = code.find("}")
    if not code.startswith("{") or close < 0 or "\n" in code[:close]:
        return code
    fields: JsonObject = {}
    for key, value in _pairs(code[1:close]):
        is_array = value.startswith("[") and value.endswith("]")
        fields[key] = _array(value, None) if is_array else _untyped(value.strip("'\""))
    return fields


def _pairs(content: str) -> Iterator[tuple[str, str]]:
    """Keys and values; a value goes on to the last comma before the next colon, or to the end."""
    position = 0
    while True:
        while content.startswith(":", position):
            position += 1
        colon = content.find(":", position)
        if colon < 0:
            return
        key = content[position:colon].strip().strip("'\"")
        start = _after_space(content, colon + 1)
        comma, position = _separator(content, start)
        yield key, content[start:comma].strip()


def _separator(content: str, start: int) -> tuple[int, int]:
    """Where a value that begins at `start` ends, and where the next key begins."""
    comma = content.find(",", start)
    while comma >= 0:
        following = content.find(",", comma + 1)
        limit = following if following >= 0 else len(content)
        if content.find(":", comma + 2, limit) >= 0:
            after = _after_space(content, comma + 1)
            has_key = content.find(":", after + 1, limit) >= 0
            return comma, after if has_key else after - 1
        comma = following
    return len(content), len(content)
