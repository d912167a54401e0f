"""What passes between the runner and a worker: lines of JSON. No pickle."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic import JsonValue as AnyJson

from compiled_ai import errors
from compiled_ai.bench import model
from compiled_ai.bench.model import Answer, Example, Prepared, Task, Tool
from compiled_ai.spec.canonical import JsonObject, JsonValue

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATTRIBUTES = ("variable", "key")


class WireError(Exception):
    """A line that is not what the other side may say."""


def _checked(kind: type[Answer] | type[Prepared]) -> type[BaseModel]:
    """A model with the fields of `kind`, whatever they are: pydantic cannot resolve our own recursive alias for JSON."""
    names = {**vars(model), "JsonValue": AnyJson, "JsonObject": dict[str, AnyJson]}
    hints = get_type_hints(kind, globalns=names)
    fields = {item.name: (hints[item.name], ...) for item in dataclasses.fields(kind)}
    return create_model(kind.__name__, __config__=ConfigDict(extra="forbid"), **fields)  # type: ignore[call-overload,no-any-return]  # a model of types known at run time


_ANSWER, _PREPARED = _checked(Answer), _checked(Prepared)


def line_of(message: JsonObject) -> bytes:
    """`message` as one line.

    Raises:
        ValueError: it holds NaN or an infinity, or is nested too deeply.
        TypeError: it holds something that JSON cannot carry.
    """
    try:
        return json.dumps(message, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_line(line: bytes) -> JsonObject:
    """The message in `line`.

    Raises:
        WireError: there is none.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(str(error)) from error
    if not isinstance(message, dict):
        raise WireError("a message is an object")
    return message


def task_json(task: Task) -> JsonObject:
    """`task` as data."""
    return {**_shallow(task), "tools": _objects(task.tools), "examples": _objects(task.examples)}


def read_task(data: JsonValue) -> Task:
    """The task that `task_json` wrote."""
    assert isinstance(data, dict)
    tools, examples = data["tools"], data["examples"]
    assert isinstance(tools, list)
    assert isinstance(examples, list)
    fields: dict[str, object] = {
        **data,
        "tools": tuple(Tool(**_fields(tool)) for tool in tools),
        "examples": tuple(Example(**_fields(example)) for example in examples),
    }
    return Task(**fields)  # type: ignore[arg-type]  # written by `task_json`


def answer_json(answer: Answer) -> JsonObject:
    """`answer` as data."""
    return {**_shallow(answer), "calls": _objects(answer.calls)}


def read_answer(data: JsonValue) -> Answer:
    """The answer that `answer_json` wrote.

    Raises:
        WireError: it is none.
    """
    try:
        return Answer(**dict(_ANSWER.model_validate(data)))
    except ValidationError as error:
        raise WireError(str(error)) from error


def prepared_json(prepared: Prepared) -> JsonObject:
    """`prepared` as data."""
    return {**_shallow(prepared), "calls": _objects(prepared.calls)}


def read_prepared(data: JsonValue) -> Prepared:
    """What `prepared_json` wrote.

    Raises:
        WireError: it is none.
    """
    try:
        return Prepared(**dict(_PREPARED.model_validate(data)))
    except ValidationError as error:
        raise WireError(str(error)) from error


def error_json(error: errors.CompiledAIError) -> JsonObject:
    """`error` as data."""
    data: JsonObject = {"kind": type(error).__name__, "message": str(error)}
    for name in _ATTRIBUTES:
        value = getattr(error, name, None)
        if isinstance(value, str):
            data[name] = value
    return data


def revive(data: JsonValue) -> errors.CompiledAIError:
    """The operator's error that `error_json` was made of; of a class that needs more than that, a plain `OperatorError`."""
    if not isinstance(data, dict):
        return errors.OperatorError(str(data))
    kind = getattr(errors, str(data.get("kind")), errors.OperatorError)
    message = str(data.get("message"))
    attributes = {name: data[name] for name in _ATTRIBUTES if name in data}
    try:
        made = kind(message, **attributes)
    except TypeError:
        return errors.OperatorError(message)
    return made if isinstance(made, errors.OperatorError) else errors.OperatorError(message)


def _fields(data: JsonValue) -> dict[str, Any]:
    assert isinstance(data, dict)
    return data


def _shallow(value: Answer | Prepared | Task) -> JsonObject:
    return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}


def _objects(values: Sequence[Tool] | Sequence[Example] | Sequence[object]) -> list[JsonValue]:
    return [dict(vars(value)) for value in values]
