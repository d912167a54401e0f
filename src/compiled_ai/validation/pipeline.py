"""The four stages in order, cheapest first. A stage that fails ends the run: what follows would judge code that is rejected anyway."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.findings import StageName, StageReport
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case
from compiled_ai.spec.model import Accuracy, ComplianceBlock, Limits
from compiled_ai.validation.accuracy import check_accuracy
from compiled_ai.validation.compliance import check_compliance
from compiled_ai.validation.execution import check_execution
from compiled_ai.validation.security import check_security
from compiled_ai.validation.syntax import check_syntax

STAGES: tuple[StageName, ...] = ("security", "syntax", "execution", "accuracy")


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What code is held against."""

    cases: tuple[Case, ...]
    """Visible and hidden cases."""
    accuracy: Accuracy
    limits: Limits
    compliance: tuple[ComplianceBlock, ...] = ()
    cache_dir: Path | None = None
    """Where mypy keeps its cache. None is the user's cache folder."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The reports of the stages that ran."""

    reports: tuple[StageReport, ...]

    @property
    def passed(self) -> bool:
        """Whether all four stages ran and passed."""
        return tuple(report.stage for report in self.reports) == STAGES and all(
            report.passed for report in self.reports
        )

    @property
    def failed_stage(self) -> StageReport | None:
        """The stage that ended the run, or None."""
        return next((report for report in self.reports if not report.passed), None)

    def facts(self, stage: StageName) -> JsonObject:
        """Measured values of `stage`; empty when it did not run."""
        return next((report.facts for report in self.reports if report.stage == stage), {})


def default_cache_dir() -> Path:
    """The folder for caches of the checkers, below the user's cache folder."""
    return Path(platformdirs.user_cache_dir("compiled-ai", appauthor=False)) / "mypy"


def verify(
    source: str,
    workflow: Workflow,
    criteria: Criteria,
    *,
    on_report: Callable[[StageReport], None] = lambda _: None,
) -> Verification:
    """The verdict on `source` running `workflow`; `on_report` is told of every stage as it ends.

    Raises:
        MissingToolError: a checker is absent or broken; nothing passes then.
        SandboxError: the jail failed.
    """
    reports: list[StageReport] = []

    def passed(report: StageReport) -> bool:
        reports.append(report)
        on_report(report)
        return report.passed

    if passed(_check_security(source, criteria)) and passed(
        check_syntax(source, cache_dir=criteria.cache_dir or default_cache_dir())
    ):
        execution, rows = check_execution(source, workflow, criteria.cases, criteria.limits)
        if passed(execution):
            passed(check_accuracy(criteria.cases, rows, criteria.accuracy))
    return Verification(reports=tuple(reports))


def _check_security(source: str, criteria: Criteria) -> StageReport:
    started = time.perf_counter()
    report = check_security(source)
    extra = check_compliance(source, criteria.compliance)
    return replace(report, findings=(*report.findings, *extra), seconds=time.perf_counter() - started)


def reports_to_json(reports: Sequence[StageReport]) -> JsonObject:
    """``validation.json``: tools, versions, findings and facts of every stage. Times are left out, so that equal inputs give equal bytes."""
    return {
        "format": 1,
        "stages": [
            {
                "stage": report.stage,
                "passed": report.passed,
                "tools": {**dict(sorted(report.tools.items()))},
                "facts": report.facts,
                "findings": [
                    {
                        "tool": finding.tool,
                        "rule": finding.rule,
                        "severity": finding.severity,
                        "line": finding.line,
                        "cwe": finding.cwe,
                        "message": finding.message,
                    }
                    for finding in report.findings
                ],
            }
            for report in reports
        ],
    }
