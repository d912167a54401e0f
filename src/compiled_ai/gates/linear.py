"""How much a text reads like an attack: a linear model over hashed character n-grams, in pure Python.

Features are the character n-grams (2 to 5) of each word with its boundaries, the word, and its pairs with the
two words before it. Each is hashed; a window's value is the sum of its weights over the square root of their
count. A text is as suspect as its worst window, so that an attack within a long harmless text is found. Time is
linear in the length of the text. `scripts/train_input_gate.py` trains the weights.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import math
import re
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compiled_ai.errors import TamperedArtifactError
from compiled_ai.gates.verdict import Span

__all__ = ["HEADS", "SHIPPED_SHA256", "Head", "LinearModel", "LinearScore", "Window", "token_features"]

HEADS = ("direct", "document")
"""``direct``: what a person asks. ``document``: a piece of a text that is worked on, read as an instruction."""
SHIPPED_SHA256 = "cd13030bd374e1ca6a9a84c3265d1e94d683ac52add34463fb8c45f5222ad05e"
"""Of `data/input_model.json`; the training script prints it. A test compares the two."""
_SCHEMA = 1
_SHIPPED = Path(__file__).parent / "data" / "input_model.json"
_TOKEN = re.compile(r"[^\W_]{1,32}|[^\w\s]{1,8}|_{1,8}")
_DIGITS = str.maketrans("123456789", "000000000")
_WINDOWS = (24,)
"""In tokens. Each overlaps the next one by half. Longer ones beside it made long harmless texts score higher."""
_CACHED_TOKENS = 50_000
_REASONS = 3
_CLOSEST_POINTS = 0.5
_FALL_BELOW = 0.7
_EXPLAINED = 0.1
"""Risk below which no words are looked up."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """A run of tokens and its value."""

    first: int
    last: int
    """The first token behind it."""
    value: float


@dataclass(frozen=True, kw_only=True)
class LinearScore:
    """What the model says of a text."""

    probability: float
    """In 0..1, calibrated: the share of attacks among texts of this score, on even odds."""
    risk: float = 0.0
    """In 0..1, on the scale of the policies: 0.5 is the model's operating point for flagging, 0.8 that for blocking."""
    span: Span | None = None
    """The worst window; None for a text without words."""
    words: tuple[str, ...] = ()
    """The words and pairs that count most in it, as far as they are common in the training data. A word that is not (a name, a secret) is never repeated."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The weights of one question that the model answers."""

    weights: Sequence[int]
    """One per hash, -127 to 127."""
    scale: float
    """What a weight of 1 is worth."""
    bias: float
    slope: float
    """Of the calibration (Platt): probability = logistic(slope * value + offset)."""
    offset: float
    flag: float
    """The probability from which a text is flagged: the operating point, chosen on the calibration rows."""
    block: float
    vocabulary: frozenset[str] = frozenset()
    """What may be quoted as a reason."""
    known: dict[str, tuple[int, int, bytes, int]] = field(default_factory=dict, repr=False, compare=False)
    """Tokens met before: the sum of their weights, the number of their features, their bytes and the checksum."""

    def probability(self, value: float) -> float:
        """The calibrated probability of a window's value."""
        return _logistic(self.slope * value + self.offset)

    def risk(self, probability: float) -> float:
        """The probability on the scale of the policies, rising with it."""
        above = _logit(probability) - _logit(self.flag)
        steps = max(_logit(self.block) - _logit(self.flag), _CLOSEST_POINTS)
        return _logistic(above * (math.log(4) / steps if above > 0 else _FALL_BELOW))


def token_features(token: str, size: int) -> tuple[list[int], bytes]:
    """The hashes of a lower-case token's n-grams and of the token itself; and its bytes, for pairs."""
    data = token.encode("utf-8", "surrogatepass")
    mask = size - 1
    crc = zlib.crc32
    padded = f" {token} "
    pieces: list[bytes]
    if len(data) == len(token):
        raw = padded.encode("ascii")
        pieces = [raw[at : at + n] for n in (2, 3, 4, 5) for at in range(len(raw) - n + 1)]
    else:
        pieces = [
            padded[at : at + n].encode("utf-8", "surrogatepass")
            for n in (2, 3, 4, 5)
            for at in range(len(padded) - n + 1)
        ]
    found = [crc(piece) & mask for piece in pieces]
    found.append(crc(data, 1) & mask)
    return found, data


def pair_features(last: int, second_last: int, data: bytes, size: int) -> tuple[int, int]:
    """The hashes of a token with the one before it and with the one before that, given their checksums."""
    return zlib.crc32(data, last ^ 0x5BD1E995) & (size - 1), zlib.crc32(data, second_last ^ 0x1B873593) & (
        size - 1
    )


def spell(token: str) -> str:
    """A token as the model sees it: lower case, every digit a zero."""
    return token.lower().translate(_DIGITS)


def token_spans(text: str) -> tuple[list[str], array[int], array[int]]:
    """The tokens of a text as the model sees them, and where they start and end."""
    words: list[str] = []
    starts, ends = array("q"), array("q")
    for match in _TOKEN.finditer(text):
        words.append(match.group())
        starts.append(match.start())
        ends.append(match.end())
    seen = {word: spell(word) for word in set(words)}
    return [seen[word] for word in words], starts, ends


def windows(count: int) -> list[tuple[int, int]]:
    """The windows over `count` tokens, first and last, each once."""
    found: dict[tuple[int, int], None] = {}
    for size in _WINDOWS:
        step = size // 2
        for first in range(0, max(count - size + step, 1), step):
            found[(first, min(first + size, count))] = None
    return list(found)


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """A trained model: one set of weights per question."""

    size: int
    """Number of hashes, a power of two."""
    heads: Mapping[str, Head]
    provenance: Mapping[str, object]
    """From which sets, rows and splits, under which licences, and when it was trained."""

    @classmethod
    def load(cls, path: Path | None = None, *, sha256: str | None = None) -> LinearModel:
        """The shipped model; with `path` one of your own, whose digest you give.

        Raises:
            TamperedArtifactError: the file is missing, is not what its digest says, or is no model.
        """
        if path is None:
            return _shipped()
        if sha256 is None:
            raise TamperedArtifactError(
                f"{path}: give the SHA-256 of the model, as its training printed it", path=path
            )
        return _load(path, sha256)

    def score(self, text: str, *, head: str = "direct") -> float:
        """How likely `text` is an attack, 0..1."""
        return self.explain(text, head=head).probability

    def explain(self, text: str, *, head: str = "direct") -> LinearScore:
        """How likely `text` is an attack, where it is worst, and by which words."""
        chosen = self.heads[head]
        words, starts, ends = token_spans(text)
        worst = self._worst(words, chosen)
        if worst is None:
            return LinearScore(probability=0.0)
        probability = chosen.probability(worst.value)
        risk = chosen.risk(probability)
        suspect = words[worst.first : worst.last] if risk >= _EXPLAINED else []
        return LinearScore(
            probability=probability,
            risk=risk,
            span=Span(start=starts[worst.first], end=ends[worst.last - 1]),
            words=self._reasons(suspect, chosen),
        )

    def _worst(self, words: Sequence[str], head: Head) -> Window | None:
        sums, counts = self._running(words, head)
        best: Window | None = None
        scale, bias, root = head.scale, head.bias, math.sqrt
        top = -math.inf
        at = (0, 0)
        for first, last in windows(len(words)) if words else ():
            value = (sums[last] - sums[first]) / root(counts[last] - counts[first])
            if value > top:
                top, at = value, (first, last)
        if words:
            best = Window(first=at[0], last=at[1], value=top * scale + bias)
        return best

    def _running(self, words: Sequence[str], head: Head) -> tuple[array[int], array[int]]:
        """Sums of weights and of features over the tokens before each place."""
        sums, counts = array("q", [0]), array("q", [0])
        total = count = 0
        cache, weights = head.known, head.weights
        last = second_last = 0
        mask, crc = self.size - 1, zlib.crc32
        for word in words:
            known = cache.get(word)
            if known is None:
                found, data = token_features(word, self.size)
                known = (sum([weights[one] for one in found]), len(found) + 2, data, crc(data))
                if len(cache) >= _CACHED_TOKENS:
                    cache.clear()
                cache[word] = known
            data = known[2]
            total += (
                known[0]
                + weights[crc(data, last ^ 0x5BD1E995) & mask]
                + weights[crc(data, second_last ^ 0x1B873593) & mask]
            )
            count += known[1]
            sums.append(total)
            counts.append(count)
            second_last, last = last, known[3]
        return sums, counts

    def _reasons(self, words: Sequence[str], head: Head) -> tuple[str, ...]:
        ranked: dict[str, int] = {}
        checksums = [zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words]
        for place, word in enumerate(words):
            found, data = token_features(word, self.size)
            ranked[word] = sum(head.weights[one] for one in found)
            if place:
                pair = pair_features(checksums[place - 1], 0, data, self.size)[0]
                ranked[f"{words[place - 1]} {word}"] = 4 * head.weights[pair] + ranked[word]
        allowed = [text for text in ranked if text in head.vocabulary and ranked[text] > 0]
        return tuple(sorted(allowed, key=lambda text: (-ranked[text], text))[:_REASONS])


@functools.cache
def _shipped() -> LinearModel:
    return _load(_SHIPPED, SHIPPED_SHA256)


def _load(path: Path, sha256: str) -> LinearModel:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TamperedArtifactError(f"{path}: the model cannot be read ({error})", path=path) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256.removeprefix("sha256:"):
        raise TamperedArtifactError(
            f"{path}: the model has the digest {found}, not {sha256}: train it anew or install the package again",
            path=path,
        )
    try:
        return _parse(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error, binascii.Error) as error:
        raise TamperedArtifactError(f"{path}: not a model of this version ({error!r})", path=path) from error


def _parse(content: Mapping[str, object]) -> LinearModel:
    size, schema = int(str(content["size"])), content["schema"]
    if schema != _SCHEMA or size < 2 or size & (size - 1):
        raise ValueError(
            f"schema {schema!r} with {size} hashes; known is schema {_SCHEMA} with a power of two"
        )
    heads, provenance = content["heads"], content["provenance"]
    if not isinstance(heads, dict) or not isinstance(provenance, dict) or set(heads) != set(HEADS):
        raise ValueError(f"heads {heads!r:.60}; they are {', '.join(HEADS)}")
    return LinearModel(
        size=size, heads={name: _head(value, size) for name, value in heads.items()}, provenance=provenance
    )


def _head(content: Mapping[str, object], size: int) -> Head:
    weights = array("b", zlib.decompress(base64.b64decode(str(content["weights"]), validate=True)))
    numbers = {
        name: float(str(content[name])) for name in ("scale", "bias", "slope", "offset", "flag", "block")
    }
    vocabulary = content["vocabulary"]
    if len(weights) != size or not all(map(math.isfinite, numbers.values())) or numbers["slope"] <= 0:
        raise ValueError(f"{len(weights)} weights for {size} hashes, {numbers}")
    if not isinstance(vocabulary, list):
        raise ValueError("a vocabulary is a list of words")
    return Head(
        weights=weights.tolist(),
        vocabulary=frozenset(map(str, vocabulary)),
        scale=numbers["scale"],
        bias=numbers["bias"],
        slope=numbers["slope"],
        offset=numbers["offset"],
        flag=numbers["flag"],
        block=numbers["block"],
    )


def _logit(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(kept / (1 - kept))


def _logistic(value: float) -> float:
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-min(value, 700.0)))
    rising = math.exp(max(value, -700.0))
    return rising / (1.0 + rising)
