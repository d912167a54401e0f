"""Numbers in digits and in English words, and exact decimal arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from compiled_ai.modules._calendar import date_spans
from compiled_ai.modules._digits import DIGITS, SPACED_DIGITS
from compiled_ai.modules._fractions import PERCENT_SIGN, ordinals_in, whole_fraction
from compiled_ai.modules._number_scan import HALVES, TAIL, digits_value, numbers_in
from compiled_ai.modules._number_words import NUMBER_WORDS, words_value
from compiled_ai.modules._phrases import phrase_pattern
from compiled_ai.modules._ranges import RangeMention, ranges_in
from compiled_ai.modules._scan import Claims, plain
from compiled_ai.modules.text import fold

__all__ = [
    "NumberMention",
    "RangeMention",
    "find_numbers",
    "find_ordinals",
    "find_percents",
    "find_ranges",
    "format_decimal",
    "numbers_with_unit",
    "parse_fraction",
    "parse_integer",
    "parse_number",
    "parse_ordinal",
    "parse_percent",
    "parse_range",
    "round_half_up",
    "to_decimal",
]


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text: where it stands and its value. `text` has neither unit nor currency."""

    start: int
    end: int
    text: str
    value: Decimal


_WHOLE_TEXT = re.compile(
    rf"(?:(?P<sign>[+-])\s?|(?P<minus>(?i:minus|negative))\s)?"
    rf"(?:(?P<digits>{SPACED_DIGITS}|{DIGITS}){TAIL}|(?P<fraction>[½¼¾]|1/2|1/4|3/4))"
)
_WHOLE_WORDS = re.compile(r"(?:(minus|negative)\s)?(.+)", re.IGNORECASE)


def parse_number(text: str) -> Decimal | None:
    """The number that the whole text is, in digits or English words, or None when it is anything else.

    The separators follow one rule. A comma before exactly three digits groups thousands (1,234 is 1234), any
    other single comma is a decimal comma (12,50). A single point is a decimal point (1.234 is below 2). Of
    two kinds of separators the last one is the decimal one (1.234,50), and one that is repeated groups
    thousands (1.234.567), as do a space and an apostrophe. Also read: "-3", ".5", "1 1/2", "1e6", "2.5
    million", "12k", "twenty-five", "a hundred and five", "half a dozen", "minus two".
    """
    trimmed_text = plain(text).strip()
    match = _WHOLE_TEXT.fullmatch(trimmed_text)
    if match:
        value = Decimal(HALVES[match["fraction"]]) if match["fraction"] else digits_value(match)
        return _signed(value, negative=match["sign"] == "-" or match["minus"] is not None)
    spoken = _WHOLE_WORDS.fullmatch(trimmed_text)
    in_words = NUMBER_WORDS.fullmatch(spoken[2]) if spoken else None
    return (
        _signed(words_value(in_words), negative=spoken is not None and spoken[1] is not None)
        if in_words
        else None
    )


def parse_integer(text: str) -> int | None:
    """The whole number that the whole text is (rules of `parse_number`), or None (also for "3.0")."""
    value = parse_number(text)
    if value is None or value.as_tuple().exponent != 0:
        return None
    return int(value)


def _signed(value: Decimal | None, *, negative: bool) -> Decimal | None:
    return value.copy_negate() if value and negative else value


def find_numbers(text: str) -> list[NumberMention]:
    """Every number in order, in digits or words; not ordinals, dates, times of day or identifiers.

    Separators follow `parse_number`; a plain space groups thousands only before decimals ("1 234,50"). A
    range ("10-20") is two mentions. A unit may follow at once ("5kg", "15%"), other letters may not ("3D",
    "A4", "SO-104233", "280K"). Fractions as "1/2" are read only after a whole number ("1 1/2").
    """
    return [
        NumberMention(start, end, text[start:end], value)
        for start, end, value in numbers_in(plain(text), text)
    ]


def numbers_with_unit(text: str, *units: str) -> list[NumberMention]:
    """The numbers directly before one of the units, in order; units as in `has_phrase` ("kg", "%", "mile*")."""
    patterns = [phrase_pattern(fold(unit)) for unit in units]
    found = []
    for mention in find_numbers(text):
        rest = fold(text[mention.end : mention.end + 40]).lstrip("- ")
        if any(pattern.match(rest) for pattern in patterns):
            found.append(mention)
    return found


def find_ranges(text: str) -> list[RangeMention]:
    """Every range of numbers, in order: "3 to 5", "3-5 kg", "between 3 and 5", "at least 3", "under 10", "18 or older".

    An open end is None; "more than 3" does not include 3. A range that runs down ("5 to 3") is left out.
    """
    scanned = plain(text)
    hits = [(mention.start, mention.end, mention.value) for mention in find_numbers(text)]
    return list(ranges_in(scanned, text, hits))


def parse_range(text: str) -> RangeMention | None:
    """The one range (rules of `find_ranges`) that the whole text is, up to a unit after it, or None."""
    found = find_ranges(text)
    if len(found) != 1 or text[: found[0].start].strip(" $€£¥"):
        return None
    rest = plain(text[found[0].end :]).strip()
    return found[0] if re.fullmatch(r"%|[^\W\d_]{0,20}\.?", rest) else None


def parse_fraction(text: str) -> Fraction | None:
    """The exact fraction that the whole text is ("3/4", "1 1/2", "two thirds", "a quarter", "15%", "0.25"), or None."""
    trimmed_text = plain(text).strip()
    percent = parse_percent(trimmed_text)
    if percent is not None:
        return Fraction(percent) / 100
    fraction = whole_fraction(trimmed_text)
    if fraction is not None:
        return fraction
    value = parse_number(trimmed_text)
    return None if value is None else Fraction(value)


def find_percents(text: str) -> list[NumberMention]:
    """Every percentage in order, `value` in percent ("15%", "15 percent" and "fifteen per cent" are 15)."""
    scanned = plain(text)
    found = []
    for mention in find_numbers(text):
        sign = PERCENT_SIGN.match(scanned, mention.end)
        if sign:
            whole = text[mention.start : sign.end()]
            found.append(NumberMention(mention.start, sign.end(), whole, mention.value))
    return found


def parse_percent(text: str) -> Decimal | None:
    """The percent that the whole text says ("15%" is 15, "half a percent" is none), or None without a percent sign."""
    trimmed_text = plain(text).strip()
    # Few texts have the sign, and looking from the end is cheap.
    for sign in PERCENT_SIGN.finditer(trimmed_text, max(0, len(trimmed_text) - 20)):
        if sign.end() == len(trimmed_text):
            return parse_number(trimmed_text[: sign.start()])
    return None


def find_ordinals(text: str) -> list[NumberMention]:
    """Every ordinal in order ("3rd", "twenty-first"); not those of dates ("March 3rd") and not the time unit "second"."""
    scanned = plain(text)
    masked = Claims(len(scanned), date_spans(scanned))
    return [
        NumberMention(start, end, text[start:end], Decimal(value))
        for start, end, value in ordinals_in(scanned)
        if masked.take((start, end)) and not _is_time_unit(scanned, start, end)
    ]


def _is_time_unit(scanned: str, start: int, end: int) -> bool:
    if scanned[start:end].lower() != "second":
        return False
    before = re.search(r"(\w+)[\s-]$", scanned[max(0, start - 20) : start])
    return bool(
        before and (parse_number(before[1]) is not None or before[1].lower() in {"a", "per", "every", "each"})
    )


def parse_ordinal(text: str) -> int | None:
    """The position that the whole text is ("3rd", "twenty-first", "the second"), or None ("3th", "3")."""
    trimmed_text = re.sub(r"^the\s", "", plain(text).strip(), flags=re.IGNORECASE)
    for start, end, value in ordinals_in(trimmed_text[:40]):
        if (start, end) == (0, len(trimmed_text)):
            return value
    return None


def to_decimal(value: str | float | Decimal) -> Decimal | None:
    """The value as Decimal, floats as they print, strings as by `parse_number`; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return parse_number(value)
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    return number if number.is_finite() else None


def round_half_up(value: Decimal | float, places: int) -> Decimal:
    """The value with exactly `places` decimals, a half rounded away from zero (-2.5 to -3)."""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        return number
    context = Context(prec=max(1, number.adjusted() + places + 2), rounding=ROUND_HALF_UP)
    rounded = number.quantize(Decimal(1).scaleb(-places), context=context)
    return rounded if rounded else rounded.copy_abs()


def format_decimal(value: Decimal | float, places: int) -> str:
    """The value with exactly `places` decimals, rounded half up: "12.50", never "-0.00"."""
    return f"{round_half_up(value, places):f}"
