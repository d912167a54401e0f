"""The first stage: is the code inside the subset, and does bandit find anything in it?"""

from __future__ import annotations

import time
from typing import Final

from compiled_ai.checkers.bandit_tool import BanditIssue, bandit_version, prove_bandit, scan
from compiled_ai.checkers.complexity import lines_of_code
from compiled_ai.findings import Finding, StageReport
from compiled_ai.subset.check import SUBSET_VERSION, check_subset

UNREADABLE: Final = frozenset(("syntax", "encoding", "bounds"))
"""Rules of the subset after which no other tool need or can read the text."""


def check_security(source: str) -> StageReport:
    """The verdict on the text of one ``activities.py``. Nothing of it is executed.

    Bandit is a second opinion on top of the subset: what it calls LOW is a warning here, the rest are errors.

    Raises:
        MissingToolError: bandit is absent or broken, so that its silence would prove nothing.
    """
    started = time.perf_counter()
    prove_bandit()
    findings = list(check_subset(source))
    if not lines_of_code(source):
        findings.append(_finding("syntax", "the file holds no code: write the activities"))
    if not any(finding.rule in UNREADABLE for finding in findings):
        findings += [_from_bandit(issue) for issue in scan(source)]
    return StageReport(
        stage="security",
        findings=tuple(findings),
        tools={"subset": SUBSET_VERSION, "bandit": bandit_version()},
        seconds=time.perf_counter() - started,
    )


def _finding(rule: str, message: str) -> Finding:
    return Finding(stage="security", tool="subset", rule=rule, message=message, line=1)


def _from_bandit(issue: BanditIssue) -> Finding:
    return Finding(
        stage="security",
        tool="bandit",
        rule=issue.rule,
        message=issue.message,
        line=issue.line,
        severity="warning" if issue.severity == "LOW" else "error",
        cwe=issue.cwe,
    )
