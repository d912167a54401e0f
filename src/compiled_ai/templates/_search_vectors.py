"""Ranking by meaning: vectors of the templates, compared by their angle."""

from __future__ import annotations

import base64
import importlib
import math
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import Literal, Protocol

TextKind = Literal["query", "document"]


class Embedder(Protocol):
    """Turns texts into vectors whose angles tell how near their meanings are."""

    @property
    def name(self) -> str:
        """What names the model and everything else that its vectors depend on. It is part of the cache's key."""

    def embed(self, texts: Sequence[str], *, kind: TextKind) -> Sequence[Sequence[float]]:
        """One vector per text, all of one length. Some models treat what is searched for (``query``) unlike what is found (``document``)."""


@dataclass(frozen=True, kw_only=True)
class Vectors:
    """Vectors of length 1, one after the other."""

    flat: array[float]
    dimensions: int

    def cosines(self, query: Sequence[float]) -> Sequence[float]:
        """The cosine of the angle between `query` and each vector. Some milliseconds for 10,000 with numpy, tenths of a second without."""
        if len(query) != self.dimensions:
            raise ValueError(f"the vector has {len(query)} dimensions, the index {self.dimensions}")
        unit = _unit(query)
        if self._matrix is not None:
            products: list[float] = (self._matrix @ array("f", unit)).tolist()
            return products
        size = self.dimensions
        return [
            sum(map(mul, unit, self.flat[start : start + size])) for start in range(0, len(self.flat), size)
        ]

    @cached_property
    def _matrix(self):  # type: ignore[no-untyped-def]  # numpy is not installed everywhere
        try:
            numpy = importlib.import_module("numpy")
        except ImportError:
            return None
        return numpy.frombuffer(self.flat, dtype=numpy.float32).reshape(-1, self.dimensions)

    def to_text(self) -> str:
        """The numbers as base64, for `from_text`."""
        return base64.b64encode(_little_endian(self.flat).tobytes()).decode()

    @classmethod
    def from_text(cls, text: str, *, dimensions: int) -> Vectors:
        """The vectors that `to_text` wrote.

        Raises:
            ValueError: it is not such a text.
        """
        flat = array("f")
        flat.frombytes(base64.b64decode(text, validate=True))
        if dimensions < 1 or len(flat) % dimensions:
            raise ValueError("the vectors are not whole")
        return cls(flat=_little_endian(flat), dimensions=dimensions)


def embed_documents(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """The vectors of `texts`.

    Raises:
        ValueError: the embedder gave another number of vectors than texts, or vectors of several lengths.
    """
    vectors = embedder.embed(texts, kind="document")
    lengths = {len(vector) for vector in vectors}
    if len(vectors) != len(texts) or len(lengths) != 1 or 0 in lengths:
        message = f"the embedder {embedder.name} gave {len(vectors)} vectors of {sorted(lengths)} dimensions for {len(texts)} texts"
        raise ValueError(message)
    flat = array("f")
    for vector in vectors:
        flat.extend(_unit(vector))
    return Vectors(flat=flat, dimensions=lengths.pop())


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def _little_endian(numbers: array[float]) -> array[float]:
    if sys.byteorder == "little":
        return numbers
    swapped = array("f", numbers)
    swapped.byteswap()
    return swapped
