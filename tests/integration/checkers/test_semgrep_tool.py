"""The real semgrep on real text: what it must find, whatever a text or a machine does to hide it."""

from __future__ import annotations

import gc
import re
import time
from pathlib import Path

import pytest

from compiled_ai.checkers import semgrep_tool
from compiled_ai.checkers.semgrep_rules import load_rules
from compiled_ai.checkers.semgrep_tool import (
    UNREADABLE,
    SemgrepIssue,
    prove_semgrep,
    scan_files,
    semgrep_version,
    start_scan,
)
from compiled_ai.errors import MissingToolError


def forget() -> None:
    load_rules.cache_clear()
    semgrep_tool._prove_once.cache_clear()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget()


def found(source: str, rules: Path) -> list[tuple[str, int]]:
    return [(issue.rule, issue.line) for issue in start_scan(source, rules=rules).result()]


def test_an_issue_carries_what_its_rule_says(rules: Path) -> None:
    source = "import subprocess\neval(x)\nsubprocess.run(y, shell=True)\nsink(source())\n"
    assert start_scan(source, rules=rules).result() == (
        SemgrepIssue(rule="eval-call", message="A text is run.", line=2, cwe=95, severity="MEDIUM"),
        SemgrepIssue(rule="shell-true", message="A shell runs y.", line=3, cwe=78, severity="HIGH"),
        SemgrepIssue(rule="flow", message="It flows.", line=4, cwe=None, severity="LOW"),
    )


def test_good_code_has_no_issue(rules: Path) -> None:
    assert found("def f(x: int) -> int:\n    return x + 1\n", rules) == []


@pytest.mark.parametrize("source", ["", "# a comment\n", '"""A docstring."""\n'])
def test_a_text_without_code_is_scanned(source: str, rules: Path) -> None:
    assert found(source, rules) == []


@pytest.mark.parametrize(
    "comment", ["# nosem", "# nosemgrep", "# nosemgrep: eval-call", "# nosec", "# noqa", "# type: ignore"]
)
def test_comments_that_ask_to_look_away_are_not_obeyed(comment: str, rules: Path) -> None:
    assert found(f"{comment}\neval(x)  {comment}\n", rules) == [("eval-call", 2)]


@pytest.mark.parametrize(
    "source",
    [
        "match q:\n    case {**k}: eval(k)\n",
        "match q:\n    case 1 if eval(q): pass\n",
        "match q:\n    case {A.b: x}: eval(x)\n",
        "a = b[*eval(x)]\n",
        "\ufeffeval(x)\n",
        "\uff45val(x)\n",
        "f = lambda a, *, b=1: eval(a)\n",
        "try:\n    eval(x)\nexcept* ValueError:\n    pass\n",
        "if (y := eval(x)):\n    pass\n",
        "y = f'{eval(x)!r:>{1}}'\n",
        "def f():\r    eval(x)\r",
        "# " + "x" * 100_000 + "\neval(x)\n",
    ],
    ids=range(12),
)
def test_code_that_semgrep_alone_overlooks_is_seen(source: str, rules: Path) -> None:
    assert [rule for rule, _ in found(source, rules)] == ["eval-call"]


def test_code_that_semgrep_cannot_read_is_an_issue(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep_tool, "semgrep_view", lambda source: source)
    (issue,) = start_scan("match q:\n    case {**k}: eval(k)\n", rules=rules).result()
    assert (issue.rule, issue.severity, "more simply" in issue.message) == (UNREADABLE, "HIGH", True)


def test_a_text_that_does_not_parse_is_refused(rules: Path) -> None:
    with pytest.raises(ValueError, match="does not parse"):
        start_scan("def f(:\n", rules=rules)


def test_settings_of_the_user_change_nothing(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SEMGREP_RULES": "/nowhere",
        "SEMGREP_ENABLE_VERSION_CHECK": "1",
        "SEMGREP_SETTINGS_FILE": str(tmp_path / "settings"),
        "OCAMLRUNPARAM": "nonsense",
        "HOME": "/nowhere",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".semgrepignore").write_text("*\n")
    (tmp_path / ".gitignore").write_text("*\n")
    assert found("eval(x)\n", rules) == [("eval-call", 1)]


def test_many_files_keep_their_own_issues(rules: Path, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.py" for number in range(45)]
    for number, path in enumerate(paths):
        path.write_text("\n" * number + ("eval(x)\n" if number % 3 else "pass\n"))
    issues = scan_files([*paths, paths[0]], rules=rules)
    assert list(issues) == paths
    assert [[issue.line for issue in issues[path]] for path in paths] == [
        [number + 1] if number % 3 else [] for number in range(45)
    ]


def test_a_file_that_does_not_parse_is_named(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def f(:\n")
    with pytest.raises(ValueError, match=r"bad\.py"):
        scan_files([tmp_path / "bad.py"], rules=rules)
    assert scan_files([], rules=rules) == {}


def test_scans_run_side_by_side(rules: Path) -> None:
    scans = [start_scan(f"{'0; ' * number}eval(x)\n", rules=rules) for number in range(4)]
    assert [[issue.line for issue in scan.result()] for scan in scans] == [[1]] * 4


def test_a_scan_that_nobody_asks_leaves_nothing_behind(rules: Path) -> None:
    scan = start_scan("eval(x)\n", rules=rules)
    folder, process = scan._folder, scan._process
    assert folder.exists()
    del scan
    gc.collect()
    assert (folder.exists(), process.poll() is None) == (False, False)


def test_a_scan_leaves_nothing_behind(rules: Path) -> None:
    scan = start_scan("eval(x)\n", rules=rules)
    scan.result()
    assert not scan._folder.exists()


def test_the_proof_is_made_once_and_remembered(rules: Path, tmp_path: Path) -> None:
    prove_semgrep(rules=rules, memory=tmp_path / "memory")
    (record,) = (tmp_path / "memory").iterdir()
    forget()
    started = time.perf_counter()
    prove_semgrep(rules=rules, memory=tmp_path / "memory")
    assert (time.perf_counter() - started < 0.05, record.exists()) == (True, True)


def test_a_remembered_proof_does_not_hold_for_other_rules(rules: Path, tmp_path: Path) -> None:
    prove_semgrep(rules=rules, memory=tmp_path / "memory")
    (rules / "samples" / "more.py").write_text("evil(x)  # found: eval-call\n")
    forget()
    with pytest.raises(MissingToolError, match=r"misses eval-call on line 1 of more\.py"):
        prove_semgrep(rules=rules, memory=tmp_path / "memory")


def test_a_memory_that_cannot_be_written_or_read_is_done_without(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    prove_semgrep(rules=rules, memory=tmp_path / "file")
    prove_semgrep(rules=rules, memory=tmp_path / "memory")
    (record,) = (tmp_path / "memory").iterdir()
    record.write_text("{half")
    forget()
    prove_semgrep(rules=rules, memory=tmp_path / "memory")
    assert '"proof"' in record.read_text()


def test_a_rule_that_fires_on_good_code_fails_the_proof(rules: Path) -> None:
    (rules / "samples" / "more.py").write_text("eval(x)  # fine\n")
    with pytest.raises(MissingToolError, match=r"finds eval-call on line 1 in more\.py"):
        prove_semgrep(afresh=True, rules=rules)


def test_a_rule_that_semgrep_refuses_fails_the_proof(rules: Path) -> None:
    broken = (rules / "cwe-078.yaml").read_text().replace("subprocess.run($X", "subprocess.run(($X")
    (rules / "cwe-078.yaml").write_text(broken)
    with pytest.raises(MissingToolError, match="shell-true"):
        prove_semgrep(afresh=True, rules=rules)


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("cwe-1.yaml", "rules: [", "is no YAML"),
        ("cwe-1.yaml", "- rules", "holds no mapping"),
        ("cwe-1.yaml", "rules: {}", "holds no list of rules"),
        ("cwe-1.yaml", "rules: [{severity: ERROR}]", "has no id"),
        ("cwe-1.yaml", "rules: [{id: a, severity: BAD}]", "known are ERROR, WARNING, INFO"),
        ("cwe-1.yaml", "rules: [{id: a, severity: ERROR, metadata: {cwe: CWE-1}}]", "no whole number"),
        ("cwe-1.yaml", "rules: [{id: a, severity: ERROR}]", "rules a have no line '# found: RULE'"),
        ("cwe-1.yaml", "rules: [{id: eval-call, severity: ERROR}]", "is there twice"),
        ("cwe-1.yaml", "rules: [{block: gone}]", "there is no block 'gone'"),
        ("blocks.yml", "evals: [{block: evals}]", "a block holds itself"),
        ("samples/more.py", "x  # found: unwritten\n", "unwritten are expected in a sample, but not written"),
    ],
)
def test_rules_that_break_the_form_are_refused(file: str, text: str, complaint: str, rules: Path) -> None:
    (rules / file).write_text(text)
    with pytest.raises(MissingToolError, match=complaint):
        load_rules(rules)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="no semgrep rules"):
        load_rules(tmp_path)


def test_the_rules_of_the_product_prove_themselves() -> None:
    prove_semgrep(afresh=True)


@pytest.mark.parametrize(
    "pattern", ["[\u20ac\u00a3$]", "[\\s'\u2019]", "[é-ü]", "[^\\W\\d_]{2,}", "(a)\\1", "[\\\\u2019]"]
)
def test_patterns_of_good_code_can_be_judged(pattern: str) -> None:
    """The analyser of patterns in semgrep 1.182 gives up on the whole file over other than ASCII in a class."""
    assert start_scan(f'import re\nA = re.sub(r"{pattern}", "", "b")\n').result() == ()


def test_the_version_names_engine_and_rules() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+ \(rules [0-9a-f]{7}\)", semgrep_version())
