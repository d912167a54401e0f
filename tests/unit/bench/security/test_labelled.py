"""Recall by type of value: from spans, half and whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.bench.attacks.public import PUBLIC_SETS, PublicSet, rows_digest
from compiled_ai.bench.attacks.rows import read_public
from compiled_ai.bench.security import labelled
from compiled_ai.bench.security.figures import Share
from compiled_ai.bench.security.labelled import by_type, together
from compiled_ai.errors import StoreError
from compiled_ai.gates.policy import TextMode
from compiled_ai.gates.verdict import Finding, GateVerdict, Span

ROWS = [
    {"id": "1", "text": "mail a@b.example now", "label": 1, "spans": [{"type": "EMAIL_ADDRESS", "start": 5, "end": 16}]},
    {"id": "2", "text": "card 4111 1111", "label": 1, "spans": [{"type": "CREDIT_CARD", "start": 5, "end": 14}]},
    {"id": "3", "text": "Ann and Bea", "label": 1, "spans": [{"type": "PERSON", "start": 0, "end": 3}]},
    {"id": "4", "text": "nothing", "label": 0},
]  # fmt: skip
FOUND = {ROWS[0]["text"]: Span(start=5, end=16), ROWS[1]["text"]: Span(start=5, end=9)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "presidio_synth.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    rows = read_public(path)
    made_up = PublicSet(
        name="presidio_synth", kind="pii", source="", licence="", rows=len(rows), digest=rows_digest(rows)
    )
    monkeypatch.setattr(labelled, "PUBLIC_SETS", {**PUBLIC_SETS, "presidio_synth": made_up})
    return tmp_path


def ask(text: str, mode: TextMode) -> GateVerdict:
    span = FOUND.get(text)
    found = () if span is None else (Finding(layer="pii", kind="x", score=1.0, reason="", span=span),)
    return GateVerdict(action="flag" if found else "allow", score=0.0, findings=found)


def test_values_are_found_by_halves_and_whole(folder: Path) -> None:
    lines = {line.label: line for line in by_type(folder, ask)}
    assert lines["EMAIL_ADDRESS"].whole == Share(count=1, total=1)
    assert (lines["CREDIT_CARD"].touched.count, lines["CREDIT_CARD"].whole.count) == (1, 0)
    assert lines["PERSON"].touched == Share(count=0, total=1)
    assert lines["EMAIL_ADDRESS"].to_json()["checkable"] is True


def test_lines_add_up(folder: Path) -> None:
    assert together(by_type(folder, ask), "all").touched == Share(count=2, total=3)


def test_labels_that_cannot_be_read_are_told(folder: Path) -> None:
    path = folder / "presidio_synth.jsonl"
    path.write_text(path.read_text().replace('"start": 5', '"start": "five"'))
    with pytest.raises(StoreError, match="spans"):
        by_type(folder, ask)
