"""Runs summed up: what belongs together, what stays apart, what limits the claim."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest
from tests.unit.bench.metrics.made_rows import (
    attempt,
    call,
    case_row,
    compiled_details,
    preparation_row,
    run_of,
)

from compiled_ai.bench.metrics.code_quality import CodeTools
from compiled_ai.bench.metrics.facts import DatasetSummary
from compiled_ai.bench.metrics.prices import model_price, model_prices
from compiled_ai.bench.metrics.summary import summarize
from compiled_ai.bench.rows import CaseRow, Run

CODE = "def f(x: int) -> int:\n    return x\n"


def typical() -> Run:
    """Two tasks of two held-out cases and a seen one each; compiled code, a direct model, a person's code."""
    rows: list[CaseRow] = []
    for task in ("t1", "t2"):
        for number in range(3):
            given = {"split": "held_out" if number else "seen", "seconds": 0.001}
            rows.append(case_row(f"{task}.{number}", served_by="compiled", **given))
            rows.append(
                case_row(
                    f"{task}.{number}",
                    "wrong" if number == 1 else "right",
                    system="direct",
                    served_by="model",
                    calls=(call(400),),
                    **(given | {"seconds": 1.0}),
                )
            )
            rows.append(case_row(f"{task}.{number}", system="human", served_by="human", **given))
    preparations = [
        preparation_row(
            task, calls=(call(3000),), details=compiled_details(attempt(True, True, True, True), code=CODE)
        )
        for task in ("t1", "t2")
    ]
    return run_of(rows, preparations)


def dataset_of(*runs: Run) -> DatasetSummary:
    (found,) = summarize(runs).datasets
    return found


def test_compiled_system_comes_first_and_is_compared_with_each_other() -> None:
    found = dataset_of(typical())
    assert (found.subject, found.title) == ("compiled", "made (held-out)")
    assert [item.system for item in found.systems] == ["compiled", "direct", "human"]
    assert [(item.system, item.baseline) for item in found.comparisons] == [
        ("compiled", "direct"),
        ("compiled", "human"),
    ]


def test_headline_takes_the_held_out_split_and_the_best_model() -> None:
    found = dataset_of(typical()).headline
    assert found is not None
    assert (found.split, found.baseline) == ("held_out", "direct")
    assert (found.accuracy.value, found.accuracy.n) == (100.0, 4)
    assert found.baseline_accuracy is not None
    assert found.baseline_accuracy.value == 50.0
    assert found.paired is not None
    assert (found.paired.cases, found.paired.difference) == (4, 50.0)
    assert found.break_even_tokens is not None
    assert found.break_even_tokens.value == 7.5
    assert found.other_split_accuracy is not None
    assert found.other_split_accuracy.n == 2


def test_systems_know_their_splits_rungs_and_servers() -> None:
    compiled, direct, human = dataset_of(typical()).systems
    assert [(item.split, item.cases) for item in compiled.splits] == [("seen", 2), ("held_out", 4)]
    assert (compiled.is_compiled, direct.is_compiled, human.is_compiled) == (True, False, False)
    assert (compiled.rungs, compiled.served_by) == ({"coder": 2}, {"compiled": 6})
    assert (compiled.tasks, compiled.tasks_prepared) == (2, 2)
    assert [item.runs for item in compiled.volumes] == [10**power for power in range(10)]


def test_summary_is_plain_json() -> None:
    written = json.dumps(summarize([typical()]).to_json(), allow_nan=False)
    datasets = json.loads(written)["datasets"]
    assert datasets[0]["systems"][0]["splits"][1]["metrics"]["accuracy"]["value"] == 100.0


def test_equal_runs_give_equal_summaries() -> None:
    assert summarize([typical()]) == summarize([typical()])


def test_row_that_two_runs_share_counts_once() -> None:
    run = typical()
    again = Run(
        info=run.info.model_copy(update={"run_id": "r2"}), preparations=run.preparations, cases=run.cases
    )
    found = dataset_of(run, again)
    assert [item.rows for item in found.systems[0].splits] == [2, 4]
    assert found.run_ids == ("r1", "r2")


def test_runs_of_different_systems_are_put_together() -> None:
    own = run_of([case_row("t1.1")], [preparation_row()], run_id="a")
    other = run_of([case_row("t1.1", system="direct", calls=(call(),))], run_id="b")
    found = dataset_of(own, other)
    assert [item.system for item in found.systems] == ["compiled", "direct"]
    assert found.comparisons[0].splits[0].cases == 1


def test_system_with_other_settings_is_set_apart() -> None:
    one = run_of([case_row("t1.1", system="direct")], run_id="a", systems={"direct": {"model": "small"}})
    two = run_of(
        [case_row("t1.1", "wrong", system="direct")], run_id="b", systems={"direct": {"model": "large"}}
    )
    assert [item.system for item in dataset_of(one, two).systems] == ["direct@a", "direct@b"]


def test_protocols_are_never_mixed() -> None:
    own_query = run_of([case_row("t1.1", split="seen")], dataset_description={"protocol": "own-query"})
    held_out = run_of([case_row("t1.1")])
    assert [item.title for item in summarize([own_query, held_out]).datasets] == [
        "made (own-query)",
        "made (held-out)",
    ]


@pytest.mark.parametrize(
    ("names", "wanted", "subject"),
    [
        pytest.param(("direct", "synthesis"), None, "synthesis", id="synthesis where nothing is compiled"),
        pytest.param(("compiled", "synthesis"), None, "compiled", id="compiled before synthesis"),
        pytest.param(("compiled", "synthesis"), "synthesis", "synthesis", id="the one that was asked for"),
        pytest.param(("direct", "human"), None, None, id="none"),
        pytest.param(("direct",), "compiled", None, id="the one that was asked for is not there"),
    ],
)
def test_choice_of_the_subject(names: tuple[str, ...], wanted: str | None, subject: str | None) -> None:
    run = run_of([case_row("t1.1", system=name) for name in names])
    found = summarize([run], subject=wanted).datasets[0]
    assert found.subject == subject
    assert len(found.comparisons) == (0 if subject is None else len(names) - 1)
    assert (found.headline is None) == (subject is None)


def test_tools_are_used_where_they_are_given() -> None:
    found = summarize([typical()], tools=CodeTools(lint=lambda _: 3)).datasets[0].systems[0]
    assert found.metrics["lint_findings"].value == 3.0


def test_run_without_rows_is_summed_up() -> None:
    found = dataset_of(run_of([]))
    assert (found.systems, found.headline) == ((), None)


def test_system_that_was_only_prepared_has_no_headline() -> None:
    found = dataset_of(run_of([], [preparation_row()]))
    assert (found.subject, found.headline, found.systems[0].splits) == ("compiled", None, ())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param({"split": "seen"}, "All cases are seen", id="seen alone"),
        pytest.param({}, "Only 1 held-out cases", id="few"),
        pytest.param({}, "There is one task", id="one task"),
        pytest.param({"outcome": "too_dear", "score": 0.0}, "1 of 1 cases were not asked", id="too dear"),
        pytest.param({"calls": (call(by_hand=True),)}, "1 of 1 replies were given by a person", id="by hand"),
        pytest.param({"calls": (call(usd=None),)}, "1 of 1 calls have no known price", id="no price"),
        pytest.param(
            {"calls": (call().model_copy(update={"replayed": True}),)},
            "1 of 1 calls are replays",
            id="replay",
        ),
        pytest.param(
            {"calls": (call().model_copy(update={"estimated": True}),)},
            "tokens of 1 of 1 calls",
            id="estimated",
        ),
        pytest.param({}, "1 of 1 tasks were not prepared", id="not prepared"),
        pytest.param({}, "nothing is known of its consistency", id="no repeats"),
        pytest.param({}, "1 warm latencies", id="few latencies"),
        pytest.param({"system": "direct"}, "No compiled system", id="no subject"),
    ],
)
def test_limits_are_named(row: dict[str, object], said: str) -> None:
    limits = dataset_of(run_of([case_row("t1.1", **row)])).limits
    assert sum(said in line for line in limits) == 1


def test_missing_partners_are_named() -> None:
    rows = [case_row("t1.1"), case_row("t1.2"), case_row("t1.1", system="direct")]
    assert (
        "direct has 1 of the 2 cases of compiled: only these are compared." in dataset_of(run_of(rows)).limits
    )


def test_prices_carry_their_day_and_source() -> None:
    found = model_price("anthropic:claude-opus-4-5", day=date(2026, 11, 22))
    assert (found.input_usd, found.output_usd, found.cached_usd) == (5.0, 25.0, 0.5)
    assert found.day == "2026-11-22"
    assert found.source.startswith("genai-prices ")


def test_model_without_a_list_price_has_none() -> None:
    found = model_price("desk:somebody", day=date(2026, 11, 22))
    assert (found.input_usd, found.output_usd, found.cached_usd) == (None, None, None)


def test_prices_of_runs_name_each_model_and_day_once() -> None:
    moments = [("desk:a", "2026-11-22T23:30:00-02:00"), ("desk:a", "2026-11-23T01:00:00+00:00"), ("", "")]
    assert [(item.model, item.day) for item in model_prices(moments)] == [("desk:a", "2026-11-23")]


@pytest.mark.parametrize(
    "settings",
    [
        {"price_as": "anthropic:claude-opus-4-5"},
        {"system_options": {"price_as": "anthropic:claude-opus-4-5"}},
    ],
    ids=["at the top", "among the options"],
)
def test_model_that_stands_in_for_prices_is_listed_and_named(settings: dict[str, object]) -> None:
    found = summarize([run_of([case_row()], model="desk:a", settings=settings)])
    assert [item.model for item in found.prices] == ["anthropic:claude-opus-4-5", "desk:a"]
    assert found.datasets[0].limits[-1] == (
        "Calls of desk:a without a list price are valued at that of anthropic:claude-opus-4-5."
    )


def test_run_without_a_model_has_no_prices() -> None:
    assert summarize([run_of([case_row()], model="none", source="none")]).prices == ()


def test_thousands_of_rows_take_no_time_worth_a_name() -> None:
    """A tenth of 100,000 rows within a tenth of 10 s of processor time, and much to spare for a busy machine."""
    rows = [
        case_row(
            f"t{number % 40}.{number}", system=name, calls=(call(300 + number % 50),), seconds=number / 1e6
        )
        for name in ("compiled", "direct", "langchain", "human")
        for number in range(2_500)
    ]
    run = run_of(rows)
    started = time.process_time()
    summarize([run])
    assert time.process_time() - started < 5


def test_metrics_are_found_by_name_and_category() -> None:
    metrics = dataset_of(typical()).systems[0].metrics
    assert "latency_p50" in metrics
    assert "accuracy" not in metrics
    assert {item.category for item in metrics.of("cost")} == {"cost"}
    with pytest.raises(KeyError, match="accuracy"):
        metrics["accuracy"]


def test_system_is_found_by_name() -> None:
    found = dataset_of(typical())
    human = found.system("human")
    assert human is not None
    assert human.system == "human"
    assert found.system("nobody") is None
