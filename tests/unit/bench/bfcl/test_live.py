"""Sets of functions, with made-up requests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiled_ai.bench.bfcl.live import divide, expected_output, group_cases, halves, set_spec
from compiled_ai.bench.bfcl.source import BfclCase, BfclFunction
from compiled_ai.errors import SpecError
from compiled_ai.spec.canonical import JsonObject

RENT = BfclFunction(
    name="boats.rent",
    description="Rent a boat.",
    parameters={
        "type": "dict",
        "required": ["days"],
        "properties": {
            "days": {"type": "integer", "description": "For how many days."},
            "sail": {"type": "string", "enum": ["red", "white"], "description": "Its sail."},
        },
    },
)
WIND = BfclFunction(
    name="wind",
    description="The wind on a lake.",
    parameters={
        "type": "dict",
        "required": ["lake"],
        "properties": {"lake": {"type": "string", "description": "The lake."}},
    },
)


def case(number: int, request: str, answer: JsonObject, *functions: BfclFunction) -> BfclCase:
    return BfclCase(case_id=f"live_{number}-0", request=request, functions=functions, answers=(answer,))


def rents(count: int, *functions: BfclFunction) -> list[BfclCase]:
    functions = functions or (RENT,)
    return [
        case(days, f"a boat for {days} days", {RENT.name: {"days": [days], "sail": ["", "red"]}}, *functions)
        for days in range(1, count + 1)
    ]


def test_requests_with_the_same_functions_in_any_order_are_one_set() -> None:
    cases = [*rents(3, RENT, WIND), *rents(6, WIND, RENT)[3:], *rents(5)]
    both, alone = group_cases(cases)
    assert (both.set_id, len(both.cases), [item.name for item in both.functions]) == (
        "live_1-0",
        6,
        ["boats.rent", "wind"],
    )
    assert (len(alone.cases), alone.functions) == (5, (RENT,))


def test_equal_requests_count_once_and_small_sets_not_at_all() -> None:
    again = case(9, " A boat  for 1 days", {RENT.name: {"days": [1]}}, RENT)
    assert group_cases([*rents(4), again]) == []
    (found,) = group_cases([*rents(4), again], least=4)
    assert [item.case_id for item in found.cases] == ["live_1-0", "live_2-0", "live_3-0", "live_4-0"]


def test_what_is_shown_is_never_scored_and_the_seed_chooses_it() -> None:
    (boats,) = group_cases(rents(9))
    divided = divide(boats, seed=11)
    assert len(divided.shown) == 3
    ids = [item.case_id for item in (*divided.shown, *divided.scored)]
    assert sorted(ids) == [item.case_id for item in boats.cases]
    assert divide(boats, seed=11) == divided
    assert any(divide(boats, seed=seed).shown != divided.shown for seed in range(5))


def test_an_answer_that_breaks_the_schema_is_scored_but_never_shown() -> None:
    odd = [case(number, f"boat {number}", {RENT.name: {"days": ["many"]}}, RENT) for number in range(10, 30)]
    (boats,) = group_cases([*rents(2), *odd])
    divided = divide(boats, seed=11)
    assert {item.case_id for item in divided.shown} == {"live_1-0", "live_2-0"}
    assert divided.scored == tuple(odd)
    with pytest.raises(SpecError):
        set_spec(boats, odd[:1])


def test_halves_depend_on_the_seed_alone_and_share_no_set() -> None:
    (boats,) = group_cases(rents(5))
    sets = [replace(boats, set_id=f"set {number}") for number in range(3)]
    found = halves(sets, seed=11)
    assert sorted(found) == ["set 0", "set 1", "set 2"]
    assert sorted(found.values()) == ["development", "held_out", "held_out"]
    assert halves(sets[::-1], seed=11) == found


def test_one_function_gives_its_arguments_alone() -> None:
    (boats,) = group_cases(rents(5))
    spec = set_spec(boats, boats.cases[:3])
    assert expected_output(boats, boats.cases[1]) == {"days": 2}
    assert [item.output for item in spec.examples] == [{"days": 1}, {"days": 2}, {"days": 3}]
    assert spec.output_schema["required"] == ["days"]
    assert [item.output for item in spec.tests] == [None]


def test_several_functions_give_a_name_and_arguments() -> None:
    (both,) = group_cases(rents(5, RENT, WIND))
    spec = set_spec(both, both.cases[:1], threshold=0.5)
    assert [item.output for item in spec.examples] == [{"name": "boats.rent", "arguments": {"days": 1}}]
    properties = spec.output_schema["properties"]
    assert isinstance(properties, dict)
    assert properties["name"] == {"enum": ["boats.rent", "wind"]}
    arguments = properties["arguments"]
    assert isinstance(arguments, dict)
    branches = arguments["anyOf"]
    assert isinstance(branches, list)
    assert [branch["title"] for branch in branches if isinstance(branch, dict)] == ["boats.rent", "wind"]
    assert (spec.accuracy.threshold, spec.accuracy.max_wrong) == (0.5, 0.0)
