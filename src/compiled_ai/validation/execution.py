"""The execution stage: every case in a jailed process that can be killed, twice, with coverage.

The second pass runs the cases backwards under another hash seed: an answer that differs depends on hash order, on an earlier case, or on
something else that compiled code must not depend on.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.findings import Finding, StageReport
from compiled_ai.sandbox.jail import run_sandboxed
from compiled_ai.sandbox.model import (
    CaseRow,
    CaseStatus,
    SandboxCase,
    SandboxJob,
    SandboxLimits,
    SandboxOutcome,
    Surroundings,
)
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, HiddenCase
from compiled_ai.spec.model import Limits
from compiled_ai.spec.schema import Checker

_SEEDS = (1, 4_027)
_FINE = ("answered", "abstained")
_Fault = CaseStatus | Literal["mutated_input"]
_NEEDS_MODEL = "no model answers while cases are scored: add `given` with the step's output to the case, or decline the input before that step"
_MUTATED = "it changes its input; build new objects instead"
_HINTS: dict[_Fault, str] = {
    "timed_out": "bound the work by the length of the input, without regular expressions that backtrack",
    "out_of_memory": "build smaller values",
    "output_too_large": "return less",
    "needs_model": _NEEDS_MODEL,
    "mutated_input": _MUTATED,
}
"""What to do about hidden cases that failed so; a crash has its own hint."""
_HINT_ON_CRASHES = "abstain when a needed part is missing or unclear"


def check_execution(
    source: str, workflow: Workflow, cases: Sequence[Case], limits: Limits
) -> tuple[StageReport, tuple[CaseRow, ...]]:
    """The verdict on running `cases`, and one row per case in their order, for the accuracy stage.

    Raises:
        SandboxError: the jail itself failed.
    """
    started = time.perf_counter()
    job = SandboxJob(
        source=source,
        workflow=workflow,
        cases=tuple(SandboxCase(case_id=case.case_id, input=case.input, given=case.given) for case in cases),
        limits=SandboxLimits(case_seconds=limits.case_seconds, memory_mb=limits.memory_mb),
        coverage=True,
        surroundings=Surroundings(hash_seed=_SEEDS[0]),
    )
    first = run_sandboxed(job)
    second = run_sandboxed(
        replace(
            job,
            cases=tuple(reversed(job.cases)),
            coverage=False,
            surroundings=Surroundings(hash_seed=_SEEDS[1]),
        )
    )
    rows = _with_schema_checks(first.rows, workflow)
    findings = [*_failures(cases, rows), *_instabilities(cases, first, second)]
    report = StageReport(
        stage="execution",
        findings=tuple(findings),
        tools={"sandbox": "+".join(first.isolation), "python": platform.python_version()},
        facts=_facts(rows, first),
        seconds=time.perf_counter() - started,
    )
    return report, rows


def _with_schema_checks(rows: Sequence[CaseRow], workflow: Workflow) -> tuple[CaseRow, ...]:
    """`rows` with every answer that breaks the output schema turned into a crash, as a run would treat it."""
    checker = Checker(workflow.output_schema)
    return tuple(_with_schema_check(row, checker) for row in rows)


def _with_schema_check(row: CaseRow, checker: Checker) -> CaseRow:
    misfit = checker.explain(row.output) if row.status == "answered" else None
    if misfit is None:
        return row
    place = f"output.{misfit.field}" if misfit.field else "output"
    return replace(row, status="crashed", output=None, detail=f"OutputError: {place}: {misfit.message}")


def _failures(cases: Sequence[Case], rows: Sequence[CaseRow]) -> list[Finding]:
    findings = []
    hidden: Counter[_Fault] = Counter()
    for case, row in zip(cases, rows, strict=True):
        fault = _fault(row)
        if fault is None:
            continue
        if isinstance(case, HiddenCase):
            hidden[fault] += 1
        else:
            findings.append(_failure_of_example(case.case_id, row, fault))
    findings += [
        Finding(
            stage="execution",
            tool="sandbox",
            rule=f"hidden-{fault}",
            message=f"{count} hidden cases: {fault.replace('_', ' ')}; {_HINTS.get(fault, _HINT_ON_CRASHES)}",
        )
        for fault, count in sorted(hidden.items())
    ]
    return findings


def _fault(row: CaseRow) -> _Fault | None:
    if row.status not in _FINE:
        return row.status
    return "mutated_input" if row.mutated_input else None


def _failure_of_example(case_id: str, row: CaseRow, fault: _Fault) -> Finding:
    details: dict[_Fault, str] = {"mutated_input": _MUTATED, "needs_model": f"{row.detail}; {_NEEDS_MODEL}"}
    return Finding(
        stage="execution",
        tool="sandbox",
        rule=fault,
        message=f"example '{case_id}': {details.get(fault, row.detail)}",
        line=row.line,
    )


def _instabilities(cases: Sequence[Case], first: SandboxOutcome, second: SandboxOutcome) -> list[Finding]:
    unstable = [
        case
        for case, row, again in zip(cases, first.rows, reversed(second.rows), strict=True)
        if row.status in _FINE
        and (row.status, row.output, row.detail) != (again.status, again.output, again.detail)
    ]
    if not unstable:
        return []
    message = f"{len(unstable)} cases answer differently on a second run with another hash seed and order; sort sets before use and keep no state"
    return [Finding(stage="execution", tool="sandbox", rule="unstable", message=message)]


def _facts(rows: Sequence[CaseRow], outcome: SandboxOutcome) -> JsonObject:
    counts = Counter(row.status for row in rows)
    facts: JsonObject = {
        "cases": len(rows),
        **{str(status): count for status, count in sorted(counts.items())},
    }
    if outcome.coverage:
        facts["line_coverage"] = round(outcome.coverage.lines, 4)
        facts["branch_coverage"] = round(outcome.coverage.branches, 4)
        facts["missing_lines"] = list(outcome.coverage.missing_lines)
    return facts
