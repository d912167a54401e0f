"""How far an answer agrees with the expected one."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.scoring.evaluators import compare_output, drop_nulls, evaluator, score_output
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Accuracy, EvaluatorName, FieldEvaluatorName, FieldRule

NAMES: tuple[FieldEvaluatorName, ...] = tuple(
    name for name in get_args(FieldEvaluatorName) if name != "json_schema"
)
ALL: set[str] = {*NAMES}
"""Every evaluator that compares; ``json_schema`` looks at the answer alone."""

SAME_FOR: list[tuple[JsonValue, JsonValue, set[str]]] = [
    ("a", "a", ALL),
    ("a", "A", {"text"}),
    ("a  b\n", " A B", {"text"}),
    ("Straße", "STRASSE", {"text"}),
    ("ﬁt", "fit", {"text"}),
    ("e\u0301", "\u00e9", {"text"}),
    ("é", "e", set()),
    ("", " ", {"text"}),
    (21, 21.0, ALL),
    (0.0, -0.0, ALL),
    (1e22, 10**22, ALL),
    (0.3, 0.1 + 0.2, set()),
    (1, True, set()),
    (0, False, set()),
    (1.0, True, set()),
    (21, "21", {"number", "money"}),
    (True, "true", set()),
    ("12.50", "12.5", {"number", "money"}),
    ("12.50", 12.5, {"number", "money"}),
    ("-0", "0", {"number", "money"}),
    ("007", "7", {"number", "money"}),
    ("1e3", "1000", set()),
    ("1_000", "1000", set()),
    (" 7", "7", {"text"}),
    ("\u0667", "7", set()),
    ("Infinity", "inf", set()),
    ("x1", "X1", {"text"}),
    ([1, 2], [2, 1], {"unordered", "set"}),
    ([1, 1, 2], [1, 2, 2], {"set"}),
    ([1, 2], [1, 2, 2], {"set"}),
    ([1, 2], [1, 2.0, 1], {"set"}),
    ([1, 2], [1], set()),
    ([1], [True], set()),
    ([[1, 2], [3]], [[3], [2, 1]], {"unordered", "set"}),
    ([[1, 2], [2, 1, 1]], [[1, 2]], {"set"}),
    ([{"a": [1, 2]}, {"b": 1}], [{"b": 1.0}, {"a": [2, 1]}], {"unordered", "set"}),
    (["a", "b"], ["B", "a"], set()),
    (["a", "b"], ["A", "B"], {"text"}),
    ([1, "1"], ["1", 1], {"number", "money", "unordered", "set"}),
    ([], {}, set()),
    ([None], [], set()),
    (None, "null", set()),
    (None, None, ALL),
    ({"a": {"b": 1}}, {"a": {"b": 1.0}}, ALL),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ALL),
    ({"a": 1}, {"a": 1, "b": 2}, set()),
    ({"a": "1.0"}, {"a": 1}, {"number", "money"}),
    ("2026-02-28T09:30:00Z", "2026-02-28T10:30:00+01:00", {"date"}),
    ("2026-02-28T09:30", "2026-02-28 09:30:00", {"date"}),
    ("2026-02-28T09:30:00z", "2026-02-28t09:30:00Z", {"date", "text"}),
    ("2026-02-28T09:30:00.500Z", "2026-02-28T09:30:00.5+00:00", {"date"}),
    ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00-23:59", set()),
    ("0001-01-01T00:00:00+00:01", "0001-01-01T00:01:00+00:02", {"date"}),
    ("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59-1200", {"date"}),
    ("2026-02-28", "2026-02-28T00:00:00", set()),
    ("2026-02-28T00:00:00", "2026-02-28T00:00:00Z", set()),
    ("2026-02-28T09:30:00Z", "2026-02-28T09:30:00+01:00", set()),
    ("2026-02-28T09:30:00.1Z", "2026-02-28T09:30:00.10000000000001Z", set()),
    ("2026-02-28", "2026-03-28", set()),
    ("2026-02-30", "2026-03-02", set()),
    ("28.02.2026", "2026-02-28", set()),
    ({"due": ["2026-02-28T09:30Z"]}, {"due": ["2026-02-28T09:30:00Z"]}, {"date"}),
    ("12.50 EUR", "€12.5", {"money"}),
    ("EUR 1.234,50", {"amount": 1234.5, "currency": "EUR"}, {"money"}),
    ({"amount": "5", "currency": "eur"}, {"amount": 5, "currency": "€"}, {"money"}),
    ({"amount": "5", "currency": "XYZ"}, {"amount": "5.0", "currency": "XYZ "}, {"money"}),
    ({"amount": "5", "currency": "CHF"}, {"amount": "5.0", "currency": "chf"}, {"money"}),
    ({"amount": "5", "currency": "CHF"}, {"amount": "5", "currency": "chf"}, {"money", "text"}),
    ({"amount": "5"}, 5, {"money"}),
    ({"net": "5 EUR", "note": "x"}, {"net": "€5.00", "note": "x"}, {"money"}),
    ("12.50 EUR", "12.50", set()),
    ("12.50 EUR", 12.5, set()),
    ("12.50 EUR", "12.50 USD", set()),
    ("0 EUR", "0 USD", set()),
    ("12.50 EUR", "-12.50 EUR", set()),
    ("12.50 EUR", "12.51 EUR", set()),
    ("1,234", "1234", set()),
    ("1.234 EUR", "1234 EUR", set()),
    ("twelve EUR", "12 EUR", set()),
    ({"amount": 5, "currency": "EUR", "kind": "net"}, {"amount": 5, "currency": "EUR"}, set()),
    ({"amount": True, "currency": "EUR"}, {"amount": 1, "currency": "EUR"}, set()),
]


@pytest.mark.parametrize(("expected", "given_value", "names"), SAME_FOR, ids=lambda value: repr(value)[:40])
def test_two_values_are_the_same_for_these_evaluators(
    expected: JsonValue, given_value: JsonValue, names: set[str]
) -> None:
    assert {name for name in NAMES if evaluator(name)(expected, given_value) == 1.0} == names
    assert {name for name in NAMES if evaluator(name)(given_value, expected) == 1.0} == names


class TestNull:
    """A field that is null and a field that is left out are one answer."""

    PAIRS: tuple[tuple[JsonObject, JsonObject], ...] = (
        ({"a": 1, "b": None}, {"a": 1}),
        ({"a": {"b": None}}, {"a": {}}),
        ({"a": [{"b": None, "c": 1}]}, {"a": [{"c": 1}]}),
        ({"a": None}, {}),
    )

    @pytest.mark.parametrize("name", [*NAMES, "fields"])
    @pytest.mark.parametrize(("first", "second"), PAIRS, ids=str)
    def test_null_is_the_same_as_left_out(
        self, first: JsonObject, second: JsonObject, name: EvaluatorName
    ) -> None:
        assert score_output(first, second, Accuracy(evaluator=name)) == 1.0
        assert score_output(second, first, Accuracy(evaluator=name)) == 1.0

    @pytest.mark.parametrize("name", [*NAMES, "fields"])
    @pytest.mark.parametrize(
        ("first", "second"),
        [({"a": None}, {"a": 0}), ({"a": [None]}, {"a": []}), ({"a": {}}, {}), ({"a": ""}, {})],
        ids=str,
    )
    def test_null_is_nothing_else(self, first: JsonObject, second: JsonObject, name: EvaluatorName) -> None:
        assert score_output(first, second, Accuracy(evaluator=name)) < 1.0

    def test_nulls_in_lists_stay(self) -> None:
        assert drop_nulls({"a": [None, {"b": None}], "c": None}) == {"a": [None, {}]}


class TestTolerance:
    """The bounds of `number`."""

    @pytest.mark.parametrize(
        ("expected", "answer", "tolerance", "right"),
        [
            (1, 1.5, 0.5, True),
            (1, 1.5000001, 0.5, False),
            (1.1, 1.2, 0.1, True),
            ("0.3", 0.1, 0.2, True),
            ("10.00", "9.99", 0.01, True),
            ("10.00", "9.989", 0.01, False),
            (-1, 1, 2, True),
            (1, True, 5, False),
            ("a", "b", 5, False),
            (1e-7, 0, 1e-7, True),
            (10**30, 10**30 + 1, 1, True),
        ],
    )  # fmt: skip
    def test_it_is_absolute_exact_and_inclusive(
        self, expected: Any, answer: Any, tolerance: float, right: bool
    ) -> None:
        compare = evaluator("number", tolerance=tolerance)
        assert (compare(expected, answer), compare(answer, expected)) == (float(right), float(right))

    def test_it_counts_for_numbers_inside_too(self) -> None:
        assert evaluator("number", tolerance=1)({"a": [1, {"b": "2"}]}, {"a": [2, {"b": 3}]}) == 1.0

    @pytest.mark.parametrize("name", sorted(ALL - {"number", "money"}))
    def test_it_counts_for_no_other_evaluator(self, name: EvaluatorName) -> None:
        assert evaluator(name, tolerance=9)(1, 2) == 0.0

    @pytest.mark.parametrize(
        ("expected", "answer", "right"),
        [
            ("10.00 EUR", "9.99 EUR", True),
            ("10.00 EUR", "9.98 EUR", False),
            ("10.00 EUR", "9.99 USD", False),
            ("10.00", "9.99 EUR", False),
            ("10.00", 9.99, True),
        ],
    )
    def test_money_has_one_too(self, expected: Any, answer: Any, right: bool) -> None:
        compare = evaluator("money", tolerance=0.01)
        assert (compare(expected, answer), compare(answer, expected)) == (float(right), float(right))

    def test_that_of_a_field_goes_before_that_of_the_whole(self) -> None:
        rules = {"a": FieldRule(evaluator="number", tolerance=0.0), "b": FieldRule(evaluator="number")}
        accuracy = Accuracy(evaluator="fields", tolerance=1.0, fields=rules)
        assert compare_output({"a": 1, "b": 1}, {"a": 2, "b": 2}, accuracy).missed == ("a",)


def nested(depth: int, leaf: JsonValue = 1) -> JsonValue:
    value = leaf
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


MONSTERS: dict[str, JsonValue] = {
    "1e999999 as text": "1e999999",
    "a million digits": "9" * 1_000_000,
    "a million digits of money": "9" * 1_000_000 + " EUR",
    "a million decimals": "0." + "1" * 1_000_000,
    "a long integer": 10**4_400,
    "the greatest float": 1.7976931348623157e308,
    "the least float": -5e-324,
    "an endless float": float("inf"),
    "no number": float("nan"),
    "deep": nested(100_000),
    "less deep": nested(101),
    "year 0": "0000-01-01",
    "minute 99": "2026-01-01T00:99Z",
    "an offset of 99 hours": "2026-01-01T00:00+99:00",
    "half a character": "\ud800",
    "an amount of an amount": {"amount": {"amount": 1}},
    "a call of nothing": {"name": None, "arguments": []},
    "many calls": [{"name": "f", "arguments": {}}] * 300,
    "an empty choice": {"$any_of": []},
}


@pytest.mark.parametrize("name", [*NAMES, "json_schema"])
def test_no_evaluator_raises(name: EvaluatorName) -> None:
    compare = evaluator(name, tolerance=0.1, schema={"type": "object"})
    for first in MONSTERS.values():
        for second in (*MONSTERS.values(), 1):
            assert compare(first, second) in {0.0, 1.0}


@pytest.mark.parametrize("name", ["deep", "less deep", "a long integer", "an endless float", "no number"])
def test_what_no_spec_can_expect_agrees_with_nothing(name: str) -> None:
    monster = MONSTERS[name]
    assert {evaluator(one)(monster, monster) for one in NAMES} == {0.0}
    assert score_output({"a": monster}, {"a": monster}, Accuracy(evaluator="fields")) == 0.0


def test_a_long_text_is_no_number_and_no_amount() -> None:
    digits = "1" * 1_000
    assert evaluator("number")(digits, f"{digits[:-2]}.00") == 0.0
    assert [evaluator("number")(text, int(text)) for text in (digits, digits + "1")] == [1.0, 0.0]
    padding = " " * 94
    assert [evaluator("money")("5 EUR", padding + text) for text in ("€ 5.00", "€ 5.000")] == [1.0, 0.0]


def test_deep_but_bounded_values_are_compared() -> None:
    assert {evaluator(name)(nested(100), nested(100)) for name in NAMES} == {1.0}
    assert {evaluator(name)(nested(100), nested(100, 2)) for name in NAMES} == {0.0}


KEYS = ("a", "b", "c", "name", "arguments", "amount", "currency")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | st.sampled_from(["1", "1.0", "a", "A", "1 EUR", "€1.0", "$any_of", "2026-02-28", "2026-02-28T09:30Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3)
ACCURACIES = st.builds(
    Accuracy,
    evaluator=st.sampled_from([*NAMES, "fields"]),
    tolerance=st.sampled_from([0.0, 0.1, 1.0]),
    fields=st.dictionaries(
        st.sampled_from("abc"),
        st.builds(
            FieldRule,
            evaluator=st.sampled_from(NAMES),
            tolerance=st.sampled_from([None, 0.5]),
            weight=st.sampled_from([0.0, 1e-300, 0.1, 1.0, 1000.0]),
        ),
        max_size=3,
    ),
)


@settings(deadline=None)
@given(OBJECTS, ACCURACIES)
def test_every_answer_agrees_with_itself(value: JsonObject, accuracy: Accuracy) -> None:
    assert score_output(value, value, accuracy) == 1.0


@settings(deadline=None)
@given(JSON, JSON, st.sampled_from(NAMES), st.sampled_from([0.0, 0.5]))
def test_agreement_does_not_depend_on_the_side(
    first: JsonValue, second: JsonValue, name: EvaluatorName, tolerance: float
) -> None:
    compare = evaluator(name, tolerance=tolerance)
    assert compare(first, second) == compare(second, first)


@settings(deadline=None)
@given(OBJECTS, OBJECTS, ACCURACIES)
def test_agreement_lies_between_nothing_and_all(
    first: JsonObject, second: JsonObject, accuracy: Accuracy
) -> None:
    assert 0.0 <= score_output(first, second, accuracy) <= 1.0


@settings(deadline=None)
@given(JSON, JSON)
def test_exact_agreement_is_agreement_for_every_evaluator(first: JsonValue, second: JsonValue) -> None:
    if evaluator("exact")(first, second) == 1.0:
        assert {evaluator(name)(first, second) for name in NAMES} == {1.0}
