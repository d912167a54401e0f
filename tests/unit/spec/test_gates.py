"""What a spec says of the gates, and free text that goes from a model to an effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.errors import InputError, SpecError
from compiled_ai.gates.policy import GatePolicy, Thresholds, default, for_spec, off, strict
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec._quarantine import is_free_text
from compiled_ai.spec.canonical import JsonValue

BASE = """
name: demo
description: d
instructions: i
input: {a: string}
output: {b: string}
examples: [{input: {a: x}, output: {b: x}}]
"""


def spec(more: str = "") -> Spec:
    return parse_spec(BASE + more, path=Path("demo.yaml"))


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        parse_spec(text, path=Path("demo.yaml"))
    return [str(problem) for problem in caught.value.problems]


def found_in(text: str) -> list[str]:
    try:
        parse_spec(text, path=Path("demo.yaml"))
    except SpecError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        pytest.param("", default(), id="nothing"),
        pytest.param("compliance: [hipaa]", strict(), id="a compliance block"),
        pytest.param("gates: strict", strict(), id="a name"),
        pytest.param("gates: off", off(), id="off"),
        pytest.param("compliance: [hipaa]\ngates: default", default(), id="said under a compliance block"),
        pytest.param("gates: {pii: mask}", GatePolicy(pii="mask"), id="on top of the default"),
        pytest.param(
            "compliance: [hipaa]\ngates: {pii: block}",
            GatePolicy.from_json({"base": "strict", "pii": "block"}),
            id="on top of strict",
        ),
        pytest.param(
            "gates: {input: {document: {flag: 0.4, block: null}}}",
            GatePolicy(document=Thresholds(flag=0.4, block=None)),
            id="never to block",
        ),
        pytest.param("gates: {output: {on: false}}", GatePolicy(output_gate=False), id="one off"),
        pytest.param("gates: {quarantine: true}", GatePolicy(quarantine=True), id="quarantine"),
    ],
)
def test_a_spec_says_its_policy(said: str, policy: GatePolicy) -> None:
    assert spec(said).gate_policy == policy


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("gates: loose", "gates"),
        ("gates: {pii: hide}", "pii"),
        ("gates: {inputs: {on: true}}", "inputs"),
        ("gates: {input: {direct: {block: 2}}}", "block"),
        ("gates: {input: {direct: {flag: 0.9, block: 0.2}}}", "gates.input.direct.flag is 0.9, above block"),
        ("gates: [strict]", "gates"),
        ("gates: {output: {on: maybe}}", "on"),
    ],
)
def test_what_is_no_policy_is_refused_at_its_place(said: str, words: str) -> None:
    (problem,) = problems(BASE + said)
    assert words in problem
    assert problem.startswith("demo.yaml:8:")


def test_the_digest_of_a_spec_without_gates_is_what_it_was() -> None:
    assert spec().source.digest != spec("gates: default").source.digest


@pytest.mark.parametrize("other", [default(), strict(), off(), GatePolicy(pii="block", input_gate=False)])
@pytest.mark.parametrize("one", [default(), strict(), off(), GatePolicy(output_gate=False, quarantine=True)])
def test_the_stricter_of_two_lets_nothing_through_that_one_of_them_stops(
    one: GatePolicy, other: GatePolicy
) -> None:
    both = one.stricter(other)
    assert both == other.stricter(one)
    assert both.stricter(one) == both
    assert GatePolicy.from_json(both.to_json()) == both
    for score in (0.05, 0.35, 0.45, 0.6, 0.75, 0.95):
        for policy in (one, other):
            if policy.input_gate:
                assert both.input_gate
                assert both.direct.action(score) == "block" or policy.direct.action(score) != "block"
            if policy.output_gate:
                assert both.output.action(score) == "block" or policy.output.action(score) != "block"


def test_a_policy_that_is_off_does_not_raise_the_thresholds_of_the_other() -> None:
    strange = GatePolicy(input_gate=False, direct=Thresholds(flag=0.01, block=0.02))
    assert default().stricter(strange).direct == default().direct


def test_for_spec_refuses_what_is_no_policy() -> None:
    with pytest.raises(InputError):
        for_spec("loose", ())


# Free text of a bounded step in an effect

FLOW = """
name: demo
description: d
instructions: i
input: {a: string}
output: {b: string}
steps:
  - {id: read, kind: bounded, instructions: Read it., takes: [a], output: {OUTPUT}}
  - {id: tell, kind: effect, effect: notification, capabilities: {webhooks: [ops]}, parameters: {channel: webhook, to: ops, subject: S, text: 'about {VALUE}'}, output: {sent: string}, from: {sent: delivered}}
  - {id: end, kind: rule, rules: [{otherwise: {b: x}}]}
examples: [{input: {a: x}, abstain: true}]
"""


def flow(output: str, value: str = "{said}", more: str = "gates: strict") -> str:
    return FLOW.replace("{OUTPUT}", output).replace("{VALUE}", value) + more


def test_free_text_of_a_model_is_not_handed_to_an_effect_under_strict() -> None:
    found = [problem for problem in problems(flow("{said: string}")) if "free text" in problem]
    assert len(found) == 1
    assert "'said' is free text that the model of step 'read' makes of its input" in found[0]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(flow("{said: string}", more=""), id="by the default policy"),
        pytest.param(flow("{said: string}", more="gates: {base: strict, quarantine: false}"), id="said"),
        pytest.param(flow("{said: [yes, no]}"), id="a choice"),
        pytest.param(flow("{said: integer}"), id="a number"),
        pytest.param(flow("{said: date}"), id="a format"),
        pytest.param(flow("{said: string}", value="{a}"), id="the input itself, which no model made"),
    ],
)
def test_values_and_policies_that_let_it_be(text: str) -> None:
    assert not any("free text" in problem for problem in found_in(text))


@pytest.mark.parametrize(
    ("schema", "is_free"),
    [
        (True, True),
        (False, False),
        ({}, True),
        ({"type": "string"}, True),
        ({"type": ["string", "null"]}, True),
        ({"type": "string", "maxLength": 200}, False),
        ({"type": "string", "maxLength": 201}, True),
        ({"type": "string", "pattern": "^a$"}, False),
        ({"type": "string", "format": "date"}, False),
        ({"enum": ["a"]}, False),
        ({"type": "array", "items": {"type": "string"}}, True),
        ({"type": "array", "items": {"type": "integer"}}, False),
        ({"type": "array"}, True),
        ({"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": False}, True),
        ({"type": "object", "properties": {"x": {"type": "number"}}, "additionalProperties": False}, False),
        ({"type": "object", "properties": {"x": {"type": "number"}}}, True),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, True),
        ({"anyOf": [{"type": "null"}, {"enum": ["a"]}]}, False),
    ],
)
def test_free_text(schema: JsonValue, is_free: bool) -> None:
    assert is_free_text(schema) is is_free
