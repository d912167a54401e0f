"""Wordings of choices and switches."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_choices import switch_words, wordings_of
from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_text import Said, read_description

NOTHING: frozenset[str] = frozenset()


def wordings(*options: str, description: str = "") -> dict[str, tuple[str, ...]]:
    return wordings_of(options, description, known=NOTHING, named=NOTHING)


def test_a_value_with_underscores_is_said_with_spaces() -> None:
    assert "swimming pool" in wordings("swimming_pool")["swimming_pool"]


def test_common_values_have_their_synonyms() -> None:
    found = wordings("km", "miles")
    assert "kilometers" in found["km"]
    assert "mi" in found["miles"]


def test_what_fits_two_options_is_left_out() -> None:
    found = wordings("annually", "yearly")
    assert "every year" not in found["annually"] + found["yearly"]


def test_a_word_that_only_one_option_has_stands_for_it() -> None:
    found = wordings("Goals Scored", "Cards Received")
    assert "goal" in found["Goals Scored"]
    assert "card" in found["Cards Received"]


def test_words_that_explain_an_option_count() -> None:
    assert "electric*" in wordings("EV", description="'EV' refers to an electric vehicle")["EV"]


def test_words_on_a_level_with_an_option_count() -> None:
    told = "Other words count: lounge and sitting room are the living room, bath and washroom the bathroom."
    found = wordings("living_room", "bathroom", description=told)
    assert {"lounge", "sitting room"} <= set(found["living_room"])
    assert {"bath", "washroom"} <= set(found["bathroom"])


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("include_dissent", "", ("dissent*",)),
        ("avoid_tolls", "", ("toll*",)),
        ("include_human_impact", "", ("human impact*", "impact*")),
        ("closed_status", "", ("closed status*", "closed*")),
        ("multiplayer", "", ("multiplayer*", "multi-player")),
        ("show_all", "Whether to list archived entries", ("archiv*", "entries")),
    ],
)
def test_a_switch_is_told_by_what_it_switches(name: str, description: str, expected: tuple[str, ...]) -> None:
    schema = {"type": "boolean", "description": description}
    item = Parameter(path=(name,), schema={**schema}, is_required=False, is_nullable=False)
    said = read_description(item) if description else Said()
    assert switch_words(item, said)[: len(expected)] == expected
