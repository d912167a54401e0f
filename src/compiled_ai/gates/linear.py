"""How much a text reads like an attack: a linear model over what `_linear_features` sees of it, in pure Python.

The value of a window of words is the sum of the weights of its hashed n-grams, words and pairs over the square root
of their count, and the same for its concepts. A text is as suspect as its worst window, so that an attack within a
long harmless text is found. Time is linear in the length of the text. `scripts/train_input_gate.py` trains the weights.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import math
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from compiled_ai.errors import TamperedArtifactError
from compiled_ai.gates._linear_features import (
    CONCEPT_PAD,
    CONCEPT_SIZE,
    PAD,
    STEP,
    TOKEN,
    Lexicon,
    chance,
    checksums,
    concept_features,
    pair_features,
    token_features,
    tokens,
    windows,
)
from compiled_ai.gates._normal_fold import fold
from compiled_ai.gates.verdict import Span

__all__ = ["HEADS", "SHIPPED_SHA256", "Head", "LinearModel", "LinearScore", "Worst"]

HEADS = ("direct", "document")
"""``direct``: what a person asks. ``document``: a piece of a text that is worked on, read as an instruction."""
SHIPPED_SHA256 = "446d6aaf54e6bab2a6f0df817f50d9372386db69da5ef13c1ce7623577a808c0"
"""Of `data/input_model.json`; the training script prints it. A test compares the two."""
_SCHEMA = 2
_SHIPPED = Path(__file__).parent / "data" / "input_model.json"
_CACHED_TOKENS = 50_000
_REASONS = 3
_PER_CONCEPT = 5
"""Features of a concept."""
_CLOSEST_POINTS = 0.5
_FALL_BELOW = 0.7
_EXPLAINED = 0.1
"""Risk below which no words are looked up."""
_LONGEST_EXPLAINED = 4000
"""Characters of a window that are searched for words to name."""
Known = tuple[tuple[int, ...], int, int, int, int, int]
"""Of a token: the sum of its weights in each head, the number of its features, its checksums and its concept."""


@dataclass(frozen=True, kw_only=True)
class Worst:
    """The worst window of a row of tokens."""

    first: int
    last: int
    """The first token behind it."""
    value: float
    risk: float


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
    concept_weights: Sequence[int]
    concept_scale: float
    bias: float
    slope: float
    """Of the calibration (Platt): probability = logistic(slope * value + offset)."""
    offset: float
    flag: float
    """The probability from which a text is flagged: the operating point, chosen on the calibration rows."""
    block: float
    vocabulary: frozenset[str] = frozenset()
    """What may be quoted as a reason."""

    def probability(self, value: float) -> float:
        """The calibrated probability of a window's value."""
        return _logistic(self.slope * value + self.offset)

    def risk(self, probability: float) -> float:
        """The probability on the scale of the policies, rising with it."""
        above = _logit(probability) - _logit(self.flag)
        steps = max(_logit(self.block) - _logit(self.flag), _CLOSEST_POINTS)
        return _logistic(above * (math.log(4) / steps if above > 0 else _FALL_BELOW))


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """A trained model: one set of weights per question."""

    size: int
    """Number of hashes, a power of two."""
    heads: Mapping[str, Head]
    lexicon: Lexicon
    provenance: Mapping[str, object]
    """From which sets, rows and splits, under which licences, and when it was trained."""
    known: dict[str, Known] = field(default_factory=dict, repr=False, compare=False)
    """Tokens met before."""

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
        piece = fold(text)
        words = tokens(piece.text)
        worst = self.worst(words, head)
        if worst is None:
            return LinearScore(probability=0.0)
        found = self.told(piece.text, words, worst, head)
        span = found.span and piece.offsets.span(found.span.start, found.span.end)
        return LinearScore(probability=found.probability, risk=found.risk, span=span, words=found.words)

    def worst(self, words: Sequence[str], head: str = "direct") -> Worst | None:
        """The window of tokens that reads most like an attack; None where there are no tokens."""
        if not words:
            return None
        chosen, root = self.heads[head], math.sqrt
        sums, counts, concept_sums, concept_counts = self._running(words, head)
        scale, concept_scale = chosen.scale, chosen.concept_scale
        top, at = -math.inf, (0, 0)
        spans = windows(len(words))
        for first, last in spans:
            a, b = first // STEP, -(-last // STEP)
            value = scale * (sums[b] - sums[a]) / root(PAD + counts[b] - counts[a])
            value += (
                concept_scale
                * (concept_sums[b] - concept_sums[a])
                / root(CONCEPT_PAD + concept_counts[b] - concept_counts[a])
            )
            if value > top:
                top, at = value, (first, last)
        value = top + chosen.bias - chance(len(spans))
        return Worst(first=at[0], last=at[1], value=value, risk=chosen.risk(chosen.probability(value)))

    def told(self, folded: str, words: Sequence[str], worst: Worst, head: str = "direct") -> LinearScore:
        """What to say of the worst window of a folded text: where it is in it, and by which words."""
        places = list(islice(TOKEN.finditer(folded), worst.first, worst.last))
        suspect = words[worst.first : worst.last] if worst.risk >= _EXPLAINED else []
        chosen = self.heads[head]
        return LinearScore(
            probability=chosen.probability(worst.value),
            risk=worst.risk,
            span=Span(start=places[0].start(), end=places[-1].end()) if places else None,
            words=self._reasons(suspect, chosen) if sum(map(len, suspect)) < _LONGEST_EXPLAINED else (),
        )

    def _running(self, words: Sequence[str], head: str) -> tuple[list[int], list[int], list[int], list[int]]:
        """Sums of weights and counts of features before each step: of hashes, and of concepts."""
        number, chosen = HEADS.index(head), self.heads[head]
        weights, of_concepts, mask = chosen.weights, chosen.concept_weights, self.size - 1
        sums, counts, concept_sums, concept_counts = [0], [0], [0], [0]
        total = count = concept_total = concept_count = 0
        before = second = last = one = two = three = 0
        known = self.known
        for start in range(0, len(words), STEP):
            for word in words[start : start + STEP]:
                row = known.get(word) or self._learn(word)
                own = row[2]
                total += row[0][number] + weights[(own ^ before) & mask] + weights[(own ^ second) & mask]
                count += row[1]
                second, before, last = last, row[3], row[4]
                if concept := row[5]:
                    for place in concept_features(concept, one, two, three):
                        concept_total += of_concepts[place]
                    concept_count += _PER_CONCEPT
                    one, two, three = concept, one, two
            sums.append(total)
            counts.append(count)
            concept_sums.append(concept_total)
            concept_counts.append(concept_count)
        return sums, counts, concept_sums, concept_counts

    def _learn(self, word: str) -> Known:
        """A token that was not met before."""
        found = token_features(word, self.size)
        totals = tuple(sum([self.heads[head].weights[one] for one in found]) for head in HEADS)
        row = (totals, len(found) + 2, *checksums(word), self.lexicon.concept(word))
        if len(self.known) >= _CACHED_TOKENS:
            self.known.clear()
        self.known[word] = row
        return row

    def _reasons(self, words: Sequence[str], head: Head) -> tuple[str, ...]:
        ranked: dict[str, int] = {}
        last = checksums("")
        for place, word in enumerate(words):
            own = checksums(word)
            ranked[word] = sum(head.weights[one] for one in token_features(word, self.size))
            if place:
                pair = pair_features(own, last, last, self.size)[0]
                ranked[f"{words[place - 1]} {word}"] = 4 * head.weights[pair] + ranked[word]
            last = own
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
    heads, provenance, concepts = content["heads"], content["provenance"], content["concepts"]
    if not isinstance(heads, dict) or not isinstance(provenance, dict) or set(heads) != set(HEADS):
        raise ValueError(f"heads {heads!r:.60}; they are {', '.join(HEADS)}")
    if not isinstance(concepts, dict):
        raise TypeError("concepts are a table of words")
    return LinearModel(
        size=size,
        heads={name: _head(value, size) for name, value in heads.items()},
        lexicon=Lexicon.of({str(name): list(map(str, words)) for name, words in concepts.items()}),
        provenance=provenance,
    )


_NUMBERS = ("scale", "concept_scale", "bias", "slope", "offset", "flag", "block")


def _head(content: Mapping[str, object], size: int) -> Head:
    weights, of_concepts = (
        _weights(content["weights"], size),
        _weights(content["concept_weights"], CONCEPT_SIZE),
    )
    numbers = {name: float(str(content[name])) for name in _NUMBERS}
    vocabulary = content["vocabulary"]
    if not all(map(math.isfinite, numbers.values())) or numbers["slope"] <= 0:
        raise ValueError(f"numbers of a head: {numbers}")
    if not isinstance(vocabulary, list):
        raise TypeError("a vocabulary is a list of words")
    return Head(
        weights=weights,
        concept_weights=of_concepts,
        vocabulary=frozenset(map(str, vocabulary)),
        scale=numbers["scale"],
        concept_scale=numbers["concept_scale"],
        bias=numbers["bias"],
        slope=numbers["slope"],
        offset=numbers["offset"],
        flag=numbers["flag"],
        block=numbers["block"],
    )


def _weights(packed: object, count: int) -> list[int]:
    weights = array("b", zlib.decompress(base64.b64decode(str(packed), validate=True)))
    if len(weights) != count:
        raise ValueError(f"{len(weights)} weights; there must be {count}")
    return weights.tolist()


def _logit(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(kept / (1 - kept))


def _logistic(value: float) -> float:
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-min(value, 700.0)))
    rising = math.exp(max(value, -700.0))
    return rising / (1.0 + rising)
