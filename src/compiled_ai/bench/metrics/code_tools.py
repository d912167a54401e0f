"""Ruff and mypy as counters for the summary. They start processes and keep caches, so whoever sums up asks for them."""

from __future__ import annotations

from pathlib import Path

from compiled_ai.bench.metrics.code_quality import CodeTools
from compiled_ai.checkers.mypy_tool import check_types
from compiled_ai.checkers.ruff_tool import lint


def lint_findings(source: str) -> int:
    """How much ruff finds in `source` under the rules of the syntax stage. About 20 ms.

    Raises:
        MissingToolError: ruff is absent or broken.
    """
    return len(lint(source))


def code_tools(cache_dir: Path | None = None) -> CodeTools:
    """Ruff, and mypy too where it is given a folder for its cache (a second at first, some hundredths later)."""
    if cache_dir is None:
        return CodeTools(lint=lint_findings)
    return CodeTools(lint=lint_findings, types=lambda source: len(check_types(source, cache_dir=cache_dir)))
