"""BFCL's own AST checker, unchanged, in a process of its own.

The checker's dependencies clash with ours, but of them it needs only one thing: which models write underscores for dots in names of
functions. That table is given to it empty, for names are compared as they are.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.bench.bfcl_source import BfclFunction, ensure_bfcl
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue

_SECONDS = 600
_PROGRAM = """
import collections, json, sys, types
stub = types.ModuleType("bfcl_eval.constants.model_config")
stub.MODEL_CONFIG_MAPPING = collections.defaultdict(lambda: types.SimpleNamespace(underscore_to_dot=False))
sys.modules[stub.__name__] = stub
sys.path.insert(0, sys.argv[1])
from bfcl_eval.constants.enums import Language
from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker
for line in sys.stdin:
    functions, calls, answers, category = json.loads(line)
    verdict = ast_checker(functions, calls, answers, Language.PYTHON, category, "ours")
    error = verdict.get("error") or []
    print(json.dumps([bool(verdict["valid"]), str(error[0] if error else "")[:400]]), flush=True)
"""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One answer to be judged."""

    functions: tuple[BfclFunction, ...]
    name: str
    """The function that was called."""
    arguments: JsonObject
    accepted: JsonObject
    """From the right function's name to its parameters with their acceptable values."""


@dataclass(frozen=True, kw_only=True)
class OfficialVerdict:
    """What the official checker says."""

    right: bool
    reason: str
    """Empty when right."""


def judge(items: Sequence[Judgement], *, home: Path | None = None) -> list[OfficialVerdict]:
    """The official verdict on each of `items`, in their order.

    Raises:
        MissingToolError: the checker cannot be fetched, or it broke.
    """
    lines = "".join(json.dumps(_request(item)) + "\n" for item in items)
    command = [sys.executable, "-I", "-B", "-c", _PROGRAM, str(ensure_bfcl(home))]
    try:
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingToolError(f"BFCL's checker did not run ({error}); try again") from error
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(rows) != len(items):
        raise MissingToolError(
            f"BFCL's checker broke after {len(rows)} of {len(items)} answers: {done.stderr[-400:]}"
        )
    return [OfficialVerdict(right=right, reason=reason) for right, reason in rows]


def _request(item: Judgement) -> list[object]:
    functions = [
        {"name": function.name, "description": function.description, "parameters": function.parameters}
        for function in item.functions
    ]
    category = "simple_python" if len(functions) == 1 else "multiple"
    accepted = {name: _with_lists(values) for name, values in item.accepted.items()}
    return [functions, [{item.name: item.arguments}], [accepted], category]


def _with_lists(values: JsonValue) -> JsonValue:
    """Acceptable values with a list for each field of an object too; the checker breaks on a plain value there."""
    if not isinstance(values, dict):
        return values
    return {
        name: [_in_lists(option) for option in options] if isinstance(options, list) else options
        for name, options in values.items()
    }


def _in_lists(option: JsonValue) -> JsonValue:
    if not isinstance(option, dict):
        return option
    return {name: value if isinstance(value, list) else [value] for name, value in option.items()}
