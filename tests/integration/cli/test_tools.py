"""``compiled-ai tools`` as a person or a program meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.checkers.tool_home import SEMGREP_VARIABLE, SEMGREP_VERSION, prefix_home
from compiled_ai.cli.main import app
from compiled_ai.errors import MissingToolError

INSTALL = "compiled_ai.checkers.tool_home.install_semgrep"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["tools", *map(str, arguments)])


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tool as it is, its proof taken as made: those are tested elsewhere."""
    tools = ("ruff", "mypy", "radon", "bandit", "semgrep", "detect-secrets")
    monkeypatch.setattr("compiled_ai.checkers.self_test.self_test", lambda **_: dict.fromkeys(tools, "ok"))


def test_each_tool_has_a_line_with_version_and_place(ready: None) -> None:
    result = call()
    lines = result.output.splitlines()
    assert (result.exit_code, len(lines)) == (0, 6)
    assert any(
        line.startswith(f"semgrep {SEMGREP_VERSION} (rules ") and "semgrep-core" in line for line in lines
    )


def test_a_program_gets_json(ready: None) -> None:
    rows = json.loads(call("--json").output)
    assert rows["semgrep"]["state"] == "ok"
    assert rows["bandit"]["place"] == "library in this process"


def test_a_missing_tool_ends_with_code_7_and_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SEMGREP_VARIABLE, "/nowhere/semgrep-core")
    result = call()
    (line,) = [line for line in result.output.splitlines() if line.startswith("semgrep")]
    assert result.exit_code == 7
    assert "semgrep missing (missing): COMPILED_AI_SEMGREP is '/nowhere/semgrep-core'" in line
    assert "compiled-ai tools install" in line


def test_install_says_where_it_put_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(INSTALL, lambda home, *, force: True)
    result = call("install", "--prefix", tmp_path)
    assert f"semgrep {SEMGREP_VERSION} is now in {prefix_home(tmp_path)}" in result.output
    assert f"set {SEMGREP_VARIABLE}=" in result.output


def test_install_is_silent_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(INSTALL, lambda home, *, force: False)
    result = call("install", "--quiet", "--prefix", tmp_path)
    assert (result.exit_code, result.output) == (0, "")


def test_install_tells_a_program_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(INSTALL, lambda home, *, force: force)
    assert json.loads(call("install", "--json").output)["new"] is False
    assert json.loads(call("install", "--json", "--force").output)["new"] is True


def test_an_install_that_fails_ends_with_code_7(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(home: Path, *, force: bool) -> bool:
        raise MissingToolError("semgrep cannot be fetched: no route")

    monkeypatch.setattr(INSTALL, fail)
    result = call("install")
    assert (result.exit_code, "no route" in result.output) == (7, True)
