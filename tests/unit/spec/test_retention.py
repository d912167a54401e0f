"""How long the log of effects is kept: what the blocks ask of a spec, and what a spec may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from compiled_ai.spec import Spec

Refused = Callable[[Mapping[str, str | None], Sequence[tuple[str, ...]]], None]
Accepted = Callable[[Mapping[str, str | None]], Spec]

EFFECT = (
    "steps:\n"
    "  - {id: ask, kind: effect, effect: http_request, capabilities: {hosts: [a.example.com]}, "
    "parameters: {method: GET, url: 'https://a.example.com/{text}'}, output: {status: integer}}\n"
    "  - {id: decide, kind: rule, rules: [{otherwise: {label: x}}]}"
)
EXAMPLES = "examples: [{input: {text: a, count: 1}, abstain: true}]"
WITH_EFFECT = {"x": EFFECT, "examples": EXAMPLES}


@pytest.mark.parametrize(
    ("compliance", "words"),
    [
        pytest.param("¦[hipaa]", ("effects leave an audit log", "the policy sets no period", "45 CFR 164.316(b)(2)(i)", "retention_days: 2196}"), id="hipaa"),
        pytest.param("¦[pci_dss]", ("PCI DSS v4.0 10.5.1", "write 'compliance: {blocks: [pci_dss], retention_days: 366}'"), id="pci_dss"),
        pytest.param("¦[audit_trail, soc2]", ("CC7.2", "{blocks: [audit_trail, soc2], retention_days: 1}"), id="soc2"),
        pytest.param("¦{blocks: [pci_dss]}", ("PCI DSS v4.0 10.5.1",), id="blocks without a period"),
        pytest.param("{blocks: [hipaa], retention_days: ¦365}", ("retention_days of the audit log: 365 days are too few", "asks for 2196", "write 2196 or more"), id="hipaa, too short"),
        pytest.param("{blocks: [pci_dss], retention_days: ¦365}", ("365 days are too few, PCI DSS v4.0 10.5.1 asks for 366",), id="pci_dss, too short"),
        pytest.param("{blocks: [soc2, hipaa, pci_dss], retention_days: ¦400}", ("write 2196 or more",), id="the longest counts"),
    ],
)  # fmt: skip
def test_a_block_that_asks_for_a_period_gets_one_where_effects_leave_a_log(
    refused: Refused, compliance: str, words: tuple[str, ...]
) -> None:
    refused({"compliance": f"compliance: {compliance}", **WITH_EFFECT}, [words])


@pytest.mark.parametrize(
    ("compliance", "blocks", "days"),
    [
        ("[audit_trail]", ("audit_trail",), None),
        ("{blocks: [hipaa], retention_days: 2196}", ("hipaa",), 2196),
        ("{blocks: [pci_dss], retention_days: 366}", ("pci_dss",), 366),
        ("{blocks: [soc2], retention_days: 1}", ("soc2",), 1),
        ("{retention_days: 30}", (), 30),
        ("{}", (), None),
    ],
)
def test_a_period_that_is_long_enough_is_taken(
    accepted: Accepted, compliance: str, blocks: tuple[str, ...], days: int | None
) -> None:
    spec = accepted({"compliance": f"compliance: {compliance}", **WITH_EFFECT})
    assert (spec.compliance, spec.retention_days) == (blocks, days)


@pytest.mark.parametrize("block", ["hipaa", "pci_dss", "soc2"])
def test_without_effects_there_is_no_log_and_no_period_is_asked(accepted: Accepted, block: str) -> None:
    assert accepted({"compliance": f"compliance: [{block}]"}).retention_days is None


def test_a_period_that_is_too_short_is_wrong_without_effects_too(refused: Refused) -> None:
    refused(
        {"compliance": "compliance: {blocks: [hipaa], retention_days: ¦30}"},
        [("30 days are too few",)],
    )


@pytest.mark.parametrize(
    ("compliance", "words"),
    [
        pytest.param("{retention_days: ¦0}", ("compliance.retention_days is 0; it must be at least 1",), id="none"),
        pytest.param("{retention_days: ¦long}", ("compliance.retention_days is 'long'; it must be a whole number",), id="word"),
        pytest.param("{¦retention: 30}", ("unknown key 'retention' in compliance; known keys here are blocks, decision_log, retention_days.",), id="unknown key"),
        pytest.param("{blocks: [¦hippa]}", ("compliance.blocks[0] is 'hippa'", "Did you mean 'hipaa'?"), id="unknown block"),
        pytest.param("[¦hippa]", ("compliance[0] is 'hippa'", "Did you mean 'hipaa'?"), id="unknown block in a list"),
        pytest.param("¦hipaa", ("compliance is 'hipaa'; it must be a list",), id="word alone"),
    ],
)  # fmt: skip
def test_a_misshapen_policy_is_refused(refused: Refused, compliance: str, words: tuple[str, ...]) -> None:
    refused({"compliance": f"compliance: {compliance}"}, [words])


def test_no_effect_takes_a_card_number(refused: Refused) -> None:
    """The record of a call holds a digest of what was handed in, and that would be an unkeyed hash of the number."""
    changes = {
        "input": "input: {text: string, count: integer, card_number: string}",
        "examples": "examples: [{input: {text: a, count: 1, card_number: '4111 1111 1111 1111'}, abstain: true}]",
        "compliance": "compliance: {blocks: [pci_dss], retention_days: 366}",
        "x": EFFECT.replace("'https://a.example.com/{text}'", "¦'https://a.example.com/{card_number}'"),
    }
    refused(changes, [("'card_number' holds a card number", "3.5.1.1", "hand in a token")])
