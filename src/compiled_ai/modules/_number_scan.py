"""Numbers in running text: what is one among dates, times, phone numbers and identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from compiled_ai.modules._calendar import date_spans
from compiled_ai.modules._clock import times_in
from compiled_ai.modules._digits import DIGITS, EXACT, SPACED_DIGITS, read_digits, trimmed
from compiled_ai.modules._number_words import SCALES, number_words
from compiled_ai.modules._scan import SUPERSCRIPTS, Claims, Span, any_of

_SUFFIXES = {"k": 10**3, "K": 10**3, "M": 10**6, "mn": 10**6, "bn": 10**9}
_MAGNITUDES = SCALES | {"dozen": 12}
HALVES = {
    "½": "0.5", "¼": "0.25", "¾": "0.75", "1/2": "0.5", "1/4": "0.25", "3/4": "0.75",
    "a half": "0.5", "a quarter": "0.25",
}  # fmt: skip
_MAGNITUDE = rf"(?:[\s-]?(?P<magnitude>(?i:{any_of(_MAGNITUDES)}))\b|(?P<suffix>{any_of(_SUFFIXES)})(?!\w))"
_MORE = r"(?:(?P<more>\s?[½¼¾]|\s(?:1/2|1/4|3/4)|\s(?i:and\s(?:a\shalf|a\squarter)))(?![\w/]))"
_EXPONENT = r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2})(?!\w))"
TAIL = rf"(?:{_EXPONENT}|{_MORE}?{_MAGNITUDE}?)"


def digits_value(match: re.Match[str]) -> Decimal | None:
    """The value of the groups of `TAIL` after `digits`."""
    value = read_digits(match["digits"])
    return None if value is None else _with_tail(value, match)


def _with_tail(value: Decimal, match: re.Match[str]) -> Decimal:
    part = match.groupdict()
    if part["exponent"]:
        value = trimmed(value.scaleb(int(part["exponent"]), context=EXACT))
    if part["more"]:
        fraction = re.sub(r"^and\s", "", part["more"].strip().lower()).replace("-", " ")
        value = EXACT.add(value, Decimal(HALVES[re.sub(r"\s", " ", fraction)]))
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
    rf"{_BEFORE}(?P<sign>(?<!%)[+-](?:[$€£¥]\s?)?)?(?P<digits>{DIGITS})(?:-(?P<high>{DIGITS}))?{TAIL}"
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


def numbers_in(scanned: str, text: str) -> Iterator[_Hit]:
    """Start, end and value of every number, in order; `scanned` is `text` in plain characters."""
    claims = Claims(len(scanned), _masked(scanned))
    candidates = [*_spaced_hits(scanned, text), *_digit_hits(scanned), *number_words(scanned)]
    yield from _with_minus(sorted(hit for hit in candidates if claims.take(hit[:2])), scanned)


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
        value = digits_value(match)
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
    # "2-3 million" are millions both, but in "2-3 1/2" only the second has a half.
    if not match["more"]:
        low = _with_tail(low, match)
    yield match.start("digits"), match.end("digits"), low
    yield match.start("high"), match.end(), _with_tail(high, match)


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
