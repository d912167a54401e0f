"""A watched workflow from the store: its baseline, its shadow checks, its demotion, the records that it leaves."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from compiled_ai import compile_spec, load_workflow
from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.cases.log import CaseLog, cases_path
from compiled_ai.decisions.log import decisions_path, read_decisions
from compiled_ai.errors import StoreError
from compiled_ai.execution import load_workflow as load_for_execution
from compiled_ai.llm import LlmClient, from_function
from compiled_ai.monitor.opening import open_monitor, open_watchers
from compiled_ai.monitor.store import Baseline, MonitorStore, monitor_path
from compiled_ai.spec.canonical import JsonObject

from .conftest import CASES, SPEC

GOOD: JsonObject = {"applicant": "x", "age": 50, "income": 900, "amount": 2000}


def artifact_in(store: Path) -> Artifact:
    return load_artifact(Store(store).find("loan_check"))


def baseline_in(store: Path) -> Baseline | None:
    with MonitorStore(monitor_path(store, "loan_check")) as opened:
        return opened.baseline(artifact_in(store).manifest.artifact)


def saying(decision: str) -> LlmClient:
    return from_function(
        lambda _: json.dumps({"declined": False, "reason": "", "answer": {"decision": decision}})
    )


def test_the_first_opening_takes_the_cases_of_the_spec_for_usual(store: Path) -> None:
    monitor = open_monitor(artifact_in(store), store)
    assert monitor is not None
    monitor.close()
    baseline = baseline_in(store)
    assert baseline is not None
    assert (baseline.kind, baseline.source) == ("cases", "5 cases of the spec")
    assert baseline.tally.ends == {"compiled": 4, "nobody": 1}


def test_without_the_tests_at_hand_the_examples_of_the_artifact_do(store: Path) -> None:
    (store.parent / "cases.jsonl").unlink()
    (store.parent / "loan_check.yaml").unlink()
    monitor = open_monitor(artifact_in(store), store)
    assert monitor is not None
    monitor.close()
    baseline = baseline_in(store)
    assert baseline is not None
    assert baseline.source == "2 cases of the spec's examples"


def test_a_baseline_that_is_there_stays(store: Path) -> None:
    identity = artifact_in(store).manifest.artifact
    for _ in range(2):
        monitor = open_monitor(artifact_in(store), store)
        assert monitor is not None
        with MonitorStore(monitor_path(store, "loan_check")) as opened:
            opened.set_baseline(identity, monitor.report().tally, kind="runs", source="mine")
        monitor.close()
    baseline = baseline_in(store)
    assert baseline is not None
    assert baseline.source == "mine"


def test_taking_the_baseline_leaves_no_case_and_no_decision(store: Path) -> None:
    load_workflow("loan_check", store=store, client=saying("approve")).close()
    assert not cases_path(store, "loan_check").exists()
    assert not decisions_path(store, "loan_check").exists()


def test_a_damaged_file_is_told_before_anything_runs(store: Path) -> None:
    path = monitor_path(store, "loan_check")
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1_000)
    with pytest.raises(StoreError, match="damaged"):
        load_workflow("loan_check", store=store)


def test_a_workflow_whose_spec_asks_for_no_monitor_has_none_unless_the_caller_does(tmp_path: Path) -> None:
    spec = tmp_path / "loan_check.yaml"
    spec.write_text(
        "".join(line for line in SPEC.splitlines(keepends=True) if not line.startswith("monitor"))
    )
    (tmp_path / "cases.jsonl").write_text(CASES)
    artifact = compile_spec(spec, client=saying(""), store=tmp_path, effort="none").artifact
    assert artifact.manifest.monitor is None
    assert '"monitor"' not in (artifact.path / "manifest.json").read_text()
    assert open_watchers(artifact, tmp_path) == ()
    assert not (tmp_path / ".monitor").exists()
    load_workflow("loan_check", store=tmp_path, monitor=True).close()
    assert monitor_path(tmp_path, "loan_check").exists()


@pytest.mark.parametrize("load", ["api", "execution"])
def test_a_workflow_loaded_in_python_leaves_the_records_of_run(store: Path, load: str) -> None:
    workflow = (
        load_workflow("loan_check", store=store)
        if load == "api"
        else load_for_execution("loan_check", store=Store(store))
    )
    with workflow:
        workflow.run(GOOD)
        workflow.run({**GOOD, "amount": 20_000})
    records = list(read_decisions(decisions_path(store, "loan_check")).records)
    assert [record.served_by for record in records] == ["compiled", "nobody"]
    with CaseLog.open(cases_path(store, "loan_check"), create=False) as log:
        assert [case.status for case in log.cases()] == ["queued"]


def test_contradictions_demote_the_artifact_and_wait_for_a_person(store: Path) -> None:
    with load_workflow("loan_check", store=store, client=saying("refuse")) as workflow:
        end = time.monotonic() + 20
        while not workflow.withheld() and time.monotonic() < end:
            workflow.run({**GOOD, "age": 20 + int(time.monotonic() * 100) % 60})
            time.sleep(0.02)
        result = workflow.run(GOOD)
    assert result.served_by == "model"
    assert result.output == {"decision": "refuse"}
    assert result.reason.startswith("demoted: the fallback contradicts")
    with CaseLog.open(cases_path(store, "loan_check"), create=False) as log:
        cases = [case for case in log.cases(status="queued") if case.served_by == "compiled"]
    assert cases
    assert cases[0].output == {"decision": "approve"}
    assert (
        cases[0].reason == 'shadow: the fallback model answers otherwise (decision): {"decision": "refuse"}'
    )


def test_agreement_does_not_demote(store: Path) -> None:
    with load_workflow("loan_check", store=store, client=saying("approve")) as workflow:
        for _ in range(40):
            workflow.run(GOOD)
    with MonitorStore(monitor_path(store, "loan_check")) as opened:
        shadows = opened.shadows(artifact_in(store).manifest.artifact)
    assert shadows.agreed + shadows.skipped == 40
    assert shadows.differed == 0
