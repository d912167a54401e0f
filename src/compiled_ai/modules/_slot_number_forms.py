"""The forms in which a request says a number: digits, fractions, powers, sizes, ordinals, "twice", "half an hour"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from compiled_ai.modules._number_words import ORDINALS, SMALL_VALUES
from compiled_ai.modules._scan import any_of
from compiled_ai.modules._slot_quantity import Amount, Sought
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_units import named_unit, unit_at
from compiled_ai.modules.numbers import find_numbers, parse_number

# ruff: noqa: RUF001 - the sign of multiplication is the point here

_ATTACHED = re.compile(
    r"(?<![\w.,/$])-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?=[A-Za-zμΩ°℃℉'\"])(?!(?:st|nd|rd|th)\b)"
)
_SECONDS = re.compile(r"(?:[=:]|\b(?:after|for|in|within|over|during|of|is|lasts|takes))\s?$")
"""Before "7s", which is else a plural ("five 3s") or a decade."""
_SCIENTIFIC = re.compile(
    r"(?<![\w.,])(?P<digits>-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s?[x×*·]\s?10(?:(?:\^|\*\*)\(?(?P<power>-?[0-9]{1,2})\)?|(?P<raised>[⁻⁺]?[⁰¹²³⁴-⁹]{1,2}))(?![\w⁰¹²³⁴-⁹])"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SAID_POWERS = {"squared": 2, "cubed": 3, "²": 2, "³": 3}
_POWER = re.compile(
    r"(?<![\w.^])(?P<base>-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s?(?:\^|\*\*)\s?\(?(?P<exponent>-?[0-9]{1,9}(?:\.[0-9]{1,9})?)\)?(?![\w^])"
    r"|(?<=[a-z0-9])\s?(?P<raised>squared\b|cubed\b|²|³)"
)
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "hundredth": 100,
}
_SPOKEN_FRACTION = re.compile(
    r"\b(?P<over>one|two|three|four|five|six|seven|eight|nine)[\s-](?P<under>half|(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth)s?)\b(?!\s(?:of\s)?an?\s)",
    re.I,
)  # fmt: skip
_ORDINAL = re.compile(
    rf"(?<![\w.-])(?:(?P<digits>[0-9]{{1,4}})(?:st|nd|rd|th)|(?P<word>{any_of(w for w in ORDINALS if w != 'second')}))(?![\w])",
    re.I,
)
_SECOND = re.compile(r"(?<=\bthe\s)second(?=,?\s(?:and|or|through|to)\s)")
"""The word that is a unit of time everywhere else."""
_SIZE_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_SIZE = re.compile(rf"(?<![\w.,]){_SIZE_NUMBER.pattern}(?:[x×]{_SIZE_NUMBER.pattern}){{1,3}}(?![0-9x×.])")
_YEAR_OWN = re.compile(r"(?<![\w.-])(?:1[0-9]|20)[0-9]{2}(?='s\b)")
_RATIO = re.compile(r"(?<![\w./])([0-9]{1,6})\s?/\s?([0-9]{1,6})(?![\w/]|\.[0-9])")
_ARTICLE = re.compile(
    r"\b(?P<half>half\s(?:an?\s)?)?(?P<said>an?(?:\s(?:whole|full|entire|single|solid))?|one|the\s(?:next|last|past|coming|following|upcoming)|next|coming|upcoming|this\scoming|past|last)\s"
    r"(?P<unit>second|minute|hour|day|week|fortnight|month|quarter|year|decade|century)\b(?P<more>\sand\sa\shalf\b)?"
    r"|\bhalf\san?\s(?P<unit2>second|minute|hour|day|week|year|decade|century|kilometer|kilometre|mile|meter|metre|kilo|pound|liter|litre)\b", re.I,
)  # fmt: skip
_LENGTH_BEFORE = re.compile(
    r"(?:^|[,;:.]\s|\b(?:for|in|within|over|after|during|lasts?|lasting|takes?|have|has|had|got|need|spare|spend|about|around|roughly|of|than|is|until|almost|nearly|only|just|to)\s)$"
)
_SMALL = any_of(SMALL_VALUES)
_ODDS = re.compile(
    rf"\b(?P<over>one|1)\s(?:in|out\sof)\s(?:every\s)?(?P<under>[0-9]{{1,4}}|{_SMALL})(?![\w.,]*[0-9])(?![\w-])"
    rf"|\b(?P<over2>[0-9]{{1,4}}|{_SMALL})[\s-](?:in|out\sof)[\s-](?P<under2>[0-9]{{1,4}}|{_SMALL})\s(?:chance|odds|probability|likelihood)\b"
)
_ONE_UNIT = re.compile(rf"\b(?:an?|one)\s(?P<unit>met(?:er|re)|foot|hour)\s(?=[1-9]|(?:{_SMALL})\b)")
_GRAND = re.compile(
    rf"(?<![\w.,])(?P<said>[0-9]{{1,4}}(?:\.[0-9]{{1,3}})?|{_SMALL})\s?grand\b(?!\s(?:piano|prix|slam|hotel|canyon|finale?)s?\b)"
)
_QUARTERS = re.compile(
    r"\b(?:(?P<said>an?|one|1|two|2|three|3)[\s-])?(?P<part>quarters?|thirds?)[\s-]of\san?\s(?P<unit>[a-z]{2,12})\b"
    r"|\b(?:(?P<said2>an?|one)\s)?(?P<part2>quarter)[\s-](?P<unit2>hour)\b"
)
_DOZEN = re.compile(
    r"\b(?:the|new|newest|latest|last|next|top|first|best|recent|biggest|a\sgood|round)\s(?P<dozen>dozen)\b"
)
_PAIR = re.compile(r"\ba\s(?:pair|couple)(?=\sof\s)")
_TIMES_SAID = re.compile(r"\b(?:once(?=\s(?:an?|per|every|each)\s)|twice|thrice|back-to-back)\b")
_AT_REST = re.compile(
    r"\b(?:from|at)\s(?:a\s)?(?:complete\s|full\s)?(?:rest|standstill|stop)\b|\b(?:stationary|motionless)\b"
)
_ORDERED = re.compile(
    r"\b(?:book|reserve|buy|order|purchase|get|need|want|grab)\s(?:me\s|us\s)?(?P<one>an?)\s(?:single\s)?(?=(?P<noun>[a-z-]{1,20}(?:\s[a-z-]{1,20}){0,2}))"
)


def powers(reading: Reading) -> Iterator[Amount]:
    for match in _POWER.finditer(reading.folded):
        if match["raised"]:
            yield Amount(
                start=match.start("raised"),
                end=match.end("raised"),
                value=Fraction(_SAID_POWERS[match["raised"]]),
            )
            continue
        for name in ("base", "exponent"):
            yield Amount(start=match.start(name), end=match.end(name), value=Fraction(match[name]))


def sizes(reading: Reading) -> Iterator[Amount]:
    for match in _SIZE.finditer(reading.folded):
        for number in _SIZE_NUMBER.finditer(reading.folded, match.start(), match.end()):
            yield Amount(start=number.start(), end=number.end(), value=Fraction(number[0]))


def plain_amounts(reading: Reading) -> Iterator[Amount]:
    for match in _RATIO.finditer(reading.text):
        if int(match[2]):
            yield Amount(
                start=match.start(),
                end=match.end(),
                value=Fraction(int(match[1]), int(match[2])),
                fraction=True,
                scale=int(match[2]) if int(match[2]) in {5, 10, 100} else 0,
            )
    for match in _SCIENTIFIC.finditer(reading.original):
        power = int(match["power"] or match["raised"].translate(_RAISED))
        yield Amount(
            start=match.start(), end=match.end(), value=Fraction(match["digits"]) * Fraction(10) ** power
        )
    for match in _SPOKEN_FRACTION.finditer(reading.text):
        value = Fraction(
            SMALL_VALUES[match["over"].lower()], _PARTS[match["under"].lower().removesuffix("s")]
        )
        yield Amount(start=match.start(), end=match.end(), value=value, fraction=True)
    for match in _YEAR_OWN.finditer(reading.text):
        yield Amount(start=match.start(), end=match.end(), value=Fraction(match[0]))
    for hit in find_numbers(reading.original):
        if hit.value.adjusted() < 30 and hit.value.as_tuple().exponent >= -40:  # type: ignore[operator]  # it is finite
            yield Amount(start=hit.start, end=hit.end, value=Fraction(hit.value))


def attached(reading: Reading, *, kelvin: bool) -> Iterator[Amount]:
    for match in _ATTACHED.finditer(reading.text):
        value = parse_number(match[0])
        unit = unit_at(reading.text, match.end())
        if value is None or unit is None or reading.text[unit[0] : unit[0] + 1].isalnum():
            continue
        if reading.text[match.end() : unit[0]] == "s" and not _SECONDS.search(
            reading.folded, max(0, match.start() - 12), match.start()
        ):
            continue
        if reading.text[match.end() : unit[0]] == "K" and not kelvin:
            yield Amount(start=match.start(), end=unit[0], value=Fraction(value) * 1000, kilo=True)
        else:
            yield Amount(start=match.start(), end=match.end(), value=Fraction(value))


def ordinals(reading: Reading) -> Iterator[Amount]:
    for match in _ORDINAL.finditer(reading.text):
        value = int(match["digits"]) if match["digits"] else ORDINALS[match["word"].lower()]
        yield Amount(start=match.start(), end=match.end(), value=Fraction(value), ordinal=True)
    for match in _SECOND.finditer(reading.folded):
        yield Amount(start=match.start(), end=match.end(), value=Fraction(2), ordinal=True)


def odds(reading: Reading) -> Iterator[Amount]:
    """Chances that are said as "one in four" or "a 3 in 10 chance"."""
    for match in _ODDS.finditer(reading.folded):
        over, under = (_count(match[name] or match[name + "2"]) for name in ("over", "under"))
        if 0 < over < under:
            yield Amount(start=match.start(), end=match.end(), value=Fraction(over, under), fraction=True)


def _count(said: str) -> int:
    return int(said) if said.isdigit() else SMALL_VALUES[said]


def grands(reading: Reading) -> Iterator[Amount]:
    """Thousands of money that are said as "ten grand"."""
    for match in _GRAND.finditer(reading.folded):
        value = (
            parse_number(match["said"])
            if match["said"][0].isdigit()
            else Decimal(SMALL_VALUES[match["said"]])
        )
        if value is not None:
            yield Amount(start=match.start(), end=match.end(), value=Fraction(value) * 1000, kilo=True)


def single_units(reading: Reading) -> Iterator[Amount]:
    """Units before a number that goes on with them ("a metre sixty-five"), and parts of one: "a quarter of an hour"."""
    for match in _ONE_UNIT.finditer(reading.folded):
        yield Amount(
            start=match.start(), end=match.end("unit"), value=Fraction(1), units=named_unit(match["unit"])
        )
    for match in _QUARTERS.finditer(reading.folded):
        units = named_unit(match["unit"] or match["unit2"])
        if units:
            over = 1 if match["said"] in {None, "a", "an"} else _count(match["said"])
            value = Fraction(over, 3 if (match["part"] or "").startswith("th") else 4)
            yield Amount(start=match.start(), end=match.end(), value=value, units=units)


def dozens(reading: Reading) -> Iterator[Amount]:
    """Dozens behind a word that ranks: "the latest dozen pieces"."""
    for match in _DOZEN.finditer(reading.folded):
        yield Amount(start=match.start("dozen"), end=match.end("dozen"), value=Fraction(12))


def pairs(reading: Reading) -> Iterator[Amount]:
    for match in _PAIR.finditer(reading.folded):
        yield Amount(start=match.start(), end=match.end(), value=Fraction(2))


def articles(reading: Reading) -> Iterator[Amount]:
    for match in _ARTICLE.finditer(reading.text):
        before = reading.folded[max(0, match.start() - 12) : match.start()]
        if (match["said"] or "").lower().split(" ")[0] in {"a", "an", "one"} and not _LENGTH_BEFORE.search(
            before
        ):
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


def spoken(reading: Reading, sought: Sought) -> Iterator[Amount]:
    """Amounts said without a number: "twice", "from rest", "book a ticket"."""
    if sought.times:
        for match in _TIMES_SAID.finditer(reading.folded):
            value = {"once": 1, "thrice": 3}.get(match[0], 2)
            yield Amount(start=match.start(), end=match.end(), value=Fraction(value), nouns=("times",))
    if sought.rest:
        for match in _AT_REST.finditer(reading.folded):
            yield Amount(start=match.start(), end=match.end(), value=Fraction(0), units=named_unit("m/s"))
    if sought.counted:
        for match in _ORDERED.finditer(reading.folded):
            noun = next((word for word in match["noun"].split()[:3] if word in sought.counted), "")
            if noun:
                yield Amount(
                    start=match.start("one"), end=match.end("one"), value=Fraction(1), article=True, noun=noun, nouns=(noun,)
                )  # fmt: skip
