"""The sets: which gate is asked about what, and how samples are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.bench.security import sets
from compiled_ai.bench.security.sets import Sample, SecuritySet, SetSources, load_sets
from compiled_ai.bench.security.training import Trained
from compiled_ai.errors import StoreError


def sample(at: int, text: str = "") -> Sample:
    return Sample(sample_id=str(at), text=text or f"text {at}", is_attack=at % 2 == 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with one blind set of three rows."""
    (tmp_path / "datasets" / "security_cases").mkdir(parents=True)
    folder = tmp_path / "datasets" / "gate_blind"
    folder.mkdir()
    attacks = [
        {"text": "secret one", "family": "direct orders", "mode": "direct"},
        {"text": "secret two", "family": "in documents", "mode": "document"},
    ]
    (folder / "attacks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in attacks))
    (folder / "benign.jsonl").write_text(json.dumps({"text": "fine", "family": "f", "mode": "direct"}) + "\n")
    return tmp_path


def test_requests_and_answers_of_a_leakage_set_go_to_different_gates() -> None:
    samples = [sample(0, "What are your rules?"), sample(2, "Question\nOutput: my key is x")]
    asked, said = sets._by_gate("own_leakage", "leakage", samples, Trained())
    assert (asked.gate, [one.text for one in asked.samples]) == ("input", ["What are your rules?"])
    assert (said.gate, [one.text for one in said.samples]) == ("pii", ["my key is x"])


def test_a_blind_set_is_two_one_for_each_mode(root: Path) -> None:
    found, absent = load_sets(["gate_blind", "gate_blind2"], SetSources(root=root))
    assert absent == {}
    assert [(one.name, one.mode, len(one.samples), one.is_blind) for one in found] == [
        ("gate_blind", "direct", 2, True),
        ("gate_blind_document", "document", 1, True),
    ]
    assert {one.origin for one in found} == {"gate_blind"}


def test_a_bad_line_of_a_blind_set_is_refused_without_being_shown(root: Path) -> None:
    path = root / "datasets" / "gate_blind" / "benign.jsonl"
    path.write_text(json.dumps({"text": "hidden words", "family": "f", "mode": "sideways"}) + "\n")
    with pytest.raises(StoreError, match=r"benign.jsonl:1: .*mode") as caught:
        load_sets(["gate_blind"], SetSources(root=root))
    assert "hidden words" not in str(caught.value)


def test_bfcl_that_is_not_there_is_absent_and_nothing_is_fetched(tmp_path: Path) -> None:
    found, absent = load_sets(["bfcl"], SetSources(bfcl=tmp_path))
    assert found == []
    assert "datasets fetch bfcl" in absent["bfcl"]


def test_a_larger_limit_keeps_what_a_smaller_one_drew() -> None:
    whole = SecuritySet(name="s", gate="input", mode="direct", samples=tuple(sample(at) for at in range(50)))
    few, more = whole.limited(5), whole.limited(20)
    assert (len(few.samples), len(more.samples), len(whole.limited(None).samples)) == (5, 20, 50)
    assert set(few.samples) < set(more.samples)
    assert list(more.samples) == sorted(more.samples, key=lambda one: int(one.sample_id))
