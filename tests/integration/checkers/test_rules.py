"""Our semgrep rules on their samples and on pairs of a weakness and its mending."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from compiled_ai.checkers.semgrep_engine import SemgrepIssue, SemgrepScan
from compiled_ai.checkers.semgrep_rules import RULES, RuleSet, load_rules
from compiled_ai.checkers.semgrep_selection import select_rules
from compiled_ai.checkers.semgrep_view import semgrep_view

PAIRS = Path(__file__).parent / "pairs"
CONFIDENCE = {"ERROR": "high", "WARNING": "medium", "INFO": "low"}
PREFIXES = ("vulnerable_", "fixed_")


@cache
def issues_of(folder: Path) -> dict[str, tuple[SemgrepIssue, ...]]:
    """By file name, from one process with every rule."""
    paths = sorted(folder.glob("*.py"))
    views = [semgrep_view(path.read_text(encoding="utf-8")) for path in paths]
    with SemgrepScan(views, load_rules(), seconds=120) as scan:
        return dict(zip((path.name for path in paths), scan.results(), strict=True))


def selected_issues(path: Path) -> tuple[SemgrepIssue, ...]:
    view = semgrep_view(path.read_text(encoding="utf-8"))
    with SemgrepScan([view], select_rules(load_rules(), [view]), seconds=120) as scan:
        return scan.result()


def test_each_sample_is_judged_as_its_comments_say() -> None:
    wrong = []
    found_by_file = issues_of(RULES / "samples")
    for sample in load_rules().samples:
        found = {(issue.rule, issue.line) for issue in found_by_file[sample.name]}
        wrong += [f"{sample.name}:{line} misses {rule}" for rule, line in sample.expected - found]
        wrong += [f"{sample.name}:{line} is fine, not {rule}" for rule, line in found if line in sample.fine]
    assert wrong == []


def test_nothing_is_found_in_a_sample_without_a_comment_on_that_line() -> None:
    found_by_file = issues_of(RULES / "samples")
    unexpected = [
        f"{sample.name}:{issue.line} {issue.rule}"
        for sample in load_rules().samples
        for issue in found_by_file[sample.name]
        if issue.line not in {line for _, line in sample.expected}
    ]
    assert unexpected == []


def test_each_rule_is_shown_twice_and_each_file_shows_two_good_lines() -> None:
    shown = Counter(rule for sample in load_rules().samples for rule, _ in sample.expected)
    assert {rule for rule in load_rules().rules if shown[rule] < 2} == set()
    assert {sample.name for sample in load_rules().samples if len(sample.fine) < 2} == set()


def raw_rules() -> Iterator[dict[str, object]]:
    for path in sorted(RULES.glob("cwe-*.yaml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]


@pytest.mark.parametrize("rule", list(raw_rules()), ids=lambda rule: str(rule["id"]))
def test_a_rule_says_what_it_finds_how_surely_and_what_to_do(rule: dict[str, object]) -> None:
    metadata = rule["metadata"]
    assert isinstance(metadata, dict)
    assert isinstance(metadata["cwe"], int)
    assert metadata["confidence"] == CONFIDENCE[str(rule["severity"])]
    assert rule["languages"] == ["python"]
    assert len(str(rule["message"])) > 40


def test_each_file_of_rules_has_samples() -> None:
    rules = {path.stem for path in RULES.glob("cwe-*.yaml")}
    assert rules == {path.stem for path in (RULES / "samples").glob("*.py")}


@pytest.mark.parametrize(
    "path",
    [*sorted((RULES / "samples").glob("*.py")), *sorted(PAIRS.glob("*.py"))],
    ids=lambda path: path.stem,
)
def test_leaving_rules_out_changes_no_answer(path: Path) -> None:
    assert selected_issues(path) == issues_of(path.parent)[path.name]


def test_harmless_code_needs_few_rules() -> None:
    chosen: RuleSet = select_rules(load_rules(), ["def add(a: int, b: int) -> int:\n    return a + b\n"])
    assert len(chosen.rules) < 10


@dataclass(frozen=True, kw_only=True)
class Judged:
    name: str
    severities: frozenset[str]


def judged_pairs() -> list[Judged]:
    judged = []
    for path in sorted(PAIRS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(PREFIXES):
                start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                inside = range(start, (node.end_lineno or start) + 1)
                found = (issue for issue in issues_of(PAIRS)[path.name] if issue.line in inside)
                judged.append(Judged(name=node.name, severities=frozenset(issue.severity for issue in found)))
    return judged


def test_the_pairs_are_pairs() -> None:
    names = [judged.name for judged in judged_pairs()]
    vulnerable = Counter(name.removeprefix("vulnerable_") for name in names if name.startswith("vulnerable_"))
    fixed = Counter(name.removeprefix("fixed_") for name in names if name.startswith("fixed_"))
    assert vulnerable == fixed
    assert vulnerable.total() >= 60


def test_most_weaknesses_are_found() -> None:
    vulnerable = [judged for judged in judged_pairs() if judged.name.startswith("vulnerable_")]
    missed = [judged.name for judged in vulnerable if not judged.severities & {"HIGH", "MEDIUM"}]
    surely = [judged for judged in vulnerable if "HIGH" in judged.severities]
    assert len(missed) <= len(vulnerable) * 0.03, missed
    assert len(surely) >= len(vulnerable) * 0.5


def test_mended_functions_are_left_alone() -> None:
    wrong = [
        judged.name
        for judged in judged_pairs()
        if judged.name.startswith("fixed_") and judged.severities & {"HIGH", "MEDIUM"}
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        'def f(password):\n    password = "' + "aA1_" * 40_000 + '"\n',
        'def f(x):\n    return f"<a ' + "<p " * 40_000 + '{x}"\n',
        'def f(con, name):\n    con.execute("SELECT ' + "a='%s' ," * 20_000 + '" % name)\n',
        'import re\nre.compile(r"' + "([a-z]*" * 500 + "x" * 50_000 + ")" * 500 + '")\n',
        'key = "https://' + "a" * 50_000 + ":" + "b" * 50_000 + '"\n',
    ],
    ids=["secret", "html", "sql", "pattern", "address"],
)
def test_long_texts_are_judged_in_time(source: str) -> None:
    with SemgrepScan([semgrep_view(source)], load_rules(), seconds=30) as scan:
        scan.result()
