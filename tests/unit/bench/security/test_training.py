"""Lists of what a model was trained on: read, refused, compared with the shipped model."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.security import training
from compiled_ai.bench.security.training import Trained, listed_in, read_trained, text_digest
from compiled_ai.errors import OperatorError, StoreError

OURS, SECOND, OTHER = "a" * 64, "c" * 64, "b" * 64


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "shipped_models", lambda: (OURS, SECOND))


def test_whole_digests_and_beginnings_are_known(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"model {OURS}\nmodel {SECOND}\n{text_digest('one')}\n{text_digest('two')[:16]}\n\n")
    found = read_trained(path)
    assert ("one" in found, "two" in found, "three" in found) == (True, True, False)
    assert found.models == {OURS, SECOND}


def test_an_empty_list_holds_nothing() -> None:
    assert "one" not in Trained()
    assert not Trained()


def test_the_list_of_another_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"model {OTHER}\n{text_digest('one')}\n")
    with pytest.raises(
        OperatorError, match="lists what the model bbbbbbbb was trained on; the shipped one is aaaaaaaa"
    ):
        read_trained(path)


def test_a_list_that_lacks_one_of_the_shipped_models_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"model {OURS}\n{text_digest('one')}\n")
    with pytest.raises(OperatorError, match="the shipped one is cccccccc"):
        read_trained(path)


@pytest.mark.parametrize(
    "line", ["abc", "not a digest at all", "G" * 20], ids=["short", "words", "no hexadecimal"]
)
def test_what_is_no_digest_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"{text_digest('one')}\n{line}\n")
    with pytest.raises(StoreError, match=r"list\.txt:2"):
        read_trained(path)


def test_a_checkout_without_a_list_has_none(tmp_path: Path) -> None:
    assert listed_in(tmp_path) == Trained()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_trained(tmp_path / "none.txt")
