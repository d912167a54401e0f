"""Gates as a policy has them: open, off, and closed when they fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiled_ai.errors import OperatorError
from compiled_ai.gates.checks import GATE_NAMES, GateName, NotBuiltError, closed, is_on, open_check, part
from compiled_ai.gates.policy import TextMode, default, off, strict
from compiled_ai.gates.verdict import GateVerdict


@pytest.mark.parametrize("error", [RuntimeError, RecursionError, MemoryError, UnicodeError])
def test_a_gate_that_fails_blocks_and_does_not_repeat_the_text(error: type[Exception]) -> None:
    def check(text: str, mode: TextMode) -> GateVerdict:
        raise error(f"cannot read {text}")

    verdict = closed(check)("my secret", "direct")
    assert verdict.action == "block"
    assert verdict.findings[0].kind == "gate_error"
    assert "secret" not in verdict.findings[0].reason


@pytest.mark.parametrize("name", GATE_NAMES)
def test_only_the_policy_off_has_a_gate_off(name: GateName) -> None:
    assert is_on(name, default())
    assert is_on(name, strict())
    assert not is_on(name, off())
    with pytest.raises(OperatorError, match=f"has the gate '{name}' off"):
        open_check(name, off())


def test_the_output_gate_needs_something_to_look_for() -> None:
    with pytest.raises(OperatorError, match="is given no system prompt"):
        open_check("output", default())


@pytest.mark.parametrize("mode", ["warn", "mask", "block"])
def test_persons_data_are_flagged_or_blocked_as_the_policy_says(mode: str) -> None:
    policy = replace(default(), pii=mode)  # type: ignore[arg-type]
    verdict = open_check("pii", policy)("write to jane.doe@example.com", "direct")
    assert verdict.action == ("block" if mode == "block" else "flag")


@pytest.mark.parametrize("mode", ["direct", "document"])
@pytest.mark.parametrize("name", GATE_NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud800",
        "\x00\x01\xff" * 500,
        "\u202e\u0645\u0631\u062d",
        "[" * 20_000,
        '{"a":' * 5_000,
        "%41" * 3_000,
        "aGk=" * 3_000,
    ],
    ids=["empty", "surrogate", "binary", "right-to-left", "brackets", "objects", "url", "base64"],
)
def test_any_text_gets_a_verdict(text: str, name: GateName, mode: TextMode) -> None:
    check = open_check(name, default(), prompt="You are the clerk of a library and lend books to members.")
    verdict = check(text, mode)
    assert verdict.action in {"allow", "flag", "block"}
    assert "gate_error" not in [finding.kind for finding in verdict.findings]


def test_a_part_that_does_not_exist_is_said_to_be_not_built() -> None:
    with pytest.raises(NotBuiltError, match="telepathy is not built"):
        part("telepathy")
