"""``compiled-ai monitor`` and ``run`` of a watched workflow: what a person, and cron, get to see."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.cli.main import app
from compiled_ai.monitor.store import MonitorStore, ShadowCounts, monitor_path
from compiled_ai.monitor.tally import Tally

SPEC = """\
name: loan_check
description: Decide on a small loan.
instructions: Approve small loans of adults with an income.
input: {applicant: string, age: integer, income: number, amount: number}
output: {decision: [approve, refuse]}
fallback: {policy: model}
monitor: {shadow: 0.5, max_wrong: 0.02}
steps:
  - id: decide
    kind: rule
    rules:
      - {when: amount > 10000, abstain: too large for the table}
      - {when: age < 18, then: {decision: refuse}}
      - {when: amount <= income * 3, then: {decision: approve}}
      - otherwise: {decision: refuse}
examples:
  - {input: {applicant: a, age: 30, income: 1000, amount: 500}, output: {decision: approve}}
  - {input: {applicant: b, age: 15, income: 1000, amount: 500}, output: {decision: refuse}}
tests:
  - {input: {applicant: c, age: 40, income: 2000, amount: 900}, output: {decision: approve}}
  - {input: {applicant: d, age: 40, income: 10, amount: 900}, output: {decision: refuse}}
  - {input: {applicant: e, age: 40, income: 10, amount: 90000}, abstain: true}
"""
GOOD = {"applicant": "x", "age": 50, "income": 900, "amount": 2000}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    spec = tmp_path / "loan_check.yaml"
    spec.write_text(SPEC)
    result = call("compile", spec, "--store", tmp_path / "workflows", "--effort", "none")
    assert result.exit_code == 0, result.output
    return tmp_path / "workflows"


def monitor(store: Path, *more: object) -> Result:
    return call("monitor", "loan_check", "--store", store, *more)


def run(store: Path, *more: object) -> Result:
    return call("run", "loan_check", json.dumps(GOOD), "--store", store, *more)


def pretend(store: Path, **ends: int) -> None:
    """Count so many runs, all of which approved."""
    identity = load_artifact(Store(store).find("loan_check")).manifest.artifact
    fields = {"decision": Counter({"approve": ends.get("compiled", 0)})}
    with MonitorStore(monitor_path(store, "loan_check")) as opened:
        opened.add(identity, Tally(ends=Counter(ends), fields=fields))


def test_before_any_run_it_says_how_to_begin(store: Path) -> None:
    result = monitor(store)
    assert result.exit_code == 7
    assert "no run of loan_check was watched" in result.output
    assert "'monitor: {}'" in result.output


def test_runs_are_shown_and_quiet_is_exit_code_0(store: Path) -> None:
    for _ in range(3):
        assert run(store).exit_code == 0
    result = monitor(store)
    assert result.exit_code == 0, result.output
    assert ": quiet" in result.output
    assert "RUNS of the last 24 hours: 3" in result.output
    assert "3  100.0 %  compiled code" in result.output
    assert "Baseline: 5 cases of the spec" in result.output
    assert "SHADOW CHECKS of 50 % of the answers" in result.output


def test_alarms_come_first_with_an_exit_code_of_their_own(store: Path) -> None:
    run(store)
    pretend(store, compiled=999)
    assert monitor(store, "--rebase").exit_code == 0
    pretend(store, invalid_input=500, failed=1)
    result = monitor(store)
    assert result.exit_code == 11
    text = result.output
    assert "2 alarms" in text
    assert text.index("ALARMS") < text.index("invalid inputs: 500 of 1,501 (33.3 %)") < text.index("RUNS")
    assert "before: 0 of 1,000 (0.0 %); not by chance (p below one in a billion)" in text
    assert "compiled code raised: 1 of 1,501" in text


def test_cases_of_a_spec_alarm_with_a_word_of_caution(store: Path) -> None:
    run(store)
    identity = load_artifact(Store(store).find("loan_check")).manifest.artifact
    pretend(store, compiled=999)
    with MonitorStore(monitor_path(store, "loan_check")) as opened:
        designed = Tally(
            ends=Counter(compiled=200), fields={"decision": Counter({"approve": 100, "refuse": 100})}
        )
        opened.set_baseline(identity, designed, kind="cases", source="200 cases of the spec")
    result = monitor(store)
    assert result.exit_code == 11
    assert "output decision: approve 100 % (n=1,000)" in result.output
    assert "--rebase takes them for what is usual" in result.output


def test_a_baseline_of_a_few_cases_is_said_to_see_little(store: Path) -> None:
    run(store)
    assert "With so few, only coarse changes are seen" in monitor(store).output


def test_a_rebase_takes_the_window_for_usual(store: Path) -> None:
    run(store)
    pretend(store, compiled=1_000, invalid_input=500)
    result = monitor(store, "--rebase")
    assert result.exit_code == 0, result.output
    assert "Baseline: 1,501 runs of 24 hours" in result.output


def test_json_holds_everything(store: Path) -> None:
    run(store)
    document = json.loads(monitor(store, "--json", "--window", "48").stdout)
    assert document["workflow"] == "loan_check"
    assert document["quiet"] is True
    assert document["window_hours"] == 48
    assert document["runs"]["ends"] == {"compiled": 1}
    assert document["baseline"]["kind"] == "cases"
    assert document["state"]["demoted"] is False
    assert document["shadow"]["max_wrong"] == 0.02


def test_a_demotion_is_heeded_until_somebody_restores_it(store: Path) -> None:
    assert run(store).exit_code == 0
    demoted = monitor(store, "--demote", "wrong on Mondays", "--by", "ann")
    assert demoted.exit_code == 11
    assert "DEMOTED since" in demoted.output
    assert "by ann: wrong on Mondays" in demoted.output
    declined = run(store)
    assert declined.exit_code == 10
    assert "declined: demoted: wrong on Mondays" in declined.output
    restored = monitor(store, "--restore", "it is Tuesday", "--by", "ann")
    assert restored.exit_code == 0, restored.output
    assert run(store).exit_code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--restore", "why"), "--by NAME"),
        (("--restore", " ", "--by", "ann"), "say why"),
        (("--demote", ""), "say why"),
        (("--demote", "a", "--restore", "b", "--by", "ann"), "not both"),
        (("--rebase", "--demote", "a"), "call of its own"),
        (("--window", "0"), "--window"),
    ],
)
def test_wrong_use_is_exit_code_2(store: Path, options: tuple[str, ...], words: str) -> None:
    result = monitor(store, *options)
    assert result.exit_code == 2
    assert words in result.output


def test_shadow_checks_are_shown_with_their_uncertainty(store: Path) -> None:
    run(store)
    identity = load_artifact(Store(store).find("loan_check")).manifest.artifact
    with MonitorStore(monitor_path(store, "loan_check")) as opened:
        opened.add_shadows(
            identity, ShadowCounts(agreed=95, differed=5, skipped=3, unanswered=2, tokens=1_000)
        )
    text = monitor(store).output
    assert "the fallback contradicts 5 of 100 answers: 5.0 %, with 95 % confidence 2.2 to 11.2 %" in text
    assert "2 without an answer, 3 not asked" in text
    assert "evidence that more than 2 % are contradicted: " in text


def test_run_watches_a_workflow_that_does_not_ask_for_it_on_request(store: Path, tmp_path: Path) -> None:
    spec = tmp_path / "other.yaml"
    spec.write_text(
        SPEC.replace("loan_check", "other").replace("monitor: {shadow: 0.5, max_wrong: 0.02}\n", "")
    )
    assert call("compile", spec, "--store", store, "--effort", "none").exit_code == 0
    for option in ((), ("--monitor",)):
        assert call("run", "other", json.dumps(GOOD), "--store", store, *option).exit_code == 0
        assert monitor_path(store, "other").exists() == bool(option)


def test_a_batch_is_counted(store: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(f"{json.dumps(GOOD)}\n" * 500)
    assert call("run", "loan_check", rows, "--store", store).exit_code == 0
    assert "RUNS of the last 24 hours: 500" in monitor(store).output


def test_telemetry_changes_no_result(store: Path) -> None:
    result = run(store, "--telemetry", "--json")
    assert json.loads(result.stdout)["output"] == {"decision": "approve"}
