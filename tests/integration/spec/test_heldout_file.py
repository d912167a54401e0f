"""Held-out cases: a JSONL file that no compilation reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.errors import SpecError, StoreError
from compiled_ai.spec import HiddenCase, Spec, load_spec
from compiled_ai.spec.load import load_cases

SPEC = """name: demo
description: A demo.
instructions: Do it.
input: {text: string}
output: {label: [x, y]}
steps:
  - {id: read, kind: bounded, instructions: Read., output: {topic: string}}
  - {id: decide, kind: code, instructions: Decide.}
examples:
  - {input: {text: one}, given: {read: {topic: a}}, output: {label: x}}
tests:
  - {input: {text: two}, given: {read: {topic: b}}, output: {label: y}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    path = tmp_path / "demo.yaml"
    path.write_text(SPEC)
    return load_spec(path)


def write(spec: Spec, *lines: str) -> Path:
    path = spec.source.path.with_name("heldout.jsonl")
    path.write_text("\n".join(lines))
    return path


def test_cases_are_hidden_and_numbered_apart_from_the_tests(spec: Spec) -> None:
    path = write(
        spec,
        '{"input": {"text": "three"}, "given": {"read": {"topic": "c"}}, "output": {"label": "y"}}',
        "",
        '{"id": "own", "input": {"text": "four"}, "abstain": true}',
    )
    cases = load_cases(path, spec)
    assert [(type(case), case.case_id, case.output, case.given) for case in cases] == [
        (HiddenCase, "heldout-1", {"label": "y"}, {"read": {"topic": "c"}}),
        (HiddenCase, "own", None, {}),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param('{"input": {"text": "one"}, "given": {"read": {"topic": "a"}}, "abstain": true}', "input: this input is already that of case 'example-1'", id="repeats an example"),
        pytest.param('{"given": {"read": {"topic": "b"}}, "input": {"text": "two"}, "abstain": true}', "input: this input is already that of case 'test-1'", id="repeats a test"),
        pytest.param('{"id": "test-1", "input": {"text": "a"}, "abstain": true}', "id: the id 'test-1' is taken", id="id of a test"),
        pytest.param('{"input": {"text": 3}, "abstain": true}', 'input.text: 3 is not of type "string"; put it in quotes', id="misfit"),
        pytest.param('{"input": {"text": "a"}, "given": {"read": {"topic": 1}}, "abstain": true}', 'given.read.topic: 1 is not of type "string"', id="given misfit"),
        pytest.param('{"input": {"text": "a"}}', "a case has either 'output' or 'abstain: true'", id="neither"),
        pytest.param("{", "not JSON: Expecting property name", id="broken"),
    ],
)  # fmt: skip
def test_case_that_breaks_a_rule_is_refused_with_its_line(spec: Spec, line: str, words: str) -> None:
    path = write(spec, "", '{"input": {"text": "fine"}, "abstain": true}', line)
    with pytest.raises(SpecError) as caught:
        load_cases(path, spec)
    assert str(caught.value).startswith(f"{path}:3:1: {words}")


def test_expected_value_that_the_evaluator_cannot_use_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    text = (
        SPEC.replace("[x, y]", "string")
        .replace("label: x", "label: 5 EUR")
        .replace("label: y", "label: 6 EUR")
    )
    path.write_text(text + "accuracy: {evaluator: fields, fields: {label: money}}\n")
    spec = load_spec(path)
    given = '"given": {"read": {"topic": "c"}}'
    lines = [
        f'{{"input": {{"text": "{number}"}}, {given}, "output": {{"label": "{number} EUR"}}}}'
        for number in "78"
    ]
    assert len(load_cases(write(spec, *lines), spec)) == 2
    with pytest.raises(SpecError, match=r'heldout.jsonl:3:1: output.label: "soon" is no amount of money'):
        load_cases(write(spec, *lines, lines[0].replace("7 EUR", "soon").replace('"7"', '"9"')), spec)


def test_empty_file_is_refused(spec: Spec) -> None:
    with pytest.raises(SpecError, match=r"heldout\.jsonl:1:1: the file holds no cases"):
        load_cases(write(spec), spec)


def test_missing_file_is_a_store_error(spec: Spec) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        load_cases(Path("nope.jsonl"), spec)


def test_held_out_cases_leave_the_digest_alone(spec: Spec) -> None:
    load_cases(write(spec, '{"input": {"text": "three"}, "abstain": true}'), spec)
    assert load_spec(spec.source.path).source.digest == spec.source.digest
