"""Odd values for one place, and realistic edits of texts."""

from __future__ import annotations

import re
from random import Random

import pytest

from compiled_ai.inputs._edits import Phrase, TextEditor
from compiled_ai.inputs._formats import FORMAT_TEXTS
from compiled_ai.inputs._schema import SchemaReader, Spot
from compiled_ai.inputs._texts import (
    HUGE_LENGTH,
    UNICODE_TEXTS,
    case_trap,
    huge_texts,
    unicode_variants,
)
from compiled_ai.inputs._values import (
    boundary_values,
    empty_values,
    huge_values,
    object_extras,
    types_at,
    unicode_values,
)
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import Checker


def spot(schema: JsonObject, value: JsonValue = None) -> Spot:
    return Spot(path=("x",), value=value, nodes=SchemaReader(schema).flatten([schema]))


def fitting(schema: JsonObject, values: list[JsonValue]) -> list[JsonValue]:
    checker = Checker(schema)
    return [value for value in values if checker.is_valid(value)]


@pytest.mark.parametrize("name", FORMAT_TEXTS)
def test_every_format_has_texts_that_fit(name: str) -> None:
    schema: JsonObject = {"type": "string", "format": name}
    assert len(fitting(schema, boundary_values(spot(schema)))) >= 3


def test_whole_numbers_reach_the_limits_and_come_as_floats_too() -> None:
    schema: JsonObject = {"type": "integer", "minimum": 3, "exclusiveMaximum": 40}
    texts = {repr(value) for value in fitting(schema, boundary_values(spot(schema, 5)))}
    assert {"3", "4", "39", "3.0", "31"} <= texts
    assert "40" not in texts


def test_unlimited_numbers_go_beyond_what_floats_and_machines_hold() -> None:
    schema: JsonObject = {"type": "number"}
    texts = {repr(value) for value in fitting(schema, boundary_values(spot(schema, 1)))}
    assert {"0", "-1", "2147483648", "9007199254740993", str(10**30), "-0.0", "5e-324", "1e+308"} <= texts


def test_multiples_near_the_limits() -> None:
    schema: JsonObject = {"type": "number", "multipleOf": 0.25, "minimum": 1.1, "maximum": 2.9}
    assert {1.25, 2.75} <= set(fitting(schema, boundary_values(spot(schema, 2))))


def test_texts_reach_their_lengths() -> None:
    schema: JsonObject = {"type": "string", "minLength": 2, "maxLength": 5}
    lengths = {len(str(value)) for value in fitting(schema, boundary_values(spot(schema, "abc")))}
    assert lengths == {2, 3, 4, 5}


def test_lists_reach_their_lengths_without_repeating_themselves() -> None:
    schema: JsonObject = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 2,
        "maxItems": 9,
        "uniqueItems": True,
    }
    lengths = {
        len(value)
        for value in fitting(schema, boundary_values(spot(schema, ["a", "b", "c"])))
        if isinstance(value, list)
    }
    assert {2, 3, 8, 9} <= lengths


def test_enum_members_booleans_and_null_are_all_there() -> None:
    schema: JsonObject = {
        "anyOf": [{"enum": ["a", "b"]}, {"type": "boolean"}, {"type": "null"}, {"const": 7}]
    }
    values = boundary_values(spot(schema))
    assert all(value in values for value in ("a", "b", True, False, None, 7))


def test_types_follow_the_schema_and_are_open_without_one() -> None:
    assert types_at(spot({"type": ["string", "null"]})) == ("string", "null")
    assert "array" in types_at(spot({}))


def test_empty_values_hold_blanks_and_nothing_else() -> None:
    blanks = [value for value in empty_values(spot({"type": "string"})) if isinstance(value, str)]
    assert "" in blanks
    assert not any(re.search(r"[A-Za-z0-9]", blank) for blank in blanks)
    assert empty_values(spot({"type": "integer"})) == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("combining marks", "[\u0300-\u036f]"),
        ("right to left", "[\u05d0-\u06ff]"),
        ("emoji", "[\U0001f300-\U0001faff]"),
        ("zero width", "[\u200b\u200d]"),
        ("full-width digits", "[\uff10-\uff19]"),
        ("Arabic-Indic digits", "[\u0660-\u0669]"),
        ("no-break space", "\u00a0"),
        ("Turkish i", "[\u0130\u0131]"),
        ("sharp s", "\u00df"),
        ("beyond the first plane", "[\U00010000-\U0010ffff]"),
        ("NUL", "\x00"),
        ("control characters", "[\x01-\x08]"),
        ("line separators", "[\u2028\u2029\x85]"),
    ],
)
def test_unicode_texts_hold(what: str, pattern: str) -> None:
    assert any(re.search(pattern, text) for text in UNICODE_TEXTS), what


def test_no_text_holds_half_a_surrogate_pair() -> None:
    texts = [*UNICODE_TEXTS, *unicode_variants("It is 12.50, Susi!"), *huge_texts("It is", 100)]
    for text in texts:
        text.encode()


def test_unicode_values_spare_places_without_texts() -> None:
    assert unicode_values(spot({"type": "integer"}, 3)) == []
    assert "\uff11\uff12" in unicode_values(spot({"type": "string"}, "12"))


def test_case_trap_deceives_a_pattern_and_not_a_look_up() -> None:
    trapped = case_trap("march is late")
    assert trapped != "march is late"
    assert re.fullmatch("march is late", trapped, re.IGNORECASE)


def test_huge_texts_are_long_but_not_longer_than_allowed() -> None:
    free = huge_values(spot({"type": "string"}, "Order 17, please."))
    bound = huge_values(spot({"type": "string", "maxLength": 300}, "Order 17, please."))
    assert {len(str(value)) for value in free} == {HUGE_LENGTH}
    assert {len(str(value)) for value in bound} == {300}
    assert str(free[0]).count("Order 17, please.") > 1_000


def test_huge_lists_have_hundreds_of_items() -> None:
    lists = huge_values(spot({"type": "array", "items": {"type": "integer"}}, [1, 2]))
    assert {len(value) for value in lists if isinstance(value, list)} == {500}
    assert huge_values(spot({"type": "array"}, [])) == []


def test_extras_keep_the_named_fields() -> None:
    extras = object_extras(spot({"type": "object", "properties": {"a": {}}}, {"a": 1}))
    assert extras
    assert all(extra["a"] == 1 and len(extra) > 1 for extra in extras)


TEXTS = [
    Phrase(text="Please cancel order 4711. It was 12,50 EUR on 2026-03-04.", example=0),
    Phrase(text="Where is my parcel? It is late.", example=3),
]


def test_edits_are_many_and_name_the_examples_they_borrow_from() -> None:
    editor = TextEditor(Random(1), TEXTS)
    edited = [editor.edit(TEXTS[0].text) for _ in range(300)]
    assert len({text for text, _ in edited}) > 250
    assert all(used <= {0, 3} for _, used in edited)
    assert any("parcel" in text and 3 in used for text, used in edited)
    assert not any("parcel" in text and 3 not in used for text, used in edited)


def test_edits_change_numbers_and_dates() -> None:
    editor = TextEditor(Random(2), TEXTS)
    texts = [editor.edit(TEXTS[0].text)[0] for _ in range(300)]
    assert any("4711" not in text and "Please cancel order" in text for text in texts)
    assert any("2026-03-04" not in text and "Please cancel order 4711" in text for text in texts)


@pytest.mark.parametrize("text", ["", " ", "\n", "a", "1", "2026-01-01", "'"])
def test_edits_take_any_text(text: str) -> None:
    editor = TextEditor(Random(3), [])
    for _ in range(300):
        editor.edit(text)[0].encode()


def test_same_seed_same_edits() -> None:
    one, two = (TextEditor(Random(5), TEXTS) for _ in range(2))
    assert [one.edit("Call me at 9:40.") for _ in range(50)] == [
        two.edit("Call me at 9:40.") for _ in range(50)
    ]
