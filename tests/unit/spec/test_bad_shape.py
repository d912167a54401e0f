"""Keys, types and settings that break the rules of a spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec import parse_spec

Refused = Callable[[Mapping[str, str | None], list[tuple[str, ...]]], None]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"x": "¦steps_: []"}, ("unknown key 'steps_'", "known keys here are accuracy, compliance,", "Did you mean 'steps'?"), id="top"),
        pytest.param({"x": "¦expcted_executions:\n  5"}, ("unknown key", "Did you mean 'expected_executions'?"), id="value on the next line"),
        pytest.param({"x": "accuracy: {¦treshold: 1}"}, ("unknown key 'treshold' in accuracy", "Did you mean 'threshold'?"), id="accuracy"),
        pytest.param({"x": "limits: {¦token: 9000}"}, ("unknown key 'token' in limits", "Did you mean 'tokens'?"), id="limits"),
        pytest.param({"x": "fallback:\n  policy: model\n  ¦budget: 3"}, ("'budget' in fallback", "max_tokens, max_usd, per_day, policy, timeout_seconds"), id="fallback"),
        pytest.param({"x": "tests:\n  - input: {text: a, count: 1}\n    ¦outptu: {label: x}"}, ("'outptu' in tests[0]", "Did you mean 'output'?"), id="tests"),
        pytest.param({"x": "steps: [{id: s, kind: code, instructions: a, ¦taks: [text]}]"}, ("'taks' in steps[0]", "Did you mean 'takes'?"), id="code step"),
        pytest.param({"x": "steps: [{id: s, kind: code, instructions: a, ¦rules: []}]"}, ("'rules' in steps[0]", "id, instructions, kind, output,"), id="key of another kind of step"),
        pytest.param({"x": "steps: [{id: s, kind: rule, rules: [{¦wehn: a, otherwise: {label: x}}]}]"}, ("'wehn' in steps[0].rules[0]", "Did you mean 'when'?"), id="rule"),
    ],
)  # fmt: skip
def test_unknown_key_is_refused_with_a_suggestion(
    refused: Refused, changes: Mapping[str, str], words: tuple[str, ...]
) -> None:
    refused(changes, [words])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"name": "¦description: A demo.", "description": None}, ("'name' is missing; add it at the top level",), id="name"),
        pytest.param({"instructions": None, "name": "¦name: demo"}, ("'instructions' is missing",), id="instructions"),
        pytest.param({"x": "tests: [¦{output: {label: x}}]"}, ("'input' is missing in tests[0]",), id="input of a test"),
        pytest.param({"x": "tests: ¦{}"}, ("'file' is missing in tests",), id="file of tests"),
        pytest.param({"x": "steps: [¦{id: s, kind: code}]"}, ("'instructions' is missing in steps[0]",), id="instructions of a step"),
        pytest.param({"x": "steps: [¦{id: s, kind: bounded, instructions: a}]"}, ("'output' is missing in steps[0]",), id="output of a bounded step"),
        pytest.param({"x": "steps: [¦{id: s, instructions: a}]"}, ("steps[0] has no 'kind'; say 'kind: code', 'kind: rule', 'kind: bounded' or 'kind: effect'",), id="kind of a step"),
    ],
)  # fmt: skip
def test_missing_key_is_named(
    refused: Refused, changes: Mapping[str, str | None], words: tuple[str, ...]
) -> None:
    refused(changes, [words])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"name": "name: ¦Demo"}, ("name is 'Demo'", "lower-case letters, digits and '_'"), id="name with a capital"),
        pytest.param({"name": f"name: ¦{'a' * 64}"}, ("at most 63 in all",), id="long name"),
        pytest.param({"name": "name: ¦5"}, ("name is 5; it must be text; put it in quotes",), id="name is a number"),
        pytest.param({"name": "name:¦"}, ("name is empty; it must be text",), id="name is empty"),
        pytest.param({"version": "version: ¦1.0"}, ("version is 1.0; it must be text; put it in quotes",), id="version is a number"),
        pytest.param({"version": "version: ¦v1"}, ("version is 'v1'", "looks like 1.0.0"), id="version"),
        pytest.param({"version": 'version: ¦"1.0.0\\n"'}, (r"version is '1.0.0\n'", "looks like 1.0.0"), id="version with a line break"),
        pytest.param({"version": 'version: ¦"\u0661.\u0660.\u0660"'}, ("looks like 1.0.0",), id="version in other digits"),
        pytest.param({"description": 'description: ¦" "'}, ("description is ' '; it must not be blank",), id="blank description"),
        pytest.param({"description": f"description: ¦{'a' * 501}"}, ("it has 501 characters, and at most 500 are allowed",), id="long description"),
        pytest.param({"instructions": "instructions: ¦[a]"}, ('instructions is ["a"]; it must be text',), id="list of instructions"),
        pytest.param({"instructions": 'instructions: ¦""'}, ("it must not be blank",), id="empty instructions"),
        pytest.param({"input": "input: ¦string"}, ("input is 'string'; it must be a mapping of names to values",), id="input is a word"),
        pytest.param({"output": "output:¦"}, ("output is empty; it must be a mapping",), id="empty output"),
        pytest.param({"examples": "examples: ¦[]"}, ("examples is []; it needs at least one entry",), id="no examples"),
        pytest.param({"examples": "examples: ¦{input: {}}"}, ("it must be a list: lines that begin with '- '",), id="examples are a mapping"),
        pytest.param({"examples": "examples: [¦one]"}, ("examples[0] is 'one'; it must be a mapping with the keys abstain, given, id, input,",), id="example is a word"),
        pytest.param({"examples": "examples: [{input: ¦5, abstain: true}]"}, ("examples[0].input is 5; it must be a mapping",), id="input of an example"),
        pytest.param({"examples": "examples: [{input: {text: a, count: 1}, abstain: ¦false}]"}, ("abstain is false", "write 'abstain: true', or leave it out"), id="abstain: false"),
        pytest.param({"examples": "examples: [{input: {text: a, count: 1}, abstain: ¦yes}]"}, ("abstain is 'yes'", "write 'abstain: true'"), id="abstain: yes"),
        pytest.param({"examples": "examples: [{id: ¦5, input: {text: a, count: 1}, abstain: true}]"}, ("examples[0].id is 5; it must be text; put it in quotes",), id="id is a number"),
        pytest.param({"x": "tests: ¦cases.jsonl"}, ("tests is 'cases.jsonl'; it must be a list of cases, or 'file: PATH' of a JSONL file",), id="tests is a path"),
        pytest.param({"x": "tests: ¦[]"}, ("tests is []; it needs at least one entry",), id="empty tests would hide nothing"),
        pytest.param({"x": "tests: [¦5]"}, ("tests[0] is 5; it must be a mapping with the keys",), id="test is a number"),
        pytest.param({"x": "tests: {file: ¦5}"}, ("tests.file is 5; it must be text",), id="file is a number"),
        pytest.param({"x": "steps: ¦{}"}, ("steps is {}; it must be a list",), id="steps are a mapping"),
        pytest.param({"x": "steps: [¦5]"}, ("steps[0] is 5; it must be a mapping",), id="step is a number"),
        pytest.param({"x": "steps: [{id: s, kind: ¦coed, instructions: a}]"}, ("steps[0].kind is 'coed'; allowed is code, rule, bounded", "Did you mean 'code'?"), id="unknown kind of step"),
        pytest.param({"x": "steps: [{id: s, kind: ¦5, instructions: a}]"}, ("steps[0].kind is 5; allowed is code, rule, bounded",), id="kind is a number"),
        pytest.param({"x": "steps: [{id: ¦No, kind: code, instructions: a}]"}, ("steps[0].id is 'No'", "lower-case"), id="step id with a capital"),
        pytest.param({"x": "steps: [{id: s, kind: rule, rules: ¦[]}]"}, ("steps[0].rules is []; it needs at least one entry",), id="no rules"),
        pytest.param({"x": "compliance: [¦hippa]"}, ("compliance[0] is 'hippa'; allowed is audit_trail, hipaa, no_model_at_run_time, pci_dss, soc2", "Did you mean 'hipaa'?"), id="unknown compliance block"),
        pytest.param({"x": "compliance: ¦hipaa"}, ("compliance is 'hipaa'; it must be a list",), id="compliance is a word"),
        pytest.param({"x": "fallback: {policy: ¦moon}"}, ("fallback.policy is 'moon'; allowed is abstain, model, human, error",), id="unknown policy"),
        pytest.param({"x": "fallback: ¦model"}, ("it must be a mapping with the keys breaker, max_tokens, max_usd, per_day, policy, timeout_seconds",), id="fallback is a word"),
        pytest.param({"x": "fallback: {timeout_seconds: ¦0}"}, ("it must be more than 0",), id="no time"),
        pytest.param({"x": "fallback: {max_tokens: ¦99}"}, ("it must be at least 100",), id="few tokens"),
        pytest.param({"x": "accuracy: {evaluator: ¦exakt}"}, ("allowed is exact, text, number, date, money, unordered, set, function_call, json_schema, fields", "Did you mean 'exact'?"), id="unknown evaluator"),
        pytest.param({"x": "accuracy: {evaluator: fields, fields: {label: ¦exakt}}"}, ("accuracy.fields.label is 'exakt'", "Did you mean 'exact'?"), id="unknown evaluator of a field"),
        pytest.param({"x": "accuracy:¦"}, ("accuracy is empty; it must be a mapping with the keys evaluator, fields,",), id="empty accuracy"),
        pytest.param({"x": "accuracy: {threshold: ¦2}"}, ("accuracy.threshold is 2; it must be at most 1",), id="threshold above one"),
        pytest.param({"x": "accuracy: {threshold: ¦-0.1}"}, ("it must be at least 0",), id="threshold below zero"),
        pytest.param({"x": "accuracy: {threshold: ¦85%}"}, ("threshold is '85%'; it must be a number, without quotes or a '%' sign",), id="threshold in per cent"),
        pytest.param({"x": "accuracy: {threshold: ¦true}"}, ("threshold is true; it must be a number",), id="threshold is a boolean"),
        pytest.param({"x": "accuracy: {max_wrong: ¦1.5}"}, ("it must be at most 1",), id="max_wrong above one"),
        pytest.param({"x": "accuracy: {tolerance: ¦-1}"}, ("it must be at least 0",), id="negative tolerance"),
        pytest.param({"x": "accuracy: {tolerance: ¦1e999}"}, ("too large for a number",), id="endless tolerance"),
        pytest.param({"x": "limits: {attempts: ¦9}"}, ("limits.attempts is 9; it must be at most 5",), id="many attempts"),
        pytest.param({"x": "limits: {attempts: ¦2.5}"}, ("it must be a whole number",), id="half an attempt"),
        pytest.param({"x": 'limits: {tokens: ¦"9000"}'}, ("tokens is '9000'; it must be a whole number, in digits and without quotes",), id="quoted tokens"),
        pytest.param({"x": "expected_executions: ¦0"}, ("it must be at least 1",), id="no executions"),
        pytest.param({"x": "expected_executions: ¦1e6"}, ("expected_executions is 1000000.0; it must be a whole number, in digits",), id="exponent"),
    ],
)  # fmt: skip
def test_wrong_value_is_refused_with_the_rule(
    refused: Refused, changes: Mapping[str, str], words: tuple[str, ...]
) -> None:
    refused(changes, [words])


def test_misspelt_needed_key_is_missing_and_unknown(refused: Refused) -> None:
    refused(
        {"name": "¦¦nmae: demo"}, [("'name' is missing",), ("unknown key 'nmae'", "Did you mean 'name'?")]
    )


def test_key_of_a_step_that_is_called_like_its_kind_is_placed_right(refused: Refused) -> None:
    refused(
        {"x": "steps: [¦{id: s, kind: code, ¦code: 1}]"},
        [("'instructions' is missing in steps[0]",), ("unknown key 'code' in steps[0]",)],
    )


@pytest.mark.parametrize("text", ["- a\n", "hello\n", "5\n", "---\n"])
def test_text_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match="a spec is a mapping of keys such as 'name:' and 'input:'"):
        parse_spec(text, path=Path("x.yaml"))


def test_problems_of_shape_and_schemas_are_all_reported_in_the_order_of_the_file(refused: Refused) -> None:
    refused(
        {
            "name": "name: ¦Demo\nversion: ¦v1",
            "input": "input:\n  text: ¦strng\n  count: integer",
            "output": "output:\n  label: {type: string, format: ¦emial}",
            "x": "limits: {attempts: ¦7, tokens: ¦1}\n¦lmits: {}",
        },
        [("Demo",), ("v1",), ("input.text", "strng"), ("output.label.format", "emial"), ("attempts",), ("tokens",), ("lmits",)],
    )  # fmt: skip


def test_problems_of_steps_cases_and_settings_are_all_reported_in_the_order_of_the_file(
    refused: Refused,
) -> None:
    refused(
        {
            "examples": "examples:\n  - input: {text: ¦5, count: 1}\n    output: {label: ¦z}\n  - ¦input: {text: a, count: 2}",
            "steps": "steps:\n  - {id: read, kind: code, instructions: a, takes: [¦txet]}",
            "x": "accuracy: {evaluator: fields, fields: {¦lable: text}}",
        },
        [("input.text",), ("output.label",), ("neither",), ("'txet' is not in scope", "'text'"), ("'lable'", "'label'")],
    )  # fmt: skip
