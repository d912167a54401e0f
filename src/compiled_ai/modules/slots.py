"""Filling the parameters of a function from a request in plain English, or declining it."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.modules._slot_engine import fill_slots
from compiled_ai.modules._slot_types import Filled, Filling, Kind, Slot, Value
from compiled_ai.modules.text import has_phrase

__all__ = ["Filled", "Filling", "Kind", "Slot", "Value", "explain", "fill"]


def fill(
    request: str,
    slots: Sequence[Slot],
    *,
    minimum: float = 0.5,
    ignore: Sequence[str] = (),
    decline: Sequence[str] = (),
    known: Sequence[str] = (),
) -> Filling:
    """The values of the slots that the request names, each with a confidence and a reason.

    Declined is a request that leaves a required slot empty, that fits in two ways, that has a value left over,
    that takes something back, that states a value to be calculated or asks for two things. Values below the
    confidence `minimum` count as unsure. `ignore` has words that are no values: those of the function's own name
    and description. `known` has words that mean no optional value when they are left over, but may be part of one.
    `decline` has phrases of requests that are for something else (rules of `has_phrase`).
    """
    if decline and has_phrase(request, *decline):
        return Filling(declined="the request is for something else", confidence=0.0, filled=())
    return fill_slots(request, tuple(slots), minimum=minimum, ignore=tuple(ignore), known=tuple(known))


def explain(filling: Filling) -> list[str]:
    """One line for each filled slot, and a last one when the request is declined."""
    lines = [f"{item.slot} = {item.value!r} ({item.confidence:.2f}): {item.why}" for item in filling.filled]
    return [*lines, f"declined: {filling.declined}"] if filling.declined else lines
