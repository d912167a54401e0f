"""The decision log: a record for every run, one chain, no values where they must not be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, PlannedStep, Workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.decisions.log import (
    DecisionLog,
    DecisionMode,
    input_digest,
    open_decision_log,
    read_decisions,
)
from compiled_ai.errors import ActivityError, InputError, StoreError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.observe import Run
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.schema import expand_object

CODE = """
from compiled_ai.modules import abstain

def run(data):
    if data["value"] == "shy":
        abstain("too shy")
    if data["value"] == "bug":
        return 1 / 0
    return {"value": data["value"].upper()}
"""
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


def an_artifact(**fields: object) -> Artifact:
    shape = expand_object({"value": "string"})
    step = PlannedStep(id="run", kind="code", takes=("value",), output_schema=shape)
    workflow = Workflow(
        name="probe",
        version="1.0.0",
        input_schema=shape,
        output_schema=shape,
        steps=(step,),
        returns=("value",),
    )
    whole: JsonObject = {
        "name": "probe",
        "version": "1.0.0",
        "spec": "s1:0",
        "compliance": [],
        "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
        "instructions": "",
        "compilation": {},
        "evidence": {},
        **fields,  # type: ignore[dict-item]  # what tests hand in is JSON
    }
    manifest = seal(whole, dict.fromkeys(GUARDED_FILES, ""))
    return Artifact(path=Path("folder"), manifest=manifest, workflow=workflow, source=CODE)


def logged(
    path: Path, *, mode: DecisionMode = "digests", now: Callable[[], datetime] = lambda: NOON
) -> LoadedWorkflow:
    return LoadedWorkflow(an_artifact(), observers=[DecisionLog(path, mode=mode, now=now)])


def test_an_answer_is_noted_by_digests(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    workflow = logged(path)
    workflow.run({"value": "secret"})
    (record,) = read_decisions(path).records
    assert record.at == "2026-03-06T12:00:00.000+00:00"
    assert record.artifact == workflow.artifact.manifest.artifact
    assert record.input == input_digest({"value": "secret"})
    assert record.output == digest("o1", {"value": "SECRET"})
    assert (record.served_by, record.reason, record.error, record.data) == ("compiled", "", "", None)
    assert "secret" not in path.read_text().lower()


def test_full_keeps_the_values(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    logged(path, mode="full").run({"value": "plain"})
    (record,) = read_decisions(path).records
    assert record.data == {"input": {"value": "plain"}, "output": {"value": "PLAIN"}}


def test_a_decline_keeps_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    logged(path).run({"value": "shy"})
    (record,) = read_decisions(path).records
    assert (record.output, record.served_by, record.reason) == ("", "nobody", "too shy")


@pytest.mark.parametrize(
    ("data", "error"),
    [({"value": "bug"}, ActivityError), ({"value": 3}, InputError), ({"value": object()}, InputError)],
    ids=["crash", "misfit", "no JSON"],
)
def test_a_run_that_fails_is_noted_too_by_the_kind_of_its_error(
    tmp_path: Path, data: JsonObject, error: type[Exception]
) -> None:
    path = tmp_path / "decisions.jsonl"
    with pytest.raises(error):
        logged(path, mode="full").run(data)
    (record,) = read_decisions(path).records
    assert (record.error, record.output, record.served_by) == (error.__name__, "", "")


def test_a_run_that_cannot_be_noted_gives_no_result(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    workflow = logged(path)
    path.mkdir()
    with pytest.raises(StoreError, match="decision log"):
        workflow.run({"value": "a"})


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def rewrite(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, sort_keys=True) + "\n" for row in rows))


def three(path: Path) -> None:
    workflow = logged(path)
    for value in ("a", "b", "c"):
        workflow.run({"value": value})


@pytest.mark.parametrize(
    "field", ["at", "artifact", "input", "output", "served_by", "reason", "error", "case"]
)
def test_a_changed_field_breaks_the_chain(tmp_path: Path, field: str) -> None:
    path = tmp_path / "decisions.jsonl"
    three(path)
    rows = lines_of(path)
    rows[1][field] = f"{rows[1][field]}x"
    rewrite(path, rows)
    with pytest.raises(StoreError, match=r":3: the chain is broken"):
        read_decisions(path)


@pytest.mark.parametrize("gone", [0, 1])
def test_a_record_that_is_taken_out_breaks_the_chain(tmp_path: Path, gone: int) -> None:
    path = tmp_path / "decisions.jsonl"
    three(path)
    rows = lines_of(path)
    del rows[gone]
    rewrite(path, rows)
    with pytest.raises(StoreError, match="the chain is broken"):
        read_decisions(path)


@pytest.mark.parametrize(
    "line", ['{"a": 1}', "[]", "nonsense", '{"format": "1"}'], ids=["other", "list", "no JSON", "field"]
)
def test_a_foreign_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "decisions.jsonl"
    three(path)
    with path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(StoreError, match=r"decisions\.jsonl:4: it is no record of a decision"):
        read_decisions(path)


def test_a_field_of_another_type_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    three(path)
    rows = lines_of(path)
    rows[0]["case"] = None
    rewrite(path, rows)
    with pytest.raises(StoreError, match="'case' is of another type"):
        read_decisions(path)


def test_a_cut_record_is_named_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    three(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(StoreError, match="Keep the file elsewhere"):
        logged(path)


def test_old_records_go_and_the_chain_holds(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    times = iter([NOON - timedelta(days=900), NOON - timedelta(days=800), NOON])
    artifact = an_artifact(decision_log="digests", retention_days=400)
    workflow = LoadedWorkflow(
        artifact, observers=[DecisionLog(path, mode="digests", now=lambda: next(times))]
    )
    for value in ("a", "b", "c"):
        workflow.run({"value": value})
    log = DecisionLog(path, mode="digests", now=lambda: NOON)
    assert log.purge(artifact.manifest) == 2
    chain = read_decisions(path)
    assert chain.anchor is not None
    assert (chain.anchor.removed, chain.anchor.rule) == (2, "retention_days 400")
    assert [record.input for record in chain.records] == [input_digest({"value": "c"}), ""]
    log.observe(Run(artifact=artifact, data={"value": "d"}, result=None, error=None))
    assert len(read_decisions(path).records) == 3


def test_an_anchor_that_was_changed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    artifact = an_artifact(decision_log="digests", retention_days=1)
    LoadedWorkflow(
        artifact, observers=[DecisionLog(path, mode="digests", now=lambda: NOON - timedelta(days=9))]
    ).run({"value": "a"})
    DecisionLog(path, mode="digests", now=lambda: NOON).purge(artifact.manifest)
    rows = lines_of(path)
    rows[0]["removed"] = 0
    rewrite(path, rows)
    with pytest.raises(StoreError, match="the anchor of purged records"):
        read_decisions(path)


def test_no_log_is_opened_where_the_spec_asks_for_none(tmp_path: Path) -> None:
    assert open_decision_log(tmp_path, an_artifact().manifest) is None
    assert list(tmp_path.iterdir()) == []


def test_the_log_that_the_spec_asks_for_lies_in_the_store(tmp_path: Path) -> None:
    log = open_decision_log(tmp_path, an_artifact(decision_log="full").manifest)
    assert log is not None
    log.observe(Run(artifact=an_artifact(), data={"value": "a"}, result=None, error=InputError("no")))
    assert len(read_decisions(tmp_path / ".decisions" / "probe.jsonl").records) == 1


def test_a_manifest_without_a_decision_log_has_no_such_key() -> None:
    assert "decision_log" not in an_artifact().manifest.model_dump()
    assert an_artifact(decision_log="full").manifest.model_dump()["decision_log"] == "full"
