"""Realistic variations of examples: the edits a typist, another customer or another program would make."""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from compiled_ai.inputs._texts import unicode_variants

_NUMBER = re.compile(r"[0-9]+(?:[.,' ][0-9]+)*")
_RUN = re.compile(r"[0-9]+|[A-Za-z]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MONTHS = (
    "January",
    "Feb",
    "March",
    "Apr",
    "May",
    "June",
    "Jul.",
    "August",
    "Sept",
    "October",
    "Nov",
    "December",
)
_FILLERS = (
    "not", "no", "never", "please", "actually", "and", "or", "but", "without", "also", "no longer", "I mean", "sorry", "yesterday", "tomorrow",
    "two", "-", "any", "urgent", "today",
)  # fmt: skip
_NUMBER_WORDS = ("zero", "one", "twelve", "twenty-five", "a hundred", "half", "a dozen", "1st", "third")
_SHAPES = (
    "{0:,}.00",
    "{0}.5",
    "{0},50",
    "-{0}",
    "{0:,}",
    "{0}%",
    "0{0}",
    "{0}.",
    "+{0}",
    "{0}-{0}",
    "{0}/2",
    "({0})",
    "{0}k",
    "\u20ac{0}",
    "{0} ",
)
_PUNCTUATION = (".", ",", ";", ":", "!", "?", "-", "/", "(", ")", "'", '"', "...", "!!!", "\n", "  ", "\t")
_KEYS = "qwertyuiopasdfghjklzxcvbnm"
_KINDS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_EARLIEST, _LATEST = datetime.date(1900, 1, 1).toordinal(), datetime.date(2100, 12, 31).toordinal()

Edit = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Words of an example, and which one."""

    text: str
    example: int


class TextEditor:
    """Edits texts, with the words and sentences of all examples at hand."""

    def __init__(self, rng: Random, texts: Sequence[Phrase]) -> None:
        self._rng = rng
        self._words = _unique(_pieces(texts, str.split))
        self._sentences = _unique(_pieces(texts, _SENTENCE.split))
        self._used: set[int] = set()
        self._edits: tuple[Edit, ...] = (
            self._drop_words, self._double_word, self._swap_words, self._foreign_word, self._foreign_word, self._filler, self._case,
            self._punctuation, self._punctuation, self._typo, self._typo, self._number, self._number, self._number, self._date, self._cut,
            self._join, self._shuffle_sentences, self._squeeze, self._other_script, self.same_shape, self._lengthen,
        )  # fmt: skip

    def edit(self, text: str) -> tuple[str, set[int]]:
        """`text` after one to three edits, and the examples whose words came in."""
        self._used = set()
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            text = self._rng.choice(self._edits)(text)
        return text, self._used

    def moved_date(self) -> str:
        """Another day, in a random notation; now and then one that no calendar has."""
        day = datetime.date.fromordinal(self._rng.randint(_EARLIEST, _LATEST))
        year, month, number = day.year, day.month, day.day
        if self._rng.random() < 0.15:
            month, number = self._rng.choice(((2, 30), (13, 1), (0, 10), (4, 31), (2, 29)))
        name = _MONTHS[(month - 1) % 12]
        return self._rng.choice(
            (
                f"{year:04}-{month:02}-{number:02}", f"{number:02}.{month:02}.{year}", f"{number}/{month}/{year}", f"{month}/{number}/{year % 100:02}",
                f"{number} {name} {year}", f"{name} {number}, {year}", f"{number}. {name}", f"{year}/{month:02}/{number:02}", f"{year}{month:02}{number:02}",
            )
        )  # fmt: skip

    def _take(self, phrases: Sequence[Phrase]) -> str:
        if not phrases:
            return self._rng.choice(_FILLERS)
        phrase = self._rng.choice(phrases)
        self._used.add(phrase.example)
        return phrase.text

    def _place(self, words: Sequence[str]) -> int:
        return self._rng.randrange(len(words)) if words else 0

    def _drop_words(self, text: str) -> str:
        words = text.split(" ")
        start = self._place(words)
        return " ".join(words[:start] + words[start + self._rng.choice((1, 1, 2, 3)) :])

    def _double_word(self, text: str) -> str:
        words = text.split(" ")
        start = self._place(words)
        return " ".join([*words[: start + 1], *words[start:]])

    def _swap_words(self, text: str) -> str:
        words = text.split(" ")
        one, two = self._place(words), self._place(words)
        words[one], words[two] = words[two], words[one]
        return " ".join(words)

    def _foreign_word(self, text: str) -> str:
        words = text.split(" ")
        start = self._place(words)
        return " ".join([*words[:start], self._take(self._words), *words[start + self._rng.randrange(2) :]])

    def _filler(self, text: str) -> str:
        words = text.split(" ")
        start = self._place(words)
        return " ".join([*words[:start], self._rng.choice(_FILLERS), *words[start:]])

    def _case(self, text: str) -> str:
        return self._rng.choice((str.upper, str.lower, str.title, str.swapcase, str.capitalize))(text)

    def _punctuation(self, text: str) -> str:
        mark = self._rng.choice(_PUNCTUATION)
        marks = [index for index, char in enumerate(text) if not char.isalnum()]
        if marks and self._rng.random() < 0.7:
            index = self._rng.choice(marks)
            return text[:index] + self._rng.choice(("", mark, text[index] * 2)) + text[index + 1 :]
        index = self._rng.randrange(len(text) + 1)
        return text[:index] + mark + text[index:]

    def _typo(self, text: str) -> str:
        if not text:
            return self._rng.choice(_KEYS)
        index = self._rng.randrange(len(text))
        before, char, after = text[:index], text[index], text[index + 1 :]
        return self._rng.choice(
            (before + after, before + char * 2 + after, before + self._rng.choice(_KEYS) + after, before + after[:1] + char + after[1:])
        )  # fmt: skip

    def _lengthen(self, text: str) -> str:
        """One word, or the digits or letters of one, twice as long: a limit on its length may lie between."""
        runs = list(_RUN.finditer(text))
        if not runs:
            return text * 2
        match = self._rng.choice(runs)
        return text[: match.end()] + match[0] + text[match.end() :]

    def _number(self, text: str) -> str:
        found = list(_NUMBER.finditer(text))
        if not found:
            return self._filler(text) if self._rng.random() < 0.5 else f"{text} {self._new_number('1')}"
        match = self._rng.choice(found)
        return text[: match.start()] + self._new_number(match[0]) + text[match.end() :]

    def _new_number(self, old: str) -> str:
        way = self._rng.randrange(5)
        if way == 0:
            return self._rng.choice(_NUMBER_WORDS)
        if way == 1:
            value = self._rng.choice((0, 1, self._rng.randrange(100), self._rng.randrange(10**6), 10**12 + 1))
            return self._rng.choice(_SHAPES).format(value)
        if way == 2:
            return old + self._rng.choice(("0", "00", ".5", ",5", ".00", "-", ".", ",", "%"))
        if way == 3:
            return old.translate({ord("."): ",", ord(","): "."})
        index = self._rng.randrange(len(old))
        digit = self._rng.choice("0123456789") if old[index].isdecimal() else ""
        return old[:index] + digit + old[index + 1 :]

    def _date(self, text: str) -> str:
        found = list(_DATE.finditer(text))
        if not found:
            return self._number(text) if self._rng.random() < 0.7 else f"{text} {self.moved_date()}"
        match = self._rng.choice(found)
        return text[: match.start()] + self.moved_date() + text[match.end() :]

    def _cut(self, text: str) -> str:
        index = self._rng.randrange(len(text) + 1)
        return self._rng.choice((text[:index], text[index:]))

    def _join(self, text: str) -> str:
        other, gap = self._take(self._sentences), self._rng.choice((" ", " ", ". ", "\n", ", ", " and ", ""))
        return self._rng.choice((f"{text}{gap}{other}", f"{other}{gap}{text}"))

    def _shuffle_sentences(self, text: str) -> str:
        sentences = _SENTENCE.split(text)
        if len(sentences) < 2:
            return self._swap_words(text)
        self._rng.shuffle(sentences)
        return " ".join(sentences)

    def _squeeze(self, text: str) -> str:
        gap = self._rng.choice(("", "  ", "\n", "\t", "_", "-"))
        return text.replace(" ", gap) if self._rng.random() < 0.5 else f"{gap} {text} {gap}"

    def same_shape(self, text: str) -> str:
        """`text` with some letters and digits changed for others of their kind, as identifiers differ."""
        chars = list(text)
        for _ in range(self._rng.choice((1, 2, len(chars)))):
            index = self._place(chars)
            kind = next((kind for kind in _KINDS if chars and chars[index] in kind), "")
            if kind:
                chars[index] = self._rng.choice(kind)
        return "".join(chars)

    def _other_script(self, text: str) -> str:
        return self._rng.choice(unicode_variants(text) or [text])


def _pieces(texts: Sequence[Phrase], split: Callable[[str], list[str]]) -> list[Phrase]:
    return [
        Phrase(text=piece, example=phrase.example)
        for phrase in texts
        for piece in split(phrase.text)
        if piece
    ]


def _unique(phrases: Sequence[Phrase]) -> list[Phrase]:
    return list({phrase.text: phrase for phrase in phrases}.values())
