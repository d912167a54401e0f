"""A stage's report as a person reads it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from compiled_ai.cli._text import share
from compiled_ai.findings import Finding, StageReport
from compiled_ai.spec.schema import shorten


def print_stage(
    console: Console, report: StageReport, *, label: str = "", findings: int = 3, warnings: int = 0
) -> None:
    """One line on `report`, then its first `findings` errors and first `warnings` warnings."""
    verdict = "[green]passed[/]" if report.passed else "[red]failed[/]"
    _print(
        console,
        f"  {report.stage:<9} {label}{verdict} in {report.seconds * 1000:.0f} ms{_facts(report)}",
    )
    _print_findings(console, report.errors, "red", findings)
    rest = tuple(finding for finding in report.findings if finding.severity == "warning")
    if warnings:
        _print_findings(console, rest, "yellow", warnings)


def _print_findings(console: Console, found: tuple[Finding, ...], colour: str, most: int) -> None:
    for finding in found[:most]:
        line = f" line {finding.line}" if finding.line else ""
        cwe = f" CWE-{finding.cwe}" if finding.cwe else ""
        _print(
            console,
            f"    [{colour}]-[/] {finding.tool} {escape(finding.rule)}{cwe}{line}: {escape(shorten(finding.message, 300))}",
        )
    if len(found) > most:
        _print(console, f"    [{colour}]-[/] and {len(found) - most} more")


def _print(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _facts(report: StageReport) -> str:
    facts = report.facts
    if report.stage == "accuracy" and "visible" in facts:
        return f"  [dim]visible {share(facts['visible'])}, hidden {share(facts['hidden'])}[/]"
    if report.stage == "execution" and "line_coverage" in facts:
        parts = [f"{facts.get('cases')} cases"]
        replicated = facts.get("determinism")
        if isinstance(replicated, dict):
            parts.append(
                f"{replicated['inputs']:,} inputs in {replicated['processes']} processes, entropy {replicated['entropy_bits']} bits"
            )
        parts.append(
            f"coverage {100 * float(str(facts['line_coverage'])):.0f} % of lines, {100 * float(str(facts['branch_coverage'])):.0f} % of branches"
        )
        return f"  [dim]{', '.join(parts)}[/]"
    return ""
