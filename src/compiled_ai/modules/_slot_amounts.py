"""Filling numeric slots: which amount may fill which slot, and with which value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from compiled_ai.modules._slot_assign import Choice, Fit, assign
from compiled_ai.modules._slot_cues import CLEAR, STRONG, Cue, Part, closeness, name_words, part_of
from compiled_ai.modules._slot_numbers import Amount, AmountList
from compiled_ai.modules._slot_reading import Reading, Span
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_units import Unit, convert, named_unit
from compiled_ai.modules._slot_words import word_set

NUMERIC = frozenset(("integer", "number", "money", "duration"))

_LEFT_OVER = 3.0
_LIMITS = word_set(
    "budget limit limits price cost fee fees radius range distance within max maximum min minimum under over above below most least threshold cap "
    "calories time rating rate rated ahead"
)
_GENERIC = word_set(
    "number numbers integer integers value values point points object objects set sets group groups variable variables side sides body bodies "
    "sample samples item items thing things coordinate coordinates place places decimal decimals digit digits term terms list lists array arrays "
    "vector vectors part parts quantity quantities city cities person people company companies species independent dimensional"
)
_YEARS_APART = frozenset(("per", "years", "number", "n", "num"))


_LISTED = re.compile(r"\s?(?:,|,?\s(?:and|by|x|&)|x)\s?(?:the\s|an?\s)?")
_LEADS = re.compile(
    r"\s?\)?(?:\s(?:values?|dimensions?|lengths?))?\s?(?::|=|of|are|is|being|as|equal(?:s|ing)?|measuring|respectively)?(?:\s(?:to|of|the|respectively|values?))*\s?"
)


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


def numeric_slot(index: int, slot: Slot) -> NumericSlot:
    """What the units, the style and the name of a slot say."""
    percents = {"%", "percent", "percentage"}
    targets = [named_unit(unit) for unit in slot.units if unit not in percents]
    words = name_words(slot.name)
    told = {word for cue in slot.cues for word in name_words(cue)} | set(words)
    return NumericSlot(
        index=index,
        slot=slot,
        targets=targets[0] if targets and targets[0] else (),
        counted=frozenset(_singular(unit.lower()) for unit in slot.units if not named_unit(unit) and unit not in percents),
        percent=slot.style in {"percent", "fraction"} or any(unit in percents for unit in slot.units),
        year=slot.style == "year" or ("year" in words and not slot.units and not _YEARS_APART & set(words)),
        part=part_of(slot),
        limited=bool(told & _LIMITS),
        shared=any(word.startswith("percent") or word in {"rate", "level", "share"} for word in told),
    )  # fmt: skip


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


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


def value_for(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    """The value of an amount for a slot with a base score, None when it cannot be meant."""
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
    if item.counted and _singular(amount.noun) in item.counted:
        return amount.value, 5.0
    if not amount.units:
        return amount.value, -1.5 if amount.year else 0.0
    money = amount.units[0].dimension[0][0].startswith("money") if amount.units[0].dimension else False
    if item.counted and not money:
        return None
    return amount.value, 4.0 if money and item.slot.kind == "money" else 0.0


def _unit_value(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    if not amount.units:
        lasts = item.targets[0].dimension in {(("calendar", 1),), (("time", 1),)}
        return None if lasts and amount.year else (amount.value, 0.0)
    for target in item.targets:
        value = convert(amount.value, amount.units, target)
        if value is not None:
            return value, 5.0
    return None


def _percent_value(item: NumericSlot, amount: Amount) -> tuple[Fraction, float] | None:
    as_fraction = item.slot.style == "fraction"
    if amount.percent:
        if item.targets or item.counted or item.year:
            return None
        if item.percent:
            return (amount.value / 100 if as_fraction else amount.value), 5.0
        if item.slot.maximum is not None and item.slot.maximum <= 1:
            return amount.value / 100, 3.0
        return (amount.value, 0.0) if item.slot.kind == "integer" and item.shared else None
    if amount.units or amount.year or (as_fraction and abs(amount.value) > 1):
        return None
    return amount.value, 0.0


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


def fit_amount(
    reading: Reading, item: NumericSlot, cues: Sequence[Cue], amount: Amount, room: Span, *, alone: bool
) -> Fit | None:
    """How an amount fits a slot, None when it cannot be meant; `alone` when it is the only one."""
    found = value_for(item, amount)
    value = typed(item.slot, found[0]) if found else None
    if found is None or value is None:
        return None
    base = found[1]
    near = closeness(reading, cues, (amount.start, amount.end), room)
    if (amount.ordinal and near < STRONG) or (amount.article and base < 5):
        return None
    clear = near >= (STRONG if amount.noun and base == 0 else CLEAR)
    if not item.slot.required and not (near >= CLEAR + 0.3 or base >= 4):
        return None
    foreign = bool(amount.noun) and base == 0 and not clear
    if foreign and (item.targets or item.counted):
        return None
    score = base + (near if clear or base > 0 else 0.6 + near / 4)
    score, fixed = _with_part(item, amount, score)
    quality = (
        _quality(base, near, foreign=foreign, cued=not alone and any(not cue.leads for cue in cues)) * fixed
    )
    return Fit(item.index, score - (0.0 if item.slot.required else 0.3), value, quality)


def _quality(base: float, near: float, *, foreign: bool, cued: bool) -> float:
    if base >= 4:
        return 0.95 if near >= CLEAR else 0.85
    if near >= STRONG:
        return 0.9
    if foreign:
        return 0.4 if cued else 0.5  # "width unknown, 7 boxes": its cue is elsewhere
    return 0.75 if near >= CLEAR else 0.65


def _with_part(item: NumericSlot, amount: Amount, score: float) -> tuple[float, float]:
    """The score with range and bound taken into account, and what they leave of the quality."""
    if amount.role:
        if item.part:
            return (score + 1.5, 1.0) if item.part == amount.role else (score - 1.5, 0.6)
        return score, 0.6
    if amount.bound:
        wanted = {"first": "least", "last": "most"}.get(item.part, "")
        if not (item.limited or wanted == amount.bound):
            return score - 0.5, 0.5
    return score, 1.0


def ignorable(amount: Amount, values: int, ignore: frozenset[str]) -> bool:
    """Whether an amount that no slot takes says nothing: "the 2 numbers", "a week", "the third"."""
    if amount.ordinal or amount.article:
        return True
    words = set(amount.noun.split("-")) | {_singular(amount.noun)}
    if amount.value <= 4 and not amount.units and not amount.percent and (words & _GENERIC):
        return True
    return (
        bool(amount.noun)
        and not amount.units
        and (amount.value == values or (bool(words & ignore) and amount.value <= 3))
    )


def _is_empty(amount: Amount, fits: Sequence[Fit], values: int, ignore: frozenset[str]) -> bool:
    return ignorable(amount, values, ignore) and not (fits and (amount.ordinal or amount.article))


def fill_amounts(
    reading: Reading,
    slots: Sequence[NumericSlot],
    cues: Sequence[Sequence[Cue]],
    amounts: Sequence[Amount],
    *,
    ignore: frozenset[str],
) -> tuple[list[Choice], list[Amount]]:
    """The amounts for the slots, and those that are left over and should not be."""
    rows = []
    costs = []
    spans = [(amount.start, amount.end) for amount in amounts]
    listed = _parallel(reading, slots, cues, amounts)
    for index, amount in enumerate(amounts):
        room = reading.room(spans, index)
        fits = [
            fit_amount(reading, item, found, amount, room, alone=len(amounts) == 1)
            for item, found in zip(slots, cues, strict=True)
        ]
        rows.append([_as_listed(fit, listed[index]) if index in listed else fit for fit in fits if fit])
        costs.append(0.4 if _is_empty(amount, rows[-1], len(slots), ignore) else _LEFT_OVER)
    choices = assign(rows, costs, order_groups(slots))
    taken = {choice.mention for choice in choices}
    left = [
        amount
        for index, amount in enumerate(amounts)
        if index not in taken and not _is_empty(amount, rows[index], len(choices), ignore)
    ]
    return choices, left


def fill_lists(
    reading: Reading, slots: Sequence[NumericSlot], cues: Sequence[Sequence[Cue]], lists: Sequence[AmountList]
) -> list[Choice]:
    """The lists for the slots with many numbers."""
    spans = [(run.start, run.end) for run in lists]
    rows = []
    for index, run in enumerate(lists):
        room = reading.room(spans, index)
        fits = [_fit_list(reading, item, found, run, room) for item, found in zip(slots, cues, strict=True)]
        rows.append([fit for fit in fits if fit])
    return assign(rows, [_LEFT_OVER if run.bracketed else 1.0 for run in lists], order_groups(slots))


def _fit_list(
    reading: Reading, item: NumericSlot, cues: Sequence[Cue], run: AmountList, room: Span
) -> Fit | None:
    values = []
    for amount in run.items:
        found = value_for(item, amount)
        value = typed(item.slot, found[0]) if found else None
        if value is None:
            return None
        values.append(value)
    near = closeness(reading, cues, (run.start, run.end), room)
    if not item.slot.required and near < CLEAR:
        return None
    quality = 0.95 if near >= CLEAR else 0.85 if run.bracketed else 0.7 if len(values) > 2 else 0.6
    score = near + (1.0 if run.bracketed else 0.5) + 0.1 * min(len(values), 10)
    return Fit(item.index, score, tuple(values), quality)


def _as_listed(fit: Fit, slot: int) -> Fit:
    return (
        Fit(fit.slot, 8.0, fit.value, max(fit.quality, 0.85))
        if fit.slot == slot
        else Fit(fit.slot, -2.0, fit.value, 0.4)
    )


def _parallel(
    reading: Reading, slots: Sequence[NumericSlot], cues: Sequence[Sequence[Cue]], amounts: Sequence[Amount]
) -> dict[int, int]:
    """The slot of each amount where both are listed alike: "width and height of 20 and 10"."""
    named = sorted(
        (cue.start, cue.end, item.index)
        for item, found in zip(slots, cues, strict=True)
        for cue in found
        if not cue.leads
    )
    result: dict[int, int] = {}
    for first, start in enumerate(named):
        run = [start]
        for cue in named[first + 1 :]:
            if cue[2] in {index for _, _, index in run} or not _LISTED.fullmatch(
                reading.folded[run[-1][1] : cue[0]]
            ):
                break
            run.append(cue)
        following = next(
            (index for index, amount in enumerate(amounts) if amount.start >= run[-1][1]), len(amounts)
        )
        values = amounts[following : following + len(run)]
        if (
            len(run) < 2
            or len(values) < len(run)
            or not _LEADS.fullmatch(reading.folded[run[-1][1] : values[0].start])
        ):
            continue
        if all(_LISTED.fullmatch(reading.folded[one.end : two.start]) for one, two in pairwise(values)):
            result |= {following + place: cue[2] for place, cue in enumerate(run)}
    return result
