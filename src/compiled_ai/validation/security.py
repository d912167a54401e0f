"""The first stage: is the code inside the subset, and does any scanner find something in it?"""

from __future__ import annotations

import time
from typing import Final

from compiled_ai.checkers.bandit_tool import BanditIssue, bandit_version, prove_bandit, scan
from compiled_ai.checkers.complexity import lines_of_code
from compiled_ai.checkers.secrets_tool import SecretIssue, find_secrets, prove_secrets, secrets_version
from compiled_ai.checkers.semgrep_tool import (
    SemgrepIssue,
    prove_semgrep,
    semgrep_version,
    start_scan,
)
from compiled_ai.findings import Finding, Severity, StageReport
from compiled_ai.subset.check import SUBSET_VERSION, check_subset

UNREADABLE: Final = frozenset(("syntax", "encoding", "bounds"))
"""Rules of the subset after which no other tool need or can read the text."""


def check_security(source: str) -> StageReport:
    """The verdict on the text of one ``activities.py``. Nothing of it is executed.

    The subset is the defence: its findings, of the tool ``subset``, say that code is outside of it, not that it is dangerous. The scanners detect; what they
    call low is a warning here, the rest are errors.

    Raises:
        MissingToolError: a scanner is absent or broken, so that its silence would prove nothing.
    """
    started = time.perf_counter()
    seconds: dict[str, float] = {}
    findings = list(check_subset(source))
    seconds["subset"] = time.perf_counter() - started
    if not lines_of_code(source):
        findings.append(_finding("syntax", "the file holds no code: write the activities"))
    for prove in (prove_semgrep, prove_bandit, prove_secrets):
        prove()
    if not any(finding.rule in UNREADABLE for finding in findings):
        findings += _scanned(source, seconds)
    return StageReport(
        stage="security",
        findings=tuple(findings),
        tools={
            "subset": SUBSET_VERSION,
            "bandit": bandit_version(),
            "semgrep": semgrep_version(),
            "detect-secrets": secrets_version(),
        },
        seconds=time.perf_counter() - started,
        tool_seconds=seconds,
    )


def _scanned(source: str, seconds: dict[str, float]) -> list[Finding]:
    """What the scanners find. Semgrep is a process of its own and works while the others do."""
    started = time.perf_counter()
    with start_scan(source) as semgrep:
        begun = time.perf_counter()
        findings = [_from_bandit(issue) for issue in scan(source)]
        seconds["bandit"] = time.perf_counter() - begun
        begun = time.perf_counter()
        findings += [_from_secrets(issue) for issue in find_secrets(source)]
        seconds["detect-secrets"] = time.perf_counter() - begun
        findings += [_from_semgrep(issue) for issue in semgrep.result()]
    seconds["semgrep"] = time.perf_counter() - started
    return findings


def _finding(rule: str, message: str) -> Finding:
    return Finding(stage="security", tool="subset", rule=rule, message=message, line=1)


def _severity(level: str) -> Severity:
    return "warning" if level == "LOW" else "error"


def _from_bandit(issue: BanditIssue) -> Finding:
    return Finding(
        stage="security",
        tool="bandit",
        rule=issue.rule,
        message=issue.message,
        line=issue.line,
        severity="warning" if _is_hint(issue.rule) else _severity(issue.severity),
        cwe=issue.cwe,
    )


def _is_hint(rule: str) -> bool:
    """Whether bandit goes by a name alone: an import (B4xx) is no weakness yet, and where SQL text and URLs come from is for semgrep to follow."""
    return rule.startswith("B4") or rule in {"B310", "B608"}


def _from_semgrep(issue: SemgrepIssue) -> Finding:
    return Finding(
        stage="security",
        tool="semgrep",
        rule=issue.rule,
        message=issue.message,
        line=issue.line,
        severity=_severity(issue.severity),
        cwe=issue.cwe,
    )


def _from_secrets(issue: SecretIssue) -> Finding:
    return Finding(
        stage="security",
        tool="detect-secrets",
        rule=issue.rule,
        message=issue.message,
        line=issue.line,
        cwe=issue.cwe,
    )
