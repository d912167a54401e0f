"""English number words: one regex built from tables, and the value of what it matched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from compiled_ai.modules._digits import EXACT
from compiled_ai.modules._scan import any_of

ONES = dict(
    zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), range(1, 10), strict=True)
)
TEENS = dict(
    zip(
        (
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ),
        range(10, 20),
        strict=True,
    )
)
UP_TO_TWELVE = ONES | {"ten": 10, "eleven": 11, "twelve": 12}
TENS = dict(
    zip(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        range(20, 100, 10),
        strict=True,
    )
) | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SMALL_VALUES = {"zero": 0} | ONES | TEENS | TENS
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_DENOMINATORS = [
    "half",
    "third",
    "fourth",
    "quarter",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]

_GAP = r"(?:\s{1,2}|-)"
_SMALL = rf"(?:{any_of(TENS)}(?:{_GAP}{any_of(ONES)}\b)?|{any_of(['zero', *ONES, *TEENS])})\b"
_GROUP = rf"(?:(?:{_SMALL}|an?){_GAP}hundred\b(?:{_GAP}(?:and\s{{1,2}})?{_SMALL})?|{_SMALL})"


def _whole_number() -> str:
    # Read from the large end: "two million three hundred thousand and five"; any part may be missing.
    large = [rf"(?:{_GROUP}|an?){_GAP}{scale}\b" for scale in ("trillion", "billion", "million", "thousand")]
    tail = rf"(?:{_GAP}(?:and\s{{1,2}})?{_GROUP})?"
    chains = []
    for first in range(len(large)):
        rest = "".join(rf"(?:{_GAP}{part})?" for part in large[first + 1 :])
        chains.append(large[first] + rest + tail)
    return "(?:" + "|".join([*chains, _GROUP]) + ")"


_YEAR = (
    rf"(?P<century>seventeen|eighteen|nineteen|twenty){_GAP}"
    rf"(?P<years>oh{_GAP}{any_of(ONES)}|{any_of(TENS)}(?:{_GAP}{any_of(ONES)})?|{any_of(TEENS)})\b"
)
_PART = r"(?P<part>half|quarter)"
_SCALE = any_of(["dozen", *SCALES])
_DIGIT_WORDS = any_of(["zero", "oh", *ONES])
NUMBER = (
    rf"(?:half{_GAP}an?{_GAP}(?P<half_of>{_SCALE})\b"
    rf"|(?P<dozens>an?|{_SMALL}){_GAP}dozen\b"
    rf"|{_YEAR}"
    rf"|(?P<whole>{_whole_number()})"
    rf"(?:\spoint(?P<decimals>(?:\s{_DIGIT_WORDS}\b)+)|\sand\sa{_GAP}{_PART}\b(?:\s(?P<scale>{any_of(SCALES)})\b)?)?)"
)
_ORDINAL_NEXT = (
    rf"(?!-(?:{any_of([*ORDINALS, 'hundredth', 'thousandth'])}|{any_of(SMALL_VALUES)}|odd|something|ish)\b)"
    rf"(?!{_GAP}(?:and\s)?{any_of(name for name in ORDINALS if name != 'second')}\b)"
    rf"(?!{_GAP}{any_of(name + 's' for name in _DENOMINATORS if name not in {'half', 'quarter'})}\b)"
    rf"(?!{_GAP}(?:half|halves|quarters?)\b)"  # "one half", "three quarters"
)
# Cheap refusal: most words begin no number.
_FIRST_LETTER = "(?=[aefhnostz])"
# Atomic: "one hundred and first" must fail as a whole, not fall back to "one".
NUMBER_WORDS = re.compile(rf"(?<![\w'-]){_FIRST_LETTER}(?>{NUMBER})(?![\w']){_ORDINAL_NEXT}", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z]+")
_IDIOM_BEFORE = re.compile(
    r"\b(?:this|that|which|the|any|no|some|every|each|another|good|nice|new|old|same|first|last|next)\s$",
    re.IGNORECASE,
)
_IDIOM_AFTER = re.compile(
    r"\s(?:of|where|that|which|who|is|can|could|more|another|by\sone)\b"
    r"|-(?:way|off|time|on|to|stop|size|sided|liner)\b",
    re.IGNORECASE,
)


def number_words(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of every number in words in `text` (in plain characters).

    Left out are ordinals, fractions and the pronoun ("this one").
    """
    for match in NUMBER_WORDS.finditer(text):
        if match[0].lower() == "one" and (
            _IDIOM_BEFORE.search(text[max(0, match.start() - 10) : match.start()])
            or _IDIOM_AFTER.match(text, match.end())
        ):
            continue
        yield match.start(), match.end(), words_value(match)


def words_value(match: re.Match[str]) -> Decimal:
    """The value of a match of `NUMBER_WORDS`."""
    part = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "half_of" in part:
        return Decimal(_scale(part["half_of"]) // 2)
    if "dozens" in part:
        return Decimal(12 * _whole(part["dozens"]))
    if "century" in part:
        return Decimal(100 * SMALL_VALUES[part["century"]] + _whole(part["years"]))
    whole = _whole(part["whole"])
    if "decimals" in part:
        digits = "".join(str(SMALL_VALUES.get(word, 0)) for word in part["decimals"].split())
        return Decimal(f"{whole}.{digits}")
    if "part" in part:
        return _with_part(
            whole, part["part"], scale=part.get("scale"), closing=_TOKEN.findall(part["whole"])[-1]
        )
    return Decimal(whole)


def _with_part(whole: int, part: str, *, scale: str | None, closing: str) -> Decimal:
    fraction = Decimal("0.5") if part == "half" else Decimal("0.25")
    if scale:
        return EXACT.multiply(EXACT.add(Decimal(whole), fraction), Decimal(SCALES[scale]))
    # "a million and a half" is 1,500,000, but "a hundred and a half" is 100.5.
    of = SCALES.get(closing, 1)
    return EXACT.add(Decimal(whole), EXACT.multiply(fraction, Decimal(of if of >= SCALES["million"] else 1)))


def _whole(phrase: str) -> int:
    total = group = 0
    for word in _TOKEN.findall(phrase):
        if word == "hundred":
            group = (group or 1) * 100
        elif word in SCALES:
            total += (group or 1) * SCALES[word]
            group = 0
        elif word in {"a", "an"}:
            group = 1
        else:
            group += SMALL_VALUES.get(word, 0)
    return total + group


def _scale(word: str) -> int:
    return 12 if word == "dozen" else SCALES[word]
