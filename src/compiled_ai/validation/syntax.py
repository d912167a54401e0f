"""The second stage: does the code compile, lint, type-check, and stay simple enough to read?"""

from __future__ import annotations

import ast
import time
import warnings
from pathlib import Path

from compiled_ai.checkers.complexity import (
    COMPLEXITY_LIMIT,
    FunctionComplexity,
    complexities,
    lines_of_code,
    prove_radon,
    radon_version,
    type_coverage,
)
from compiled_ai.checkers.mypy_tool import check_types, mypy_version, prove_mypy
from compiled_ai.checkers.ruff_tool import WARNING_RULES, lint, prove_ruff, ruff_version
from compiled_ai.findings import Finding, Severity, StageReport
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.subset.text import Problems, read_source


def check_syntax(source: str, *, cache_dir: Path) -> StageReport:
    """The verdict on the text of one ``activities.py``. Nothing of it is executed.

    Args:
        source: The text.
        cache_dir: Folder for mypy's cache, which may be shared and kept. The first run on an empty one takes
            about a second.

    Raises:
        MissingToolError: ruff, mypy or radon is absent or broken, so that its silence would prove nothing.
    """
    started = time.perf_counter()
    prove_ruff()
    prove_mypy(cache_dir)
    prove_radon()
    tree, findings = _compiled(source)
    facts: JsonObject = {}
    if tree is not None:
        measured = complexities(tree)
        facts = _facts(source, tree, measured)
        findings += [
            _finding("ruff", issue.rule, issue.message, issue.line, _severity(issue.rule))
            for issue in lint(source)
        ]
        findings += [
            _finding("mypy", issue.rule, issue.message, issue.line)
            for issue in check_types(source, cache_dir=cache_dir)
        ]
        findings += [
            _too_complex(function) for function in measured if function.complexity >= COMPLEXITY_LIMIT
        ]
    return StageReport(
        stage="syntax",
        findings=tuple(findings),
        tools={"ruff": ruff_version(), "mypy": mypy_version(), "radon": radon_version()},
        facts=facts,
        seconds=time.perf_counter() - started,
    )


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
        return None, [_finding("python", "syntax", f"the code does not compile: {error.msg}", error.lineno)]
    except (ValueError, RecursionError, MemoryError) as error:
        return None, [
            _finding(
                "python", "syntax", f"the code does not compile: {str(error) or type(error).__name__}", None
            )
        ]
    return tree, found + [
        _finding("python", "warning", f"{warning.message}", warning.lineno, "warning") for warning in warned
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


def _severity(rule: str) -> Severity:
    return "warning" if rule in WARNING_RULES else "error"


def _finding(tool: str, rule: str, message: str, line: int | None, severity: Severity = "error") -> Finding:
    return Finding(stage="syntax", tool=tool, rule=rule, message=message, line=line, severity=severity)
