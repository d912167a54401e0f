"""The fallback asked beside compiled code: bounded as a fallback is, and what it contradicts is a case."""

from __future__ import annotations

import json
import time
from pathlib import Path
from textwrap import dedent

import pytest

from compiled_ai.artifact import Artifact, PlannedStep, Workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.cases.log import CaseLog
from compiled_ai.errors import ModelCallError
from compiled_ai.execution.beside import Beside, SecondAnswer
from compiled_ai.llm import LlmClient, Request, from_function
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

DATA: JsonObject = {"text": "hello"}


def artifact_of(*, policy: object = "model", compliance: tuple[str, ...] = (), **bounds: object) -> Artifact:
    output = expand_object({"kind": "string"})
    step = PlannedStep(id="run", kind="code", takes=("text",), output_schema=output)
    workflow = Workflow(
        name="probe",
        version="1.0.0",
        input_schema=expand_object({"text": "string"}),
        output_schema=output,
        steps=(step,),
        returns=("kind",),
    )
    fields: JsonObject = {
        "name": "probe",
        "version": "1.0.0",
        "spec": "s1:0",
        "compliance": list(compliance),
        "fallback": {"policy": policy, "timeout_seconds": 0.2, "max_tokens": 2000, **bounds},  # type: ignore[dict-item]  # JSON
        "instructions": "Do the whole task.",
        "compilation": {},
        "evidence": {},
    }
    return Artifact(
        path=Path("folder"),
        manifest=seal(fields, dict.fromkeys(GUARDED_FILES, "")),
        workflow=workflow,
        source=dedent("def run(data):\n    return {'kind': 'short'}\n"),
    )


def replying(kind: str) -> LlmClient:
    return from_function(lambda _: json.dumps({"declined": False, "reason": "", "answer": {"kind": kind}}))


def declining() -> LlmClient:
    return from_function(lambda _: json.dumps({"declined": True, "reason": "unsure", "answer": None}))


def failing(_: Request) -> str:
    raise ModelCallError("down", retryable=False)


def hanging(_: Request) -> str:
    time.sleep(2)
    return "{}"


def test_the_model_answers() -> None:
    answer = Beside(artifact_of(), replying("long"), cases=None).ask(DATA)
    assert (answer.output, answer.asked) == ({"kind": "long"}, True)
    assert answer.tokens > 0


@pytest.mark.parametrize(
    "client",
    [declining(), from_function(failing), from_function(lambda _: "rubbish"), from_function(hanging)],
    ids=["declines", "fails", "rubbish", "hangs"],
)
def test_a_model_that_gives_no_answer_was_asked(client: LlmClient) -> None:
    started = time.monotonic()
    answer = Beside(artifact_of(), client, cases=None).ask(DATA)
    assert (answer.output, answer.asked) == (None, True)
    assert time.monotonic() - started < 1.5


def test_calls_count_in_the_budget_of_the_day() -> None:
    log = CaseLog(None)
    beside = Beside(artifact_of(per_day={"calls": 2}), replying("long"), cases=log)
    assert [beside.ask(DATA).asked for _ in range(4)] == [True, True, False, False]


def test_a_budget_of_the_day_without_a_case_log_admits_no_call() -> None:
    assert not Beside(artifact_of(per_day={"calls": 2}), replying("long"), cases=None).ask(DATA).asked


def test_a_failing_model_is_left_alone() -> None:
    artifact = artifact_of(breaker={"failures": 2, "seconds": 60})
    beside = Beside(artifact, from_function(failing), cases=CaseLog(None))
    assert [beside.ask(DATA).asked for _ in range(4)] == [True, True, False, False]


def test_asking_notes_nothing() -> None:
    log = CaseLog(None)
    Beside(artifact_of(), replying("long"), cases=log).ask(DATA)
    assert list(log.cases()) == []


def noted(artifact: Artifact) -> CaseLog:
    log = CaseLog(None)
    beside = Beside(artifact, replying("okapi"), cases=log)
    beside.note(DATA, {"kind": "short"}, SecondAnswer(output={"kind": "okapi"}, tokens=50))
    return log


def test_a_contradiction_is_a_case_with_both_answers() -> None:
    (case,) = noted(artifact_of()).cases()
    assert (case.status, case.served_by, case.input, case.output) == (
        "logged",
        "compiled",
        DATA,
        {"kind": "short"},
    )
    assert case.reason == 'shadow: the fallback model answers otherwise (kind): {"kind": "okapi"}'
    assert case.tokens == 50


def test_a_contradiction_waits_for_the_person_on_the_ladder() -> None:
    (case,) = noted(artifact_of(policy=["model", "human"])).cases()
    assert case.status == "queued"


def test_a_contradiction_shows_no_value_under_a_block_that_hides_them() -> None:
    (case,) = noted(artifact_of(compliance=("hipaa",))).cases()
    assert case.reason == "shadow: the fallback model answers otherwise (kind)"
    assert case.masked
    assert "hello" not in json.dumps(case.input)


def test_without_a_log_or_an_answer_nothing_is_noted() -> None:
    Beside(artifact_of(), replying("x"), cases=None).note(
        DATA, {"kind": "a"}, SecondAnswer(output={"kind": "b"})
    )
    log = CaseLog(None)
    Beside(artifact_of(), replying("x"), cases=log).note(DATA, {"kind": "a"}, SecondAnswer(output=None))
    assert list(log.cases()) == []
