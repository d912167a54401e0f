"""Scores of whole outputs: field by field, with weights, and by a schema."""

from __future__ import annotations

from typing import ClassVar

import pytest

from compiled_ai.scoring.evaluators import compare_output, score_output
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.model import Accuracy, FieldRule


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
            evaluator="fields",
            tolerance=0.1,
            fields={
                "t": FieldRule(evaluator="text"),
                "n": FieldRule(evaluator="number"),
                "u": FieldRule(evaluator="unordered"),
            },
        )
        expected: JsonObject = {"t": "A b", "n": "1.00", "u": [1, 2], "e": "x"}
        assert score_output(expected, {"t": "a  B", "n": 1.1, "u": [2, 1], "e": "X"}, accuracy) == 0.75


class TestWeights:
    """Some fields matter more than others."""

    @staticmethod
    def accuracy(**weights: float) -> Accuracy:
        return Accuracy(
            evaluator="fields", fields={name: FieldRule(weight=weight) for name, weight in weights.items()}
        )

    @pytest.mark.parametrize(
        ("answer", "score", "missed"),
        [
            ({"a": 1, "b": 2, "c": 3}, 1.0, ()),
            ({"a": 0, "b": 2, "c": 3}, 0.25, ("a",)),
            ({"a": 1, "b": 0, "c": 3}, 0.75, ("b",)),
            ({"a": 1, "b": 2, "c": 0}, 1.0, ("c",)),
            ({"a": 0, "b": 0, "c": 3}, 0.0, ("a", "b")),
        ],
    )
    def test_the_score_is_the_weighted_mean_and_weight_0_is_reported_only(
        self, answer: JsonObject, score: float, missed: tuple[str, ...]
    ) -> None:
        found = compare_output({"a": 1, "b": 2, "c": 3}, answer, self.accuracy(a=3, b=1, c=0))
        assert (found.score, found.missed) == (score, missed)

    def test_an_unnamed_field_weighs_1(self) -> None:
        assert score_output({"a": 1, "b": 2}, {"a": 1}, self.accuracy(a=3)) == 0.75

    def test_a_miss_of_little_weight_is_not_lost_in_rounding(self) -> None:
        assert score_output({"a": 1, "b": 2}, {"a": 1}, self.accuracy(a=1000, b=5e-324)) < 1.0

    def test_where_nothing_counts_nothing_is_wrong(self) -> None:
        assert score_output({"a": 1}, {"a": 2}, self.accuracy(a=0)) == 1.0


class TestJsonSchema:
    """The answer is right when it conforms; the expected value is not compared."""

    SCHEMA: ClassVar[JsonObject] = {"type": "string", "pattern": "^SO-[0-9]+$"}

    @pytest.mark.parametrize(
        ("answer", "right"),
        [({"n": "SO-9"}, True), ({"n": "9"}, False), ({"n": None}, False), ({}, False), ({"n": 9}, False)],
    )
    def test_of_a_field(self, answer: JsonObject, right: bool) -> None:
        rules = {"n": FieldRule(evaluator="json_schema", schema=self.SCHEMA)}
        assert score_output({"n": "SO-1"}, answer, Accuracy(evaluator="fields", fields=rules)) == float(right)

    @pytest.mark.parametrize(("answer", "right"), [({}, True), ({"n": None}, True), ({"n": 1}, False)])
    def test_a_field_that_is_left_out_is_null(self, answer: JsonObject, right: bool) -> None:
        rules = {"n": FieldRule(evaluator="json_schema", schema={"type": ["string", "null"]})}
        assert score_output({"n": "a"}, answer, Accuracy(evaluator="fields", fields=rules)) == float(right)

    @pytest.mark.parametrize(("answer", "right"), [({}, False), ({"n": "SO-1"}, True)])
    def test_a_field_that_neither_has_must_conform_all_the_same(
        self, answer: JsonObject, right: bool
    ) -> None:
        rules = {"n": FieldRule(evaluator="json_schema", schema=self.SCHEMA)}
        assert score_output({}, answer, Accuracy(evaluator="fields", fields=rules)) == float(right)

    @pytest.mark.parametrize(("answer", "right"), [({"n": {"a": None}}, True), ({"n": {}}, False)])
    def test_the_answer_counts_as_it_stands(self, answer: JsonObject, right: bool) -> None:
        rules = {"n": FieldRule(evaluator="json_schema", schema={"type": "object", "required": ["a"]})}
        accuracy = Accuracy(evaluator="fields", fields=rules)
        assert score_output({"n": {"a": 1}}, answer, accuracy) == float(right)

    def test_of_the_whole(self) -> None:
        accuracy = Accuracy(
            evaluator="json_schema", schema={"properties": {"n": self.SCHEMA}, "required": ["n"]}
        )
        assert score_output({"n": "SO-1"}, {"n": "SO-2"}, accuracy) == 1.0
        assert score_output({"n": "SO-1"}, {"n": "x"}, accuracy) == 0.0
        assert score_output({"n": "SO-1"}, {}, accuracy) == 0.0

    def test_without_a_schema_nothing_is_right(self) -> None:
        assert score_output({"n": 1}, {"n": 1}, Accuracy(evaluator="json_schema")) == 0.0
