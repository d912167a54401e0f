"""What compliance blocks ask of a spec, each problem at its place and without the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec import Spec, parse_spec

Refused = Callable[[Mapping[str, str | None], Sequence[tuple[str, ...]]], None]
Accepted = Callable[[Mapping[str, str | None]], Spec]

CARD = "4539578763621486"
"""Made up, with a right check digit."""


def example(text: str) -> str:
    return f"examples:\n  - input: {{text: {text}, count: 1}}\n    output: {{label: x}}"


@pytest.mark.parametrize(
    ("blocks", "changes", "words"),
    [
        pytest.param("pci_dss", {"examples": example(f"¦'{CARD}'")}, ("examples[0].input.text", "a payment card number", "PCI DSS v4.0 3.5.1", "4111 1111 1111 1111"), id="card"),
        pytest.param("pci_dss", {"examples": example(f"¦'card {CARD}, x'")}, ("a payment card number",), id="card in a text"),
        pytest.param("pci_dss", {"examples": example("¦'cvv: 123'")}, ("a card verification code", "3.3.1.2"), id="code"),
        pytest.param("hipaa", {"examples": example("¦'SSN 212-45-6789'")}, ("a social security number", "45 CFR 164.514(b)(2)(i)(G)"), id="ssn"),
        pytest.param("soc2", {"examples": example("¦mary@hospital.org")}, ("a mail address", "C1.1"), id="address"),
        pytest.param("hipaa", {"instructions": "instructions: ¦Ask mary@hospital.org."}, ("instructions", "a mail address"), id="instructions"),
        pytest.param("pci_dss", {"tests": f"tests:\n  - input: {{text: ¦'{CARD}', count: 2}}\n    output: {{label: x}}"}, ("tests[0].input.text",), id="test"),
        pytest.param("pci_dss", {"input": "input:\n  text: string\n  count: integer\n  ¦cvv: string?"}, ("input has the field 'cvv'", "PCI DSS v4.0 3.3.1"), id="input with a code"),
        pytest.param("pci_dss", {"output": "output:\n  label: [x, y]\n  ¦pin: string?"}, ("output has the field 'pin'",), id="output with a PIN"),
        pytest.param("pci_dss, audit_trail", {"input": "input:\n  text: string\n  count: integer\n  card_number: string?", "compliance": "compliance: ¦[pci_dss, audit_trail]"}, ("an unkeyed hash", "3.5.1.1", "drop 'audit_trail'"), id="digest of a card"),
    ],
)  # fmt: skip
def test_a_spec_that_breaks_a_block_is_refused(
    refused: Refused, blocks: str, changes: Mapping[str, str | None], words: tuple[str, ...]
) -> None:
    refused({"compliance": f"compliance: [{blocks}]", **changes}, [words])


@pytest.mark.parametrize(
    ("blocks", "changes"),
    [
        pytest.param("audit_trail", {"examples": example(f"'{CARD}'")}, id="no such block"),
        pytest.param("hipaa", {"examples": example("'Patient: Mary Smith, DOB: 1950-02-03, MRN 123456'")}, id="made-up person"),
        pytest.param("pci_dss", {"examples": example("'4111 1111 1111 1111'")}, id="test card"),
        pytest.param("soc2, hipaa", {"examples": example("'name@example.com, 212-555-0123, 987-65-4320'")}, id="published samples"),
        pytest.param("pci_dss", {"input": "input:\n  text: string\n  count: integer\n  card_number: string?"}, id="card number without an audit"),
        pytest.param("hipaa, audit_trail", {"input": "input:\n  text: string\n  count: integer\n  pin: string?"}, id="PIN of no card"),
    ],
)  # fmt: skip
def test_a_spec_that_keeps_its_blocks_is_accepted(
    accepted: Accepted, blocks: str, changes: Mapping[str, str | None]
) -> None:
    assert accepted({"compliance": f"compliance: [{blocks}]", **changes}).compliance == tuple(
        blocks.split(", ")
    )


def test_no_problem_holds_the_value(accepted: Accepted) -> None:
    with pytest.raises(SpecError) as caught:
        accepted({"compliance": "compliance: [pci_dss]", "examples": example(f"'{CARD}'")})
    assert CARD[:6] not in str(caught.value)


def test_a_tests_file_is_held_against_the_blocks_and_not_quoted(tmp_path: Path) -> None:
    lines = (
        '{"input": {"text": "a"}, "output": {"label": "x"}}\n{"input": {"text": "'
        + CARD
        + '"}, "output": {"label": "y"}}\n'
    )
    (tmp_path / "tests.jsonl").write_text(lines)
    text = (
        "name: demo\ndescription: d\ninstructions: i\ninput: {text: string}\noutput: {label: [x, y]}\ncompliance: [pci_dss]\n"
        "examples: [{input: {text: b}, output: {label: x}}]\ntests: {file: tests.jsonl}\n"
    )
    with pytest.raises(SpecError) as caught:
        parse_spec(text, path=tmp_path / "demo.yaml")
    (problem,) = caught.value.problems
    assert (problem.line, "case 'test-2' holds what looks like a payment card number" in problem.message) == (
        8,
        True,
    )
    assert CARD[:6] not in str(caught.value)


@pytest.mark.parametrize(
    "blocks", ["pci_dss", "soc2", "[hipaa, pci_dss, soc2, audit_trail, no_model_at_run_time]"]
)
def test_blocks_can_be_named(accepted: Accepted, blocks: str) -> None:
    named = blocks.strip("[]")
    assert accepted({"compliance": f"compliance: [{named}]"}).compliance == tuple(named.split(", "))
