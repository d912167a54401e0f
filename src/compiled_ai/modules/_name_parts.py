"""The parts of a person's name, and of an organisation's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.modules._common_words import COMMON_WORDS
from compiled_ai.modules._name_words import LEGAL_FORMS, PARTICLES, SUFFIXES, TITLES
from compiled_ai.modules.text import clean, fold


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts, each as written; what it does not have is None. `middle` may hold several names."""

    title: str | None
    given: str | None
    middle: str | None
    family: str | None
    suffix: str | None


_WORD = re.compile(r"(?:[^\W\d_]|['\u0300-\u036f])(?:[^\W\d_]|['.\u0300-\u036f-])*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,4}")
_MOST_WORDS = 8


def read_person(text: str) -> PersonName | None:
    """The name that the whole text is, in either order, or None."""
    cleaned = clean(text)
    pieces = [piece.strip() for piece in cleaned.split(",")]
    if len(cleaned) > 120 or not all(pieces):
        return None
    suffixes: list[str] = []
    while len(pieces) > 1 and (found := _suffixes(pieces[-1].split())):
        suffixes = [*found, *suffixes]
        pieces.pop()
    if len(pieces) > 2:
        return None
    words = pieces[-1].split()
    titles = _take_titles(words)
    suffixes = [*_take_suffixes(words), *suffixes]
    if len(pieces) == 2:
        return _family_first(pieces[0].split(), words, titles, suffixes)
    return _given_first(words, titles, suffixes)


def read_suffix(word: str) -> str | None:
    """The suffix that a word is ("Jr", "MD"), or None."""
    return SUFFIXES.get(_bare(word))


def _bare(word: str) -> str:
    return fold(word).replace(".", "")


def _suffixes(words: Sequence[str]) -> list[str]:
    return (
        [SUFFIXES[_bare(word)] for word in words]
        if words and all(_bare(word) in SUFFIXES for word in words)
        else []
    )


def _take_titles(words: list[str]) -> list[str]:
    titles = []
    while len(words) > 1 and _bare(words[0]) in TITLES:
        titles.append(TITLES[_bare(words.pop(0))])
    return titles


def _take_suffixes(words: list[str]) -> list[str]:
    suffixes: list[str] = []
    # "Do" and "Ma" are family names as well: at the end of a name they are suffixes in capitals only.
    while (
        len(words) > 2
        and _bare(words[-1]) in SUFFIXES
        and (_bare(words[-1]) in {"jr", "sr", "junior", "senior", "esq", "phd"} or words[-1].isupper())
    ):
        suffixes.insert(0, SUFFIXES[_bare(words.pop())])
    return suffixes


def _given_first(words: list[str], titles: list[str], suffixes: list[str]) -> PersonName | None:
    words = _split_initials(words)
    if not _are_words(words) or (len(words) == 1 and not titles):
        return None
    start = _family_start(words)
    family = " ".join(words[start:])
    given = words[0] if start else None
    return _name(titles, given, words[1:start], family, suffixes)


def _family_start(words: Sequence[str]) -> int:
    """Where the family name begins: at its first particle, else with the last word."""
    start = len(words) - 1
    while (
        start > 1
        and fold(words[start - 1]).rstrip(".") in PARTICLES
        and (words[start - 1].islower() or len(words) > 2)
    ):
        start -= 1
    if start == 1 and words[0].islower() and fold(words[0]) in PARTICLES:
        return 0
    return start


def _family_first(
    family: list[str], given: list[str], titles: list[str], suffixes: list[str]
) -> PersonName | None:
    titles = [*_take_titles(family), *titles]
    if len(family) > 1 and (more := _suffixes(family[-1:])):
        family, suffixes = family[:-1], [*more, *suffixes]
    given = _split_initials(given)
    # "Beethoven, Ludwig van": a particle at the end belongs to the family name.
    while len(given) > 1 and given[-1].islower() and fold(given[-1]) in PARTICLES:
        family = [given.pop(), *family]
    if not family or not given or not _are_words([*family, *given]) or len(family) > 5:
        return None
    return _name(titles, given[0], given[1:], " ".join(family), suffixes)


def _split_initials(words: Sequence[str]) -> list[str]:
    """The words, with "J.R.R." as three of them."""
    return [
        part
        for word in words
        for part in (re.findall(r"[^\W\d_]\.", word) if _INITIALS.fullmatch(word) else [word])
    ]


def _are_words(words: Sequence[str]) -> bool:
    if not 0 < len(words) <= _MOST_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return False
    # "John and Mary Smith" are two, and "please call" is none.
    small = [word for word in words if word.islower() and word not in PARTICLES]
    return not any(word in {"and", "or", "und", "et"} or word in COMMON_WORDS for word in small)


def _name(
    titles: list[str], given: str | None, middle: Sequence[str], family: str, suffixes: list[str]
) -> PersonName:
    return PersonName(
        " ".join(titles) or None, given, " ".join(middle) or None, family or None, " ".join(suffixes) or None
    )


def without_legal_form(words: list[str]) -> tuple[list[str], list[str]]:
    """The words of an organisation's name before its legal form, and those of the form; folded words decide."""
    bare = [re.sub(r"[^\w]", "", fold(word)) for word in words]
    kept = len(words)
    while kept > 1:
        size = next(
            (
                size
                for size in (4, 3, 2, 1)
                if size < kept and tuple(filter(None, bare[kept - size : kept])) in LEGAL_FORMS
            ),
            0,
        )
        if not size:
            break
        kept -= size
    # "Bosch & Co" ends before the sign.
    while 1 < kept < len(words) and bare[kept - 1] in {"", "and", "und", "et", "y"}:
        kept -= 1
    return words[:kept], words[kept:]
