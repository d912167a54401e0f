"""What every recogniser shares: the kinds, a hit, and the words before a value that say what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

PiiType = Literal[
    "card",
    "card_code",
    "pin",
    "track_data",
    "iban",
    "bank_account",
    "routing_number",
    "crypto_address",
    "ssn",
    "itin",
    "tax_id",
    "national_id",
    "passport",
    "driver_license",
    "medical_record",
    "health_plan",
    "license_plate",
    "vehicle",
    "email",
    "phone",
    "ip_address",
    "mac_address",
    "url_credentials",
    "api_key",
    "date_of_birth",
    "street_address",
    "person_name",
]
PII_TYPES: Final[tuple[PiiType, ...]] = get_args(PiiType)
CHECKABLE: Final[tuple[PiiType, ...]] = (
    "card", "iban", "crypto_address", "ssn", "itin", "email", "phone", "ip_address", "mac_address", "url_credentials",
)  # fmt: skip
"""Those known by check digits, ranges or a fixed grammar, rather than by the words around them."""

LOOK_BACK: Final = 48
_EARLIER_VALUE: Final = re.compile(r".*(?:[0-9]{4}|@)", re.DOTALL)
_AFTER: Final = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found in the plain text, not yet weighed against others."""

    start: int
    end: int
    kind: PiiType
    score: float


Finder = Callable[[str], Iterator[Hit]]
"""Gives hits in a plain text, in any order. Its time grows with the length of the text alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """A pattern that proposes values of one kind, and how sure each is."""

    kind: PiiType
    pattern: re.Pattern[str]
    """Matches have a bounded length. A group `v`, if there is one, is the value."""
    score: Callable[[re.Match[str]], tuple[float, float]]
    """How sure: without a word before it that says so, and with one. Zero: not at all."""
    labels: tuple[str, ...] = ()
    """Such words, in small letters."""
    needs: str = ""
    """A sign without which a text can hold none."""

    def find(self, text: str) -> Iterator[Hit]:
        """Its hits in a plain text."""
        if self.needs and self.needs not in text:
            return
        for match in self.pattern.finditer(text):
            hit = self.hit_of(match)
            if hit:
                yield hit

    def hit_of(self, match: re.Match[str]) -> Hit | None:
        """What a match of the pattern is worth; None for nothing."""
        sure, labelled = self.score(match)
        start, end = match.span("v" if "v" in self.pattern.groupindex else 0)
        if labelled > sure and is_labelled(match.string, start, self.labels):
            sure = labelled
        return Hit(start, end, self.kind, sure) if sure > 0 else None


def is_labelled(text: str, start: int, labels: tuple[str, ...]) -> bool:
    """Whether one of `labels` stands shortly before `start`, with no other value between."""
    return bool(labels) and _any_word(labels).search(words_before(text, start)) is not None


def words_before(text: str, start: int) -> str:
    """The words before `start` back to an earlier value, in small letters."""
    window = text[max(0, start - LOOK_BACK) : start]
    earlier = _EARLIER_VALUE.match(window)
    return window[earlier.end() if earlier else 0 :].lower()


def is_named_after(text: str, end: int, words: tuple[str, ...]) -> bool:
    """Whether one of `words` follows directly, as in "555 1234 (office)"."""
    found = re.match(r"[ \t(,-]{0,3}([a-z]+)", text[end : end + _AFTER].lower())
    return found is not None and found[1] in words


@lru_cache(maxsize=128)
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, words))})(?![a-z])")
