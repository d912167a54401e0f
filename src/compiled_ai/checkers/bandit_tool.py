"""Bandit, run in this process on one text, and trusted only after it has found known-bad code."""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from compiled_ai.checkers.proof import installed_version, refuse_misses
from compiled_ai.errors import MissingToolError

KNOWN_BAD = "import pickle\n\n\ndef load(text: str) -> object:\n    return eval(text)  # nosec\n"
"""Bandit must find the import and the call, although a comment asks it not to."""
KNOWN_BAD_RULES = frozenset(("B307", "B403"))

_MEND = "install it again with 'pip install --force-reinstall bandit'"


@dataclass(frozen=True, kw_only=True)
class BanditIssue:
    """One issue that bandit reports."""

    rule: str
    message: str
    line: int
    severity: Literal["LOW", "MEDIUM", "HIGH", "UNDEFINED"]
    cwe: int | None


def bandit_version() -> str:
    """Version of the installed bandit.

    Raises:
        MissingToolError: it is not installed.
    """
    return installed_version("bandit", mend=_MEND)


def scan(source: str) -> tuple[BanditIssue, ...]:
    """Issues that bandit finds in `source`, in the order of its lines. `source` must parse.

    Raises:
        MissingToolError: bandit is absent, or did not really read the text.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bandit and its plugin loader warn of their own old ways
        return _scan(source)


def _scan(source: str) -> tuple[BanditIssue, ...]:
    try:
        from bandit.core.config import BanditConfig
        from bandit.core.manager import BanditManager
    except ImportError as error:
        raise MissingToolError(f"bandit cannot be imported ({error}); {_MEND}") from error
    with tempfile.TemporaryDirectory(prefix="compiled-ai-") as folder:
        path = Path(folder) / "activities.py"
        path.write_text(source, encoding="utf-8", newline="")
        manager = BanditManager(BanditConfig(), "file", ignore_nosec=True)
        manager.files_list = [str(path)]  # discover_files would apply exclusions by path
        manager.run_tests()
        loc = manager.metrics.data.get(str(path), {}).get("loc", 0)
        if manager.skipped or manager.files_list != [str(path)] or loc <= 0:
            reason = manager.skipped[0][1] if manager.skipped else f"it counted {loc} lines of code"
            raise MissingToolError(f"bandit did not scan the code: {reason}; {_MEND}")
        issues = [
            BanditIssue(
                rule=issue.test_id,
                message=issue.text,
                line=issue.lineno,
                severity=issue.severity,
                cwe=issue.cwe.id or None,
            )
            for issue in manager.results
        ]
    return tuple(sorted(issues, key=lambda issue: (issue.line, issue.rule)))


@cache
def prove_bandit() -> None:
    """Check once per process that bandit finds what it must.

    Raises:
        MissingToolError: it is absent, or finds nothing in known-bad code.
    """
    found = {issue.rule for issue in scan(KNOWN_BAD)}
    refuse_misses("bandit", KNOWN_BAD_RULES - found, mend=_MEND)
