"""How far an answer agrees with the expected one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Accuracy, EvaluatorName
from compiled_ai.validation.evaluators import drop_nulls, evaluator, score_output

NAMES: tuple[EvaluatorName, ...] = ("exact", "text", "number", "unordered")

SAME_FOR: list[tuple[JsonValue, JsonValue, set[str]]] = [
    ("a", "a", {"exact", "text", "number", "unordered"}),
    ("a", "A", {"text"}),
    ("a  b\n", " A B", {"text"}),
    ("Straße", "STRASSE", {"text"}),
    ("ﬁt", "fit", {"text"}),
    ("e\u0301", "\u00e9", {"text"}),
    ("é", "e", set()),
    ("", " ", {"text"}),
    (21, 21.0, {"exact", "text", "number", "unordered"}),
    (0.0, -0.0, {"exact", "text", "number", "unordered"}),
    (1e22, 10**22, {"exact", "text", "number", "unordered"}),
    (0.3, 0.1 + 0.2, set()),
    (1, True, set()),
    (0, False, set()),
    (1.0, True, set()),
    (21, "21", {"number"}),
    (True, "true", set()),
    ("12.50", "12.5", {"number"}),
    ("12.50", 12.5, {"number"}),
    ("-0", "0", {"number"}),
    ("007", "7", {"number"}),
    ("1e3", "1000", set()),
    ("1_000", "1000", set()),
    (" 7", "7", {"text"}),
    ("\u0667", "7", set()),
    ("Infinity", "inf", set()),
    ("x1", "X1", {"text"}),
    ([1, 2], [2, 1], {"unordered"}),
    ([1, 1, 2], [1, 2, 2], set()),
    ([1, 2], [1, 2, 2], set()),
    ([[1, 2], [3]], [[3], [2, 1]], {"unordered"}),
    ([{"a": [1, 2]}, {"b": 1}], [{"b": 1.0}, {"a": [2, 1]}], {"unordered"}),
    (["a", "b"], ["B", "a"], set()),
    (["a", "b"], ["A", "B"], {"text"}),
    ([1, "1"], ["1", 1], {"number", "unordered"}),
    ([], {}, set()),
    ([None], [], set()),
    (None, "null", set()),
    (None, None, {"exact", "text", "number", "unordered"}),
    ({"a": {"b": 1}}, {"a": {"b": 1.0}}, {"exact", "text", "number", "unordered"}),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"exact", "text", "number", "unordered"}),
    ({"a": 1}, {"a": 1, "b": 2}, set()),
    ({"a": "1.0"}, {"a": 1}, {"number"}),
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

    def test_it_counts_for_no_other_evaluator(self) -> None:
        assert evaluator("exact", tolerance=9)(1, 2) == 0.0


class TestFields:
    """The mean over the fields."""

    @pytest.mark.parametrize(
        ("expected", "answer", "score"),
        [
            ({"a": 1, "b": 2}, {"a": 1, "b": 2}, 1.0),
            ({"a": 1, "b": 2}, {"a": 1, "b": 3}, 0.5),
            ({"a": 1, "b": 2}, {"a": 1}, 0.5),
            ({"a": 1}, {"a": 1, "b": 2}, 0.5),
            ({"a": 1, "b": None}, {"a": 2}, 0.5),
            ({"a": 1}, {"a": 2, "b": None}, 0.0),
            ({"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 1, "b": 2, "c": 3}, 0.75),
            ({}, {}, 1.0),
            ({}, {"a": 1}, 0.0),
            ({"a": {"x": 1, "y": 2}}, {"a": {"x": 1, "y": 3}}, 0.0),
        ],
    )
    def test_each_field_counts_alike(self, expected: JsonObject, answer: JsonObject, score: float) -> None:
        assert score_output(expected, answer, Accuracy(evaluator="fields")) == score

    def test_each_field_has_an_evaluator_of_its_own(self) -> None:
        accuracy = Accuracy(
            evaluator="fields", tolerance=0.1, fields={"t": "text", "n": "number", "u": "unordered"}
        )
        expected: JsonObject = {"t": "A b", "n": "1.00", "u": [1, 2], "e": "x"}
        assert score_output(expected, {"t": "a  B", "n": 1.1, "u": [2, 1], "e": "X"}, accuracy) == 0.75


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | st.sampled_from(["1", "1.0", "a", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)
ACCURACIES = st.builds(
    Accuracy,
    evaluator=st.sampled_from([*NAMES, "fields"]),
    tolerance=st.sampled_from([0.0, 0.1, 1.0]),
    fields=st.dictionaries(st.sampled_from("abc"), st.sampled_from(NAMES), max_size=3),
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
