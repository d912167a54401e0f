from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import Checker, Mismatch, expand_object, is_decimal, shorten, suggest


def explain(schema: JsonObject, data: object) -> Mismatch:
    checker = Checker(schema)
    found = checker.explain(data)
    assert found is not None
    try:
        assert not checker.is_valid(data)
    except ValueError:
        assert found.rule == "json"
    return found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            ("integer", 1),
            ("integer", 1.0),
            ("integer", 10**390),
            ("number", 1),
            ("number", -0.0),
            ("boolean", False),
        ),
        *(("string", ""), ("string", "é😀"), ("decimal", "12.50"), ("decimal", "-0"), ("decimal", "9" * 500)),
        *(
            ("date", "2028-02-29"),
            ("datetime", "2026-02-28T10:00:00Z"),
            ("datetime", "2026-02-28T10:00:00.5+02:00"),
        ),
        *(
            ("any", None),
            ("any", [1, {"a": None}]),
            ("object", {}),
            ("string?", None),
            ("integer[]", []),
            ("any", True),
        ),
    ],
)
def test_value_fits(kind: str, value: object) -> None:
    checker = Checker(expand_object({"a": kind}))
    assert checker.is_valid({"a": value})
    assert checker.explain({"a": value}) is None


@pytest.mark.parametrize(
    ("kind", "value", "rule", "words"),
    [
        ("integer", True, "type", 'true is not of type "integer"'),
        ("number", False, "type", 'false is not of type "number"'),
        ("boolean", 1, "type", '1 is not of type "boolean"'),
        ("integer", 1.5, "type", '1.5 is not of type "integer"'),
        ("string", 5, "type", '5 is not of type "string"'),
        ("decimal", 5, "type", '5 is not of type "string"'),
        ("decimal", "1,5", "format", '"1,5" is not a decimal, such as "12.50"'),
        ("date", "2026-02-30", "format", '"2026-02-30" is not a day of the calendar'),
        ("date", "2026-2-3", "format", "is not a day"),
        ("date", "20260203", "format", "is not a day"),
        ("datetime", "2026-02-28T10:00:00", "format", "is not a date with time and zone"),
        ("string", None, "type", 'null is not of type "string"'),
    ],
)
def test_misfit_is_explained(kind: str, value: object, rule: str, words: str) -> None:
    found = explain(expand_object({"a": kind}), {"a": value})
    assert (found.field, found.rule) == ("a", rule)
    assert words in found.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+1",
        "1.",
        ".5",
        "1e3",
        "NaN",
        "Infinity",
        "-",
        "--1",
        " 1",
        "1\n",
        "1,5",
        "1_0",
        "\uff11",
        "\u0663",
        "0x1",
    ],
)
def test_not_a_decimal(text: str) -> None:
    assert not is_decimal(text)


@pytest.mark.parametrize("kind", ["any", "number", "number?", "object", "any[]"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ({1, 2}, "a value of type set"),
        ((1, 2), "a value of type tuple"),
        (b"x", "a value of type bytes"),
        (Decimal("1.5"), "a value of type Decimal"),
        (datetime.date(2026, 2, 7), "a value of type date"),
        (object(), "a value of type object"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_json_cannot_carry_is_refused_wherever_it_stands(kind: str, value: object, words: str) -> None:
    schema = expand_object({"a": kind})
    assert explain(schema, {"a": value}) == Mismatch(
        place=("a",), rule="json", message=f"not JSON data: {words}"
    )
    deep = explain({"type": "object"}, {"a": [{"b": value}]})
    assert (deep.field, deep.rule) == ("a[0].b", "json")


def test_key_that_is_no_string_is_refused() -> None:
    assert (
        explain({"type": "object"}, {"a": {1: 2}}).message
        == "not JSON data: a key of type int; keys are text"
    )


@pytest.mark.parametrize("kind", ["string", "any", "object"])
def test_lone_surrogate_is_refused(kind: str) -> None:
    value: object = {"b": ["x\ud800"]} if kind == "object" else "x\ud800"
    found = explain(expand_object({"a": kind}), {"a": value})
    assert found.message == "not JSON data: holds half of a surrogate pair, which is no character"
    assert explain({"type": "object"}, {"\udfff": 1}).message.startswith("not JSON data: the key holds half")


def test_first_stranger_among_plain_values_is_found() -> None:
    assert (
        explain({"type": "object"}, {"a": 1, "b": ["x", None, {"c": 1.5, "d": float("nan")}]}).field
        == "b[2].d"
    )


def test_misfit_deeper_than_the_library_shows_is_explained() -> None:
    data: dict[str, object] = {}
    for _ in range(300):
        data = {"a": data}
    found = explain({"const": 1}, data)
    assert (found.rule, found.message) == ("json", "not JSON data: Recursion limit reached")


def test_data_without_end_is_refused() -> None:
    data: dict[str, object] = {}
    data["a"] = data
    assert explain({"type": "object"}, data).message == "not JSON data: nested too deeply"
    with pytest.raises(ValueError, match="nested too deeply"):
        Checker({"type": "object"}).is_valid(data)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "additionalProperties": False, "properties": {"name": {}}},
        {"type": "object", "$defs": {"p": {"additionalProperties": False, "properties": {"name": {}}}}, "$ref": "#/$defs/p"},
        {"type": "object", "allOf": [{"additionalProperties": False, "properties": {"name": {}}}]},
    ],
    ids=["plain", "by reference", "in allOf"],
)  # fmt: skip
def test_unknown_field_is_named_with_a_suggestion(schema: JsonObject) -> None:
    found = explain(schema, {"nmae": 1})
    assert found.message == "unknown field 'nmae'; known fields are name. Did you mean 'name'?"
    assert (found.place, found.rule, found.extra) == ((), "additionalProperties", "nmae")


def test_unknown_fields_of_a_closed_empty_object_are_named() -> None:
    assert (
        explain(expand_object({}), {"a": 1, "b": 2}).message
        == "unknown fields 'a', 'b'; no fields are known here."
    )


def test_missing_field_is_named() -> None:
    found = explain(expand_object({"a": {"b": "string"}}), {"a": {}})
    assert (found.field, found.message) == ("a", "the field 'b' is missing")


def test_value_that_is_not_allowed_comes_with_a_suggestion() -> None:
    found = explain(expand_object({"a": ["approve", "deny"]}), {"a": "aprove"})
    assert found.message == '"aprove" is not one of "approve" or "deny". Did you mean \'approve\'?'


def test_alternatives_that_fail_are_said_plainly() -> None:
    assert (
        explain({"anyOf": [{"type": "string"}, {"type": "null"}]}, 5).message
        == "5 does not fit the alternatives of 'anyOf'"
    )


def test_long_value_is_shortened() -> None:
    assert len(explain({"maxLength": 3}, "x" * 9000).message) <= 300


def test_first_misfit_is_the_same_every_time() -> None:
    schema = expand_object(dict.fromkeys("abcdefghij", "integer"))
    data = dict.fromkeys(reversed("abcdefghij"), "x")
    assert len({str(Checker(schema).explain(data)) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#"}]},
        {"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    ],
    ids=["itself", "in a circle"],
)
def test_schema_that_refers_to_itself_ends(schema: JsonObject) -> None:
    assert Checker(schema).is_valid({})


def test_pattern_that_explodes_ends() -> None:
    assert not Checker({"pattern": "^(?=(a+)+$)(a+)+$"}).is_valid("a" * 60 + "b")


def test_shorten_keeps_both_ends() -> None:
    assert shorten("abc", 10) == "abc"
    assert shorten("a" * 50 + "b" * 50, 25) == "a" * 10 + " ... " + "b" * 10


def test_suggest_needs_something_close() -> None:
    assert suggest("hippa", ["hipaa", "audit"]) == " Did you mean 'hipaa'?"
    assert suggest("hippa", ["audit"]) == suggest("hippa", []) == ""
