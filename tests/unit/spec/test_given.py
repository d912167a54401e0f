"""Keys of `given`: a step for all items, or one item of a step."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec import parse_spec
from compiled_ai.spec.flow import Do, ForEach, Parallel, Sequence, Switch
from compiled_ai.spec.given import given_problem, loops_around, step_of

SPEC = """
name: moods
description: d
instructions: i
input: {texts: "string[]", first: string}
output: {moods: "string[]", mood: string}
steps:
  - {id: whole, kind: bounded, instructions: Judge., takes: [first], output: {mood: string}}
  - foreach:
      id: each
      over: texts
      item: text
      steps:
        - {id: tone, kind: bounded, instructions: Judge., takes: [text], output: {one: string}}
      collect: {one: moods}
examples:
  - {input: {texts: [a, b], first: x}, given: {whole: {mood: z}, GIVEN}, output: {moods: [p, q], mood: z}}
"""


def case_line(given: str) -> str:
    return SPEC.replace("GIVEN", given)


@pytest.mark.parametrize(
    ("key", "loops", "is_right"),
    [
        ("tone", 0, True),
        ("tone", 2, True),
        ("tone[0]", 1, True),
        ("tone[12][0]", 2, True),
        ("tone[0]", 0, False),
        ("tone[0]", 2, False),
        ("tone[0][0]", 1, False),
        ("tone[]", 1, False),
        ("tone[x]", 1, False),
        ("tone[-1]", 1, False),
        ("tone[01]", 1, False),
        ("tone[²]", 1, False),
        ("tone[0] ", 1, False),
        ("tone[0", 1, False),
        ("tone[" + "9" * 5000 + "]", 1, False),
    ],
)
def test_a_key_names_an_item_by_one_number_for_each_block(key: str, loops: int, is_right: bool) -> None:
    assert (given_problem(key, loops=loops) is None) is is_right
    assert step_of(key) == "tone"


def test_blocks_around_steps_are_counted() -> None:
    inner = ForEach(
        id="i", over="x", item="y", body=Switch(id="s", on="y", cases={"1": Do("b")}, otherwise=Do("c"))
    )
    flow = Sequence((Do("a"), ForEach(id="o", over="xs", item="x", body=Parallel((inner, Do("d"))))))
    assert loops_around(flow) == {"a": 0, "b": 2, "c": 2, "d": 1}


def test_a_case_may_give_items_and_all() -> None:
    spec = parse_spec(case_line('"tone[1]": {one: q}, tone: {one: p}'), path=Path("moods.yaml"))
    assert spec.examples[0].given == {"whole": {"mood": "z"}, "tone[1]": {"one": "q"}, "tone": {"one": "p"}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('"tone[x]": {one: q}', "an item of 'tone' is named by 1 whole number from 0, as in 'tone[0]'"),
        ('"tone[0][1]": {one: q}', "an item of 'tone' is named by 1 whole number from 0"),
        ('"whole[0]": {mood: q}', "'whole' stands inside of no foreach, so it has no items; write 'whole' alone"),
        ('"tune[0]": {one: q}', "'tune' is no bounded or effect step of this spec; these are whole, tone. Did you mean 'tone'?"),
        ('"tone[0]": {one: 3}', '3 is not of type "string"'),
    ],
)  # fmt: skip
def test_a_key_that_names_no_item_is_told_at_its_line(given: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(case_line(given), path=Path("moods.yaml"))
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.line == 17
