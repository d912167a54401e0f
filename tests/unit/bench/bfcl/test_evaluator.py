"""Verdicts on calls; `tests/integration/bench/bfcl/test_differential.py` compares them with the official ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.bfcl.evaluator import judge_calls
from compiled_ai.bench.bfcl.source import CATEGORIES, BfclFunction
from compiled_ai.spec.canonical import JsonObject, JsonValue


def function(name: str, properties: JsonObject, *required: str) -> BfclFunction:
    needed: list[JsonValue] = [*required]
    parameters: JsonObject = {"type": "dict", "properties": properties, "required": needed}
    return BfclFunction(name=name, description="", parameters=parameters)


SAIL = function(
    "sail",
    {
        "to": {"type": "string"},
        "days": {"type": "integer"},
        "price": {"type": "float"},
        "stops": {"type": "array", "items": {"type": "string"}},
        "crew": {"type": "dict"},
        "legs": {"type": "array", "items": {"type": "dict"}},
        "mast": {"type": "mast"},
        "open": {"type": "boolean"},
    },
    "to",
)
WIND = function("wind", {"lake": {"type": "string"}}, "lake")


def is_right(accepted: JsonObject, arguments: JsonObject, category: str = "simple_python") -> bool:
    calls: list[JsonValue] = [{"name": "sail", "arguments": arguments}]
    return judge_calls((SAIL,), calls, [{"sail": accepted}], category).right


@pytest.mark.parametrize(
    ("choices", "value", "right"),
    [
        pytest.param(["New York, NY"], "new york ny", True, id="case and punctuation"),
        pytest.param(["it's"], 'it"s', True, id="quotation marks"),
        pytest.param(["a;b"], "a b", False, id="punctuation that counts"),
        pytest.param(["a", "b"], "b", True, id="any alternative"),
        pytest.param(["a"], ["a"], False, id="another type"),
    ],
)
def test_texts(choices: list[JsonValue], value: JsonValue, *, right: bool) -> None:
    assert is_right({"to": choices}, {"to": value}) is right


@pytest.mark.parametrize(
    ("name", "choices", "value", "right"),
    [
        pytest.param("days", [3], 3, True, id="whole number"),
        pytest.param("days", [3], 3.0, False, id="a decimal for a whole number"),
        pytest.param("days", [3], "3", False, id="a text for a number"),
        pytest.param("days", [1], True, False, id="a truth for a number"),
        pytest.param("days", ["n"], "n", True, id="a variable"),
        pytest.param("days", ["n"], "N", False, id="a variable is compared to the letter"),
        pytest.param("price", [2.0], 2, True, id="a whole number for a decimal"),
        pytest.param("price", [2.0], 10**400, False, id="a number beyond all decimals"),
        pytest.param("open", [True], True, True, id="truth"),
        pytest.param("stops", [["Como", "Lecco"]], ["como", "LECCO"], True, id="list"),
        pytest.param("stops", [["Como", "Lecco"]], ["Lecco", "Como"], False, id="order of a list"),
        pytest.param("stops", [["Como"]], ["Como", 1], False, id="type of an item"),
        pytest.param("stops", [["Como"], ""], [], True, id="an empty list for what may be left out"),
        pytest.param("crew", [{"name": ["Ann"], "age": [4, ""]}], {"name": "ann"}, True, id="object"),
        pytest.param("crew", [{"name": ["Ann"]}], {"name": "Ann", "age": 4}, False, id="a field too many"),
        pytest.param("crew", [{"name": ["Ann"]}], {}, False, id="a field missing"),
        pytest.param("legs", [[{"a": [1]}, {"a": [2]}]], [{"a": 1}, {"a": 2}], True, id="list of objects"),
        pytest.param("legs", [[{"a": [1]}, {"a": [2]}]], [{"a": 2}, {"a": 1}], False, id="their order"),
        pytest.param("legs", [[{"a": [1]}]], [1], False, id="no objects"),
        pytest.param("mast", ["x"], "x", False, id="a type that is unknown"),
        pytest.param("days", 3, 3, False, id="accepted values that are no list"),
    ],
)
def test_values(name: str, choices: JsonValue, value: JsonValue, *, right: bool) -> None:
    assert is_right({"to": ["x"], name: choices}, {"to": "x", name: value}) is right


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        pytest.param({"to": "x", "days": 2}, True, id="all"),
        pytest.param({"to": "x"}, True, id="optional left out"),
        pytest.param({"days": 2}, False, id="required left out"),
        pytest.param({"to": "x", "price": 1.0}, False, id="not accepted"),
        pytest.param({"to": "x", "made_up": 1}, False, id="unknown"),
    ],
)
def test_parameters(arguments: JsonObject, *, right: bool) -> None:
    assert is_right({"to": ["x"], "days": [2, ""]}, arguments) is right


def test_what_is_not_required_may_still_be_due() -> None:
    assert not is_right({"to": ["x"], "days": [2]}, {"to": "x"})


def sail(to: str) -> JsonValue:
    return {"name": "sail", "arguments": {"to": to}}


def wind(lake: str) -> JsonValue:
    return {"name": "wind", "arguments": {"lake": lake}}


@pytest.mark.parametrize(
    ("calls", "right"),
    [
        pytest.param([sail("a"), wind("b"), sail("c")], True, id="in order"),
        pytest.param([sail("c"), sail("a"), wind("b")], True, id="in any order"),
        pytest.param([sail("a"), wind("b")], False, id="one missing"),
        pytest.param([sail("a"), wind("b"), sail("c"), sail("a")], False, id="one too many"),
        pytest.param([sail("a"), wind("b"), sail("a")], False, id="one twice"),
        pytest.param([sail("a"), wind("b"), wind("b")], False, id="another function"),
    ],
)
def test_parallel_calls(calls: list[JsonValue], *, right: bool) -> None:
    accepted: list[JsonObject] = [{"sail": {"to": ["a"]}}, {"wind": {"lake": ["b"]}}, {"sail": {"to": ["c"]}}]
    assert judge_calls((SAIL, WIND), calls, accepted, "parallel_multiple").right is right


def test_calls_are_given_out_first_come_first_served() -> None:
    """As officially: the first due call takes the first that fits, though another order would fit all."""
    accepted: list[JsonObject] = [{"sail": {"to": ["a", "b"]}}, {"sail": {"to": ["a"]}}]
    assert judge_calls((SAIL,), [sail("b"), sail("a")], accepted, "parallel").right
    assert not judge_calls((SAIL,), [sail("a"), sail("b")], accepted, "parallel").right


def test_one_of_several_functions_is_due() -> None:
    accepted: list[JsonObject] = [{"wind": {"lake": ["b"]}}]
    assert judge_calls((SAIL, WIND), [wind("b")], accepted, "multiple").right
    verdict = judge_calls((SAIL, WIND), [sail("b")], accepted, "live_multiple")
    assert (verdict.right, verdict.reason) == (False, "sail is called where wind is due")


@pytest.mark.parametrize("category", ["irrelevance", "live_irrelevance", "live_relevance"])
@pytest.mark.parametrize(
    ("calls", "called"),
    [([], False), (None, False), ("sail()", False), ([{"name": "sail"}], False), ([sail("x")], True)],
)
def test_relevance_is_whether_anything_is_called(category: str, calls: JsonValue, *, called: bool) -> None:
    right = judge_calls((SAIL,), calls, (), category).right
    assert right is (called if category == "live_relevance" else not called)


@pytest.mark.parametrize(
    "calls",
    [None, [], {}, "sail", [None], [{}], [{"name": 1, "arguments": {}}], [{"name": "sail", "arguments": []}]],
)
def test_what_is_no_call_is_wrong(calls: JsonValue) -> None:
    assert not judge_calls((SAIL,), calls, [{"sail": {"to": ["x"]}}], "simple_python").right


def test_a_case_without_its_function_is_wrong() -> None:
    for functions in ((), (WIND,)):
        for category in ("simple_python", "multiple", "parallel"):
            assert not judge_calls(functions, [sail("x")], [{"sail": {"to": ["x"]}}], category).right


@pytest.mark.parametrize(
    ("category", "document", "choices", "value", "right"),
    [
        ("simple_java", {"type": "long"}, [5], "5L", True),
        ("simple_java", {"type": "long"}, [5], "5", False),
        ("simple_java", {"type": "integer"}, [5], 5, False),
        ("simple_java", {"type": "Array", "items": {"type": "integer"}}, [[1, 2]], "new int[]{1, 2}", True),
        ("simple_java", {"type": "HashMap"}, [{"a": [1]}], 'new HashMap<>() {{ put("a", 1); }}', True),
        ("simple_java", {"type": "Queue"}, [[1]], "[1]", False),
        ("simple_javascript", {"type": "Bigint"}, [5], "5n", True),
        ("simple_javascript", {"type": "dict"}, [{"a": [True]}], "{a: true}", True),
        ("simple_javascript", {"type": "array", "items": {"type": "String"}}, [["a"]], "['a']", True),
        ("simple_javascript", {"type": "array", "items": {"type": "String"}}, ["rows"], "rows", True),
    ],
)
def test_source_texts(
    category: str, document: JsonObject, choices: list[JsonValue], value: JsonValue, *, right: bool
) -> None:
    act = function("act", {"x": document})
    calls: list[JsonValue] = [{"name": "act", "arguments": {"x": value}}]
    assert judge_calls((act,), calls, [{"act": {"x": choices}}], category).right is right


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(
    JSON, JSON, st.sampled_from(CATEGORIES), st.sampled_from(["string", "array", "dict", "Array", "String"])
)
def test_no_answer_and_no_accepted_value_breaks_it(
    value: JsonValue, accepted: JsonValue, category: str, kind: str
) -> None:
    act = function("act", {"x": {"type": kind, "items": {"type": "dict"}}})
    calls: list[JsonValue] = [{"name": "act", "arguments": {"x": value}}]
    judge_calls((act,), calls, [{"act": {"x": accepted}}], category)
    judge_calls((act,), value, [{"act": {"x": [accepted]}}], category)


@pytest.mark.parametrize("category", ["simple_java", "simple_javascript"])
@pytest.mark.parametrize(
    "text",
    [
        "[[1]," * 20_000,
        "[" * 50_000,
        'new HashMap<>() {{ put("a' + 'put("' * 20_000,
        "new ArrayList<>() {{ " + "add(" * 20_000,
        "new int[]{" * 10_000 + "\n",
        "{" + "a:" * 20_000,
        "{" + "," * 50_000,
        " " * 100_000,
        "9" * 10_000,
    ],
    ids=["rows", "brackets", "puts", "adds", "arrays", "keys", "commas", "space", "digits"],
)
def test_long_texts_take_no_time(category: str, text: str) -> None:
    kinds = ("Array", "ArrayList", "HashMap") if category == "simple_java" else ("array", "dict")
    started = time.perf_counter()
    for kind in kinds:
        act = function("act", {"x": {"type": kind, "items": {"type": "any"}}})
        calls: list[JsonValue] = [{"name": "act", "arguments": {"x": text}}]
        judge_calls((act,), calls, [{"act": {"x": [["a"]]}}], category)
    assert time.perf_counter() - started < 2
