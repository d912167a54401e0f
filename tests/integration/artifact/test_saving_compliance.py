"""No artifact is kept that holds what its compliance blocks forbid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.artifact import Store
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.errors import StoreError
from compiled_ai.spec.canonical import JsonValue

CARD = "4539578763621486"
CLEAN = dict.fromkeys(GUARDED_FILES, "text\n")


def save(root: Path, changes: dict[str, str], blocks: list[JsonValue], *, build: str = "{}") -> Path:
    files = {**CLEAN, **changes}
    fields: dict[str, JsonValue] = {
        "name": "price_band",
        "version": "1.0.0",
        "spec": "s1:0",
        "compliance": blocks,
        "fallback": {"policy": "abstain", "timeout_seconds": 30.0, "max_tokens": 2000},
        "instructions": "",
        "compilation": {},
        "evidence": {},
    }
    return Store(root).save(files, seal(fields, files), build=build)


@pytest.mark.parametrize(
    ("name", "text", "blocks", "place"),
    [
        ("spec.yaml", f"a: 1\nexamples: [{CARD}]\n", ["pci_dss"], "spec.yaml:2: this looks like a payment card number"),
        ("validation.json", json.dumps({"message": f"expected {CARD}"}), ["soc2"], "validation.json:1"),
        ("activities.py", '"""Doc."""\n\nNOTE = "DOB: 1950-02-03"\n', ["audit_trail", "hipaa"], "activities.py:3"),
        ("workflow.yaml", "note: mary@hospital.org\n", ["hipaa"], "workflow.yaml:1: this looks like a mail address"),
    ],
    ids=["example", "finding", "code", "plan"],
)  # fmt: skip
def test_a_file_with_something_forbidden_is_not_kept(
    tmp_path: Path, name: str, text: str, blocks: list[JsonValue], place: str
) -> None:
    with pytest.raises(StoreError) as caught:
        save(tmp_path, {name: text}, blocks)
    assert place in str(caught.value)
    assert not any(value in str(caught.value) for value in (CARD, "1950", "mary"))
    assert list(tmp_path.iterdir()) == []


def test_the_log_of_the_build_is_read_too(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"build\.json:1"):
        save(tmp_path, {}, ["pci_dss"], build=json.dumps({"detail": CARD}))


@pytest.mark.parametrize(
    ("changes", "blocks"),
    [
        ({"spec.yaml": f"examples: [{CARD}]\n"}, []),
        ({"spec.yaml": f"examples: [{CARD}]\n"}, ["audit_trail"]),
        ({"spec.yaml": "examples: ['Patient: Mary Smith, DOB: 1950-02-03']\n"}, ["hipaa"]),
        ({"spec.yaml": "examples: [4111111111111111]\n"}, ["pci_dss"]),
    ],
    ids=["no block", "another block", "made-up person", "test card"],
)
def test_a_clean_artifact_is_kept(tmp_path: Path, changes: dict[str, str], blocks: list[JsonValue]) -> None:
    assert save(tmp_path, changes, blocks).is_dir()
