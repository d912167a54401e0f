"""Cues of parameters, from names, descriptions and general knowledge of words."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis._call_cues import content_words, cues_of, plural, singular, starred
from compiled_ai.factory.synthesis._call_shapes import Parameter, Shape
from compiled_ai.factory.synthesis._call_text import read_description


def shape(description: str = "", **parameters: dict[str, Any]) -> Shape:
    items = tuple(
        Parameter(path=(name,), schema={"type": "integer", **schema}, is_required=True, is_nullable=False)
        for name, schema in parameters.items()
    )
    return Shape(name="plan_walk", description=description, parameters=items, arguments={})


def cues(item: Shape) -> dict[str, tuple[str, ...]]:
    return cues_of(item, {parameter.slot: read_description(parameter) for parameter in item.parameters})


def test_a_name_and_its_synonyms_are_cues() -> None:
    assert cues(shape(height={}))["height"] == ("height*", "high", "tall", "altitude", "h")


def test_what_two_parameters_share_is_no_cue() -> None:
    found = cues(shape(initial_speed={}, final_speed={}))
    assert found["initial_speed"][0] == "initial speed"
    assert "velocity" not in found["initial_speed"] + found["final_speed"]


def test_ordinals_are_cues_of_numbered_parameters() -> None:
    found = cues(shape(number1={}, number2={}))
    assert (found["number1"][0], found["number2"][0]) == ("first", "second")


def test_the_two_ends_of_a_way_have_their_prepositions() -> None:
    text = {"type": "string"}
    found = cues(shape(from_town=text, to_town=text))
    assert "from" in found["from_town"]
    assert "to" in found["to_town"]


def test_what_a_number_counts_is_a_cue() -> None:
    assert "articl*" in cues(shape(quantity={"description": "Number of articles to fetch."}))["quantity"]


def test_words_of_the_description_that_nothing_else_has_are_cues() -> None:
    found = cues(shape("Plan a walk.", size={"description": "The stride of the walker in centimeters."}))
    assert "stride*" in found["size"] or "strid*" in found["size"]


def test_a_stem_covers_its_plain_forms() -> None:
    found = cues(shape(museum={"type": "string"}))["museum"]
    assert "museum*" in found
    assert "museum" not in found


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("radius", "radius*"), ("price", "price"), ("interest rate", "interest rate"), ("category", "categor*")],
)
def test_long_words_fit_other_endings(phrase: str, expected: str) -> None:
    assert starred(phrase) == expected


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("cities", "city"),
        ("boxes", "box"),
        ("prices", "price"),
        ("species", "species"),
        ("glass", "glass"),
        ("movies", "movie"),
    ],
)
def test_plurals_lose_their_ending(many: str, one: str) -> None:
    assert singular(many) == one


@pytest.mark.parametrize(("one", "many"), [("city", "cities"), ("box", "boxes"), ("day", "days")])
def test_nouns_get_their_plural(one: str, many: str) -> None:
    assert plural(one) == many


def test_words_of_the_task_are_those_of_the_function_and_its_parameters() -> None:
    found = content_words(shape("Plan a hike in the hills.", trail={}))
    assert found == ("plan", "walk", "hike", "hills", "trail")


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("time", "mass"), {"time": ("t",), "mass": ("m",)}),
        (
            ("initial_velocity", "final_velocity"),
            {"initial_velocity": ("v0", "vi"), "final_velocity": ("vf", "v2")},
        ),
        (("radius", "rate"), {"radius": (), "rate": ()}),
        (("width", "weight"), {"width": (), "weight": ()}),
    ],
    ids=[
        "one letter each",
        "an index for a modifier",
        "a letter of two is none",
        "a letter of two is none again",
    ],
)
def test_numbers_have_the_symbols_of_formulas(
    names: tuple[str, ...], wanted: dict[str, tuple[str, ...]]
) -> None:
    kinds: dict[str, Any] = {name: {"type": "number"} for name in names}
    found = cues(shape(**kinds))
    letters = {"t", "m", "r", "w"}
    for name, symbols in wanted.items():
        assert set(symbols) <= set(found[name])
        assert symbols or not letters & set(found[name])


@pytest.mark.parametrize(
    ("name", "description", "cue"),
    [
        ("total_marbles", "All of them.", "out of"),
        ("limit", "The number of top songs to be shown.", "song"),
        ("amount", "The number of lakes to list.", "lake"),
        ("successful_draws", "", "success*"),
    ],
)
def test_counts_are_told_by_what_people_say(name: str, description: str, cue: str) -> None:
    parameters: dict[str, Any] = {name: {"description": description}}
    assert cue in cues(shape(**parameters))[name][:9]


@pytest.mark.parametrize(
    ("name", "kind", "description", "cue"),
    [
        ("y_value", "number", "Where to look.", "y"),
        ("spot", "number", "The point at which the wall is measured.", "at"),
        ("loan_amount", "integer", "", "borrow*"),
        ("group_size", "integer", "", "people"),
        ("star_rate", "number", "The least rating.", "rated"),
        ("current", "number", "The current in amperes.", "amps"),
        ("count", "integer", "How many trees to list.", "tree"),
        ("destination", "string", "The city to see.", "around"),
        ("check_in_day", "string", "", "arriv*"),
        ("start_date", "string", "", "from"),
        ("end_date", "string", "", "until"),
        ("return_date", "string", "", "date"),
    ],
)
def test_everyday_words_are_cues_of_their_parameter(name: str, kind: str, description: str, cue: str) -> None:
    parameters: dict[str, Any] = {name: {"type": kind, "description": description}}
    assert cue in cues(shape(**parameters))[name]


@pytest.mark.parametrize(
    ("name", "kind", "description", "cue"),
    [
        ("current", "number", "The current in amperes.", "today"),
        ("target", "string", "What is predicted.", "final*"),
        ("timezone", "string", "", "first"),
        ("heart_rate", "integer", "Beats per minute.", "interest"),
        ("town", "string", "The town, for instance Leeds.", "leeds"),
        ("start_date", "string", "", "depart*"),
        ("decay_rate", "number", "The rate at which it decays.", "at"),
    ],
)
def test_words_of_something_else_are_none(name: str, kind: str, description: str, cue: str) -> None:
    parameters: dict[str, Any] = {name: {"type": kind, "description": description}}
    assert cue not in cues(shape(**parameters))[name]


def test_a_place_and_a_day_may_have_the_same_words() -> None:
    text = {"type": "string"}
    found = cues(shape(from_town=text, to_town=text, start_date=text, end_date=text))
    assert "from" in found["from_town"]
    assert "from" in found["start_date"]


def test_a_destination_with_an_origin_is_not_where_one_stays() -> None:
    text = {"type": "string"}
    assert "around" not in cues(shape(origin=text, destination=text))["destination"]
