"""The mutation score: what cases notice, which questions are asked, and what it may cost."""

from __future__ import annotations

import time
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.factory.feedback import render_feedback
from compiled_ai.findings import Finding, StageReport
from compiled_ai.overfit.guard import OverfitSubject
from compiled_ai.overfit.mutation import MutationBudget, measure_mutation
from compiled_ai.overfit.probes import make_probes
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.model import SandboxJob, SandboxName, SandboxOutcome
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy, Limits

SANDBOX = open_sandbox("auto")
PATIENT = MutationBudget(aim_seconds=60, begin_seconds=60, case_seconds=1.0)
"""So that a busy machine does not change what is found."""

INPUT: JsonObject = {
    "type": "object",
    "required": ["price"],
    "additionalProperties": False,
    "properties": {"price": {"type": "integer", "minimum": 0}},
}
OUTPUT: JsonObject = {
    "type": "object",
    "required": ["level"],
    "properties": {"level": {"enum": ["low", "middle", "high"]}},
}
LEVELS = """
    def run(data):
        price = data["price"]
        if price < 10:
            return {"level": "low"}
        return {"level": "middle" if price < 100 else "high"}
    """


def case(price: int, level: str | None, *, kind: type[Case] = VisibleCase) -> Case:
    output: JsonObject | None = None if level is None else {"level": level}
    return kind(case_id=f"{kind.__name__}-{price}", input={"price": price}, output=output)


def subject(body: str, *cases: Case, generated: list[JsonObject] | None = None) -> OverfitSubject:
    return OverfitSubject(
        source="from compiled_ai.modules import abstain\n\n\n" + dedent(body).strip() + "\n",
        workflow=Workflow(
            name="levels",
            version="1",
            input_schema=INPUT,
            output_schema=OUTPUT,
            steps=(PlannedStep(id="run", kind="code", takes=("price",), output_schema=OUTPUT),),
            returns=("level",),
        ),
        cases=cases,
        words={},
        accuracy=Accuracy(),
        limits=Limits(),
        generated=generated or [],
    )


WEAK = (case(5, "low"), case(50, "middle"), case(500, "high"))
STRONG = (
    *WEAK,
    case(9, "low"),
    case(10, "middle"),
    case(11, "middle"),
    case(99, "middle"),
    case(100, "high"),
)


def measure(what: OverfitSubject, budget: MutationBudget = PATIENT) -> tuple[list[Finding], dict[str, Any]]:
    findings, facts = measure_mutation(what, SANDBOX, budget)
    return findings, dict(facts)


def test_a_limit_that_no_case_touches_becomes_a_question() -> None:
    findings, facts = measure(subject(LEVELS, *WEAK))
    asked = [finding.message for finding in findings]
    assert asked[0] == (
        '`price < 10` or `price <= 10`? With price = 10, for the input {"price":10} the code answers {"level":"middle"}, '
        'the other reading answers {"level":"low"}; no case says which. Add it to the examples'
    )
    assert 0 < facts["score"] < 1


def test_cases_at_the_limits_answer_every_question() -> None:
    findings, facts = measure(subject(LEVELS, *STRONG))
    assert findings == []
    assert (facts["survived"], facts["score"]) == (0, 1.0)
    assert facts["killed"] + facts["probably_equivalent"] == facts["tried"] == facts["mutants"]


def test_hidden_cases_notice_too_and_are_not_shown() -> None:
    hidden = [
        case(price, level, kind=HiddenCase) for price, level in ((9, "low"), (10, "middle"), (777, "high"))
    ]
    findings, _ = measure(subject(LEVELS, *WEAK, *hidden))
    text = " ".join(finding.message for finding in findings)
    assert "`price < 10`" not in text
    assert "`price < 100`" in text
    assert "777" not in text


def test_a_generated_input_can_show_a_difference() -> None:
    body = """
        def run(data):
            return {"level": "high" if data["price"] ** 2 == 33385284 else "low"}
        """
    shown = (case(3, "low"), case(4, "low"))
    silent = [finding.message for finding in measure(subject(body, *shown))[0]]
    asked = [finding.message for finding in measure(subject(body, *shown, generated=[{"price": 5778}]))[0]]
    assert not any("5778" in message for message in silent)
    assert any("5778" in message for message in asked)


def test_a_change_that_never_shows_is_not_counted_as_survivor() -> None:
    body = """
        def run(data):
            if data["price"] < 0:
                return {"level": "low"}
            return {"level": "middle"}
        """
    _, facts = measure(subject(body, case(0, "middle"), case(5, "middle"), case(1, "middle")))
    assert facts["probably_equivalent"] > 0
    assert facts["survived"] == 0


def test_a_removed_abstention_is_asked_about() -> None:
    body = """
        def run(data):
            if data["price"] > 900:
                abstain("too dear")
            return {"level": "low"}
        """
    findings, _ = measure(subject(body, case(5, "low"), case(7, "low")))
    text = " ".join(finding.message for finding in findings)
    assert 'is `abstain("too dear")` wanted?' in text
    assert "the code declines, without it it answers" in text


def test_a_mutant_that_hangs_is_noticed_and_costs_little() -> None:
    body = """
        def run(data):
            left = data["price"]
            while left > 0:
                left -= 1
            return {"level": "low"}
        """
    started = time.perf_counter()
    _, facts = measure(subject(body, case(5, "low"), case(6, "low")), replace(PATIENT, case_seconds=0.25))
    assert facts["killed"] >= 2
    assert time.perf_counter() - started < 10


def test_rule_tables_are_measured_as_well() -> None:
    what = subject(LEVELS, *WEAK)
    step = replace(what.workflow.steps[0], kind="rule")
    findings, _ = measure(replace(what, workflow=replace(what.workflow, steps=(step,))))
    assert findings


def test_what_a_bounded_step_gives_is_moved_to_the_limits() -> None:
    fact: JsonObject = {"type": "object", "required": ["age"], "properties": {"age": {"type": "integer"}}}
    body = """
        def run(data):
            return {"level": "high" if data["age"] >= 65 else "low"}
        """
    what = subject(body)
    steps = (
        PlannedStep(id="read", kind="bounded", takes=("price",), output_schema=fact, instructions="Read it."),
        PlannedStep(id="run", kind="code", takes=("age",), output_schema=OUTPUT),
    )
    shown = tuple(
        VisibleCase(
            case_id=str(age), input={"price": 1}, output={"level": level}, given={"read": {"age": age}}
        )
        for age, level in ((30, "low"), (80, "high"))
    )
    findings, _ = measure(replace(what, workflow=replace(what.workflow, steps=steps), cases=shown))
    assert "`data[\"age\"] >= 65` or `data['age'] > 65`?" in findings[0].message
    assert '(given {"read":{"age":65}})' in findings[0].message


def test_questions_never_fail_the_stage_nor_reach_the_coder() -> None:
    findings, _ = measure(subject(LEVELS, *WEAK))
    report = StageReport(stage="accuracy", findings=tuple(findings), tools={}, seconds=0.0)
    assert report.passed
    assert "price < 10" not in render_feedback(report, LEVELS)
    assert {finding.rule for finding in findings} == {"weak-spec"}


def test_at_most_five_questions_are_asked_one_for_a_line() -> None:
    lines = "\n".join(
        f"            if price == {number * 7}:\n                return {{'level': 'high'}}"
        for number in range(1, 12)
    )
    body = f"\n        def run(data):\n            price = data['price']\n{lines}\n            return {{'level': 'low'}}\n"
    findings, facts = measure(subject(body, case(1, "low"), case(2, "low")))
    assert facts["survived"] > 5
    assert len(findings) == 5
    assert len({finding.line for finding in findings}) == 5


def test_two_measurements_agree() -> None:
    assert measure(subject(LEVELS, *WEAK)) == measure(subject(LEVELS, *WEAK))


def test_without_time_nothing_is_tried_and_no_score_is_given() -> None:
    _, facts = measure(subject(LEVELS, *WEAK), MutationBudget(begin_seconds=0.0))
    assert (facts["tried"], facts["score"]) == (0, None)


def test_slow_code_is_not_run_again_and_again() -> None:
    _, facts = measure(subject(LEVELS, *WEAK), MutationBudget(slow_seconds=0.0))
    assert facts["tried"] == 0
    assert "too long" in facts["reason"]


def test_code_that_fails_on_a_case_is_not_measured() -> None:
    _, facts = measure(subject("def run(data):\n    return {'level': data['x'] + 1}", case(1, "low")))
    assert "fails on a case" in facts["reason"]


def test_code_without_cases_or_without_decisions_has_no_score() -> None:
    assert measure(subject(LEVELS))[1]["score"] is None
    assert measure(subject("def run(data):\n    return data\n"))[1] == {
        "mutants": 0,
        "tried": 0,
        "score": None,
    }


class Counting:
    """A sandbox that counts its runs and the length of each."""

    def __init__(self) -> None:
        self.jobs: list[SandboxJob] = []

    @property
    def name(self) -> SandboxName:
        return SANDBOX.name

    def run(self, job: SandboxJob) -> SandboxOutcome:
        self.jobs.append(job)
        return SANDBOX.run(job)


def test_no_run_is_given_a_second_process() -> None:
    counting = Counting()
    measure_mutation(subject(LEVELS, *WEAK), counting, PATIENT)
    assert {job.limits.restarts for job in counting.jobs} == {0}


@pytest.mark.parametrize("count", [1, 10, 200])
def test_probes_conform_and_are_distinct_and_hold_nothing_hidden(count: int) -> None:
    secret = case(123_457, "high", kind=HiddenCase)
    probes = make_probes(subject(LEVELS, *WEAK, secret, generated=[{"price": 7}, {"price": -1}]), count=count)
    prices = [probe.input["price"] for probe in probes]
    assert 0 < len(prices) == len(set(map(str, prices))) <= count
    assert all(isinstance(price, int) and price >= 0 for price in prices)
    assert 123_457 not in prices
