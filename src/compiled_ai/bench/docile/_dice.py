"""Choices that are the same on every machine and in every version of Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

_Item = TypeVar("_Item")


class Dice:
    """Random choices by a seed in words.

    Of `random.Random` it uses ``random()`` alone, the one method whose sequence Python promises to keep
    (https://docs.python.org/3/library/random.html#notes-on-reproducibility).
    """

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible choices, no secrets

    def share(self) -> float:
        """A number from 0 to below 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """True as often as `probability` says."""
        return self.share() < probability

    def whole(self, least: int, most: int) -> int:
        """A whole number; both ends may come."""
        return least + int(self.share() * (most - least + 1))

    def pick(self, items: Sequence[_Item]) -> _Item:
        """One of `items`."""
        return items[self.whole(0, len(items) - 1)]

    def digits(self, count: int) -> str:
        """`count` digits, the first of which is not 0."""
        return str(self.whole(1, 9)) + "".join(str(self.whole(0, 9)) for _ in range(count - 1))

    def around(self, width: float) -> float:
        """A number from -`width` to `width`, mostly near 0."""
        return (self.share() + self.share() - 1) * width
