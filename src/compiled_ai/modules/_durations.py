"""Lengths of time in running text: patterns built from tables, read in plain characters."""

from __future__ import annotations

import re
from decimal import Decimal

from compiled_ai.modules._digits import DIGITS, EXACT, read_digits, trimmed
from compiled_ai.modules._number_words import NUMBER, NUMBER_WORDS, words_value
from compiled_ai.modules._scan import any_of

_SECONDS = {
    name: seconds
    for names, seconds in (
        ("second seconds sec secs", 1),
        ("minute minutes min mins", 60),
        ("hour hours hr hrs h", 3600),
        ("day days", 86_400),
        ("week weeks wk wks", 604_800),
        ("fortnight fortnights", 1_209_600),
    )
    for name in names.split()
}
_FRACTIONS = {
    "half": Decimal("0.5"), "a half": Decimal("0.5"), "1/2": Decimal("0.5"), "½": Decimal("0.5"),
    "quarter": Decimal("0.25"), "a quarter": Decimal("0.25"), "1/4": Decimal("0.25"), "¼": Decimal("0.25"),
    "three quarters": Decimal("0.75"), "3/4": Decimal("0.75"), "¾": Decimal("0.75"),
}  # fmt: skip
_UNIT = any_of(_SECONDS)
_FRACTION = any_of(_FRACTIONS)
_PLAIN_NUMBER = re.sub(r"\?P<\w+>", "?:", NUMBER)
_MINUTES = r"(?:m|mins?|minutes?)"
_AMOUNT = rf"(?:{DIGITS}|(?>{_PLAIN_NUMBER}))"
_PART = re.compile(
    r"(?<![\w/#:])(?=[0-9.½¼¾abefhnoqstz])(?<![\w][.,'])(?<!-)"
    r"(?:(?P<hours>[0-9]{1,2})\s?(?:h(?P<padded>[0-5][0-9])"
    rf"|(?:h|hrs?|hours?)\s?(?P<bare>[0-9]{{1,2}})(?=\s?{_MINUTES}\b))(?:\s?{_MINUTES})?\b"
    rf"|(?:between\s(?P<from>{_AMOUNT})\sand\s|(?P<low>{_AMOUNT})\s?(?:-|to|or)\s?)?"
    rf"(?P<main>(?:(?P<fraction>{_FRACTION})(?:\sof)?(?:[\s-]an?)?"
    rf"|(?P<digits>{DIGITS})(?:\s?(?P<extra>[½¼¾]|\s1/2|\s1/4|\s3/4|\sand\s(?:{_FRACTION})))?"
    rf"|(?>(?P<words>{_PLAIN_NUMBER}))"
    r"|(?P<article>an?))[\s-]?"
    rf"(?P<unit>{_UNIT})\b\.?(?:(?<!\.)\sand\s(?P<tail>{_FRACTION})\b(?![\s-](?:of\s|an?\s|{_UNIT}\b)))?))"
    r"(?!\w)(?!-[0-9])",
    re.IGNORECASE,
)
_ANY_UNIT = re.compile(rf"{_UNIT}\b|[0-9]h[0-9]", re.IGNORECASE)
_CLOCK_BEFORE = re.compile(r"\b(?:at|by|until|till|from|before|after|around|since)\s$", re.IGNORECASE)
# "An hour" is a length after these; after others it is a rate ("twice a day", "$5 an hour", "8 hours a day").
_ARTICLE_AFTER = re.compile(
    r"(?:^|[,;:.!?(\n]\s?|\b(?:for|in|within|about|around|takes?|took|taken|lasts?|lasted|after|than|to|most|least"
    r"|almost|nearly|over|under|is|was|be|been|of|up|and|needs?|have|has|had|by|with|waited|waiting|spent|spend"
    r"|only|just|maybe|approximately|roughly|book|reserve|schedule|me|us|him|her|them|you|it|or|every|if|allow|add|plus|not|set)\s)$",
    re.IGNORECASE,
)
_IDIOM_BEFORE = re.compile(r"\b(?:wait|just|in|hang\son|hold\son|for|got)\s$", re.IGNORECASE)
_JOINED = re.compile(r"\s?(?:,\s?and\s|,|and\s|&|\+)?\s?", re.IGNORECASE)
_SIXTY = Decimal(60)

_Hit = tuple[int, int, Decimal, int]
"""Start, end, minutes and the seconds in the smallest unit that was named."""


def durations_in(text: str) -> list[tuple[int, int, Decimal]]:
    """Start, end and minutes of every length of time in `text` (in plain characters), adjacent parts joined."""
    hits: list[_Hit] = []
    if not _ANY_UNIT.search(text):
        return []
    for match in _PART.finditer(text):
        for hit in _read(match):
            before = hits[-1] if hits else None
            if before and before[3] > hit[3] and _JOINED.fullmatch(text, before[1], hit[0]):
                hits[-1] = (before[0], hit[1], EXACT.add(before[2], hit[2]), hit[3])
            else:
                hits.append(hit)
    return [(start, end, trimmed(minutes)) for start, end, minutes, _ in hits]


def _read(match: re.Match[str]) -> list[_Hit]:
    if match["hours"]:
        return _compact(match)
    unit = _SECONDS[match["unit"].lower()]
    amount = _amount(match, unit)
    if amount is None:
        return []
    if match["tail"]:
        amount = EXACT.add(amount, _fraction(match["tail"]))
    low = match["from"] or match["low"]
    if not low:
        return [(match.start(), match.end(), _minutes(amount, unit), unit)]
    group = "from" if match["from"] else "low"
    least = _plain_amount(low)
    if least is None or least >= amount:
        return []
    return [
        (match.start(group), match.end(group), _minutes(least, unit), 0),
        (match.start("main"), match.end(), _minutes(amount, unit), unit),
    ]


def _compact(match: re.Match[str]) -> list[_Hit]:
    before = match.string[max(0, match.start() - 8) : match.start()]
    if len(match["hours"]) > 1 or _CLOCK_BEFORE.search(before):
        return []  # "19h30" and "at 9h30" are times of the day
    minutes = EXACT.add(Decimal(int(match["hours"]) * 60), Decimal(match["padded"] or match["bare"]))
    return [(match.start(), match.end(), minutes, 60)]


def _amount(match: re.Match[str], unit: int) -> Decimal | None:
    if match["fraction"]:
        return _fraction(match["fraction"])
    if match["article"]:
        return Decimal(1) if _article_counts(match, unit) else None
    amount = _plain_amount(match["words"] or match["digits"])
    if amount is None or not match["extra"]:
        return amount
    fraction = re.sub(r"^and\s", "", match["extra"].strip(), flags=re.IGNORECASE)
    return EXACT.add(amount, _fraction(fraction))


def _article_counts(match: re.Match[str], unit: int) -> bool:
    if unit == 1 or match.string[match.end() : match.end() + 4].lower() == " or ":
        return False  # "a second opinion", "an hour or two"
    before = match.string[max(0, match.start() - 16) : match.start()]
    if unit == 60 and _IDIOM_BEFORE.search(before):
        return False
    return _ARTICLE_AFTER.search(before) is not None


def _plain_amount(said: str) -> Decimal | None:
    in_words = NUMBER_WORDS.fullmatch(said)
    return words_value(in_words) if in_words else read_digits(said)


def _fraction(said: str) -> Decimal:
    return _FRACTIONS[re.sub(r"[\s-]", " ", said.strip().lower())]


def _minutes(amount: Decimal, unit: int) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, Decimal(unit)), _SIXTY)
