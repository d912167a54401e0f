"""Java source as values."""

from __future__ import annotations

import pytest

from compiled_ai.bench.bfcl.java_values import java_value
from compiled_ai.bench.bfcl.values import BrokenOffError
from compiled_ai.spec.canonical import JsonValue


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("-12", "integer", -12),
        ("1.5", "integer", "1.5"),
        ("7\n", "short", 7),
        ("٣", "byte", 3),
        ("5l", "long", 5),
        ("5", "long", "5"),
        ("1.5f", "float", 1.5),
        ("1.5", "float", "1.5"),
        ("2e3", "double", 2000.0),
        ("true", "boolean", True),
        ("True", "boolean", "True"),
        ("'a'", "char", "'a'"),
        ('"a"', "String", '"a"'),
        ("null", "any", "null"),
    ],
)
def test_scalars(text: str, kind: str, value: JsonValue) -> None:
    found = java_value(text, kind)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "kind", "item", "value"),
    [
        ("new int[]{1, 2,}", "Array", "integer", [1, 2]),
        ('new String[] {"a"}', "Array", "String", ['"a"']),
        ("new int[]{}", "Array", "integer", []),
        ("new int[]{1,\n2}", "Array", "integer", "new int[]{1,\n2}"),
        ("new int[]{\nnew int[]{3}", "Array", "integer", [3]),
        ('new Object[]{1, "a", true, 2L, 1f, b}', "Array", None, [1, "a", True, 2, 1.0, "b"]),
        ('new ArrayList<>(Arrays.asList("a", "b"))', "ArrayList", "String", ["a", "b"]),
        ("new ArrayList<Integer>() {{ add(1); add(2); }}", "ArrayList", "integer", [1, 2]),
        ("new ArrayList<>()", "ArrayList", "integer", []),
        ("new ArrayList<>(){{}}", "ArrayList", "integer", []),
        ("List.of(1)", "ArrayList", "integer", "List.of(1)"),
        (
            'new HashMap<String, Object>() {{ put("a", 1); put("b", "x"); }}',
            "HashMap",
            None,
            {"a": 1, "b": "x"},
        ),
        ('new HashMap<>(){\n put("a",\n "f(x)");}', "HashMap", None, {"a": '"f(x'}),
        ("new HashMap<>()", "HashMap", None, {}),
        ("new HashMap<A,\nB>()", "HashMap", None, "new HashMap<A,\nB>()"),
        ('new HashMap<>() {{ put("a, 1); put("b", 2); }}', "HashMap", None, {'a, 1); put("b': 2}),
    ],
)
def test_collections(text: str, kind: str, item: str | None, value: JsonValue) -> None:
    assert java_value(text, kind, item) == value


@pytest.mark.parametrize("kind", ["Set", "Hashtable", "Queue", "Stack"])
def test_types_that_are_not_converted(kind: str) -> None:
    with pytest.raises(BrokenOffError, match=kind):
        java_value("x", kind)


def test_numbers_of_thousands_of_digits() -> None:
    with pytest.raises(BrokenOffError):
        java_value("1" * 5000, "integer")
