"""Ruff, run as a program on a text: lint and format, with our rules only."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from compiled_ai.checkers.proof import refuse_misses
from compiled_ai.errors import MissingToolError

LINT_RULES = (
    "E9", "F", "B", "PLE",  # undefined and unused names, repeated keys, traps of closures and defaults
    "E711", "E712", "E713", "E714", "E721", "E722",  # comparisons with None, True and types; a bare except
    "D103", "D419",  # a public function has a docstring that says something
    "PIE794", "PLR0124", "PLR0133", "PLW0127", "PLW0128", "PLW0177",  # said twice, or compared with itself
    "PLR1704",  # a loop or handler takes the name of a parameter
    "PLW0120",  # `else` after a loop that has no `break`
    "SIM220", "SIM221", "SIM222", "SIM223",  # conditions that are always the same
    "ISC004",  # a comma forgotten in a table
    "ERA001",  # code in a comment
    "RUF016", "RUF024", "RUF026", "RUF032", "RUF034", "RUF060",
)  # fmt: skip
"""Rules that point at mistakes; matters of taste are left to the formatter."""

IGNORED_RULES = ("B007", "B904", "B905")
"""Matters of taste in such code: unused loop variables, ``raise from``, ``zip(strict=)``."""

WARNING_RULES = frozenset(("F401", "F541", "B033", "ERA001", "PLW0120"))
"""Untidy, but harmless: unused imports and variables, f-strings without fields, an item twice in a set, code in a comment."""

_HINTS = {
    "F401": "remove the import",
    "F601": "keep one of the two entries",
    "F632": "compare with ==",
    "F811": "remove one of the two, or rename it",
    "F821": "define it, import it or take it as a parameter",
    "F841": "remove it, or use it",
    "D103": "add one line that says what the function answers",
    "D419": "say in one line what the function answers",
    "B006": "use None or a tuple, and build the list inside",
    "B015": "use its result in an 'if', or remove it",
    "B018": "use its value, or remove it",
    "B020": "give the loop variable a name of its own",
    "B023": "pass it as a parameter with a default value",
    "E711": "write 'is None' or 'is not None'",
    "E721": "write isinstance(value, str)",
    "E722": "name the error, such as ValueError",
    "ISC004": "add the comma, or put the two texts in brackets",
    "PLE1310": "say each character once",
    "PLR0124": "compare it with something else",
    "PLR0133": "keep the branch that is taken, without the test",
    "PLW0127": "remove it",
    "PLW0128": "give each its own name",
    "PLW0177": "use math.isnan(x)",
    "RUF016": "use a whole number, or a dict",
    "RUF034": "keep the value, without the test",
    "RUF060": "put the values in, or remove the test",
    "PLR1704": "choose another name",
    "RUF032": "write the number as a text, such as Decimal('0.1')",
}
"""What to do, for rules whose message does not say it."""

KNOWN_BAD = "def f(a=[]):\n    return undefined_name  # noqa\n"
KNOWN_BAD_RULES = frozenset(("B006", "D103", "F821"))

_ISOLATED = (
    "--isolated",
    "--no-cache",
    "--quiet",
    "--stdin-filename",
    "activities.py",
    "--target-version",
    "py311",
)
_SECONDS = 30
_MEND = "install it again with 'pip install --force-reinstall ruff'"


@dataclass(frozen=True, kw_only=True)
class RuffIssue:
    """One diagnostic of ruff."""

    rule: str
    message: str
    line: int


class FormatError(ValueError):
    """A text that cannot be formatted because it does not parse. `line` says where, if ruff knows."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)


def find_ruff() -> Path:
    """The ruff program: the one beside the running Python, else the first on the path.

    Raises:
        MissingToolError: there is none.
    """
    beside = Path(sys.executable).parent / ("ruff.exe" if os.name == "nt" else "ruff")
    if beside.is_file():
        return beside
    found = shutil.which("ruff")
    if found is None:
        raise MissingToolError(f"ruff is neither beside {sys.executable} nor on the path; {_MEND}")
    return Path(found)


def ruff_version() -> str:
    """Version of the ruff that `find_ruff` finds.

    Raises:
        MissingToolError: it is absent or does not run.
    """
    return _version(find_ruff())


@cache
def _version(program: Path) -> str:
    return _run(["--version"], "", program=program).removeprefix("ruff").strip()


def lint(source: str) -> tuple[RuffIssue, ...]:
    """What ruff finds in `source` under our rules, whatever configuration or noqa comments lie around.

    Raises:
        MissingToolError: ruff is absent or broken.
    """
    output = _run(
        [
            "check",
            *_ISOLATED,
            "--ignore-noqa",
            "--exit-zero",
            "--output-format=json",
            f"--select={','.join(LINT_RULES)}",
            f"--ignore={','.join(IGNORED_RULES)}",
            "-",
        ],
        source,
    )
    try:
        return tuple(
            RuffIssue(
                rule=item["code"] or "invalid-syntax", message=_message(item), line=item["location"]["row"]
            )
            for item in json.loads(output)
        )
    except (ValueError, KeyError, TypeError) as error:
        raise MissingToolError(f"ruff's answer cannot be read ({error}); {_MEND}") from error


def _message(item: dict[str, Any]) -> str:
    """What ruff says, with the next step: ours, else what its fix would do."""
    hint = _HINTS.get(item["code"] or "") or str((item.get("fix") or {}).get("message") or "")
    hint = hint[:1].lower() + hint[1:]
    return (
        f"{item['message']}: {hint}"
        if hint and hint.lower() not in item["message"].lower()
        else item["message"]
    )


def format_source(source: str) -> str:
    """`source` with sorted imports and in ruff's format: the same text for the same code, whatever its layout.

    Raises:
        FormatError: `source` does not parse.
        MissingToolError: ruff is absent or broken.
    """
    try:
        source.encode()
        compile(source, "activities.py", "exec", flags=_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        raise FormatError(
            f"line {error.lineno}: {error.msg}; the code cannot be formatted", line=error.lineno
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise FormatError(f"the code cannot be formatted: {str(error) or type(error).__name__}") from error
    ordered = _run(["check", *_ISOLATED, "--select=I", "--fix-only", "--exit-zero", "-"], source)
    return _run(["format", *_ISOLATED, "--line-length=110", "-"], ordered)


_ONLY_AST = ast.PyCF_ONLY_AST


@cache
def prove_ruff() -> None:
    """Check once per process that ruff finds what it must.

    Raises:
        MissingToolError: it is absent, or finds nothing in known-bad code.
    """
    found = {issue.rule for issue in lint(KNOWN_BAD)}
    refuse_misses("ruff", KNOWN_BAD_RULES - found, mend=_MEND)


def _run(arguments: Sequence[str], text: str, *, program: Path | None = None) -> str:
    command = [str(program or find_ruff()), *arguments]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingToolError(f"ruff does not run ({error}); {_MEND}") from error
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip()[:500]
        raise MissingToolError(f"ruff failed with code {done.returncode}: {complaint}; {_MEND}")
    return done.stdout.decode()
