"""Bounded steps whose model the spec bounds: asked through the guard of the ladder, never without bounds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep
from compiled_ai.cases import CaseLog
from compiled_ai.errors import MissingKeyError, ModelCallError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution._ladder import needs_log
from compiled_ai.llm import Request, from_function
from compiled_ai.llm.exchange import CallTimeoutError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]
LISTED = "anthropic:claude-opus-4-5"
CALM: JsonObject = {"mood": "calm"}
MOOD = expand_object({"mood": ["calm", "angry"]})
TONE = PlannedStep(
    id="tone", kind="bounded", takes=("value",), output_schema=MOOD, instructions="Judge the tone."
)
BAND = PlannedStep(
    id="band", kind="code", takes=("mood",), output_schema=expand_object({"band": ["low", "high"]})
)
CODE = "def band(data):\n    return {'band': 'high' if data['mood'] == 'angry' else 'low'}\n"


class Model:
    """A model that answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.answer: Any = CALM
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Any:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(request) if callable(self.answer) else self.answer


@pytest.fixture
def log() -> CaseLog:
    return CaseLog(None, now=lambda: datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def toned(build: Build, log: CaseLog, model: Model) -> Build:
    """Builds a workflow with a bounded step, the bounds of its fallback block, and those of the step's own."""

    def build_it(
        own: JsonObject | None = None,
        *,
        named: str = LISTED,
        cases: CaseLog | None = log,
        steps: tuple[PlannedStep, ...] = (TONE, BAND),
        compliance: tuple[str, ...] = (),
        **bounds: object,
    ) -> LoadedWorkflow:
        told: Any = dict(bounds)
        if own is not None:
            usual: JsonObject = {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000}
            told["steps"] = {"tone": {**usual, "instructions": "Judge the tone.", **own}}
        client = from_function(model, model=named)
        gives = {"band": ["low", "high"]}
        return build(
            CODE,
            gives=gives,
            steps=steps,
            fallback=told,
            client=client,
            cases=cases,
            compliance=compliance,
        )

    return build_it


def rows(log: CaseLog, table: str) -> list[dict[str, Any]]:
    with log.database.reading() as connection:
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]


# What is let in


def test_the_request_is_that_of_a_step_without_bounds_but_for_the_length_of_the_reply(
    toned: Build, model: Model
) -> None:
    for bounds in ({}, {"breaker": {"failures": 5, "seconds": 60}}, {"per_day": {"calls": 9}}):
        assert toned(**bounds).run({"value": 1}).served_by == "bounded"
    plain, guarded, strict = model.requests
    assert plain == guarded
    assert (strict.instructions, strict.prompt, strict.schema) == (
        plain.instructions,
        plain.prompt,
        plain.schema,
    )
    assert (strict.role, plain.max_tokens) == ("bounded", None)
    assert strict.max_tokens is not None
    assert strict.max_tokens < 2000


def test_what_it_cost_is_settled_told_and_logged(toned: Build, log: CaseLog) -> None:
    result = toned(per_day={"tokens": 100_000}).run({"value": 1})
    (spent,) = rows(log, "spent")
    (case,) = log.cases()
    assert rows(log, "reserved") == []
    assert spent["tokens"] == result.tokens == case.tokens > 0
    assert result.cost_usd == case.cost_usd
    assert (case.step, case.served_by) == ("tone", "bounded")


def test_without_bounds_nothing_is_counted(toned: Build, log: CaseLog) -> None:
    assert toned(policy="human").run({"value": 1}).served_by == "bounded"
    assert rows(log, "spent") == []


@pytest.mark.parametrize(
    ("own", "bounds", "is_needed"),
    [
        pytest.param(None, {}, False, id="no bounds"),
        pytest.param({}, {}, False, id="an own block without bounds"),
        pytest.param(None, {"max_usd": "1"}, True, id="money"),
        pytest.param(None, {"per_day": {"calls": 1}}, True, id="a day"),
        pytest.param(None, {"breaker": {"failures": 1, "seconds": 1.0}}, True, id="breaker"),
        pytest.param({"per_day": {"calls": 1}}, {}, True, id="of the step"),
    ],
)
def test_a_case_log_is_opened_for_bounds_alone(
    own: JsonObject | None, bounds: dict[str, Any], is_needed: bool, toned: Build
) -> None:
    assert needs_log(toned(own, **bounds).artifact) is is_needed


# What is not


@pytest.mark.parametrize(
    ("own", "bounds", "why"),
    [
        pytest.param(None, {"max_usd": "0.000001"}, "max_usd is 0.000001", id="money"),
        pytest.param({"max_usd": "0.000002"}, {"max_usd": "1"}, "max_usd is 0.000002", id="money of the step"),
        pytest.param(None, {"max_usd": "1", "named": "ollama:qwen3"}, "the price of ollama:qwen3 is unknown", id="no price"),
        pytest.param(None, {"per_day": {"tokens": 100}}, "the workflow has 100 of 100 tokens left", id="tokens of a day"),
        pytest.param({"per_day": {"tokens": 100}}, {}, "step 'tone' has 100 of 100 tokens left", id="of the step"),
        pytest.param(None, {"per_day": {"calls": 9}, "cases": None}, "no case log is open", id="no log"),
    ],
)  # fmt: skip
def test_what_cannot_be_afforded_is_an_abstention_of_the_step(
    own: JsonObject | None, bounds: dict[str, Any], why: str, toned: Build, model: Model
) -> None:
    result = toned(own, **bounds).run({"value": 1})
    assert (result.output, result.served_by) == (None, "nobody")
    assert result.reason.startswith("step 'tone': the model was not asked: ")
    assert why in result.reason
    assert model.requests == []


def test_the_calls_of_a_day_are_those_of_all_bounded_steps(toned: Build, model: Model) -> None:
    again = PlannedStep(
        id="again", kind="bounded", takes=("value",), output_schema=MOOD, instructions="Again."
    )
    workflow = toned(steps=(TONE, again, BAND), per_day={"calls": 3})
    assert [workflow.run({"value": n}).served_by for n in range(2)] == ["bounded", "nobody"]
    assert len(model.requests) == 3


def test_a_model_that_fails_is_left_alone(toned: Build, model: Model) -> None:
    workflow = toned(breaker={"failures": 2, "seconds": 60.0})
    model.answer = ModelCallError("down", retryable=True)
    for _ in range(2):
        with pytest.raises(ModelCallError, match="down"):
            workflow.run({"value": 1})
    result = workflow.run({"value": 1})
    assert "failed 2 times in a row and is left alone" in result.reason
    assert len(model.requests) == 2


def test_rubbish_is_an_abstention_and_counts_as_a_failure(toned: Build, model: Model) -> None:
    workflow = toned(breaker={"failures": 1, "seconds": 60.0})
    model.answer = "rubbish"
    first, second = (workflow.run({"value": 1}).reason for _ in range(2))
    assert first == "step 'tone': the model failed (ModelReplyError)"
    assert "left alone" in second


def test_a_refusal_goes_down_the_ladder_of_the_step(toned: Build, model: Model, log: CaseLog) -> None:
    result = toned({"policy": "human"}, per_day={"calls": 1, "tokens": 1}).run({"value": 1})
    (case,) = log.cases(status="queued")
    assert (case.step, result.case) == ("tone", case.id)
    assert "the model was not asked" in case.reason
    assert model.requests == []


def test_a_refusal_goes_down_the_ladder_of_the_task(toned: Build, log: CaseLog) -> None:
    toned(policy="human", per_day={"tokens": 1}).run({"value": 1})
    (case,) = log.cases(status="queued")
    assert case.step == ""


def test_one_step_alone_is_bounded_too(toned: Build) -> None:
    workflow = toned(per_day={"calls": 1})
    first, second = (workflow.run_step("tone", {"value": 1}) for _ in range(2))
    assert (first.output, first.served_by) == (CALM, "bounded")
    assert first.tokens > 0
    assert (second.output, second.served_by) == (None, "nobody")
    assert "has put 1 of 1 calls" in second.reason


def test_what_is_given_costs_nothing(toned: Build, model: Model, log: CaseLog) -> None:
    workflow = toned(per_day={"calls": 1})
    for _ in range(3):
        assert workflow.run({"value": 1}, given={"tone": CALM}).output == {"band": "low"}
    assert model.requests == []
    assert rows(log, "spent") == []


# Time, tokens, set-up


@pytest.fixture
def hung() -> Iterator[Callable[[Request], JsonObject]]:
    """A model that says nothing until the test is over."""
    released = threading.Event()

    def hang(_: Request) -> JsonObject:
        released.wait(30)
        return CALM

    yield hang
    released.set()


def test_a_model_that_hangs_is_left_after_its_time(
    toned: Build, model: Model, hung: object, log: CaseLog
) -> None:
    model.answer = hung
    with pytest.raises(CallTimeoutError):
        toned(timeout_seconds=0.1, per_day={"tokens": 100_000}).run({"value": 1})
    assert rows(log, "reserved") == []
    assert [row["tokens"] for row in rows(log, "spent")] == [4000]  # nobody knows what the provider bills


def test_an_answer_that_cost_too_much_is_not_used(toned: Build, model: Model) -> None:
    model.answer = " " * 40_000 + '{"mood": "calm"}'
    result = toned(max_usd="0.02").run({"value": 1})
    assert result.reason == "step 'tone': the model failed (BudgetExceededError)"
    assert result.cost_usd is not None
    assert result.cost_usd > Decimal("0.02")


def test_all_bounded_steps_of_a_run_share_its_tokens(toned: Build, model: Model) -> None:
    again = PlannedStep(
        id="again", kind="bounded", takes=("value",), output_schema=MOOD, instructions="Again."
    )
    workflow = toned(steps=(TONE, again, BAND), breaker={"failures": 1, "seconds": 60.0}, max_tokens=415)
    assert workflow.run({"value": "blue " * 200}).served_by == "bounded"
    assert workflow.run({"value": "blue " * 320}).reason.startswith("step 'again': the model failed (Budget")
    assert len(model.requests) == 3
    assert workflow.run({"value": 1}).served_by == "bounded"  # the model is not to blame


def test_a_missing_key_is_raised_and_sets_nothing_aside(toned: Build, model: Model, log: CaseLog) -> None:
    model.answer = MissingKeyError("no key", variable="KEY")
    with pytest.raises(MissingKeyError):
        toned(breaker={"failures": 1, "seconds": 60.0}).run({"value": 1})
    assert rows(log, "reserved") == []


def test_no_value_is_told_where_a_block_hides_them(toned: Build, model: Model) -> None:
    model.answer = ModelCallError("quotes 4711", retryable=True)
    with pytest.raises(ModelCallError) as caught:
        toned(breaker={"failures": 5, "seconds": 60.0}, compliance=("hipaa",)).run({"value": 4711})
    assert "4711" not in str(caught.value)
