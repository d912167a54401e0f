"""Other orders and spellings in which a text can be read: letters alone, initials, columns, quoted strings, alphabets of words."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import zip_longest

from compiled_ai.gates._output_fold import LOWER

_NOT_LETTERS = bytes(code for code in range(256) if not 97 <= code <= 122)
_APART = bytes(code if 97 <= code <= 122 else 32 for code in range(256))
"""Letters as they are, and a space for all else."""
_APART_BUT_QUOTES = bytes(code if 97 <= code <= 122 or code == 39 else 32 for code in range(256))
_LEET = bytes.maketrans(b"0134578@$!|+", b"oieastbasiit")
_NEITHER_LETTERS_NOR_LEET = bytes(code for code in _NOT_LETTERS if code not in b"0134578@$!|+")
_VOWELS = b"aeiou"
_CELL = re.compile(rb"[a-z0-9]+")
_COLUMNS = 6
_MOD_26 = bytes((code - 128) % 26 for code in range(256))
NEGATED = bytes(-code % 26 for code in range(256))
"""Table from the steps of a text to those of its mirror image in the alphabet."""
# The closing quote may lack: a pattern that insists on it would try again from each quote inside, in quadratic time.
_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"?|'((?:[^'\\\n]|\\.)*)'?")
_COMMENT = re.compile(r"(?:#|//|--)[ \t]?([^\n]*)")
# The sign comes first in the pattern, so that the search jumps from sign to sign.
_MORSE_TOKEN = re.compile(r"[.\-_*](?<![^\s/|].)[.\-_*]{0,3}(?![^\s/|])")
_MORSE_SIGNS = str.maketrans("_*", "-.")
_MORSE_CODES = b".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
_MORSE = dict(zip(_MORSE_CODES.decode().split(), LOWER, strict=True))
_NATO = {word: word[:1] for word in (
    b"alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa "
    b"quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
).split()}  # fmt: skip


class Lowered:
    """A text in lower case (ASCII), and what several readings of it begin with, each worked out when first asked for."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @functools.cached_property
    def letters(self) -> bytes:
        """Its letters alone."""
        return letters_of(self.raw)

    @functools.cached_property
    def words(self) -> list[bytes]:
        """Its words, of letters alone."""
        return words_of(self.raw)

    @functools.cached_property
    def quoted_words(self) -> list[bytes]:
        """Its words, in which apostrophes count as letters."""
        return self.raw.translate(_APART_BUT_QUOTES).split()


def letters_of(lowered: bytes) -> bytes:
    """The letters a to z of a text in lower case, without anything between them."""
    return lowered.translate(None, _NOT_LETTERS)


def words_of(lowered: bytes) -> list[bytes]:
    """The words of a text in lower case, of letters alone."""
    return lowered.translate(_APART).split()


def without_vowels(letters: bytes) -> bytes:
    """The consonants of `letters`: what is left when vowels are dropped, changed or hidden."""
    return letters.translate(None, _VOWELS)


def steps_of(letters: bytes) -> bytes:
    """From each letter to the next, how far it is in the alphabet, in 0..25: the same in every shifted alphabet.

    As one subtraction of two long numbers, which is twenty times as fast as a loop. Bit 7 of every byte is set before, so that
    none borrows from the next.
    """
    size = len(letters) - 1
    if size < 1:
        return b""
    later = int.from_bytes(letters[1:], "big") | int.from_bytes(b"\x80" * size, "big")
    return (later - int.from_bytes(letters[:-1], "big")).to_bytes(size, "big").translate(_MOD_26)


def whole_readings(text: Lowered) -> Iterator[tuple[str, bytes]]:
    """Rows of letters that may hold anything of the prompt."""
    yield "letters", text.letters
    unleeted = text.raw.translate(_LEET, _NEITHER_LETTERS_NOR_LEET)
    if unleeted != text.letters:
        yield "leet", unleeted
    yield "word_initials", letters_of(b"".join([word[:1] for word in text.quoted_words]))
    if text.raw.count(b"ay") * 12 > len(text.letters):
        yield "pig_latin", b"".join([_from_pig_latin(word) for word in text.words])


def sparse_readings(text: Lowered) -> Iterator[tuple[str, bytes]]:
    """Rows of letters in which only a canary is looked for, because they skip much."""
    letters = text.letters
    for stride in (2, 3, 4):
        for start in range(stride):
            yield f"every_{stride}", letters[start::stride]
    yield "single_letters", letters_of(b"".join([word for word in text.quoted_words if len(word) == 1]))
    words = words_of(text.raw.replace(b"x-ray", b"xray")) if b"x-ray" in text.raw else text.words
    if not _NATO.keys().isdisjoint(words):
        yield "nato", b"".join([_NATO.get(word, b"") for word in words])
    yield from _by_line(text.raw)


def _from_pig_latin(word: bytes) -> bytes:
    return word[-3:-2] + word[:-3] if word.endswith(b"ay") else word


def _by_line(lowered: bytes) -> Iterator[tuple[str, bytes]]:
    rows = [cells for line in lowered.splitlines() if (cells := _CELL.findall(line))]
    if len(rows) < 2:
        return
    yield "line_initials", letters_of(b"".join([row[0][:1] for row in rows]))
    yield "line_ends", letters_of(b"".join([row[-1][-1:] for row in rows]))
    longest = max(map(len, rows))
    for index in range(min(_COLUMNS, longest)):
        yield "column", letters_of(b"".join([row[index] for row in rows if len(row) > index]))
        yield "column", letters_of(b"".join([row[-1 - index] for row in rows if len(row) > index]))
    if longest <= 2 * _COLUMNS:
        columns = zip_longest(*rows, fillvalue=b"")
        yield "columns", letters_of(b"".join([cell for column in columns for cell in column]))


def embedded(text: str) -> Iterator[tuple[str, str]]:
    """Parts of `text` that belong together though other things stand between them: quoted strings, comments, Morse code."""
    if "'" in text or '"' in text:
        strings = [first or second for first, second in _QUOTED.findall(text)]
        yield "strings", " ".join(strings)
    if "#" in text or "//" in text or "--" in text:
        yield "comments", " ".join(_COMMENT.findall(text))
    morse = _MORSE_TOKEN.findall(text)
    if len(morse) >= 8:
        yield "morse", "".join([_MORSE.get(token.translate(_MORSE_SIGNS), "") for token in morse])
