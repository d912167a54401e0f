"""Where a canary stands in a row of letters: as it is, turned round, shifted in the alphabet, shuffled by a rule, or in part."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from compiled_ai.gates._output_fold import LOWER
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
_TOKENS = re.compile(rb"(?<![a-z])[" + LETTERS.encode() + rb"]{1,15}(?![a-z])")


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
        self._whole = (*_plain_needles(letters), *_part_needles(letters, size=_LONG_PIECE))
        self._parts = _part_needles(letters, size=PIECE)
        self._shifted = _shifted_needles(letters)
        self._run = (
            re.compile(b"[" + "".join(sorted(set(letters))).encode() + b"]{%d}" % PIECE) if letters else None
        )
        self._straight = (letters.encode(), letters[::-1].encode())
        raw = letters.encode()
        self._xor = tuple(_xor_steps(value) for value in (raw, raw.upper()))
        self._sums = bytes((b - a) % 256 for a, b in pairwise(raw))

    def in_letters(self, letters: bytes, *, shifted: bool = False) -> Sighting | None:
        """The canary in `letters` (a to z alone), whole, in part or shuffled; with `shifted` in other alphabets too."""
        if self._run is None or len(letters) < PIECE:
            return None
        if self._run.search(letters) is not None:  # any other text cannot hold one, and most texts are such
            needles = self._whole if len(letters) > _LONG_TEXT else (*self._whole, *self._parts)
            for needle in needles:
                if needle in letters:
                    part = len(needle) < len(self._canary)
                    return Sighting(kind="canary_part" if part else "canary", score=0.95 if part else 1.0)
        if shifted and any(needle in letters for needle in self._shifted):
            return Sighting(kind="canary", score=1.0)
        return None

    def straight(self, letters: bytes) -> Sighting | None:
        """The whole canary in `letters`, forwards or backwards only: for the many readings that skip letters."""
        if self._run and self._run.search(letters) and any(needle in letters for needle in self._straight):
            return Sighting(kind="canary", score=1.0)
        return None

    def in_masked_bytes(self, data: bytes, *, sums: bool) -> Sighting | None:
        """The canary in `data` under one byte that was XORed with each byte or, with `sums`, added to it."""
        if not self._canary or len(data) < len(self._canary):
            return None
        steps = _xor_steps(data)
        if any(needle in steps for needle in self._xor):
            return Sighting(kind="canary", score=1.0)
        if sums and self._sums in bytes((b - a) % 256 for a, b in pairwise(data)):
            return Sighting(kind="canary", score=1.0)
        return None

    def in_pieces(self, text: bytes) -> Sighting | None:
        """The canary cut in pieces that stand alone among other words of `text` (lower case), in any order if they are long enough."""
        if not self._canary:
            return None
        tokens = [token.decode() for token in _TOKENS.findall(text)]
        if not tokens:
            return None
        for shortest, most in _JOINED.items():
            known = [token for token in tokens if len(token) >= shortest and token in self._canary]
            if len(known) <= most and (found := self.straight("".join(known).encode())) is not None:
                return found
        return self._scattered([token for token in tokens if len(token) >= 3])

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


def _shifted_needles(canary: str) -> tuple[bytes, ...]:
    mirror = canary.translate(str.maketrans(LOWER, LOWER[::-1]))
    forms = [*_neighbours(canary), *(_turned(canary, by) for by in range(1, 26))]
    forms += [_turned(mirror, by) for by in range(26)]
    whole = [form[::turn] for form in forms for turn in (1, -1) if len(form) >= PIECE]
    parts = [
        part.decode()
        for form in (_turned(canary, 13), mirror)
        for part in _part_needles(form, size=_LONG_PIECE)
    ]
    return tuple(dict.fromkeys(form.encode() for form in (*whole, *parts)))


def _turned(text: str, by: int) -> str:
    return text.translate(str.maketrans(LOWER, LOWER[by:] + LOWER[:by]))


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
