"""Slots and calls as source."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_source import comment, helper_name, slot_source, table_name
from compiled_ai.modules.slots import Slot


@pytest.mark.parametrize(
    "slot",
    [
        Slot(name="n", kind="integer"),
        Slot(name="town", kind="place", required=False, cues=("in", "near*"), style="city, ST"),
        Slot(name="sizes", kind="choice", many=True, choices={"s": ("small",), "m": ()}),
        Slot(name="year", kind="integer", style="year", minimum=0.0, maximum=2500.0),
        Slot(name='it\'s "odd"', kind="text", cues=("a\\b",)),
    ],
    ids=lambda slot: slot.name,
)
def test_the_source_of_a_slot_makes_the_same_slot(slot: Slot) -> None:
    assert eval(slot_source(slot)) == slot


def test_what_is_the_default_is_not_written() -> None:
    assert slot_source(Slot(name="n", kind="integer")) == "Slot(name='n', kind='integer')"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Book a room. Then pay.", "# Book a room."),
        ("Book\na room", "# Book a room"),
        ("Never noqa this", ""),
        ("type: ignore", ""),
        ("", ""),
    ],
)
def test_the_first_sentence_is_the_comment(sentence: str, expected: str) -> None:
    assert comment(sentence) == expected


def test_a_long_sentence_is_cut_at_a_word() -> None:
    found = comment("word " * 60)
    assert len(found) <= 100
    assert found.endswith("word...")


@pytest.mark.parametrize(
    ("function", "helper", "table"),
    [
        ("math.gcd", "_math_gcd", "MATH_GCD_SLOTS"),
        ("chordProgression", "_chord_progression", "CHORD_PROGRESSION_SLOTS"),
        ("Book-It", "_book_it", "BOOK_IT_SLOTS"),
    ],
)
def test_names_follow_the_function(function: str, helper: str, table: str) -> None:
    assert (helper_name(function), table_name(function)) == (helper, table)
