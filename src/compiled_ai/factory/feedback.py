"""Findings of a failed stage as a short message to the coder."""

from __future__ import annotations

from collections.abc import Iterable

from compiled_ai.findings import Finding, StageReport
from compiled_ai.spec.schema import shorten

MAX_FINDINGS = 8
MAX_CHARACTERS = 1_600
"""About 450 tokens: more than that is rarely mended in one go."""
_MESSAGE = 500
_PLACES = 3


def render_feedback(report: StageReport, source: str) -> str:
    """What failed, finding by finding, with the lines of code that each concerns; a finding that repeats is said once.

    Hidden cases appear as the accuracy and execution stages worded them: kind and count. Warnings are not for the coder.
    """
    lines = source.split("\n")
    groups = _grouped(report.errors)
    parts = [f"The {report.stage} stage failed:"]
    left = len(groups)
    for group in groups[:MAX_FINDINGS]:
        part = f"- {_line(group, lines)}"
        if left < len(groups) and sum(map(len, parts)) + len(part) > MAX_CHARACTERS:
            break
        parts.append(part)
        left -= 1
    if left:
        parts.append(f"- and {left} more of the kind")
    return shorten("\n".join(parts), MAX_CHARACTERS)


def _grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that say the same thing together, in the order of the first of each."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.tool, finding.rule, finding.message), []).append(finding)
    return list(groups.values())


def _line(group: list[Finding], lines: list[str]) -> str:
    first = group[0]
    places = dict.fromkeys(
        f"`{shorten(lines[finding.line - 1].strip(), 100)}`"
        for finding in group
        if finding.line and 0 < finding.line <= len(lines)
    )
    shown = list(places)[:_PLACES]
    more = f" and {len(group) - len(shown)} more" if len(group) > len(shown) and shown else ""
    place = f" at {', '.join(shown)}{more}" if shown else ""
    return f"{first.tool} {first.rule}{place}: {shorten(first.message, _MESSAGE)}"
