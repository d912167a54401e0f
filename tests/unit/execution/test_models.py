"""Models at run time: bounded steps and the fallback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep
from compiled_ai.errors import (
    InputError,
    ModelCallError,
    ModelReplyError,
    OperatorError,
    ReplayMissError,
)
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.llm import LlmClient, Request, from_function
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]
Answer = Callable[[Request], str | JsonObject]
TONE = PlannedStep(
    id="tone",
    kind="bounded",
    takes=("text",),
    output_schema=expand_object({"mood": ["angry", "calm"], "score": "number"}),
    instructions="Judge the tone.",
)
ROUTE = PlannedStep(
    id="route", kind="code", takes=("mood",), output_schema=expand_object({"queue": "string"})
)
CODE = """
from compiled_ai.modules import abstain


def route(data):
    if data["mood"] == "angry":
        abstain("a person must see this")
    return {"queue": data["mood"] + " queue"}
"""
IO: dict[str, JsonObject] = {
    "takes": {"text": "string", "id": "integer"},
    "gives": {"queue": "string", "score": "number"},
}
CALM: JsonObject = {"mood": "calm", "score": 0.5}
DATA: JsonObject = {"text": "hello", "id": 7}


@pytest.fixture
def tone(build: Build) -> Callable[..., LoadedWorkflow]:
    """Builds the workflow with a bounded step, answered by a function."""

    def build_it(answer: Answer | None = None, **options: Any) -> LoadedWorkflow:
        client = None if answer is None else from_function(answer)
        return build(CODE, steps=(TONE, ROUTE), **IO, client=client, **options)

    return build_it


def test_a_bounded_step_without_a_model_is_told_with_the_way_out(tone: Build) -> None:
    with pytest.raises(OperatorError, match=r"step 'tone' of probe .* --model, or .* --replay"):
        tone().run(DATA)


def test_a_bounded_step_is_answered_by_the_model(tone: Build) -> None:
    result = tone(lambda _: CALM).run(DATA)
    assert result.output == {"queue": "calm queue", "score": 0.5}
    assert result.served_by == "bounded"
    assert result.tokens > 0


def test_the_model_sees_what_the_step_takes_and_no_more(tone: Build) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> JsonObject:
        seen.append(request)
        return CALM

    tone(answer).run(DATA)
    (request,) = seen
    assert json.loads(request.prompt) == {"text": "hello"}
    assert (request.instructions, request.role, request.schema) == (
        "Judge the tone.",
        "bounded",
        TONE.output_schema,
    )


def test_tokens_are_those_of_one_run(tone: Build) -> None:
    workflow = tone(lambda _: CALM)
    assert workflow.run(DATA).tokens == workflow.run(DATA).tokens


def test_a_given_output_stands_in_for_the_model(tone: Build) -> None:
    for workflow in (tone(), tone(lambda _: pytest.fail("asked"))):
        result = workflow.run(DATA, given={"tone": CALM})
        assert (result.output, result.tokens) == ({"queue": "calm queue", "score": 0.5}, 0)


def test_a_given_output_that_does_not_fit_is_refused(tone: Build) -> None:
    with pytest.raises(InputError, match=r'given\.tone\.mood: "odd"') as caught:
        tone().run(DATA, given={"tone": {"mood": "odd", "score": 1}})
    assert caught.value.field == "mood"


def test_a_given_output_of_an_unknown_step_is_not_used(tone: Build) -> None:
    with pytest.raises(OperatorError):
        tone().run(DATA, given={"tune": CALM})


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("", id="nothing"),
        pytest.param("calm", id="no JSON"),
        pytest.param("[]", id="no object"),
        pytest.param('{"mood": "odd", "score": 1}', id="outside the schema"),
        pytest.param('{"mood": "calm"}', id="a field missing"),
        pytest.param('{"mood": "calm", "score": NaN}', id="NaN"),
        pytest.param('{"mood": "calm", "score": 1e999}', id="infinity"),
        pytest.param('{"mood": "calm", "score": ' + "[" * 100_000, id="nested"),
        pytest.param("x" * 1_000_000, id="beyond the budget"),
    ],
)
def test_a_reply_that_does_not_fit_becomes_an_abstention(reply: str, tone: Build) -> None:
    result = tone(lambda _: reply).run(DATA)
    assert (result.output, result.served_by) == (None, "nobody")
    assert result.reason.startswith("step 'tone': the model gave no reply that fits (")
    assert result.tokens > 0


def test_a_reply_that_fits_at_the_second_asking_is_taken(tone: Build) -> None:
    replies = iter(['{"mood": "odd"}', '{"mood": "calm", "score": 1}'])
    result = tone(lambda _: next(replies)).run(DATA)
    assert result.output == {"queue": "calm queue", "score": 1}


def raising(error: Exception) -> Answer:
    def answer(_: Request) -> str:
        raise error

    return answer


def test_a_failed_call_of_a_bounded_step_surfaces_as_it_is(tone: Build) -> None:
    error = ModelCallError("refused", retryable=True)
    with pytest.raises(ModelCallError, match="refused") as caught:
        tone(raising(error)).run(DATA)
    assert caught.value is error
    assert caught.value.retryable


def test_a_missing_recording_surfaces_as_it_is(tone: Build) -> None:
    with pytest.raises(ReplayMissError, match="no recording"):
        tone(raising(ReplayMissError("no recording", key="k1:0"))).run(DATA)


# The fallback

DECLINES = 'from compiled_ai.modules import abstain\n\n\ndef run(data):\n    abstain("not sure")\n'
ANSWER: JsonObject = {"declined": False, "reason": "", "answer": {"band": "low", "parts": []}}


@pytest.fixture
def falling(build: Build) -> Build:
    """Builds a workflow that always declines, with a fallback model."""

    def build_it(answer: Answer | None, *, policy: str = "model", **options: Any) -> LoadedWorkflow:
        client = None if answer is None else from_function(answer)
        gives = {"band": ["low", "high"], "parts": "number[]"}
        return build(DECLINES, gives=gives, policy=policy, client=client, **options)

    return build_it


def test_the_fallback_answers_what_compiled_code_declines(falling: Build) -> None:
    result = falling(lambda _: ANSWER).run({"value": 1})
    assert (result.output, result.served_by, result.reason) == (
        {"band": "low", "parts": []},
        "model",
        "not sure",
    )
    assert result.tokens > 0


def test_the_fallback_is_told_the_task_and_the_input(falling: Build) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> JsonObject:
        seen.append(request)
        return ANSWER

    falling(answer).run({"value": "é\U0001f600"})
    assert seen[0].instructions.endswith("# Task\nDo the whole task.")
    assert seen[0].prompt == '{"value":"é\U0001f600"}'
    assert seen[0].role == "direct"


def test_without_a_model_the_abstention_stands(falling: Build) -> None:
    result = falling(None).run({"value": 1})
    assert (result.output, result.served_by, result.reason, result.tokens) == (None, "nobody", "not sure", 0)


def test_without_a_fallback_policy_no_model_is_asked(falling: Build) -> None:
    result = falling(lambda _: pytest.fail("asked"), policy="abstain").run({"value": 1})
    assert (result.served_by, result.reason) == ("nobody", "not sure")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"declined": True, "reason": "unclear", "answer": None}, "declined: unclear"),
        ({"declined": True, "reason": "unclear", "answer": ANSWER["answer"]}, "declined: unclear"),
        ({"declined": False, "reason": "", "answer": None}, "declined: the model declined"),
        ("rubbish", "failed (ModelReplyError)"),
        ("", "failed (ModelReplyError)"),
        (
            {"declined": False, "reason": "", "answer": {"band": "odd", "parts": []}},
            "failed (ModelReplyError)",
        ),
        ({"band": "low"}, "failed (ModelReplyError)"),
        ('{"declined": false, "reason": "", "answer": {"band": "low", "parts": [1e999]}}', "failed (M"),
        ('{"declined": ' + "[" * 2_000, "failed (ModelReplyError)"),
    ],
)
def test_a_fallback_without_an_answer_leaves_the_abstention(
    reply: str | JsonObject, words: str, falling: Build
) -> None:
    result = falling(lambda _: reply).run({"value": 1})
    assert (result.output, result.served_by) == (None, "nobody")
    assert result.reason.startswith("not sure; the fallback model ")
    assert words in result.reason


def test_a_fallback_that_cannot_be_reached_leaves_the_abstention(falling: Build) -> None:
    result = falling(raising(ModelCallError("down", retryable=True))).run({"value": 1})
    assert result.reason == "not sure; the fallback model failed (ModelCallError)"


def test_an_input_beyond_the_budget_is_not_sent(falling: Build) -> None:
    result = falling(lambda _: pytest.fail("asked")).run({"value": "x" * 100_000})
    assert result.reason == "not sure; the fallback model failed (BudgetExceededError)"
    assert result.tokens == 0


def test_a_fallback_that_is_not_set_up_is_told(falling: Build) -> None:
    with pytest.raises(ReplayMissError):
        falling(raising(ReplayMissError("no recording", key="k1:0"))).run({"value": 1})


def test_the_fallback_answers_for_a_bounded_step_that_declines(tone: Build) -> None:
    def answer(request: Request) -> str | JsonObject:
        if request.role == "bounded":
            return "rubbish"
        return {"declined": False, "reason": "", "answer": {"queue": "people", "score": 1}}

    result = tone(answer, policy="model").run(DATA)
    assert (result.output, result.served_by) == ({"queue": "people", "score": 1}, "model")
    assert result.reason == "step 'tone': the model gave no reply that fits (ModelReplyError)"


@pytest.mark.parametrize("target", ["#/$defs/part", "#/properties/first", "#"])
def test_a_schema_with_references_works_for_the_fallback(target: str, build: Build) -> None:
    gives: JsonObject = {
        "type": "object",
        "properties": {"first": {"type": ["integer", "null"]}, "second": {"$ref": target}},
        "$defs": {"part": {"type": "integer"}},
    }
    inner: Any = {"first": 1} if target == "#" else 2
    answer: JsonObject = {"declined": False, "reason": "", "answer": {"first": 1, "second": inner}}
    client: LlmClient = from_function(lambda _: answer)
    workflow = build(DECLINES, gives=gives, policy="model", client=client)
    assert workflow.run({"value": 1}).output == {"first": 1, "second": inner}


def test_the_model_that_may_take_part_is_known(tone: Build, build: Build) -> None:
    client = from_function(lambda _: "", model="some model")
    assert build(CODE, steps=(TONE, ROUTE), **IO, client=client).model == "some model"
    assert build(DECLINES, policy="model", client=client).model == "some model"
    assert build(DECLINES, policy="abstain", client=client).model is None
    assert tone().model is None


def test_a_reply_error_of_the_client_becomes_an_abstention(tone: Build) -> None:
    assert "ModelReplyError" in tone(raising(ModelReplyError("cut off"))).run(DATA).reason
