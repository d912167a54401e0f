"""BFCL's own evaluation, unchanged, in a process of its own: the AST checker alone, or the whole single-turn pipeline around it.

Its dependencies clash with ours, but of them this part needs only one thing: which models write underscores for dots in names of functions.
That table is given to it empty, for names are compared as they are. The other modules that it imports (pandas, the providers' clients, the parsers of
Java and JavaScript that read what a model without function calling writes) are stood in for by empty ones: they take no part in a verdict on calls.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compiled_ai.bench.bfcl.source import BfclFunction, ensure_bfcl
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

_PIPELINE = """
import collections, json, signal, sys, types

def stub(name, **given):
    def missing(attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return object
    module = sys.modules[name] = types.ModuleType(name)
    module.__dict__.update(given, __getattr__=missing, __path__=[])

class Handler:
    def decode_ast(self, result, *options, **named):
        return result

def stop(*_):
    raise InterruptedError("no verdict in time")

models = collections.defaultdict(lambda: types.SimpleNamespace(underscore_to_dot=False))
package = "bfcl_eval."
stub(package + "constants.model_config", MODEL_CONFIG_MAPPING=models)
for name in (
    "dotenv", "tqdm", "filelock", "numpy", "pandas", package + "constants.eval_config", package + "model_handler",
    package + "model_handler.base_handler", package + "model_handler.utils", package + "eval_checker.eval_runner_helper",
    package + "eval_checker.agentic_eval.agentic_checker", package + "eval_checker.multi_turn_eval.multi_turn_checker",
    package + "eval_checker.multi_turn_eval.multi_turn_utils",
):
    stub(name)
sys.path.insert(0, sys.argv[1])
from bfcl_eval.constants.enums import Language, ReturnFormat
from bfcl_eval.eval_checker import eval_runner as runner

LANGUAGES = {
    "simple_java": (Language.JAVA, ReturnFormat.JAVA), "simple_javascript": (Language.JAVASCRIPT, ReturnFormat.JAVASCRIPT),
}

def verdict(category, functions, calls, answers):
    entry = {"function": functions}
    if "relevance" in category:
        return runner._evaluate_single_relevance_entry(Handler(), "case", calls, entry, "ours", category)
    language, form = LANGUAGES.get(category, (Language.PYTHON, ReturnFormat.PYTHON))
    return runner._evaluate_single_ast_entry(
        Handler(), "case", calls, answers, entry, "ours", category, language, form, False
    )

out, sys.stdout = sys.stdout, sys.stderr
if hasattr(signal, "SIGALRM"):
    signal.signal(signal.SIGALRM, stop)
for line in sys.stdin:
    try:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 10)
        found = verdict(*json.loads(line))
        row = [bool(found["valid"]), str(found.get("error_type", "")), str(found.get("error", ""))[:400]]
    except InterruptedError as error:
        row = [False, "hung", str(error)]
    except Exception as error:
        row = [False, "broke", repr(error)[:400]]
    print(json.dumps(row), file=out, flush=False)
out.flush()
"""

_READER = """
import json, signal, sys
sys.path.insert(0, sys.argv[1])
from bfcl_eval.eval_checker.ast_eval.type_convertor.java_type_converter import java_type_converter
from bfcl_eval.eval_checker.ast_eval.type_convertor.js_type_converter import js_type_converter

def stop(*_):
    raise InterruptedError("no value in time")

READERS = {"java": java_type_converter, "javascript": js_type_converter}
out, sys.stdout = sys.stdout, sys.stderr
if hasattr(signal, "SIGALRM"):
    signal.signal(signal.SIGALRM, stop)
for line in sys.stdin:
    language, text, type_name, item_type = json.loads(line)
    try:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 10)
        row = ["read", READERS[language](text, type_name, item_type)]
    except InterruptedError as error:
        row = ["hung", None]
    except Exception as error:
        row = ["broke", None]
    print(json.dumps(row), file=out, flush=False)
out.flush()
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


@dataclass(frozen=True, kw_only=True)
class PipelineJudgement:
    """One answer to be judged by the whole pipeline."""

    category: str
    functions: tuple[BfclFunction, ...]
    calls: JsonValue
    """As of `evaluator.judge_calls`."""
    accepted: Sequence[JsonObject]


@dataclass(frozen=True, kw_only=True)
class PipelineVerdict:
    """What the official pipeline says."""

    right: bool
    kind: str
    """Its own name of the error; ``broke`` when it ended in an error, ``hung`` when it took more than ten seconds; empty when right."""
    reason: str


def judge_by_pipeline(
    items: Sequence[PipelineJudgement], *, home: Path | None = None
) -> list[PipelineVerdict]:
    """The official verdict on each of `items`, in their order, as on the calls of a model with native function calling.

    Raises:
        MissingToolError: the evaluation cannot be fetched, or its process broke.
    """
    requests: list[object] = [
        [item.category, _documents(item.functions), _official_calls(item.calls), list(item.accepted)]
        for item in items
    ]
    rows = _rows(_PIPELINE, requests, home)
    return [PipelineVerdict(right=right, kind=kind, reason=reason) for right, kind, reason in rows]


@dataclass(frozen=True, kw_only=True)
class SourceText:
    """An argument of a Java or JavaScript function, as source."""

    language: Literal["java", "javascript"]
    text: str
    type_name: str
    item_type: str | None


def read_by_official(
    texts: Sequence[SourceText], *, home: Path | None = None
) -> list[tuple[Literal["read", "broke", "hung"], JsonValue]]:
    """What the official checker reads out of each of `texts`; ``hung`` when it takes more than ten seconds.

    Raises:
        MissingToolError: the checker cannot be fetched, or its process broke.
    """
    requests = [[item.language, item.text, item.type_name, item.item_type] for item in texts]
    return [(outcome, value) for outcome, value in _rows(_READER, requests, home)]


def _official_calls(calls: JsonValue) -> JsonValue:
    """Calls in the official form, which is from the name to the arguments; what is not in our form goes as it is, so that it is in neither."""
    if not isinstance(calls, list):
        return calls
    return [_official_call(call) for call in calls]


def _official_call(call: JsonValue) -> JsonValue:
    name = call.get("name") if isinstance(call, dict) else None
    return {name: call.get("arguments")} if isinstance(call, dict) and isinstance(name, str) else None


def judge(items: Sequence[Judgement], *, home: Path | None = None) -> list[OfficialVerdict]:
    """The verdict of the official checker on each of `items`, in their order.

    Raises:
        MissingToolError: the checker cannot be fetched, or it broke.
    """
    rows = _rows(_PROGRAM, [_request(item) for item in items], home)
    return [OfficialVerdict(right=right, reason=reason) for right, reason in rows]


def _rows(program: str, requests: Sequence[object], home: Path | None) -> list[Any]:
    """What `program` says to each of `requests`."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    command = [sys.executable, "-I", "-B", "-c", program, str(ensure_bfcl(home))]
    try:
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingToolError(f"BFCL's checker did not run ({error}); try again") from error
    rows: list[Any] = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(rows) != len(requests):
        raise MissingToolError(
            f"BFCL's checker broke after {len(rows)} of {len(requests)} answers: {done.stderr[-400:]}"
        )
    return rows


def _documents(functions: Sequence[BfclFunction]) -> list[JsonObject]:
    return [
        {"name": function.name, "description": function.description, "parameters": function.parameters}
        for function in functions
    ]


def _request(item: Judgement) -> list[object]:
    functions = _documents(item.functions)
    category = "simple_python" if len(functions) == 1 else "multiple"
    accepted = {name: with_lists(values) for name, values in item.accepted.items()}
    return [functions, [{item.name: item.arguments}], [accepted], category]


def with_lists(values: JsonValue) -> JsonValue:
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
