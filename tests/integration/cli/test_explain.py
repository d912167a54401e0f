"""``explain`` and ``verify-log``: what somebody gets who must answer for a decision."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app

SPEC = """\
name: loan_check
description: Decide on a small loan.
instructions: Approve small loans of adults with an income.
input: {applicant: string, age: integer, income: number, amount: number}
output: {decision: [approve, refuse]}
compliance: {blocks: [audit_trail], decision_log: digests}
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


def explained(store: Path, data: dict[str, object], *more: object) -> dict[str, object]:
    result = call("explain", "loan_check", "--store", store, "--input", json.dumps(data), "--json", *more)
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def test_an_explanation_names_line_conditions_rule_and_cases(store: Path) -> None:
    output = call("explain", "loan_check", "--store", store, "--input", json.dumps(GOOD)).output
    assert '{"decision": "approve"}  (served by compiled)' in output
    assert "amount > 10000: did not hold" in output
    assert "age < 18: did not hold" in output
    assert "amount <= income * 3: held" in output
    assert "line 13 of the spec: {when: amount <= income * 3, then: {decision: approve}}" in output
    assert "1 examples (1 right) and 1 hidden tests (1 right) of the spec end at this line" in output


@pytest.mark.parametrize(
    ("changes", "spec_line", "held"),
    [
        ({"amount": 20000}, 11, [True]),
        ({"age": 9}, 12, [False, True]),
        ({"income": 1}, 14, [False, False, False]),
    ],
    ids=["declined", "second rule", "otherwise"],
)
def test_every_branch_is_told_apart(
    store: Path, changes: dict[str, object], spec_line: int, held: list[bool]
) -> None:
    steps = explained(store, {**GOOD, **changes})["steps"]
    assert isinstance(steps, list)
    (step,) = steps
    assert step["spec_line"] == spec_line
    assert [condition["held"] for condition in step["conditions"]] == held


def test_a_declined_input_is_explained_with_the_exit_code_of_a_decline(store: Path) -> None:
    result = call("explain", "loan_check", "--store", store, "--input", json.dumps({**GOOD, "amount": 20000}))
    assert result.exit_code == 10
    assert "declined: too large for the table" in result.output


def test_a_run_that_was_logged_is_found_again(store: Path) -> None:
    for _ in range(2):
        assert call("run", "loan_check", json.dumps(GOOD), "--store", store).exit_code == 0
    logged = explained(store, GOOD)["decision_log"]
    assert isinstance(logged, dict)
    assert (len(logged["times"]), logged["same_output"]) == (2, True)
    other = explained(store, {**GOOD, "age": 51})["decision_log"]
    assert isinstance(other, dict)
    assert other["times"] == []


def test_explaining_leaves_no_record(store: Path) -> None:
    explained(store, GOOD)
    assert not (store / ".decisions").exists()


def test_a_lost_spec_costs_the_cases_and_nothing_else(store: Path) -> None:
    (store.parent / "loan_check.yaml").unlink()
    result = call("explain", "loan_check", "--store", store, "--input", json.dumps(GOOD), "--json")
    assert result.exit_code == 0
    assert "the spec is not at hand" in result.stderr
    assert json.loads(result.stdout)["steps"][0]["support"] is None


def test_another_spec_is_refused(store: Path) -> None:
    other = store.parent / "other.yaml"
    other.write_text(SPEC.replace("10000", "9000"))
    result = call("explain", "loan_check", "--store", store, "--input", json.dumps(GOOD), "--spec", other)
    assert result.exit_code == 7
    assert "is not the spec that" in result.output


@pytest.mark.parametrize("data", ["{", '{"a": 1, "a": 2}', "[]", '{"applicant": 3}'])
def test_bad_input_is_named(store: Path, data: str) -> None:
    result = call("explain", "loan_check", "--store", store, "--input", data)
    assert result.exit_code in {4, 7}
    assert "Traceback" not in result.output


def test_the_log_of_a_batch_is_whole(store: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({**GOOD, "age": age}) + "\n" for age in range(30)))
    assert call("run", "loan_check", rows, "--store", store).exit_code == 0
    document = json.loads(call("verify-log", "loan_check", "--store", store, "--json").stdout)
    assert (document["holds"], document["records"]) == (True, 30)


def test_a_tampered_log_is_refused(store: Path) -> None:
    for age in (20, 30, 40):
        call("run", "loan_check", json.dumps({**GOOD, "age": age}), "--store", store)
    assert "3 records, the chain holds" in call("verify-log", "loan_check", "--store", store).output
    log = store / ".decisions" / "loan_check.jsonl"
    log.write_text(log.read_text().replace("compiled", "nobody", 1))
    result = call("verify-log", "loan_check", "--store", store)
    assert result.exit_code == 7
    assert "loan_check.jsonl:2: the chain is broken" in result.output
    assert call("run", "loan_check", json.dumps(GOOD), "--store", store).exit_code == 7


def test_a_log_that_lost_its_end_is_found_by_the_digest_kept_elsewhere(store: Path) -> None:
    for age in (20, 30):
        call("run", "loan_check", json.dumps({**GOOD, "age": age}), "--store", store)
    head = json.loads(call("verify-log", "loan_check", "--store", store, "--json").stdout)["head"]
    log = store / ".decisions" / "loan_check.jsonl"
    log.write_text(log.read_text().splitlines(keepends=True)[0])
    assert call("verify-log", "loan_check", "--store", store).exit_code == 0
    result = call("verify-log", "loan_check", "--store", store, "--expect", head)
    assert result.exit_code == 7
    assert "cut at its end, or written anew" in result.output


def test_a_log_that_is_not_there_is_named(store: Path) -> None:
    result = call("verify-log", "loan_check", "--store", store)
    assert result.exit_code == 7
    assert "no run has left a record there" in result.output


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "blocks: [audit_trail], decision_log: digests",
            "blocks: [hipaa], decision_log: full",
            "use 'digests'",
        ),
        ("decision_log: digests", "decision_log: yes", "decision_log"),
        ("blocks: [audit_trail]", "blocks: [hipaa]", "every run leaves a record in the decision log"),
    ],
    ids=["full under hipaa", "no mode", "no period under hipaa"],
)
def test_specs_with_a_log_that_may_not_be_are_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.replace(old, new))
    result = call("compile", spec, "--store", tmp_path / "workflows", "--effort", "none")
    assert result.exit_code == 3
    assert message in result.output
