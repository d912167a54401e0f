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
        ("direct_train", "", ("direct train*", "direct*", "nonstop")),
        ("full_report_only", "", ("full report*", "full*")),
        ("show_all", "Whether to list archived entries", ("archiv*", "entries")),
    ],
)
def test_a_switch_is_told_by_what_it_switches(name: str, description: str, expected: tuple[str, ...]) -> None:
    schema = {"type": "boolean", "description": description}
    item = Parameter(path=(name,), schema={**schema}, is_required=False, is_nullable=False)
    said = read_description(item) if description else Said()
    assert switch_words(item, said)[: len(expected)] == expected


@pytest.mark.parametrize(
    ("name", "description", "cue"),
    [
        ("more", "Adds extra facts like the crew, sponsors and weather.", "sponsor*"),
        ("full", "If true, additional data such as PM1.5, humidity, and wind will be given.", "pm1.5*"),
        ("include_temperature", "", "temps"),
        ("show_people", "", "figures"),
    ],
)
def test_a_switch_is_cued_by_what_it_adds(name: str, description: str, cue: str) -> None:
    item = Parameter(
        path=(name,),
        schema={"type": "boolean", "description": description},
        is_required=False,
        is_nullable=False,
    )
    assert cue in switch_words(item, read_description(item))


@pytest.mark.parametrize(
    ("options", "option", "wording"),
    [
        (("full", "summary"), "full", "full version"),
        (("plain", "without_nuts"), "without_nuts", "no nut"),
        (("plain", "without_nuts"), "without_nuts", "nuts excluded"),
        (("Area", "Elevation"), "Area", "how big"),
        (("High", "Low"), "High", "highs"),
        (("Established Year", "Area"), "Established Year", "established"),
        (("importance", "date"), "importance", "important"),
        (("Wi-Fi", "Pool"), "Wi-Fi", "wireless"),
        (("nut free", "egg free"), "egg free", "no egg"),
        (("six_months", "year"), "six_months", "half a year"),
    ],
)
def test_options_have_the_wordings_of_their_kind(options: tuple[str, ...], option: str, wording: str) -> None:
    assert wording in wordings(*options)[option]


def test_a_head_that_says_nothing_does_not_stand_for_its_option() -> None:
    assert "section" not in wordings("Kids Section", "Cafe")["Kids Section"]


def test_what_an_option_goes_without_does_not_stand_for_it() -> None:
    assert not {"nut", "nuts"} & set(wordings("plain", "without_nuts")["without_nuts"])
