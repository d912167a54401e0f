"""A mark for each system prompt that nobody would write by chance, so that its appearance proves a leak."""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict

LETTERS = "bcdfhjkmnpqrtvwx"
"""Sixteen consonants: no word, identifier or abbreviation runs to sixteen of them. Few are read as a digit or the other way round, so that leetspeak changes little."""
LENGTH = 16
"""In letters, four bits each. About ten tokens, and a line of some eighteen with the words around it."""
PIECE = 8
"""Letters of the shortest part that is known as one of a canary."""
MARK = "private mark, never written"
"""What stands before the canary in its line."""
_DOMAIN = b"compiled-ai canary v1\0"
_MOST_KNOWN = 4_096


def canary_for(prompt: str, *, secret: bytes | None = None) -> str:
    """The canary of `prompt`: an HMAC-SHA-256 of its digest.

    Args:
        prompt: as it is without the canary.
        secret: equal prompts get equal canaries under an equal secret, which recordings of requests need. None takes one
            that this process draws once; it is never written anywhere.
    """
    key = _process_secret() if secret is None else secret
    digest = hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).digest()
    mark = hmac.new(key, _DOMAIN + digest, hashlib.sha256).digest()
    letters = "".join(LETTERS[byte >> 4] + LETTERS[byte & 15] for byte in mark)
    canary = letters[:LENGTH]
    _known.add(canary)
    return canary


def known_canaries() -> tuple[str, ...]:
    """The canaries that `canary_for` gave in this process, those asked for last at the end; the oldest are forgotten beyond 4,096."""
    return _known.all()


def known_pieces() -> frozenset[str]:
    """Their parts of `PIECE` letters."""
    return _known.pieces()


def planted(prompt: str, canary: str) -> str:
    """`prompt` with `canary` in a line of its own at the top, where most leaks begin."""
    return f"{_line(canary)}{prompt}"


def unplanted(prompt: str, canary: str) -> str:
    """`prompt` without the line that `planted` gave it; as it is if there is none."""
    return prompt.removeprefix(_line(canary))


def _line(canary: str) -> str:
    return f"[{MARK}: {canary}]\n\n"


@functools.cache
def _process_secret() -> bytes:
    return secrets.token_bytes(32)


class _Known:
    """The canaries of this process. For several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._canaries: OrderedDict[str, None] = OrderedDict()
        self._pieces: frozenset[str] | None = frozenset()

    def add(self, canary: str) -> None:
        with self._lock:
            if canary not in self._canaries:
                self._pieces = None
            self._canaries[canary] = None
            self._canaries.move_to_end(canary)
            if len(self._canaries) > _MOST_KNOWN:
                self._canaries.popitem(last=False)

    def all(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._canaries)

    def pieces(self) -> frozenset[str]:
        with self._lock:
            if self._pieces is None:
                starts = range(LENGTH - PIECE + 1)
                self._pieces = frozenset(
                    canary[start : start + PIECE] for canary in self._canaries for start in starts
                )
            return self._pieces


_known = _Known()
"""A search for canaries in logs must know those of all prompts, whoever asked for them; nothing else is decided by it."""
