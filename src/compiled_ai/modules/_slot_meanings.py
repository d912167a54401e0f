"""Values that words stand for without naming them: a standard deck has 52 cards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from compiled_ai.modules._slot_choices import ChoiceSlot, choice_slot, fill_choice
from compiled_ai.modules._slot_cues import Cue
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Filled, Slot, Value

_NUMBERS = frozenset(("integer", "number", "money", "duration"))
_SURE = 0.75


def meaning_slot(index: int, slot: Slot) -> ChoiceSlot | None:
    """The slot made ready; None when no words stand for its values."""
    if slot.kind in {"choice", "boolean"} or slot.many:
        return None
    is_open = slot.kind not in _NUMBERS
    usable = {
        key: words
        for key, words in slot.choices.items()
        if (words or is_open) and _value(slot, key) is not None
    }
    return choice_slot(index, replace(slot, choices=usable, required=False)) if usable else None


def fill_meaning(reading: Reading, item: ChoiceSlot, cues: Sequence[Cue]) -> Filled | None:
    """The value that words of the request stand for; None where they stand for none, or for several."""
    found = fill_choice(reading, item, cues)
    if not isinstance(found, Filled) or not isinstance(found.value, str):
        return None
    value = _value(item.slot, found.value)
    is_number = item.slot.kind in _NUMBERS and reading.text[found.start : found.end] == found.value
    if value is None or is_number:  # a number that no slot took
        return None
    return replace(found, value=value, confidence=_SURE, why="words of the request stand for it")


def _value(slot: Slot, key: str) -> Value | None:
    """The value that the text `key` is for the slot."""
    if slot.kind not in _NUMBERS:
        return key
    try:
        number = float(key)
    except ValueError:
        return None
    if not math.isfinite(number) or (slot.kind == "integer" and number != number // 1):
        return None
    return int(number) if number == number // 1 and abs(number) < 2**53 else number
