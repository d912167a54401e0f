"""Ranking by words: an inverted index over the fields of the templates, weighed as in BM25F."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from compiled_ai.templates._search_synonyms import concept_words, word_weights, words_beyond
from compiled_ai.templates._search_typos import SpellingIndex
from compiled_ai.templates._search_words import STOP_WORDS, pairs_of, stem, words_of

FieldName = Literal["name", "tags", "purpose", "use_when", "description"]
How = Literal["word", "synonym", "spelling"]

FIELD_WEIGHTS: Final[Mapping[FieldName, float]] = {
    "name": 3.0,
    "tags": 2.0,
    "purpose": 2.0,
    "use_when": 1.2,
    "description": 1.0,
}
_FIELD_LENGTH_PENALTY: Final[Mapping[FieldName, float]] = {
    "name": 0.1,
    "tags": 0.1,
    "purpose": 0.3,
    "use_when": 0.5,
    "description": 0.6,
}
_SATURATION: Final = 4.0
"""BM25's k1: how soon one more occurrence stops to count."""
HOW_WEIGHTS: Final[Mapping[How, float]] = {"word": 1.0, "synonym": 0.75, "spelling": 0.9}

_BEYOND_COST: Final = 6.0

Fields = Mapping[FieldName, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One key of the index that a word of a query leads to."""

    key: str
    """A stem, or a concept with a leading ``~``."""
    how: How
    weight: float
    corrected: str = ""
    """The word that a misspelt one was taken for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryWord:
    """A word or a phrase of a query and where it leads. Of its terms, each template counts the best one."""

    text: str
    terms: tuple[Term, ...]
    """Empty for a word that no template knows."""


@dataclass(kw_only=True)
class LexicalIndex:
    """The words of many templates. Fill it with `build_lexical`."""

    size: int
    """How many templates."""
    postings: Mapping[str, tuple[Sequence[int], Sequence[float]]]
    """By term: positions of the templates that have it, and how much of it they have, between 0 and 1."""
    words: Sequence[str]
    """Every word of the templates, not cut: what a misspelt one may mean."""
    spellings: SpellingIndex = field(init=False)

    def __post_init__(self) -> None:
        self._known_words = frozenset(self.words)
        self.spellings = SpellingIndex([*self.words, *concept_words().words])
        self._highest = math.log1p((self.size + 0.5) / 1.5)

    def rarity(self, term: str) -> float:
        """How much a term tells: from 0 for one that all templates have to 1 for one that a single one has."""
        posting = self.postings.get(term)
        if posting is None:
            return 0.0
        count = len(posting[0])
        return math.log1p((self.size - count + 0.5) / (count + 0.5)) / self._highest

    def read_query(self, query: str) -> tuple[QueryWord, ...]:
        """The words of `query` that say something, each with the terms it leads to."""
        words = words_of(query)
        stems = [stem(word) for word in words]
        found: list[QueryWord] = []
        taken: set[int] = set()
        for position, pair in pairs_of(stems):
            concepts = concept_words().hinted.get(pair, ())
            if concepts and position not in taken:
                taken |= {position, position + 1}
                terms = (*_synonyms(concepts), *self._parts(words, stems, position))
                found.append(QueryWord(text=" ".join(words[position : position + 2]), terms=terms))
        for position, word in enumerate(words):
            if position not in taken and word not in STOP_WORDS and len(word) > 1:
                found.append(QueryWord(text=word, terms=self._terms(word, stems[position])))
        return _distinct(found)

    def strangeness(self, words: Iterable[QueryWord]) -> float:
        """How much of a query is about something else: 1 for a word that no template knows, more for one of tasks beyond them all."""
        return sum(
            _BEYOND_COST
            if word.text in words_beyond() and word.text not in self._known_words
            else float(not any(term.key in self.postings for term in word.terms))
            for word in words
        )

    def scores(self, words: Iterable[QueryWord]) -> dict[int, float]:
        """Score by position of every template that has one of `words`."""
        totals: dict[int, float] = {}
        known = totals.get
        for word in words:
            for position, value in self._best(word):
                totals[position] = known(position, 0.0) + value
        return totals

    def value(self, term: Term, has: float) -> float:
        """What `term` adds to the score of a template that has that much of it."""
        return term.weight * self.rarity(term.key) * has

    def amounts_of(self, position: int, words: Iterable[QueryWord]) -> dict[str, float]:
        """How much of each term of `words` the template at `position` has."""
        found: dict[str, float] = {}
        for key in {term.key for word in words for term in word.terms}:
            positions, amounts = self.postings.get(key, ((), ()))
            place = bisect_left(positions, position)
            if place < len(positions) and positions[place] == position:
                found[key] = amounts[place]
        return found

    def _best(self, word: QueryWord) -> Iterable[tuple[int, float]]:
        """Position and value of every template that has a term of `word`."""
        if len(word.terms) == 1:
            return self._values(word.terms[0])
        best: dict[int, float] = {}
        known = best.get
        for term in word.terms:
            if not best:
                best.update(self._values(term))
                continue
            for position, value in self._values(term):
                if value > known(position, 0.0):
                    best[position] = value
        return best.items()

    def _values(self, term: Term) -> Iterable[tuple[int, float]]:
        positions, amounts = self.postings.get(term.key, ((), ()))
        return zip(positions, map((term.weight * self.rarity(term.key)).__mul__, amounts), strict=True)

    def _parts(self, words: Sequence[str], stems: Sequence[str], position: int) -> tuple[Term, ...]:
        """Terms of the single words of a phrase, for templates that have only one of them."""
        return tuple(
            term
            for place in (position, position + 1)
            if words[place] not in STOP_WORDS
            for term in _own_terms(stems[place], discount=0.8)
        )

    def _terms(self, word: str, root: str) -> tuple[Term, ...]:
        if root in self.postings or root in concept_words().hinted or root.isdigit():
            return _own_terms(root)
        return tuple(
            replace(
                term, how="spelling", weight=term.weight * HOW_WEIGHTS["spelling"] * nearness, corrected=close
            )
            for close, nearness in self.spellings.nearest(word)
            for term in _own_terms(stem(close))
        )


def build_lexical(entries: Sequence[Fields]) -> LexicalIndex:
    """The index of `entries`, the fields of one template each."""
    counted = [{name: Counter(terms_of(text)) for name, text in entry.items()} for entry in entries]
    means = {
        name: max(1.0, sum(counts.get(name, Counter()).total() for counts in counted) / max(1, len(counted)))
        for name in FIELD_WEIGHTS
    }
    postings: dict[str, tuple[list[int], list[float]]] = {}
    for position, counts in enumerate(counted):
        for term, amount in _amounts(counts, means).items():
            positions, amounts = postings.setdefault(term, ([], []))
            positions.append(position)
            amounts.append(round(amount, 4))
    words = sorted({word for entry in entries for text in entry.values() for word in words_of(text)})
    return LexicalIndex(size=len(entries), postings=postings, words=words)


def terms_of(text: str) -> list[str]:
    """Keys of the index for `text`: stems, and the concepts behind its words and phrases."""
    words = words_of(text)
    stems = [stem(word) for word in words]
    found = [root for word, root in zip(words, stems, strict=True) if word not in STOP_WORDS]
    keys = [*stems, *(pair for _, pair in pairs_of(stems))]
    found += [f"~{concept}" for key in keys for concept in concept_words().named.get(key, ())]
    return found


def _amounts(counts: Mapping[FieldName, Counter[str]], means: Mapping[FieldName, float]) -> dict[str, float]:
    """How much of each term a template has: weighed occurrences, saturated to below 1."""
    weighed: dict[str, float] = defaultdict(float)
    for name, terms in counts.items():
        penalty = _FIELD_LENGTH_PENALTY[name]
        factor = FIELD_WEIGHTS[name] / (1 - penalty + penalty * terms.total() / means[name])
        for term, count in terms.items():
            weighed[term] += factor * min(count, 3)
    return {term: amount / (_SATURATION + amount) for term, amount in weighed.items()}


def _own_terms(root: str, *, discount: float = 1.0) -> tuple[Term, ...]:
    weight = discount * word_weights().get(root, 1.0)
    return (
        Term(key=root, how="word", weight=weight),
        *_synonyms(concept_words().hinted.get(root, ()), discount=weight),
    )


def _synonyms(concepts: Sequence[str], *, discount: float = 1.0) -> tuple[Term, ...]:
    """Terms of `concepts`; a word of many meanings is worth less under each."""
    share = HOW_WEIGHTS["synonym"] * discount / math.sqrt(len(concepts) or 1)
    return tuple(Term(key=f"~{concept}", how="synonym", weight=share) for concept in concepts)


def _distinct(words: Iterable[QueryWord]) -> tuple[QueryWord, ...]:
    """`words` with those that lead to the same terms once: a word said twice is not meant twice."""
    by_terms: dict[object, QueryWord] = {}
    for word in words:
        by_terms.setdefault(tuple(term.key for term in word.terms) or word.text, word)
    return tuple(by_terms.values())
