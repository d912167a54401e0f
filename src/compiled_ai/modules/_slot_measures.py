"""Filling slots whose value is itself a unit or a currency: "in miles", "from dollars to euros"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from compiled_ai.modules._scan import Span, any_of
from compiled_ai.modules._slot_assign import Choice, Fit, assign
from compiled_ai.modules._slot_cues import CLEAR, Cue, closeness, part_of
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_units import CURRENCY_CODES, unit_at

_CURRENCY = re.compile(
    rf"(?<![\w]){any_of(name + ending for name in CURRENCY_CODES for ending in ('', 's') if name[-1].isalpha())}(?!\w)"
)
_PLACE = re.compile(
    r"\b(?:in|into|to|per|as|many|using|from|of|between|and|with)\s(?:an?\s|the\s)?(?=[^\W\d_])"
)
_FROM = re.compile(r"\bfrom\s(?:the\s)?$")
_TO = re.compile(r"\b(?:to|into|in|as|many|much)\s(?:the\s)?$")
_ALONE = re.compile(r"(?:[,;:]|\s-)\s(?=[^\W\d_]{1,12}/[^\W\d_])")
"""Before a unit that stands for itself: "Molecular weight, kg/mol"."""
_LETTERS = re.compile(r"[A-Za-z°µμΩ]{3}|/|\^")


def measure_spans(reading: Reading, amounts: Sequence[Amount], style: str) -> list[tuple[Span, str, bool]]:
    """Every unit or currency with its name and whether it stands at an amount."""
    found: dict[Span, tuple[str, bool]] = {}
    busy = [(amount.start, amount.end) for amount in amounts]
    if style == "currency":
        for match in _CURRENCY.finditer(reading.folded):
            attached = any(start <= match.start() < end for start, end in busy)
            found[match.span()] = (
                CURRENCY_CODES.get(match[0]) or CURRENCY_CODES.get(match[0].removesuffix("s"), ""),
                attached,
            )
        for amount in amounts:
            codes = [
                name.removeprefix("money ")
                for unit in amount.units
                for name, _ in unit.dimension
                if name.startswith("money ")
            ]
            if codes and not any(amount.start <= start < amount.end for start, _ in found):
                found[amount.start, amount.end] = (codes[0], True)
    else:
        for amount in amounts:
            match_start = _unit_start(reading, amount)
            if amount.units and match_start < amount.end:
                found[match_start, amount.end] = (reading.original[match_start : amount.end], True)
        for match in (*_PLACE.finditer(reading.text), *_ALONE.finditer(reading.text)):
            unit = unit_at(reading.text, match.end())
            span = (match.end(), unit[0]) if unit else (0, 0)
            said = reading.text[span[0] : span[1]]
            if (
                unit
                and not reading.text[span[1] : span[1] + 1].isalnum()
                and _LETTERS.search(said)
                and not any(start <= span[0] < end for start, end in busy)
            ):
                found[span] = (reading.original[span[0] : span[1]], False)
    return sorted((span, text, attached) for span, (text, attached) in found.items() if text)


def _unit_start(reading: Reading, amount: Amount) -> int:
    match = re.compile(r"[-+$€£]?[\d.,]+[\s-]?").match(reading.text, amount.start, amount.end)
    if match:
        return match.end()
    words = reading.text[amount.start : amount.end].rpartition(" ")
    return amount.end - len(words[2]) if words[0] and amount.units else amount.end  # "twenty teaspoons"


def fill_measures(
    reading: Reading,
    slots: Sequence[tuple[int, Slot]],
    cues: Mapping[int, Sequence[Cue]],
    amounts: Sequence[Amount],
) -> list[tuple[Choice, Span]]:
    """The units and currencies for the slots."""
    chosen: list[tuple[Choice, Span]] = []
    for style in ("unit", "currency"):
        wanted = [(index, slot) for index, slot in slots if slot.style == style]
        if not wanted:
            continue
        spans = measure_spans(reading, amounts, style)
        rows = [
            [
                fit
                for index, slot in wanted
                if (fit := _fit(reading, index, slot, cues[index], spans, position))
            ]
            for position in range(len(spans))
        ]
        choices = assign(rows, [0.0] * len(rows), {index: 0 for index, _ in wanted})
        chosen += [(choice, spans[choice.mention][0]) for choice in choices]
    return chosen


def _fit(
    reading: Reading,
    index: int,
    slot: Slot,
    cues: Sequence[Cue],
    spans: Sequence[tuple[Span, str, bool]],
    position: int,
) -> Fit | None:
    span, text, attached = spans[position]
    room = reading.room([place for place, _, _ in spans], position)
    near = closeness(reading, cues, span, room)
    before = reading.folded[max(0, span[0] - 20) : span[0]]
    part = part_of(slot)
    score = 1.0 + (near if near >= CLEAR else 0.0)
    if attached or _FROM.search(before):
        score += {"first": 2.0, "last": -2.0}.get(
            part, 0.0 if slot.style == "currency" or _FROM.search(before) else -2.0
        )
    elif _TO.search(before):
        score += {"first": -2.0, "last": 2.0}.get(part, 1.5)
    elif slot.style == "currency" and reading.text[slice(*span)].isupper() and len(spans) == 1:
        score += 1.0  # "net worth, GBP"
    if score <= 0 or (not slot.required and score < 2):
        return None
    value = text.removesuffix("s") if part and slot.style == "unit" and len(text) > 4 else text
    return Fit(index, score, value, 0.85 if score >= 2 else 0.6)
