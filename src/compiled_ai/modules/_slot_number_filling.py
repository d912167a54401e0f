"""Filling numeric slots of a request: counted things, polynomials, lists and single numbers, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from compiled_ai.modules._scan import Claims
from compiled_ai.modules._slot_amounts import fill_amounts, fill_lists
from compiled_ai.modules._slot_assign import Choice
from compiled_ai.modules._slot_counted import counted_slots, find_counted
from compiled_ai.modules._slot_dates import TIMELY
from compiled_ai.modules._slot_fillers import counts_listed, implies_value, is_clock, is_idiom
from compiled_ai.modules._slot_measures import fill_measures
from compiled_ai.modules._slot_number_lists import find_lists, lone_list, paired_lists, split_pair
from compiled_ai.modules._slot_numbers import find_amounts
from compiled_ai.modules._slot_numeric import NumericSlot, typed
from compiled_ai.modules._slot_polynomials import coefficient_slots, find_polynomial
from compiled_ai.modules._slot_quantity import Amount, AmountList
from compiled_ai.modules._slot_work import Work, quoted_spans

_MOST_AMOUNTS = 24
_CODED = re.compile(r"(?<![\w'-])[a-z][1-9][0-9]{0,3}(?![\w'-])")
"""A number behind a letter, as "d12"."""


def fill_counted(work: Work) -> None:
    """Fill a list of things and the list of their counts out of "2 cartons of milk and 6 apples"."""
    pair = counted_slots(work.plan.slots)
    run = find_counted(work.reading, [*work.taken, *quoted_spans(work.reading)]) if pair else None
    if pair and run:
        order = {slot.name: index for index, slot in enumerate(work.plan.slots)}
        why = "things with their counts"
        work.put(order[pair[0].name], run.things, (run.start, run.end), 0.8, why)
        work.put(order[pair[1].name], run.counts, (run.start, run.end), 0.8, why)


def fill_polynomial(work: Work) -> None:
    """Fill the coefficients of a polynomial that is written out; decline one that has others."""
    plan = work.plan
    wanted = coefficient_slots([(item.index, item.slot) for item in plan.numeric])
    found = find_polynomial(work.reading) if wanted else None
    if found is None:
        return
    many = plan.slots[wanted[0]].many
    if not many and len(found.factors) != len(wanted):
        work.decline("the polynomial is of another degree")
        return
    values = [typed(plan.slots[wanted[0]], factor) for factor in found.factors]
    if any(value is None for value in values):
        work.decline("a coefficient is no whole number")
        return
    known = tuple(value for value in values if value is not None)
    span = (found.start, found.end)
    if many:
        work.put(wanted[0], known, span, 0.9, "the polynomial")
        return
    for index, value in zip(wanted, known, strict=True):
        work.put(index, value, span, 0.9, "its term of the polynomial")


def fill_numbers(work: Work) -> None:
    plan, reading = work.plan, work.reading
    taken = [*work.taken, *quoted_spans(reading)]
    amounts = find_amounts(reading, taken, plan.sought)
    if amounts is None:
        work.decline("too many numbers")
        return
    cues = {(cue.start, cue.end) for found in work.cues for cue in found}
    amounts = [item for item in amounts if not item.ordinal or (item.start, item.end) not in cues]
    measured = {index: work.cues[index] for index, _ in plan.measures}
    for choice, span in fill_measures(reading, plan.measures, measured, amounts):
        work.take(choice, span, "a unit or currency in its place")
    amounts = _fill_number_lists(work, amounts)
    if len(amounts) > _MOST_AMOUNTS:
        work.decline("too many numbers")
        return
    found = {item.slot for item in work.filled}
    single = [item for item in plan.numeric if not item.slot.many and item.slot.name not in found]
    if sum(item.slot.required for item in single) == len(single) == 2:
        amounts = split_pair(reading, amounts)
    near = [work.cues[item.index] for item in single]
    choices, left = fill_amounts(reading, single, near, amounts, ignore=plan.ignore)
    for choice in choices:
        amount = amounts[choice.mention]
        work.take(choice, (amount.start, amount.end), _why(amount, choice))
    work.left = left


def _fill_number_lists(work: Work, amounts: list[Amount]) -> list[Amount]:
    """Fill the slots with many numbers; the amounts that are in none of their lists."""
    found = {item.slot for item in work.filled}
    many = [item for item in work.plan.numeric if item.slot.many and item.slot.name not in found]
    if not many:
        return amounts
    cues = [work.cues[item.index] for item in many]
    paired = paired_lists(work.reading, amounts, cues)
    if paired:
        return _put_paired(work, many, paired, amounts)
    lists = find_lists(work.reading, amounts)
    single = [item for item in work.plan.numeric if not item.slot.many]
    if not lists and len(many) == 1 and many[0].slot.required and not single:
        lists = lone_list(amounts)
    for choice in fill_lists(work.reading, many, cues, lists):
        run = lists[choice.mention]
        work.take(choice, (run.start, run.end), "a list of numbers")
        amounts = [item for item in amounts if not run.start <= item.start < run.end]
    return amounts


def _put_paired(
    work: Work, many: Sequence[NumericSlot], paired: Mapping[int, AmountList], amounts: list[Amount]
) -> list[Amount]:
    """Fill two slots with the lists that are told in turn; the amounts in neither."""
    for place, run in paired.items():
        values = [typed(many[place].slot, item.value) for item in run.items]
        known = tuple(value for value in values if value is not None)
        if len(known) == len(values):
            work.put(many[place].index, known, (run.start, run.end), 0.85, "every second number")
        amounts = [item for item in amounts if not run.start <= item.start < run.end]
    return amounts


def _why(amount: Amount, choice: Choice) -> str:
    if choice.fit.quality >= 0.9:
        return "its unit and words beside it" if amount.units else "words beside it"
    return "its unit" if amount.units else "the only one that fits"


def check_left(work: Work) -> None:
    """Decline when a number is part of no value."""
    spans = [(item.start, item.end) for item in work.filled]
    found = {item.slot for item in work.filled}
    empty = [item for item in work.plan.numeric if not item.slot.required and item.slot.name not in found]
    if implies_value(work.reading, empty, spans):
        work.decline("the request implies a value that it does not state")
    if empty:
        claims = Claims(len(work.reading.text), spans)
        if any(claims.take(match.span()) for match in _CODED.finditer(work.reading.folded)):
            work.decline("a number is left over")
    sizes = {len(item.value) for item in work.filled if isinstance(item.value, tuple)}
    timely = any(slot.kind in TIMELY for slot in work.plan.slots)
    for amount in work.left:
        idle = (
            counts_listed(work.reading, amount, sizes)
            or (not timely and is_clock(work.reading, amount))
            or (not work.plan.numeric and is_idiom(work.reading, amount, work.plan.ignore))
        )
        if not idle and not any(start <= amount.start < end for start, end in spans):
            work.decline("a number is left over")
