"""What a spec says once it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec import Spec
from compiled_ai.spec.document import BoundedStepDocument, CodeStepDocument, RuleDocument, RuleStepDocument
from compiled_ai.spec.load import read_steps
from compiled_ai.spec.model import BoundedStep, CodeStep, FieldRule, RuleStep
from compiled_ai.spec.schema import expand_object

Accepted = Callable[[Mapping[str, str | None]], Spec]

STEPS = """steps:
  - id: read
    kind: bounded
    instructions: |
      Read it.
    takes: [text]
    output: {topic: [a, b], sure: boolean?}
  - id: decide
    kind: rule
    rules:
      - when: topic == "a" and count > 3
        then: {label: x}
      - when: sure == null
        abstain: unsure
      - otherwise: {label: y}"""


def test_what_is_left_out_has_its_default(accepted: Accepted) -> None:
    spec = accepted({})
    assert (spec.version, spec.steps, spec.compliance, spec.tests, spec.held_back) == ("1.0.0", (), (), (), 0)
    assert (
        spec.accuracy.evaluator,
        spec.accuracy.threshold,
        spec.accuracy.max_wrong,
        spec.accuracy.fields,
    ) == ("exact", 1.0, None, {})
    assert (spec.fallback.policy, spec.limits.attempts, spec.expected_executions) == ("abstain", 5, None)


def test_settings_are_kept(accepted: Accepted) -> None:
    spec = accepted(
        {
            "x": "accuracy: {evaluator: fields, threshold: 1, max_wrong: 0.5, fields: {label: text}}\n"
            "fallback: {policy: model, timeout_seconds: 5, max_tokens: 500}\n"
            "limits: {attempts: 2, tokens: 9000, case_seconds: 1, memory_mb: 256}\n"
            "compliance: [hipaa, audit_trail, hipaa]\nexpected_executions: 1000000\n"
        }
    )
    assert (spec.accuracy.threshold, spec.accuracy.max_wrong, spec.accuracy.fields) == (
        1,
        0.5,
        {"label": FieldRule(evaluator="text")},
    )
    assert (spec.fallback.policy, spec.fallback.timeout_seconds, spec.fallback.max_tokens) == (
        "model",
        5,
        500,
    )
    assert (spec.limits.attempts, spec.limits.tokens, spec.limits.case_seconds, spec.limits.memory_mb) == (
        2,
        9000,
        1,
        256,
    )
    assert (spec.compliance, spec.expected_executions) == (("hipaa", "audit_trail"), 1_000_000)


def test_texts_are_trimmed_and_the_source_is_kept(accepted: Accepted) -> None:
    spec = accepted({"instructions": "instructions: |\n  Do it.\n\n  Well.\n\n"})
    assert spec.instructions == "Do it.\n\nWell."
    assert spec.source.text.startswith("name: demo\n")


def test_cases_are_numbered_from_one_and_may_have_names(accepted: Accepted) -> None:
    cases = "[{input: {text: a, count: 1}, abstain: true}, {id: own, input: {text: b, count: 1}, output: {label: x}}, {input: {text: c, count: 1}, output: {label: y}}]"
    spec = accepted(
        {"examples": f"examples: {cases}", "x": "tests: [{input: {text: d, count: 1}, abstain: true}]"}
    )
    assert [case.case_id for case in (*spec.examples, *spec.tests)] == [
        "example-1",
        "own",
        "example-3",
        "test-1",
    ]
    assert [case.must_abstain for case in spec.examples] == [True, False, False]


def test_own_tests_keep_all_examples_visible(accepted: Accepted) -> None:
    cases = ", ".join(f"{{input: {{text: t{n}, count: {n}}}, output: {{label: x}}}}" for n in range(6))
    spec = accepted(
        {"examples": f"examples: [{cases}]", "x": "tests: [{input: {text: d, count: 1}, abstain: true}]"}
    )
    assert (len(spec.examples), len(spec.tests), spec.held_back) == (6, 1, 0)


def test_steps_know_what_they_take_and_add(accepted: Accepted) -> None:
    read, decide = accepted({"x": STEPS}).steps
    assert isinstance(read, BoundedStep)
    assert isinstance(decide, RuleStep)
    assert (read.takes, read.instructions, read.output_schema["required"]) == (
        ("text",),
        "Read it.",
        ["topic"],
    )
    assert decide.takes == ("topic", "count", "sure")
    assert decide.output_schema == {**expand_object({"label": ["x", "y"]})}
    assert [(rule.when, rule.then, rule.abstain) for rule in decide.rules] == [
        ('topic == "a" and count > 3', {"label": "x"}, None),
        ("sure == null", None, "unsure"),
        (None, {"label": "y"}, None),
    ]


def test_rules_know_their_lines(accepted: Accepted) -> None:
    spec = accepted({"x": STEPS})
    lines = spec.source.text.splitlines()
    decide = spec.steps[1]
    assert isinstance(decide, RuleStep)
    assert [lines[rule.line - 1].strip().split(":")[0] for rule in decide.rules] == [
        "- when",
        "- when",
        "- otherwise",
    ]


def test_code_step_takes_all_and_gives_the_output_when_it_says_nothing(accepted: Accepted) -> None:
    spec = accepted(
        {
            "x": "steps: [{id: one, kind: code, instructions: a, output: {topic: string}}, {id: two, kind: code, instructions: b}]"
        }
    )
    two = spec.steps[1]
    assert isinstance(two, CodeStep)
    assert (two.takes, two.output_schema) == (("text", "count", "topic"), spec.output_schema)


def test_output_may_come_straight_from_the_input(accepted: Accepted) -> None:
    spec = accepted(
        {
            "output": "output: {label: [x, y], text: string}",
            "examples": "examples: [{input: {text: a, count: 1}, output: {label: x, text: a}}]",
            "x": "steps: [{id: s, kind: rule, rules: [{otherwise: {label: x}}]}]",
        }
    )
    assert len(spec.steps) == 1


def test_properties_are_those_of_the_schema(accepted: Accepted) -> None:
    spec = accepted({})
    assert list(spec.properties("input")) == ["text", "count"]
    assert list(spec.properties("output")) == ["label"]


INPUT, OUTPUT = expand_object({"text": "string"}), expand_object({"label": ["x", "y"], "note": "string?"})


def test_steps_from_elsewhere_are_read_like_those_of_a_file() -> None:
    steps = read_steps(
        [
            BoundedStepDocument(id="ask", kind="bounded", instructions=" Ask. ", output={"topic": "string"}),
            RuleStepDocument(id="pick", kind="rule", rules=[RuleDocument(otherwise={"label": "x"})]),
        ],
        input_schema=INPUT,
        output_schema=OUTPUT,
        path=Path("plan"),
    )  # fmt: skip
    assert [(step.id, step.kind, step.takes) for step in steps] == [
        ("ask", "bounded", ("text",)),
        ("pick", "rule", ()),
    ]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"id": "a", "takes": ["txet"]}, "plan:1:1: steps[0].takes[0]: 'txet' is not in scope here; in scope are text. Did you mean 'text'?"),
        ({"id": "a", "output": {"topic": "strng"}}, "plan:1:1: steps[0].output.topic: type 'strng' is unknown"),
        ({"id": "a", "output": {"topic": "string"}}, "plan:1:1: steps: no step and no input gives 'label' of the output"),
        ({"id": "import"}, "plan:1:1: steps[0].id: 'import' means something in Python"),
    ],
    ids=["scope", "type", "output", "id"],
)  # fmt: skip
def test_steps_from_elsewhere_are_refused_like_those_of_a_file(step: dict[str, object], words: str) -> None:
    document = CodeStepDocument.model_validate({"kind": "code", "instructions": "a", **step})
    with pytest.raises(SpecError) as caught:
        read_steps([document], input_schema=INPUT, output_schema=OUTPUT, path=Path("plan"))
    assert words in str(caught.value)


def test_no_steps_are_no_problem() -> None:
    assert read_steps([], input_schema=INPUT, output_schema=OUTPUT, path=Path("plan")) == ()
