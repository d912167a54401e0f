from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.checkers import bandit_tool
from compiled_ai.errors import MissingToolError
from compiled_ai.validation.security import check_security

GOOD = '"""Doc."""\n\n\ndef f(x: int) -> int:\n    """Add one."""\n    return x + 1\n'


@pytest.fixture
def fresh_bandit() -> object:
    """Forget that bandit has proved itself, before and after."""
    bandit_tool.prove_bandit.cache_clear()
    yield
    bandit_tool.prove_bandit.cache_clear()


def test_good_code_passes() -> None:
    assert check_security(GOOD).passed


def test_report_names_its_tools() -> None:
    assert set(check_security(GOOD).tools) == {"subset", "bandit", "semgrep", "detect-secrets"}


def test_subset_and_bandit_both_speak() -> None:
    report = check_security("import pickle\n\nX = eval('1')\n")
    assert {finding.tool for finding in report.errors} == {"subset", "bandit"}


def test_bandit_finding_carries_its_cwe() -> None:
    report = check_security("X = eval('1')\n")
    assert [finding.cwe for finding in report.findings if finding.rule == "B307"] == [78]


def test_low_severity_of_bandit_is_a_warning() -> None:
    report = check_security(GOOD + '\n\n_TOKENS = {"token": "sum"}\n')
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("B105", "warning")]
    assert report.passed


def test_what_a_scanner_calls_low_does_not_excuse_what_another_calls_an_error() -> None:
    report = check_security(GOOD + "\n\nPASSWORD = 'hunter2'\n")
    assert {(finding.tool, finding.severity) for finding in report.findings} == {
        ("bandit", "warning"),
        ("semgrep", "error"),
        ("detect-secrets", "error"),
    }
    assert not report.passed


def test_nosec_comment_silences_nothing() -> None:
    report = check_security("X = eval('1')  # nosec\n")
    assert {"B307", "suppression"} <= {finding.rule for finding in report.errors}


@pytest.mark.parametrize("source", ["", "\n \n", "# nothing here\n"])
def test_text_without_code_is_answered(source: str) -> None:
    assert check_security(source).stage == "security"


@pytest.mark.parametrize("source", ["def f(:\n", "X = '\0'\n", "X = '\ud800'\n", "X = " + "(" * 5_000])
def test_unreadable_text_is_a_finding(source: str) -> None:
    assert not check_security(source).passed


def test_blind_bandit_fails_closed(fresh_bandit: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandit.core.node_visitor.BanditNodeVisitor.visit_Call", lambda self, node: None)
    with pytest.raises(MissingToolError, match="misses B307"):
        check_security(GOOD)


def test_bandit_that_skips_the_file_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    bandit_tool.prove_bandit()
    monkeypatch.setattr("bandit.core.manager.BanditManager.run_tests", lambda self: None)
    with pytest.raises(MissingToolError, match="did not scan"):
        check_security(GOOD)


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check_security(GOOD)
    assert list(tmp_path.iterdir()) == []
