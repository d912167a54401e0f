from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from pprint import pformat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.spec import Case, HiddenCase, Spec, VisibleCase
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import hold_back

Accepted = Callable[[Mapping[str, str | None]], Spec]


def example(number: int, **given: JsonObject) -> VisibleCase:
    return VisibleCase(case_id=f"e{number}", input={"n": number}, output={"m": -number}, given={**given})


def ids(cases: Sequence[Case]) -> list[str]:
    return [case.case_id for case in cases]


@pytest.mark.parametrize(
    ("count", "hidden"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (7, 2), (10, 3), (30, 9)]
)
def test_three_in_ten_are_held_back_and_at_least_one(count: int, hidden: int) -> None:
    visible, held = hold_back([example(number) for number in range(count)])
    assert (len(visible), len(held)) == (count - hidden, hidden)


def test_the_choice_is_the_same_on_every_machine() -> None:
    """It hangs on SHA-256 of the input alone: a change here moves cases between the sides in everybody's specs."""
    _, held = hold_back([example(number) for number in range(10)])
    assert ids(held) == ["e3", "e5", "e7"]


def test_held_back_cases_keep_their_content_and_change_their_type() -> None:
    examples = [example(number, step={"x": number}) for number in range(5)]
    visible, held = hold_back(examples)
    assert {type(case) for case in visible} == {VisibleCase}
    assert {type(case) for case in held} == {HiddenCase}
    by_id = {case.case_id: case for case in examples}
    assert all(
        (case.input, case.output, case.given)
        == (by_id[case.case_id].input, by_id[case.case_id].output, by_id[case.case_id].given)
        for case in held
    )


numbers = st.lists(st.integers(0, 500), unique=True, max_size=40)


@given(numbers, st.randoms(use_true_random=False))
def test_order_of_the_file_does_not_matter(chosen: list[int], chance: random.Random) -> None:
    examples = [example(number) for number in chosen]
    shuffled = chance.sample(examples, len(examples))
    assert set(ids(hold_back(examples)[1])) == set(ids(hold_back(shuffled)[1]))


@given(numbers)
def test_both_sides_together_are_all_in_their_old_order(chosen: list[int]) -> None:
    visible, held = hold_back([example(number) for number in chosen])
    assert sorted(ids([*visible, *held])) == sorted(f"e{number}" for number in chosen)
    assert not set(ids(visible)) & set(ids(held))
    order = {f"e{number}": place for place, number in enumerate(chosen)}
    assert ids(visible) == sorted(ids(visible), key=order.__getitem__)
    assert ids(held) == sorted(ids(held), key=order.__getitem__)


@given(numbers.filter(bool))
def test_another_example_moves_at_most_one(chosen: list[int]) -> None:
    *before, _ = examples = [example(number) for number in chosen]
    old, new = set(ids(hold_back(before)[1])), set(ids(hold_back(examples)[1]))
    known = set(ids(before))
    assert len((old ^ new) & known) <= 1


def test_cases_that_share_an_input_are_told_apart_by_what_is_given() -> None:
    examples = [VisibleCase(case_id=str(n), input={}, output={}, given={"s": {"n": n}}) for n in range(5)]
    assert set(ids(hold_back(examples)[1])) == set(ids(hold_back(examples[::-1])[1]))


def test_input_with_half_a_surrogate_pair_is_ranked_too() -> None:
    assert (
        len(
            hold_back(
                [VisibleCase(case_id=str(n), input={"t": "\ud800" * n}, output=None) for n in range(3)]
            )[1]
        )
        == 1
    )


def test_case_without_output_must_be_declined() -> None:
    assert VisibleCase(case_id="a", input={}, output=None).must_abstain
    assert not VisibleCase(case_id="a", input={}, output={}).must_abstain


HIDDEN = 'tests:\n  - id: kingfisher\n    input: {text: "nightingale", count: 77123}\n    output: {label: y}\n    note: bullfinch\n'


@pytest.mark.parametrize(
    "show",
    [repr, str, pformat, lambda spec: f"{spec.tests} {spec.tests[0]!r} {spec.source} {[spec]}"],
    ids=["repr", "str", "pformat", "parts"],
)
def test_no_hidden_case_shows_in_any_text_of_a_spec(accepted: Accepted, show: Callable[[Spec], str]) -> None:
    shown = show(accepted({"x": HIDDEN}))
    assert "HiddenCase(...)" in shown
    for secret in ("kingfisher", "nightingale", "77123", "bullfinch"):
        assert secret not in shown


def test_held_back_example_does_not_show_either(accepted: Accepted) -> None:
    cases = "".join(
        f"\n  - {{id: case{n}, input: {{text: bird{n}, count: {n}}}, output: {{label: x}}}}" for n in range(6)
    )
    spec = accepted({"examples": f"examples:{cases}"})
    assert (spec.held_back, len(spec.tests), len(spec.examples)) == (2, 2, 4)
    for case in spec.tests:
        assert f"bird{case.input['count']}" not in repr(spec)


def test_brief_holds_no_hidden_case(accepted: Accepted) -> None:
    brief = accepted({"x": HIDDEN}).brief()
    assert ids(brief.examples) == ["example-1"]
    assert "nightingale" not in repr(brief)


@pytest.mark.parametrize(
    ("old", "new"),
    [("nightingale", "nightjar"), ("77123", "77124"), ("label: y", "label: x"), ("output: {label: y}", "abstain: true"), ("kingfisher", "kestrel")],
    ids=["text", "number", "output", "abstention", "id"],
)  # fmt: skip
def test_digest_changes_with_a_hidden_case(accepted: Accepted, old: str, new: str) -> None:
    assert accepted({"x": HIDDEN}).source.digest != accepted({"x": HIDDEN.replace(old, new)}).source.digest


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "# a comment\n'name':   \"demo\"   # another\n"},
        {"output": "output: {label: ['x', \"y\"]}"},
        {"input": "input:\n    count: integer\n    text: string"},
        {"examples": "examples: [{output: {label: x}, input: {count: 1, text: &a one}}]"},
    ],
    ids=["comments and quotes", "flow style", "order of keys", "anchor"],
)
def test_digest_does_not_change_with_formatting(accepted: Accepted, changes: Mapping[str, str]) -> None:
    assert accepted(changes).source.digest == accepted({}).source.digest


def test_digest_changes_with_the_order_of_allowed_values(accepted: Accepted) -> None:
    assert accepted({"output": "output: {label: [y, x]}"}).source.digest != accepted({}).source.digest


def test_digest_says_its_rule(accepted: Accepted) -> None:
    assert accepted({}).source.digest.startswith("s1:")
    assert len(accepted({}).source.digest) == 3 + 64
