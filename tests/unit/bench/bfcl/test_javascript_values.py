"""JavaScript source as values."""

from __future__ import annotations

import pytest

from compiled_ai.bench.bfcl.javascript_values import javascript_value
from compiled_ai.bench.bfcl.values import BrokenOffError
from compiled_ai.spec.canonical import JsonValue


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("'a'", "String", "a"),
        ("a", "String", "a"),
        ('"', "String", ""),
        ("-3", "integer", -3),
        ("3.0", "integer", "3.0"),
        ("3", "float", 3.0),
        ("3e2", "float", "3e2"),
        ("12n", "Bigint", 12),
        ("12", "Bigint", "12"),
        ("false", "Boolean", False),
        ("() => 1", "any", "() => 1"),
    ],
)
def test_scalars(text: str, kind: str, value: JsonValue) -> None:
    found = javascript_value(text, kind)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [
        ("[1, 2]", "integer", [1, 2]),
        ("['a', \"b\"]", "String", ["a", "b"]),
        ("[]", "String", []),
        ("new Array(1.5, 2)", "float", [1.5, 2.0]),
        (" [ [1, 'a'], [true] ] ", "array", [[1, "a"], [True]]),
        ("new Array([1], [2])", "array", [[1], [2]]),
        ("[[1], [2]", "array", ["[1"]),
        ("[1\n]", "integer", "[1\n]"),
        ("rows", "String", "rows"),
        ("[1n, 2]", "Bigint", [1, "2"]),
        (f"[{'1' * 5000}]", "integer", f"[{'1' * 5000}]"),
    ],
)
def test_arrays(text: str, item: str, value: JsonValue) -> None:
    assert javascript_value(text, "array", item) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("{a: 1, 'b': \"x\"}", {"a": 1, "b": "x"}),
        ("{a: [1, 'b'], c: true}", {"a": [1, "b"], "c": True}),
        ("{a: {b: 1}}", {"a": "{b: 1"}),
        ("{a: x, y, b: 2}", {"a": "x, y", "b": 2}),
        ("{a: 1, :b}", {"a": 1, "": "b"}),
        ("{a}", {}),
        ("{a: 1", "{a: 1"),
        ("options", "options"),
    ],
)
def test_objects(text: str, value: JsonValue) -> None:
    assert javascript_value(text, "dict") == value


@pytest.mark.parametrize(("text", "kind"), [("1" * 5000, "integer"), ("1n\n", "Bigint")])
def test_where_the_official_checker_breaks(text: str, kind: str) -> None:
    with pytest.raises(BrokenOffError):
        javascript_value(text, kind)
