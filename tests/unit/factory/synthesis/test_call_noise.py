"""What examples show to be no value."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_noise import without_noise
from compiled_ai.factory.synthesis._call_search import Choice, Shown, penalty
from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_slots import Field
from compiled_ai.modules.slots import Slot
from compiled_ai.spec.canonical import JsonObject


def choice(*slots: Slot) -> Choice:
    kinds = {"boolean": "boolean", "integer": "integer"}
    fields = tuple(
        Field(
            parameter=Parameter(
                path=(slot.name,),
                schema={"type": kinds.get(slot.kind, "string")},
                is_required=slot.required,
                is_nullable=False,
            ),
            settings=(slot,),
            fallback=None,
            has_fallback=False,
        )
        for slot in slots
    )
    return Choice(fields=fields, slots=slots, ignore=("walk",))


AGE = Slot(name="age", kind="integer", units=("year",))
NOTE = Slot(name="note", kind="text", required=False, cues=("note",))
STATS = Slot(name="stats", kind="boolean", required=False, cues=("team stats", "numbers"))
TOWN = Slot(name="town", kind="name", cues=("town",))


@pytest.mark.parametrize(
    ("slots", "request_text", "arguments"),
    [
        ((AGE, NOTE), "A zebra of 5 years gallops", {"age": 5}),
        ((TOWN, NOTE), "Tell Zoe Zimmer about the town Ulm", {"town": "Ulm"}),
        ((AGE, STATS), "the numbers for 5 years", {"age": 5}),
    ],
    ids=["plain words", "a name of nothing", "a cue of nothing"],
)
def test_an_example_is_given_back_once_its_noise_is_known(
    slots: tuple[Slot, ...], request_text: str, arguments: JsonObject
) -> None:
    shown = [Shown(request=request_text, arguments=arguments)]
    before = choice(*slots)
    assert penalty(before, shown) > 0
    assert penalty(without_noise(before, shown), shown) == 0


def test_what_agrees_already_stays_as_it_is() -> None:
    shown = [Shown(request="5 years", arguments={"age": 5})]
    before = choice(AGE)
    assert without_noise(before, shown) is before


def test_without_examples_nothing_changes() -> None:
    before = choice(AGE, NOTE)
    assert without_noise(before, []) is before
