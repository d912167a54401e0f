"""Presidio as an additional engine; skipped where it is not installed."""

from __future__ import annotations

import importlib.util

import pytest

from compiled_ai.errors import MissingToolError
from compiled_ai.gates.pii import PiiGate
from compiled_ai.gates.presidio import PresidioEngine


@pytest.mark.skipif(importlib.util.find_spec("presidio_analyzer") is not None, reason="it is installed")
def test_without_presidio_the_error_says_what_to_install() -> None:
    with pytest.raises(MissingToolError, match="presidio-analyzer"):
        PresidioEngine()


def test_presidio_finds_patterns_in_every_part_of_a_long_text() -> None:
    pytest.importorskip("presidio_analyzer")
    text = "nothing here. " * 700 + "write to jane@mail.com " + "\ud800 " * 2000 + "or li@mail.com"
    hits = [hit for hit in PresidioEngine()(text) if hit.kind == "email"]
    assert {text[hit.start : hit.end] for hit in hits} == {"jane@mail.com", "li@mail.com"}


def test_presidio_adds_to_the_gate() -> None:
    pytest.importorskip("presidio_analyzer")
    verdict = PiiGate(engine=PresidioEngine()).check("4532015112830366 and jane@mail.com")
    assert {finding.kind for finding in verdict.findings} == {"card", "email"}
