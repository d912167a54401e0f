"""How much of a prompt stands in a text: rows of letters whatever the spacing, order or shifted alphabet, and its vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from compiled_ai.gates._output_fold import LOWER, folded
from compiled_ai.gates._output_readings import letters_of, whole_readings, without_vowels

BLOCK = 12
"""Letters that are compared at once. The text is cut into such blocks and each looked up among all rows of twelve in the prompt: one look-up for twelve letters, and a copied part of 23 letters always covers one whole block."""
_RUN = 3
"""Blocks that follow each other in the text and in the prompt: 36 letters, some seven words."""
_SCATTERED = 6
"""Blocks at different places of the prompt, anywhere in the text."""
_SCATTERED_SHARE = 0.12
"""... if they are that part of the text's blocks, or of the prompt's."""
_FEW_SCATTERED = 4
_FEW_SHARE = 0.2
"""For short prompts: fewer blocks, but a good part of the prompt."""
_WINDOW = 40
_FEWEST_WORDS = 12
_VOCABULARY_SHARE = 0.7
_PROMPT_LIMIT = 60_000
"""Characters of a prompt that are compared: each costs about a kilobyte and fifteen microseconds, once per prompt."""
_MIRROR = bytes.maketrans(LOWER.encode(), LOWER[::-1].encode())
_WORD = re.compile(r"[a-z]{3,}")
_SHIFTS = tuple(bytes.maketrans(LOWER.encode(), (LOWER[by:] + LOWER[:by]).encode()) for by in range(26))
_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "are",
        "but",
        "not",
        "you",
        "all",
        "any",
        "can",
        "had",
        "her",
        "was",
        "one",
        "our",
        "out",
        "has",
        "him",
        "his",
        "how",
        "its",
        "let",
        "may",
        "new",
        "now",
        "old",
        "see",
        "two",
        "way",
        "who",
        "did",
        "get",
        "she",
        "too",
        "use",
        "that",
        "this",
        "with",
        "from",
        "they",
        "have",
        "will",
        "your",
        "what",
        "when",
        "make",
        "like",
        "time",
        "just",
        "know",
        "take",
        "into",
        "year",
        "good",
        "some",
        "could",
        "them",
        "than",
        "then",
        "look",
        "only",
        "come",
        "over",
        "think",
        "also",
        "back",
        "after",
        "work",
        "first",
        "well",
        "even",
        "want",
        "because",
        "these",
        "give",
        "most",
        "each",
        "other",
        "which",
        "their",
        "there",
        "where",
        "while",
        "would",
        "should",
        "about",
        "every",
        "must",
        "does",
        "more",
        "such",
        "been",
        "being",
        "were",
        "said",
        "says",
        "many",
        "much",
        "very",
        "same",
        "both",
        "between",
        "under",
        "here",
        "before",
        "those",
        "through",
        "without",
        "within",
        "data",
        "value",
        "values",
        "name",
        "names",
        "number",
        "numbers",
        "text",
        "string",
        "list",
        "input",
        "output",
        "field",
        "fields",
        "type",
        "types",
        "none",
        "true",
        "false",
        "null",
        "return",
        "returns",
        "int",
        "str",
        "dict",
        "float",
        "bool",
        "def",
        "class",
        "import",
        "self",
        "result",
        "results",
        "item",
        "items",
        "case",
        "cases",
        "date",
        "order",
        "orders",
        "example",
        "examples",
        "answer",
        "line",
        "lines",
        "word",
        "words",
        "code",
        "python",
        "function",
        "functions",
        "json",
        "object",
        "key",
        "keys",
        "error",
        "request",
        "requests",
        "customer",
        "email",
        "message",
        "amount",
        "total",
        "price",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """What of the prompt a text repeats."""

    kind: str
    score: float
    letters: int
    """About how many letters of the prompt, or words with ``prompt_vocabulary``."""


@dataclass(frozen=True, kw_only=True)
class Benign:
    """What a text may share with the prompt."""

    rows: frozenset[bytes] = frozenset()
    words: frozenset[str] = frozenset()


class PromptOverlap:
    """Compares texts with one prompt."""

    def __init__(self, prompt: str) -> None:
        self._rows: dict[bytes, int] = {}
        self._bare: dict[bytes, int] = {}
        plain = folded(prompt[:_PROMPT_LIMIT]).lower()
        words = [letters_of(word.encode()) for word in plain.split()]
        letters = b"".join(words)
        self._size = max(1, len(letters) // BLOCK)
        _add(self._rows, letters)
        _add(self._rows, b"".join(word[::-1] for word in words))
        _add(self._rows, b"".join(reversed(words)))
        _add(self._rows, b"".join(word[:1] for word in words))
        _add(self._bare, without_vowels(letters))
        self._words = frozenset(_content(plain))

    def known(self, benign: str) -> Benign:
        """What of the prompt stands in `benign` as well, such as the user's own input, and therefore proves nothing."""
        lowered = folded(benign).lower()
        words = frozenset(_content(lowered)) & self._words
        rows: set[bytes] = set()
        for _, letters in whole_readings(lowered.encode("ascii", "replace")):
            rows |= _shared(letters, self._rows) | _shared(without_vowels(letters), self._bare)
        return Benign(rows=frozenset(rows), words=words)

    def in_letters(self, letters: bytes, benign: Benign) -> Overlap | None:
        """What of the prompt stands in a row of letters, forwards, backwards or in a shifted or mirrored alphabet."""
        return _strongest(
            self._counted(letters, self._rows, benign.rows),
            self._counted(without_vowels(letters), self._bare, benign.rows),
        )

    def in_words(self, lowered: str, benign: Benign) -> Overlap | None:
        """Whether a stretch of `lowered` is made of the prompt's own vocabulary, in whatever order."""
        own = self._words - benign.words
        if len(own) < _FEWEST_WORDS:
            return None
        content = list(_content(lowered))
        best, most = 0.0, 0
        for start in range(0, max(1, len(content) - _WINDOW // 2), _WINDOW // 2):
            window = set(content[start : start + _WINDOW])
            shared = len(window & own)
            if shared >= _FEWEST_WORDS and shared / len(window) > best:
                best, most = shared / len(window), shared
        return (
            Overlap(kind="prompt_vocabulary", score=0.8, letters=most) if best >= _VOCABULARY_SHARE else None
        )

    def _counted(self, letters: bytes, rows: dict[bytes, int], benign: frozenset[bytes]) -> Overlap | None:
        seen: set[int] = set()
        run = longest = 0
        expected = -1
        starts = range(0, len(letters) - BLOCK + 1, BLOCK)
        for start in starts:
            row = _unshifted(letters[start : start + BLOCK])
            place = rows.get(row, -1)
            if place < 0 or row in benign:
                run, expected = 0, -1
                continue
            run = run + 1 if place == expected else 1
            longest = max(longest, run)
            expected = place + BLOCK
            seen.add(place)
        return _judged(longest, len(seen), len(starts), self._size)


def _add(rows: dict[bytes, int], letters: bytes) -> None:
    mirrored = letters.translate(_MIRROR)
    for row in (letters, letters[::-1], mirrored, mirrored[::-1]):
        base = len(rows) + 10 * BLOCK
        for start in range(len(row) - BLOCK + 1):
            block = row[start : start + BLOCK]
            if len(set(block)) >= 4:  # others are the same in many alphabets
                rows.setdefault(_unshifted(block), base + start)


def _shared(letters: bytes, rows: dict[bytes, int]) -> set[bytes]:
    starts = range(len(letters) - BLOCK + 1)
    return {row for at in starts if (row := _unshifted(letters[at : at + BLOCK])) in rows}


def _judged(longest: int, distinct: int, blocks: int, size: int) -> Overlap | None:
    if longest >= _RUN:
        score = min(0.99, 0.7 + 0.05 * (longest - _RUN))
        return Overlap(kind="prompt_copy", score=score, letters=longest * BLOCK)
    share = max(distinct / max(1, blocks), distinct / size)
    if distinct >= _SCATTERED and share >= _SCATTERED_SHARE:
        return Overlap(kind="prompt_pieces", score=min(0.95, 0.7 + share / 2), letters=distinct * BLOCK)
    if distinct >= _FEW_SCATTERED and distinct / size >= _FEW_SHARE:
        return Overlap(kind="prompt_pieces", score=0.75, letters=distinct * BLOCK)
    if longest == _RUN - 1 or distinct >= _SCATTERED:
        return Overlap(kind="prompt_pieces", score=0.4, letters=distinct * BLOCK)
    return None


def _strongest(*found: Overlap | None) -> Overlap | None:
    return max((overlap for overlap in found if overlap), key=lambda overlap: overlap.score, default=None)


def _unshifted(row: bytes) -> bytes:
    """`row` in the alphabet shifted so that it begins with an ``a``: the same for every ROT-n of it."""
    return row.translate(_SHIFTS[(97 - row[0]) % 26])


def _content(lowered: str) -> Iterable[str]:
    return (_stem(word) for word in _WORD.findall(lowered) if word not in _COMMON)


def _stem(word: str) -> str:
    return word[:6]
