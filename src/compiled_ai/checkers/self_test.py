"""The checkers that the static stages call: their versions, where they are, and whether they can be trusted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from compiled_ai.checkers.bandit_tool import bandit_version, prove_bandit
from compiled_ai.checkers.complexity import prove_radon, radon_version
from compiled_ai.checkers.mypy_tool import mypy_version, prove_mypy
from compiled_ai.checkers.ruff_tool import find_ruff, prove_ruff, ruff_version
from compiled_ai.checkers.secrets_tool import prove_secrets, secrets_version
from compiled_ai.checkers.semgrep_tool import prove_semgrep, semgrep_version
from compiled_ai.checkers.tool_home import find_semgrep
from compiled_ai.errors import MissingToolError

MISSING = "missing"


def tool_versions() -> dict[str, str]:
    """Version by tool; ``missing`` for one that is absent."""
    lookups: dict[str, Callable[[], str]] = {
        "ruff": ruff_version,
        "mypy": mypy_version,
        "radon": radon_version,
        "bandit": bandit_version,
        "semgrep": semgrep_version,
        "detect-secrets": secrets_version,
    }
    return {tool: _found(lookup) for tool, lookup in lookups.items()}


def tool_places() -> dict[str, str]:
    """By tool the program that is run, ``missing``, or that it is a library of this Python."""
    programs = {"ruff": find_ruff, "semgrep": find_semgrep}
    return {
        tool: _found(programs[tool]) if tool in programs else "library in this process"
        for tool in tool_versions()
    }


def self_test(*, cache_dir: Path | None = None) -> dict[str, str]:
    """By tool ``ok``, or what is wrong and how to mend it. Each is asked afresh to find known-bad code.

    Args:
        cache_dir: Mypy's cache; None takes a fresh temporary one, which costs about a second.
    """
    with tempfile.TemporaryDirectory(prefix="compiled-ai-") as folder:
        mypy_cache = cache_dir or Path(folder)
        proofs: dict[str, Callable[[], None]] = {
            "ruff": prove_ruff.__wrapped__,
            "mypy": lambda: prove_mypy.__wrapped__(mypy_cache),
            "radon": prove_radon.__wrapped__,
            "bandit": prove_bandit.__wrapped__,
            "semgrep": lambda: prove_semgrep(afresh=True),
            "detect-secrets": prove_secrets.__wrapped__,
        }
        return {tool: _verdict(proof) for tool, proof in proofs.items()}


def _found(lookup: Callable[[], object]) -> str:
    try:
        return str(lookup())
    except MissingToolError:
        return MISSING


def _verdict(proof: Callable[[], None]) -> str:
    try:
        proof()
    except MissingToolError as error:
        return str(error)
    return "ok"
