"""Calls synthesized from small specs, run as the code that is emitted."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from compiled_ai.factory.synthesis.function_call import FunctionCallSynthesizer
from compiled_ai.spec.canonical import JsonObject

BY = (FunctionCallSynthesizer(),)
STAY = {
    "city": {"type": "string", "description": "The city of the hotel."},
    "nights": {"type": "integer", "description": "Number of nights to stay."},
    "breakfast": {"type": "boolean", "description": "Whether breakfast is included. Default is false."},
}


def text(
    parameters: dict[str, Any],
    cases: list[tuple[str, dict[str, Any] | None]],
    *,
    required: list[str] | None = None,
    name: str | None = "book_hotel",
    instructions: str = "Book a room in a hotel.",
) -> str:
    arguments = {
        "type": "object",
        "additionalProperties": False,
        "required": list(parameters) if required is None else required,
        "properties": parameters,
    }
    whole = {
        "type": "object",
        "additionalProperties": False,
        "required": ["function", "arguments"],
        "properties": {"function": {"const": name}, "arguments": arguments},
    }
    examples: list[dict[str, Any]] = []
    for request, answer in cases:
        given = {"function": name, "arguments": answer} if name else answer
        expectation = {"abstain": True} if answer is None else {"output": given}
        examples.append({"input": {"request": request}, **expectation})
    data = {
        "name": "task",
        "description": "A call.",
        "instructions": instructions,
        "input": {"request": "string"},
        "output": whole if name else arguments,
        "examples": examples,
        "tests": [{"input": {"request": "unseen"}, "abstain": True}],
        "accuracy": {"evaluator": "function_call" if name else "exact"},
    }
    return yaml.safe_dump(data, sort_keys=False)


PARIS = ("Book a hotel in Paris for 3 nights", {"city": "Paris", "nights": 3})


def arguments(found: Any, request: str) -> JsonObject | None:
    answer: JsonObject | None = found.run({"request": request})
    values = answer["arguments"] if answer else None
    return values if isinstance(values, dict) else None


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("Book a hotel in Rome for 2 nights", {"city": "Rome", "nights": 2}),
        ("a hotel in Berlin for four nights, please", {"city": "Berlin", "nights": 4}),
        (
            "Book a hotel in Oslo for 5 nights with breakfast",
            {"city": "Oslo", "nights": 5, "breakfast": True},
        ),
        ("Book a hotel in Rome", None),
    ],
)
def test_other_requests_are_filled_or_declined(
    synthesized: Any, request_text: str, expected: JsonObject | None
) -> None:
    found = synthesized(text(STAY, [PARIS], required=["city", "nights"]), by=BY)
    assert arguments(found, request_text) == expected


def test_without_a_function_name_the_arguments_are_the_output(synthesized: Any) -> None:
    found = synthesized(text(STAY, [PARIS], required=["city", "nights"], name=None), by=BY)
    assert found.run({"request": "Book a hotel in Rome for 2 nights"}) == {"city": "Rome", "nights": 2}


def test_a_required_value_that_is_missing_takes_its_default(synthesized: Any) -> None:
    parameters = {**STAY, "class": {"type": "string", "enum": ["simple", "fine"], "default": "simple"}}
    case = (PARIS[0], {**PARIS[1], "class": "simple", "breakfast": False})
    found = synthesized(text(parameters, [case]), by=BY)
    assert arguments(found, "Book a fine hotel in Rome for 2 nights") == {
        "city": "Rome",
        "nights": 2,
        "class": "fine",
        "breakfast": False,
    }


def test_an_example_shows_that_defaults_are_left_out(synthesized: Any) -> None:
    rooms = {"type": "integer", "description": "Number of rooms. Default is 1."}
    case = ("Book 1 room in a hotel in Paris for 3 nights", PARIS[1])
    found = synthesized(text({**STAY, "rooms": rooms}, [case], required=["city", "nights"]), by=BY)
    assert arguments(found, case[0]) == PARIS[1]
    assert arguments(found, "Book 2 rooms in a hotel in Rome for 4 nights") == {
        "city": "Rome",
        "nights": 4,
        "rooms": 2,
    }


def test_an_example_shows_how_a_rate_is_written(synthesized: Any) -> None:
    parameters = {"price": {"type": "number"}, "tax_rate": {"type": "number"}}
    asked = "Add a tax rate of 19% to a price of $50"
    percent = synthesized(text(parameters, [(asked, {"price": 50, "tax_rate": 19})]), by=BY)
    share = synthesized(text(parameters, [(asked, {"price": 50, "tax_rate": 0.19})]), by=BY)
    other = "Add a tax rate of 7% to a price of $30"
    assert arguments(percent, other) == {"price": 30, "tax_rate": 7}
    assert arguments(share, other) == {"price": 30, "tax_rate": 0.07}


def test_a_nested_object_is_built(synthesized: Any) -> None:
    place = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
    parameters = {"where": place, "nights": STAY["nights"]}
    case = (PARIS[0], {"where": {"city": "Paris"}, "nights": 3})
    found = synthesized(text(parameters, [case]), by=BY)
    assert arguments(found, "Book a hotel in Rome for 2 nights") == {"where": {"city": "Rome"}, "nights": 2}


def test_how_often_a_year_is_a_number(synthesized: Any) -> None:
    parameters = {
        "principal": {"type": "integer", "description": "The amount invested."},
        "compounds": {"type": "integer", "description": "Times the interest is compounded per year."},
    }
    case = ("Invest $500 compounded monthly", {"principal": 500, "compounds": 12})
    found = synthesized(text(parameters, [case], name="invest", instructions="Invest money."), by=BY)
    assert arguments(found, "Invest $800 compounded quarterly") == {"principal": 800, "compounds": 4}


def test_nothing_is_proposed_when_no_setting_gives_the_example(synthesized: Any) -> None:
    case = (PARIS[0], {"city": "London", "nights": 7})
    assert synthesized(text(STAY, [case], required=["city", "nights"]), by=BY).bodies == ()


def test_nothing_is_proposed_when_a_due_refusal_is_answered(synthesized: Any) -> None:
    cases = [PARIS, ("Book a hotel in Rome for 2 nights", None)]
    assert synthesized(text(STAY, cases, required=["city", "nights"]), by=BY).bodies == ()


def test_the_same_spec_gives_the_same_code(synthesized: Any) -> None:
    spec = text(STAY, [PARIS], required=["city", "nights"])
    assert synthesized(spec, by=BY).sources == synthesized(spec, by=BY).sources


def test_the_code_says_what_it_implements(synthesized: Any) -> None:
    source = synthesized(text(STAY, [PARIS], required=["city", "nights"]), by=BY).sources[0]
    assert "# Book a room in a hotel." in source
    assert "Slot(name='city', kind='place'" in source


def test_a_sentence_that_a_checker_would_obey_is_no_comment(synthesized: Any) -> None:
    spec = text(
        STAY, [PARIS], required=["city", "nights"], instructions="Book it, noqa: E501 or type: ignore."
    )
    assert "noqa" not in synthesized(spec, by=BY).bodies[0]


HOME = """
name: home
description: Turn a request to a smart home into one call.
instructions: |
  - heat(room, celsius): warm a room. room is one of hall, attic. celsius is a number from 5 to 30.
  - switch_light(room, on): the lamp of a room. on is true or false.
  The loft is the attic.
input: {request: string}
output:
  type: object
  additionalProperties: false
  required: [function, arguments]
  properties:
    function: {enum: [heat, switch_light]}
    arguments:
      type: object
      additionalProperties: false
      properties:
        room: {enum: [hall, attic]}
        celsius: {type: number, minimum: 5, maximum: 30}
        on: {type: boolean}
examples:
  - input: {request: "Heat the hall to 21 degrees"}
    output: {function: heat, arguments: {room: hall, celsius: 21}}
  - input: {request: "Turn on the lamp in the attic"}
    output: {function: switch_light, arguments: {room: attic, "on": true}}
tests:
  - input: {request: "Sing a song"}
    abstain: true
"""


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("heat the attic to 18 degrees", {"function": "heat", "arguments": {"room": "attic", "celsius": 18}}),
        ("lamp on in the hall", {"function": "switch_light", "arguments": {"room": "hall", "on": True}}),
        ("What time is it?", None),
        ("heat the attic", None),
    ],
)
def test_one_of_several_functions_is_chosen_and_filled(
    synthesized: Any, request_text: str, expected: JsonObject | None
) -> None:
    assert synthesized(HOME, by=BY).run({"request": request_text}) == expected


def test_a_function_without_parameters_may_be_among_several(synthesized: Any) -> None:
    functions = "function: {enum: [heat, switch_light, stop_all]}"
    listed = "- stop_all(): stop every machine.\n  The loft is the attic."
    spec = HOME.replace("function: {enum: [heat, switch_light]}", functions).replace(
        "The loft is the attic.", listed
    )
    assert synthesized(spec, by=BY).run({"request": "Stop every machine"}) == {
        "function": "stop_all",
        "arguments": {},
    }


def test_a_constant_is_given_without_being_named(synthesized: Any) -> None:
    parameters = {"city": STAY["city"], "scale": {"const": "celsius"}}
    case = ("The weather in Paris", {"city": "Paris", "scale": "celsius"})
    found = synthesized(
        text(parameters, [case], name="weather", instructions="The weather of a city."), by=BY
    )
    assert arguments(found, "The weather in Rome") == {"city": "Rome", "scale": "celsius"}


def test_a_value_without_a_type_is_a_text(synthesized: Any) -> None:
    parameters = {
        "trees": {"type": "integer", "description": "The number of trees."},
        "data": {"description": "The training data."},
    }
    shown = ("Grow 40 trees on the training data my_rows", {"trees": 40, "data": "my_rows"})
    found = synthesized(text(parameters, [shown], name="grow"), by=BY)
    assert arguments(found, "Grow 9 trees on the training data other_rows") == {
        "trees": 9,
        "data": "other_rows",
    }


def test_names_of_the_example_that_are_no_value_do_not_stop_it(synthesized: Any) -> None:
    parameters = {**STAY, "view": {"type": "string", "description": "The view that is preferred."}}
    shown = ("Dear Walter, book a hotel in Paris for 3 nights", {"city": "Paris", "nights": 3})
    found = synthesized(text(parameters, [shown], required=["city", "nights"]), by=BY)
    assert arguments(found, "book a hotel in Rome for 2 nights") == {"city": "Rome", "nights": 2}
