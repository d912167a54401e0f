"""Search over templates: from what somebody needs, in their own words, to the templates that fit, with reasons. Nothing may fit.

By words alone it needs no model and no further package: words cut to their stems, synonyms of the field, and forgiven typing
mistakes. With an `Embedder` the angle between meanings is weighed in.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from compiled_ai.templates._search_cache import index_digest, read_index, write_index
from compiled_ai.templates._search_lexical import (
    FIELD_WEIGHTS,
    FieldName,
    Fields,
    How,
    LexicalIndex,
    QueryWord,
    Term,
    build_lexical,
    terms_of,
)
from compiled_ai.templates._search_vectors import Embedder, TextKind, Vectors, embed_documents

__all__ = [
    "MEANING_THRESHOLD",
    "WORDS_THRESHOLD",
    "Embedder",
    "Hit",
    "Match",
    "Searchable",
    "TemplateIndex",
    "TextKind",
]

WORDS_THRESHOLD: Final = 0.26
"""Score below which a template does not fit, where words alone are compared. Chosen on the needs in the tests, as are the weights below."""
MEANING_THRESHOLD: Final = 0.21
"""The same where meanings are weighed in: what no word supports scores lower there."""
_HALF: Final = 0.9
"""Sum of what matched at which the score by words is one half."""
_STRANGE_COST: Final = 0.06
"""What each word that no template knows adds to that: a need that is mostly about other things fits less."""
_MEANING_SHARE: Final = 0.4
"""Part of the score by meaning, where there is an embedder. By words alone the needs in the tests are found better than by meaning alone."""
_FAR, _NEAR = 0.1, 0.7
"""Cosines that count as no nearness at all and as full nearness."""


class Searchable(Protocol):
    """What search reads of a template."""

    @property
    def name(self) -> str:
        """Its name, such as ``line_items``."""

    @property
    def purpose(self) -> str:
        """What it does, in a few words."""

    @property
    def description(self) -> str:
        """What it does, in some sentences."""

    @property
    def use_when(self) -> Sequence[str]:
        """When to take it."""

    @property
    def tags(self) -> Sequence[str]:
        """Words that people look for."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A word of the query and where the template has it."""

    word: str
    """As it was searched for."""
    field: FieldName
    """The weightiest field that has it."""
    how: How
    found: str
    """What was found: the stem of the word, the meaning for a synonym, the right spelling for a misspelt word."""
    share: float
    """Its part in the score by words; all parts together are 1."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A template that fits."""

    name: str
    score: float
    """From 0 to 1. Scores of one index are comparable between queries."""
    by_words: float
    """Score by words alone, from 0 to 1."""
    by_meaning: float | None
    """Nearness of meaning, from 0 to 1; None without an embedder."""
    matches: tuple[Match, ...]
    """What matched, the weightiest first."""

    @property
    def explanation(self) -> str:
        """Why it was found, in one line."""
        parts = [_in_words(match) for match in self.matches]
        if self.by_meaning is not None:
            parts.append(f"meaning {self.by_meaning:.2f}")
        return "; ".join(parts) or "no word matched"


class TemplateIndex:
    """Templates made ready to be searched. Searching changes nothing, so one may be used from many threads."""

    def __init__(
        self,
        templates: Iterable[Searchable],
        *,
        embedder: Embedder | None = None,
        cache_dir: Path | None = None,
    ) -> None:
        """The index of `templates`.

        Args:
            templates: In the order in which equals are answered.
            embedder: Weighs meanings in. None ranks by words alone.
            cache_dir: Folder to keep the index in, by digest of the templates. None keeps it in memory only.

        Raises:
            ValueError: the embedder gave no usable vectors.
        """
        self._entries = [fields_of(template) for template in templates]
        self._embedder = embedder
        self.digest = index_digest(self._entries, embedder.name if embedder else None)
        """Digest over the templates, the embedder and the format of the index."""
        found = read_index(cache_dir, self.digest) if cache_dir else None
        self.from_cache = found is not None
        """Whether the index came from `cache_dir`."""
        self._lexical, self._vectors = found or _built(self._entries, embedder)
        if cache_dir and not found:
            write_index(cache_dir, self.digest, self._lexical, self._vectors)

    @property
    def threshold(self) -> float:
        """Score that a hit must reach, unless a search names another."""
        return MEANING_THRESHOLD if self._vectors else WORDS_THRESHOLD

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, query: str, *, limit: int = 5, threshold: float | None = None) -> tuple[Hit, ...]:
        """The templates that fit `query`, the best first; empty when nothing fits.

        Args:
            query: What is needed, in any words. Only the first 4,000 characters are read.
            limit: How many at most.
            threshold: Score that a hit must reach. 0 gives everything that matches at all; None is `self.threshold`.
        """
        least = self.threshold if threshold is None else threshold
        words = self._lexical.read_query(query)
        totals = self._lexical.scores(words)
        half = _HALF + _STRANGE_COST * self._lexical.strangeness(words)
        by_meaning = self._by_meaning(query) if words else {}
        fitting = _fused(totals, by_meaning, half, least) if self._vectors else _by_words(totals, half, least)
        return tuple(
            Hit(
                name=self._entries[-behind]["name"],
                score=round(score, 4),
                by_words=round(_share(totals.get(-behind, 0.0), half), 4),
                by_meaning=round(by_meaning.get(-behind, 0.0), 4) if self._vectors else None,
                matches=self._matches(words, -behind),
            )
            for score, behind in heapq.nlargest(max(0, limit), fitting)
        )

    def _by_meaning(self, query: str) -> dict[int, float]:
        if self._vectors is None or self._embedder is None:
            return {}
        (vector,) = self._embedder.embed([query], kind="query")
        return {
            position: min(1.0, (cosine - _FAR) / (_NEAR - _FAR))
            for position, cosine in enumerate(self._vectors.cosines(vector))
            if cosine > _FAR
        }

    def _matches(self, words: Sequence[QueryWord], position: int) -> tuple[Match, ...]:
        entry = self._entries[position]
        by_field = {name: frozenset(terms_of(entry[name])) for name in FIELD_WEIGHTS}
        amounts = self._lexical.amounts_of(position, words)
        found: list[tuple[float, str, Term]] = []
        for word in words:
            values = [(self._lexical.value(term, amounts.get(term.key, 0.0)), term) for term in word.terms]
            value, best = max(values, key=lambda pair: pair[0], default=(0.0, None))
            if best is not None and value > 0:
                found.append((value, word.text, best))
        total = sum(value for value, *_ in found)
        return tuple(
            Match(
                word=text,
                field=next(name for name, terms in by_field.items() if term.key in terms),
                how=term.how,
                found=term.corrected or term.key.removeprefix("~"),
                share=round(value / total, 3),
            )
            for value, text, term in sorted(found, key=lambda item: -item[0])
        )


def fields_of(template: Searchable) -> Fields:
    """The texts of `template` that are searched, by field."""
    return {
        "name": template.name,
        "tags": ", ".join(template.tags),
        "purpose": template.purpose,
        "use_when": "; ".join(template.use_when),
        "description": template.description,
    }


def _built(entries: Sequence[Fields], embedder: Embedder | None) -> tuple[LexicalIndex, Vectors | None]:
    vectors = (
        embed_documents(embedder, [_as_text(entry) for entry in entries]) if embedder and entries else None
    )
    return build_lexical(entries), vectors


def _as_text(entry: Fields) -> str:
    """What an embedder is shown of a template."""
    return f"{entry['name'].replace('_', ' ')}: {entry['purpose']}. {entry['use_when']}"


def _share(total: float, half: float) -> float:
    """`total` brought between 0 and 1; `half` gives one half."""
    return total / (total + half)


def _by_words(totals: Mapping[int, float], half: float, least: float) -> Iterator[tuple[float, int]]:
    """Score and negated position of every template that reaches `least`. Only those are brought between 0 and 1: with thousands, they are the few."""
    enough = least * half / (1 - least) if least < 1 else math.inf
    for position, total in totals.items():
        if total >= enough and total > 0:
            yield _share(total, half), -position


def _fused(
    totals: Mapping[int, float], by_meaning: Mapping[int, float], half: float, least: float
) -> Iterator[tuple[float, int]]:
    """The same, words and meaning weighed together."""
    for position in totals.keys() | by_meaning.keys():
        by_words = _share(totals.get(position, 0.0), half)
        score = (1 - _MEANING_SHARE) * by_words + _MEANING_SHARE * by_meaning.get(position, 0.0)
        if score >= least and score > 0:
            yield score, -position


def _in_words(match: Match) -> str:
    where = match.field.replace("_", " ")
    match match.how:
        case "word":
            return f"'{match.word}' in {where}"
        case "synonym":
            return f"'{match.word}' means {match.found} in {where}"
        case "spelling":
            return f"'{match.word}' read as '{match.found}' in {where}"
