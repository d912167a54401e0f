"""The compiled system against a baseline: break-even, differences, curves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.bench.metrics.made_rows import call, case_row, preparation_row

from compiled_ai.bench.metrics.break_even import break_even
from compiled_ai.bench.metrics.comparison import Side, compare
from compiled_ai.bench.metrics.facts import Comparison
from compiled_ai.bench.metrics.repeats import by_case
from compiled_ai.bench.rows import CaseRow, PreparationRow

COMPILED = [preparation_row(f"t{number}", calls=(call(3000, usd=0.06),)) for number in (1, 2)]


def direct(*cases: str, tokens: int = 400, usd: float | None = 0.01, outcome: str = "right") -> list[CaseRow]:
    return [
        case_row(
            case, "right" if outcome == "right" else "wrong", system="direct", calls=(call(tokens, usd=usd),)
        )
        for case in cases
    ]


def compared(
    own: Sequence[CaseRow],
    other: Sequence[CaseRow],
    preparations: Sequence[PreparationRow] = COMPILED,
    others_preparations: Sequence[PreparationRow] = (),
) -> Comparison:
    return compare(
        Side(name="compiled", preparations=tuple(preparations), cases=by_case(own)),
        Side(name="direct", preparations=tuple(others_preparations), cases=by_case(other)),
        seed=1,
    )


FALLING_BACK = [case_row("t1.1", calls=(call(80, usd=0.002),)), case_row("t2.1")]
"""40 tokens and 0.001 USD a case."""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("break_even_tokens", 3000 / 360, id="3,000 / (400 - 40)"),
        pytest.param("break_even_money", 0.06 / 0.009, id="0.06 / (0.01 - 0.001)"),
        pytest.param("break_even_handed_on", 3000 / 360, id="all answered"),
        pytest.param("token_reduction", 400_000 / 43_000, id="400 x 1,000 / (3,000 + 40 x 1,000)"),
        pytest.param("determinism_advantage", 10 / 0.06, id="0.01 x 1,000 / 0.06"),
    ],
)
def test_figures_by_hand(name: str, value: float) -> None:
    found = compared(FALLING_BACK, direct("t1.1", "t2.1")).metrics[name]
    assert (found.value, found.n) == pytest.approx((value, 2))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= value <= found.high or math.isclose(found.low, value)


@pytest.mark.parametrize(
    ("extra", "saving", "runs"),
    [
        pytest.param(3000, 400, 7.5, id="pays"),
        pytest.param(0, 400, 0.0, id="nothing spent"),
        pytest.param(-5, 400, 0.0, id="the baseline spent more"),
        pytest.param(3000, 0, math.inf, id="saves nothing"),
        pytest.param(3000, -1, math.inf, id="costs more"),
        pytest.param(0, -1, math.inf, id="free, and then costs more"),
        pytest.param(0, 0, 0.0, id="nothing to pay"),
    ],
)
def test_break_even_by_hand(extra: float, saving: float, runs: float) -> None:
    assert break_even(extra, saving) == runs


@given(st.floats(0, 1e6), st.floats(0.001, 1e6))
def test_after_the_break_even_it_has_paid(extra: float, saving: float) -> None:
    assert break_even(extra, saving) * saving == pytest.approx(extra)


def test_never_is_said_in_words() -> None:
    own = [case_row("t1.1", calls=(call(500),)), case_row("t2.1", calls=(call(500),))]
    found = compared(own, direct("t1.1", "t2.1")).metrics["break_even_tokens"]
    assert (found.shown, found.grade) == ("never", "below")
    assert found.note.startswith("it never pays")


def test_interval_says_never_where_some_resamples_never_pay() -> None:
    """t1 saves 400, t2 costs 390 more: of both, 3,000 / 5. When t2 is drawn twice it never pays."""
    own = [case_row("t1.1"), case_row("t2.1", calls=(call(790),))]
    found = compared(own, direct("t1.1", "t2.1")).metrics["break_even_tokens"]
    assert (found.value, found.high) == (600.0, math.inf)
    assert found.interval_shown == "7.5 runs to never"


def test_synthesis_pays_from_the_first_run() -> None:
    found = compared(
        FALLING_BACK, direct("t1.1", "t2.1"), [preparation_row("t1"), preparation_row("t2")]
    ).metrics
    assert found["break_even_tokens"].value == 0.0
    assert "from the first run" in found["break_even_tokens"].note
    assert (found["determinism_advantage"].shown, found["determinism_advantage"].grade) == (
        "unlimited",
        "excellent",
    )


def test_failing_for_free_counts_when_cases_are_handed_on() -> None:
    """One of two unanswered: handed on it takes 400 like the baseline, so that 200 a run are saved: 3,000 / 200. By the plain figure 3,000 / 400."""
    own = [case_row("t1.1"), case_row("t2.1", "not_prepared")]
    found = compared(own, direct("t1.1", "t2.1")).metrics
    assert (found["break_even_tokens"].value, found["break_even_handed_on"].value) == (7.5, 15.0)


def test_a_system_that_answers_nothing_saves_nothing() -> None:
    own = [case_row("t1.1", "not_prepared"), case_row("t2.1", "declined")]
    found = compared(own, direct("t1.1", "t2.1")).metrics["break_even_tokens"]
    assert found.value is None
    assert "answered none" in found.note


def test_preparation_of_the_baseline_counts_for_us() -> None:
    """(3,000 - 1,000) / 400."""
    prepared = [preparation_row(f"t{number}", system="direct", calls=(call(1000),)) for number in (1, 2)]
    found = compared([case_row("t1.1"), case_row("t2.1")], direct("t1.1", "t2.1"), COMPILED, prepared)
    assert found.metrics["break_even_tokens"].value == 5.0


def test_unknown_prices_leave_the_advantage_in_tokens() -> None:
    found = compared(FALLING_BACK, direct("t1.1", "t2.1", usd=None)).metrics
    assert found["break_even_money"].note == "the price of a call is unknown"
    assert found["determinism_advantage"].value == pytest.approx(400_000 / 3000)
    assert "in tokens" in found["determinism_advantage"].note


def test_two_systems_without_tokens_have_no_break_even() -> None:
    found = compared([case_row("t1.1")], [case_row("t1.1", system="human")], ())
    assert found.metrics["break_even_tokens"].note == "neither system takes tokens"


def test_compilation_that_is_not_recorded_is_not_free() -> None:
    found = compared([case_row("t1.1"), case_row("t2.1")], direct("t1.1", "t2.1"), COMPILED[:1])
    assert (
        found.metrics["break_even_tokens"].note == "nothing is recorded of what preparing 1 of the tasks took"
    )


def test_one_task_has_an_interval_over_its_cases() -> None:
    """Savings of 200 and 600: 3,000 / 400 = 7.5 runs; when one case is drawn twice, 15 or 5."""
    own, other = (
        [case_row("t1.1"), case_row("t1.2")],
        [*direct("t1.1", tokens=200), *direct("t1.2", tokens=600)],
    )
    found = compared(own, other).metrics["break_even_tokens"]
    assert (found.value, found.low, found.high) == (7.5, 5.0, 15.0)


def test_only_cases_that_both_have_are_compared() -> None:
    own = [case_row("t1.1"), case_row("t1.2"), case_row("t2.1", case_digest="mended")]
    found = compared(own, direct("t1.1", "t2.1", "t3.1"))
    assert [item.cases for item in found.splits] == [1]
    assert found.metrics["break_even_tokens"].value == 7.5


def test_nothing_shared_is_nothing_known() -> None:
    found = compared([case_row("t1.1")], direct("t2.1"))
    assert (found.splits, found.curve) == ((), ())
    assert {item.note for item in found.metrics.items} == {"the two systems share no case"}


def test_splits_are_compared_apart_by_hand() -> None:
    """Held out: 6 of 8 cases are right only with us, 1 only with them, 1 with both. Difference 5 / 8; p = 2 x (1 + 7) / 2^7."""
    names = [f"t{number}.1" for number in range(1, 9)]
    own = [case_row(name, "wrong" if name == "t1.1" else "right") for name in names]
    other = direct(*names[:2]) + direct(*names[2:], outcome="wrong")
    seen = [case_row("t9.1", split="seen")]
    found = compared([*own, *seen], [*other, case_row("t9.1", system="direct", split="seen")])
    held_out = found.split("held_out")
    assert held_out is not None
    assert (held_out.both_right, held_out.only_system, held_out.only_baseline, held_out.neither) == (
        1,
        6,
        1,
        0,
    )
    assert held_out.difference == 62.5
    assert held_out.mcnemar_p == 2 * 8 / 128
    assert [(item.split, item.cases) for item in found.splits] == [("seen", 1), ("held_out", 8)]


@pytest.mark.parametrize(
    ("own", "other", "sense"),
    [
        pytest.param("right", "wrong", "better", id="better"),
        pytest.param("wrong", "right", "worse", id="worse"),
        pytest.param("right", "right", "no_difference_shown", id="the same"),
    ],
)
def test_sense_of_a_difference(own: str, other: str, sense: str) -> None:
    names = [f"t{number}.1" for number in range(12)]
    ours = [case_row(name).model_copy(update={"outcome": own}) for name in names]
    found = compared(ours, direct(*names, outcome=other)).split("held_out")
    assert found is not None
    assert found.sense == sense


def test_three_cases_out_of_three_show_no_difference() -> None:
    """p = 2 / 8, however narrow the interval of three equal differences."""
    names = [f"t{number}.1" for number in range(3)]
    found = compared([case_row(name) for name in names], direct(*names, outcome="wrong")).split("held_out")
    assert found is not None
    assert (found.low, found.high, found.mcnemar_p, found.sense) == (
        100.0,
        100.0,
        0.25,
        "no_difference_shown",
    )


def test_tasks_that_fall_together_must_agree_too() -> None:
    """One task of 40 cases is better, one of 10 worse: over cases it is better, over tasks nothing is shown."""
    many, few = [f"t1.{number}" for number in range(40)], [f"t2.{number}" for number in range(10)]
    own = [*(case_row(name) for name in many), *(case_row(name, "wrong") for name in few)]
    found = compared(own, [*direct(*many, outcome="wrong"), *direct(*few)]).split("held_out")
    assert found is not None
    assert found.low > 0
    assert found.task_low is not None
    assert found.task_low < 0
    assert found.sense == "no_difference_shown"


def test_curve_crosses_at_the_break_even() -> None:
    points = {point.runs: point for point in compared([case_row("t1.1")], direct("t1.1")).curve}
    assert (points[5].system_tokens, points[5].baseline_tokens) == (3000, 2000)
    assert (points[10].system_tokens, points[10].baseline_tokens) == (3000, 4000)
    assert (points[10].system_usd, points[10].baseline_usd) == pytest.approx((0.06, 0.1))


def test_speed_up_is_the_ratio_of_medians() -> None:
    own = [case_row("t1.1", seconds=0.001), case_row("t2.1", seconds=0.003)]
    other = [case_row(name, system="direct", seconds=1.0) for name in ("t1.1", "t2.1")]
    assert compared(own, other).metrics["speed_up"].value == pytest.approx(1 / 0.002)


def test_no_speed_up_over_somebody_at_a_desk() -> None:
    other = [case_row("t1.1", system="direct", seconds=60.0, calls=(call(by_hand=True),))]
    found = compared([case_row("t1.1", seconds=0.001)], other).metrics["speed_up"]
    assert found.value is None
    assert "by hand" in found.note
