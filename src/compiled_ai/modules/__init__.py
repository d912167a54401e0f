"""The standard library of compiled code: pure, typed functions without I/O, clock, randomness or state.

Compiled activities import from here and from a short list of standard modules, nothing else.
"""

from __future__ import annotations

from typing import NoReturn

__all__ = ["Abstain", "abstain"]


class Abstain(Exception):  # noqa: N818 - not an error: the honest answer of an activity that is not sure
    """An activity declines its input. `reason` says why, for people and for the fallback."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def abstain(reason: str) -> NoReturn:
    """Decline the input: not sure enough to answer. `reason` says why in a few words."""
    raise Abstain(reason)
