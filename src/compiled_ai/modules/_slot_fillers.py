"""Numbers that say nothing to any slot: "the 2 numbers", "a week", "I am 30 years old"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import pairwise

from compiled_ai.modules._scan import Claims
from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_numeric import NumericSlot, is_ranked, singular
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_reading import Reading, Span
from compiled_ai.modules._slot_shares import implies_chance
from compiled_ai.modules._slot_words import word_set

_GENERIC = word_set(
    "number numbers integer integers value values point points object objects set sets group groups variable variables side sides body bodies "
    "sample samples item items thing things coordinate coordinates place places decimal decimals digit digits term terms list lists array arrays "
    "vector vectors part parts quantity quantities city cities person people company companies species independent dimensional"
)
_FOLKS = word_set(
    "kids children sons daughters friends dogs cats brothers sisters siblings roommates colleagues coworkers cousins nephews nieces pets toddlers "
    "grandchildren grandkids classmates neighbors neighbours teammates"
)
_MINE = re.compile(r"\b(?:my|our|his|her|their)\s(?:[a-z]{2,12}\s)?$")
_OLD = re.compile(r"[\s-]?(?:old\b|of\sage\b)")
_AGED = re.compile(r"\b(?:aged?|i'm|i\sam)\s$")
_ARTICLE = re.compile(r"\ban?\s$")
_AGAIN = re.compile(
    r",?\s?(?:\(\s?(?:or\s|about\s|roughly\s|i\.?e\.?,?\s|that\sis,?\s|=\s?)?|(?:i\.?e\.?,?|that\sis,?|that's|which\sis|meaning|in\sother\swords,?|aka|a\.k\.a\.|=)\s(?:about\s|roughly\s)?|=\s?)"
)
_AGAIN_LATER = re.compile(r"[,(]\s?(?:i\.?e\.?,?|that\sis,?|in\sother\swords,?|meaning)\s$")
_WORLDS = re.compile(
    r"\bon\s(?:the\s)?(?:planet\s|surface\sof\s(?:the\s)?)?(?:moon|mars|jupiter|venus|saturn|mercury|neptune|uranus|pluto|titan)\b"
)
_OFTEN = frozenset(("per", "times", "frequency", "often", "number", "num"))
_SAID_OFTEN = re.compile(r"\b(?:once|twice|thrice)\s(?:an?|per|every|each)\b")
_SOON = re.compile(
    r"\b(?:(?:this|next|the|coming|over\sthe)\s(?:coming\s|next\s)?weekend|tonight|tomorrow|(?:this|next|on|coming)\s(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
_SPREAD = re.compile(
    r"\b(?:over|for|during|in|across|within)\s(?:the\s)?(?:next\s|first\s|last\s|coming\s|following\s|past\s)?$"
)
_BIG = re.compile(r"\bbig\s$")
_BY = re.compile(r"\b(?:by|at|before|until|till|around)\s$")
_COUNTABLE = _GENERIC | word_set(
    "payments payment parties party participants partners players teams names friends colleagues flows readings scores marks students patients"
)
_CLOSE_ENOUGH = Fraction(1, 100)
_TIMES = {(("time", 1),), (("calendar", 1),)}
_TEMPERATURES = frozenset(("celsius", "fahrenheit", "kelvin", "degree"))


def idle_amounts(
    reading: Reading, slots: Sequence[NumericSlot], amounts: Sequence[Amount], taken: Collection[int]
) -> set[int]:
    """The amounts that no slot asks about: the speaker's age, "my 3 kids", "a 2 kg ball", and what is said twice."""
    idle = {index for index, other in restated(reading, amounts).items() if other in taken}
    for index, amount in enumerate(amounts):
        if index not in taken and (
            _is_age(reading, slots, amount)
            or _is_mine(reading, slots, amount)
            or _is_attribute(reading, slots, amount)
        ):
            idle.add(index)
    return idle


def implies_value(reading: Reading, empty: Sequence[NumericSlot], taken: Sequence[Span]) -> bool:
    """Whether words stand for a number that an empty slot would hold: dice for a chance, "this weekend" for days, the moon for gravity."""
    if any(item.chance for item in empty) and implies_chance(reading):
        return True
    if any(_OFTEN & set(name_words(item.slot.name)) for item in empty) and _SAID_OFTEN.search(reading.folded):
        return True
    if any("gravity" in name_words(item.slot.name) for item in empty) and _WORLDS.search(reading.folded):
        return True
    if not any(unit.dimension in _TIMES for item in empty for unit in item.targets):
        return False
    claims = Claims(len(reading.text), taken)
    return any(claims.take(match.span()) for match in _SOON.finditer(reading.folded))


def restated(reading: Reading, amounts: Sequence[Amount]) -> dict[int, int]:
    """The amounts that say the same in two units ("3 weeks, i.e. 21 days"), each with the index of the other."""
    pairs: dict[int, int] = {}
    for index, (one, two) in enumerate(pairwise(amounts)):
        gap = reading.folded[one.end : two.start]
        if (_AGAIN.fullmatch(gap) or (len(gap) < 60 and _AGAIN_LATER.search(gap))) and _is_same(one, two):
            pairs |= {index: index + 1, index + 1: index}
    return pairs


def _is_same(one: Amount, two: Amount) -> bool:
    if not one.units and not two.units:
        return one.value == two.value and one.percent == two.percent
    for big in one.units:
        for small in two.units:
            if big.dimension == small.dimension:
                left, right = one.value * big.factor, two.value * small.factor
                return abs(left - right) <= _CLOSE_ENOUGH * abs(left)
    return False


def _is_age(reading: Reading, slots: Sequence[NumericSlot], amount: Amount) -> bool:
    aged = bool(amount.units) and amount.units[0].dimension == (("calendar", 1),)
    said = aged and _OLD.match(reading.folded, amount.end) is not None
    if not said and not (aged and _AGED.search(reading.folded, max(0, amount.start - 8), amount.start)):
        return False
    return not any(
        "age" in name_words(item.slot.name)
        or any(unit.dimension in _TIMES for unit in item.targets)
        or item.implied & _TIMES
        for item in slots
    )


def _is_mine(reading: Reading, slots: Sequence[NumericSlot], amount: Amount) -> bool:
    if not amount.nouns or amount.nouns[0] not in _FOLKS or amount.units:
        return False
    mine = _MINE.search(reading.folded, max(0, amount.start - 25), amount.start)
    return mine is not None and not any(item.counted for item in slots)


def _is_attribute(reading: Reading, slots: Sequence[NumericSlot], amount: Amount) -> bool:
    """Whether an amount describes a thing ("a 2 kg ball") in a unit that no slot has."""
    if (
        not amount.units
        or not amount.noun
        or not _ARTICLE.search(reading.folded, max(0, amount.start - 4), amount.start)
    ):
        return False
    dimensions = {unit.dimension for unit in amount.units}
    if any(name in _TEMPERATURES or name.startswith("money") for each in dimensions for name, _ in each):
        return False
    return not dimensions & _TIMES and not any(
        dimensions & ({unit.dimension for unit in item.targets} | item.implied)
        or not (item.targets or item.implied or item.counted)
        for item in slots
    )


def counts_listed(reading: Reading, amount: Amount, sizes: Collection[int]) -> bool:
    """Whether an amount only says how many values a list has: "the three of us: Mina, Joe and Sara", "over the next 3 years"."""
    if amount.percent or amount.fraction or amount.ordinal or amount.value not in sizes:
        return False
    if amount.units:
        return amount.units[0].dimension in _TIMES and bool(
            _SPREAD.search(reading.folded, max(0, amount.start - 25), amount.start)
        )
    return amount.noun in {"us", "them"} or bool(set(amount.nouns) & _COUNTABLE)


def is_clock(reading: Reading, amount: Amount) -> bool:
    """Whether a bare number is an hour of the day: "I have to be there by six"."""
    if amount.units or amount.percent or amount.ordinal or amount.noun or not 1 <= amount.value <= 12:
        return False
    return (
        not reading.text[amount.start].isdigit()
        and _BY.search(reading.folded, max(0, amount.start - 8), amount.start) is not None
    )


def is_idiom(reading: Reading, amount: Amount, ignore: frozenset[str]) -> bool:
    """Whether a small number that is spelled out belongs to the task ("her five personality traits", "the big five"), where no slot is a number."""
    if (
        amount.units
        or amount.percent
        or amount.ordinal
        or amount.value > 12
        or reading.text[amount.start].isdigit()
    ):
        return False
    if is_ranked(reading, amount):
        return False
    return (
        bool(set(amount.nouns) & ignore)
        or _BIG.search(reading.folded, max(0, amount.start - 5), amount.start) is not None
    )


def ignorable(amount: Amount, values: int, ignore: frozenset[str]) -> bool:
    """Whether an amount that no slot takes says nothing: "the 2 numbers", "a week", "the third"."""
    if amount.ordinal or amount.article:
        return True
    if amount.value.denominator > 1:
        return False
    words = {piece for noun in (amount.noun, *amount.nouns) for piece in (*noun.split("-"), singular(noun))}
    if amount.value <= 4 and not amount.units and not amount.percent and (words & _GENERIC):
        return True
    return (
        bool(amount.noun)
        and not amount.units
        and (amount.value == values or (bool(words & ignore) and amount.value <= 3))
    )
