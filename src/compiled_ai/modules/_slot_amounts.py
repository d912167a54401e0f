"""Filling numeric slots: which amount may fill which slot, and with which value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from compiled_ai.modules._slot_assign import Choice, Fit, assign
from compiled_ai.modules._slot_cues import CLEAR, STRONG, Cue, closeness, name_words
from compiled_ai.modules._slot_fillers import idle_amounts, ignorable, restated
from compiled_ai.modules._slot_implied import in_base_units
from compiled_ai.modules._slot_labels import counters, listed_slots
from compiled_ai.modules._slot_numeric import (
    NumericSlot,
    is_another,
    is_headcount,
    is_money,
    is_named,
    is_ranked,
    order_groups,
    typed,
    value_for,
)
from compiled_ai.modules._slot_quantity import Amount, AmountList
from compiled_ai.modules._slot_reading import Reading, Span
from compiled_ai.modules._slot_shares import find_shares, is_run, share_slots, totals
from compiled_ai.modules._slot_units import Dimension

_LEFT_OVER = 3.0
_UNSURE = 0.3
_TIMES = {(("time", 1),), (("calendar", 1),)}
"""What "after 2 hours and for 5 minutes" may give in two units."""
_OF_THEM = re.compile(r"\sof\s(?:them|which|those|these|whom)\b(?:\s(?:are|were|is|was|being))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hints:
    """What the request as a whole says about an amount and a slot."""

    alone: bool
    """It is the only amount."""
    shared: bool
    """Both are the part, or both the whole."""
    sure: bool
    """The form of the request ties them."""
    base_units: bool
    run: bool | None
    """Whether an amount says how often and the slot asks for it; None when neither or no slot does."""


def fit_amount(
    reading: Reading, item: NumericSlot, cues: Sequence[Cue], amount: Amount, room: Span, hints: _Hints
) -> Fit | None:
    """How an amount fits a slot, None when it cannot be meant."""
    found = (amount.value, 4.0) if hints.shared else value_for(item, amount, base_units=hints.base_units)
    value = typed(item.slot, found[0]) if found else None
    if found is None or value is None:
        return None
    near = _closeness(reading, cues, amount, room)
    if not hints.sure and (hints.run is False or (near < CLEAR and _is_foreign(reading, item, amount))):
        return None
    base = found[1]
    if base == 0 and (
        hints.run
        or is_headcount(reading, item, amount)
        or (item.ranked and is_ranked(reading, amount))
        or is_named(reading, item, amount)
    ):
        base = 4.0
    if not hints.sure and ((amount.ordinal and near < STRONG) or (amount.article and base < 4)):
        return None
    clear = near >= (STRONG if amount.noun and base == 0 else CLEAR)
    if not item.slot.required and not (near >= CLEAR + 0.3 or base >= 4 or hints.sure):
        return None
    foreign = bool(amount.noun) and base == 0 and not clear and not is_money(amount)
    if foreign and (item.targets or item.counted):
        return None
    score = base + (near if clear or base > 0 else 0.6 + near / 4)
    score, fixed = _with_part(item, amount, score)
    cued = not hints.alone and any(not cue.leads for cue in cues)
    quality = _quality(base, near, foreign=foreign, cued=cued) * fixed
    return Fit(item.index, score - (0.0 if item.slot.required else 0.3), value, quality)


def _is_foreign(reading: Reading, item: NumericSlot, amount: Amount) -> bool:
    """Whether an amount is said to be something else: a sibling of the slot, or a count where the slot names."""
    return is_another(reading, item, amount) or (
        item.numbered and _OF_THEM.match(reading.folded, amount.end) is not None
    )


def _closeness(reading: Reading, cues: Sequence[Cue], amount: Amount, room: Span) -> float:
    """The closeness of the cues, strong for one among the words that are counted: "10 major events"."""
    of_them = _OF_THEM.match(reading.folded, amount.end)
    near = closeness(reading, cues, (amount.start, of_them.end() if of_them else amount.end), room)
    counted = amount.end + sum(len(noun) + 1 for noun in amount.nouns)
    if any(amount.end < cue.start and cue.end <= counted and not cue.leads for cue in cues):
        return max(near, STRONG + 0.2)
    return near


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
    rows = _rows(reading, slots, cues, amounts)
    spoken = counters(reading, [(item.index, item.slot) for item in slots], amounts)
    rows = [[] if index in spoken else row for index, row in enumerate(rows)]
    spare = restated(reading, amounts)
    costs = [
        0.4 if index in spare or index in spoken or _is_empty(amount, row, len(slots), ignore) else _LEFT_OVER
        for index, (amount, row) in enumerate(zip(amounts, rows, strict=True))
    ]
    choices = assign(rows, costs, order_groups(slots))
    taken = {choice.mention for choice in choices}
    filled = {choice.fit.slot for choice in choices}
    idle = idle_amounts(reading, slots, amounts, taken)
    open_words = {word for item in slots if item.index not in filled for word in name_words(item.slot.name)}
    left = [
        amount
        for index, amount in enumerate(amounts)
        if index not in taken
        and index not in idle
        and index not in spoken
        and (set(amount.nouns) & open_words or not _is_empty(amount, rows[index], len(choices), ignore))
    ]
    return _unmixed(slots, amounts, choices), left


def _rows(
    reading: Reading, slots: Sequence[NumericSlot], cues: Sequence[Sequence[Cue]], amounts: Sequence[Amount]
) -> list[list[Fit]]:
    """What each amount may fill."""
    rows = []
    spans = [(amount.start, amount.end) for amount in amounts]
    numbered = [(item.index, item.slot) for item in slots]
    listed = totals(reading, numbered, amounts) | listed_slots(reading, numbered, cues, amounts)
    share_of = share_slots(numbered)
    shares = find_shares(reading, amounts) if share_of else {}
    base_units = in_base_units(amounts)
    runs = not share_of and any(item.runs for item in slots)
    for index, amount in enumerate(amounts):
        room = reading.room(spans, index)
        row = []
        for item, found in zip(slots, cues, strict=True):
            share = share_of.get(item.index, "")
            if share and shares.get(index, share) != share:
                continue
            hints = _Hints(
                alone=len(amounts) == 1,
                shared=bool(share) and shares.get(index) == share,
                sure=listed.get(index) == item.index,
                base_units=base_units,
                run=item.runs if runs and is_run(reading, amount) else None,
            )
            fit = fit_amount(reading, item, found, amount, room, hints)
            row += [fit] if fit else []
        able = any(fit.slot == listed.get(index) for fit in row)
        rows.append([_as_listed(fit, listed[index]) if able else fit for fit in row])
    return rows


def _unmixed(slots: Sequence[NumericSlot], amounts: Sequence[Amount], choices: list[Choice]) -> list[Choice]:
    """The choices, unsure of those whose slots have no unit and whose amounts come in two: 3 cm and 40 mm."""
    plain = {item.index for item in slots if not item.targets}
    factors: dict[Dimension, set[Fraction]] = {}
    for choice in choices:
        if choice.fit.slot in plain:
            for unit in amounts[choice.mention].units[:1]:
                factors.setdefault(unit.dimension, set()).add(unit.factor)
    mixed = {dimension for dimension, found in factors.items() if len(found) > 1 and dimension not in _TIMES}
    return [
        replace(choice, fit=replace(choice.fit, quality=_UNSURE))
        if choice.fit.slot in plain and {unit.dimension for unit in amounts[choice.mention].units[:1]} & mixed
        else choice
        for choice in choices
    ]


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
