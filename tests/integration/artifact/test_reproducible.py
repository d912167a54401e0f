"""Same inputs, same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact

FILES = {"spec.yaml", "workflow.yaml", "activities.py", "validation.json", "manifest.json", "build.json"}


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory, compile_into: Callable[[Path], Artifact]) -> Artifact:
    return compile_into(tmp_path_factory.mktemp("somewhere else entirely") / "a store")


def test_two_compilations_of_the_same_inputs_give_the_same_digest(
    compiled: Artifact, again: Artifact
) -> None:
    assert again.manifest == compiled.manifest
    assert again.path.name == compiled.path.name


def test_the_folder_holds_the_promised_files_and_no_others(again: Artifact) -> None:
    assert {path.name for path in again.path.iterdir()} == FILES


@pytest.mark.parametrize("name", sorted(FILES - {"build.json"}))
def test_two_compilations_of_the_same_inputs_give_the_same_bytes(
    name: str, compiled: Artifact, again: Artifact
) -> None:
    assert (again.path / name).read_bytes() == (compiled.path / name).read_bytes()


def test_the_spec_is_kept_as_it_was_written(compiled: Artifact) -> None:
    assert b"prices.\r\n" in (compiled.path / "spec.yaml").read_bytes()


def test_nothing_in_the_folder_tells_of_the_machine(compiled: Artifact) -> None:
    texts = [path.read_text() for path in compiled.path.iterdir()]
    assert not any(str(compiled.path.parent) in text or str(Path.home()) in text for text in texts)
