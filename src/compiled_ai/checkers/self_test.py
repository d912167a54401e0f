"""The checkers that the static stages call: their versions, and whether they can be trusted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from compiled_ai.checkers.bandit_tool import bandit_version, prove_bandit
from compiled_ai.checkers.complexity import prove_radon, radon_version
from compiled_ai.checkers.mypy_tool import mypy_version, prove_mypy
from compiled_ai.checkers.ruff_tool import prove_ruff, ruff_version
from compiled_ai.errors import MissingToolError


def tool_versions() -> dict[str, str]:
    """Version by tool; ``missing`` for one that is absent."""
    lookups: dict[str, Callable[[], str]] = {
        "ruff": ruff_version,
        "mypy": mypy_version,
        "radon": radon_version,
        "bandit": bandit_version,
    }
    return {tool: _version(lookup) for tool, lookup in lookups.items()}


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
        }
        return {tool: _verdict(proof) for tool, proof in proofs.items()}


def _version(lookup: Callable[[], str]) -> str:
    try:
        return lookup()
    except MissingToolError:
        return "missing"


def _verdict(proof: Callable[[], None]) -> str:
    try:
        proof()
    except MissingToolError as error:
        return str(error)
    return "ok"
