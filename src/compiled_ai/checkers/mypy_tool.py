"""Mypy, run in this process in strict mode on one text, with a cache that stays."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from compiled_ai.checkers.mypy_library import library_config
from compiled_ai.errors import MissingToolError

KNOWN_BAD = """from compiled_ai.modules import abstain


def f(x: int) -> str:
    if x:
        abstain(1)
    return x


def g(x):
    return x
"""
"""Mypy must resolve `compiled_ai.modules`, check types and insist on annotations."""
KNOWN_BAD_RULES = frozenset(("arg-type", "return-value", "no-untyped-def"))

_MEND = "install it again with 'pip install --force-reinstall mypy', or empty its cache folder"
_LOCK = threading.Lock()
"""Mypy keeps its options in globals: one run at a time."""


@dataclass(frozen=True, kw_only=True)
class MypyIssue:
    """One error of mypy."""

    rule: str
    message: str
    line: int


def mypy_version() -> str:
    """Version of the installed mypy.

    Raises:
        MissingToolError: it is not installed.
    """
    try:
        return metadata.version("mypy")
    except metadata.PackageNotFoundError as error:
        raise MissingToolError(f"mypy is not installed; {_MEND}") from error


def check_types(source: str, *, cache_dir: Path) -> tuple[MypyIssue, ...]:
    """Type errors in `source` under strict rules, with `compiled_ai.modules` of the running Python resolved.

    A first run on an empty `cache_dir` takes about a second, later ones a few hundredths.

    Raises:
        MissingToolError: mypy is absent, crashed, or refused its arguments.
    """
    try:
        from mypy import api
    except ImportError as error:
        raise MissingToolError(f"mypy cannot be imported ({error}); {_MEND}") from error
    arguments = [
        "--strict",
        f"--config-file={library_config(cache_dir)}",
        f"--python-executable={sys.executable}",
        f"--cache-dir={cache_dir}",
        "--follow-imports=silent",
        "--no-error-summary",
        "--show-error-codes",
        "--no-color-output",
        "--output=json",
        "-c",
        source,
    ]
    with _LOCK:
        try:
            output, complaint, code = api.run(arguments)
        except Exception as error:  # a boundary: whatever mypy dies of, the stage fails closed
            raise MissingToolError(f"mypy crashed ({type(error).__name__}: {error}); {_MEND}") from error
    issues = _read(output)
    if code not in {0, 1} and not any(issue.rule == "syntax" for issue in issues):
        raise MissingToolError(f"mypy failed with code {code}: {complaint.strip()[-500:]}; {_MEND}")
    if code == 1 and not issues:
        raise MissingToolError(f"mypy reports errors but names none: {complaint.strip()[-500:]}; {_MEND}")
    return issues


def _read(output: str) -> tuple[MypyIssue, ...]:
    try:
        rows = [json.loads(line) for line in output.splitlines() if line.strip()]
        return tuple(
            MypyIssue(rule=row["code"] or "misc", message=row["message"], line=row["line"])
            for row in rows
            if row["severity"] == "error"
        )
    except (ValueError, KeyError, TypeError) as error:
        raise MissingToolError(f"mypy's answer cannot be read ({error}): {output[:500]}; {_MEND}") from error


@cache
def prove_mypy(cache_dir: Path) -> None:
    """Check once per process and cache folder that mypy finds what it must.

    Raises:
        MissingToolError: it is absent, or misses errors in known-bad code.
    """
    found = {issue.rule for issue in check_types(KNOWN_BAD, cache_dir=cache_dir)}
    if not found >= KNOWN_BAD_RULES:
        missing = ", ".join(sorted(KNOWN_BAD_RULES - found))
        raise MissingToolError(
            f"mypy misses {missing} in known-bad code, so its silence proves nothing; {_MEND}"
        )
