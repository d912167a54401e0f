"""Properties that must hold on every input that the schema admits.

The output conforms, nothing is raised but an abstention, the input is left
alone, and it ends in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from compiled_ai.findings import Finding
from compiled_ai.sandbox.model import NOT_RUN, CaseRow
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.schema import shorten
from compiled_ai.validation.faults import Fault, describe_fault, fault_of
from compiled_ai.validation.subject import Trial

_SHOWN = 4
"""Faults that are described one by one; more of them teach little."""


def property_findings(trials: Sequence[Trial], rows: Sequence[CaseRow]) -> list[Finding]:
    """An error for each distinct way in which `rows`, held to the output schema, break the properties. Trials on cases are left to others."""
    first: dict[tuple[Fault, int | None, str], tuple[Trial, CaseRow]] = {}
    counts: Counter[tuple[Fault, int | None, str]] = Counter()
    for trial, row in zip(trials, rows, strict=True):
        fault = fault_of(row)
        if trial.generated is None or fault is None or row.detail == NOT_RUN:
            continue
        key = (fault, row.line, row.detail.partition(":")[0])
        counts[key] += 1
        if key not in first or _length(trial) < _length(first[key][0]):
            first[key] = trial, row
    findings = [_finding(key[0], *first[key], counts[key]) for key, _ in counts.most_common(_SHOWN)]
    if len(counts) > _SHOWN:
        findings.append(
            Finding(
                stage="execution",
                tool="properties",
                rule="more",
                message=f"{len(counts) - _SHOWN} more ways to fail on generated inputs",
            )
        )
    return findings


def property_facts(trials: Sequence[Trial], rows: Sequence[CaseRow]) -> JsonObject:
    """Generated inputs by kind and by how they ended."""
    pairs = [(trial.generated.kind, row) for trial, row in zip(trials, rows, strict=True) if trial.generated]
    return {
        "inputs": {str(kind): count for kind, count in sorted(Counter(kind for kind, _ in pairs).items())},
        "endings": {
            str(status): count for status, count in sorted(Counter(row.status for _, row in pairs).items())
        },
    }


def _length(trial: Trial) -> int:
    return len(canonical_json(trial.input))


def _finding(fault: Fault, trial: Trial, row: CaseRow, count: int) -> Finding:
    assert trial.generated is not None
    others = f" (and {count - 1} more alike)" if count > 1 else ""
    text = canonical_json(trial.input)
    size = f" of {len(text)} characters" if len(text) > 300 else ""
    return Finding(
        stage="execution",
        tool="properties",
        rule=fault,
        message=f"{describe_fault(row, fault)} on an input that the schema admits{others}: {shorten(text, 200)}{size}. "
        "Answer it or abstain",
        line=row.line,
    )
