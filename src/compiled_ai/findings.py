"""What a validation stage reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from compiled_ai.spec.canonical import JsonObject

StageName = Literal["security", "syntax", "execution", "accuracy"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a check found. Only errors fail a stage."""

    stage: StageName
    tool: str
    """Who found it, such as ``subset``, ``bandit``, ``mypy``."""
    rule: str
    """The check's stable name, such as ``import`` or ``B101``."""
    message: str
    """What is wrong and what to do instead, short enough to hand to a model."""
    line: int | None = None
    """1-based line in ``activities.py``; None when the finding has no place."""
    severity: Severity = "error"
    cwe: int | None = None
    """CWE number, for security findings that have one."""


@dataclass(frozen=True, kw_only=True)
class StageReport:
    """The verdict of one stage."""

    stage: StageName
    findings: tuple[Finding, ...]
    tools: dict[str, str]
    """Version by tool, of every tool that ran."""
    facts: JsonObject = field(default_factory=dict)
    """Measured values: coverage, complexity, counts of cases."""
    seconds: float
    """Wall time of the stage."""
    tool_seconds: dict[str, float] = field(default_factory=dict)
    """Wall time by tool or part, where it is measured. Parts may overlap."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that fail the stage."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def passed(self) -> bool:
        """Whether nothing was found that fails the stage."""
        return not self.errors
