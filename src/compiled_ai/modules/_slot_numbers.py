"""Amounts in a request: numbers with unit, percent sign, currency, noun, bound and part of a range."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from compiled_ai.modules._number_words import ORDINALS
from compiled_ai.modules._scan import Claims, Span, any_of
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_units import Unit, named_unit, unit_at
from compiled_ai.modules._slot_words import word_set
from compiled_ai.modules.numbers import find_numbers, parse_number

Role = Literal["", "first", "last"]
Bound = Literal["", "least", "most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number and what its surroundings say about it. The span includes currency and unit."""

    start: int
    end: int
    value: Fraction
    units: tuple[Unit, ...] = ()
    percent: bool = False
    ordinal: bool = False
    article: bool = False
    """Said without a number: "a week", "the next decade"."""
    fraction: bool = False
    kilo: bool = False
    """Either kelvin or thousands: "50K"."""
    year: bool = False
    noun: str = ""
    """The word that is counted, when it is no unit."""
    bound: Bound = ""
    role: Role = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountList:
    """Several numbers in brackets or in a row."""

    start: int
    end: int
    items: tuple[Amount, ...]
    bracketed: bool


_ATTACHED = re.compile(
    r"(?<![\w.,/$])-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?=[A-Za-zμΩ°℃℉'\"])(?!(?:st|nd|rd|th|s)\b)"
)
_ORDINAL = re.compile(
    rf"(?<![\w.-])(?:(?P<digits>[0-9]{{1,4}})(?:st|nd|rd|th)|(?P<word>{any_of(w for w in ORDINALS if w != 'second')}))(?![\w])",
    re.I,
)
_TIMES = {(("time", 1),), (("calendar", 1),)}
_LASTING = re.compile(r"\b(?:over|within)\s(?:the\s\w+\s)?$")
_SINCE = re.compile(r"\b(since|after|before|until|till|prior\sto)\s(?:the\s)?(?:year\s)?$")
_YEAR_OWN = re.compile(r"(?<![\w.-])(?:1[0-9]|20)[0-9]{2}(?='s\b)")
_RATIO = re.compile(r"(?<![\w./])([0-9]{1,6})\s?/\s?([0-9]{1,6})(?![\w/]|\.[0-9])")
_BEFORE_MONEY = re.compile(r"(US\$|C\$|[$€£¥₹]|\b(?:USD|EUR|GBP|INR|JPY|CAD|AUD|CHF))\s?-?$")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per\scent\b|pct\b|percentage\b)", re.I)
_ARTICLE = re.compile(
    r"\b(?P<half>half\s(?:an?\s)?)?(?P<said>an?|one|the\s(?:next|last|past|coming|following|upcoming)|next|coming|upcoming|this\scoming|past|last)\s"
    r"(?P<unit>second|minute|hour|day|week|fortnight|month|quarter|year|decade|century)\b(?P<more>\sand\sa\shalf\b)?"
    r"|\bhalf\san?\s(?P<unit2>second|minute|hour|day|week|year|decade|century|kilometer|kilometre|mile|meter|metre|kilo|pound|liter|litre)\b", re.I,
)  # fmt: skip
_LEAST = "at least|no less than|not less than|minimum of|a minimum|min|minimum|more than|over|above|greater than|exceeding|higher than|larger than|from at least|not below"
_MOST = (
    "at most|no more than|not more than|maximum of|a maximum|max|maximum|under|below|less than|up to|within|not exceeding|fewer than|cheaper than|"
    "lower than|no longer than|not over|capped at|not to exceed|smaller than|shorter than"
)
_BOUND = re.compile(
    rf"\b(?:(?P<least>{_LEAST.replace(' ', chr(92) + 's')})|(?P<most>{_MOST.replace(' ', chr(92) + 's')}))\s(?:an?\s|about\s|around\s)?[$€£¥₹]?$"
)
_BOUND_AFTER = re.compile(
    r"\s?(?:(?P<least>\+|(?:\w+\s)?or\s(?:more|higher|greater|above|over|older|later)\b|(?:\w+\s)?and\s(?:above|up|over)\b|(?:\w+\s)?minimum\b)"
    r"|(?P<most>(?:\w+\s)?or\s(?:less|fewer|lower|below|under|younger|cheaper)\b|(?:\w+\s)?(?:max|maximum|tops)\b))"
)  # fmt: skip
_TO = re.compile(
    r"\s?(?:-|to|until|till|through|up\sto|thru)\s?(?:the\syear\s|year\s|about\s|[$€£¥₹])?(?:\w\s?=\s?)?$",
    re.I,
)
_FROM = re.compile(r"\bfrom\s(?:[\w\s]{0,20}?\s)?(?:\w\s?=\s?)?[$€£¥₹]?$", re.I)
_AND = re.compile(r"\s?,?\s?and\s(?:the\syear\s|year\s|[$€£¥₹])?(?:\w\s?=\s?)?$", re.I)
_BETWEEN = re.compile(r"\bbetween\s(?:[\w\s]{0,20}?\s)?(?:\w\s?=\s?)?[$€£¥₹]?$", re.I)
_LENGTH_BEFORE = re.compile(
    r"(?:^|[,;:.]\s|\b(?:for|in|within|over|after|during|lasts?|lasting|takes?|about|around|roughly|of|than|is|until|almost|nearly|only|just|to)\s)$"
)
_PAIR = re.compile(r"\ba\s(?:pair|couple)(?=\sof\s)")
_NOUN = re.compile(
    r"(?:\sof)?[\s-](?:(?:more|different|given|separate|other|distinct|consecutive|full|whole|total|successful|equal|positive)[\s-])?([a-z][a-z'-]*)"
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|from|year|years|until|till|to|before|after|during|by|between|and|the|season|through|for|early|late|circa|around|about)|[,(-]|'s)\s?$"
    r"|^\s*$|\b(?:all|my|our|me|get|show|find|list)\s$"
)
_BRACKETED = re.compile(r"[\[({]\s*-?[0-9.][^\[\](){}a-zA-Z]*[\])}]")
_SEPARATOR = re.compile(r"\s?(?:,\s?(?:and\s)?|;\s?|\sand\s|&\s?|\s)$")
_MERGE = re.compile(r"\s?(?:,\s?|and\s)?$")
MAX_AMOUNTS = 200
"""More numbers than this are no request but a table."""
_NO_NOUN = word_set("in on at for from to with within near around by that which who whose where when while during over under below above between and or please thanks "
    "today is are was were do does did has have had can could should would will if but because as using via through plus given assuming the my your i it its "
    "so then than per each every about a an of up out until till after before not also too only just any some no all each respectively initially being times "
    "what whats how"
)  # fmt: skip


def find_amounts(
    reading: Reading, taken: Sequence[Span], *, kelvin: bool, articles: bool
) -> list[Amount] | None:
    """Every amount outside of `taken`, in order; None when there are too many.

    Args:
        reading: The request.
        taken: Spans that belong to something else, as dates.
        kelvin: Whether "300K" is a temperature rather than 300,000.
        articles: Whether "a week" is an amount.
    """
    claims = Claims(len(reading.text), taken)
    found = [item for item in _plain_amounts(reading) if claims.take((item.start, item.end))]
    if len(found) > MAX_AMOUNTS:
        return None
    found += [item for item in _attached(reading, kelvin=kelvin) if claims.take((item.start, item.end))]
    found += [item for item in _ordinals(reading) if claims.take((item.start, item.end))]
    found += [item for item in _pairs(reading) if claims.take((item.start, item.end))]
    found.sort(key=lambda item: item.start)
    found = _with_surroundings(reading, found)
    if articles:
        claims = Claims(len(reading.text), [*taken, *((item.start, item.end) for item in found)])
        found += [item for item in _articles(reading) if claims.take((item.start, item.end))]
        found.sort(key=lambda item: item.start)
    return _with_roles(reading, _merged(reading, found))


def _plain_amounts(reading: Reading) -> Iterator[Amount]:
    for match in _RATIO.finditer(reading.text):
        if int(match[2]):
            yield Amount(
                start=match.start(),
                end=match.end(),
                value=Fraction(int(match[1]), int(match[2])),
                fraction=True,
            )
    for match in _YEAR_OWN.finditer(reading.text):
        yield Amount(start=match.start(), end=match.end(), value=Fraction(match[0]))
    for hit in find_numbers(reading.original):
        if hit.value.adjusted() < 30 and hit.value.as_tuple().exponent >= -40:  # type: ignore[operator]  # it is finite
            yield Amount(start=hit.start, end=hit.end, value=Fraction(hit.value))


def _attached(reading: Reading, *, kelvin: bool) -> Iterator[Amount]:
    for match in _ATTACHED.finditer(reading.text):
        value = parse_number(match[0])
        unit = unit_at(reading.text, match.end())
        if value is None or unit is None or reading.text[unit[0] : unit[0] + 1].isalnum():
            continue
        if reading.text[match.end() : unit[0]] == "K" and not kelvin:
            yield Amount(start=match.start(), end=unit[0], value=Fraction(value) * 1000, kilo=True)
        else:
            yield Amount(start=match.start(), end=match.end(), value=Fraction(value))


def _ordinals(reading: Reading) -> Iterator[Amount]:
    for match in _ORDINAL.finditer(reading.text):
        value = int(match["digits"]) if match["digits"] else ORDINALS[match["word"].lower()]
        yield Amount(start=match.start(), end=match.end(), value=Fraction(value), ordinal=True)


def _pairs(reading: Reading) -> Iterator[Amount]:
    for match in _PAIR.finditer(reading.folded):
        yield Amount(start=match.start(), end=match.end(), value=Fraction(2))


def _articles(reading: Reading) -> Iterator[Amount]:
    for match in _ARTICLE.finditer(reading.text):
        before = reading.folded[max(0, match.start() - 12) : match.start()]
        if (match["said"] or "").lower() in {"a", "an", "one"} and not _LENGTH_BEFORE.search(before):
            continue  # "4 times a year"
        name = match["unit"] or match["unit2"]
        value = (
            Fraction(1, 2)
            if match["unit2"] or match["half"]
            else Fraction(3, 2)
            if match["more"]
            else Fraction(1)
        )
        yield Amount(
            start=match.start(), end=match.end(), value=value, units=named_unit(name.lower()), article=True
        )


def _with_surroundings(reading: Reading, found: list[Amount]) -> list[Amount]:
    result: list[Amount] = []
    floor = 0
    for index, item in enumerate(found):
        ceiling = found[index + 1].start if index + 1 < len(found) else len(reading.text)
        full = _read_surroundings(reading, item, floor, ceiling)
        result.append(full)
        floor = full.end
    return result


def _read_surroundings(reading: Reading, item: Amount, floor: int, ceiling: int) -> Amount:
    text, folded = reading.text, reading.folded
    start, end, units = item.start, item.end, item.units
    before = text[max(floor, start - 40) : start]
    money = _BEFORE_MONEY.search(before)
    percent = _PERCENT.match(text, end)
    if money:
        start -= len(before) - money.start()
        units = named_unit(money[1].lower())
    elif percent and percent.end() <= ceiling:
        end = percent.end()
    elif not item.ordinal and not item.kilo:
        unit = unit_at(text, end)
        if unit and unit[0] <= ceiling:
            end, units = unit
    noun = _NOUN.match(folded, end)
    counted = (
        noun[1]
        if noun and noun.end() <= ceiling + 40 and noun[1] not in _NO_NOUN and not noun[1].endswith("ed")
        else ""
    )
    year = _is_year(item, text[item.start : item.end], before, plain=not (units or percent or money))
    bound = _bound(folded, start, end, floor)
    if units and units[0].dimension in _TIMES and _LASTING.search(before.lower()):
        bound = ""
    if year and not bound and (since := _SINCE.search(before.lower())):
        bound = "least" if since[1] in {"since", "after"} else "most"
    return replace(
        item, start=start, end=end, units=units, percent=bool(percent) and not money, noun=counted,
        bound=bound, year=year,
    )  # fmt: skip


def _bound(folded: str, start: int, end: int, floor: int) -> Bound:
    match = _BOUND.search(folded, max(floor, start - 30), start) or _BOUND_AFTER.match(folded, end)
    return "" if not match else "least" if match["least"] else "most"


def _is_year(item: Amount, said: str, before: str, *, plain: bool) -> bool:
    return (
        plain and not item.ordinal and not item.fraction and 1000 <= item.value <= 2200 and item.value.denominator == 1
        and (not said.isdigit() or len(said) == 4) and "," not in said and _YEAR_BEFORE.search(before) is not None
    )  # fmt: skip


def _merged(reading: Reading, found: list[Amount]) -> list[Amount]:
    """Adjacent parts of one amount as one: "1 hour and 30 minutes", "5 ft 10 in"."""
    result: list[Amount] = []
    for item in found:
        last = result[-1] if result else None
        if last and last.units and _MERGE.fullmatch(reading.text[last.end : item.start]) and not item.article:
            joined = _joined(reading, last, item)
            if joined:
                result[-1] = joined
                continue
        result.append(item)
    return result


def _joined(reading: Reading, last: Amount, item: Amount) -> Amount | None:
    units = item.units
    if not units and reading.text[last.end - 1] == "'" and item.value < 12:
        units = named_unit("inch")
    for big in last.units:
        for small in units:
            if (
                big.dimension == small.dimension
                and small.factor < big.factor
                and item.value * small.factor < big.factor
            ):
                value = last.value + item.value * small.factor / big.factor
                return replace(last, end=item.end, value=value, units=(big,), noun=item.noun)
    return None


def _with_roles(reading: Reading, found: list[Amount]) -> list[Amount]:
    result = list(found)
    for index in range(1, len(result)):
        last, item = result[index - 1], result[index]
        gap = reading.text[last.end : item.start]
        if len(gap) > 20 or (last.role == "last" and _AND.fullmatch(gap)):
            continue
        before = reading.text[max(0, last.start - 40) : last.start]
        rises = last.value < item.value or _FROM.search(before)
        if (rises and _TO.fullmatch(gap)) or (_AND.fullmatch(gap) and _BETWEEN.search(before)):
            result[index - 1] = replace(last, role="first", bound="")
            result[index] = replace(
                item, role="last", bound="", year=item.year or (last.year and item.value > last.value)
            )
            if not last.units and not last.percent and (item.units or item.percent):
                result[index - 1] = replace(result[index - 1], units=item.units, percent=item.percent)
    return result


def find_lists(reading: Reading, found: list[Amount]) -> list[AmountList]:
    """The runs of two or more amounts that make a list, in order: in brackets, or with commas and "and" between."""
    lists: list[AmountList] = []
    claims = Claims(len(reading.text))
    for match in _BRACKETED.finditer(reading.text):
        values = [parse_number(piece.strip()) for piece in re.split(r"[,;]", match[0][1:-1]) if piece.strip()]
        if values and all(value is not None for value in values) and claims.take(match.span()):
            items = tuple(
                Amount(start=match.start(), end=match.end(), value=Fraction(value))
                for value in values
                if value is not None
            )
            lists.append(AmountList(start=match.start(), end=match.end(), items=items, bracketed=True))
    for first, second in pairwise(found):
        if first.role == "first" and second.role == "last" and claims.take((first.start, second.end)):
            lists.append(
                AmountList(start=first.start, end=second.end, items=(first, second), bracketed=False)
            )
    index = 0
    while index < len(found):
        last = index
        while last + 1 < len(found) and _SEPARATOR.fullmatch(
            reading.text[found[last].end : found[last + 1].start]
        ):
            last += 1
        if last > index and claims.take((found[index].start, found[last].end)):
            run = tuple(found[index : last + 1])
            lists.append(AmountList(start=run[0].start, end=run[-1].end, items=run, bracketed=False))
        index = last + 1
    return sorted(lists, key=lambda item: item.start)
