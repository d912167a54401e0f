"""A text as identifiers are looked for in it: plain digits, dashes and spaces, without signs that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+"
)
"""Signs of no width, and those that turn the direction of writing."""


@dataclass(frozen=True, slots=True)
class View:
    """The plain text, and how its places lie in the original."""

    text: str
    _cuts: tuple[int, ...] = ()
    """For each sign left out, the place in the plain text before which it stood."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the part from `start` to `end` (not empty) of the plain text lies in the original."""
        first = start + bisect_right(self._cuts, start)
        return first, end + bisect_right(self._cuts, end - 1)


def plain_view(text: str) -> View:
    """`text` in plain characters. Time grows with its length alone."""
    if text.isascii():
        return View(text)
    cuts: list[int] = []
    for match in _UNSEEN.finditer(text):
        begin = match.start() - len(cuts)
        cuts += [begin] * len(match[0])
    kept = _UNSEEN.sub("", text) if cuts else text
    return View(kept.translate(_PLAIN), tuple(cuts))


class _PlainTable(dict[int, str]):
    """Table for `str.translate`, filled as characters are met; each maps to exactly one character."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain_sign(chr(code))
        return found


_PLAIN = _PlainTable()


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(sign)
    if category == "Pd" or sign == "\N{MINUS SIGN}":
        return "-"
    if category in ("Zs", "Zl", "Zp"):
        return " " if category == "Zs" else "\n"
    if sign in "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}":
        return "'"
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) == 1 and folded.isascii() else sign
