"""What the coder is told of a failed stage."""

from __future__ import annotations

from compiled_ai.factory.feedback import MAX_CHARACTERS, MAX_FINDINGS, render_feedback
from compiled_ai.findings import Finding, Severity, StageReport

SOURCE = "first = 1\n    second = 2  \nthird = '\x0c\u2028'\nfourth = 4\n"


def report(*findings: Finding) -> StageReport:
    return StageReport(stage="syntax", findings=findings, tools={}, seconds=0.0)


def finding(message: str = "is wrong", *, line: int | None = None, severity: Severity = "error") -> Finding:
    return Finding(stage="syntax", tool="mypy", rule="name", message=message, line=line, severity=severity)


def test_a_finding_shows_its_line() -> None:
    assert (
        render_feedback(report(finding(line=2)), SOURCE)
        == "The syntax stage failed:\n- mypy name at `second = 2`: is wrong"
    )


def test_a_finding_without_a_line_shows_none() -> None:
    assert render_feedback(report(finding()), SOURCE) == "The syntax stage failed:\n- mypy name: is wrong"


def test_a_line_beyond_the_code_is_not_shown() -> None:
    assert "`" not in render_feedback(report(finding(line=99)), SOURCE)


def test_a_character_that_ends_a_line_elsewhere_does_not_shift_lines() -> None:
    assert "at `fourth = 4`" in render_feedback(report(finding(line=4)), SOURCE)


def test_warnings_are_left_out() -> None:
    assert "harmless" not in render_feedback(
        report(finding(), finding("harmless", severity="warning")), SOURCE
    )


def test_many_findings_are_counted() -> None:
    text = render_feedback(report(*(finding(str(number)) for number in range(MAX_FINDINGS + 3))), SOURCE)
    assert text.endswith("- and 3 more of the kind")


def test_it_has_a_greatest_length() -> None:
    text = render_feedback(report(*(finding("x" * 5_000) for _ in range(MAX_FINDINGS))), SOURCE)
    assert len(text) <= MAX_CHARACTERS
