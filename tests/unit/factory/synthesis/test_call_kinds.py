"""Kinds, styles and units of parameters, by type, name and description."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_kinds import readings_of
from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_text import read_description
from compiled_ai.factory.synthesis._call_units import is_money, units_of
from compiled_ai.spec.canonical import JsonObject, JsonValue


def parameter(name: str, description: str = "", kind: str = "string", **schema: JsonValue) -> Parameter:
    whole: JsonObject = {"type": kind, "description": description, **schema}
    return Parameter(path=(name,), schema=whole, is_required=True, is_nullable=False)


def first(item: Parameter) -> tuple[str, str]:
    reading = readings_of(item, read_description(item))[0]
    return reading.kind, reading.style


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("town", "The town to visit", ("place", "city")),
        ("area", "The region of interest", ("place", "")),
        ("city", "", ("place", "city")),
        ("location", "The city and state, e.g. San Francisco, CA", ("place", "city, ST")),
        ("country", "", ("place", "country")),
        ("venue", "Format: City, Country", ("place", "city, country")),
        ("author", "Who wrote the book", ("name", "")),
        ("work", "The name of the work", ("name", "")),
        ("birthday", "", ("date", "")),
        ("start", "First day, in the format DD/MM/YYYY", ("date", "DD/MM/YYYY")),
        ("opening_time", "Format HH:MM", ("time", "HH:MM")),
        ("meeting", "YYYY-MM-DD HH:MM", ("datetime", "YYYY-MM-DD HH:MM")),
        ("email", "", ("email", "")),
        ("file_path", "", ("path", "")),
        ("website", "", ("url", "")),
        ("order_id", "", ("identifier", "")),
        ("formula", "", ("expression", "")),
        ("target_currency", "", ("text", "currency")),
        ("to_unit", "", ("text", "unit")),
        ("topic", "What the text is about", ("text", "")),
        ("size", "'small' or 'large'", ("choice", "")),
        ("weekday", "A day of the week", ("choice", "")),
        ("tribunal_court", "The court that decides", ("name", "")),
        ("spot", "", ("text", "")),
        ("meeting_place", "Where to meet, e.g. Hyde Park, LN", ("place", "")),
        ("branch_of_physics", "e.g. particle physics, solid state physics", ("text", "")),
        ("resolution", "Such as '4K', 'full', '8K'", ("choice", "")),
        ("quote", "The currency code of the quote", ("text", "currency")),
        ("melody_scale", "e.g. D Major, F Minor", ("choice", "")),
        ("fuel", "What it burns", ("choice", "")),
        ("art_form", "Form of the works on show", ("choice", "")),
        ("climate", "Defaults to 'temperate'", ("choice", "")),
        ("cooking_style", "How to cook the fish", ("choice", "")),
    ],
)
def test_a_text_is_read_by_its_name_and_description(
    name: str, description: str, expected: tuple[str, str]
) -> None:
    assert first(parameter(name, description)) == expected


@pytest.mark.parametrize(
    ("name", "kind", "description", "expected"),
    [
        ("count", "integer", "", ("integer", "")),
        ("year", "integer", "The year of the film", ("integer", "year")),
        ("years", "integer", "Number of years", ("integer", "")),
        ("payments_per_year", "integer", "", ("integer", "")),
        ("interest_rate", "number", "", ("number", "fraction")),
        ("interest_rate", "number", "as a percentage", ("number", "percent")),
        ("discount", "integer", "", ("integer", "percent")),
        ("price", "number", "", ("money", "")),
        ("compounding", "integer", "Times the interest is compounded per year", ("choice", "")),
        ("least_damp", "integer", "The least damp, as a percentage", ("integer", "percent")),
        ("modulus", "integer", "Gives value % modulus", ("integer", "")),
        ("user_rate", "number", "The rating by users", ("number", "")),
        ("heart_rate", "integer", "Beats in a minute", ("integer", "")),
        ("year_from", "integer", "Earliest year", ("integer", "year")),
        ("nest_egg", "integer", "The present value of the portfolio", ("money", "")),
        ("amount", "number", "The amount of currency to change", ("money", "")),
    ],
)
def test_a_number_is_read_by_its_name_and_description(
    name: str, kind: str, description: str, expected: tuple[str, str]
) -> None:
    assert first(parameter(name, description, kind)) == expected


def test_an_enum_is_a_choice_of_its_values() -> None:
    item = parameter("mode", enum=["fast", "slow"])
    assert [reading.options for reading in readings_of(item, read_description(item))] == [("fast", "slow")]


def test_a_list_is_read_by_its_items() -> None:
    item = parameter("sizes", kind="array", items={"type": "string", "enum": ["s", "m"]})
    assert readings_of(item, read_description(item))[0].options == ("s", "m")


def test_a_switch_named_by_one_of_two_opposites_is_a_choice_of_both() -> None:
    item = parameter("on", kind="boolean")
    assert readings_of(item, read_description(item))[0].options == ("on", "off")


def test_what_has_no_type_is_a_text() -> None:
    item = Parameter(path=("x",), schema={"description": "The data."}, is_required=True, is_nullable=False)
    assert readings_of(item, read_description(item))[0].kind == "text"


def test_an_open_object_has_no_reading() -> None:
    item = Parameter(path=("x",), schema={"type": "object"}, is_required=True, is_nullable=False)
    assert readings_of(item, read_description(item)) == ()


@pytest.mark.parametrize(
    ("name", "kind", "description", "style"),
    [
        ("spread_rate", "integer", "Square meters that a bag of seed covers", ""),
        ("heart_rate", "integer", "Beats per minute", ""),
        ("return_rate", "number", "What it earns per year", "fraction"),
        ("tax", "number", "In percent", "percent"),
        ("p", "number", "The probability of a hit on each throw", "fraction"),
        ("gain", "number", "The annual growth rate of the herd", "fraction"),
    ],
)
def test_a_rate_is_a_share_unless_it_counts_something(
    name: str, kind: str, description: str, style: str
) -> None:
    assert first(parameter(name, description, kind))[1] == style


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("spot", "The city in which to look", ("text", "")),
        ("location", "The city in which to look", ("place", "city")),
        ("location", "The city and the country", ("place", "")),
        ("guest_name", "The name of the singer", ("name", "bare")),
        ("band_name", "The name of the band", ("name", "")),
    ],
)
def test_places_and_persons_have_the_style_of_their_description(
    name: str, description: str, expected: tuple[str, str]
) -> None:
    assert first(parameter(name, description)) == expected


@pytest.mark.parametrize(
    ("name", "description", "units"),
    [
        ("weight_kg", "", ("kg",)),
        ("stay_days", "", ("day",)),
        ("height", "The height in meters.", ("meters",)),
        ("speed", "The speed (km/h)", ("km/h",)),
        ("celsius", "", ("celsius",)),
        ("num_tickets", "", ("ticket", "tickets", "seats", "seat")),
        ("payments_per_year", "", ()),
        ("look_ahead", "The number of weeks to look ahead", ("week",)),
        ("field", "The size of the field in square meters", ("square meters",)),
        ("yield_of_seed", "The area in square meters that one bag covers", ()),
        ("num_matches", "", ("match", "games", "matches", "fixtures", "game")),
        ("num_success", "", ()),
        ("size", "Default is 5 miles", ()),
        ("amount", "", ()),
    ],
)
def test_a_unit_comes_from_the_name_or_the_description(
    name: str, description: str, units: tuple[str, ...]
) -> None:
    assert units_of(parameter(name, description, "integer")) == units


@pytest.mark.parametrize(
    ("name", "expected"), [("unit_price", True), ("price_rate", False), ("height", False)]
)
def test_money_is_told_by_its_name(name: str, expected: bool) -> None:
    assert is_money(parameter(name, kind="number")) is expected
