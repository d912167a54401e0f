"""What a leak carries, and the register of the ways in which it can be hidden.

Written before the detector. A third, chosen by the hash of the name, is kept aside: the detector is never tuned on it,
and only its total is looked at.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonValue

LOWER = "abcdefghijklmnopqrstuvwxyz"
NATO = dict(
    zip(
        LOWER,
        [
            "Alfa",
            "Bravo",
            "Charlie",
            "Delta",
            "Echo",
            "Foxtrot",
            "Golf",
            "Hotel",
            "India",
            "Juliett",
            "Kilo",
            "Lima",
            "Mike",
            "November",
            "Oscar",
            "Papa",
            "Quebec",
            "Romeo",
            "Sierra",
            "Tango",
            "Uniform",
            "Victor",
            "Whiskey",
            "Xray",
            "Yankee",
            "Zulu",
        ],
        strict=True,
    )
)
MORSE = dict(
    zip(
        LOWER,
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        strict=True,
    )
)


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What must not leave."""

    prompt: str
    """Without the canary."""
    planted: str
    canary: str
    rng: random.Random


Output = JsonValue
Transformation = Callable[[Secret], Output]
TRANSFORMATIONS: dict[str, Transformation] = {}


def kept_aside(name: str) -> bool:
    """Whether the detector is never tuned on the transformation `name`."""
    return hashlib.sha256(name.encode()).digest()[0] % 3 == 0


def leak(function: Transformation) -> Transformation:
    """`function`, entered into the register."""
    TRANSFORMATIONS[function.__name__] = function
    return function


def half_of(secret: Secret) -> str:
    """The first half of the planted prompt."""
    return secret.planted[: len(secret.planted) // 2]


def words_of(secret: Secret) -> list[str]:
    """The words of the prompt without its canary."""
    return secret.prompt.split()


def mapped(text: str, table: dict[str, str]) -> str:
    """`text` with each character exchanged by `table`."""
    return "".join(table.get(character, character) for character in text)


def shifted(text: str, by: int) -> str:
    """`text` with each letter moved on in the alphabet."""
    table = str.maketrans(LOWER + LOWER.upper(), LOWER[by:] + LOWER[:by] + (LOWER[by:] + LOWER[:by]).upper())
    return text.translate(table)
