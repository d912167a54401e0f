"""Hostile texts: of the sizes that their names tell, and what came of them."""

from __future__ import annotations

import json

import pytest

from compiled_ai.bench.security import hostile
from compiled_ai.bench.security.hostile import HOSTILE_TEXTS, ask_hostile
from compiled_ai.gates.policy import TextMode
from compiled_ai.gates.verdict import Finding, GateVerdict


def test_there_is_one_of_ten_megabytes_and_one_with_halves_of_pairs() -> None:
    assert len(HOSTILE_TEXTS["prose, 10 MB"]()) == 10_000_000
    with pytest.raises(UnicodeEncodeError):
        HOSTILE_TEXTS["lone surrogates"]().encode()


def test_json_is_nested_too_deep_for_a_parser() -> None:
    with pytest.raises(RecursionError):
        json.loads(HOSTILE_TEXTS["JSON, 100,000 deep"]())


def test_each_text_is_the_same_each_time() -> None:
    assert HOSTILE_TEXTS["binary"]() == HOSTILE_TEXTS["binary"]()


def test_a_gate_that_failed_inside_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile, "HOSTILE_TEXTS", {"short": lambda: "x" * 10})
    broken = Finding(layer="gate", kind="gate_error", score=1.0, reason="failed")

    def ask(text: str, mode: TextMode) -> GateVerdict:
        return GateVerdict(action="block", score=1.0, findings=(broken,))

    (line,) = ask_hostile("pii", ask, ["direct"])
    assert (line.failed, line.action, line.size, line.text) == (True, "block", 10, "short")
    assert line.to_json()["failed_inside"] is True
