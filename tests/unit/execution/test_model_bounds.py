"""A fallback model that hangs, fails, answers rubbish or takes too much: bounded every time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compiled_ai.cases import CaseLog
from compiled_ai.errors import MissingKeyError, ModelCallError, ReplayMissError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.llm import Request, from_function
from compiled_ai.spec.canonical import JsonObject

Build = Callable[..., LoadedWorkflow]
DECLINES = 'from compiled_ai.modules import abstain\n\n\ndef run(data):\n    abstain("not sure")\n'
HIGH: JsonObject = {"declined": False, "reason": "", "answer": {"band": "high"}}
REFUSES: JsonObject = {"declined": True, "reason": "no", "answer": None}
LISTED = "anthropic:claude-opus-4-5"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Model:
    """A model that answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.answer: Any = HIGH
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Any:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(request) if callable(self.answer) else self.answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> CaseLog:
    return CaseLog(None, now=clock)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def falling(build: Build, log: CaseLog, model: Model) -> Callable[..., LoadedWorkflow]:
    """Builds a workflow that always declines, with the model and the bounds of its fallback."""

    def build_it(
        *, named: str = LISTED, price_as: str | None = None, cases: CaseLog | None = log, **bounds: object
    ) -> LoadedWorkflow:
        client = from_function(model, model=named, price_as=price_as)
        gives = {"band": ["low", "high"]}
        told = {"policy": "model", **bounds}
        return build(DECLINES, gives=gives, fallback=told, client=client, cases=cases)

    return build_it


def reason(workflow: LoadedWorkflow) -> str:
    return workflow.run({"value": 1}).reason


# Time


@pytest.fixture
def hung() -> Iterator[Callable[[Request], JsonObject]]:
    """A model that says nothing until the test is over."""
    released = threading.Event()

    def hang(_: Request) -> JsonObject:
        released.wait(30)
        return HIGH

    yield hang
    released.set()


def test_a_model_that_hangs_is_left_after_its_time(
    falling: Build, model: Model, hung: object, log: CaseLog
) -> None:
    model.answer = hung
    workflow = falling(timeout_seconds=0.1, per_day={"tokens": 100_000})
    reason(workflow)  # the first one also loads the prices
    started = time.perf_counter()
    assert reason(workflow) == "not sure; the fallback model failed (CallTimeoutError)"
    assert time.perf_counter() - started < 5
    with log.database.reading() as connection:
        (spent,) = connection.execute("SELECT tokens FROM spent").fetchall()
        assert connection.execute("SELECT count(*) FROM reserved").fetchone()[0] == 0
    assert spent["tokens"] == 8000  # nobody knows what the provider bills, so all that was set aside counts


def test_an_answer_after_the_time_is_not_used(falling: Build, model: Model, log: CaseLog) -> None:
    late = threading.Event()

    def slow(_: Request) -> JsonObject:
        time.sleep(0.6)
        late.set()
        return HIGH

    model.answer = slow
    assert falling(timeout_seconds=0.1).run({"value": 1}).output is None
    assert late.wait(5)
    (case,) = log.cases()
    assert (case.output, case.served_by) == (None, "nobody")


# Tokens and money


def test_an_answer_that_took_too_much_is_not_used(falling: Build, model: Model) -> None:
    model.answer = {**HIGH, "reason": "x" * 100_000}
    result = falling().run({"value": 1})
    assert (result.output, result.served_by) == (None, "nobody")
    assert result.reason == "not sure; the fallback model failed (BudgetExceededError)"
    assert result.tokens > 4000


def test_an_answer_that_cost_too_much_is_not_used(falling: Build, model: Model) -> None:
    model.answer = {**HIGH, "reason": "x" * 10_000}
    result = falling(max_usd="0.02").run({"value": 1})
    assert result.reason == "not sure; the fallback model failed (BudgetExceededError)"
    assert result.cost_usd is not None
    assert result.cost_usd > Decimal("0.02")


def test_under_a_bound_of_money_the_reply_is_as_long_as_it_may_be(falling: Build, model: Model) -> None:
    assert falling(max_usd="1").run({"value": 1}).served_by == "model"
    assert falling(max_usd="0.02").run({"value": 1}).served_by == "model"
    long, short = (request.max_tokens for request in model.requests)
    assert long is not None
    assert short is not None
    assert 32 <= short < long < 2000


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        pytest.param({"max_usd": "0.000001"}, "max_usd is 0.000001", id="too little for any reply"),
        pytest.param({"max_usd": "1", "named": "ollama:qwen3"}, "the price of ollama:qwen3 is unknown", id="no price"),
        pytest.param({"per_day": {"usd": "1"}, "named": "m"}, "the price of the model is unknown", id="no price a day"),
        pytest.param({"per_day": {"calls": 9}, "max_tokens": 100}, "max_tokens is 100", id="prompt alone is too long"),
        pytest.param({"per_day": {"tokens": 100}}, "100 of 100 tokens left for 2026-01-31, and a call may take 4000", id="tokens of a day"),
    ],
)  # fmt: skip
def test_what_cannot_be_afforded_is_not_asked(
    bounds: dict[str, Any], why: str, falling: Build, model: Model
) -> None:
    text = reason(falling(**bounds))
    assert text.startswith("not sure; the fallback model was not asked: ")
    assert why in text
    assert model.requests == []


def test_a_stand_in_makes_the_price_known(falling: Build) -> None:
    result = falling(named="ollama:qwen3", price_as=LISTED, max_usd="1").run({"value": 1})
    assert result.served_by == "model"


def test_the_calls_of_a_day_end_and_begin_anew(falling: Build, model: Model, clock: Clock) -> None:
    workflow = falling(per_day={"calls": 2})
    assert [workflow.run({"value": 1}).served_by for _ in range(3)] == ["model", "model", "nobody"]
    assert "has put 2 of 2 calls to a model on 2026-01-31" in reason(workflow)
    clock.pass_(86_400)
    assert workflow.run({"value": 1}).served_by == "model"
    assert len(model.requests) == 3


def test_the_money_of_a_day_ends(falling: Build) -> None:
    workflow = falling(per_day={"usd": "0.2"})
    served = [workflow.run({"value": 1}).served_by for _ in range(100)]
    assert served[0] == "model"
    assert served[-1] == "nobody"
    assert "USD left for 2026-01-31" in reason(workflow)


def test_a_clock_put_back_over_midnight_opens_no_new_budget(falling: Build, clock: Clock) -> None:
    workflow = falling(per_day={"calls": 1})
    assert workflow.run({"value": 1}).served_by == "model"
    clock.pass_(-86_400)
    assert workflow.run({"value": 1}).served_by == "nobody"


def test_without_a_case_log_the_bounds_of_a_day_let_nothing_in(falling: Build, model: Model) -> None:
    text = reason(falling(per_day={"calls": 9}, cases=None))
    assert text.endswith("no case log is open, which the bounds of a day are kept in")
    assert model.requests == []


# The breaker


def test_a_model_that_fails_is_left_alone_and_then_probed(falling: Build, model: Model, clock: Clock) -> None:
    workflow = falling(breaker={"failures": 3, "seconds": 60})
    model.answer = "rubbish"
    for _ in range(3):
        assert reason(workflow).endswith("failed (ModelReplyError)")
    asked = len(model.requests)
    assert f"{LISTED} failed 3 times in a row and is left alone; it is tried again in 60 s" in reason(
        workflow
    )
    clock.pass_(61)
    assert reason(workflow).endswith("failed (ModelReplyError)")  # the probe
    assert "failed 4 times in a row" in reason(workflow)
    assert len(model.requests) == asked + 2
    clock.pass_(61)
    model.answer = HIGH
    assert [workflow.run({"value": 1}).served_by for _ in range(4)] == ["model"] * 4


def test_inputs_that_are_too_long_do_not_blame_the_model(falling: Build, model: Model) -> None:
    workflow = falling(breaker={"failures": 1, "seconds": 60})
    for _ in range(2):
        assert workflow.run({"value": "x" * 50_000}).reason.endswith("failed (BudgetExceededError)")
    assert model.requests == []
    assert workflow.run({"value": 1}).served_by == "model"


def test_an_answer_in_between_begins_the_count_anew(falling: Build, model: Model) -> None:
    workflow = falling(breaker={"failures": 2, "seconds": 60})
    for answer in ("rubbish", HIGH, "rubbish", REFUSES, "rubbish", HIGH):
        model.answer = answer
        assert "left alone" not in reason(workflow)


@pytest.mark.parametrize("cases", [True, False], ids=["with a case log", "without one"])
def test_five_failures_are_the_usual_bound(cases: bool, falling: Build, model: Model, log: CaseLog) -> None:
    workflow = falling(cases=log if cases else None)
    model.answer = ModelCallError("down", retryable=True)
    texts = [reason(workflow) for _ in range(6)]
    assert ["left alone" in text for text in texts] == [False] * 5 + [True]


def test_a_clock_put_back_leaves_the_model_alone_no_longer(
    falling: Build, model: Model, clock: Clock
) -> None:
    workflow = falling(breaker={"failures": 1, "seconds": 60})
    model.answer = "rubbish"
    reason(workflow)
    clock.pass_(-1_000_000)
    assert "it is tried again in 60 seconds" in reason(workflow)
    clock.pass_(61)
    model.answer = HIGH
    assert workflow.run({"value": 1}).served_by == "model"


def test_one_model_left_alone_says_nothing_of_another(falling: Build, model: Model) -> None:
    model.answer = "rubbish"
    bad, good = (falling(named=name, breaker={"failures": 1, "seconds": 60}) for name in ("bad", "good"))
    reason(bad)
    model.answer = HIGH
    assert "left alone" in reason(bad)
    assert good.run({"value": 1}).served_by == "model"


@pytest.mark.parametrize(
    "error",
    [MissingKeyError("no key", variable="KEY"), ReplayMissError("no recording", key="k")],
    ids=["key", "recording"],
)
def test_what_the_operator_must_mend_is_raised_and_blames_no_model(
    error: Exception, falling: Build, model: Model, log: CaseLog
) -> None:
    model.answer = error
    workflow = falling(breaker={"failures": 1, "seconds": 60}, per_day={"tokens": 5_000})
    for _ in range(3):
        with pytest.raises(type(error)):
            workflow.run({"value": 1})
    with log.database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM reserved").fetchone()[0] == 0


def test_threads_share_the_breaker_and_the_budget(falling: Build, model: Model) -> None:
    def slow(_: Request) -> JsonObject:
        time.sleep(0.01)
        return HIGH

    model.answer = slow
    workflow = falling(per_day={"calls": 10})
    results: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: results.extend(workflow.run({"value": 1}).served_by for _ in range(5))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (results.count("model"), results.count("nobody")) == (10, 30)


def test_only_one_probes_a_model_at_a_time(falling: Build, model: Model, clock: Clock) -> None:
    workflow = falling(breaker={"failures": 1, "seconds": 60})
    model.answer = "rubbish"
    reason(workflow)
    clock.pass_(61)
    inside, go_on = threading.Event(), threading.Event()

    def slow(_: Request) -> JsonObject:
        inside.set()
        go_on.wait(5)
        return HIGH

    model.answer = slow
    probe = threading.Thread(target=lambda: reason(workflow))
    probe.start()
    assert inside.wait(5)
    assert reason(workflow).endswith("is left alone; one call is trying it now")
    go_on.set()
    probe.join()
    assert workflow.run({"value": 1}).served_by == "model"
