"""Under hipaa, nothing of an input stands in an error or in a reason: these end up in logs."""

from __future__ import annotations

import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep
from compiled_ai.errors import (
    BudgetExceededError,
    CompiledAIError,
    InputError,
    MissingKeyError,
    ModelCallError,
    ModelError,
    ModelReplyError,
    OperatorError,
    ReplayMissError,
    StoreError,
    UnknownModelError,
)
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.batch import run_row
from compiled_ai.execution.csv_rows import read_csv
from compiled_ai.execution.rows import read_jsonl
from compiled_ai.llm import from_function
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]
CANARY = "Zyxwvut4711"
PATIENT: dict[str, Any] = {
    "takes": {
        "name": "string",
        "band": ["low", "high"],
        "born": "date",
        "visits": {"type": "array", "items": {"type": "object", "properties": {"on": {"type": "string"}}}},
        "doses": {"type": "object", "additionalProperties": {"type": "integer"}},
        "any": "any",
    },
    "gives": {"queue": "string", "doses": {"type": "object", "additionalProperties": {"type": "integer"}}},
    "compliance": ["hipaa", "audit_trail"],
}
GOOD: dict[str, Any] = {
    "name": CANARY,
    "band": "low",
    "born": "2000-01-31",
    "visits": [{"on": CANARY}],
    "doses": {CANARY: 1},
    "any": {CANARY: [CANARY]},
}
ECHO = "def run(data):\n    return {'queue': data['name'], 'doses': {}}\n"
DECLINES = 'from compiled_ai.modules import abstain\n\n\ndef run(data):\n    abstain("fixed text")\n'


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and all that hangs on it, also what a traceback would suppress."""
    while error is not None:
        yield error
        yield from chain(error.__context__ if error.__context__ is not error.__cause__ else None)
        error = error.__cause__


def texts(error: BaseException) -> str:
    """Everything that a log might print of `error`."""
    found = ["".join(traceback.format_exception(error))]
    for one in chain(error):
        found += [str(one), repr(one), repr(one.args), repr(vars(one))]
    return "\n".join(found)


def caught(workflow: LoadedWorkflow, data: Any, **options: Any) -> CompiledAIError:
    with pytest.raises(CompiledAIError) as found:
        workflow.run(data, **options)
    return found.value


MISFITS: dict[str, Any] = {
    "text for a choice": {**GOOD, "band": CANARY},
    "text for a date": {**GOOD, "born": CANARY},
    "text for a list": {**GOOD, "visits": CANARY},
    "number for a text": {**GOOD, "name": 47114711},
    "text in a list": {**GOOD, "visits": [{"on": CANARY}, CANARY]},
    "wrong value below a key of the input": {**GOOD, "doses": {CANARY: CANARY}},
    "unknown field": {**GOOD, CANARY: 1},
    "unknown fields": {**GOOD, f"{CANARY}1": 1, f"{CANARY}2": CANARY},
    "missing field": {key: value for key, value in GOOD.items() if key != "band"},
    "set": {**GOOD, "any": {CANARY}},
    "set below a key of the input": {**GOOD, "any": {CANARY: {CANARY}}},
    "bytes": {**GOOD, "name": CANARY.encode()},
    "half a character": {**GOOD, "any": f"{CANARY}\ud800"},
    "half a character in a key": {**GOOD, "any": {f"{CANARY}\ud800": 1}},
    "odd key": {**GOOD, "any": {CANARY: {(CANARY,): 1}}},
    "list": [CANARY],
    "text": CANARY,
}


@pytest.mark.parametrize("name", MISFITS)
def test_an_input_that_does_not_fit_is_not_quoted(name: str, build: Build) -> None:
    error = caught(build(ECHO, **PATIENT), MISFITS[name])
    assert isinstance(error, InputError)
    assert CANARY not in texts(error)
    assert "4711" not in texts(error)


def test_names_of_the_schema_are_shown_and_keys_of_the_input_are_not(build: Build) -> None:
    workflow = build(ECHO, **PATIENT)
    assert isinstance(error := caught(workflow, {**GOOD, "visits": [{"on": 1}]}), InputError)
    assert error.field == "visits[0].on"
    assert "input.visits[0].on: does not fit the schema (rule 'type'" in str(error)
    assert isinstance(error := caught(workflow, {**GOOD, "doses": {CANARY: "x"}}), InputError)
    assert error.field == "doses.*"


BODIES = {
    "key error": "return {}[data['name']]",
    "value error": "return int(data['name'])",
    "name in a chain": "try:\n        int(data['name'])\n    except ValueError:\n        return {}[data['name']]",
    "output misfit": "return {'queue': [data['name']], 'doses': {}}",
    "output key": "return {'queue': 'a', 'doses': {data['name']: data['name']}}",
    "unknown output": "return {'queue': 'a', 'doses': {}, data['name']: 1}",
    "output no JSON": "return {'queue': 'a', 'doses': {data['name']: {data['name']}}}",
    "no output": "return data['name']",
    "decode": "return data['name'].encode().decode('utf-16')",
}


@pytest.mark.parametrize("name", BODIES)
def test_what_compiled_code_gets_wrong_is_not_quoted(name: str, build: Build) -> None:
    plain = {**PATIENT, "compliance": ["hipaa"]}
    for options in (PATIENT, plain):
        error = caught(build(f"def run(data):\n    {BODIES[name]}\n", **options), GOOD)
        assert CANARY not in texts(error)
        assert [*chain(error)] == [error]


BOUNDED = PlannedStep(
    id="ask", kind="bounded", takes=("name",), output_schema=expand_object({"queue": ["a"]}), instructions="?"
)
CODE = "def run(data):\n    return {'doses': {}}\n"
REST = PlannedStep(id="run", kind="code", takes=(), output_schema=expand_object({"doses": "object"}))
ERRORS = [
    ModelCallError(f"refused: {CANARY}", retryable=True),
    ModelReplyError(CANARY),
    BudgetExceededError(CANARY),
    ModelError(CANARY),
    StoreError(CANARY),
    OperatorError(CANARY),
    ValueError(CANARY),
]


def raising(error: Exception) -> Callable[[object], str]:
    def answer(_: object) -> str:
        try:
            raise RuntimeError(CANARY)
        except RuntimeError as cause:
            raise error from cause

    return answer


def with_bounded(build: Build, answer: Callable[..., Any], *, policy: str = "abstain") -> LoadedWorkflow:
    return build(CODE, steps=(BOUNDED, REST), policy=policy, client=from_function(answer), **PATIENT)


def told(workflow: LoadedWorkflow) -> str:
    """All that a run on the good input says, apart from an answer."""
    try:
        result = workflow.run(GOOD)
    except CompiledAIError as error:
        return texts(error)
    assert result.output is None
    return result.reason


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_a_failing_model_is_not_quoted(error: Exception, build: Build) -> None:
    declining = build(DECLINES, policy="model", client=from_function(raising(error)), **PATIENT)
    for workflow in (with_bounded(build, raising(error)), declining):
        assert CANARY not in told(workflow)


def test_a_failing_model_keeps_its_kind(build: Build) -> None:
    error = caught(with_bounded(build, raising(ERRORS[0])), GOOD)
    assert isinstance(error, ModelCallError)
    assert error.retryable


@pytest.mark.parametrize(
    "error",
    [
        MissingKeyError("set SOME_KEY", variable="SOME_KEY"),
        ReplayMissError("no recording", key="k1:0"),
        UnknownModelError("no such model"),
    ],
    ids=repr,
)
def test_what_must_be_set_up_is_still_told(error: OperatorError, build: Build) -> None:
    found = caught(with_bounded(build, raising(error)), GOOD)
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert CANARY not in texts(found)
    assert {key: value for key, value in vars(found).items() if key != "__notes__"} == vars(error)


REPLIES: list[str | JsonObject] = [
    CANARY,
    "",
    {"queue": CANARY},
    {CANARY: CANARY},
    {"declined": True, "reason": CANARY, "answer": None},
    {"declined": False, "reason": CANARY, "answer": {"queue": 1, "doses": {CANARY: CANARY}}},
]


@pytest.mark.parametrize("reply", REPLIES, ids=repr)
def test_a_reply_that_does_not_fit_is_not_quoted(reply: str | JsonObject, build: Build) -> None:
    declining = build(DECLINES, policy="model", client=from_function(lambda _: reply), **PATIENT)
    both = with_bounded(build, lambda _: reply, policy="model")
    for workflow in (with_bounded(build, lambda _: reply), declining, both):
        assert CANARY not in told(workflow)


def test_an_error_after_an_abstention_is_not_chained_to_it(build: Build) -> None:
    def answer(request: Any) -> str:
        if request.role == "bounded":
            return CANARY
        raise ReplayMissError("no recording", key="k1:0")

    error = caught(with_bounded(build, answer, policy="model"), GOOD)
    assert [*chain(error)] == [error]


def test_a_given_output_that_does_not_fit_is_not_quoted(build: Build) -> None:
    error = caught(with_bounded(build, lambda _: ""), GOOD, given={"ask": {"queue": CANARY}})
    assert isinstance(error, InputError)
    assert CANARY not in texts(error)


def test_nothing_of_it_is_logged(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for reply in REPLIES:
            told(with_bounded(build, lambda _, reply=reply: reply, policy="model"))
    assert caplog.records
    assert CANARY not in caplog.text
    assert not any(CANARY in repr(vars(record)) for record in caplog.records)


ROWS = [
    f'{{"{CANARY}": 1, "{CANARY}": 2}}',
    f'{{"name": "{CANARY}"',
    f'{{"name": {CANARY}}}',
    f'"{CANARY}"',
    f'{{"name": "{CANARY}\\ud800"}}',
    '{"name": 4711e4711}',
    f'{{"name": NaN, "x": "{CANARY}"}}',
    f'{{"name": "{CANARY}", "band": "{CANARY}"}}',
]


@pytest.mark.parametrize("line", ROWS)
def test_a_bad_row_is_not_quoted_in_its_result(line: str, build: Build) -> None:
    (row,) = read_jsonl(io.BytesIO(line.encode()))
    status, result = run_row(build(ECHO, **PATIENT), row)
    assert status == "invalid_input"
    assert "4711" not in result.decode()
    assert json.loads(result)["error"]


def test_a_bad_cell_is_not_quoted_in_its_result(build: Build) -> None:
    workflow = build(ECHO, **PATIENT)
    text = f'{CANARY},band\n\xff,low\n{CANARY},{CANARY}\n{CANARY}\n"{CANARY}"x,low\n'.encode("latin-1")
    rows = list(read_csv(io.BytesIO(text), workflow.artifact.workflow.input_schema))
    assert len(rows) == 4
    for row in rows:
        assert CANARY not in run_row(workflow, row)[1].decode()


def test_without_hipaa_errors_say_what_they_can(build: Build) -> None:
    open_io = {**PATIENT, "compliance": []}
    assert CANARY in str(caught(build(ECHO, **open_io), MISFITS["text for a choice"]))
    assert CANARY in str(caught(build("def run(data):\n    return int(data['name'])\n", **open_io), GOOD))
