"""Our evaluator against BFCL's official pipeline, where that was fetched: made-up functions, and a sample of BFCL's own."""

from __future__ import annotations

import pytest

from compiled_ai.bench.bfcl.differential import compare, compare_reading
from compiled_ai.bench.bfcl.evaluator import judge_calls
from compiled_ai.bench.bfcl.official import PipelineJudgement, judge_by_pipeline
from compiled_ai.bench.bfcl.source import (
    CATEGORIES,
    BfclCase,
    BfclCategory,
    BfclFunction,
    bfcl_home,
    load_bfcl,
)
from compiled_ai.spec.canonical import JsonObject, JsonValue

pytestmark = pytest.mark.skipif(
    not bfcl_home().is_dir(), reason="BFCL was not fetched: run benchmarks/run_bfcl_differential.py once"
)


def test_made_up_answers_are_judged_alike(made_up: dict[BfclCategory, list[BfclCase]]) -> None:
    kinds = set()
    for cases in made_up.values():
        found = compare(cases, count=200, seed=5)
        assert found.disagreements == ()
        assert sum(found.compared.values()) + found.undecided == 200
        assert sum(found.right.values()) > 0
        kinds |= set(found.official_kinds)
    assert "broke" in kinds


def test_a_sample_of_real_answers_is_judged_alike() -> None:
    cases = [case for name in CATEGORIES for case in load_bfcl(name)[::25]]
    found = compare(cases, count=600, seed=6)
    assert found.disagreements == ()


def test_source_texts_are_read_alike() -> None:
    found = compare_reading(count=3000, seed=7)
    assert found.differences == ()
    assert found.converted > 300


ACT = BfclFunction(
    name="act",
    description="Act.",
    parameters={
        "type": "dict",
        "properties": {
            "rows": {"type": "array", "items": {"type": "dict"}},
            "items": {"type": "array", "items": {"type": "string"}},
            "fields": {"type": "dict"},
            "size": {"type": "float"},
            "text": {"type": "string"},
        },
        "required": [],
    },
)
ODDITIES: list[tuple[str, JsonValue, JsonValue]] = [
    ("rows", [], ["", [{"a": [1]}]]),
    ("rows", [1], ["", [{"a": [1]}]]),
    ("rows", [{"a": 1}], [[{"a": [1]}], ""]),
    ("rows", [{"a": 1}], [["x"]]),
    ("rows", [{"a": 1}], [[""]]),
    ("rows", ["x"], [None]),
    ("rows", [{}], [{"a": [1]}]),
    ("rows", [], [{}]),
    ("items", [], [["a"], ""]),
    ("items", [1, 2], [["a"], ""]),
    ("items", ["a", "b"], ["ab"]),
    ("items", ["a"], [["a"], 5]),
    ("items", ["A-"], [["a"], {}]),
    ("items", ["a"], [["b"], {"a": 1}]),
    ("fields", {}, [""]),
    ("fields", {}, [{"a": ["", 1]}]),
    ("fields", {"a": "x"}, [{"a": "xyz"}]),
    ("fields", {"a": 1}, [{"a": 1}]),
    ("fields", {}, [{"a": 1}]),
    ("fields", {"b": 1}, [{"a": 1}]),
    ("fields", {"a": True}, [{"a": [1]}]),
    ("fields", {"a": {"b": 1}}, [{"a": [{"b": [1]}]}]),
    ("fields", {"a": {"b": 1}}, [{"a": [{"b": 1}]}]),
    ("fields", {"a": 1}, ["name", {"a": [1]}]),
    ("fields", "name", ["name"]),
    ("fields", "Name", ["name"]),
    ("fields", {"a": 1}, [[1], {"a": [1]}]),
    ("size", 3, [3]),
    ("size", 3, [3.0]),
    ("size", True, [1.0]),
    ("size", 10**400, [1.0]),
    ("size", None, [None]),
    ("size", None, ["", None]),
    ("text", "it's", ['IT"S']),
    ("text", "", [""]),
    ("text", "-", ["", "x"]),
    ("text", 5, [5]),
    ("text", "5", [5]),
    ("text", "ß", ["SS", "ß."]),
    ("text", "İ", ["i̇"]),
]


def test_oddities_are_judged_alike() -> None:
    items = []
    for name, value, accepted in ODDITIES:
        due: JsonObject = {"act": {name: accepted}}
        calls: list[JsonValue] = [{"name": "act", "arguments": {name: value}}]
        for category in ("simple_python", "multiple", "parallel"):
            items.append(PipelineJudgement(category=category, functions=(ACT,), calls=calls, accepted=[due]))
    ours = [judge_calls(item.functions, item.calls, item.accepted, item.category).right for item in items]
    official = judge_by_pipeline(items)
    differing = [
        (item, theirs)
        for item, right, theirs in zip(items, ours, official, strict=True)
        if right != theirs.right
    ]
    assert differing == []
    assert len({theirs.kind for theirs in official}) > 5


@pytest.mark.parametrize(
    ("order", "right"), [((0, 1), False), ((1, 0), True)], ids=["it breaks first", "it is not reached"]
)
def test_in_parallel_cases_an_answer_that_breaks_the_checker_ends_the_comparison(
    order: tuple[int, int], *, right: bool
) -> None:
    dues: list[JsonObject] = [
        {"act": {"fields": [{"a": [1]}, ["no object"], ""]}},
        {"act": {"fields": [{"b": [1]}]}},
    ]
    arguments: list[JsonObject] = [{"fields": {"b": 1}}, {}]
    calls: list[JsonValue] = [{"name": "act", "arguments": arguments[place]} for place in order]
    ours = judge_calls((ACT,), calls, dues, "parallel")
    item = PipelineJudgement(category="parallel", functions=(ACT,), calls=calls, accepted=dues)
    (official,) = judge_by_pipeline([item])
    assert (ours.right, official.right) == (right, right)
