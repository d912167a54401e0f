"""What the execution stage finds with inputs that are no cases: properties, determinism, coverage."""

from __future__ import annotations

from textwrap import dedent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.findings import StageReport
from compiled_ai.inputs.generate import GeneratedInput
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Limits
from compiled_ai.validation.execution import check_execution
from compiled_ai.validation.subject import Subject

OUTPUT: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": {"type": "string", "maxLength": 40}},
}
NUMBERS = tuple(
    GeneratedInput(kind="boundary" if n % 2 else "random", input={"n": n}) for n in (-7, -1, 0, 2, 5, 10**12)
)


def check(
    body: str,
    *,
    generated: tuple[GeneratedInput, ...] = NUMBERS,
    kind: str = "code",
    hidden: bool = False,
    imports: str = "",
) -> StageReport:
    """What the stage says of ``run(data)`` with `body`, shown the case n = 1 (and a hidden one)."""
    source = f"import re\n{imports}\nfrom compiled_ai.modules import abstain\n\n_STATE = []\n\n\ndef run(data):\n    n = data['n']\n"
    source += "".join(f"    {line}\n" for line in dedent(body).strip().split("\n"))
    subject = Subject(
        source=source,
        workflow=Workflow(
            name="t",
            version="1",
            input_schema={"type": "object"},
            output_schema=OUTPUT,
            steps=(
                PlannedStep(
                    id="run", kind="rule" if kind == "rule" else "code", takes=("n",), output_schema=OUTPUT
                ),
            ),
            returns=("text",),
        ),
        cases=(
            VisibleCase(case_id="shown", input={"n": 1}, output={"text": "1"}),
            *((HiddenCase(case_id="secret", input={"n": 31_337}, output={"text": "x"}),) if hidden else ()),
        ),
        limits=Limits(case_seconds=1.0, memory_mb=256),
        generated=generated,
    )
    return check_execution(subject, open_sandbox("auto"))[0]


def test_code_that_holds_on_every_input_passes_with_facts() -> None:
    report = check("if n < 0:\n    abstain('negative')\nreturn {'text': str(n)}")
    assert (report.passed, report.findings) == (True, ())
    assert report.facts["properties"] == {
        "inputs": {"boundary": 3, "random": 3},
        "endings": {"abstained": 2, "answered": 4},
    }
    assert report.facts["determinism"] == {"inputs": 7, "processes": 3, "entropy_bits": 0.0, "unstable": 0}


@pytest.mark.parametrize(
    ("body", "rule", "words"),
    [
        pytest.param("return {'text': str(10 // n)}", "crashed", "ZeroDivisionError", id="division by zero"),
        pytest.param("return {'text': 'x' * (n if n < 100 else 99)}", "crashed", "longer than 40", id="output breaks the schema"),
        pytest.param("return {'text': n if n < 0 else 'a'}", "crashed", "output.text", id="wrong type on some inputs"),
        pytest.param("data['n'] = min(n, 5)\nreturn {'text': str(n)}", "mutated_input", "changes its input", id="input changed"),
        pytest.param("while n == 5:\n    pass\nreturn {'text': str(n)}", "timed_out", "did not end", id="endless on one input"),
        pytest.param("return {'text': str(len(re.findall('a' * min(n, 9), 'b')))} if n < 9 else {'text': str(len([0] * n))}", "out_of_memory", "MemoryError", id="memory by the size of a number"),
    ],
)  # fmt: skip
def test_a_broken_property_is_an_error_with_its_input(body: str, rule: str, words: str) -> None:
    report = check(body)
    finding = report.errors[0]
    assert (finding.tool, finding.rule) == ("properties", rule)
    assert words in finding.message
    assert '"n":' in finding.message


def test_the_same_fault_on_many_inputs_is_one_finding_with_the_shortest_input() -> None:
    report = check("if n != 1:\n    raise KeyError(n)\nreturn {'text': str(n)}")
    (finding,) = report.errors
    assert "(and 5 more alike)" in finding.message
    assert '{"n":0}' in finding.message or '{"n":2}' in finding.message or '{"n":5}' in finding.message


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        pytest.param("", "_STATE.append(n)\nreturn {'text': str(len(_STATE))}", id="state between calls"),
        pytest.param("", "return {'text': str(str(n).__hash__() % 99)}", id="hash of a text"),
        pytest.param("", "return {'text': next(iter({'w%d' % k for k in range(40)}))}", id="order of a set"),
        pytest.param("import datetime", "return {'text': str(datetime.datetime.fromtimestamp(n % 86400))}", id="time zone"),
        pytest.param("import datetime", "return {'text': str(datetime.datetime.now().microsecond)}", id="clock"),
        pytest.param("", "return {'text': str(run)[-20:]}", id="address"),
        pytest.param("", "return {'text': str(n.__eq__)[-20:]}", id="address of a method"),
    ],
)  # fmt: skip
def test_what_depends_on_the_surroundings_is_unstable(imports: str, body: str) -> None:
    report = check(body, imports=imports)
    assert [(finding.tool, finding.rule) for finding in report.errors] == [("determinism", "unstable")]
    facts = report.facts["determinism"]
    assert isinstance(facts, dict)
    assert isinstance(facts["entropy_bits"], float)
    assert facts["entropy_bits"] > 0


def test_an_unstable_hidden_case_is_counted_and_not_shown() -> None:
    report = check(
        "return {'text': next(iter({'w%d' % k for k in range(40)})) if n == 31337 else 'x'}", hidden=True
    )
    (finding,) = report.errors
    assert finding.message.startswith("1 of 8 inputs answer differently")
    assert "31337" not in finding.message


UNREACHED = """
if n == 123456789:
    n += 1
    n += 2
    n += 3
    n += 4
    n += 5
    n += 6
return {'text': str(n)}
"""


def test_lines_that_nothing_reaches_fail_code() -> None:
    (finding,) = check(UNREACHED).errors
    assert (finding.tool, finding.rule, finding.line) == ("coverage", "unreached", 11)
    assert "no case and no generated input reaches lines 11-16" in finding.message


def test_lines_of_a_decision_table_that_nothing_reaches_are_a_warning() -> None:
    report = check(UNREACHED, kind="rule")
    assert report.passed
    assert "add examples" in report.findings[0].message


def test_generated_inputs_count_towards_coverage() -> None:
    reached = (*NUMBERS, GeneratedInput(kind="random", input={"n": 123456789}))
    report = check(UNREACHED, generated=reached)
    assert report.passed
    alone = report.facts["coverage_by_cases_alone"]
    assert isinstance(alone, dict)
    assert isinstance(alone["lines"], float)
    assert alone["lines"] < 0.8


def test_what_code_keeps_of_hidden_cases_reaches_no_finding() -> None:
    report = check(
        "_STATE.append(str(n))\nreturn {'text': '/'.join(_STATE)}",
        hidden=True,
    )
    assert report.errors
    assert "31337" not in "".join(finding.message for finding in report.findings)
