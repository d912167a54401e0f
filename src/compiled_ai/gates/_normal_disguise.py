"""Readings of a folded text whose words are disguised.

Digits for letters, letters spaced out, rot13, backwards. Only windows around what hints at it are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from compiled_ai.gates._normal_decode import Budget
from compiled_ai.gates._normal_offsets import Piece, PieceBuilder

__all__ = ["DISGUISES"]

_LEET_HINT = re.compile(r"[013457@$](?<=[a-z].)[013457@$]?[a-z]")
"""It begins with the rare sign, so that most places are passed over at once."""
_LEET_WORD = re.compile(r"[a-z0-9@$!|+]{2,}")
_LEET = str.maketrans("013456789@$|+", "oieasgtbgasit")
_SPACED = re.compile(r"(?<!\w)[^\W\d](?:[ \t.\-*|/,~=]{1,4}[^\W\d](?!\w)){5,}")
_SPACED_HINT = re.compile(r"[ \t.\-*|/,~=][^\W\d][ \t.\-*|/,~=]{1,4}[^\W\d][ \t.\-*|/,~=]")
_GAP = re.compile(r"\W+")
_HINTS = ("ignore", "previous", "instruction", "disregard", "forget", "system", "prompt", "reveal", "repeat", "restriction",
    "override", "assistant", "ignoriere", "anweisung", "ignorez", "ignora", "instruccion", "instrucoes", "istruzioni")  # fmt: skip
"""Words of attacks without which it is not worth while to read a text backwards or by rot13."""
_AROUND = 200


def _windows(text: str, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places with what stands around them, put together where they touch."""
    first = last = -1
    for start, end in places:
        if first >= 0 and start - _AROUND <= last:
            last = max(last, min(end + _AROUND, len(text)))
            continue
        if first >= 0:
            yield first, last
        first, last = max(start - _AROUND, last, 0), min(end + _AROUND, len(text))
    if first >= 0:
        yield first, last


def _leet(text: str, budget: Budget) -> Piece | None:
    """With letters for the digits within words."""
    places = [(match.start() - 1, match.end()) for match in _LEET_HINT.finditer(text)]
    if len(places) < 2:
        return None
    return _translated(text, places, lambda window: _LEET_WORD.sub(_plain_word, window), budget)


def _plain_word(match: re.Match[str]) -> str:
    word = match.group()
    if word.isdigit() or word.isalpha():
        return "all" if word == "411" else word
    body = word.rstrip("!")
    return body.replace("11", "ll").replace("!", "i").translate(_LEET) + word[len(body) :]


def _translated(
    text: str, places: Iterable[tuple[int, int]], change: Callable[[str], str], budget: Budget
) -> Piece | None:
    builder = PieceBuilder(len(text))
    for start, end in _windows(text, places):
        behind = start + budget.take(end - start)
        builder.add(change(text[start:behind]), start, behind)
        builder.add("\n", start, behind)
    return builder.piece() if builder.length else None


def _found(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where any of the words stands."""
    places: list[tuple[int, int]] = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.append((at, at + len(word)))
            at = text.find(word, at + len(word))
    return sorted(places)


_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_ROT13_HINTS = [word.translate(_ROT13) for word in _HINTS]
_BACKWARDS_HINTS = [word[::-1] for word in _HINTS]


def _rot13(text: str, budget: Budget) -> Piece | None:
    """With each letter 13 further."""
    places = _found(text, _ROT13_HINTS)
    return _translated(text, places, lambda window: window.translate(_ROT13), budget) if places else None


def _backwards(text: str, budget: Budget) -> Piece | None:
    """Read from the end."""
    places = _found(text, _BACKWARDS_HINTS)
    if not places:
        return None
    builder = PieceBuilder(len(text))
    for start, end in _windows(text, places):
        behind = start + budget.take(end - start)
        for at in range(behind - 1, start - 1, -1):
            builder.add(text[at], at, at + 1)
        builder.add("\n", start, behind)
    return builder.piece() if builder.length else None


def _spaced(text: str, budget: Budget) -> Piece | None:
    """Words spelled letter by letter, put together; a wider gap than the others parts two words."""
    if not _SPACED_HINT.search(text):
        return None
    builder = PieceBuilder(len(text))
    for match in _SPACED.finditer(text):
        run, first = match.group(), match.start()
        if budget.take(len(run)) < len(run):
            break
        gaps = [gap.span() for gap in _GAP.finditer(run)]
        narrow = min(end - start for start, end in gaps)
        at = 0
        for start, end in gaps:
            builder.add(run[at:start], first + at, first + start)
            if end - start > narrow:
                builder.add(" ", first + start, first + end)
            at = end
        builder.add(run[at:] + "\n", first + at, match.end())
    return builder.piece() if builder.length else None


DISGUISES: dict[str, Callable[[str, Budget], Piece | None]] = {
    "leet": _leet,
    "rot13": _rot13,
    "backwards": _backwards,
    "spaced": _spaced,
}
"""By name of the view."""
