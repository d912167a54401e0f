import re
from itertools import pairwise

from compiled_ai.modules import abstain

LETTERS = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
STEPS = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def _to_roman(value: int) -> str:
    """The Roman form of a number from 1 to 3999."""
    parts: list[str] = []
    for size, letters in STEPS:
        parts.append(letters * (value // size))
        value %= size
    return "".join(parts)


def _from_roman(roman: str) -> int:
    """Add up the letters; a smaller one before a greater one is taken off."""
    values = [LETTERS[char] for char in roman]
    return values[-1] + sum(-left if left < right else left for left, right in pairwise(values))


def roman_number(data: RomanNumberInput) -> RomanNumberOutput:
    """Read the number in either form and write it in both."""
    text = data["text"].strip()
    if re.fullmatch(r"[0-9]{1,4}", text):
        value = int(text)
        if not 1 <= value <= 3999:
            abstain("number out of range")
        return {"value": value, "roman": _to_roman(value), "was_roman": False}
    if not re.fullmatch(r"[MDCLXVImdclxvi]{1,15}", text):
        abstain("not a number")
    value = _from_roman(text.upper())
    if value > 3999 or _to_roman(value) != text.upper():
        abstain("not in strict form")
    return {"value": value, "roman": text.upper(), "was_roman": True}
