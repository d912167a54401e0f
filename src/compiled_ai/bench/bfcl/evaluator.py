"""The verdict on the calls of an answer, the same as that of BFCL's official pipeline, in our own process.

What counts is what `bfcl_eval`'s evaluation does with the calls that a model's native function calling gives
(https://github.com/ShishirPatil/gorilla/tree/main/berkeley-function-call-leaderboard), its oddities included: `docs/bfcl.md` lists them, and
`benchmarks/run_bfcl_differential.py` compares both on mutated answers. Where the official checker ends in an error of its own, the answer is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.bench.bfcl import java_values, javascript_values
from compiled_ai.bench.bfcl.source import BfclFunction
from compiled_ai.bench.bfcl.values import BrokenOffError, Expected, value_problem
from compiled_ai.bench.model import Verdict
from compiled_ai.spec.canonical import JsonObject, JsonValue

_PYTHON_KINDS: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
    "any": str,
}
_RIGHT = Verdict(score=1.0, right=True)


@dataclass(frozen=True, kw_only=True)
class _Language:
    kinds: Mapping[str, type]
    lists: frozenset[str]
    convert: Callable[[str, str, str | None], JsonValue] | None = None
    """From source text to the value. None: arguments are values already."""


_PYTHON = _Language(kinds=_PYTHON_KINDS, lists=frozenset(("array", "tuple")))
_JAVA = _Language(kinds=java_values.KINDS, lists=java_values.LISTS, convert=java_values.java_value)
_JAVASCRIPT = _Language(
    kinds=javascript_values.KINDS, lists=javascript_values.LISTS, convert=javascript_values.javascript_value
)


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    arguments: JsonObject


def judge_calls(
    functions: Sequence[BfclFunction], calls: JsonValue, accepted: Sequence[JsonObject], category: str
) -> Verdict:
    """The verdict on `calls`, a list of ``{"name": ..., "arguments": {...}}``, in a case of `category`. Never raises, whatever `calls` is.

    Args:
        functions: those that the case offers.
        calls: what was answered.
        accepted: for each call that is due the function's name with the accepted values of each parameter, in BFCL's form.
        category: BFCL's name of it; it decides the language and whether one call, several or none are due.
    """
    read = _read_calls(calls)
    if "relevance" in category:
        return _relevance(read, is_due="irrelevance" not in category)
    if read is None:
        return _wrong("the answer is no list of calls")
    try:
        problem = _problem(functions, read, accepted, category)
    except (BrokenOffError, RecursionError) as error:
        return _wrong(f"the official checker breaks off ({error})")
    return _RIGHT if problem is None else _wrong(problem)


def _wrong(reason: str) -> Verdict:
    return Verdict(score=0.0, right=False, reason=reason)


def _read_calls(calls: JsonValue) -> Sequence[_Call] | None:
    """The calls, or None when one is not in their form."""
    if not isinstance(calls, list):
        return None
    read = []
    for call in calls:
        name, arguments = (
            (call.get("name"), call.get("arguments")) if isinstance(call, dict) else (None, None)
        )
        if not isinstance(name, str) or not isinstance(arguments, dict):
            return None
        read.append(_Call(name, arguments))
    return read


def _relevance(calls: Sequence[_Call] | None, *, is_due: bool) -> Verdict:
    """Whether something is called at all is all that counts here, also a function that is not offered."""
    if bool(calls) is is_due:
        return _RIGHT
    return _wrong("no function is called" if is_due else "a function is called though none fits")


def _problem(
    functions: Sequence[BfclFunction], calls: Sequence[_Call], accepted: Sequence[JsonObject], category: str
) -> str | None:
    if "parallel" not in category and "multiple" not in category:
        if len(calls) != 1:
            return f"{len(calls)} calls where one is due"
        language = _language(category)
        return _call_problem(functions[0] if functions else None, calls[0], accepted[0], language)
    if len(calls) != len(accepted):
        return f"{len(calls)} calls where {len(accepted)} are due"
    remaining = list(calls)
    for due in accepted:
        function = next((item for item in functions if item.name == _due_name(due)), None)
        for index, call in enumerate(remaining):
            problem = _call_problem(function, call, due, _PYTHON)
            if problem is None:
                del remaining[index]
                break
        else:
            return problem if len(remaining) == 1 else f"no call fits the one of {_due_name(due)} that is due"
    return None


def _language(category: str) -> _Language:
    if "javascript" in category:
        return _JAVASCRIPT
    return _JAVA if "java" in category else _PYTHON


def _due_name(due: JsonObject) -> str:
    return next(iter(due))


def _call_problem(
    function: BfclFunction | None, call: _Call, due: JsonObject, language: _Language
) -> str | None:
    """Why `call` is not the one that is due; None when it is."""
    accepted = next(iter(due.values()))
    if function is None or not isinstance(accepted, dict):
        raise BrokenOffError("the function that is due is not offered")
    properties, required = function.parameters.get("properties"), function.parameters.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        raise BrokenOffError("the function's parameters are not described")
    if call.name != function.name:
        return f"{call.name} is called where {function.name} is due"
    for name in required:
        if name not in call.arguments:
            return f"{name} is required and missing"
    for name, value in call.arguments.items():
        if name not in properties or name not in accepted:
            return f"{name} is not expected"
        problem = _argument_problem(value, accepted[name], properties[name], language)
        if problem is not None:
            return f"{name}: {problem}"
    return next(
        (
            f"{name} is missing"
            for name, values in accepted.items()
            if name not in call.arguments and not _may_be_left_out(values)
        ),
        None,
    )


def _may_be_left_out(values: JsonValue) -> bool:
    if not isinstance(values, list):
        raise BrokenOffError("accepted values are no list")
    return "" in values


def _argument_problem(
    value: JsonValue, choices: JsonValue, document: JsonValue, language: _Language
) -> str | None:
    type_name = _type_name(document)
    kind = _kind(type_name, language)
    if language.convert is not None and not isinstance(value, str):
        return "the argument is no source text"
    item_type = None
    if type_name in language.lists and isinstance(document, dict):
        item_type = _type_name(document.get("items"))
    expected = Expected(kind, None if item_type is None else _kind(item_type, language))
    if language.convert is not None and isinstance(value, str):
        value = language.convert(value, type_name, item_type)
    elif type_name == "float" and type(value) is int:
        try:
            value = float(value)
        except OverflowError as error:
            raise BrokenOffError("a whole number is too large") from error
    return value_problem(value, choices, expected)


def _type_name(document: JsonValue) -> str:
    name = document.get("type") if isinstance(document, dict) else None
    if not isinstance(name, str):
        raise BrokenOffError("a parameter has no type")
    return name


def _kind(type_name: str, language: _Language) -> type:
    if type_name not in language.kinds:
        raise BrokenOffError(f"type {type_name!r} is unknown")
    return language.kinds[type_name]
