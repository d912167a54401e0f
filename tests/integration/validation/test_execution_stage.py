"""The execution stage: every case in the jail, twice, and what is said of those that fail."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.findings import Finding, StageReport
from compiled_ai.inputs.generate import GeneratedInput
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.model import CaseRow
from compiled_ai.spec import Case
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Limits
from compiled_ai.validation.execution import check_execution
from compiled_ai.validation.subject import Subject

OUTPUT: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": {"type": "string", "maxLength": 12}},
}
FACT: JsonObject = {"type": "object", "properties": {"fact": {"type": "string"}}}
RUN = PlannedStep(id="run", kind="code", takes=("n", "fact"), output_schema=OUTPUT)
LOOK_UP = PlannedStep(
    id="look_up", kind="bounded", takes=("n",), output_schema=FACT, instructions="Look it up."
)


def visible(n: int, *, given: str | None = None) -> VisibleCase:
    return VisibleCase(
        case_id=f"shown-{n}",
        input={"n": n},
        output={"text": "x"},
        given={} if given is None else {"look_up": {"fact": given}},
    )


def hidden(n: int) -> HiddenCase:
    return HiddenCase(case_id=f"secret-{n}", input={"n": n}, output={"text": "x"})


def check(
    body: str,
    *cases: Case,
    steps: tuple[PlannedStep, ...] = (RUN,),
    seconds: float = 5.0,
    generated: tuple[GeneratedInput, ...] = (),
) -> tuple[StageReport, tuple[CaseRow, ...]]:
    """What the stage says of ``run(data)`` with `body`; `n` is the input's number."""
    source = "import re\nfrom compiled_ai.modules import abstain\n\n_STATE = []\n\n\ndef run(data):\n    n = data['n']\n"
    source += "".join(f"    {line}\n" for line in dedent(body).strip().split("\n"))
    workflow = Workflow(
        name="t",
        version="1",
        input_schema={"type": "object"},
        output_schema=OUTPUT,
        steps=steps,
        returns=("text",),
    )
    subject = Subject(
        source=source,
        workflow=workflow,
        cases=cases,
        limits=Limits(case_seconds=seconds, memory_mb=256),
        generated=generated,
    )
    return check_execution(subject, open_sandbox("auto"))


def only(report: StageReport) -> Finding:
    (finding,) = report.findings
    return finding


def test_answers_and_abstentions_pass() -> None:
    report, rows = check(
        "if n == 2:\n    abstain('two')\nreturn {'text': str(n)}", visible(1), visible(2), hidden(3)
    )
    assert (report.passed, report.findings) == (True, ())
    assert [(row.case_id, row.status, row.output) for row in rows] == [
        ("shown-1", "answered", {"text": "1"}), ("shown-2", "abstained", None), ("secret-3", "answered", {"text": "3"}),
    ]  # fmt: skip


def test_facts_count_the_ends_and_the_coverage() -> None:
    report, _ = check(
        "if n == 2:\n    abstain('two')\nif n == 9:\n    return {'text': 'nine'}\nreturn {'text': str(n)}",
        visible(1),
        visible(2),
    )
    assert (report.facts["cases"], report.facts["answered"], report.facts["abstained"]) == (2, 1, 1)
    assert report.facts["missing_lines"] == [12]
    assert isinstance(report.facts["line_coverage"], float)
    assert 0.8 < report.facts["line_coverage"] < 1.0


class TestExamples:
    """An example that fails is named, with what happened and where."""

    @pytest.mark.parametrize(
        ("body", "rule", "message", "line"),
        [
            ("return {'text': str(1 // (n - 1))}", "crashed", "example 'shown-1': ZeroDivisionError at line 9: integer division or modulo by zero", 9),
            ("return {'text': None}", "crashed", "OutputError: output.text: null is not of type \"string\"", None),
            ("return {'text': 'far too long a text'}", "crashed", "OutputError: output.text:", None),
            ("return {}", "crashed", "OutputError: output: the field 'text' is missing", None),
            ("return {'text': 'a', 'more': 1}", "crashed", "OutputError: output: unknown field 'more'; known fields are text", None),
            ("return ['a']", "crashed", "returned list, which is not a JSON object", None),
            ("return {'text': 'a' * 2_000_000}", "output_too_large", "at most 1000000 are allowed", None),
            ("x = 'a' * 500_000_000\nreturn {'text': x}", "out_of_memory", "example 'shown-1': MemoryError", 9),
            ("while n == 1:\n    pass\nreturn {'text': 'a'}", "timed_out", "example 'shown-1':", None),
            ("data['n'] = 5\nreturn {'text': 'a'}", "mutated_input", "example 'shown-1': it changes its input; build new objects instead", None),
        ],
    )  # fmt: skip
    def test_it_is_told(self, body: str, rule: str, message: str, line: int | None) -> None:
        report, _ = check(body, visible(1), seconds=0.3 if "while" in body else 5.0)
        finding = only(report)
        assert (finding.rule, finding.line) == (rule, line)
        assert message in finding.message

    def test_an_answer_that_breaks_the_schema_is_no_answer(self) -> None:
        _, rows = check("return {'text': 1}", visible(1))
        assert (rows[0].status, rows[0].output) == ("crashed", None)


class TestHidden:
    """Hidden cases that fail are counted by kind."""

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            (
                "return {'text': str({1: 2}[n])}",
                "2 hidden cases: crashed; abstain when a needed part is missing or unclear",
            ),
            ("return {'text': str(n) * 5}", "2 hidden cases: crashed;"),
            (
                "data['n'] = 5\nreturn {'text': 'a'}",
                "2 hidden cases: mutated input; it changes its input; build new objects instead",
            ),
            (
                "while n > 9:\n    pass\nreturn {'text': 'a'}",
                "2 hidden cases: timed out; bound the work by the length of the input",
            ),
            ("return {'text': str(n) * 1_000_000}", "2 hidden cases: output too large; return less"),
        ],
    )
    def test_they_are_told_by_kind_and_count(self, body: str, message: str) -> None:
        report, _ = check(body, hidden(1234), hidden(5678), seconds=0.3 if "while" in body else 5.0)
        finding = only(report)
        assert message in finding.message
        assert finding.rule.startswith("hidden-")
        assert finding.line is None
        assert "1234" not in finding.message

    def test_kinds_are_told_apart(self) -> None:
        report, _ = check(
            "if n == 1:\n    return {'text': n}\ndata['n'] = 0\nreturn {'text': 'a'}",
            hidden(1),
            hidden(2),
            hidden(3),
        )
        assert [(item.rule, item.message.partition(":")[0]) for item in report.findings] == [
            ("hidden-crashed", "1 hidden case"), ("hidden-mutated_input", "2 hidden cases"),
        ]  # fmt: skip


class TestStability:
    """The second pass runs backwards, under another hash seed."""

    def test_an_answer_by_the_order_of_a_set_is_found(self) -> None:
        words = [f"w{number}" for number in range(40)]
        report, _ = check(f"return {{'text': next(iter({set(words)}))}}", *(visible(n) for n in range(3)))
        assert only(report).rule == "unstable"
        assert only(report).message.startswith("3 of 3 inputs answer differently in another process")

    def test_an_answer_by_an_earlier_case_is_found(self) -> None:
        report, _ = check(
            "_STATE.append(n)\nreturn {'text': str(len(_STATE))}", visible(1), visible(2), hidden(3)
        )
        assert only(report).message.startswith("3 of 3 inputs answer differently")

    def test_a_reason_by_the_order_of_a_set_is_found(self) -> None:
        report, _ = check("abstain(str({'a', 'b', 'c', 'd', 'e', 'f', 'g'}))", visible(1))
        assert only(report).rule == "unstable"

    def test_an_answer_by_an_address_is_found(self) -> None:
        report, _ = check("return {'text': str(run)[-12:]}", visible(1))
        assert only(report).rule == "unstable"

    def test_sorted_sets_are_stable(self) -> None:
        report, _ = check("return {'text': ''.join(sorted({'a', 'b', str(n)}))}", visible(1), hidden(2))
        assert report.passed


class TestBoundedSteps:
    """What is given stands in for the model."""

    STEPS = (LOOK_UP, RUN)

    def test_what_is_given_reaches_the_activity(self) -> None:
        _, rows = check("return {'text': data['fact']}", visible(1, given="yes"), steps=self.STEPS)
        assert rows[0].output == {"text": "yes"}

    def test_an_example_without_it_is_told_to_add_it(self) -> None:
        report, _ = check("return {'text': data['fact']}", visible(1), steps=self.STEPS)
        assert only(report).rule == "needs_model"
        assert "the bounded step 'look_up' was reached" in only(report).message
        assert (
            "add `given` with the step's output to the case, or decline the input before that step"
            in only(report).message
        )

    def test_hidden_cases_without_it_are_counted_and_told_to_add_it(self) -> None:
        report, _ = check("return {'text': data['fact']}", hidden(1234), steps=self.STEPS)
        assert only(report).rule == "hidden-needs_model"
        assert "1 hidden case: needs model;" in only(report).message
        assert "add `given`" in only(report).message

    def test_an_abstention_before_it_needs_none(self) -> None:
        first: Any = PlannedStep(id="run", kind="code", takes=("n",), output_schema=OUTPUT)
        report, rows = check("abstain('no')", visible(1), steps=(first, LOOK_UP))
        assert (report.passed, rows[0].status) == (True, "abstained")


def test_without_a_case_or_an_input_the_body_is_not_covered() -> None:
    report, rows = check("return {'text': 'a'}")
    assert (only(report).rule, rows, report.facts["cases"]) == ("unreached", (), 0)


def test_the_report_names_the_layers_of_the_jail() -> None:
    report, _ = check("return {'text': 'a'}", visible(1))
    assert report.tools["sandbox"].startswith("jail: process")
