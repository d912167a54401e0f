"""Tuning slots on requests with known answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiled_ai.factory.synthesis._call_search import Choice
from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_slots import Field
from compiled_ai.factory.synthesis._call_tune import Trial, trial_cost, tune
from compiled_ai.modules.slots import Slot

WIDTH = Slot(name="width", kind="integer", cues=("width",))
HEIGHT = Slot(name="height", kind="integer", cues=("height",))


def choice(*slots: Slot) -> Choice:
    fields = tuple(
        Field(
            parameter=Parameter(
                path=(slot.name,), schema={"type": "integer"}, is_required=True, is_nullable=False
            ),
            settings=(slot,),
            fallback=None,
            has_fallback=False,
        )
        for slot in slots
    )
    return Choice(fields=fields, slots=slots, ignore=("box",))


PLAIN = choice(WIDTH, HEIGHT)
RICH = replace(
    PLAIN,
    slots=(replace(WIDTH, cues=("wide", "deep", "tall")), replace(HEIGHT, cues=("high", "tall", "deep"))),
)
TALL = Trial(request="a box 4 tall and 9 wide", arguments={"width": 9, "height": 4})
PLAINLY = Trial(request="width 3, height 4", arguments={"width": 3, "height": 4})


def test_without_trials_the_first_start_stands() -> None:
    assert tune([RICH, PLAIN], []) == RICH


def test_a_start_that_answers_everything_stands() -> None:
    assert tune([PLAIN, RICH], [PLAINLY]) == PLAIN


def test_words_of_both_starts_are_joined_and_the_harmful_one_is_dropped() -> None:
    tuned = tune([RICH, PLAIN], [TALL, PLAINLY])
    assert [trial_cost(tuned, trial) for trial in (TALL, PLAINLY)] == [0, 0]


def test_phrases_that_decline_too_much_are_dropped() -> None:
    strict = replace(PLAIN, decline=("height", "volume"))
    tuned = tune([strict], [PLAINLY, Trial(request="volume of width 3 and height 4", arguments=None)])
    assert tuned.decline == ("volume",)


@pytest.mark.parametrize(
    ("trial", "is_right"),
    [
        pytest.param(PLAINLY, True, id="answered right"),
        pytest.param(TALL, False, id="declined"),
        pytest.param(
            Trial(request="width 3, height 4", arguments={"width": 4, "height": 3}), False, id="wrong"
        ),
        pytest.param(Trial(request="width 3", arguments=None), True, id="rightly declined"),
        pytest.param(Trial(request="width 3, height 4", arguments=None), False, id="answered against orders"),
    ],
)
def test_the_cost_is_zero_for_the_right_answer_alone(trial: Trial, is_right: bool) -> None:
    assert (trial_cost(PLAIN, trial) == 0) == is_right


def test_a_wrong_answer_costs_more_than_a_refusal() -> None:
    wrong = Trial(request="width 3, height 4", arguments={"width": 7, "height": 4})
    assert trial_cost(PLAIN, wrong) > trial_cost(PLAIN, Trial(request="so wide", arguments={"width": 3})) > 0


def test_an_example_of_the_spec_is_rather_declined_than_answered_wrong() -> None:
    shown = Trial(request="width 3, height 4", arguments={"width": 4, "height": 3}, is_binding=True)
    strict = replace(PLAIN, decline=("height",))
    others = [
        Trial(request=f"width {n}, height {n + 1}", arguments={"width": n, "height": n + 1})
        for n in range(8, 12)
    ]
    assert tune([PLAIN, strict], [shown, *others]).answer(shown.request) != {"width": 3, "height": 4}
