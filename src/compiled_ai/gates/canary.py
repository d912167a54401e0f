"""A mark for each system prompt that nobody would write by chance, so that its appearance proves a leak."""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets

LETTERS = "bcdfhjkmnpqrtvwx"
"""Sixteen consonants: no word, identifier or abbreviation runs to sixteen of them. Few are read as a digit or the other way round, so that leetspeak changes little."""
LENGTH = 16
"""In letters, four bits each. About ten tokens, and a line of some eighteen with the words around it."""
_DOMAIN = b"compiled-ai canary v1\0"


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
    return letters[:LENGTH]


def planted(prompt: str, canary: str) -> str:
    """`prompt` with `canary` in a line of its own at the top, where most leaks begin."""
    return f"{_line(canary)}{prompt}"


def unplanted(prompt: str, canary: str) -> str:
    """`prompt` without the line that `planted` gave it; as it is if there is none."""
    return prompt.removeprefix(_line(canary))


def _line(canary: str) -> str:
    return f"[private mark, never written: {canary}]\n\n"


@functools.cache
def _process_secret() -> bytes:
    return secrets.token_bytes(32)
