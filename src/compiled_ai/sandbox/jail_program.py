"""Generated code as the jail runs it: loaded with few builtins, called case by case, every end turned into facts.

Lies below `jail_worker` and runs in the jail only. The short list of builtins is a second line behind the subset check, and no boundary: whoever
reaches an object of the standard library reaches everything. The boundary is the process and its locks.
"""

from __future__ import annotations

import builtins
import json
import math
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from compiled_ai.artifact.plan import compile_plan, given_for
from compiled_ai.modules import Abstain

if TYPE_CHECKING:
    from compiled_ai.artifact.plan import Items, Plan
    from compiled_ai.artifact.workflow import Activity, PlannedStep, Workflow

IMPORTS_OF_C_CODE = ("_strptime", "time")
"""What `datetime` imports on use in the name of its caller; without them strptime and strftime would fail."""

LOADED_ON_USE: Mapping[str, str] = {"phones": "compiled_ai.modules._phones"}
"""What our modules load when a function needs it, by the module that does: too slow to load for every job, and too late behind the locks."""

MODULE_NAME = "activities"
_DETAIL_CHARS = 500
_DEEPEST = 100
_LANGUAGE = ("__build_class__", "object")

_dumps, _loads, _clock = json.dumps, json.loads, time.perf_counter
"""Held by names of our own, so that a function put in their place by generated code is not called. What lies below them can still be replaced."""


class _NeedsModelError(Exception):
    """A step that a model or an effect answers was reached, and the case gives no output for it."""


class _NotJsonError(Exception):
    """What came out is not JSON data."""


class _TooLargeError(Exception):
    """What came out is longer than allowed."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """Generated code, loaded."""

    plan: Plan
    activities: Mapping[str, Activity]
    """By step id."""
    path: str
    """File name of the code in tracebacks."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How every case of a job is called."""

    calls: int
    output_bytes: int
    beat: Callable[[float], None] | None
    """Called before each call but the first, with the time at which the first began."""


class End(NamedTuple):
    """How one call ended."""

    status: str
    output: str | None
    """As JSON."""
    detail: str
    line: int | None


def loaded_on_use(source: str) -> tuple[str, ...]:
    """Modules that have to be loaded before `source` runs, because it may call what loads them."""
    return tuple(name for word, name in LOADED_ON_USE.items() if word in source)


def load_program(
    source: str, path: str, workflow: Workflow, *, names: Collection[str], imports: Collection[str]
) -> Program:
    """Compile and import `source`, with the builtins `names` and the modules `imports` only.

    Raises:
        BaseException: whatever the code raises while it is imported.
    """
    module = ModuleType(MODULE_NAME)
    module.__file__ = path
    vars(module)["__builtins__"] = _safe_builtins(names, imports)
    sys.modules[MODULE_NAME] = module  # typing and collections look up the module of a class
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))  # noqa: S102 - running generated code is what the jail is for
    activities: dict[str, Activity] = {}
    for step in workflow.steps:
        if not step.is_outside:
            activity = vars(module).get(step.id)
            if not callable(activity):
                raise NameError(f"activities.py has no function '{step.id}'")
            activities[step.id] = cast("Activity", activity)
    return Program(plan=compile_plan(workflow, activities), activities=activities, path=path)


def run_case(program: Program, text: str, given: Mapping[str, Any], terms: Terms) -> str:
    """The row, as JSON, of the case whose input is the JSON `text`. Nothing that the code does escapes, short of ending the process.

    Args:
        program: The code.
        text: Just as `json.dumps` writes it.
        given: Outputs of bounded and effect steps by step id, those for one item by place.
        terms: How to call it.
    """
    first, data, seconds = _call(program, text, given, terms)
    mutated, steady = _is_changed(data, text), True
    begun = _clock() - seconds
    for _ in range(terms.calls - 1):
        if terms.beat:
            terms.beat(begun)
        again, data, _unused = _call(program, text, given, terms)
        mutated = mutated or _is_changed(data, text)
        steady = steady and (first.status, first.output, first.detail) == (
            again.status,
            again.output,
            again.detail,
        )
    return (
        f'{{"kind": "row", "status": "{first.status}", "output": {first.output or "null"}, "detail": {_dumps(first.detail)}, '
        f'"line": {first.line or "null"}, "mutated_input": {_dumps(mutated)}, "seconds": {seconds!r}, "steady": {_dumps(steady)}}}'
    )


def _call(program: Program, text: str, given: Mapping[str, Any], terms: Terms) -> tuple[End, object, float]:
    """How one call ended, its input as the code left it, and the seconds it took."""
    data: Any = None

    def answer_outside(step: PlannedStep, _taken: object, items: Items) -> Any:
        output = given_for(given, step.id, items)
        if output is None:
            raise _NeedsModelError(
                f"the {step.kind} step '{step.id}' was reached and the case gives no output for it"
            )
        return _loads(_dumps(output))

    started = _clock()
    try:
        data = _loads(text)
        output = program.plan(data, answer_outside)
        end = End(status="answered", output=_checked(output, terms.output_bytes), detail="", line=None)
    except BaseException as error:  # noqa: BLE001 - the boundary: every failure of generated code is a row
        end = describe(error, program.path)
    return end, data, _clock() - started


def describe(error: BaseException, path: str) -> End:
    """How `error` ends a case: status, detail and the line in `path`, without an output."""
    line = _line_of(error, path)
    place = f" at line {line}" if line else ""
    detail = f"{type(error).__name__}{place}: {_text_of(error)}".removesuffix(": ")
    match error:
        case Abstain():
            status, detail = "abstained", str(error.reason)
        case _NeedsModelError():
            status, detail = "needs_model", str(error)
        case _NotJsonError():
            status, detail = "crashed", str(error)
        case _TooLargeError():
            status, detail = "output_too_large", str(error)
        case MemoryError():
            status = "out_of_memory"
        case _:
            status = "crashed"
    return End(status=status, output=None, detail=detail[:_DETAIL_CHARS], line=line)


def _safe_builtins(names: Collection[str], imports: Collection[str]) -> dict[str, object]:
    admitted = {*imports, *IMPORTS_OF_C_CODE}

    def guarded_import(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of the builtin
        locals: Mapping[str, object] | None = None,  # noqa: A002 - the names of the builtin
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if level or name not in admitted:
            raise ImportError(f"compiled code may not import '{name}'")
        return __import__(name, globals, locals, fromlist, level)

    exceptions = [
        name
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    ]
    chosen = {
        name: getattr(builtins, name) for name in (*names, *exceptions, *_LANGUAGE) if hasattr(builtins, name)
    }
    return {**chosen, "__import__": guarded_import}


def _checked(output: object, output_bytes: int) -> str:
    """`output` as JSON with its keys in the order in which they came, if it is a JSON object of at most `output_bytes`."""
    _check_json(output, "")
    if type(output) is not dict:
        raise _NotJsonError(f"returned {type(output).__name__}, which is not a JSON object")
    text = _dumps(output)
    if len(text) > output_bytes:
        raise _TooLargeError(f"returned {len(text)} bytes of JSON; at most {output_bytes} are allowed")
    return text


def _check_json(value: object, where: str, *, depth: int = 0) -> None:
    """Exact types only: a tuple, an enum or a subclass of dict would come out of storage as something else."""
    kind = type(value)
    if depth > _DEEPEST:
        raise _NotJsonError(f"returned data nested deeper than {_DEEPEST} levels")
    if kind is dict:
        for key, item in cast("dict[object, object]", value).items():
            if type(key) is not str:
                raise _NotJsonError(
                    f"returned a key of type {type(key).__name__}{_at(where)}, which is not JSON data"
                )
            _check_json(item, f"{where}.{key}" if depth < 3 else where, depth=depth + 1)
    elif kind is list:
        for item in cast("list[object]", value):
            _check_json(item, where, depth=depth + 1)
    elif kind is float and not math.isfinite(cast("float", value)):
        raise _NotJsonError(f"returned {value}{_at(where)}, which is not JSON data")
    elif kind not in (str, int, float, bool, type(None)):
        raise _NotJsonError(f"returned {kind.__name__}{_at(where)}, which is not JSON data")


def _at(where: str) -> str:
    return f" in '{where[1:]}'" if where else ""


def _is_changed(data: object, text: str) -> bool:
    try:
        return _dumps(data) != text
    except Exception:  # noqa: BLE001 - what cannot be written as JSON any more was changed
        return True


def _line_of(error: BaseException, path: str) -> int | None:
    """The innermost line of the generated code that `error` passed through."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    line = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _text_of(error: BaseException) -> str:
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:  # noqa: BLE001 - the exception's class may be generated code
        return "its text cannot be made"
