"""The state of one filling: what is filled, which words are taken, and why it is declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_assign import Choice
from compiled_ai.modules._slot_cues import Cue
from compiled_ai.modules._slot_plan import Plan
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Filled, Value
from compiled_ai.modules.text import find_quoted

_SURE_MARGIN = 1.2


@dataclass(slots=True)
class Work:
    """The state of one filling."""

    reading: Reading
    plan: Plan
    cues: list[list[Cue]]
    filled: list[Filled] = field(default_factory=list)
    taken: list[Span] = field(default_factory=list)
    left: list[Amount] = field(default_factory=list)
    """Numbers that no slot has taken yet."""
    declined: str = ""

    def decline(self, reason: str) -> None:
        self.declined = self.declined or reason

    def kind(self, item: Filled) -> str:
        """The kind of the slot of a filled value."""
        return next(slot.kind for slot in self.plan.slots if slot.name == item.slot)

    def put(self, index: int, value: Value, span: Span, confidence: float, why: str) -> None:
        name = self.plan.slots[index].name
        self.filled.append(
            Filled(
                slot=name, value=value, start=span[0], end=span[1], confidence=round(confidence, 2), why=why
            )
        )
        self.taken.append(span)

    def take(self, choice: Choice, span: Span, why: str) -> None:
        self.put(choice.fit.slot, choice.fit.value, span, confidence(choice), why)


def confidence(choice: Choice) -> float:
    """How sure a choice is: less the closer the next best assignment comes."""
    margin = max(0.0, min(1.0, choice.margin / _SURE_MARGIN))
    return choice.fit.quality * (0.4 + 0.6 * margin)


def amount_spans(amounts: Sequence[Amount]) -> list[Span]:
    return [(amount.start, amount.end) for amount in amounts]


def quoted_spans(reading: Reading) -> list[Span]:
    return [(item.start, item.end) for item in find_quoted(reading.original)]
