"""Data on its way into and out of compiled code: plain JSON that fits a schema, and nothing else.

It is copied on the way: compiled code cannot change what its caller holds, and a caller cannot change what compiled code holds.
"""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.plain import NotPlainError, copy_plain
from compiled_ai.spec.schema import Checker, Mismatch


class MisfitError(ValueError):
    """Data that does not fit. `mismatch` may quote it."""

    def __init__(self, mismatch: Mismatch) -> None:
        self.mismatch = mismatch
        super().__init__(mismatch.message)


def fitted(data: object, checker: Checker) -> JsonObject:
    """A copy of `data` that is plain JSON and fits the schema of an object that `checker` holds.

    Raises:
        MisfitError: it is not, or does not.
    """
    try:
        plain = copy_plain(data)
        if checker.is_valid(plain):
            return plain  # type: ignore[return-value]  # the schema is that of an object
        mismatch = checker.explain(plain)
    except NotPlainError as problem:
        mismatch = not_plain(problem.place, str(problem))
    assert mismatch is not None
    raise MisfitError(mismatch)


def not_plain(place: list[str | int], message: str) -> Mismatch:
    """What JSON cannot carry, as a schema check would tell it."""
    return Mismatch(place=tuple(place), rule="json", message=message)
