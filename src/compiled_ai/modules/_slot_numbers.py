"""Amounts in a request: numbers with unit, percent sign, currency, noun, bound and part of a range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_number_forms import (
    articles,
    attached,
    dozens,
    grands,
    odds,
    ordinals,
    pairs,
    plain_amounts,
    powers,
    single_units,
    sizes,
    spoken,
)
from compiled_ai.modules._slot_quantity import Amount, Bound, Sought
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_units import Dimension, named_unit, unit_at
from compiled_ai.modules._slot_words import word_set

# ruff: noqa: RUF001 - the sign of multiplication is the point here

_PRONOUN_BEFORE = re.compile(
    r"\b(?:(?:the|this|that|which|each|every|any|no|another|number|#)\s(?:(?!of\b|to\b|and\b|is\b)[a-z][\w-]{1,20}\s){0,2}"
    r"|(?:an?|some)\s(?:(?!of\b|to\b|and\b|is\b)[a-z][\w-]{1,20}\s){1,2})$"
)
_THAT_ONE = re.compile(
    r"\b(?:the|this|that|which)\s(?!next\b|last\b|past\b|first\b|top\b|number\b|only\b|other\b|coming\b|of\b|to\b|and\b|is\b)[a-z]{3,15}\s$"
)
"""Before a "one" that stands for a thing: "the middle one got lost"."""
_PRONOUN_OBJECT = re.compile(
    r"\b(?:get|give|have|want|need|find|buy|make|pick|see|show|is|draw|pull|hit|win|catch|book|choose|take|grab|order|recommend|suggest)\s(?:me\s|us\s|him\s|her\s)?$"
)
_ENDS = re.compile(r"\s?(?:[?!.;,]|$)")
_PRONOUN_AFTER = re.compile(
    r"\s(?:of\s(?:the|my|our|your|his|her|their|these|those|them|us|its)|another|by\sone|day)\b|\s(?=[0-9])"
)
CROSS = re.compile(r"\s?(?:x|×|\*|by)\s?")
"""Between the numbers of a size."""
_TIMES = {(("time", 1),), (("calendar", 1),)}
_LASTING = re.compile(r"\b(?:over|within)\s(?:the\s\w+\s)?$")
_PRESSURE = (("pressure", 1),)
_PRESSED = re.compile(r"\b(?:under|over|above|below)\s(?:about\s|around\s)?$")
"""A gas is under a pressure, which is no bound."""
_SINCE = re.compile(r"\b(since|after|before|until|till|prior\sto)\s(?:the\s)?(?:year\s)?$")
_BEFORE_MONEY = re.compile(r"(US\$|C\$|[$€£¥₹]|\b(?:USD|EUR|GBP|INR|JPY|CAD|AUD|CHF))\s?-?$")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per\scent\b|pct\b|percentage\b)", re.I)
_LEAST = "at least|no less than|not less than|minimum of|a minimum|min|minimum|more than|over|above|greater than|exceeding|higher than|larger than|from at least|not below"
_MOST = (
    "at most|no more than|not more than|maximum of|a maximum|max|maximum|under|below|less than|up to|within|not exceeding|fewer than|cheaper than|"
    "lower than|no longer than|not over|capped at|not to exceed|smaller than|shorter than"
)
_BOUND = re.compile(
    rf"\b(?:(?P<least>{_LEAST.replace(' ', chr(92) + 's')})|(?P<most>{_MOST.replace(' ', chr(92) + 's')}))\s(?:an?\s|about\s|around\s)?[$€£¥₹]?$"
)
_BOUND_AFTER = re.compile(
    r"\s?(?:(?P<least>\+|at\sleast\b|(?:\w+\s)?or\s(?:more|higher|greater|above|over|older|later)\b|(?:\w+\s)?and\s(?:above|up|over)\b|(?:\w+\s)?minimum\b)"
    r"|(?P<most>at\smost\b|(?:\w+\s)?or\s(?:less|fewer|lower|below|under|younger|cheaper)\b|(?:\w+\s)?(?:max|maximum|tops)\b))"
)  # fmt: skip
_TO = re.compile(
    r"\s?(?:-|to|until|till|through|up\sto|thru)\s?(?:the\syear\s|year\s|about\s|[$€£¥₹])?(?:\w\s?=\s?)?$",
    re.I,
)
_FROM = re.compile(r"\bfrom\s(?:[\w\s]{0,20}?\s)?(?:\w\s?=\s?)?[$€£¥₹]?$", re.I)
_TO_BEFORE = re.compile(r"\bto\s[$€£¥₹]?$", re.I)
_FROM_GAP = re.compile(
    r",?\s(?:(?:up\s|down\s)?from|(?:starting|beginning)\s(?:out\s|off\s)?(?:at|from))\s(?:just\s|only\s)?[$€£¥₹]?",
    re.I,
)
"""Between the ends of a way that is told backwards: "to 9 from 4"."""
_STARTS = re.compile(
    r"\b(?:start|starts|starting|begin|begins|beginning|from|go|goes|going)\s(?:at|from)?\s?$", re.I
)
_STOPS = re.compile(
    r",?\s(?:and\s)?(?:then\s)?(?:stop|stops|stopping|end|ends|ending|finish|finishes|finishing|going|up)\s(?:at|in|on|to|with|up\sto)\s",
    re.I,
)
"""Between the ends of a way that is told by its stops: "start at 2, stop at 9"."""
_AND = re.compile(r"\s?,?\s?and\s(?:the\syear\s|year\s|[$€£¥₹])?(?:\w\s?=\s?)?$", re.I)
_BETWEEN = re.compile(r"\bbetween\s(?:[\w\s]{0,20}?\s)?(?:\w\s?=\s?)?[$€£¥₹]?$", re.I)
_NOUN = re.compile(
    r"(?:\sof)?[\s-](?:(?:more|different|given|separate|other|distinct|consecutive|full|whole|total|successful|equal|positive)[\s-])?([a-z][a-z'-]*)"
)
_NEXT_WORD = re.compile(r"[\s-]([a-z][a-z'-]*)(?![\w(=])")
_MOST_NOUNS = 4
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|from|year|years|until|till|to|before|after|during|by|between|and|the|season|through|for|early|late|circa|around|about)|[,(-]|'s)\s?$"
    r"|^\s*$|\b(?:all|my|our|me|get|show|find|list)\s$"
)
_MERGE = re.compile(r"\s?(?:,\s?|and\s)?$")
_PARTS = {
    unit: part
    for name, part in (("meter", "cm"), ("foot", "inch"), ("hour", "minute"))
    for unit in named_unit(name)
}
_EXTENTS = frozenset(("tall", "high", "long", "wide", "deep", "in", "and"))
MAX_AMOUNTS = 200
"""More numbers than this are no request but a table."""
_NO_NOUN = word_set("in on at for from to with within near around by that which who whose where when while during over under below above between and or please thanks "
    "today is are was were do does did has have had can could should would will if but because as using via through plus given assuming the my your i it its "
    "so then than per each every about a an of up out until till after before not also too only just any some no all each respectively initially being times "
    "what whats how equals equal gives makes"
)  # fmt: skip


def find_amounts(reading: Reading, taken: Sequence[Span], sought: Sought) -> list[Amount] | None:
    """Every amount outside of `taken`, in order; None when there are too many.

    Args:
        reading: The request.
        taken: Spans that belong to something else, as dates.
        sought: What the slots want.
    """
    claims = Claims(len(reading.text), taken)
    found = _taken(claims, powers(reading) if sought.powers else (), sizes(reading) if sought.sizes else ())
    found += _taken(
        claims,
        odds(reading) if sought.odds else (),
        grands(reading),
        single_units(reading),
        plain_amounts(reading),
    )
    if len(found) > MAX_AMOUNTS:
        return None
    found += _taken(
        claims, attached(reading, kelvin=sought.kelvin), ordinals(reading), pairs(reading), dozens(reading)
    )
    found = _with_surroundings(reading, _in_order(found), sought.wanted)
    claims = Claims(len(reading.text), [*taken, *((item.start, item.end) for item in found)])
    found += _taken(claims, articles(reading) if sought.articles else (), spoken(reading, sought))
    return _with_roles(reading, _merged(reading, _in_order(found)))


def _taken(claims: Claims, *read: Iterable[Amount]) -> list[Amount]:
    return [item for items in read for item in items if claims.take((item.start, item.end))]


def _in_order(found: list[Amount]) -> list[Amount]:
    return sorted(found, key=lambda item: item.start)


def _with_surroundings(reading: Reading, found: list[Amount], wanted: frozenset[Dimension]) -> list[Amount]:
    result: list[Amount] = []
    floor = 0
    for index, item in enumerate(found):
        ceiling = found[index + 1].start if index + 1 < len(found) else len(reading.text)
        full = _read_surroundings(reading, item, (floor, ceiling), wanted)
        result.append(full)
        floor = full.end
    return result


def _read_surroundings(reading: Reading, item: Amount, room: Span, wanted: frozenset[Dimension]) -> Amount:
    text, folded = reading.text, reading.folded
    floor, ceiling = room
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
        unit = unit_at(text, end, wanted)
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
    if units and units[0].dimension == _PRESSURE and _PRESSED.search(before.lower()):
        bound = ""
    if year and not bound and (since := _SINCE.search(before.lower())):
        bound = "least" if since[1] in {"since", "after"} else "most"
    return replace(
        item, start=start, end=end, units=units, percent=bool(percent) and not money, noun=counted,
        bound=bound, year=year, nouns=_nouns(folded, end, ceiling), article=item.article or _is_pronoun(folded, item, end),
    )  # fmt: skip


def _nouns(folded: str, end: int, ceiling: int) -> tuple[str, ...]:
    """The words right after a number, up to the next preposition, mark or number."""
    result: list[str] = []
    position = end
    while len(result) < _MOST_NOUNS and (match := _NEXT_WORD.match(folded, position)):
        if match[1] in _NO_NOUN or match.end() > ceiling:
            break
        result.append(match[1])
        position = match.end()
    return tuple(result)


def _is_pronoun(folded: str, item: Amount, end: int) -> bool:
    """Whether "one" stands for a thing: "the green one", "one of the"."""
    if item.value != 1 or folded[item.start : end] != "one":
        return False
    if _PRONOUN_AFTER.match(folded, end):
        return True
    if _THAT_ONE.search(folded, max(0, item.start - 40), item.start):
        return True
    rest = _NEXT_WORD.match(folded, end)
    named = rest is not None and rest[1] not in _NO_NOUN
    if (
        not named
        and _PRONOUN_OBJECT.search(folded, max(0, item.start - 12), item.start)
        and _ENDS.match(folded, end)
    ):
        return True
    return not named and _PRONOUN_BEFORE.search(folded, max(0, item.start - 60), item.start) is not None


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
    return _crossed(reading, result)


def _crossed(reading: Reading, found: list[Amount]) -> list[Amount]:
    """The amounts with the unit of a size for each of its numbers: "40 x 9 ft"."""
    for index in range(len(found) - 2, -1, -1):
        one, two = found[index], found[index + 1]
        if (
            two.units
            and not (one.units or one.percent)
            and CROSS.fullmatch(reading.folded[one.end : two.start])
        ):
            found[index] = replace(one, units=two.units)
    return found


def _joined(reading: Reading, last: Amount, item: Amount) -> Amount | None:
    units = item.units
    if not units and _goes_on(reading, last, item):
        units = next((named_unit(_PARTS[unit]) for unit in last.units if unit in _PARTS), ())
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


def _goes_on(reading: Reading, last: Amount, item: Amount) -> bool:
    """Whether a bare number counts the smaller unit: "1 metre 65", "six foot two", "2 hours 30"."""
    whole = item.value.denominator == 1 and not (item.percent or item.ordinal or item.article or item.kilo)
    if not whole or (item.noun and item.noun not in _EXTENTS) or reading.text[last.end : item.start] != " ":
        return False
    return item.value >= 10 or any(_PARTS.get(unit) == "inch" for unit in last.units)


def _with_roles(reading: Reading, found: list[Amount]) -> list[Amount]:
    result = list(found)
    for index in range(1, len(result)):
        last, item = result[index - 1], result[index]
        gap = reading.text[last.end : item.start]
        if len(gap) > 20 or (last.role == "last" and _AND.fullmatch(gap)):
            continue
        before = reading.text[max(0, last.start - 40) : last.start]
        if _TO_BEFORE.search(before) and _FROM_GAP.fullmatch(gap) and last.units == item.units:
            result[index - 1] = replace(last, role="last", bound="")
            result[index] = replace(item, role="first", bound="")
            continue
        if last.value < item.value and _STARTS.search(before) and _STOPS.fullmatch(gap):
            result[index - 1] = replace(last, role="first", bound="")
            result[index] = replace(item, role="last", bound="")
            continue
        rises = last.value < item.value or _FROM.search(before)
        if (rises and _TO.fullmatch(gap)) or (_AND.fullmatch(gap) and _BETWEEN.search(before)):
            result[index - 1] = replace(last, role="first", bound="")
            result[index] = replace(
                item, role="last", bound="", year=item.year or (last.year and item.value > last.value)
            )
            if not last.units and not last.percent and (item.units or item.percent):
                result[index - 1] = replace(result[index - 1], units=item.units, percent=item.percent)
    return result
