"""What a schema says of places inside an input, first inputs made from it alone, and its translation."""

from __future__ import annotations

import pytest

from compiled_ai.inputs._samples import samples
from compiled_ai.inputs._schema import SchemaReader, put, remove
from compiled_ai.inputs._translate import UntranslatableError, has_patterns, to_draft7
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import Checker

TREE: JsonObject = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
    "additionalProperties": False,
}


def test_put_changes_one_place_and_not_the_original() -> None:
    value: JsonObject = {"a": [{"b": 1}, {"b": 2}], "c": 3}
    assert put(value, ("a", 1, "b"), 9) == {"a": [{"b": 1}, {"b": 9}], "c": 3}
    assert value == {"a": [{"b": 1}, {"b": 2}], "c": 3}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (("c",), {"a": [{"b": 1}, {"b": 2, "d": 4}]}),
        (("a", 1, "b"), {"a": [{"b": 1}, {"d": 4}], "c": 3}),
        (("x", "y"), {"a": [{"b": 1}, {"b": 2, "d": 4}], "c": 3}),
    ],
    ids=["outside", "inside", "nowhere"],
)
def test_remove_takes_out_one_field(path: tuple[str | int, ...], left: JsonObject) -> None:
    value: JsonObject = {"a": [{"b": 1}, {"b": 2, "d": 4}], "c": 3}
    assert remove(value, path) == left
    assert value == {"a": [{"b": 1}, {"b": 2, "d": 4}], "c": 3}


def test_spots_know_what_references_and_alternatives_say() -> None:
    schema: JsonObject = {
        "$defs": {"short": {"$anchor": "s", "type": "string", "maxLength": 3}},
        "type": "object",
        "properties": {"a": {"anyOf": [{"$ref": "#/$defs/short"}, {"type": "null"}]}, "b": {"$ref": "#s"}},
        "patternProperties": {"^x": {"const": 1}},
        "additionalProperties": {"type": "boolean"},
    }
    spots = {spot.path: spot for spot in SchemaReader(schema).spots({"a": "q", "b": "r", "x1": 1, "z": True})}
    assert {"type": "null"} in spots["a",].nodes
    assert {node.get("maxLength") for node in spots["a",].nodes} == {None, 3}
    assert [node.get("maxLength") for node in spots["b",].nodes] == [None, 3]
    assert spots["x1",].nodes == ({"const": 1},)
    assert spots["z",].nodes == ({"type": "boolean"},)


def test_spots_of_a_long_list_are_its_ends() -> None:
    schema: JsonObject = {"properties": {"l": {"prefixItems": [{"const": 0}], "items": {"type": "integer"}}}}
    items: list[JsonValue] = [*range(50)]
    spots = [spot for spot in SchemaReader(schema).spots({"l": items}) if len(spot.path) == 2]
    assert [spot.path[1] for spot in spots] == [0, 1, 2, 49]
    assert spots[0].nodes == ({"const": 0},)
    assert spots[3].nodes == ({"type": "integer"},)
    assert spots[3].general_path == ("l", "*")


def test_spots_of_a_recursive_schema_end() -> None:
    value: JsonValue = {"name": "leaf"}
    for _ in range(30):
        value = {"name": "n", "children": [value]}
    paths = [spot.path for spot in SchemaReader(TREE).spots(value)]
    assert max(map(len, paths)) <= 13


@pytest.mark.parametrize("reference", ["#/$defs/none", "#gone", "https://example.com/x", "#/a/0"])
def test_dead_reference_leads_nowhere(reference: str) -> None:
    assert SchemaReader({"type": "object"}).target(reference) is None


SAMPLED: dict[str, JsonObject] = {
    "recursive": TREE,
    "alternatives": {
        "type": "object",
        "oneOf": [
            {"properties": {"k": {"const": "a"}, "n": {"type": "number"}}, "required": ["k", "n"]},
            {"properties": {"k": {"const": "b"}}, "required": ["k"], "additionalProperties": False},
        ],
    },
    "limits": {
        "type": "object",
        "required": ["m", "i", "s", "l"],
        "properties": {
            "m": {"type": "number", "multipleOf": 0.25, "exclusiveMinimum": 1, "maximum": 2},
            "i": {"type": "integer", "multipleOf": 7, "minimum": 8},
            "s": {"type": "string", "minLength": 40, "maxLength": 40},
            "l": {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
        },
    },
    "all of": {
        "type": "object",
        "allOf": [
            {"properties": {"a": {"type": "integer", "minimum": 3}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 5}, "b": {"type": ["string", "null"]}}, "required": ["b"]},
        ],
    },
    "formats": {
        "type": "object",
        "required": ["d", "t", "n"],
        "properties": {
            "d": {"type": "string", "format": "date"},
            "t": {"type": "string", "format": "date-time"},
            "n": {"type": "string", "format": "decimal"},
        },
    },
    "condition": {
        "type": "object",
        "properties": {"c": {"enum": ["US", "DE"]}, "zip": {"type": "string"}},
        "required": ["c", "zip"],
        "if": {"properties": {"c": {"const": "US"}}},
        "then": {"properties": {"zip": {"maxLength": 5}}},
        "else": {"properties": {"zip": {"minLength": 7}}},
    },
    "dependent": {
        "type": "object",
        "properties": {"card": {"type": "string"}, "z": {"type": "string"}},
        "dependentRequired": {"card": ["z"]},
        "dependentSchemas": {"card": {"properties": {"z": {"maxLength": 2}}}},
        "minProperties": 2,
    },
    "anything": {"type": "object"},
}


@pytest.mark.parametrize("name", SAMPLED)
def test_some_samples_conform(name: str) -> None:
    schema = SAMPLED[name]
    fitting = [value for value in samples(SchemaReader(schema)) if Checker(schema).is_valid(value)]
    assert len(fitting) >= 4


def test_samples_of_what_nothing_satisfies_end() -> None:
    schema: JsonObject = {
        "$defs": {
            "n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}, "required": ["next"]}
        },
        "$ref": "#/$defs/n",
    }
    assert not any(Checker(schema).is_valid(value) for value in samples(SchemaReader(schema)))


def test_translation_renames_what_draft_7_calls_otherwise() -> None:
    translated, notes = to_draft7(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": {"d": {"type": "string"}},
            "type": "object",
            "properties": {"t": {"prefixItems": [{"$ref": "#/$defs/d"}], "items": False}},
            "dependentRequired": {"a": ["b"]},
            "unevaluatedProperties": False,
        }
    )
    assert notes == ()
    assert translated == {
        "type": "object",
        "properties": {"t": {"items": [{"allOf": [{"type": "string"}]}], "additionalItems": False}},
        "dependencies": {"a": ["b"]},
        "additionalProperties": False,
    }


def test_translation_opens_a_recursive_schema_a_few_levels() -> None:
    translated, _ = to_draft7(TREE)
    depth = 0
    while isinstance(translated, dict):
        children = translated["properties"]["children"]["items"]["allOf"]  # type: ignore[index,call-overload]  # the shape of TREE
        translated = children[0]  # type: ignore[index]  # the shape of TREE
        depth += 1
    assert (translated, depth) == (False, 3)


def test_translation_notes_a_pattern_that_python_cannot_read() -> None:
    translated, notes = to_draft7({"properties": {"p": {"pattern": r"^\p{L}+$"}, "q": {"pattern": "^a$"}}})
    assert translated == {"properties": {"p": {}, "q": {"pattern": "^a$"}}}
    assert len(notes) == 1
    assert r"\p{L}" in notes[0]


def test_translation_gives_up_on_a_schema_that_explodes() -> None:
    each: JsonObject = {f"f{index}": {"$ref": "#"} for index in range(30)}
    with pytest.raises(UntranslatableError, match="more than 3000 parts"):
        to_draft7({"type": "object", "properties": each})


def test_patterns_are_found_anywhere() -> None:
    assert has_patterns({"items": [{"properties": {"a": {"pattern": "x"}}}]})
    assert not has_patterns({"items": [{"properties": {"a": {"format": "date"}}}]})
