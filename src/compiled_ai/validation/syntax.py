"""The second stage: does the code compile, lint, type-check, and hold nothing that is too complex, too large or without effect?"""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from compiled_ai.checkers import mypy_tool, ruff_tool
from compiled_ai.checkers.complexity import (
    COMPLEXITY_LIMIT,
    FunctionComplexity,
    complexities,
    lines_of_code,
    prove_radon,
    radon_version,
    too_large,
    type_coverage,
    untyped_places,
)
from compiled_ai.checkers.dead_code import find_dead_code
from compiled_ai.checkers.entries import entry_problems
from compiled_ai.checkers.mypy_tool import check_types, mypy_version, prove_mypy
from compiled_ai.checkers.ruff_tool import lint, prove_ruff, ruff_version
from compiled_ai.findings import Finding, Severity, StageReport
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.subset.text import Problems, read_source

T = TypeVar("T")


def check_syntax(source: str, *, cache_dir: Path, entries: Collection[str] | None = None) -> StageReport:
    """The verdict on the text of one ``activities.py``. Nothing of it is executed.

    Args:
        source: The text.
        cache_dir: Folder for mypy's cache, which may be shared and kept. The first run on an empty one takes
            about a second.
        entries: Functions that the workflow calls; what they do not reach is dead. None takes every public one.

    Raises:
        MissingToolError: ruff, mypy or radon is absent or broken, so that its silence would prove nothing.
    """
    started = time.perf_counter()
    prove_ruff()
    prove_mypy(cache_dir)
    prove_radon()
    tree, findings = _compiled(source)
    facts: JsonObject = {}
    seconds: dict[str, float] = {}
    if tree is not None:
        measured = complexities(tree)
        facts = _facts(source, tree, measured)
        findings += _checked(source, tree, measured, cache_dir, entries, seconds)
    return StageReport(
        stage="syntax",
        findings=tuple(_without_doubles(findings)),
        tools={"ruff": ruff_version(), "mypy": mypy_version(), "radon": radon_version()},
        facts=facts,
        seconds=time.perf_counter() - started,
        tool_seconds=seconds,
    )


def _checked(
    source: str,
    tree: ast.Module,
    measured: tuple[FunctionComplexity, ...],
    cache_dir: Path,
    entries: Collection[str] | None,
    seconds: dict[str, float],
) -> list[Finding]:
    """What the tools say of code that compiles. Ruff, a program of its own, runs beside the others."""
    relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    if relative:  # mypy gives up on those without a word, and nothing could run
        message = "a relative import: the file stands alone"
        return [_finding("python", "relative-import", message, node.lineno) for node in relative]
    with ThreadPoolExecutor(1) as pool:
        linted = pool.submit(_timed, "ruff", seconds, lambda: lint(source))
        typed = _timed("mypy", seconds, lambda: check_types(source, cache_dir=cache_dir))
        own = _timed("own", seconds, lambda: [*_own(source, tree, measured, entries)])
        issues = linted.result()
    found = [
        _finding(
            "ruff", issue.rule, issue.message, issue.line, _severity(issue.rule, ruff_tool.WARNING_RULES)
        )
        for issue in issues
    ]
    found += [
        _finding(
            "mypy", issue.rule, issue.message, issue.line, _severity(issue.rule, mypy_tool.WARNING_RULES)
        )
        for issue in typed
    ]
    if not any(finding.tool == "mypy" for finding in found):
        found += [
            _finding(
                "mypy", "no-type", f"{place} leaves its type open: annotate it in full, without Any", line
            )
            for place, line in untyped_places(tree)
        ]
    return _with_leave(found + own, source)


def _own(
    source: str,
    tree: ast.Module,
    measured: tuple[FunctionComplexity, ...],
    entries: Collection[str] | None,
) -> Iterator[Finding]:
    for function in measured:
        if function.complexity >= COMPLEXITY_LIMIT:
            yield _too_complex(function)
    for large in too_large(source, tree):
        yield _finding("size", large.rule, large.message, large.line)
    for problem in entry_problems(tree, entries or ()):
        yield _finding("entries", "entry", problem.message, problem.line)
    for dead in find_dead_code(tree, entries=entries):
        yield _finding("dead-code", dead.rule, dead.message, dead.line, dead.severity)


def _timed(part: str, seconds: dict[str, float], work: Callable[[], T]) -> T:
    started = time.perf_counter()
    try:
        return work()
    finally:
        seconds[part] = time.perf_counter() - started


def _compiled(source: str) -> tuple[ast.Module | None, list[Finding]]:
    """The tree of `source` if Python compiles it, and what Python says."""
    problems = Problems()
    tree = read_source(source, problems)
    found = [
        _finding("python", problem.rule, problem.message, problem.line)
        for problem in problems.found
        if problem.rule in _OF_TEXT
    ]
    if tree is None or any(finding.rule != "suppression" for finding in found):
        return None, found
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", SyntaxWarning)
            warnings.simplefilter("always", DeprecationWarning)
            compile(source, "activities.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        message = f"the code does not compile: {error.msg}; mend the line"
        return None, [_finding("python", "syntax", message, error.lineno)]
    except (ValueError, RecursionError, MemoryError) as error:
        message = f"the code does not compile: {str(error) or type(error).__name__}; write it simpler"
        return None, [_finding("python", "syntax", message, None)]
    return tree, found + [
        _finding(
            "python",
            "warning",
            f"{warning.message}: write the text with r'...' or mend it",
            warning.lineno,
            "warning",
        )
        for warning in warned
    ]


_OF_TEXT = frozenset(("syntax", "encoding", "bounds", "suppression"))
"""What is wrong with a text as such. A comment that silences a checker would make this stage's own verdict worthless."""


def _facts(source: str, tree: ast.Module, measured: tuple[FunctionComplexity, ...]) -> JsonObject:
    values = [function.complexity for function in measured]
    return {
        "functions": len(values),
        "lines_of_code": lines_of_code(source),
        "complexity_max": max(values, default=0),
        "complexity_mean": round(sum(values) / len(values), 2) if values else 0.0,
        "type_coverage": round(type_coverage(tree), 4),
    }


def _too_complex(function: FunctionComplexity) -> Finding:
    return _finding(
        "radon",
        "complexity",
        f"'{function.name}' has a cyclomatic complexity of {function.complexity}, the limit is below {COMPLEXITY_LIMIT}: "
        "split it into helper functions or use a table",
        function.line,
    )


def _decision_lines(source: str) -> frozenset[int]:
    """Lines below a mark that the decision-table template writes: a table may hold a line that others make needless."""
    lines = source.split("\n")
    return frozenset(
        number + 1
        for number, line in enumerate(lines, start=1)
        if line.lstrip().startswith("# line ") and line.endswith(" of the spec")
    )


_NEEDLESS = frozenset(
    (
        "unreachable",
        "fixed-condition",
        "comparison-overlap",
        "redundant-expr",
        "E711",
        "E712",
        "PLR0124",
        "PLR0133",
    )
)


def _with_leave(findings: list[Finding], source: str) -> list[Finding]:
    """`findings` where a needless line of a decision table is a warning: its author wrote it, and no coder can mend it."""
    marked = _decision_lines(source)
    return [
        replace(finding, severity="warning")
        if (finding.rule in _NEEDLESS or finding.rule.startswith("SIM22"))
        and {finding.line, (finding.line or 0) - 1} & marked
        else finding
        for finding in findings
    ]


def _without_doubles(findings: list[Finding]) -> Iterator[Finding]:
    """`findings` with what two tools say of one line said once, by the one that says it better."""
    better = {(finding.line, finding.rule) for finding in findings if finding.tool == "dead-code"}
    for finding in findings:
        if finding.tool == "mypy" and (finding.line, finding.rule) in better:
            continue
        if finding.rule.startswith("SIM22") and (finding.line, "fixed-condition") in better:
            continue
        yield finding


def _severity(rule: str, warning_rules: frozenset[str]) -> Severity:
    return "warning" if rule in warning_rules else "error"


def _finding(tool: str, rule: str, message: str, line: int | None, severity: Severity = "error") -> Finding:
    return Finding(stage="syntax", tool=tool, rule=rule, message=message, line=line, severity=severity)
