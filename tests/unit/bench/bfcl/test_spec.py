"""BFCL's functions as specs."""

from __future__ import annotations

import pytest

from compiled_ai.bench.bfcl.source import BfclFunction
from compiled_ai.bench.bfcl.spec import first_answer, function_spec, json_schema_of, spec_name
from compiled_ai.errors import SpecError
from compiled_ai.spec.canonical import JsonObject

AREA = BfclFunction(
    name="geometry.triangle-area",
    description="Area of a triangle.",
    parameters={
        "type": "dict",
        "properties": {
            "base": {"type": "float", "description": "Its base."},
            "unit": {"type": "string", "enum": ["m", "cm"], "default": "m"},
        },
        "required": ["base"],
    },
)


@pytest.mark.parametrize(
    ("document", "schema"),
    [
        pytest.param(
            {"type": "float", "description": "x"}, {"type": "number", "description": "x"}, id="number"
        ),
        pytest.param({"type": "any"}, {}, id="any"),
        pytest.param({"type": "dict"}, {"type": "object"}, id="open object"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, {"enum": ["a", "b"]}, id="choice"),
        pytest.param({"type": "string", "default": "km"}, {"type": "string", "default": "km"}, id="default"),
        pytest.param(
            {"type": "boolean", "default": "false"},
            {"type": "boolean", "default": False},
            id="default as text",
        ),
        pytest.param(
            {"type": "integer", "default": "many"}, {"type": "integer"}, id="default of another type"
        ),
        pytest.param({"type": "integer", "default": True}, {"type": "integer"}, id="a truth is no number"),
        pytest.param(
            {"type": "tuple", "items": {"type": "float"}},
            {"type": "array", "items": {"type": "number"}},
            id="tuple",
        ),
        pytest.param({"type": "array"}, {"type": "array", "items": {}}, id="array of anything"),
        pytest.param(
            {"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]},
            {"type": "array", "items": {"enum": ["a", "b"]}},
            id="choices of the items",
        ),
        pytest.param(
            {"type": "dict", "properties": {"a": {"type": "integer"}}, "required": ["a", "gone"]},
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["a"],
                "properties": {"a": {"type": "integer"}},
            },
            id="object",
        ),
    ],
)
def test_types_become_json_schema(document: JsonObject, schema: JsonObject) -> None:
    assert json_schema_of(document) == schema


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("math.gcd", "math_gcd"),
        ("Book-Flight", "book_flight"),
        ("3d", "call_3d"),
        ("class", "call_class"),
        ("...", "call"),
    ],
)
def test_names_of_functions_become_names_of_specs(function: str, name: str) -> None:
    assert spec_name(function) == name


def test_the_first_acceptable_values_are_the_answer() -> None:
    accepted: JsonObject = {
        "a": [5, 5.0],
        "b": ["", "units"],
        "c": ["x", ""],
        "d": [[1, 2]],
        "e": [{"f": ["g", ""], "h": [1]}],
    }
    assert first_answer(accepted) == {"a": 5, "d": [1, 2], "e": {"h": 1}}
    assert first_answer(accepted, ["b"])["b"] == "units"


def test_a_spec_holds_function_and_cases() -> None:
    spec = function_spec(
        AREA, examples=[("base 3", {"base": 3}), ("", None)], tests=[("4 m wide", {"base": 4, "unit": "m"})]
    )
    assert spec.name == "geometry_triangle_area"
    assert "Area of a triangle." in spec.instructions
    assert [case.output for case in spec.examples] == [{"base": 3}, None]
    assert [case.output for case in spec.tests] == [{"base": 4, "unit": "m"}]
    assert spec.output_schema["required"] == ["base"]


def test_an_answer_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SpecError, match="base"):
        function_spec(AREA, examples=[("base 3", {"base": "3"})])
