"""The overfit guard: whether code that is right on its cases has learnt the task or the cases, and whether the cases can tell."""

from __future__ import annotations

import ast

from compiled_ai.findings import Finding, Severity
from compiled_ai.overfit.input_literals import input_findings
from compiled_ai.overfit.literals import Evidence, answer_findings
from compiled_ai.overfit.measures import measure_findings
from compiled_ai.overfit.metamorphic import check_metamorphic
from compiled_ai.overfit.mutation import MutationBudget, measure_mutation
from compiled_ai.overfit.subject import OverfitSubject
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import shorten

__all__ = ["MutationBudget", "OverfitSubject", "check_overfit"]

_SHOWN = 8
"""Findings of the literal check that are shown one by one."""


def check_overfit(
    subject: OverfitSubject, sandbox: Sandbox, budget: MutationBudget | None = None
) -> tuple[tuple[Finding, ...], JsonObject]:
    """What is found in code that has passed on its cases, and the figures. Mutants are only tried when nothing is wrong.

    Nothing in it shows a hidden case.

    Raises:
        SandboxError: the sandbox itself failed.
    """
    try:
        tree = ast.parse(subject.source)
    except (SyntaxError, ValueError, RecursionError) as error:
        return (_unreadable(f"the code cannot be read ({error})"),), {}
    evidence = Evidence(subject, tree)
    if not evidence.inventory.is_complete:
        return (_unreadable("the code makes too many constants out of others; write them down"),), {}
    literal = _distinct(
        [*answer_findings(evidence), *input_findings(evidence), *measure_findings(evidence, tree)]
    )
    moved, swaps = check_metamorphic(subject, evidence, sandbox)
    found = [*_cut(literal), *moved]
    facts: JsonObject = {"literals": _counts(literal), "metamorphic": swaps}
    if any(finding.severity == "error" for finding in found):
        return tuple(found), {**facts, "mutation": {"reason": "not measured: the code is rejected anyway"}}
    questions, score = measure_mutation(subject, sandbox, budget)
    return (*found, *questions), {**facts, "mutation": score}


def _unreadable(what: str) -> Finding:
    message = f"{what}, so it cannot be told whether it knows the examples"
    return Finding(stage="accuracy", tool="overfit", rule="unreadable", message=message)


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Errors first; of several findings on one line by one rule, the first."""
    found: dict[tuple[int | None, str], Finding] = {}
    for finding in sorted(findings, key=lambda item: (item.severity != "error", item.line or 0)):
        found.setdefault((finding.line, finding.rule), finding)
    return list(found.values())


def _cut(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= _SHOWN:
        return findings
    rest = findings[_SHOWN:]
    severity: Severity = "error" if any(finding.severity == "error" for finding in rest) else "warning"
    lines = shorten(", ".join(str(finding.line) for finding in rest), 60)
    more = Finding(
        stage="accuracy",
        tool="overfit",
        rule="more",
        message=f"{len(rest)} more literals of the kind, in the lines {lines}",
        severity=severity,
    )
    return [*findings[:_SHOWN], more]


def _counts(findings: list[Finding]) -> JsonObject:
    errors = sum(finding.severity == "error" for finding in findings)
    return {"errors": errors, "warnings": len(findings) - errors}
