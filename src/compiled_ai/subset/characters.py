"""Sets of characters for the analysis of patterns: an int with one bit per letter of a small alphabet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_BASE = "".join(map(chr, range(128))) + "éÉßÀ٣²\u00a0\u2003€£\u2013\u2019°中\ue000"


@dataclass(frozen=True, eq=False)
class Alphabet:
    """Letters that stand for all that a pattern can tell apart."""

    letters: str
    every: int
    words: int


@lru_cache(maxsize=64)
def _base_alphabet(letters: str) -> Alphabet:
    words = sum(1 << bit for bit, letter in enumerate(letters) if letter.isalnum() or letter == "_")
    return Alphabet(letters=letters, every=(1 << len(letters)) - 1, words=words)


def alphabet_of(pattern: str) -> Alphabet:
    """The letters that `pattern` names, beside ASCII and some of each other kind."""
    extra = sorted(
        {variant for letter in pattern if letter not in _BASE for variant in _variants(letter)} - set(_BASE)
    )
    return _base_alphabet(_BASE + "".join(extra))


def _variants(letter: str) -> set[str]:
    return {letter} | {variant for variant in (letter.lower(), letter.upper()) if len(variant) == 1}


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda letter: letter.isalnum() or letter == "_",
}


@lru_cache(maxsize=512)
def _category(name: str, letters: str, *, ascii_only: bool) -> int:
    negated = name.replace("_NOT_", "_")
    test = _CATEGORIES[negated]
    mask = sum(
        1 << bit
        for bit, letter in enumerate(letters)
        if test(letter) and (letter.isascii() or not ascii_only)
    )
    return mask if negated == name else ((1 << len(letters)) - 1) & ~mask


def mask_of(node: tuple[Any, Any], flags: int, alphabet: Alphabet) -> int | None:
    """The characters that a node of one character reads; None if it is no such node."""
    kind, value = str(node[0]), node[1]
    ignores_case = bool(flags & re.IGNORECASE)
    match kind:
        case "LITERAL":
            mask = _letters(value, value, alphabet, ignores_case=ignores_case)
        case "NOT_LITERAL":
            mask = alphabet.every & ~_letters(value, value, alphabet, ignores_case=ignores_case)
        case "ANY":
            newline = 0 if flags & re.DOTALL else 1 << alphabet.letters.index("\n")
            mask = alphabet.every & ~newline
        case "CATEGORY":
            mask = _category(str(value), alphabet.letters, ascii_only=bool(flags & re.ASCII))
        case "RANGE":
            mask = _letters(value[0], value[1], alphabet, ignores_case=ignores_case)
        case "IN":
            negated = bool(value) and str(value[0][0]) == "NEGATE"
            mask = 0
            for item in value[1:] if negated else value:
                mask |= mask_of(item, flags, alphabet) or 0
            mask = alphabet.every & ~mask if negated else mask
        case _:
            return None
    return mask


@lru_cache(maxsize=4_096)
def _letters(low: int, high: int, alphabet: Alphabet, *, ignores_case: bool) -> int:
    return sum(
        1 << bit
        for bit, letter in enumerate(alphabet.letters)
        if low <= ord(letter) <= high
        or (ignores_case and any(low <= ord(variant) <= high for variant in _variants(letter)))
    )


# The graph


def pick(mask: int, alphabet: Alphabet) -> int:
    """A readable letter out of `mask`."""
    for wanted in "a1 x0.-,:":
        bit = alphabet.letters.index(wanted)
        if mask >> bit & 1:
            return bit
    printable = [
        bit for bit, letter in enumerate(alphabet.letters) if mask >> bit & 1 and letter.isprintable()
    ]
    return printable[0] if printable else (mask & -mask).bit_length() - 1
