"""The newest artifacts of all names."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, Store


@pytest.fixture
def store(compiled: Artifact, tmp_path: Path) -> Store:
    """A store with one artifact."""
    root = tmp_path / "workflows"
    shutil.copytree(compiled.path.parent, root / compiled.manifest.name)
    return Store(root)


def test_the_current_artifact_of_every_name_is_given(store: Store, compiled: Artifact) -> None:
    assert [artifact.manifest for artifact in store.latest(5)] == [compiled.manifest]


def test_at_most_so_many_are_given(store: Store) -> None:
    assert store.latest(0) == []


def test_an_artifact_under_the_name_of_another_is_left_out(store: Store, compiled: Artifact) -> None:
    other = store.root / "other"
    shutil.copytree(store.root / compiled.manifest.name, other)
    os.utime(other / "current", (2e9, 2e9))
    assert [artifact.manifest for artifact in store.latest(5)] == [compiled.manifest]
    assert store.latest(1) == []


def test_a_damaged_artifact_is_left_out(store: Store, compiled: Artifact) -> None:
    (store.root / compiled.manifest.name / compiled.path.name / "spec.yaml").write_text("changed")
    assert store.latest(5) == []


def test_a_store_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Store(tmp_path / "none").latest(5) == []
