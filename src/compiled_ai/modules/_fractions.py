"""Fractions, percentages and ordinals in English, read in plain characters."""

from __future__ import annotations

import re
from fractions import Fraction

from compiled_ai.modules._number_words import ONES, ORDINALS, SMALL_VALUES, TEENS, TENS
from compiled_ai.modules._scan import VULGAR_FRACTIONS, any_of

_DENOMINATORS = {"half": 2, "halve": 2, "quarter": 4} | {
    name: number for name, number in ORDINALS.items() if number > 2
}
_DENOMINATORS |= {"hundredth": 100, "thousandth": 1000}
_COUNTS = ONES | TEENS | {"a": 1, "an": 1}
_PARTS = {name + ending: number for name, number in _DENOMINATORS.items() for ending in ("", "s")}
_ORDINAL_WORDS = ORDINALS | {
    f"{tens} {word}": TENS[tens] + number for tens in TENS for word, number in ORDINALS.items() if number < 10
}
_ORDINAL_WORDS |= {"hundredth": 100, "thousandth": 1000} | {
    f"{name}ieth": number
    for name, number in (
        ("fort", 40),
        ("fift", 50),
        ("sixt", 60),
        ("sevent", 70),
        ("eight", 80),
        ("ninet", 90),
    )
}

_SLASH = re.compile(r"(?:(?P<whole>[0-9]{1,15})[\s-])?(?P<over>[0-9]{1,15})\s?/\s?(?P<under>[0-9]{1,15})")
_VULGAR = re.compile(rf"(?P<whole>[0-9]{{1,15}})?\s?(?P<part>[{''.join(VULGAR_FRACTIONS)}])")
_SPOKEN = re.compile(
    rf"(?:(?P<whole>{any_of(SMALL_VALUES)}|[0-9]{{1,15}})\s(?:and\s))?(?:(?P<count>{any_of(_COUNTS)}|[0-9]{{1,4}})[\s-])?"
    rf"(?P<part>{any_of(_PARTS)})",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"(?<![\w.,'/-])(?:(?P<digits>[0-9]{{1,9}})\s?(?P<ending>st|nd|rd|th)|(?P<word>{any_of(_ORDINAL_WORDS)}))(?![\w'])",
    re.IGNORECASE,
)
PERCENT_SIGN = re.compile(
    r"\s?%|[\s-]?(?:percent|per\scent|pct|percents|percentage\spoints?)(?!\w)\.?", re.IGNORECASE
)


def whole_fraction(text: str) -> Fraction | None:
    """The fraction that trimmed `text` is: "3/4", "1 1/2", "1½", "two thirds", "a half", "one and a half"."""
    slash = _SLASH.fullmatch(text)
    if slash:
        under = int(slash["under"])
        return int(slash["whole"] or 0) + Fraction(int(slash["over"]), under) if under else None
    vulgar = _VULGAR.fullmatch(text)
    if vulgar:
        return int(vulgar["whole"] or 0) + Fraction(VULGAR_FRACTIONS[vulgar["part"]])
    spoken = _SPOKEN.fullmatch(text)
    return _spoken_fraction(spoken) if spoken else None


def _spoken_fraction(match: re.Match[str]) -> Fraction | None:
    part = match["part"].lower()
    if not match["count"] and part not in {"half", "quarter"}:
        return None  # "third" alone is an ordinal
    count = _value(match["count"] or "one", _COUNTS)
    whole = _value(match["whole"], SMALL_VALUES) if match["whole"] else 0
    plural = part.endswith("s") or part == "halves"
    if plural != (count != 1):
        return None  # "two third" and "one thirds" may mean anything
    return whole + Fraction(count, _PARTS[part])


def _value(said: str, table: dict[str, int]) -> int:
    return int(said) if said.isdecimal() else table[said.lower()]


def ordinals_in(scanned: str) -> list[tuple[int, int, int]]:
    """Start, end and value of every ordinal in plain text; one with the wrong ending ("3th") is left out."""
    found = []
    for match in _ORDINAL.finditer(scanned):
        value = (
            int(match["digits"])
            if match["digits"]
            else _ORDINAL_WORDS[re.sub(r"[\s-]", " ", match["word"].lower())]
        )
        if not match["digits"] or match["ending"].lower() == _ending(value):
            found.append((match.start(), match.end(), value))
    return found


def _ending(value: int) -> str:
    if value % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
