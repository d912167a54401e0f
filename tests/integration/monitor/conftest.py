"""A watched workflow that is compiled into a store, from a decision table."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai import compile_spec
from compiled_ai.llm import from_function

SPEC = """\
name: loan_check
description: Decide on a small loan.
instructions: Approve small loans of adults with an income.
input: {applicant: string, age: integer, income: number, amount: number}
output: {decision: [approve, refuse]}
fallback: {policy: [model, human], timeout_seconds: 1}
monitor: {shadow: 1, max_wrong: 0.02}
compliance: {blocks: [audit_trail], decision_log: digests, retention_days: 400}
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
tests: {file: cases.jsonl}
"""
CASES = """\
{"input": {"applicant": "c", "age": 40, "income": 2000, "amount": 900}, "output": {"decision": "approve"}}
{"input": {"applicant": "d", "age": 40, "income": 10, "amount": 900}, "output": {"decision": "refuse"}}
{"input": {"applicant": "e", "age": 40, "income": 10, "amount": 90000}, "abstain": true}
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    spec = tmp_path / "loan_check.yaml"
    spec.write_text(SPEC)
    (tmp_path / "cases.jsonl").write_text(CASES)
    compile_spec(spec, client=from_function(lambda _: ""), store=tmp_path / "workflows", effort="none")
    return tmp_path / "workflows"
