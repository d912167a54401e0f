"""One row of a batch and its result line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep
from compiled_ai.errors import ModelCallError, OperatorError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.batch import run_row
from compiled_ai.execution.rows import Row
from compiled_ai.llm import from_function
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]
CODE = """
from compiled_ai.modules import abstain


def run(data):
    if data["n"] < 0:
        abstain("negative")
    return {"value": 10 // data["n"] if data["n"] < 10 else "many"}
"""


@pytest.fixture
def workflow(build: Build) -> LoadedWorkflow:
    return build(CODE, takes={"n": "integer"}, gives={"value": "integer"})


def result(workflow: LoadedWorkflow, data: Any, *keep: str) -> dict[str, Any]:
    row = Row(3, data, "", 0) if isinstance(data, dict) else Row(3, None, data, 0)
    status, line = run_row(workflow, row, keep)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    record: dict[str, Any] = json.loads(line)
    assert record["status"] == status
    assert record["row"] == 3
    return record


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"n": 5}, {"status": "answered", "served_by": "compiled", "output": {"value": 2}}),
        ({"n": -1}, {"status": "abstained", "served_by": "nobody", "output": None, "reason": "negative"}),
        ("not JSON", {"status": "invalid_input", "error": "not JSON"}),
        ({"n": "x"}, {"status": "invalid_input", "error": 'input.n: "x" is not of type "integer"'}),
        ({}, {"status": "invalid_input", "error": "input: the field 'n' is missing"}),
    ],
)
def test_every_end_has_its_line(data: Any, expected: dict[str, Any], workflow: LoadedWorkflow) -> None:
    assert result(workflow, data) == {"row": 3, **expected}


@pytest.mark.parametrize(
    ("n", "words"), [(0, "ActivityError: probe failed at line 8"), (10, "OutputError: ")]
)
def test_a_failure_of_the_artifact_is_a_failed_row(n: int, words: str, workflow: LoadedWorkflow) -> None:
    record = result(workflow, {"n": n})
    assert record["status"] == "failed"
    assert record["error"].startswith(words)


def test_kept_fields_are_taken_off_and_copied(workflow: LoadedWorkflow) -> None:
    record = result(workflow, {"n": 5, "id": "a-1", "more": [1]}, "id", "more", "nothing")
    assert record["keep"] == {"id": "a-1", "more": [1]}
    assert record["status"] == "answered"


@pytest.mark.parametrize("data", [{"n": "x", "id": 1}, {"id": 1}, {"n": 0, "id": 1}, {"n": -1, "id": 1}])
def test_kept_fields_stand_on_bad_rows_too(data: Any, workflow: LoadedWorkflow) -> None:
    assert result(workflow, data, "id")["keep"] == {"id": 1}


def test_a_field_that_is_kept_is_not_seen_by_the_code(workflow: LoadedWorkflow) -> None:
    assert result(workflow, {"n": 5}, "n")["error"] == "input: the field 'n' is missing"


@pytest.mark.parametrize(
    "value", [float("inf"), float("nan"), 10**5_000, {1}], ids=["infinity", "nan", "huge", "set"]
)
def test_a_kept_value_that_json_cannot_carry_makes_a_bad_row(value: Any, workflow: LoadedWorkflow) -> None:
    record = result(workflow, {"n": 5, "id": value}, "id")
    assert record["status"] == "invalid_input"
    assert record["error"].startswith("keep: not JSON data")


def test_texts_stay_readable(build: Build) -> None:
    echo = build("def run(data):\n    return data\n")
    assert "é\U0001f600".encode() in run_row(echo, Row(1, {"value": "é\U0001f600"}, "", 0))[1]


def test_texts_that_are_no_unicode_do_no_harm(workflow: LoadedWorkflow) -> None:
    assert "\\ud83d" in json.dumps(result(workflow, {"n": 5, "id": "\ud83d"}, "id"))
    assert result(workflow, {"n": 1, "\ud83d": 1})["status"] == "invalid_input"


def test_line_ends_inside_texts_do_not_split_a_line(build: Build) -> None:
    echo = build("def run(data):\n    return data\n")
    text = "a\nb\r\nc\u2028d\x85e\0"
    assert result(echo, {"value": text})["output"] == {"value": text}


def test_an_audit_trail_is_part_of_the_line(build: Build) -> None:
    audited = build(CODE, takes={"n": "integer"}, gives={"value": "integer"}, compliance=["audit_trail"])
    record = result(audited, {"n": 5})
    assert record["input_digest"].startswith("i1:")
    assert record["artifact"] == audited.artifact.manifest.artifact


def test_a_long_problem_is_told_in_short(workflow: LoadedWorkflow) -> None:
    assert len(result(workflow, "x" * 1_000_000)["error"]) <= 300


STEP = PlannedStep(
    id="ask", kind="bounded", takes=(), output_schema=expand_object({"value": "any"}), instructions="?"
)


def test_a_model_that_fails_makes_a_failed_row(build: Build) -> None:
    def answer(_: object) -> str:
        raise ModelCallError("down", retryable=True)

    workflow = build("", steps=(STEP,), client=from_function(answer))
    assert result(workflow, {"value": 1})["error"] == "ModelCallError: down"


def test_a_model_that_is_missing_ends_the_batch(build: Build) -> None:
    with pytest.raises(OperatorError):
        run_row(build("", steps=(STEP,)), Row(1, {"value": 1}, "", 0))
