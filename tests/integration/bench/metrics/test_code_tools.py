"""Ruff and mypy as counters; they run as the syntax stage runs them."""

from __future__ import annotations

from pathlib import Path

from compiled_ai.bench.metrics.code_tools import code_tools

CLEAN = '"""Adds."""\n\n\ndef add(x: int) -> int:\n    """Return one more."""\n    return x + 1\n'
UNTIDY = "import os\n\n\ndef add(x):\n    return x + 1\n"


def test_linter_counts_what_it_finds() -> None:
    tools = code_tools()
    assert tools.lint is not None
    assert (tools.lint(CLEAN), tools.types) == (0, None)
    assert tools.lint(UNTIDY) > 0


def test_type_checker_comes_with_a_folder_for_its_cache(tmp_path: Path) -> None:
    types = code_tools(tmp_path).types
    assert types is not None
    assert types(CLEAN) == 0
    assert types(UNTIDY) > 0
