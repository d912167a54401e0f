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
