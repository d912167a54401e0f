"""Values of the same shape: other letters for letters, other digits for digits, another day for a day. The same value always gives the same swap."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from decimal import Decimal

from compiled_ai.spec.canonical import JsonObject, JsonValue

_VOWELS = "aeiou"
_CONSONANTS = "bcdfghjklmnpqrstvwxyz"
_DAYS = 23
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def swap_text(text: str, *, salt: int = 0) -> str:
    """A text of the shape of `text`, in which each letter and digit is another one. A real date stays one."""
    if is_iso_date(text):
        step = timedelta(days=_DAYS * (salt + 1))
        day = date.fromisoformat(text[:10])
        moved = day + step if day.year < date.max.year else day - step
        return moved.isoformat() + text[10:]
    steps = hashlib.sha256(f"{salt}:{text}".encode("utf-8", "surrogatepass")).digest()
    swapped = []
    for index, char in enumerate(text):
        is_first_digit = char.isdigit() and (index == 0 or not text[index - 1].isdigit())
        swapped.append(_swap_char(char, steps[index % len(steps)], is_first_digit=is_first_digit))
    return "".join(swapped)


def is_iso_date(text: str) -> bool:
    """Whether `text` begins with a day of the calendar in ISO form."""
    try:
        return _ISO.match(text) is not None and bool(date.fromisoformat(text[:10]))
    except ValueError:
        return False


def swap_number(number: int | float, *, salt: int = 0) -> int | float:
    """A number with as many digits as `number`, each of them another one."""
    text = swap_text(str(Decimal(str(number))), salt=salt)
    return int(text) if isinstance(number, int) else float(text)


def _swap_char(char: str, step: int, *, is_first_digit: bool) -> str:
    lower = char.lower()
    if char.isascii() and char.isdigit():
        new = (int(char) + 1 + step % 9) % 10
        if new == 0 and is_first_digit and char != "0":
            new = 1 + int(char) % 9
        return str(new)
    for letters in (_VOWELS, _CONSONANTS):
        if lower in letters and char.isascii():
            new_letter = letters[(letters.index(lower) + 1 + step % (len(letters) - 1)) % len(letters)]
            return new_letter if char == lower else new_letter.upper()
    if char.isalpha():
        other = chr(ord(char) + 1)
        return other if other.isalpha() and other.isupper() == char.isupper() else chr(ord(char) - 1)
    return char


def replace_value(data: JsonObject, old: str | int | float, new: str | int | float) -> JsonObject:
    """`data` with every occurrence of `old` swapped for `new`: numbers that equal it, and the text of it where no letter or digit adjoins."""
    pattern = occurrence_pattern(str(old))

    def replaced(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {key: replaced(item) for key, item in value.items()}
        if isinstance(value, list):
            return [replaced(item) for item in value]
        if isinstance(value, str):
            return pattern.sub(lambda _: str(new), value)
        return new if _is_number(value) and _is_number(old) and value == old else value

    return {key: replaced(value) for key, value in data.items()}


def occurrence_pattern(text: str) -> re.Pattern[str]:
    """What finds `text` where no letter or digit adjoins it."""
    before = r"(?<![^\W_])" if text[:1].isalnum() else ""
    after = r"(?![^\W_])" if text[-1:].isalnum() else ""
    return re.compile(before + re.escape(text) + after)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
