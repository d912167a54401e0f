"""What limits a claim is said once, and what the runs know is added."""

from __future__ import annotations

import dataclasses

import pytest
from tests.unit.bench.report.made_up import ALL, Plan, make_run

from compiled_ai.bench.report.limits import limits_of
from compiled_ai.bench.report.report import build_report
from compiled_ai.bench.rows import Run
from compiled_ai.spec.canonical import JsonObject

SMALL = Plan(systems=ALL[:2], seen=2, held_out=4, attack=False)


def _limits(plan: Plan, run: Run | None = None) -> str:
    used = run or make_run(plan)
    return "\n".join(build_report([used]).sections[0].limits)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ({"synthetic": True}, "The data are synthetic. Real data may be harder."),
        ({"synthetic": "generated invoices"}, "The data are synthetic: generated invoices."),
        ({"options": {"source": "synthetic"}}, "The data are synthetic."),
        ({"judge": "a language model"}, "judged with the help of a model"),
    ],
)
def test_the_data_set_says_what_it_is(description: JsonObject, words: str) -> None:
    assert words in _limits(dataclasses.replace(SMALL, description=description))


def test_an_exact_judge_is_no_limit() -> None:
    assert "judged" not in _limits(dataclasses.replace(SMALL, description={"judge": "exact comparison"}))


def test_a_replay_is_named() -> None:
    assert "come from recordings" in _limits(dataclasses.replace(SMALL, source="replay"))


def test_a_system_without_rows_and_a_missing_engine_are_named() -> None:
    run = make_run(SMALL)
    rows = tuple(
        row.model_copy(update={"outcome": "failed", "error": "MissingToolError", "score": 0.0})
        for row in run.cases
        if row.system == "compiled"
    )
    text = _limits(SMALL, run.model_copy(update={"cases": rows}))
    assert "direct answered no case in these runs." in text
    assert "compiled: 6 cases could not be played" in text


def test_a_sample_is_named() -> None:
    run = make_run(SMALL)
    info = run.info.model_copy(update={"settings": {"limit": 6}})
    assert "seeded sample was run (limit 6)" in _limits(SMALL, run.model_copy(update={"info": info}))


def test_what_holds_for_several_systems_is_said_once() -> None:
    dataset = build_report([make_run(SMALL)]).sections[0].dataset
    changed = dataclasses.replace(
        dataset, limits=("compiled: few.", "All is small.", "direct: few.", "direct: other.")
    )
    assert limits_of(changed, []) == ("compiled and direct: few.", "All is small.", "direct: other.")
