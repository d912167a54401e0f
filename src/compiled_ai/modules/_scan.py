"""What all finders share: a view of the text in plain characters that keeps every offset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Span = tuple[int, int]

# ruff: noqa: RUF001 - the look-alike characters are the point here

QUOTES = dict.fromkeys("‘’‚‛`´ʼ′", "'") | dict.fromkeys("“”„‟«»″", '"')
DASHES = dict.fromkeys("‐‑‒–—―−﹣－", "-")
DOTTED = {"ı": "i", "İ": "I"}
"""What ignoring case takes for an i, though its lower case is another letter: a word found so would be in no table."""
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
VULGAR_FRACTIONS = {
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "⅓": "1/3",
    "⅔": "2/3",
    "⅛": "1/8",
    "⅜": "3/8",
    "⅝": "5/8",
    "⅞": "7/8",
}
_UNACCENTED = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ħ": "h", "ŧ": "t"}


class _PlainTable(dict[int, str]):
    """Table for `str.translate`, filled as characters are met; each maps to exactly one character."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in SUPERSCRIPTS or char in VULGAR_FRACTIONS:
            plain = char  # a plain digit would join its neighbours: 10² is not 102
        elif char.isspace():
            plain = char if char == "\n" else " "
        else:
            folded = QUOTES.get(char) or DASHES.get(char) or DOTTED.get(char)
            plain = folded or unicodedata.normalize("NFKC", char)
        self[code] = plain if len(plain) == 1 else char
        return self[code]


class _FoldTable(dict[int, str]):
    """As `_PlainTable`, and lower case without accents."""

    def __missing__(self, code: int) -> str:
        char = _PLAIN[code].casefold()
        base = strip_accents(char)
        self[code] = base if len(base) == 1 else _PLAIN[code]
        return self[code]


_PLAIN = _PlainTable()
_FOLDED = _FoldTable()


def strip_accents(text: str) -> str:
    """`text` without Latin, Greek and Cyrillic accents; the marks of other scripts are letters and stay."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(_UNACCENTED.get(char, char) for char in decomposed if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def plain(text: str) -> str:
    """`text` with plain quotes, dashes, digits and spaces, character for character: offsets stay valid."""
    return text.translate(_PLAIN)


def plain_fold(text: str) -> str:
    """As `plain`, in lower case and without accents, character for character."""
    return text.translate(_FOLDED)


def any_of(words: Iterable[str]) -> str:
    """A regex group that matches any of `words`, the longest first; a space also matches a hyphen."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"[\s-]") for word in longest_first) + ")"


class Claims:
    """Which characters of a text are spoken for. One byte a character: thousands of mentions stay linear."""

    def __init__(self, length: int, spans: Iterable[Span] = ()) -> None:
        self._taken = bytearray(length)
        for span in spans:
            self.mark(span)

    def take(self, span: Span) -> bool:
        """Claim `span`; False, and nothing claimed, if any character of it is taken already."""
        start, end = span
        if 1 in self._taken[start:end]:
            return False
        self._taken[start:end] = b"\x01" * (end - start)
        return True

    def mark(self, span: Span) -> None:
        """Claim `span`, whatever is taken of it."""
        self._taken[span[0] : span[1]] = b"\x01" * (span[1] - span[0])
