"""Inputs and outputs whose types or JSON Schemas cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

Refused = Callable[[Mapping[str, str | None], list[tuple[str, ...]]], None]

TYPES = "string, integer, number, boolean, decimal, date, datetime, object, any"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        pytest.param("¦strng", ("type 'strng' is unknown", TYPES, "Did you mean 'string'?"), id="misspelt"),
        pytest.param("¦String", ("type 'String' is unknown", "Did you mean 'string'?"), id="capital"),
        pytest.param("¦money", ("type 'money' is unknown", TYPES), id="unknown"),
        pytest.param("¦array", ("type 'array' is unknown",), id="array is written with []"),
        pytest.param("¦string??", ("'[]' and '?' follow the name once each and in this order: 'string[]?'",), id="two question marks"),
        pytest.param("¦date?[]", ("in this order: 'date[]?'",), id="wrong order"),
        pytest.param("¦5", ("input.text: 5 is not a type", TYPES), id="number"),
        pytest.param("¦true", ("true is not a type",), id="boolean"),
        pytest.param("¦~", ("input.text: the field has no type", TYPES), id="empty"),
        pytest.param("¦[]", ("must hold at least one plain value",), id="no allowed values"),
        pytest.param("¦[[a]]", ("must hold at least one plain value",), id="list as allowed value"),
        pytest.param("¦[a, b, a]", ('the list of allowed values repeats "a"',), id="repeated allowed value"),
        pytest.param("{zip: ¦strng}", ("input.text.zip: type 'strng' is unknown",), id="nested"),
        pytest.param("{type: ¦[[a]]}", ("input.text.type: a list stands for the allowed values",), id="field called type, odd list"),
        pytest.param("{a: {b: {c: ¦intger}}}", ("input.text.a.b.c:", "Did you mean 'integer'?"), id="deep"),
    ],
)  # fmt: skip
def test_shorthand_is_refused_at_its_place(refused: Refused, field: str, words: tuple[str, ...]) -> None:
    refused({"input": f"input:\n  text: {field}\n  count: integer"}, [words])


@pytest.mark.parametrize(
    ("field", "words"),
    [
        pytest.param("{type: string, minLength: ¦-1}", ("input.text.minLength: not a valid JSON Schema: -1 is less than the minimum of 0",), id="bound"),
        pytest.param("{type: string, maxLength: ¦x}", ('"x" is not of type "integer"',), id="type of a bound"),
        pytest.param("{type: string, pattern: ¦'['}", ('input.text.pattern: "[" is not a regular expression',), id="pattern"),
        pytest.param("{type: object, patternProperties: {¦'(': {}}}", ('"(" is not a regular expression',), id="pattern of a name"),
        pytest.param("{type: string, format: ¦emial}", ("the format 'emial' is unknown", "decimal, date, date-time", "Did you mean 'email'?"), id="format"),
        pytest.param("{type: array, items: {format: ¦money}}", ("input.text.items.format: the format 'money' is unknown",), id="format inside items"),
        pytest.param("{type: object, properties: {a: {type: ¦strng}}}", ("'strng' is no type of JSON Schema", "Did you mean 'string'?"), id="type"),
        pytest.param("{type: object, properties: {a: {type: ¦[string, nil]}}}", ("is no type of JSON Schema",), id="list of types"),
        pytest.param("{type: object, properties: {a: {type: ¦{b: c}}}}", ("is no type of JSON Schema",), id="mapping as type"),
        pytest.param("{type: object, properties: {a: ¦string}}", ('"string" is not a JSON Schema; inside a JSON Schema write {type: string}',), id="shorthand inside a schema"),
        pytest.param("{type: array, items: ¦decimal}", ('"decimal" is not a JSON Schema; the shorthand cannot be mixed with JSON Schema',), id="our type inside a schema"),
        pytest.param("{$ref: ¦'http://example.com/x.json'}", ("'http://example.com/x.json' points outside the spec, and nothing is fetched", "'#/$defs/name'"), id="network"),
        pytest.param("{anyOf: [{type: string}, {$ref: ¦'file:///etc/passwd'}]}", ("'file:///etc/passwd' points outside the spec",), id="file"),
        pytest.param("{$ref: ¦other.json}", ("'other.json' points outside the spec",), id="neighbour"),
        pytest.param("{type: string, $dynamicRef: ¦'http://example.com/x'}", ("points outside the spec",), id="dynamic reference"),
        pytest.param("{$ref: ¦'#/$defs/nope'}", ("input.text.$ref: not a valid JSON Schema: Pointer '/$defs/nope' does not exist",), id="dead reference"),
        pytest.param("{allOf: [true, {type: string}, {properties: {a: {$ref: ¦'#/$defs/a/b'}}}]}", ("Pointer '/$defs/a/b' does not exist",), id="dead reference inside"),
        pytest.param("{$ref: ¦5}", ('5 is not of type "string"',), id="reference is a number"),
        pytest.param("{type: string, $schema: ¦'http://json-schema.org/draft-07/schema#'}", ("is another dialect", "draft 2020-12"), id="another draft"),
        pytest.param("{type: string, ¦nullable: true}", ("'nullable' is no keyword of JSON Schema", "write 'type: [string, \"null\"]' instead"), id="OpenAPI's nullable"),
        pytest.param("{type: object, ¦propreties: {a: {}}}", ("'propreties' is no keyword of JSON Schema", "Did you mean 'properties'?"), id="misspelt keyword"),
        pytest.param("{type: object, properties: {a: {¦minimun: 3}}}", ("input.text.properties.a.minimun:", "Did you mean 'minimum'?"), id="misspelt keyword inside"),
        pytest.param("{items: {¦sku: string}}", ("'sku' is no keyword of JSON Schema; fields belong under 'properties'",), id="nested field that is called like a keyword"),
    ],
)  # fmt: skip
def test_json_schema_of_a_field_is_refused_at_its_place(
    refused: Refused, field: str, words: tuple[str, ...]
) -> None:
    refused({"input": f"input:\n  text: {field}\n  count: integer"}, [words])


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        pytest.param("¦type: array\n  items: {type: string}", ("input: the top level must be an object: add 'type: object', or wrap the value in a field",), id="array"),
        pytest.param('¦type: [object, "null"]\n  properties: {}', ("the top level must be an object",), id="object or null"),
        pytest.param("¦anyOf: [{type: object}]", ("the top level must be an object",), id="alternatives"),
        pytest.param('¦$ref: "#/$defs/x"\n  $defs: {x: {type: object}}', ("the top level must be an object",), id="reference"),
        pytest.param("¦properties: {a: {type: string}}", ("the top level must be an object: add 'type: object'",), id="type left out"),
        pytest.param("type: object\n  ¦requierd: [text]", ("input.requierd: 'requierd' is no keyword of JSON Schema", "Did you mean 'required'?"), id="misspelt keyword"),
        pytest.param("type: object\n  ¦text: string\n  count: integer", ("input.text: 'text' is no keyword of JSON Schema; fields belong under 'properties'",), id="shorthand beside type: object"),
        pytest.param("type: object\n  properties: {text: ¦string}", ("write {type: string}",), id="shorthand under properties"),
        pytest.param("type: object\n  required: ¦[a, a]", ("input.required: not a valid JSON Schema", "non-unique"), id="repeated name"),
        pytest.param("type: object\n  properties: ¦[a]", ("input.properties: not a valid JSON Schema",), id="list of properties"),
        pytest.param('¦type: object\n  $id: "::"', ("not a valid JSON Schema: Invalid URI reference",), id="odd identifier"),
    ],
)  # fmt: skip
def test_whole_json_schema_is_refused_at_its_place(
    refused: Refused, schema: str, words: tuple[str, ...]
) -> None:
    refused({"input": f"input:\n  {schema}"}, [words])


def test_both_schemas_are_reported(refused: Refused) -> None:
    refused({"input": "input: {a: ¦strng}", "output": "output: {b: ¦intger}"}, [("input.a",), ("output.b",)])


def test_schema_of_a_step_is_refused_at_its_place(refused: Refused) -> None:
    refused(
        {
            "x": "steps: [{id: s, kind: bounded, instructions: a, output: {topic: {type: string, pattern: ¦'['}}}]"
        },
        [('steps[0].output.topic.pattern: "[" is not a regular expression',)],
    )
