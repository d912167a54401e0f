"""The execution stage: code is run on its cases and on inputs made from its schema, jailed, again and again, in other surroundings.

First the cases alone; code that fails on them is not worth more. Then everything at once: coverage over cases and a sample of the generated
inputs, the properties that must hold on each of them, and determinism.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import fmean

from compiled_ai._version import __version__
from compiled_ai.findings import Finding, StageReport
from compiled_ai.sandbox.model import NOT_RUN, CaseRow, CoverageFacts, Sandbox, SandboxOutcome
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, HiddenCase
from compiled_ai.validation.determinism import (
    HOME,
    Replication,
    determinism_findings,
    replicate,
)
from compiled_ai.validation.faults import Fault, describe_fault, fault_of, hint_on
from compiled_ai.validation.properties import property_facts, property_findings
from compiled_ai.validation.subject import Subject, Trial

COVERAGE_LEAST = 0.8
"""Share of lines, and of branches, that cases and generated inputs together must reach."""
_TRACED = 250
"""Generated inputs that run with coverage. Tracing makes code three to five times slower."""
_VISIT_SECONDS = 5.0
"""What one visit to all inputs may take by the pace of the cases. Slow code gets fewer generated inputs, and the facts say how many."""
_FEWEST = 100
_RESTARTS = 2
"""How often cases go on after one that had to be killed. The stage has failed by then; more of them only cost time."""


@dataclass(kw_only=True)
class _Verdict:
    """What is known so far."""

    findings: list[Finding]
    facts: JsonObject
    tools: dict[str, str]
    tool_seconds: dict[str, float] = field(default_factory=dict)


def check_execution(subject: Subject, sandbox: Sandbox) -> tuple[StageReport, tuple[CaseRow, ...]]:
    """The verdict on running `subject`, and one row per case in their order, for the accuracy stage.

    Raises:
        SandboxError: the sandbox itself failed.
    """
    started = time.perf_counter()
    trials = subject.case_trials()
    first = sandbox.run(subject.job(trials, surroundings=HOME, coverage=True, restarts=_RESTARTS))
    rows = subject.held_to_schema(first.rows)
    verdict = _Verdict(
        findings=_case_failures(subject.cases, rows),
        facts=_case_facts(rows, first.coverage),
        tools={
            "sandbox": f"{sandbox.name}: {'+'.join(first.isolation)}",
            "python": platform.python_version(),
        },
        tool_seconds={"cases": time.perf_counter() - started},
    )
    if not verdict.findings:
        _run_generated(subject, sandbox, rows, verdict)
    report = StageReport(
        stage="execution",
        findings=tuple(verdict.findings),
        tools=verdict.tools,
        facts=verdict.facts,
        seconds=time.perf_counter() - started,
        tool_seconds=verdict.tool_seconds,
    )
    return report, rows


def _run_generated(subject: Subject, sandbox: Sandbox, rows: Sequence[CaseRow], verdict: _Verdict) -> None:
    """Put what coverage, properties and determinism say into `verdict`."""
    started = time.perf_counter()
    cases, generated = subject.case_trials(), subject.generated_trials()[: _affordable(rows)]
    traced = (*cases, *_sample(generated, _TRACED))
    with ThreadPoolExecutor(1) as pool:  # a third process, next to the two of `replicate`
        tracing = pool.submit(sandbox.run, subject.job(traced, surroundings=HOME, coverage=True, restarts=0))
        replication = replicate(subject, (*cases, *generated), sandbox)
        coverage: SandboxOutcome = tracing.result()
    home = subject.held_to_schema(replication.home)
    verdict.findings += property_findings(replication.trials, home)
    verdict.findings += determinism_findings(replication)
    if not verdict.findings:
        verdict.findings += _coverage_findings(subject, coverage.coverage)
    verdict.facts |= _coverage_facts(coverage.coverage)
    verdict.facts["properties"] = property_facts(replication.trials, home)
    verdict.facts["determinism"] = _determinism_facts(replication)
    verdict.tools |= {"properties": __version__, "determinism": __version__}
    verdict.tool_seconds["generated inputs"] = time.perf_counter() - started


def _affordable(rows: Sequence[CaseRow]) -> int:
    """How many generated inputs fit into the time of a visit, by the pace of the cases."""
    pace = fmean([row.seconds for row in rows]) if rows else 0.0
    return max(_FEWEST, int(_VISIT_SECONDS / pace)) if pace else 1_000_000


def _sample(trials: Sequence[Trial], count: int) -> list[Trial]:
    """`count` of `trials`, evenly spread, without the huge ones, which take long to trace and reach nothing more."""
    small = [trial for trial in trials if trial.generated is None or trial.generated.kind != "huge"]
    if len(small) <= count:
        return small
    return [small[index * len(small) // count] for index in range(count)]


def _case_failures(cases: Sequence[Case], rows: Sequence[CaseRow]) -> list[Finding]:
    findings = []
    hidden: Counter[Fault] = Counter()
    for case, row in zip(cases, rows, strict=True):
        fault = fault_of(row)
        if fault is None or row.detail == NOT_RUN:
            continue
        if isinstance(case, HiddenCase):
            hidden[fault] += 1
        else:
            message = f"example '{case.case_id}': {describe_fault(row, fault)}"
            findings.append(_finding("cases", fault, message, row.line))
    findings += [
        _finding(
            "cases",
            f"hidden-{fault}",
            f"{count} hidden {'case' if count == 1 else 'cases'}: {fault.replace('_', ' ')}; {hint_on(fault)}",
        )
        for fault, count in sorted(hidden.items())
    ]
    return findings


def _coverage_findings(subject: Subject, coverage: CoverageFacts | None) -> list[Finding]:
    """An error when too little was reached. A warning where the code is the author's own decision table, which cases just do not exercise."""
    if coverage is None:
        return [
            _finding(
                "coverage", "unmeasured", "coverage could not be measured: let the code end on every input"
            )
        ]
    if coverage.lines >= COVERAGE_LEAST and coverage.branches >= COVERAGE_LEAST:
        return []
    is_rules_only = all(step.kind == "rule" for step in subject.workflow.steps)
    lines = _ranges(coverage.missing_lines)
    place = f"; no case and no generated input reaches lines {lines}" if lines else ""
    advice = "add examples for these lines of the table" if is_rules_only else "remove what cannot be reached"
    message = (
        f"{coverage.lines:.0%} of lines and {coverage.branches:.0%} of branches ran, "
        f"at least {COVERAGE_LEAST:.0%} of each is needed{place}: {advice}"
    )
    first = coverage.missing_lines[0] if coverage.missing_lines else None
    return [
        Finding(
            stage="execution",
            tool="coverage",
            rule="unreached",
            message=message,
            line=first,
            severity="warning" if is_rules_only else "error",
        )
    ]


def _ranges(lines: Sequence[int], *, most: int = 8) -> str:
    """Such as ``3-5, 9``."""
    spans: list[list[int]] = []
    for line in sorted(lines):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    texts = [str(low) if low == high else f"{low}-{high}" for low, high in spans[:most]]
    return ", ".join([*texts, "..."] if len(spans) > most else texts)


def _case_facts(rows: Sequence[CaseRow], coverage: CoverageFacts | None) -> JsonObject:
    counts = Counter(row.status for row in rows)
    facts: JsonObject = {
        "cases": len(rows),
        **{str(status): count for status, count in sorted(counts.items())},
    }
    if coverage:
        facts["coverage_by_cases_alone"] = {
            "lines": round(coverage.lines, 4),
            "branches": round(coverage.branches, 4),
        }
    return facts


def _coverage_facts(coverage: CoverageFacts | None) -> JsonObject:
    if coverage is None:
        return {}
    return {
        "line_coverage": round(coverage.lines, 4),
        "branch_coverage": round(coverage.branches, 4),
        "missing_lines": list(coverage.missing_lines),
    }


def _determinism_facts(replication: Replication) -> JsonObject:
    return {
        "inputs": len(replication.trials),
        "processes": len(replication.outcomes),
        "entropy_bits": round(replication.entropy(), 6),
        "unstable": len(replication.unstable()),
    }


def _finding(tool: str, rule: str, message: str, line: int | None = None) -> Finding:
    return Finding(stage="execution", tool=tool, rule=rule, message=message, line=line)
