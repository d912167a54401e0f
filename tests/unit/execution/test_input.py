"""What comes in: JSON data that fits, or an InputError that says where and why. Never a crash, never a guess."""

from __future__ import annotations

import copy
import json
import math
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.errors import InputError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.plain import MAX_DEPTH, NotPlainError, copy_plain

Build = Callable[..., LoadedWorkflow]
ECHO = "def run(data):\n    return {'value': 1}\n"
ORDER: JsonObject = {
    "sku": "string",
    "note": "string?",
    "band": ["low", "high"],
    "when": "date",
    "lines": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["price"],
            "properties": {"price": {"type": "number", "minimum": 0}},
        },
    },
}
GOOD: dict[str, Any] = {
    "sku": "a",
    "note": None,
    "band": "low",
    "when": "2026-01-31",
    "lines": [{"price": 1}, {"price": 2.5}],
}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"sku": 7}, "sku", 'input.sku: 7 is not of type "string"'),
        ({"band": "mid"}, "band", 'input.band: "mid" is not one of'),
        ({"when": "31.1.2026"}, "when", 'input.when: "31.1.2026" is not a'),
        ({"lines": [{"price": 1}, {"price": -4}]}, "lines[1].price", "input.lines[1].price: -4 is less than"),
        ({"lines": [{}]}, "lines[0]", "input.lines[0]: the field 'price' is missing"),
        ({"skuu": 1}, "", "input: unknown field 'skuu'; known fields are sku, note, band, when, lines. Did you mean 'sku'?"),
        ({"sku": "x" * 10_000, "band": 1}, "band", "input.band: 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_misfit_is_told_with_its_place_and_value(
    change: JsonObject, field: str, words: str, build: Build
) -> None:
    with pytest.raises(InputError) as caught:
        build(ECHO, takes=ORDER).run({**GOOD, **change})
    assert str(caught.value).startswith(words)
    assert caught.value.field == field


def test_a_missing_field_is_told_by_name(build: Build) -> None:
    data = {name: value for name, value in GOOD.items() if name != "when"}
    with pytest.raises(InputError, match="input: the field 'when' is missing"):
        build(ECHO, takes=ORDER).run(data)


@pytest.mark.parametrize(
    "data",
    [None, 1, "text", [], [1], (), True, 1.5, b"", {1}, object()],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_object_is_refused(data: Any, build: Build) -> None:
    with pytest.raises(InputError, match="input: ") as caught:
        build(ECHO).run(data)
    assert caught.value.field == ""


def nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


def circular() -> Any:
    value: list[Any] = []
    value.append({"again": value})
    return value


class Colour(str, Enum):  # noqa: UP042 - as in the code of callers
    RED = "red"


Pair = namedtuple("Pair", "a b")

NOT_JSON: dict[str, tuple[Any, str]] = {
    "set": ({1}, "type set"),
    "bytes": (b"x", "type bytes"),
    "tuple": ((1, 2), "type tuple"),
    "named tuple": (Pair(1, 2), "type Pair"),
    "nan": (math.nan, "not JSON data: nan"),
    "infinity": (-math.inf, "not JSON data: -inf"),
    "decimal": (Decimal("1.5"), "type Decimal"),
    "enum": (Colour.RED, "type Colour"),
    "complex": (1j, "type complex"),
    "generator": ((x for x in [1]), "type generator"),
    "mapping": (MappingProxyType({}), "type mappingproxy"),
    "object": (object(), "type object"),
    "class": (int, "type type"),
    "int key": ({1: 2}, "key of type int"),
    "none key": ({None: 2}, "key of type NoneType"),
    "enum key": ({Colour.RED: 2}, "key of type Colour"),
    "deep": (nested(MAX_DEPTH), "nested deeper than 100 levels"),
    "very deep": (nested(200_000), "nested deeper than 100 levels"),
    "circular": (circular(), "nested deeper than 100 levels"),
    "huge": (10**4_301, "more than 4300 digits"),
    "negative huge": (-(10**50_000), "more than 4300 digits"),
}


@pytest.mark.parametrize("name", NOT_JSON)
@pytest.mark.parametrize("compliance", [(), ("audit_trail",)], ids=["plain", "audited"])
def test_what_json_cannot_carry_is_refused_where_the_schema_allows_anything(
    name: str, compliance: tuple[str, ...], build: Build
) -> None:
    value, words = NOT_JSON[name]
    with pytest.raises(InputError, match=words) as caught:
        build(ECHO, compliance=compliance).run({"value": value})
    assert caught.value.field.startswith("value")


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_json_cannot_carry_is_refused_deep_inside(name: str, build: Build) -> None:
    value, words = NOT_JSON[name]
    with pytest.raises(InputError, match=words) as caught:
        build(ECHO).run({"value": [0, {"inner": value}]})
    assert caught.value.field.startswith("value[1].inner")


@pytest.mark.parametrize("value", [math.nan, math.inf, b"1", {1}, (1,), Decimal(1)], ids=repr)
def test_what_json_cannot_carry_is_refused_where_a_number_must_stand(value: Any, build: Build) -> None:
    with pytest.raises(InputError, match=r"input\.n: "):
        build(ECHO, takes={"n": "number"}).run({"n": value})


def test_nesting_up_to_the_bound_is_fine(build: Build) -> None:
    assert build(ECHO).run({"value": nested(MAX_DEPTH - 1)}).output == {"value": 1}


def test_a_long_path_is_told_in_short(build: Build) -> None:
    with pytest.raises(InputError) as caught:
        build(ECHO).run({"value": nested(1_000)})
    assert len(caught.value.field) <= 300


def test_a_subclass_of_dict_is_read_as_a_dict(build: Build) -> None:
    workflow = build("def run(data):\n    return data\n")
    data: defaultdict[str, Any] = defaultdict(dict, value=OrderedDict(a=1))
    output = workflow.run(data).output
    assert output == {"value": {"a": 1}}
    assert type(output) is type(output["value"]) is dict


LONE = "\ud83d"


@pytest.mark.parametrize(
    "data", [{"value": LONE}, {"value": [{"a": LONE}]}, {LONE: 2}, {"value": {LONE: 2}}], ids=repr
)
def test_half_of_a_surrogate_pair_is_refused(data: JsonObject, build: Build) -> None:
    with pytest.raises(InputError, match="surrogate"):
        build(ECHO, compliance=["audit_trail"]).run(data)


def test_characters_beyond_the_basic_plane_are_fine(build: Build) -> None:
    workflow = build("def run(data):\n    return data\n", compliance=["audit_trail"])
    assert workflow.run({"value": "\U0001f600\0\u2028"}).output == {"value": "\U0001f600\0\u2028"}


MUTATING = """
def run(data):
    data["value"].append("mine")
    data["more"] = 1
    return {"value": data["value"]}
"""


def test_the_input_is_never_changed_even_by_code_that_tries(build: Build) -> None:
    data: JsonObject = {"value": [1, [2]]}
    before = copy.deepcopy(data)
    build(MUTATING).run(data)
    assert data == before


def test_the_output_shares_nothing_with_the_input(build: Build) -> None:
    inner: list[Any] = [1]
    output = build("def run(data):\n    return data\n").run({"value": inner}).output
    assert output == {"value": [1]}
    assert output["value"] is not inner


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=json_values)
@settings(max_examples=100, deadline=None)
def test_a_copy_of_json_data_is_equal_to_it(value: Any) -> None:
    copied = copy_plain(value)
    assert copied == value
    assert json.dumps(copied, allow_nan=False) == json.dumps(value)


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.floats() | st.text(max_size=2) | st.binary(max_size=2) | st.complex_numbers() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=2) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(value=anything)
@settings(max_examples=200, deadline=None)
def test_a_copy_is_json_data_or_there_is_none(value: Any) -> None:
    try:
        copied = copy_plain(value)
    except NotPlainError:
        return
    assert json.loads(json.dumps(copied, allow_nan=False)) == value
