"""Numbers in digits and in English words, and exact decimal arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from compiled_ai.modules._calendar import date_spans
from compiled_ai.modules._clock import times_in
from compiled_ai.modules._digits import DIGITS, EXACT, SPACED_DIGITS, read_digits, trimmed
from compiled_ai.modules._number_words import NUMBER_WORDS, SCALES, number_words, words_value
from compiled_ai.modules._phrases import phrase_pattern
from compiled_ai.modules._scan import SUPERSCRIPTS, Claims, Span, any_of, plain
from compiled_ai.modules.text import fold

__all__ = [
    "NumberMention",
    "find_numbers",
    "format_decimal",
    "numbers_with_unit",
    "parse_integer",
    "parse_number",
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


_SUFFIXES = {"k": 10**3, "K": 10**3, "M": 10**6, "mn": 10**6, "bn": 10**9}
_MAGNITUDES = SCALES | {"dozen": 12}
_HALVES = {
    "½": "0.5", "¼": "0.25", "¾": "0.75", "1/2": "0.5", "1/4": "0.25", "3/4": "0.75",
    "a half": "0.5", "a quarter": "0.25",
}  # fmt: skip
_MAGNITUDE = rf"(?:[\s-]?(?P<magnitude>(?i:{any_of(_MAGNITUDES)}))\b|(?P<suffix>{any_of(_SUFFIXES)})(?!\w))"
_MORE = r"(?:(?P<more>\s?[½¼¾]|\s(?:1/2|1/4|3/4)|\s(?i:and\s(?:a\shalf|a\squarter)))(?![\w/]))"
_EXPONENT = r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2})(?!\w))"
_TAIL = rf"(?:{_EXPONENT}|{_MORE}?{_MAGNITUDE}?)"
_WHOLE_TEXT = re.compile(
    rf"(?:(?P<sign>[+-])\s?|(?P<minus>(?i:minus|negative))\s)?"
    rf"(?:(?P<digits>{SPACED_DIGITS}|{DIGITS}){_TAIL}|(?P<fraction>[½¼¾]|1/2|1/4|3/4))"
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
        value = Decimal(_HALVES[match["fraction"]]) if match["fraction"] else _digits_value(match)
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


def _digits_value(match: re.Match[str]) -> Decimal | None:
    """The value of the groups of `_TAIL` after `digits`."""
    value = read_digits(match["digits"])
    if value is None:
        return None
    part = match.groupdict()
    if part["exponent"]:
        value = trimmed(value.scaleb(int(part["exponent"]), context=EXACT))
    if part["more"]:
        fraction = re.sub(r"^and\s", "", part["more"].strip().lower()).replace("-", " ")
        value = EXACT.add(value, Decimal(_HALVES[re.sub(r"\s", " ", fraction)]))
    if part["suffix"]:
        value = trimmed(EXACT.multiply(value, Decimal(_SUFFIXES[part["suffix"]])))
    if part["magnitude"]:
        value = trimmed(EXACT.multiply(value, Decimal(_MAGNITUDES[part["magnitude"].lower()])))
    return value


# As written, for "3D", "5G" and "90s" are names. Money and seconds need their word or sign.
_UNITS = [
    "mm", "cm", "km", "KM", "m", "in", "ft", "mi", "mg", "g", "kg", "KG", "lb", "lbs", "oz", "ml", "ML", "cl", "l", "L",
    "h", "hr", "hrs", "min", "mins", "sec", "secs", "ms", "d", "mph", "MPH", "kph", "kmh", "w", "W", "kw", "kW", "kwh", "kWh",
    "v", "V", "kb", "KB", "kB", "mb", "MB", "gb", "GB", "tb", "TB", "px", "pt", "pts", "pct", "x", "p",
    "eur", "EUR", "usd", "USD", "gbp", "GBP", "chf", "CHF",
]  # fmt: skip
_BEFORE = r"(?<![\w^#@\\])(?<![\w/]/)(?<!\w\.)(?<![0-9][:,'])(?<!\w-)"
_RUNNING = re.compile(
    rf"{_BEFORE}(?P<sign>[+-](?:[$€£¥]\s?)?)?(?P<digits>{DIGITS})(?:-(?P<high>{DIGITS}))?{_TAIL}"
)
_RUNNING_SPACED = re.compile(rf"{_BEFORE}(?<![0-9]\s)(?P<sign>-)?(?P<digits>{SPACED_DIGITS})(?![\w./:-])")
_RAISED = "".join(SUPERSCRIPTS)
_AFTER = re.compile(
    rf"(?:{any_of(_UNITS)}(?!\w))?+(?![\w^@#\\])(?![:/'-][0-9])(?!\.[a-z_0-9])(?!'s\b)"
    rf"(?!-(?:[A-Z](?![a-z])|\w*[0-9]))(?![{_RAISED}])(?!\s?[x*\u00d7]\s?10(?:\^|\*\*|[{_RAISED}]))"
)
_PHONE = re.compile(
    r"\+[0-9]{1,3}[\s.(-]{1,2}[0-9][0-9().\s-]{5,16}[0-9]|\(?[0-9]{3}\)?[\s.-][0-9]{3}[.-][0-9]{4}"
)
_NEGATIVE = re.compile(r"\b(?:minus|negative)\s$", re.IGNORECASE)

_Hit = tuple[int, int, Decimal]


def find_numbers(text: str) -> list[NumberMention]:
    """Every number in order, in digits or words; not ordinals, dates, times of day or identifiers.

    Separators follow `parse_number`; a plain space groups thousands only before decimals ("1 234,50"). A
    range ("10-20") is two mentions. A unit may follow at once ("5kg", "15%"), other letters may not ("3D",
    "A4", "SO-104233", "280K"). Fractions as "1/2" are read only after a whole number ("1 1/2").
    """
    scanned = plain(text)
    claims = Claims(len(scanned), _masked(scanned))
    candidates = [*_spaced_hits(scanned, text), *_digit_hits(scanned), *number_words(scanned)]
    hits = [hit for hit in candidates if claims.take(hit[:2])]
    return [
        NumberMention(start, end, text[start:end], value)
        for start, end, value in _with_minus(sorted(hits), scanned)
    ]


def _masked(scanned: str) -> list[Span]:
    times = [(start, end) for start, end, _ in times_in(scanned)]
    return [*date_spans(scanned), *times, *(match.span() for match in _PHONE.finditer(scanned))]


def _spaced_hits(scanned: str, text: str) -> Iterator[_Hit]:
    for match in _RUNNING_SPACED.finditer(scanned):
        literal = match["digits"]
        value = read_digits(literal)
        # "tables 5 120" is two numbers, unless decimals or a no-break space tie them together.
        if value is not None and (re.search("[.,]", literal) or " " not in text[match.start() : match.end()]):
            yield match.start(), match.end(), value.copy_negate() if match["sign"] else value


def _digit_hits(scanned: str) -> Iterator[_Hit]:
    for match in _RUNNING.finditer(scanned):
        if not _AFTER.match(scanned, match.end()) or _may_be_kelvin(match):
            continue
        if match["high"]:
            yield from _range_hits(match)
            continue
        value = _digits_value(match)
        if value is None:
            yield from _listed_hits(match)
        elif not re.fullmatch("0[0-9]{2,}", match["digits"]):  # 007 is an identifier
            sign = match["sign"] or ""
            yield match.start(), match.end(), value.copy_negate() if "-" in sign and value else value


def _may_be_kelvin(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start("digits") - 2) : match.start("digits")].rstrip()
    return match["suffix"] == "K" and not before.endswith(("$", "€", "£", "¥", "₹"))


def _range_hits(match: re.Match[str]) -> Iterator[_Hit]:
    low, high = read_digits(match["digits"]), read_digits(match["high"])
    looks_like_phone = (
        len(match["digits"]) == 3 and len(match["high"]) == 4 and not match["high"].endswith("0")
    )
    zero_padded = re.match("0[0-9]", match["digits"]) or re.match("0[0-9]", match["high"])
    if low is None or high is None or low >= high or match["sign"] or looks_like_phone or zero_padded:
        return
    yield match.start("digits"), match.end("digits"), low
    yield match.start("high"), match.end("high"), high


def _listed_hits(match: re.Match[str]) -> Iterator[_Hit]:
    """The members of a list without spaces, as in "1,2,3"; nothing if they might be groups of thousands."""
    pieces = match["digits"].split(",")
    if match["sign"] or match.end() != match.end("digits") or not all(piece.isdigit() for piece in pieces):
        return
    if len(pieces) < 3 or any(len(piece) == 3 for piece in pieces[1:]):
        return
    start = match.start("digits")
    for piece in pieces:
        yield start, start + len(piece), Decimal(piece)
        start += len(piece) + 1


def _with_minus(hits: list[_Hit], scanned: str) -> Iterator[_Hit]:
    previous_end = 0
    for start, end, value in hits:
        word = _NEGATIVE.search(scanned, max(previous_end, start - 10), start)
        subtracts = previous_end and word and not scanned[previous_end : word.start()].strip()
        if word and not subtracts and value:
            yield word.start(), end, value.copy_negate()
        else:
            yield start, end, value
        previous_end = end


def numbers_with_unit(text: str, *units: str) -> list[NumberMention]:
    """The numbers directly before one of the units, in order; units as in `has_phrase` ("kg", "%", "mile*")."""
    patterns = [phrase_pattern(fold(unit)) for unit in units]
    found = []
    for mention in find_numbers(text):
        rest = fold(text[mention.end : mention.end + 40]).lstrip("- ")
        if any(pattern.match(rest) for pattern in patterns):
            found.append(mention)
    return found


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
