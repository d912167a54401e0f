"""From parameters to the slots that are tried."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis._call_shapes import Parameter, Shape
from compiled_ai.factory.synthesis._call_slots import Field, fields_of


def field(*, required: bool = True, nullable: bool = False, **schema: Any) -> Field | None:
    item = Parameter(path=("item",), schema=schema, is_required=required, is_nullable=nullable)
    found = fields_of(Shape(name="act", description="Act.", parameters=(item,), arguments={}))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("schema", "fallback"),
    [
        ({"type": "string", "default": "km"}, "km"),
        ({"type": "integer", "description": "Default is 3."}, 3),
        ({"type": "boolean"}, False),
        ({"const": "km"}, "km"),
    ],
)
def test_a_required_parameter_falls_back_where_something_says_on_what(
    schema: dict[str, Any], fallback: object
) -> None:
    found = field(**schema)
    assert found is not None
    assert (found.has_fallback, found.fallback) == (True, fallback)
    assert not any(slot.required for slot in found.settings)


def test_a_nullable_parameter_falls_back_on_null() -> None:
    found = field(nullable=True, type=["string", "null"])
    assert found is not None
    assert (found.has_fallback, found.fallback) == (True, None)


def test_an_optional_parameter_has_no_fallback() -> None:
    found = field(required=False, type="string", default="km")
    assert found is not None
    assert (found.has_fallback, found.default) == (False, "km")


def test_bounds_of_the_schema_are_bounds_of_the_slot() -> None:
    found = field(type="integer", minimum=2, maximum=9)
    assert found is not None
    assert (found.settings[0].minimum, found.settings[0].maximum) == (2, 9)


def test_what_no_slot_holds_is_no_field() -> None:
    assert field(type="object") is None


def test_a_noun_that_two_parameters_count_is_no_unit() -> None:
    items = tuple(
        Parameter(path=(name,), schema={"type": "integer"}, is_required=True, is_nullable=False)
        for name in ("total_marbles", "red_marbles")
    )
    found = fields_of(Shape(name="draw", description="Draw.", parameters=items, arguments={})) or ()
    assert [item.settings[0].units for item in found] == [(), ()]


def test_words_of_an_option_are_no_cues_of_its_choice() -> None:
    found = field(type="string", description="Either 'with_sugar' or 'plain' sugar.", default="plain")
    assert found is not None
    assert not any(cue.startswith("sugar") for cue in found.settings[0].cues)


def test_what_a_rate_is_said_per_is_no_choice_of_how_often() -> None:
    items = (
        Parameter(path=("annual_rate",), schema={"type": "number"}, is_required=True, is_nullable=False),
        Parameter(
            path=("credited",),
            schema={"type": "string", "enum": ["monthly", "annually"]},
            is_required=True,
            is_nullable=False,
        ),
    )
    rate, credited = fields_of(Shape(name="save", description="Save.", parameters=items, arguments={})) or ()
    assert "per annum" in rate.settings[0].cues
    assert not {"per annum", "per year"} & set(credited.settings[0].choices["annually"])
    assert "per month" in credited.settings[0].choices["monthly"]


def test_a_time_of_the_day_may_be_said_where_the_default_is_one() -> None:
    found = field(required=False, type="string", description="Time of the call. Default is 'morning'.")
    assert found is not None
    assert not found.settings[0].choices  # "item" is no time by its name
    items = (
        Parameter(
            path=("time",),
            schema={"type": "string", "default": "morning"},
            is_required=False,
            is_nullable=False,
        ),
    )
    (time,) = fields_of(Shape(name="call", description="Call.", parameters=items, arguments={})) or ()
    assert (time.settings[0].kind, "evening" in time.settings[0].choices) == ("time", True)
