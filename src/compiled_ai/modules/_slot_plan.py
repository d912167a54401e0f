"""What is known of a set of slots before any request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from compiled_ai.modules._slot_choices import ChoiceSlot, choice_slot
from compiled_ai.modules._slot_cues import CuePattern, cue_pattern, name_words
from compiled_ai.modules._slot_flags import FlagSlot, flag_slot
from compiled_ai.modules._slot_labels import SIZES, power_slots
from compiled_ai.modules._slot_meanings import meaning_slot
from compiled_ai.modules._slot_numeric import NUMERIC, NumericSlot, numeric_slot
from compiled_ai.modules._slot_polynomials import coefficient_cues
from compiled_ai.modules._slot_quantity import Sought
from compiled_ai.modules._slot_text_slots import OPEN, TextSlot, text_slot
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import stem
from compiled_ai.modules.text import words

_MEASURES = frozenset(("unit", "currency"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a set of slots that does not depend on the request."""

    slots: tuple[Slot, ...]
    patterns: tuple[CuePattern | None, ...]
    numeric: tuple[NumericSlot, ...]
    choices: tuple[ChoiceSlot, ...]
    flags: tuple[FlagSlot, ...]
    meanings: tuple[ChoiceSlot, ...]
    texts: tuple[TextSlot, ...]
    measures: tuple[tuple[int, Slot], ...]
    ignore: frozenset[str]
    sought: Sought
    month_first: bool
    named: bool


@lru_cache(maxsize=128)
def plan_for(slots: tuple[Slot, ...], ignore: tuple[str, ...]) -> Plan:
    """The plan of a set of slots; kept, because a compiled function asks for the same one each time."""
    numbered = list(enumerate(slots))
    known = frozenset(form for phrase in ignore for word in words(phrase) for form in (word, stem(word)))
    numeric = tuple(numeric_slot(index, slot) for index, slot in numbered if slot.kind in NUMERIC)
    return Plan(
        slots=slots,
        patterns=tuple(cue_pattern(coefficient_cues(slot, slots)) for slot in slots),
        numeric=numeric,
        choices=tuple(item for index, slot in numbered if slot.kind == "choice" and (item := choice_slot(index, slot))),
        meanings=tuple(item for index, slot in numbered if (item := meaning_slot(index, slot))),
        flags=tuple(flag_slot(index, slot) for index, slot in numbered if slot.kind == "boolean"),
        texts=tuple(text_slot(index, slot, known) for index, slot in numbered if slot.kind in OPEN and slot.style not in _MEASURES),
        measures=tuple((index, slot) for index, slot in numbered if slot.kind in OPEN and slot.style in _MEASURES),
        ignore=known,
        sought=_sought(numeric),
        month_first=any(slot.kind in {"date", "datetime"} and slot.style.upper().startswith("M") for slot in slots),
        named=any(slot.kind in OPEN for slot in slots),
    )  # fmt: skip


def _sought(numeric: Sequence[NumericSlot]) -> Sought:
    wanted = frozenset(unit.dimension for item in numeric for unit in item.targets)
    names = {name for dimension in wanted for name, _ in dimension}
    speeds = {(("length", 1), ("time", -1))}
    return Sought(
        kelvin="kelvin" in names,
        articles=bool(names & {"time", "calendar"}) or any("night" in item.counted for item in numeric),
        wanted=wanted,
        powers=power_slots([(item.index, item.slot) for item in numeric]) is not None,
        sizes=sum(bool(SIZES & set(name_words(item.slot.name))) for item in numeric) > 1,
        times=any(item.runs for item in numeric),
        odds=any(item.chance for item in numeric),
        rest=any(
            item.slot.required and item.part == "first" and speeds & ({unit.dimension for unit in item.targets} | item.implied) for item in numeric
        ),
        counted=frozenset(word for item in numeric if not item.slot.many for word in item.counted),
    )  # fmt: skip
