"""Several functions written as one table."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis.function_call import FunctionCallSynthesizer
from compiled_ai.spec.canonical import JsonObject

BY = (FunctionCallSynthesizer(),)
TRAVEL = """
name: travel
description: Turn a request into a call of one of several functions.
instructions: |
  Call the one function that the request asks for.
  - find_bus: Search for a bus between two cities.
  - buy_ticket: Buy tickets for a bus at a time of day.
  - count_riders: Count the riders of a bus in a year.
  - show_version: Show the version of the program.
  - draw_map: Draw a map of shapes.
input: {request: string}
output:
  type: object
  additionalProperties: false
  required: [name, arguments]
  properties:
    name: {enum: [find_bus, buy_ticket, count_riders, show_version, draw_map]}
    arguments:
      anyOf:
        - title: find_bus
          description: Search for a bus between two cities.
          type: object
          required: [from_city, to_city]
          properties:
            from_city: {type: string, description: City of departure.}
            to_city: {type: string, description: City of arrival.}
        - title: buy_ticket
          description: Buy tickets for a bus at a time of day.
          type: object
          required: [time, tickets, seat]
          properties:
            time: {type: string, description: "Time of departure in HH:MM."}
            tickets: {type: integer, description: How many tickets.}
            seat: {enum: [aisle, window], default: aisle, description: "The seat. Default is 'aisle'."}
        - title: count_riders
          description: Count the riders of a bus in a year.
          type: object
          required: [year]
          properties:
            year: {type: integer, description: The year.}
            line: {type: string, enum: [north, south], description: "The line. Default is 'north'."}
        - title: show_version
          description: Show the version of the program.
          type: object
          properties: {}
        - title: draw_map
          description: Draw a map of shapes.
          type: object
          required: [shapes]
          properties:
            shapes: {type: array, items: {type: object}, description: The shapes.}
examples:
  - input: {request: "Find a bus from Rome to Paris"}
    output: {name: find_bus, arguments: {from_city: Rome, to_city: Paris}}
tests:
  - input: {request: ""}
    abstain: true
"""


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        pytest.param(
            "Search for a bus from Berlin to Madrid",
            {"name": "find_bus", "arguments": {"from_city": "Berlin", "to_city": "Madrid"}},
            id="shown",
        ),
        pytest.param(
            "Buy 3 tickets for the bus at 10:30",
            {"name": "buy_ticket", "arguments": {"time": "10:30", "tickets": 3, "seat": "aisle"}},
            id="never shown, with a fallback",
        ),
        pytest.param(
            "Count the riders of 2019", {"name": "count_riders", "arguments": {"year": 2019}}, id="number"
        ),
        pytest.param(
            "Show me the version", {"name": "show_version", "arguments": {}}, id="without parameters"
        ),
        pytest.param("Draw a map of three shapes", None, id="what no slots hold"),
        pytest.param("Find a bus", None, id="a value is missing"),
        pytest.param("Sing a song", None, id="nothing speaks for any"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_functions_share_their_code(synthesized: Any, request_text: str, expected: JsonObject | None) -> None:
    assert synthesized(TRAVEL, by=BY).run({"request": request_text}) == expected


def test_each_function_is_a_row_and_none_is_code(synthesized: Any) -> None:
    (body,) = synthesized(TRAVEL, by=BY).bodies
    assert "def _find_bus" not in body
    assert "COUNT_RIDERS_SLOTS" in body


BOOKING = """
name: booking
description: Turn a request into a call of one of several functions.
instructions: |
  Call the one function that the request asks for.
  - room_by_city: A room.
  - room_by_floor: A room.
  - sing: Sing a song.
input: {request: string}
output:
  type: object
  required: [name, arguments]
  properties:
    name: {enum: [room_by_city, room_by_floor, sing]}
    arguments:
      anyOf:
        - {title: room_by_city, type: object, required: [city], properties: {city: {type: string, description: The city.}}}
        - {title: room_by_floor, type: object, required: [floor], properties: {floor: {type: integer, description: The floor.}}}
        - {title: sing, type: object, required: [song], properties: {song: {type: string, description: The song.}}}
examples:
  - input: {request: "A room in the city of Rome"}
    output: {name: room_by_city, arguments: {city: Rome}}
tests:
  - input: {request: ""}
    abstain: true
"""


def test_slots_decide_between_functions_that_are_about_as_likely(synthesized: Any) -> None:
    program = synthesized(BOOKING, by=BY)
    found = [program.run({"request": text}) for text in ("A room in Paris", "Room 7", "A room")]
    assert found == [
        {"name": "room_by_city", "arguments": {"city": "Paris"}},
        {"name": "room_by_floor", "arguments": {"floor": 7}},
        None,
    ]


def test_a_default_that_examples_leave_out_is_left_out(synthesized: Any) -> None:
    shown = """
  - input: {request: "Count the riders of the north line in 2019"}
    output: {name: count_riders, arguments: {year: 2019}}
tests:"""
    program = synthesized(TRAVEL.replace("\ntests:", shown), by=BY)
    found = [
        program.run({"request": f"Count the riders of the {line} line in 2020"})
        for line in ("north", "south")
    ]
    assert found == [
        {"name": "count_riders", "arguments": {"year": 2020}},
        {"name": "count_riders", "arguments": {"year": 2020, "line": "south"}},
    ]
