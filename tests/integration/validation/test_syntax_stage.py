from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from compiled_ai.checkers import complexity, mypy_tool, ruff_tool
from compiled_ai.checkers.ruff_tool import FormatError, find_ruff, format_source
from compiled_ai.checkers.self_test import self_test, tool_versions
from compiled_ai.errors import MissingToolError
from compiled_ai.validation.syntax import check_syntax

HEAD = '"""Doc."""\n\nfrom __future__ import annotations\n\n\n'
GOOD = HEAD + 'def f(x: int) -> int:\n    """Add one."""\n    return x + 1\n'
BRANCHES = "".join(f"    if x == {number}:\n        return {number}\n" for number in range(9))
COMPLEX = HEAD + f'def f(x: int) -> int:\n    """Pick."""\n{BRANCHES}    return 0\n'


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture
def no_ruff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without ruff, where nothing has proved itself yet."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    ruff_tool.prove_ruff.cache_clear()


def test_good_code_passes(cache_dir: Path) -> None:
    assert check_syntax(GOOD, cache_dir=cache_dir).findings == ()


def test_report_names_its_tools(cache_dir: Path) -> None:
    assert set(check_syntax(GOOD, cache_dir=cache_dir).tools) == {"ruff", "mypy", "radon"}


@pytest.mark.parametrize(
    ("tool", "rule", "line", "body"),
    [
        pytest.param("ruff", "F821", 8, 'def f(x: int) -> int:\n    """Add."""\n    return y\n', id="undefined_name"),
        pytest.param("ruff", "D103", 6, "def f(x: int) -> int:\n    return x\n", id="missing_docstring"),
        pytest.param("ruff", "B015", 8, 'def f(x: int) -> int:\n    """Add."""\n    x == 1\n    return x\n', id="useless_comparison"),
        pytest.param("ruff", "RUF032", 9, 'from decimal import Decimal\ndef f() -> Decimal:\n    """Add."""\n    return Decimal(0.1)\n', id="decimal_from_float"),
        pytest.param("mypy", "return-value", 8, 'def f(x: int) -> str:\n    """Add."""\n    return x\n', id="wrong_result_type"),
        pytest.param("mypy", "no-untyped-def", 6, 'def f(x) -> int:\n    """Add."""\n    return 1\n', id="missing_annotation"),
        pytest.param("mypy", "arg-type", 9, 'from compiled_ai.modules import abstain\ndef f(x: int) -> int:\n    """Add."""\n    abstain(x)\n', id="wrong_argument_to_our_module"),
        pytest.param("mypy", "attr-defined", 6, "from compiled_ai.modules import no_such_name\n", id="no_such_name_in_our_modules"),
        pytest.param("mypy", "typeddict-item", 10, 'from typing import TypedDict\nT = TypedDict("T", {"a-b": int})\ndef f() -> T:\n    """Add."""\n    return {"a-b": "x"}\n', id="wrong_field_type"),
        pytest.param("mypy", "return", 6, 'def f(x: int) -> int:\n    """Add."""\n    if x:\n        return 1\n', id="missing_return"),
        pytest.param("mypy", "explicit-any", 7, 'from typing import Any\ndef f(x: Any) -> int:\n    """Add."""\n    return 1 if x else 2\n', id="any"),
        pytest.param("mypy", "type-arg", 6, 'def f(x: dict) -> int:\n    """Add."""\n    return len(x)\n', id="untyped_container"),
        pytest.param("mypy", "unreachable", 9, 'def f(x: int) -> int:\n    """Add."""\n    if not isinstance(x, int):\n        return 0\n    return x\n', id="branch_that_types_rule_out"),
        pytest.param("mypy", "possibly-undefined", 10, 'def f(x: int) -> int:\n    """Add."""\n    if x:\n        y = 1\n    return y\n', id="name_that_may_be_unset"),
        pytest.param("dead-code", "unused-function", 6, 'def _g() -> int:\n    return 1\n\n\ndef f(x: int) -> int:\n    """Add."""\n    return x\n', id="function_that_nothing_calls"),
        pytest.param("dead-code", "unused-constant", 6, 'X = 1\n\n\ndef f(x: int) -> int:\n    """Add."""\n    return x\n', id="constant_that_nothing_reads"),
        pytest.param("dead-code", "unused-parameter", 6, 'def f(x: int, y: int) -> int:\n    """Add."""\n    return x\n', id="unused_parameter"),
        pytest.param("dead-code", "fixed-condition", 8, 'def f(x: int) -> int:\n    """Add."""\n    if False:\n        return 1\n    return x\n', id="if_false"),
        pytest.param("dead-code", "unreachable", 9, 'def f(x: int) -> int:\n    """Add."""\n    return x\n    return 1\n', id="code_after_return"),
        pytest.param("dead-code", "unreachable", 10, 'from compiled_ai.modules import abstain\ndef f(x: int) -> int:\n    """Add."""\n    abstain("no")\n    return x\n', id="code_after_abstain"),
        pytest.param("size", "function-statements", 6, 'def f(x: int) -> int:\n    """Add."""\n' + "    x += 1\n" * 60 + "    return x\n", id="too_many_statements"),
        pytest.param("size", "function-parameters", 6, "def f(" + "".join(f"x{n}: int, " for n in range(9)) + ') -> int:\n    """Add."""\n    return x0\n', id="too_many_parameters"),
        pytest.param("ruff", "E711", 8, 'def f(x: int | None) -> bool:\n    """Add."""\n    return x == None\n', id="comparison_with_none"),
        pytest.param("ruff", "F601", 6, 'X = {"a": 1, "a": 2}\n', id="key_twice_in_a_table"),
        pytest.param("ruff", "ISC004", 6, 'X = ["a", "b" "c"]\n', id="forgotten_comma"),
        pytest.param("python", "syntax", 6, "return 1\n", id="does_not_compile"),
        pytest.param("python", "syntax", 6, "def f(:\n", id="does_not_parse"),
        pytest.param("python", "encoding", 6, "X = '\0'\n", id="null_byte"),
    ],
)  # fmt: skip
def test_planted_defect_is_found_with_its_line(
    tool: str, rule: str, line: int, body: str, cache_dir: Path
) -> None:
    report = check_syntax(HEAD + body, cache_dir=cache_dir)
    assert (tool, rule, line) in {(finding.tool, finding.rule, finding.line) for finding in report.errors}


def test_complex_function_is_an_error_with_its_name_and_value(cache_dir: Path) -> None:
    (finding,) = check_syntax(COMPLEX, cache_dir=cache_dir).errors
    assert (finding.tool, finding.line, finding.message.split(":")[0]) == (
        "radon",
        6,
        "'f' has a cyclomatic complexity of 10, the limit is below 10",
    )


def test_type_ignore_comment_is_an_error_of_its_own(cache_dir: Path) -> None:
    (finding,) = check_syntax(HEAD + "X: int = 'a'  # type: ignore[assignment]\n", cache_dir=cache_dir).errors
    assert (finding.rule, finding.line) == ("suppression", 6)


def test_noqa_comment_silences_nothing(cache_dir: Path) -> None:
    report = check_syntax(HEAD + "def f(x: int) -> str:  # noqa\n    return x  # noqa\n", cache_dir=cache_dir)
    assert {"D103", "return-value"} <= {finding.rule for finding in report.errors}


def test_unused_import_is_a_warning(cache_dir: Path) -> None:
    report = check_syntax(GOOD.replace("\n\n\ndef", "\n\nimport re\n\n\ndef"), cache_dir=cache_dir)
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("F401", "warning")]


def test_doubtful_escape_is_a_warning(cache_dir: Path) -> None:
    report = check_syntax(HEAD + "X = '\\d'\n", cache_dir=cache_dir)
    assert [(finding.tool, finding.severity, finding.line) for finding in report.findings] == [
        ("python", "warning", 6)
    ]


def test_what_two_tools_find_is_said_once(cache_dir: Path) -> None:
    report = check_syntax(GOOD.rstrip() + "\n    return 1\n", cache_dir=cache_dir)
    assert [(finding.tool, finding.rule) for finding in report.findings] == [("dead-code", "unreachable")]


def test_what_the_workflow_does_not_reach_is_dead(cache_dir: Path) -> None:
    source = GOOD + '\n\ndef g(x: int) -> int:\n    """Double."""\n    return 2 * x\n'
    assert check_syntax(source, cache_dir=cache_dir).passed
    errors = check_syntax(source, cache_dir=cache_dir, entries=["f"]).errors
    assert [(finding.tool, finding.rule, finding.line) for finding in errors] == [
        ("entries", "entry", 6),
        ("dead-code", "unused-function", 11),
    ]


def test_needless_line_of_a_decision_table_is_a_warning(cache_dir: Path) -> None:
    body = """from typing import Literal
def f(x: Literal["a", "b"]) -> int:
    \"\"\"Decide.\"\"\"
    # line 1 of the spec
    if x == "a":
        return 1
    # line 2 of the spec
    if x == "b":
        return 2
    # line 3 of the spec
    return 3
"""
    report = check_syntax(HEAD + body, cache_dir=cache_dir)
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("unreachable", "warning")]


def test_every_error_names_what_to_do(cache_dir: Path) -> None:
    source = (
        HEAD + "def f(x, y: dict) -> str:\n    if x == None:\n        z = 1\n    return z\n    return x\n"
    )
    errors = check_syntax(source, cache_dir=cache_dir).errors
    assert len(errors) >= 5
    assert [finding.message for finding in errors if ": " not in finding.message] == []


def test_time_is_told_by_tool(cache_dir: Path) -> None:
    assert set(check_syntax(GOOD, cache_dir=cache_dir).tool_seconds) == {"ruff", "mypy", "own"}


def test_facts_measure_the_code(cache_dir: Path) -> None:
    source = GOOD + "\n\ndef _g(x, y: int):\n    return [a for a in (x, y) if a]\n"
    assert check_syntax(source, cache_dir=cache_dir).facts == {
        "functions": 2,
        "lines_of_code": 7,
        "complexity_max": 3,
        "complexity_mean": 2.0,
        "type_coverage": 0.6,
    }


def test_configuration_nearby_changes_nothing(
    cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nexclude=['*']\n[tool.mypy]\nignore_errors=true\n")
    monkeypatch.chdir(tmp_path)
    report = check_syntax(HEAD + "def f(x: int) -> str:\n    return x\n", cache_dir=cache_dir)
    assert {"D103", "return-value"} <= {finding.rule for finding in report.errors}


def test_threads_share_mypy(cache_dir: Path) -> None:
    passed: list[bool] = []
    threads = [
        threading.Thread(target=lambda: passed.append(check_syntax(GOOD, cache_dir=cache_dir).passed))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed == [True] * 4


def test_missing_ruff_fails_closed(no_ruff: None, cache_dir: Path) -> None:
    with pytest.raises(MissingToolError, match="pip install"):
        check_syntax(GOOD, cache_dir=cache_dir)


def test_missing_ruff_is_told_by_doctor(no_ruff: None, cache_dir: Path) -> None:
    assert (tool_versions()["ruff"], "neither beside" in self_test(cache_dir=cache_dir)["ruff"]) == (
        "missing",
        True,
    )


def test_ruff_that_finds_nothing_fails_closed(no_ruff: None, tmp_path: Path, cache_dir: Path) -> None:
    fake = tmp_path / "ruff"
    fake.write_text("#!/bin/sh\necho '[]'\n")
    fake.chmod(0o755)
    with pytest.raises(MissingToolError, match="ruff misses B006"):
        check_syntax(GOOD, cache_dir=cache_dir)


def test_ruff_that_answers_nonsense_fails_closed(no_ruff: None, tmp_path: Path, cache_dir: Path) -> None:
    fake = tmp_path / "ruff"
    fake.write_text("#!/bin/sh\necho nonsense\n")
    fake.chmod(0o755)
    with pytest.raises(MissingToolError, match="cannot be read"):
        check_syntax(GOOD, cache_dir=cache_dir)


def test_mypy_that_finds_nothing_fails_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mypy.api.run", lambda arguments: ("", "", 0))
    with pytest.raises(MissingToolError, match="mypy misses arg-type"):
        check_syntax(GOOD, cache_dir=tmp_path)


def test_mypy_that_refuses_its_arguments_fails_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mypy.api.run", lambda arguments: ("", "usage: mypy", 2))
    with pytest.raises(MissingToolError, match="failed with code 2"):
        mypy_tool.check_types(GOOD, cache_dir=tmp_path)


def test_mypy_that_crashes_fails_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(arguments: list[str]) -> tuple[str, str, int]:
        raise RuntimeError("internal error")

    monkeypatch.setattr("mypy.api.run", crash)
    with pytest.raises(MissingToolError, match="mypy crashed"):
        mypy_tool.check_types(GOOD, cache_dir=tmp_path)


def test_cache_folder_that_cannot_be_written_fails_closed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingToolError, match="can be written"):
        mypy_tool.check_types(GOOD, cache_dir=tmp_path / "file")


def test_radon_that_counts_wrongly_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radon.visitors.ComplexityVisitor.generic_visit", lambda self, node: None)
    complexity.prove_radon.cache_clear()
    with pytest.raises(MissingToolError, match="radon"):
        complexity.prove_radon()


def test_every_tool_is_ready(cache_dir: Path) -> None:
    found = self_test(cache_dir=cache_dir)
    assert {tool: found[tool] for tool in ("ruff", "mypy", "radon")} == {
        "ruff": "ok",
        "mypy": "ok",
        "radon": "ok",
    }


def test_every_tool_has_a_version() -> None:
    assert [tool for tool, version in tool_versions().items() if not version[0].isdigit()] == []


def test_ruff_beside_python_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff").write_text("")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert find_ruff() == tmp_path / "ruff"


def test_format_sorts_imports_and_layout() -> None:
    assert format_source("import re\nfrom decimal import Decimal\nimport json\nx=re.compile( 'a' )\n") == (
        'import json\nimport re\nfrom decimal import Decimal\n\nx = re.compile("a")\n'
    )


def test_format_of_formatted_text_changes_nothing() -> None:
    assert format_source(GOOD) == GOOD


def test_format_keeps_unused_imports() -> None:
    assert format_source("import re\n") == "import re\n"


@pytest.mark.parametrize("source", ["def f(:\n", "X = '\0'\n", "X = '\ud800'\n", "X = " + "(" * 5_000])
def test_format_of_broken_text_is_a_clear_error(source: str) -> None:
    with pytest.raises(FormatError, match="cannot be formatted"):
        format_source(source)


def test_format_error_names_its_line() -> None:
    with pytest.raises(FormatError) as caught:
        format_source("X = 1\ndef f(:\n")
    assert caught.value.line == 2
