"""Choosing one of several functions by weighted cues."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_select import Selection, select_functions
from compiled_ai.factory.synthesis._call_shapes import CallSchema, Parameter, Shape
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import VisibleCase


def function(name: str, description: str, *parameters: str) -> Shape:
    items = tuple(
        Parameter(path=(item,), schema={"type": "string"}, is_required=True, is_nullable=False)
        for item in parameters
    )
    return Shape(name=name, description=description, parameters=items, arguments={})


HOME = CallSchema(
    request="request",
    name_key="function",
    shapes=(
        function("set_temperature", "Heat or cool a room.", "room", "degrees"),
        function("switch_light", "Turn the lamp of a room on or off.", "room", "state"),
        function("play_music", "Play songs of an artist in a room.", "artist", "room"),
    ),
)


def example(request: str, name: str) -> VisibleCase:
    output: JsonObject = {"function": name, "arguments": {"room": "attic"}}
    return VisibleCase(case_id="1", input={"request": request}, output=output)


def chosen(request: str, *examples: VisibleCase) -> str | None:
    selection = select_functions(HOME, examples)
    assert selection is not None
    return selection.choose(request)


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("Cool the attic", "set_temperature"),
        ("make it 20 degrees in the hall", "set_temperature"),
        ("turn off the lamp", "switch_light"),
        ("put on some music by Abba", "play_music"),
        ("What is the capital of France?", None),
        ("heat the lamp", None),
    ],
)
def test_words_that_tell_functions_apart_choose(request_text: str, name: str | None) -> None:
    assert chosen(request_text) == name


def test_words_of_examples_count() -> None:
    assert (
        chosen("It is freezing in here", example("Freezing in the attic", "set_temperature"))
        == "set_temperature"
    )


def test_values_of_examples_tell_nothing() -> None:
    assert chosen("the attic, please", example("Warm the attic", "set_temperature")) is None


def test_what_examples_contradict_each_other_about_is_declined() -> None:
    asked = "Turn off the lamp"
    assert chosen(asked, example(asked, "play_music"), example(asked, "set_temperature")) is None


def test_plurals_of_odd_words_are_the_same_word() -> None:
    shapes = (function("FindMovies", "Find movies.", "genre"), function("FindTrains", "Find trains.", "city"))
    calls = CallSchema(request="request", name_key="function", shapes=shapes)
    selection = select_functions(calls, ())
    assert selection is not None
    assert [selection.choose(text) for text in ("a movie, please", "any trains to Rome?", "some movies")] == [
        "FindMovies",
        "FindTrains",
        "FindMovies",
    ]


def test_verbs_of_one_meaning_tell_functions_of_one_thing_apart() -> None:
    shapes = (
        function("FindHouse", "Find a house.", "city"),
        function("BookHouse", "Book a house.", "city"),
        function("CancelHouse", "Cancel the stay in a house.", "city"),
    )
    calls = CallSchema(request="request", name_key="function", shapes=shapes)
    selection = select_functions(calls, ())
    assert selection is not None
    requests = ("look for a house in Rome", "reserve a house in Rome", "cancel the house in Rome")
    assert [selection.choose(text) for text in requests] == ["FindHouse", "BookHouse", "CancelHouse"]


def test_functions_that_are_about_as_likely_are_all_contenders() -> None:
    selection = Selection(cues={"find": {"house": 1.0}, "book": {"house": 0.5}, "sing": {"song": 1.0}})
    assert selection.contenders("a house") == ["find", "book"]
    assert selection.contenders("a boat") == []


def test_functions_with_the_same_words_cannot_be_told_apart() -> None:
    shapes = (function("read", "Read it.", "book"), function("read", "Read it.", "book"))
    twins = CallSchema(request="request", name_key="function", shapes=shapes)
    assert select_functions(twins, ()) is None


def test_the_source_holds_the_same_table() -> None:
    selection = Selection(cues={"read": {"book": 1.0}})
    scope: dict[str, object] = {}
    exec(selection.source(), scope)
    assert scope["FUNCTION_CUES"] == selection.cues
