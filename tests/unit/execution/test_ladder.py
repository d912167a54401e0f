"""The ladder below compiled code: who is asked, in which order, and what of it stands in the result and in the case log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep
from compiled_ai.cases import CaseLog
from compiled_ai.errors import ActivityError, DeclinedError, ModelCallError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.llm import Request, from_function
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]
DECLINES = """
from compiled_ai.modules import abstain


def run(data):
    if data["value"] == 0:
        return {"band": "low"}
    data["value"] = "spoilt"
    abstain("not sure")
"""
GIVES: JsonObject = {"band": ["low", "high"]}
HIGH: JsonObject = {"declined": False, "reason": "", "answer": {"band": "high"}}
REFUSES: JsonObject = {"declined": True, "reason": "too hard", "answer": None}


def noting(asked: list[Request], answer: JsonObject) -> Callable[[Request], JsonObject]:
    """A model that always says the same, and notes what it is asked."""

    def reply(request: Request) -> JsonObject:
        asked.append(request)
        return answer

    return reply


@pytest.fixture
def log() -> CaseLog:
    return CaseLog(None)


@pytest.fixture
def declining(build: Build, log: CaseLog) -> Callable[..., LoadedWorkflow]:
    """Builds a workflow that declines everything but 0, with a case log in memory."""

    def build_it(policy: object, answer: Any = None, **options: Any) -> LoadedWorkflow:
        client = None if answer is None else from_function(lambda _: answer, model="m")
        if callable(answer):
            client = from_function(answer, model="m")
        facts = {"gives": GIVES, "policy": policy, "client": client, "cases": log, **options}
        return build(DECLINES, **facts)

    return build_it


def test_what_compiled_code_answers_leaves_no_case(declining: Build, log: CaseLog) -> None:
    result = declining(["model", "human"], HIGH).run({"value": 0})
    assert (result.output, result.served_by, result.case) == ({"band": "low"}, "compiled", None)
    assert list(log.cases()) == []


def test_an_abstention_is_logged_with_the_input_as_it_was(declining: Build, log: CaseLog) -> None:
    result = declining("abstain").run({"value": 7})
    (case,) = log.cases()
    assert (result.case, result.served_by, result.reason) == (case.id, "nobody", "not sure")
    assert (case.input, case.status, case.served_by, case.reason) == (
        {"value": 7},
        "logged",
        "nobody",
        "not sure",
    )
    assert case.input_digest.startswith("i1:")


def test_a_model_that_answers_is_logged_with_what_it_cost(declining: Build, log: CaseLog) -> None:
    result = declining(["model", "human"], HIGH).run({"value": 7})
    (case,) = log.cases()
    assert (result.output, result.served_by, result.case) == ({"band": "high"}, "model", case.id)
    assert (case.output, case.served_by, case.model, case.status) == (
        {"band": "high"},
        "model",
        "m",
        "logged",
    )
    assert case.tokens == result.tokens > 0
    assert case.cost_usd is None


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        pytest.param(REFUSES, "the fallback model declined: too hard", id="declines"),
        pytest.param("rubbish", "the fallback model failed (ModelReplyError)", id="rubbish"),
        pytest.param(
            {"declined": False, "reason": "", "answer": {"band": "odd"}},
            "the fallback model failed (ModelReplyError)",
            id="does not fit",
        ),
    ],
)
def test_below_a_model_that_does_not_answer_a_person_is_asked(
    answer: object, note: str, declining: Build, log: CaseLog
) -> None:
    result = declining(["model", "human"], answer).run({"value": 7})
    (case,) = log.cases(status="queued")
    assert (result.output, result.served_by, result.case) == (None, "nobody", case.id)
    assert result.reason == f"not sure; {note}; it waits for a person"
    assert case.reason == f"not sure; {note}"


def test_an_input_that_waits_already_joins_its_case(declining: Build, log: CaseLog) -> None:
    workflow = declining("human")
    first, second, other = (workflow.run({"value": value}) for value in (7, 7, 8))
    assert first.case == second.case != other.case
    assert [case.seen for case in log.cases()] == [2, 1]


def test_an_answered_case_serves_the_same_input_from_then_on(declining: Build, log: CaseLog) -> None:
    asked: list[Request] = []
    workflow = declining(["model", "human"], noting(asked, REFUSES))
    case = workflow.run({"value": 7}).case
    assert case is not None
    log.answer(case, {"band": "low"}, by="ada")
    result = workflow.run({"value": 7})
    assert (result.output, result.served_by, result.case, result.tokens) == (
        {"band": "low"},
        "human",
        case,
        0,
    )
    assert len(asked) == 1
    assert workflow.run({"value": 8}).served_by == "nobody"


def test_an_answer_under_another_spec_is_not_served(declining: Build, log: CaseLog, build: Build) -> None:
    from dataclasses import replace

    workflow = declining("human")
    case = workflow.run({"value": 7}).case
    assert case is not None
    log.answer(case, {"band": "low"}, by="ada")
    manifest = workflow.artifact.manifest.model_copy(update={"spec": "s1:other"})
    other = LoadedWorkflow(replace(workflow.artifact, manifest=manifest), cases=log)
    result = other.run({"value": 7})
    assert (result.output, result.served_by) == (None, "nobody")
    assert result.case != case


def test_a_person_who_only_reviewed_serves_nobody_without_a_rung(declining: Build, log: CaseLog) -> None:
    workflow = declining("abstain")
    case = workflow.run({"value": 7}).case
    assert case is not None
    log.answer(case, {"band": "low"}, by="ada")
    assert workflow.run({"value": 7}).output is None


def test_an_answer_that_does_not_fit_is_not_served(declining: Build, log: CaseLog) -> None:
    workflow = declining("human")
    case = workflow.run({"value": 7}).case
    assert case is not None
    log.answer(case, {"band": "odd"}, by="ada")
    result = workflow.run({"value": 7})
    assert (result.output, result.served_by) == (None, "nobody")
    assert "does not fit the schema" in result.reason


def test_a_rejected_case_is_not_queued_again(declining: Build, log: CaseLog) -> None:
    workflow = declining(["model", "human"], REFUSES)
    case = workflow.run({"value": 7}).case
    assert case is not None
    log.reject(case, by="ada", note="no such thing")
    result = workflow.run({"value": 7})
    assert (result.output, result.case, result.tokens) == (None, case, 0)
    assert result.reason == "not sure; a person rejected it (no such thing)"


@pytest.mark.parametrize("policy", ["error", ["model", "error"], ["model", "human", "error"]])
def test_a_ladder_that_ends_in_an_error_raises_it(policy: object, declining: Build, log: CaseLog) -> None:
    with pytest.raises(DeclinedError, match="probe declined: not sure") as caught:
        declining(policy, REFUSES).run({"value": 7})
    (case,) = log.cases()
    assert (caught.value.case, caught.value.step) == (case.id, "")
    assert caught.value.reason.startswith("not sure")
    assert case.status == ("queued" if "human" in policy else "logged")  # type: ignore[operator]


def test_without_a_case_log_no_person_is_asked_and_the_reason_says_so(declining: Build) -> None:
    result = declining("human", cases=None).run({"value": 7})
    assert (result.output, result.case) == (None, None)
    assert result.reason == "not sure; no case log is open, so no person is asked"


def test_without_a_case_log_an_error_is_still_raised(declining: Build) -> None:
    with pytest.raises(DeclinedError):
        declining("error", cases=None).run({"value": 7})


def test_a_run_that_fails_is_a_case(build: Build, log: CaseLog) -> None:
    workflow = build("def run(data):\n    return {'band': 1 / data['value']}\n", gives=GIVES, cases=log)
    with pytest.raises(ActivityError):
        workflow.run({"value": 0})
    (case,) = log.cases()
    assert (case.input, case.served_by, case.status) == ({"value": 0}, "nobody", "logged")
    assert case.reason.startswith("ActivityError: probe failed")


def test_the_prompt_is_made_of_the_artifact_alone(declining: Build) -> None:
    asked: list[Request] = []
    workflow = declining("model", noting(asked, HIGH))
    workflow.run({"value": 7})
    workflow.run({"value": 8})
    first, second = asked
    assert (first.instructions, first.schema, first.history) == (second.instructions, second.schema, ())
    assert first.instructions.endswith("# Task\nDo the whole task.")
    assert first.prompt == '{"value":7}'
    assert first.max_tokens is None  # recordings made before there were bounds of money still answer


def test_a_shadow_check_asks_the_model_whatever_code_says(declining: Build, log: CaseLog) -> None:
    assert declining("model", HIGH).ask_fallback({"value": 0}) == {"band": "high"}
    assert declining("model", REFUSES).ask_fallback({"value": 0}) is None
    assert declining("human", HIGH).ask_fallback({"value": 0}) is None
    assert list(log.cases()) == []


def test_what_is_older_than_the_spec_keeps_it_goes_with_the_next_case(declining: Build) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    log = CaseLog(None, now=lambda: now[0])
    workflow = declining("human", cases=log, retention_days=30)
    for value, day in ((1, 1), (2, 15), (3, 32), (4, 33)):
        now[0] = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
        workflow.run({"value": value})
    assert [case.input["value"] for case in log.cases()] == [2, 3, 4]


# Masks


@pytest.mark.parametrize("block", ["hipaa", "pci_dss", "soc2"])
def test_values_are_masked_where_a_block_keeps_them_out_of_logs(
    block: str, declining: Build, log: CaseLog
) -> None:
    workflow = declining(["model", "human"], REFUSES, compliance=[block], takes={"value": "any", "ok": "any"})
    data: JsonObject = {"value": {"Ada Lovelace": "4111 1111 1111 1111", "age": 93}, "ok": True}
    result = workflow.run(data)
    (case,) = log.cases(status="queued")
    assert case.input == {
        "value": {"[masked name] 1": "[masked text]", "[masked name] 2": "[masked number]"},
        "ok": True,
    }
    assert (case.masked, case.input_digest, result.case) == (True, "", case.id)
    assert "too hard" not in case.reason


def test_a_masked_case_is_never_served_to_another_input(declining: Build, log: CaseLog) -> None:
    workflow = declining("human", compliance=["hipaa"])
    case = workflow.run({"value": 7}).case
    assert case is not None
    log.answer(case, {"band": "low"}, by="ada")
    again = workflow.run({"value": 7})
    assert (again.output, again.served_by) == (None, "nobody")
    assert again.case != case


def test_values_that_the_schema_lists_stay(declining: Build, log: CaseLog) -> None:
    declining("model", HIGH, compliance=["hipaa"]).run({"value": "x"})
    (case,) = log.cases()
    assert (case.input, case.output) == ({"value": "[masked text]"}, {"band": "high"})


# Ladders of steps

FIRST = PlannedStep(
    id="first", kind="code", takes=("value",), output_schema=expand_object({"mood": ["calm", "angry"]})
)
SECOND = PlannedStep(
    id="second", kind="code", takes=("mood",), output_schema=expand_object({"band": ["low", "high"]})
)
STEPS = """
from compiled_ai.modules import abstain


def first(data):
    if data["value"] == 0:
        return {"mood": "calm"}
    data["value"] = "spoilt"
    abstain("no mood")


def second(data):
    if data["mood"] == "angry":
        return {"band": "high"}
    return {"band": "low"}
"""
ANGRY: JsonObject = {"declined": False, "reason": "", "answer": {"mood": "angry"}}


def of_step(policy: object, **bounds: object) -> JsonObject:
    told: Any = {
        "policy": policy,
        "timeout_seconds": 5.0,
        "max_tokens": 2000,
        "instructions": "Find the mood.",
        **bounds,
    }
    return {"steps": {"first": told}}


@pytest.fixture
def stepped(build: Build, log: CaseLog) -> Callable[..., LoadedWorkflow]:
    """Builds a workflow of two steps, the first of which has a ladder of its own."""

    def build_it(ladder: object, answer: Any, **options: Any) -> LoadedWorkflow:
        client = from_function(answer if callable(answer) else lambda _: answer, model="m")
        facts: Any = {
            "gives": GIVES,
            "steps": (FIRST, SECOND),
            "fallback": of_step(ladder),
            "client": client,
            "cases": log,
        }
        return build(STEPS, **{**facts, **options})

    return build_it


def test_a_step_that_declines_is_answered_and_the_flow_goes_on(stepped: Build, log: CaseLog) -> None:
    asked: list[Request] = []
    workflow = stepped("model", noting(asked, ANGRY))
    result = workflow.run({"value": 7})
    (case,) = log.cases()
    assert (result.output, result.served_by, result.case) == ({"band": "high"}, "model", case.id)
    assert result.reason == "step 'first': no mood"
    assert (case.step, case.input, case.output) == ("first", {"value": 7}, {"mood": "angry"})
    assert asked[0].instructions.endswith("# Task\nFind the mood.")
    assert result.tokens == case.tokens > 0


def test_a_step_that_does_not_decline_asks_nobody(stepped: Build, log: CaseLog) -> None:
    result = stepped("model", lambda _: pytest.fail("asked")).run({"value": 0})
    assert (result.output, result.served_by, result.reason) == ({"band": "low"}, "compiled", "")
    assert list(log.cases()) == []


def test_a_person_answers_for_a_step(stepped: Build, log: CaseLog) -> None:
    workflow = stepped(["model", "human"], REFUSES)
    waiting = workflow.run({"value": 7})
    assert waiting.case is not None
    assert (waiting.output, waiting.served_by) == (None, "nobody")
    log.answer(waiting.case, {"mood": "angry"}, by="ada")
    result = workflow.run({"value": 7})
    assert (result.output, result.served_by, result.case) == ({"band": "high"}, "human", waiting.case)


def test_nothing_answers_for_the_whole_while_a_person_is_asked_about_a_step(
    stepped: Build, log: CaseLog
) -> None:
    result = stepped("human", HIGH, policy="model").run({"value": 7})
    assert (result.output, result.served_by, result.tokens) == (None, "nobody", 0)
    assert [case.step for case in log.cases()] == ["first"]


def test_below_the_ladder_of_a_step_comes_that_of_the_whole(stepped: Build, log: CaseLog) -> None:
    def answer(request: Request) -> JsonObject:
        return REFUSES if "Find the mood." in request.instructions else HIGH

    result = stepped("model", answer, policy="model").run({"value": 7})
    assert (result.output, result.served_by) == ({"band": "high"}, "model")
    assert result.reason == "no mood; the fallback model declined: too hard"
    assert [(case.step, case.served_by) for case in log.cases()] == [("first", "nobody"), ("", "model")]
    assert result.tokens == sum(case.tokens for case in log.cases())


def test_a_step_may_end_in_an_error(stepped: Build) -> None:
    with pytest.raises(DeclinedError, match="step 'first' of probe declined: no mood") as caught:
        stepped("error", HIGH).run({"value": 7})
    assert caught.value.step == "first"


def test_one_step_alone_gives_the_same(stepped: Build, log: CaseLog) -> None:
    workflow = stepped("model", ANGRY)
    answer = workflow.run_step("first", {"value": 7})
    assert (answer.output, answer.served_by, answer.reason) == ({"mood": "angry"}, "model", "no mood")
    assert answer.tokens > 0
    assert workflow.run_step("second", {"mood": "calm"}).served_by == "compiled"
    waiting = stepped("human", HIGH).run_step("first", {"value": 7})
    assert (waiting.output, waiting.final) == (None, True)
    assert waiting.case == next(log.cases(status="queued")).id


def test_the_whole_task_can_be_declined_by_an_engine(declining: Build) -> None:
    result = declining("model", HIGH).decline({"value": 7}, "a step said so")
    assert (result.output, result.served_by, result.reason) == ({"band": "high"}, "model", "a step said so")
    assert declining("abstain", cases=None).decline({"value": 7}, "why").reason == "why"


def test_a_single_step_with_a_ladder_of_its_own(build: Build, log: CaseLog) -> None:
    told = {
        "run": {
            "policy": "model",
            "timeout_seconds": 5.0,
            "max_tokens": 2000,
            "instructions": "Band it.",
        }
    }
    client = from_function(lambda _: HIGH)
    workflow = build(DECLINES, gives=GIVES, fallback={"steps": told}, client=client, cases=log)
    assert workflow.run({"value": 7}).output == {"band": "high"}
    assert workflow.run({"value": 0}).served_by == "compiled"


def test_a_bounded_step_is_a_case_of_its_own(build: Build, log: CaseLog) -> None:
    tone = PlannedStep(
        id="first",
        kind="bounded",
        takes=("value",),
        output_schema=FIRST.output_schema,
        instructions="Judge it.",
    )
    client = from_function(lambda _: {"mood": "calm"}, model="m")
    result = build(STEPS, gives=GIVES, steps=(tone, SECOND), client=client, cases=log).run({"value": 7})
    (case,) = log.cases()
    assert (result.output, result.served_by) == ({"band": "low"}, "bounded")
    assert (case.step, case.served_by, case.output, case.model) == ("first", "bounded", {"mood": "calm"}, "m")
    assert case.tokens == result.tokens


def test_a_bounded_step_whose_reply_does_not_fit_has_a_ladder_too(stepped: Build, log: CaseLog) -> None:
    tone = PlannedStep(
        id="first",
        kind="bounded",
        takes=("value",),
        output_schema=FIRST.output_schema,
        instructions="Judge it.",
    )
    workflow = stepped("human", "rubbish", steps=(tone, SECOND))
    result = workflow.run({"value": 7})
    assert (result.output, result.case) == (None, next(log.cases(status="queued")).id)
    assert result.tokens > 0


def test_a_failed_call_of_the_model_is_no_failure_of_the_run(declining: Build) -> None:
    def fail(_: Request) -> str:
        raise ModelCallError("refused", retryable=True)

    assert declining("model", fail).run({"value": 7}).reason == (
        "not sure; the fallback model failed (ModelCallError)"
    )
