"""Which acceptable answer is shown as the example."""

from __future__ import annotations

import pytest

from compiled_ai.bench.bfcl.answer import shown_answer
from compiled_ai.bench.bfcl.source import BfclFunction
from compiled_ai.spec.canonical import JsonObject, JsonValue


def shown(
    accepted: JsonValue, request: str, *, required: bool = True, description: str = "", name: str = "item"
) -> JsonObject:
    function = BfclFunction(
        name="act",
        description="Act.",
        parameters={
            "type": "dict",
            "properties": {name: {"type": "string", "description": description}},
            "required": [name] if required else [],
        },
    )
    return shown_answer(function, {name: accepted}, request)


@pytest.mark.parametrize(
    ("accepted", "request_text", "value"),
    [
        (["otter", "otters"], "How many otters are there?", "otters"),
        (["Oslo City, NO", "Oslo, NO"], "a room in Oslo", "Oslo, NO"),
        (["Lake", "Blue Lake Park"], "How big is Blue Lake Park?", "Blue Lake Park"),
        (["EUR", "euros"], "convert it to euros", "EUR"),
        (["2024-05-01", "May 1, 2024"], "on May 1, 2024", "2024-05-01"),
        ([["b", "a"], ["a", "b"]], "a and b, please", ["a", "b"]),
        ([3, 3.0], "three of them", 3),
        (["dry", "wet_road"], "on a wet road", "wet_road"),
    ],
    ids=[
        "as it is said",
        "nearest",
        "whole name",
        "code",
        "date in the form asked for",
        "order",
        "number",
        "with an underscore",
    ],
)
def test_the_value_that_the_request_states_is_shown(
    accepted: JsonValue, request_text: str, value: JsonValue
) -> None:
    assert shown(accepted, request_text) == {"item": value}


def test_of_values_that_are_not_said_the_default_is_shown() -> None:
    function = BfclFunction(
        name="act",
        description="Act.",
        parameters={
            "type": "dict",
            "properties": {"item": {"type": "string", "default": "all boats"}},
            "required": ["item"],
        },
    )
    assert shown_answer(function, {"item": ["ferry", "all boats"]}, "a trip") == {"item": "all boats"}


def test_the_form_of_the_description_comes_first() -> None:
    found = shown(["Ghent", "Ghent, BE"], "a room in Ghent", description="City and state, e.g. Reno, NV")
    assert found == {"item": "Ghent, BE"}


@pytest.mark.parametrize(
    ("accepted", "request_text", "value"),
    [
        (["red", ""], "a red kite", "red"),
        (["red", ""], "a kite", None),
        (["all", ""], "all kites", None),
        ([2, ""], "with two tails", 2),
        ([2, ""], "a kite", None),
        ([0.05, ""], "at 5%", 0.05),
        ([True, ""], "with its wind data", None),
        ([True, False, ""], "with every item", None),
        ([True, ""], "with every item", True),
    ],
)
def test_an_optional_value_is_shown_where_the_request_states_it(
    accepted: JsonValue, request_text: str, value: JsonValue
) -> None:
    found = shown(accepted, request_text, required=False)
    assert found == ({} if value is None else {"item": value})


def test_a_number_that_another_parameter_needs_is_not_stated_twice() -> None:
    function = BfclFunction(
        name="roll",
        description="Roll.",
        parameters={"type": "dict", "properties": {}, "required": ["wanted"]},
    )
    accepted: JsonObject = {"wanted": [6], "sides": [6, ""]}
    assert shown_answer(function, accepted, "roll a six") == {"wanted": 6}
    assert shown_answer(function, accepted, "roll a six on a six-sided die") == {"wanted": 6, "sides": 6}
