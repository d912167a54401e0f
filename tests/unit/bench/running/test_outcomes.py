from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from compiled_ai.bench.model import Answer, Case, Environment, ModelCall, Prepared, Task, Verdict
from compiled_ai.bench.rows import Outcome
from compiled_ai.bench.running.outcomes import RowMaker, identity_of, pricing
from compiled_ai.bench.running.plan import Unit
from compiled_ai.spec.canonical import JsonObject, JsonValue

SCHEMA: JsonObject = {"type": "object", "properties": {"day": {"type": "string", "format": "date"}}}


class Fixed:
    """Gives the verdict that it was made with."""

    name = "fixed"

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.description: JsonObject = {}

    def tasks(self) -> Sequence[Task]:
        raise NotImplementedError

    def cases(self) -> Sequence[Case]:
        raise NotImplementedError

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        return self._verdict

    def open(self, case: Case) -> Environment:
        raise NotImplementedError

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        raise NotImplementedError


def _maker(verdict: Verdict = Verdict(score=1.0, right=True)) -> RowMaker:  # noqa: B008 - it is frozen
    return RowMaker(
        Fixed(verdict), dataset_name="fixed", system="s", system_identity="i", cost=lambda call: call.seconds
    )


def _task(schema: JsonObject = SCHEMA) -> Task:
    return Task(task_id=f"t{len(str(schema))}", instructions="", output_schema=schema)


def _unit(*, must_decline: bool = False) -> Unit:
    case = Case(case_id="c", task_id="t", split="held_out", input={}, must_decline=must_decline, group="g")
    return Unit(case=case, repeat=1, digest=case.digest)


@pytest.mark.parametrize(
    ("answer", "must_decline", "outcome", "score", "error"),
    [
        (Answer(output={}), False, "right", 1.0, None),
        (Answer(output={}), True, "wrong", 0.0, None),
        (Answer(declined=True), False, "declined", 0.0, None),
        (Answer(declined=True), True, "rightly_declined", 1.0, None),
        (Answer(error="ModelReplyError"), True, "failed", 0.0, "ModelReplyError"),
        (Answer(output={}, error="ModelReplyError"), False, "failed", 0.0, "ModelReplyError"),
        (Answer(), False, "failed", 0.0, "NoAnswer"),
    ],
    ids=["right", "due decline", "declined", "rightly declined", "error", "error with output", "nothing"],
)
def test_an_answer_has_the_outcome_that_it_deserves(
    answer: Answer, must_decline: bool, outcome: Outcome, score: float, error: str | None
) -> None:
    row = _maker().answered(_unit(must_decline=must_decline), _task(), "identity", answer)
    assert (row.outcome, row.score, row.error) == (outcome, score, error)
    assert (row.output is None) == (outcome not in {"right", "wrong"})
    assert (row.split, row.group, row.repeat) == ("held_out", "g", 1)


@pytest.mark.parametrize(
    ("score", "kept"), [(0.4, 0.4), (7.0, 1.0), (-1.0, 0.0), (math.nan, 0.0), (math.inf, 1.0)]
)
def test_a_score_stays_between_0_and_1(score: float, kept: float) -> None:
    row = _maker(Verdict(score=score, right=False)).answered(_unit(), _task(), "i", Answer(output={}))
    assert (row.score, row.outcome) == (kept, "wrong")


@pytest.mark.parametrize(
    ("schema", "output", "conforms"),
    [
        (SCHEMA, {"day": "2026-01-02"}, True),
        (SCHEMA, {"day": "tomorrow"}, False),
        (SCHEMA, None, None),
        ({}, {"day": 1}, None),
        ({"type": "no type"}, {}, None),
    ],
    ids=["fits", "another format", "no output", "no schema", "a broken schema"],
)
def test_an_output_is_checked_against_the_schema(
    schema: JsonObject, output: JsonValue, conforms: bool | None
) -> None:
    assert _maker().answered(_unit(), _task(schema), "i", Answer(output=output)).conforms is conforms


def test_schemas_of_many_tasks_are_not_all_kept() -> None:
    maker = _maker()
    for number in range(100):
        schema: JsonObject = {"type": "object", "title": "x" * number}
        assert maker.answered(_unit(), _task(schema), "i", Answer(output={})).conforms


def test_calls_are_priced() -> None:
    calls = (ModelCall(input_tokens=1, output_tokens=1, seconds=0.25),) * 2
    row = _maker().answered(_unit(), _task(), "i", Answer(output={}, calls=calls))
    assert row.cost_usd == 0.5
    assert _maker().preparation(_task(), Prepared(identity="p", calls=calls)).cost_usd == 0.5


@pytest.mark.parametrize(
    ("model", "price_as", "usd"),
    [
        ("anthropic:claude-opus-4-5", None, 0.030),
        ("ollama:qwen3", "anthropic:claude-opus-4-5", 0.030),
        ("ollama:qwen3", None, None),
        ("", None, None),
    ],
)
def test_the_price_is_that_of_the_list(model: str, price_as: str | None, usd: float | None) -> None:
    call = ModelCall(input_tokens=1000, output_tokens=1000, seconds=0.0)
    assert pricing(model, price_as)(call) == (None if usd is None else pytest.approx(usd))


def test_an_identity_holds_system_task_artifact_and_problem() -> None:
    prepared = Prepared(identity="p")
    others = {
        identity_of("system", _task(), prepared),
        identity_of("another", _task(), prepared),
        identity_of("system", _task({}), prepared),
        identity_of("system", _task(), Prepared(identity="q")),
        identity_of("system", _task(), Prepared(identity="p", problem="broken")),
    }
    assert len(others) == 5
