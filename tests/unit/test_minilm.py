"""The encoder, on a tiny model with made-up weights; its published numbers are checked in `templates/test_search_minilm.py`."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.unit.tiny_minilm import WIDTH, write_tiny

from compiled_ai.errors import MissingToolError, TamperedArtifactError
from compiled_ai.minilm import Encoder, _gelu


def test_padding_changes_nothing(tmp_path: Path) -> None:
    encoder = Encoder(write_tiny(tmp_path))
    rows = [[2, 4, 5, 3], [2, 6, 3], [2, *range(4, 24), 3]]
    together, mask = encoder.hidden(rows)
    assert together.shape == (3, 22, WIDTH)
    for row, ids in enumerate(rows):
        alone, _ = encoder.hidden([ids])
        assert mask[row].sum() == len(ids)
        assert np.allclose(together[row, : len(ids)], alone[0], atol=1e-5)


def test_a_change_of_weights_is_a_change_of_vectors_and_can_be_taken_back(tmp_path: Path) -> None:
    encoder = Encoder(write_tiny(tmp_path))
    before, _ = encoder.hidden([[2, 4, 3]])
    change = np.full((WIDTH, WIDTH), 0.5, dtype=np.float32)
    encoder.adapt({"encoder.layer.0.attention.self.value.weight": change})
    changed, _ = encoder.hidden([[2, 4, 3]])
    encoder.adapt({"encoder.layer.0.attention.self.value.weight": -change})
    assert not np.allclose(before, changed, atol=1e-3)
    assert np.allclose(before, encoder.hidden([[2, 4, 3]])[0], atol=1e-5)


def test_a_change_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Encoder(write_tiny(tmp_path)).adapt({"encoder.layer.9.output.dense.weight": 1.0})


def test_other_weights_than_those_of_the_wheel_are_refused_where_they_are_checked(tmp_path: Path) -> None:
    with pytest.raises(TamperedArtifactError, match=r"model\.safetensors of all-MiniLM-L6-v2"):
        Encoder(write_tiny(tmp_path), checked=True)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_missing_file_is_told_with_what_to_install(tmp_path: Path, name: str) -> None:
    (write_tiny(tmp_path) / name).unlink()
    with pytest.raises(MissingToolError, match=f"{name} of all-MiniLM-L6-v2; install the extra"):
        Encoder(tmp_path)


def test_gelu_is_that_of_the_error_function() -> None:
    values = np.linspace(-6, 6, 4001, dtype=np.float32).reshape(1, -1)
    expected = [value / 2 * (1 + math.erf(value / math.sqrt(2))) for value in values[0].tolist()]
    assert np.abs(_gelu(np, values.copy())[0] - np.array(expected)).max() < 1e-6
