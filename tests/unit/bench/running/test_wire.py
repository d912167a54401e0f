from __future__ import annotations

import dataclasses

import pytest

from compiled_ai import errors
from compiled_ai.bench.model import Answer, Example, ModelCall, Prepared, Task, Tool
from compiled_ai.bench.running.wire import (
    WireError,
    answer_json,
    error_json,
    line_of,
    prepared_json,
    read_answer,
    read_line,
    read_prepared,
    read_task,
    revive,
    task_json,
)
from compiled_ai.spec.canonical import JsonObject, JsonValue

CALL = ModelCall(input_tokens=1, output_tokens=2, seconds=0.5, first_token_seconds=0.1, by_hand=True)
TASK = Task(
    task_id="t",
    instructions="ünïcode \ud800",
    output_schema={"type": "object"},
    form="calls",
    tools=(Tool(name="f", description="d", parameters={"type": "object"}),),
    spec="name: x",
    examples=(Example(input={"a": 1}, output=None), Example(input={}, output={"calls": []})),
)
ANSWER = Answer(
    output={"a": [1, 2.5, None, "\ud800"]}, seconds=0.1, calls=(CALL,), cold=True, trace={"k": []}
)
PREPARED = Prepared(identity="i", calls=(CALL,), seconds=1.0, problem="p", details={"code": "x"})


def _over(data: JsonObject) -> JsonObject:
    return read_line(line_of(data))


def test_tasks_answers_and_preparations_come_over_whole() -> None:
    assert read_task(_over(task_json(TASK))) == TASK
    assert read_answer(_over(answer_json(ANSWER))) == ANSWER
    assert read_prepared(_over(prepared_json(PREPARED))) == PREPARED


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_carry_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        line_of({"a": value})


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: JsonValue = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested too deeply"):
        line_of({"a": deep})


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"[" * 100_000, b"\xff"])
def test_a_line_that_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(WireError):
        read_line(line)


@pytest.mark.parametrize("change", [{"declined": "maybe"}, {"seconds": None}, {"more": 1}, {"calls": [{}]}])
def test_an_answer_of_wrong_types_is_refused(change: JsonObject) -> None:
    with pytest.raises(WireError):
        read_answer({**answer_json(ANSWER), **change})


@pytest.mark.parametrize(
    "error",
    [
        errors.MissingKeyError("no key", variable="A_KEY"),
        errors.ReplayMissError("no recording", key="k"),
        errors.MissingToolError("no tool"),
        errors.OperatorError("nothing"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_operators_error_comes_over_with_its_class(error: errors.CompiledAIError) -> None:
    found = revive(_over(error_json(error)))
    assert (type(found), str(found), vars(found)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    "data", [None, {}, {"kind": "dict", "message": "m"}, {"kind": "EffectError", "message": "m"}]
)
def test_an_error_of_no_known_class_is_still_the_operators(data: JsonValue) -> None:
    assert isinstance(revive(data), errors.OperatorError)


def test_no_field_is_left_out() -> None:
    assert set(answer_json(ANSWER)) == {item.name for item in dataclasses.fields(Answer)}
