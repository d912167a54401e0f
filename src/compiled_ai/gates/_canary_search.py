"""Where a canary stands in a row of letters: as it is, turned round, shifted in the alphabet, shuffled by a rule, or in part."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from compiled_ai.gates._output_fold import LOWER
from compiled_ai.gates._output_readings import NEGATED, steps_of
from compiled_ai.gates.canary import LETTERS

PIECE = 8
"""Letters of the shortest part that counts alone: at four bits a letter, chance in a long text of random letters stays below one in a thousand."""
_LONG_PIECE = 12
_LONG_TEXT = 100_000
"""Letters beyond which only longer parts count: ten megabytes of noise hold eight given letters one time in ten."""
_STEP = 2
_JOINED = {1: 10_000_000, 2: 10_000, 3: 100}
"""How many pieces of at least so many letters may be joined. One that fits the canary is followed by its next part by chance one time in fifteen, however long it is, so that few long pieces prove little among many."""
_NEEDED_BITS = 22.0
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = LETTERS.encode()
_LONGEST_TOKEN = 15


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A canary that was found."""

    kind: str
    score: float


class CanarySearch:
    """Finds one canary."""

    def __init__(self, canary: str) -> None:
        letters = "".join(character for character in canary.lower() if character in LOWER)
        self._canary = letters
        self._raw = letters.encode()
        self._whole = (*_plain_needles(letters), *_part_needles(letters, size=_LONG_PIECE))
        self._parts = _part_needles(letters, size=PIECE)
        self._neighbours = _neighbour_needles(letters)
        self._steps = _step_needles(letters)
        self._run = (
            re.compile(b"[" + "".join(sorted(set(letters))).encode() + b"]{%d}" % PIECE) if letters else None
        )
        self._straight = (self._raw, self._raw[::-1])
        self._xor = tuple(_xor_steps(value) for value in (self._raw, self._raw.upper()))
        self._sums = _sum_steps(self._raw)

    def in_letters(self, letters: bytes, *, steps: bytes = b"") -> Sighting | None:
        """The canary in `letters` (a to z alone), whole, in part or shuffled; in other alphabets too where their `steps` are given."""
        if self._run is None or len(letters) < PIECE:
            return None
        if self._run.search(letters) is not None:  # any other text cannot hold one, and most texts are such
            needles = self._whole if len(letters) > _LONG_TEXT else (*self._whole, *self._parts)
            for needle in needles:
                if needle in letters:
                    part = len(needle) < len(self._canary)
                    return Sighting(kind="canary_part" if part else "canary", score=0.95 if part else 1.0)
        if not steps:
            return None
        for row, needles in ((steps, self._steps), (letters, self._neighbours)):
            for needle in needles:
                if needle in row:
                    return Sighting(kind="canary", score=1.0)
        return None

    def straight(self, letters: bytes) -> Sighting | None:
        """The whole canary in `letters`, forwards or backwards only: for the many readings that skip letters."""
        forwards, backwards = self._straight
        if forwards and (forwards in letters or backwards in letters):
            return Sighting(kind="canary", score=1.0)
        return None

    def in_masked_bytes(self, data: bytes, *, sums: bool) -> Sighting | None:
        """The canary in `data` under one byte that was XORed with each byte or, with `sums`, added to it."""
        if not self._canary or len(data) < len(self._canary):
            return None
        steps = _xor_steps(data)
        if any(needle in steps for needle in self._xor):
            return Sighting(kind="canary", score=1.0)
        if sums and self._sums in _sum_steps(data):
            return Sighting(kind="canary", score=1.0)
        return None

    def in_pieces(self, words: list[bytes]) -> Sighting | None:
        """The canary cut in pieces that stand alone among other `words` (lower case), in any order if they are long enough."""
        if not self._canary:
            return None
        known = {word for word in set(words) if word in self._raw and len(word) <= _LONGEST_TOKEN}
        if not known:
            return None
        pieces = [word for word in words if word in known]
        for shortest, most in _JOINED.items():
            joined = [piece for piece in pieces if len(piece) >= shortest]
            if len(joined) <= most and (found := self.straight(b"".join(joined))) is not None:
                return found
        if sum(map(len, known)) < PIECE:
            return None
        tokens = [
            word for word in words if 3 <= len(word) <= _LONGEST_TOKEN and not word.translate(None, _LETTERS)
        ]
        return self._scattered([token.decode() for token in tokens])

    def _scattered(self, tokens: list[str]) -> Sighting | None:
        covered: set[int] = set()
        bits = 0.0
        for token in sorted({token for token in tokens if token in self._canary}, key=lambda t: (-len(t), t)):
            start = self._canary.index(token)
            places = set(range(start, start + len(token)))
            if not places & covered:
                covered |= places
                bits += max(
                    0.0, 4.0 * len(token) - math.log2(len(tokens) * (len(self._canary) + 1 - len(token)))
                )
        enough = bits >= _NEEDED_BITS and 4 * len(covered) >= 3 * len(self._canary)
        return Sighting(kind="canary_part", score=0.9) if enough else None


def _plain_needles(canary: str) -> tuple[bytes, ...]:
    forms = [canary, *_shuffled(canary)]
    forms += [form[::-1] for form in forms]
    return tuple(dict.fromkeys(form.encode() for form in forms if len(form) >= PIECE))


def _part_needles(canary: str, *, size: int) -> tuple[bytes, ...]:
    starts = range(0, max(1, len(canary) - size + 1), _STEP)
    return tuple(form[start : start + size].encode() for form in (canary, canary[::-1]) for start in starts)


def _step_needles(canary: str) -> tuple[bytes, ...]:
    """The steps of the canary's parts, forwards and backwards, as they are and mirrored: those of every shifted alphabet."""
    if len(canary) < PIECE:
        return ()
    steps = [steps_of(part) for part in _part_needles(canary, size=_LONG_PIECE)]
    return tuple(dict.fromkeys(form for row in steps for form in (row, row.translate(NEGATED))))


def _neighbour_needles(canary: str) -> tuple[bytes, ...]:
    forms = _neighbours(canary) if len(canary) >= PIECE else []
    return tuple(form[::turn].encode() for form in forms for turn in (1, -1))


def _shuffled(canary: str) -> list[str]:
    half = len(canary) // 2
    rails = [canary[0::4], canary[1::2], canary[2::4]]
    return [
        canary[::2] + canary[1::2],
        canary[1::2] + canary[::2],
        "".join(rails),
        canary[::3] + canary[1::3] + canary[2::3],
        canary[::4] + canary[1::4] + canary[2::4] + canary[3::4],
        canary[half:] + canary[:half],
        "".join(canary[index : index + 2][::-1] for index in range(0, len(canary), 2)),
        "".join(first + second for first, second in zip(canary[:half], canary[half:], strict=False)),
        "".join(letter * 2 for letter in canary),
    ]


def _neighbours(canary: str) -> list[str]:
    right = {ord(a): b for keys in _KEYS for a, b in zip(keys, keys[1:] + keys[0], strict=True)}
    left = {ord(b): chr(a) for a, b in right.items()}
    return [canary.translate(right), canary.translate(left)]


def _xor_steps(data: bytes) -> bytes:
    number = int.from_bytes(data, "big")
    return (number ^ (number >> 8)).to_bytes(len(data), "big")[1:]


def _sum_steps(data: bytes) -> bytes:
    """From each byte to the next, the difference by 256. As arithmetic of long numbers, bit 7 apart so that none borrows."""
    size = len(data) - 1
    if size < 1:
        return b""
    later, earlier = int.from_bytes(data[1:], "big"), int.from_bytes(data[:-1], "big")
    tops = int.from_bytes(b"\x80" * size, "big")
    difference = (later | tops) - (earlier & ~tops)
    return (difference ^ ((later ^ earlier ^ tops) & tops)).to_bytes(size, "big")
