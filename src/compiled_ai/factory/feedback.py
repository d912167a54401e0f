"""Findings of a failed stage as a short message to the coder."""

from __future__ import annotations

from compiled_ai.findings import Finding, StageReport
from compiled_ai.spec.schema import shorten

MAX_FINDINGS = 8
MAX_CHARACTERS = 2_400
"""About 700 tokens: more findings than that are rarely mended in one go."""


def render_feedback(report: StageReport, source: str) -> str:
    """What failed, finding by finding, with the line of code that each concerns.

    Hidden cases appear as the accuracy and execution stages worded them: kind and count.
    """
    lines = source.split("\n")
    errors = report.errors
    parts = [f"The {report.stage} stage failed:"]
    parts += [f"- {_line(finding, lines)}" for finding in errors[:MAX_FINDINGS]]
    if len(errors) > MAX_FINDINGS:
        parts.append(f"- and {len(errors) - MAX_FINDINGS} more of the kind")
    return shorten("\n".join(parts), MAX_CHARACTERS)


def _line(finding: Finding, lines: list[str]) -> str:
    place = ""
    if finding.line and 0 < finding.line <= len(lines):
        place = f" at `{shorten(lines[finding.line - 1].strip(), 100)}`"
    return f"{finding.tool} {finding.rule}{place}: {shorten(finding.message, 700)}"
