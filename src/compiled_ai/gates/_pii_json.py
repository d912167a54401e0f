"""JSON in a text as its reader understands it: names of fields as words before their values, and escapes as the signs they stand for."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Final, Literal

# The closing quote may lack: a pattern that insists on it would try again from each quote inside, in quadratic time.
_STRING: Final = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)("?)')
_FOLLOWED: Final = re.compile(r"[ \t\r\n]{0,8}(?:([,:}\]])|\Z)")
_ESCAPE: Final = re.compile(
    r'\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\["\\/bfnrt]'
)
"""Of one character; those beyond the first 65,536 have two in a row."""
_FIELD: Final = re.compile(r'"[ \t\r\n]{0,8}:[ \t\r\n]{0,8}\Z')
_LONGEST_INT: Final = 40
_Kind = Literal["same", "escape", "name"]


class JsonView:
    """The text with names as words and without escapes, and how its places lie in the original."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._starts: list[int] = []
        self._parts: list[tuple[_Kind, int, int]] = []

    @property
    def text(self) -> str:
        """As identifiers are looked for in it."""
        return "".join(self._pieces)

    def add(self, kind: _Kind, shown: str, start: int, end: int) -> None:
        """`shown` in place of what lies from `start` to `end` in the original."""
        if shown:
            self._pieces.append(shown)
            self._starts.append(self._size)
            self._parts.append((kind, start, end))
            self._size += len(shown)

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the part from `start` to `end` lies in the original, up to the next name of a field; None if it begins in such a name."""
        first = bisect_right(self._starts, start) - 1
        kind, begin, _ = self._parts[first]
        if kind == "name":
            return None
        begin += start - self._starts[first] if kind == "same" else 0
        last = first
        while (
            last + 1 < len(self._starts)
            and self._starts[last + 1] < end
            and self._parts[last + 1][0] != "name"
        ):
            last += 1
        kind, from_, to = self._parts[last]
        return begin, min(to, from_ + end - self._starts[last]) if kind == "same" else to


def json_view(text: str, as_words: Callable[[str], str]) -> JsonView | None:
    """`text` with the names of fields as `as_words` gives them and with its strings unescaped; None if it holds neither."""
    view = JsonView()
    place = done = 0
    while found := _STRING.search(text, place):
        after = _FOLLOWED.match(text, found.end()) if found[2] else None
        if after is None:  # no string of JSON; what closes it may open one
            place = found.end() - 1 if found[2] else found.end()
        elif after[1] == ":":
            view.add("same", text[done : found.start()], done, found.start())
            view.add(
                "name", as_words(found[1]) or text[found.start() : after.end()], found.start(), after.end()
            )
            place = done = after.end()
        else:
            place = found.end()
            for escape in _ESCAPE.finditer(text, found.start(1), found.end(1)):
                view.add("same", text[done : escape.start()], done, escape.start())
                view.add("escape", unescaped(escape[0]), escape.start(), escape.end())
                done = escape.end()
    if not done:
        return None
    view.add("same", text[done:], done, len(text))
    return view


def unescaped(written: str) -> str:
    """What `written` stands for inside a string of JSON; as it is if it can be none."""
    if "\\" not in written:
        return written
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return written


def is_number_of_field(text: str, start: int, end: int) -> bool:
    """Whether the part from `start` to `end` is a whole number that is the value of a field of JSON."""
    digits = text[start:end]
    plain = (
        digits.isascii() and digits.isdigit() and len(digits) < _LONGEST_INT and not digits.startswith("0")
    )
    return (
        plain
        and _FIELD.search(text, max(0, start - 20), start) is not None
        and text[end : end + 1] in ("", ",", "}", "]", " ", "\n", "\r")
    )
