"""Fuzzy matching: how alike two texts are, the closest of several, and which choice a text names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiled_ai.modules._choices import ChoiceIndex, choice_index, singular_word
from compiled_ai.modules._edits import edits, jaro, shared_start
from compiled_ai.modules.text import fold, words

__all__ = [
    "closest",
    "edit_distance",
    "jaro_winkler",
    "resolve_choice",
    "similarity",
    "singular",
    "token_set_ratio",
    "token_sort_ratio",
]


def edit_distance(left: str, right: str) -> int:
    """Edits between the folded texts; a swap of two neighbouring characters is one edit (Damerau)."""
    return edits(fold(left), fold(right))


def similarity(left: str, right: str) -> float:
    """How alike the folded texts are by edits: 1.0 when equal, 0.0 when nothing is common."""
    return _alike(fold(left), fold(right))


def _alike(left: str, right: str) -> float:
    longest = max(len(left), len(right))
    return 1 - edits(left, right) / longest if longest else 1.0


def jaro_winkler(left: str, right: str) -> float:
    """Jaro-Winkler similarity of the folded texts, 0.0 to 1.0: for short names, where the first letters count most."""
    one, two = fold(left), fold(right)
    score = jaro(one, two)
    return score + shared_start(one, two) * 0.1 * (1 - score)


def token_sort_ratio(left: str, right: str) -> float:
    """`similarity` whatever the order of the words: "Smith, John" is "John Smith"."""
    return _alike(" ".join(sorted(words(left))), " ".join(sorted(words(right))))


def token_set_ratio(left: str, right: str) -> float:
    """`similarity` of the sets of words; 1.0 also when all words of one text are in the other.

    0.0 if one text has no words.
    """
    one, two = set(words(left)), set(words(right))
    if not one or not two:
        return 0.0
    common = " ".join(sorted(one & two))
    first = " ".join([common, *sorted(one - two)]).strip()
    second = " ".join([common, *sorted(two - one)]).strip()
    pairs = [(first, second)] + ([(common, first), (common, second)] if common else [])
    return max(_alike(*pair) for pair in pairs)


def closest(text: str, options: Iterable[str], minimum: float = 0.85, margin: float = 0.05) -> str | None:
    """The option most like `text` (typos, case, accents, word order), or None below `minimum` or if two are about as close.

    An equal option (folded) wins over all that are only alike; two equal ones give None. `margin` is how far
    the best must be ahead. With the default `minimum` a word of six letters may have one typo.
    """
    folded = fold(text)
    by_words = " ".join(sorted(words(text)))
    listed = dict.fromkeys([options] if isinstance(options, str) else options)
    ranked = sorted(
        ((_closeness(folded, by_words, option), option) for option in listed), key=lambda item: -item[0]
    )
    if not folded or not ranked or ranked[0][0] < minimum:
        return None
    if len(ranked) > 1:
        best, second = ranked[0][0], ranked[1][0]
        # Rounded, because differences of ratios miss a margin by a hair.
        if best == second or (best < 1 and round(best - second, 9) < margin):
            return None
    return ranked[0][1]


def _closeness(folded: str, by_words: str, option: str) -> float:
    other = fold(option)
    if folded == other:
        return 1.0
    # Below 1, so that an equal option stays ahead of one with the same words in another order.
    score = max(_alike(folded, other), _alike(by_words, " ".join(sorted(words(option)))) - 0.001)
    # Half of Winkler's weight: with the whole of it "Austria" would do for "Australia".
    return min(score + 0.05 * shared_start(folded, other) * (1 - score), 0.9999)


def resolve_choice(text: str, choices: Mapping[str, Iterable[str]]) -> str | None:
    """The one choice that the text names by its name or a synonym, or None without any, with two, or if it is negated.

    `choices` maps each choice to its synonyms. Case, accents, plurals, "_" and "-" do not matter; when nothing
    is named as it is, one typo is forgiven in words of five letters or more, two from ten on. Of overlapping
    names the longer counts ("dark blue" over "blue"). Negated names ("not red", "instead of red", "anything
    but red") do not count, and "not red" alone names nothing.
    """
    index: ChoiceIndex = choice_index(
        tuple(
            (choice, tuple([names] if isinstance(names, str) else names)) for choice, names in choices.items()
        )
    )
    return index.resolve(text)


def singular(word: str) -> str:
    """The folded English word without a plural ending ("Batteries" is "battery"); irregular plurals stay."""
    return singular_word(fold(word))
