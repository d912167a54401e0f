"""Numeric slots: what is known of one before any request, and the value an amount has for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from compiled_ai.modules._slot_cues import Part, name_words, part_of
from compiled_ai.modules._slot_implied import implied_dimensions, implied_value
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_reading import FILLERS, Reading
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_units import Dimension, Unit, convert, named_unit
from compiled_ai.modules._slot_words import word_set

NUMERIC = frozenset(("integer", "number", "money", "duration"))
_LIMITS = word_set(
    "budget limit limits price cost fee fees radius range distance within max maximum min minimum under over above below most least threshold cap "
    "calories time rating rate rated ahead"
)
_CHANCES = frozenset(("p", "prob", "probability", "chance", "likelihood"))
_LASTING = frozenset(("days", "weeks", "months", "years", "minutes", "seconds"))
_RANKED = frozenset(("number", "num", "count", "limit", "top", "amount", "n", "k", "of", "results", "result", "items", "max", "total"))  # fmt: skip
_TOP = re.compile(r"\b(?:top|best|first)\s$")
_BEST = word_set("best top major main most leading popular")
_SUPERLATIVE = re.compile(r"[a-z]{3,12}(?<!for)(?<!inter)(?<!gu)est")
_PRICED = word_set(
    "price cost budget salary income investment principal deposit loan payment fee revenue profit mortgage rent"
)
_SIBLINGS = {
    "radius": word_set("diameter circumference perimeter area"),
    "diameter": word_set("radius circumference perimeter area"),
    "side": word_set("perimeter diagonal area"),
    "edge": word_set("perimeter diagonal area volume"),
    "area": word_set("radius diameter perimeter"),
    "age": word_set("height weight"),
    "height": word_set("weight"),
    "weight": word_set("height"),
}
"""Quantities that are told in the place of another one, from which that one would have to be calculated."""
_LABEL = re.compile(
    r"\b(?P<kind>[a-z][a-z-]{2,20})\s(?P<head>[a-z]{2,20})\s?(?:is|of|was|equals|=|:)\s(?:about\s|exactly\s)?[$€£]?$"
)
_ANY_KIND = word_set(
    "total given constant overall known average current whole full same fixed set entire for and new first its desired required"
)
RUNS = word_set("rolls tosses flips trials attempts throws draws spins tries repetitions experiments")
"""Names of slots that say how often something is done."""
_COUNTS = word_set("num number count limit quantity n")
_GIVE_ME = re.compile(r"\b(?:give|deal|show|get|draw|pick|send|find|list|bring|hand|fetch)\s(?:me|us)\s$")
_SHARES = word_set(
    "humidity efficiency reduction discount tax tip gratuity moisture saturation opacity battery commission markup depreciation percent percentage"
)
"""Names of what is told in percent."""
_FRAMES = word_set("timeframe frame period duration span window range horizon")
_DAYS = frozenset(("day", "days"))
_PEOPLE = word_set(
    "people persons person guests guest servings serving serves party diners passengers passenger travelers travellers attendees participants headcount seats tickets ticket"
)
_OF_US = re.compile(r"\sof\sus\b")
_PARTY = re.compile(r"\b(?:party|group|table|family|crowd|gathering)\s(?:of|for)\s$")
_NUMBERED = word_set("century chapter season episode page version floor level round edition volume verse")
_YEARS_APART = frozenset(("per", "years", "number", "n", "num"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericSlot:
    """A numeric slot with what can be known of it before any request."""

    index: int
    slot: Slot
    targets: tuple[Unit, ...]
    counted: frozenset[str]
    percent: bool
    year: bool
    part: Part
    limited: bool
    """A bound ("under 50") is a value for it."""
    shared: bool
    """Its cues speak of percent."""
    implied: frozenset[Dimension]
    """What its name says, when it has no unit."""
    chance: bool
    """A probability: its percent are a fraction."""
    priced: bool
    """An amount of money by its name or kind, so that no other unit fits."""
    ranked: bool
    """How many of the best: "the top 5"."""
    rated: bool
    """A mark, of which "4/5" gives the 4."""
    people: bool
    """How many people there are: "six of us"."""
    numbered: bool
    """It names rather than counts: a century, a chapter."""
    summed: bool
    """A sum of money may be meant by its name: an amount."""
    runs: bool
    """How often something is done: rolls, tosses."""


def numeric_slot(index: int, slot: Slot) -> NumericSlot:
    """What the units, the style and the name of a slot say."""
    percents = {"%", "percent", "percentage"}
    targets = [named_unit(unit) for unit in slot.units if unit not in percents]
    words = name_words(slot.name)
    if not slot.units and not slot.style and slot.kind in {"integer", "number"} and "per" not in words:
        targets = [named_unit(word) for word in words if word in _LASTING]
    told = {word for cue in slot.cues for word in name_words(cue)} | set(words)
    if (
        not slot.units
        and not targets
        and slot.kind in {"integer", "number"}
        and _FRAMES & set(words)
        and _DAYS & told
    ):
        targets = [named_unit("day")]
    rated = (
        bool({"rating", "ratings", "stars", "score", "review", "reviews"} & set(words))
        and (slot.maximum or 2) > 1
    )
    return NumericSlot(
        index=index,
        slot=slot,
        targets=targets[0] if targets and targets[0] else (),
        counted=frozenset(singular(unit.lower()) for unit in slot.units if not named_unit(unit) and unit not in percents),
        percent=not rated and (slot.style in {"percent", "fraction"} or any(unit in percents for unit in slot.units)),
        year=slot.style == "year" or ("year" in words and not slot.units and not _YEARS_APART & set(words)),
        part=part_of(slot),
        limited=bool(told & _LIMITS),
        shared=bool(_SHARES & set(words)) or any(word.startswith("percent") or word in {"rate", "level", "share"} for word in told),
        implied=frozenset() if targets else implied_dimensions(slot),
        priced=not slot.units and (slot.kind == "money" or bool(_PRICED & set(words))),
        ranked=slot.kind == "integer" and not slot.many and set(words) <= _RANKED,
        rated=rated,
        runs=slot.kind == "integer" and not slot.many and (bool(RUNS & set(words)) or ("frequency" in words and not slot.units)),
        people=slot.kind == "integer" and not slot.many and bool(_PEOPLE & told),
        numbered=not slot.units and bool(_NUMBERED & set(words)),
        summed=slot.kind == "money" or (not slot.units and words[-1:] == ["amount"]),
        chance=slot.kind == "number" and slot.style != "percent" and bool(_CHANCES & set(words)),
    )  # fmt: skip


def singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def is_ranked(reading: Reading, amount: Amount) -> bool:
    """Whether an amount counts the best of something: "top 5", "the 3 tallest", "ten major"."""
    before = _TOP.search(reading.folded, max(0, amount.start - 12), amount.start)
    return before is not None or any(
        word in _BEST or _SUPERLATIVE.fullmatch(word) for word in amount.nouns[:2]
    )


def is_named(reading: Reading, item: NumericSlot, amount: Amount) -> bool:
    """Whether an amount counts what the name of the slot does, with its verb before: "draw two cards" for cards_drawn."""
    words = set(name_words(item.slot.name))
    if _COUNTS & words and item.slot.kind == "integer" and not amount.nouns:
        return _GIVE_ME.search(reading.folded, max(0, amount.start - 14), amount.start) is not None
    counted = words & set(amount.nouns)
    verbs = [word[:4] for word in words - counted if len(word) > 4]
    if not counted and not amount.nouns and not amount.units:  # "I draw two" for cards_drawn
        counted = {word for word in words if word.endswith(("ed", "wn", "en"))}
        verbs = [word[:4] for word in counted if len(word) > 4]
    low = max(0, amount.start - 30)
    said = reading.words_in(low, amount.start)[-3:]
    return bool(counted) and any(word.text.startswith(verb) for word in said for verb in verbs)


def is_headcount(reading: Reading, item: NumericSlot, amount: Amount) -> bool:
    """Whether an amount counts people, and the slot too: "six of us", "a party of 9"."""
    if not item.people or amount.units or amount.percent:
        return False
    return bool(
        _OF_US.match(reading.folded, amount.end)
        or _PARTY.search(reading.folded, max(0, amount.start - 16), amount.start)
    )


def is_another(reading: Reading, item: NumericSlot, amount: Amount) -> bool:
    """Whether the words before an amount name a sibling of the slot: "sale price of 9" for purchase_price."""
    said = [word for word in name_words(item.slot.name) if not word.isdigit()]
    siblings = _SIBLINGS.get(said[-1], frozenset()) if said else frozenset()
    if siblings and siblings & {
        word.text for word in reading.words_in(max(0, amount.start - 40), amount.start)[-4:]
    }:
        return True
    if len(said) < 2:
        return False
    label = _LABEL.search(reading.folded, max(0, amount.start - 50), amount.start)
    if label is None or label["head"].removesuffix("s") != said[-1].removesuffix("s"):
        return False
    return label["kind"] not in _ANY_KIND and label["kind"] not in FILLERS and label["kind"] not in said


def order_groups(slots: Sequence[NumericSlot]) -> dict[int, int]:
    """Slots that only their order tells apart, with the number of their group."""
    keys: dict[tuple[object, ...], int] = {}
    groups = {}
    for item in slots:
        words = tuple(
            word for word in name_words(item.slot.name) if not word.isdigit() and word not in _ORDER_WORDS
        )
        key = (
            item.slot.kind,
            item.slot.units,
            item.slot.many,
            words if len("".join(words)) > 1 else "letter",
        )
        groups[item.index] = keys.setdefault(key, len(keys))
    return groups


_ORDER_WORDS = word_set(
    "first second third one two three from to start end initial final min max lower upper a b c x y z left right"
)


def value_for(
    item: NumericSlot, amount: Amount, *, base_units: bool = False
) -> tuple[Fraction, float] | None:
    """The value of an amount for a slot with a base score, None when it cannot be meant.

    With `base_units` the value of a slot that names no unit is in the base unit of its dimension.
    """
    if item.chance:
        return _chance_value(amount)
    if amount.scale and item.rated:
        return amount.value * amount.scale, 4.0
    if amount.units and item.implied:
        implied = implied_value(amount, item.implied, base=base_units)
        return (implied, 4.5) if implied is not None else None
    return _plain_value(item, amount)


def _plain_value(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    if amount.percent or item.percent:
        return _percent_value(item, amount)
    if amount.fraction and item.slot.kind == "integer":
        return None
    if item.targets:
        return _unit_value(item, amount)
    if item.year:
        return None if amount.units or amount.ordinal else (amount.value, 4.0 if amount.year else 0.0)
    return _counted_value(item, amount)


def _counted_value(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    if item.counted and any(singular(noun) in item.counted for noun in amount.nouns or (amount.noun,)):
        return amount.value, 5.0
    if not amount.units:
        return amount.value, -1.5 if amount.year else 0.0
    if "night" in item.counted and amount.units[0] == named_unit("week")[0]:
        return amount.value * 7, 4.0
    money = is_money(amount)
    if (item.counted or item.priced) and not money:
        return None
    return amount.value, 4.0 if money and item.summed else 0.0


def is_money(amount: Amount) -> bool:
    """Whether an amount has a currency."""
    return any(name.startswith("money") for unit in amount.units[:1] for name, _ in unit.dimension[:1])


def _unit_value(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    if not amount.units:
        lasts = item.targets[0].dimension in {(("calendar", 1),), (("time", 1),)}
        return None if lasts and amount.year else (amount.value, 0.0)
    for target in item.targets:
        value = convert(amount.value, amount.units, target)
        if value is not None:
            return value, 5.0
    if item.targets[0] in named_unit("day") and amount.units[0].dimension == (("calendar", 1),):
        months = amount.value * amount.units[0].factor
        return (months / 12 * 365 if months % 12 == 0 else months * 30), 4.0
    return None


def _chance_value(amount: Amount) -> tuple[Fraction, float] | None:
    if amount.percent and 0 <= amount.value <= 100:
        return amount.value / 100, 5.0
    if amount.units or not 0 <= amount.value <= 1:
        return None
    return amount.value, 4.0 if amount.value.denominator > 1 else 0.0


def _percent_value(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    as_fraction = item.slot.style == "fraction"
    if amount.percent:
        if item.targets or item.counted or item.year:
            return None
        if item.percent:
            return (amount.value / 100 if as_fraction else amount.value), 5.0
        return _percent_of_plain(item, amount)
    if amount.units or amount.year or (as_fraction and abs(amount.value) > 1):
        return None
    return amount.value, 4.0 if as_fraction and amount.fraction else 0.0


def _percent_of_plain(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    """The value of percent for a slot that has no style for them."""
    if item.slot.maximum is not None and item.slot.maximum <= 1:
        return amount.value / 100, 3.0
    if item.slot.kind != "integer" or not item.shared:
        return None
    return amount.value, 4.0 if _SHARES & set(name_words(item.slot.name)) else 0.0


def typed(slot: Slot, value: Fraction) -> int | float | None:
    """The value as the slot wants it, None when out of its range or no whole number where one is needed."""
    if (slot.minimum is not None and value < slot.minimum) or (
        slot.maximum is not None and value > slot.maximum
    ):
        return None
    if slot.kind == "integer":
        return int(value) if value.denominator == 1 else None
    if slot.kind == "duration" and value.denominator == 1:
        return int(value)
    return float(value) if abs(value) < 10**300 else None
