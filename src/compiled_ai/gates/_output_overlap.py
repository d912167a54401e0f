"""How much of a prompt stands in a text: rows of letters whatever the spacing, order or shifted alphabet, and its vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from compiled_ai.gates._output_fold import folded
from compiled_ai.gates._output_readings import (
    NEGATED,
    Lowered,
    letters_of,
    steps_of,
    whole_readings,
    without_vowels,
    words_of,
)

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
"""Characters of a prompt that are compared: each costs about half a kilobyte and two microseconds, once per prompt."""
_STEM = 6
_SHORTEST_WORD = 3
_OWN_MIRROR = (0, 13)
_COMMON = frozenset(
    (
        b"the and for are but not you all any can had her was one our out has him his how its let may new now "
        b"old see two way who did get she too use that this with from they have will your what when make like "
        b"time just know take into year good some could them than then look only come over think also back "
        b"after work first well even want because these give most each other which their there where while "
        b"would should about every must does more such been being were said says many much very same both "
        b"between under here before those through without within data value values name names number numbers "
        b"text string list input output field fields type types none true false null return returns int str "
        b"dict float bool def class import self result results item items case cases date order orders example "
        b"examples answer line lines word words code python function functions json object key keys error "
        b"request requests customer email message amount total price"
    ).split()
)


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """What of the prompt a text repeats."""

    kind: str
    score: float
    letters: int
    """About how many letters of the prompt, or words with ``prompt_vocabulary``."""


class Benign:
    """What a text may share with the prompt; worked out when something is found that it might explain."""

    def __init__(self, find: Callable[[], tuple[frozenset[bytes], frozenset[bytes]]] | None = None) -> None:
        self._find = find

    @cached_property
    def rows(self) -> frozenset[bytes]:
        """Blocks of letters."""
        return self._found[0]

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Words, as far as they are compared."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[frozenset[bytes], frozenset[bytes]]:
        return self._find() if self._find else (frozenset(), frozenset())


class PromptOverlap:
    """Compares texts with one prompt."""

    def __init__(self, prompt: str) -> None:
        plain = folded(prompt[:_PROMPT_LIMIT]).lower()
        words = [letters_of(word.encode()) for word in plain.split()]
        letters = b"".join(words)
        self._size = max(1, len(letters) // BLOCK)
        # Backwards, the second one is the words in reverse order, each as it is.
        turned = b"".join([word[::-1] for word in words])
        self._rows = _rows_of(letters, turned, b"".join([word[:1] for word in words]))
        self._bare = _rows_of(without_vowels(letters))
        self._words = frozenset(_content(words_of(plain.encode("ascii", "replace"))))

    def known(self, benign: str) -> Benign:
        """What of the prompt stands in `benign` as well, such as the user's own input, and therefore proves nothing."""
        return Benign(lambda: self._shared_with(benign))

    def _shared_with(self, benign: str) -> tuple[frozenset[bytes], frozenset[bytes]]:
        read = Lowered(folded(benign).lower().encode("ascii", "replace"))
        rows: set[bytes] = set()
        for _, letters in whole_readings(read):
            rows |= _shared(letters, self._rows) | _shared(without_vowels(letters), self._bare)
        return frozenset(rows), frozenset(_content(read.words)) & self._words

    def in_letters(self, letters: bytes, steps: bytes, benign: Benign) -> Overlap | None:
        """What of the prompt stands in a row of letters (and its `steps`), forwards, backwards or in a shifted or mirrored alphabet."""
        if len(letters) < BLOCK:
            return None
        bare = steps_of(without_vowels(letters))
        return _strongest(self._counted(steps, self._rows, benign), self._counted(bare, self._bare, benign))

    def in_words(self, words: list[bytes], benign: Benign) -> Overlap | None:
        """Whether a stretch of a text's words is made of the prompt's own vocabulary, in whatever order."""
        if len(self._words) < _FEWEST_WORDS:
            return None
        shared_words = self._words.intersection(_content(set(words)))
        if len(shared_words) < _FEWEST_WORDS or len(own := shared_words - benign.words) < _FEWEST_WORDS:
            return None
        content = list(_content(words))
        best, most = 0.0, 0
        for start in range(0, max(1, len(content) - _WINDOW // 2), _WINDOW // 2):
            window = set(content[start : start + _WINDOW])
            shared = len(window & own)
            if shared >= _FEWEST_WORDS and shared / len(window) > best:
                best, most = shared / len(window), shared
        return (
            Overlap(kind="prompt_vocabulary", score=0.8, letters=most) if best >= _VOCABULARY_SHARE else None
        )

    def _counted(self, steps: bytes, rows: dict[bytes, int], benign: Benign) -> Overlap | None:
        blocks = _blocks(steps, BLOCK)
        if rows.keys().isdisjoint(blocks):  # nearly all texts
            return None
        seen: set[int] = set()
        run = longest = 0
        expected = -1
        for row in blocks:
            place = rows.get(row, -1)
            if place < 0 or row in benign.rows:
                run, expected = 0, -1
                continue
            run = run + 1 if place == expected else 1
            longest = max(longest, run)
            expected = place + BLOCK
            seen.add(place)
        return _judged(longest, len(seen), len(blocks), self._size)


def _blocks(steps: bytes, stride: int) -> list[bytes]:
    """The blocks of a row of letters by its steps, each the same for every shifted and mirrored alphabet.

    A mirror negates the steps; of the two forms the one stands whose first step is at most 13. Where that is the same in both
    (0 and 13), it is the form as written, and the prompt's rows hold both.
    """
    mirrored = steps.translate(NEGATED)
    starts = range(0, len(steps) - BLOCK + 2, stride)
    return [
        steps[start : start + BLOCK - 1] if steps[start] <= 13 else mirrored[start : start + BLOCK - 1]
        for start in starts
    ]


def _rows_of(*texts: bytes) -> dict[bytes, int]:
    """The place of each block in rows of letters, forwards and backwards; places of different rows never follow each other."""
    rows: dict[bytes, int] = {}
    base = 0
    for letters in texts:
        for row in (letters, letters[::-1]):
            steps = steps_of(row)
            dull = _dull(row)
            for place, block in enumerate(_blocks(steps, 1)):
                if place not in dull:
                    rows.setdefault(block, base + place)
                    if block[0] in _OWN_MIRROR:
                        rows.setdefault(block.translate(NEGATED), base + place)
            base += len(row) + BLOCK
    return rows


def _dull(letters: bytes) -> set[int]:
    """Where blocks of fewer than four different letters begin: they are the same in many texts."""
    ends = len(letters) - BLOCK + 1
    return {
        place
        for four in range(0, ends, 4)
        if len(set(letters[four + 3 : four + BLOCK])) < 4  # what four neighbours have in common
        for place in range(four, min(four + 4, ends))
        if len(set(letters[place : place + BLOCK])) < 4
    }


def _shared(letters: bytes, rows: dict[bytes, int]) -> set[bytes]:
    return rows.keys() & _blocks(steps_of(letters), 1)


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


def _content(words: Iterable[bytes]) -> Iterable[bytes]:
    return (word[:_STEM] for word in words if len(word) >= _SHORTEST_WORD and word not in _COMMON)
