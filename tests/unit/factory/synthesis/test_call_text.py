"""What a description says of a parameter, read by fixed rules."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_text import read_description
from compiled_ai.spec.canonical import JsonObject, JsonValue


def parameter(description: str, kind: str = "string", **schema: JsonValue) -> Parameter:
    whole: JsonObject = {"type": kind, "description": description, **schema}
    return Parameter(path=("field",), schema=whole, is_required=False, is_nullable=False)


@pytest.mark.parametrize(
    ("description", "kind", "default"),
    [
        ("The unit. Default is 'km'.", "string", "km"),
        ("The unit (defaults to 'km').", "string", "km"),
        ("The unit, with 'km' as default.", "string", "km"),
        ("The default value is 'km'", "string", "km"),
        ("Decimal places. Optional, default is 2.", "integer", 2),
        ("Start speed in m/s. Default is zero.", "integer", 0),
        ("Level (default: 0.05)", "number", 0.05),
        ("Default value is 9.81 m/s^2.", "number", 9.81),
        ("Whether to show all. Default is false", "boolean", False),
        ("The unit. Default to not use it if not specified.", "string", None),
        ("A count. Default is 'many'.", "integer", None),
        ("Nothing is said.", "string", None),
    ],
)
def test_a_default_is_read_where_it_has_the_right_type(
    description: str, kind: str, default: JsonValue
) -> None:
    said = read_description(parameter(description, kind))
    assert (said.default, said.has_default) == (default, default is not None)


def test_a_default_of_the_schema_counts_before_that_of_the_description() -> None:
    assert read_description(parameter("Default is 'b'.", default="a")).default == "a"


def test_a_default_that_is_none_of_the_enum_is_no_default() -> None:
    assert not read_description(parameter("Default is 'c'.", enum=["a", "b"])).has_default


@pytest.mark.parametrize(
    ("description", "options"),
    [
        ("The unit: 'km' or 'miles'.", ("km", "miles")),
        ("One of 'red', 'green', or 'blue'.", ("red", "green", "blue")),
        ("Can be 'list' for a list of all or 'dictionary' for a count.", ("list", "dictionary")),
        (
            "'gas' means petrol, 'diesel' refers to diesel, and 'EV' refers to electric.",
            ("gas", "diesel", "EV"),
        ),
        ("The scale, either major or minor.", ("major", "minor")),
        ("The format (percentage or fraction).", ("percentage", "fraction")),
        ("The kind, e.g. 'soft', 'hard'.", ()),
        ("Options: 'single', 'double', 'deluxe', etc.", ()),
        ("Default is 'km'.", ()),
    ],
)
def test_options_are_listed_where_the_description_names_all(
    description: str, options: tuple[str, ...]
) -> None:
    assert read_description(parameter(description)).options == options


@pytest.mark.parametrize(
    ("description", "samples"),
    [
        ("The kind, e.g. 'soft', 'hard'.", ("soft", "hard")),
        ("Options: 'single', 'double', 'deluxe', etc.", ("single", "double", "deluxe")),
        ("Restrictions e.g. vegan, vegetarian, gluten free.", ("vegan", "vegetarian", "gluten free")),
        ("The slope like steep, moderate etc.", ("steep", "moderate")),
        ("The standard (e.g. basic, plain). Default is 'basic'", ("basic", "plain")),
    ],
)
def test_samples_are_read_with_and_without_quotes(description: str, samples: tuple[str, ...]) -> None:
    assert read_description(parameter(description)).samples == samples


@pytest.mark.parametrize(
    ("description", "style"),
    [
        ("The day in the format YYYY-MM-DD.", "YYYY-MM-DD"),
        ("Format: yyyy-mm-dd", "YYYY-MM-DD"),
        ("The date (month-day-year) of the visit.", "MM-DD-YYYY"),
        ("As DD/MM/YYYY, please", "DD/MM/YYYY"),
        ("A date.", ""),
    ],
)
def test_a_date_format_is_read_in_capital_letters(description: str, style: str) -> None:
    assert read_description(parameter(description)).date_format == style


def test_a_clock_format_is_read() -> None:
    assert read_description(parameter("Opening time, hh:mm")).clock_format == "HH:MM"


def test_words_leave_defaults_and_samples_out() -> None:
    said = read_description(parameter("The town to visit, such as Boston. Default is 'Rome'."))
    assert said.words == ("the", "town", "to", "visit")


@pytest.mark.parametrize(
    ("description", "options"),
    [
        ("Kind of road: dry is the usual, wet_road has rain. Default is 'dry'.", ("dry", "wet_road")),
        ("Kind of road. Default is 'dry'. Uses road_table.csv.", ()),
        ("Kind of road, wet_road has rain.", ()),
    ],
    ids=["default and codes", "a file is no code", "without a default"],
)
def test_codes_beside_the_default_are_options(description: str, options: tuple[str, ...]) -> None:
    assert read_description(parameter(description)).options == options


def test_samples_may_follow_i_e() -> None:
    assert read_description(parameter("What to tell, i.e., height, colour, smell etc.")).samples == (
        "height",
        "colour",
        "smell",
    )
