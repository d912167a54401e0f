"""The schema check of modules that stand alone, next to the library that is used elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.durable.plain_schema import PlainSchema, unsupported
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import Checker, expand_object

LINE: JsonObject = {"sku": "string", "count": "integer", "price": "decimal?"}
SCHEMAS: dict[str, JsonObject] = {
    "shorthand": expand_object({"a": "integer", "b": "string[]", "c": "date?", "d": ["x", "y"], "e": LINE}),
    "kinds": {
        "type": "object",
        "properties": {
            "a": {"type": ["integer", "null"], "minimum": 0, "exclusiveMaximum": 10},
            "b": {"type": "array", "items": {"enum": [1, "x", None, True]}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
            "c": {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^[a-y0-9]+$"},
            "d": {"const": 1},
            "e": {"anyOf": [{"type": "boolean"}, {"type": "object", "minProperties": 1}]},
        },
        "maxProperties": 4,
    },
    "tree": {
        "type": "object",
        "$defs": {"node": {"type": "object", "properties": {"a": {"$ref": "#/$defs/node"}, "b": {"not": {"type": "string"}}}}},
        "properties": {"a": {"$ref": "#/$defs/node"}, "e": {"$ref": "#"}},
        "additionalProperties": {"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "array", "prefixItems": [True, False]}]},
        "propertyNames": {"maxLength": 1},
    },
}  # fmt: skip
LEAVES = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 1.5, 10, -1, 10**30, "", "x", "y", "ab", "x\n", "xyz", "2026-02-28", "2026-02-30", "1.50", "\ud800", "é"]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "sku", "count"]), inner)
    ),
    max_leaves=8,
)
GOOD: JsonObject = {
    "a": 1.0,
    "b": ["x"],
    "c": "2026-02-28",
    "d": "x",
    "e": {"sku": "a", "count": 1, "price": "1.50"},
}


@pytest.mark.parametrize("name", SCHEMAS)
@settings(deadline=None)
@given(data=st.dictionaries(st.sampled_from("abcde"), VALUES))
def test_it_agrees_with_the_library(name: str, data: JsonObject) -> None:
    schema = SCHEMAS[name]
    assert (PlainSchema(schema).misfit(data) is None) == Checker(schema).is_valid(data)


@settings(deadline=None)
@given(st.sampled_from("abcde"), VALUES)
def test_it_agrees_with_the_library_on_almost_good_data(name: str, value: JsonValue) -> None:
    schema = SCHEMAS["shorthand"]
    data = {**GOOD, name: value}
    assert (PlainSchema(schema).misfit(data) is None) == Checker(schema).is_valid(data)


def test_a_misfit_is_named_by_place_and_rule() -> None:
    data: JsonObject = {**GOOD, "e": {"sku": 1, "count": 1, "price": None}}
    assert PlainSchema(SCHEMAS["shorthand"]).misfit(data) == (("e", "sku"), "type")


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_it_can_check_is_let_through(name: str) -> None:
    assert unsupported(SCHEMAS[name]) is None


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "format": "email"},
        {"type": "string", "pattern": r"^\d+$"},
        {"type": "number", "multipleOf": 0.1},
        {"unevaluatedProperties": False},
        {"$ref": "https://example.org/schema"},
        {"$dynamicRef": "#node"},
    ],
    ids=lambda schema: next(reversed(schema)),
)
@pytest.mark.parametrize("wrap", ["itself", "property", "alternative"])
def test_what_it_cannot_check_is_refused(schema: JsonObject, wrap: str) -> None:
    wrapped: dict[str, JsonValue] = {
        "itself": schema,
        "property": {"properties": {"a": schema}},
        "alternative": {"items": {"anyOf": [True, schema]}},
    }
    assert unsupported(wrapped[wrap]) is not None
