"""Mypy, run in this process in strict mode on one text, with a cache that stays."""

from __future__ import annotations

import gc
import itertools
import json
import sys
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compiled_ai.checkers.mypy_library import library_config
from compiled_ai.checkers.proof import installed_version, refuse_misses
from compiled_ai.errors import MissingToolError

KNOWN_BAD = """from typing import Any

from compiled_ai.modules import abstain


def f(x: int) -> str:
    if x:
        abstain(1)
    return x


def g(x):
    return x


def h(x: str, y: Any) -> int:
    if x == "a":
        z = 1
    if not isinstance(x, str):
        return 2
    return z
"""
"""Mypy must resolve `compiled_ai.modules`, check types and insist on annotations."""
KNOWN_BAD_RULES = frozenset(
    ("arg-type", "return-value", "no-untyped-def", "unreachable", "possibly-undefined", "explicit-any")
)
WARNING_RULES = frozenset(("redundant-expr",))
"""A test that is always true, beside others: untidy, but harmless."""

_HINTS = {
    "no-untyped-def": "annotate every parameter and the result",
    "type-arg": "say what it holds, as in dict[str, int] or list[str]",
    "explicit-any": "write the type, or 'object' and test it with isinstance",
    "unreachable": "remove it, or mend the condition before it",
    "possibly-undefined": "give it a value before the branches",
    "redundant-expr": "remove that part of the condition",
    "union-attr": "test for None first, and abstain or go another way",
    "operator": "test for None first, or convert both sides to one type",
    "arg-type": "convert the value, or mend the annotation",
    "return-value": "convert the value; a str is no Literal: return it from a table or branch that is one",
    "return": "return a value on every way, or call abstain('why')",
    "typeddict-item": "give the field the type that its class names; read an optional one with data.get('x')",
    "no-any-return": "test the value with isinstance before you return it",
    "var-annotated": "annotate it, as in rows: list[str] = []",
    "name-defined": "define it, import it or take it as a parameter",
    "attr-defined": "use a name that is there; isinstance tells which type a value has",
    "comparison-overlap": "the two can never be equal: compare values of one type",
    "truthy-function": "call the function",
    "index": "test with isinstance or for None before you index it",
}
"""What to do, by mypy's error code."""

STRICTER = (
    "--warn-unreachable",
    "--disallow-any-explicit",
    "--disallow-any-unimported",
    "--enable-error-code=possibly-undefined",
    "--enable-error-code=redundant-expr",
    "--enable-error-code=truthy-bool",
    "--enable-error-code=truthy-iterable",
)
"""Beyond ``--strict``: branches that are never taken, names that may be unset, ``Any`` written out. Expressions of type Any stay allowed: what `json.loads` gives is one until it was looked at."""

_MEND = "install it again with 'pip install --force-reinstall mypy', or empty its cache folder"
_RUNS = itertools.count(1)
_RUNS_BETWEEN_COLLECTIONS = 25
"""A run leaves some 6 MB in cycles, which mypy moves to where the collector hardly ever looks."""
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
    return installed_version("mypy", mend=_MEND)


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
        *STRICTER,
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
            if next(_RUNS) % _RUNS_BETWEEN_COLLECTIONS == 0:
                gc.collect()
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
            MypyIssue(
                rule=row["code"] or "misc", message=_message(row["message"], row["code"]), line=row["line"]
            )
            for row in rows
            if row["severity"] == "error"
        )
    except (ValueError, KeyError, TypeError) as error:
        raise MissingToolError(f"mypy's answer cannot be read ({error}): {output[:500]}; {_MEND}") from error


def _message(said: str, code: str | None) -> str:
    hint = _HINTS.get(code or "")
    return said if hint is None else f"{said}: {hint}"


@cache
def prove_mypy(cache_dir: Path) -> None:
    """Check once per process and cache folder that mypy finds what it must.

    Raises:
        MissingToolError: it is absent, or misses errors in known-bad code.
    """
    found = {issue.rule for issue in check_types(KNOWN_BAD, cache_dir=cache_dir)}
    refuse_misses("mypy", KNOWN_BAD_RULES - found, mend=_MEND)
