"""Calibration of slots with examples."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis._call_search import Choice, Shown, calibrate, is_same_answer, penalty
from compiled_ai.factory.synthesis._call_shapes import Parameter, Shape
from compiled_ai.factory.synthesis._call_slots import Field, fields_of
from compiled_ai.spec.canonical import JsonObject


def fields(*, required: bool = True, **parameters: dict[str, Any]) -> tuple[Field, ...]:
    items = tuple(
        Parameter(path=(name,), schema=schema, is_required=required, is_nullable=False)
        for name, schema in parameters.items()
    )
    found = fields_of(Shape(name="pay", description="Pay a bill.", parameters=items, arguments={}))
    assert found is not None
    return found


def calibrated(request: str, arguments: JsonObject, *, required: bool = True, **parameters: Any) -> Choice:
    shown = [Shown(request=request, arguments=arguments)]
    choice = calibrate(fields(required=required, **parameters), shown, ())
    assert penalty(choice, shown) == 0
    return choice


def test_without_examples_the_likeliest_settings_stay() -> None:
    found = fields(rate={"type": "number"})
    assert calibrate(found, [], ()).table == (found[0].settings[0],)


def test_the_style_that_an_example_shows_is_taken() -> None:
    choice = calibrated("pay a rate of 5%", {"rate": 5.0}, rate={"type": "number"})
    assert choice.table[0].style == "percent"


def test_a_default_that_an_example_leaves_out_is_left_out() -> None:
    copies = {"type": "integer", "description": "Number of copies. Default is 1."}
    choice = calibrated("pay for 1 copy", {}, required=False, copies=copies)
    assert choice.omitted == {"copies"}
    assert choice.answer("pay for 3 copies") == {"copies": 3}


def test_what_an_example_states_and_leaves_out_goes_without_saying() -> None:
    colour = {"type": "string", "enum": ["red", "blue"]}
    choice = calibrated("pay the red bill", {}, required=False, colour=colour)
    assert choice.answer("pay the red bill") == {}
    assert choice.answer("pay the blue bill") == {"colour": "blue"}


def test_an_optional_parameter_is_never_left_out_for_good() -> None:
    shown = [Shown(request="pay by 3 May 2021", arguments={})]
    choice = calibrate(fields(required=False, date={"type": "string"}), shown, ())
    assert all(choice.slots)


def test_words_of_an_example_mean_no_optional_value() -> None:
    found: dict[str, JsonObject] = {"amount": {"type": "integer"}, "gas": {"type": "string"}}
    items = tuple(
        Parameter(path=(name,), schema=schema, is_required=name == "amount", is_nullable=False)
        for name, schema in found.items()
    )
    shape = Shape(name="pay", description="Pay a bill.", parameters=items, arguments={})
    settings = fields_of(shape)
    assert settings is not None
    shown = [Shown(request="monsoon 5", arguments={"amount": 5})]
    choice = calibrate(settings, shown, ())
    assert (choice.known, choice.answer("monsoon 7")) == (("monsoon",), {"amount": 7})
    assert choice.answer("typhoon 7") is None


def test_a_refusal_tells_nothing_of_what_was_filled() -> None:
    choice = calibrate(fields(copies={"type": "integer"}), [], ())
    assert choice.answer("pay now") is None


def test_what_is_missing_is_worse_than_what_differs_in_case() -> None:
    choice = calibrate(fields(title={"type": "string"}), [], ())
    asked = "pay the bill titled 'Rent'"
    close = penalty(choice, [Shown(request=asked, arguments={"title": "rent"})])
    wrong = penalty(choice, [Shown(request=asked, arguments={"title": "Power"})])
    assert 0 < close < 1 < wrong


@pytest.mark.parametrize(
    ("given", "expected", "same"),
    [
        ({"town": "New York"}, {"town": "new york"}, True),
        ({"town": "York"}, {"town": "new york"}, False),
        ({"n": 3.0}, {"n": 3}, True),
        ({"n": 3, "m": 1}, {"n": 3}, False),
    ],
)
def test_answers_are_compared_as_calls(given: JsonObject, expected: JsonObject, same: bool) -> None:
    assert is_same_answer(given, expected) is same
