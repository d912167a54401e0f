"""Other orders and spellings in which a text can be read: letters alone, initials, columns, quoted strings, alphabets of words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from compiled_ai.gates._output_fold import LOWER

_NOT_LETTERS = bytes(code for code in range(256) if not 97 <= code <= 122)
_LEET = bytes.maketrans(b"0134578@$!|+", b"oieastbasiit")
_VOWELS = b"aeiou"
_WORD_INITIAL = re.compile(rb"(?<![a-z'])[a-z]")
_SINGLE = re.compile(rb"(?<![a-z'])[a-z](?![a-z'])")
_WORD = re.compile(rb"[a-z]+")
_COLUMN_SPLIT = re.compile(rb"[^a-z0-9]+")
_COLUMNS = 6
# The closing quote may lack: a pattern that insists on it would try again from each quote inside, in quadratic time.
_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"?|'((?:[^'\\\n]|\\.)*)'?")
_COMMENT = re.compile(r"(?:#|//|--)[ \t]?([^\n]*)")
_MORSE_TOKEN = re.compile(r"(?<![^\s/|])[.\-]{1,4}(?![^\s/|])")
_MORSE = dict(
    zip(
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        LOWER,
        strict=True,
    )
)
_NATO = {word: word[:1] for word in (
    b"alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa "
    b"quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
).split()}  # fmt: skip


def letters_of(lowered: bytes) -> bytes:
    """The letters a to z of a text in lower case, without anything between them."""
    return lowered.translate(None, _NOT_LETTERS)


def without_vowels(letters: bytes) -> bytes:
    """The consonants of `letters`: what is left when vowels are dropped, changed or hidden."""
    return letters.translate(None, _VOWELS)


def whole_readings(lowered: bytes) -> Iterator[tuple[str, bytes]]:
    """Rows of letters that may hold anything of the prompt."""
    letters = letters_of(lowered)
    yield "letters", letters
    leet = lowered.translate(_LEET, b" \t\n.,-_")
    if (unleeted := letters_of(leet)) != letters:
        yield "leet", unleeted
    yield "word_initials", b"".join(_WORD_INITIAL.findall(lowered))
    if lowered.count(b"ay") * 12 > len(letters):
        yield "pig_latin", b"".join(_from_pig_latin(word) for word in _WORD.findall(lowered))


def sparse_readings(lowered: bytes) -> Iterator[tuple[str, bytes]]:
    """Rows of letters in which only a canary is looked for, because they skip much."""
    letters = letters_of(lowered)
    for stride in (2, 3, 4):
        for start in range(stride):
            yield f"every_{stride}", letters[start::stride]
    yield "single_letters", b"".join(_SINGLE.findall(lowered))
    nato = b"".join(_NATO.get(word, b"") for word in _WORD.findall(lowered.replace(b"x-ray", b"xray")))
    if nato:
        yield "nato", nato
    yield from _by_line(lowered)


def _from_pig_latin(word: bytes) -> bytes:
    return word[-3:-2] + word[:-3] if word.endswith(b"ay") else word


def _by_line(lowered: bytes) -> Iterator[tuple[str, bytes]]:
    lines = [line for line in lowered.splitlines() if line.strip()]
    if len(lines) < 2:
        return
    rows = [[cell for cell in _COLUMN_SPLIT.split(line) if cell] for line in lines]
    rows = [row for row in rows if row]
    yield "line_initials", letters_of(b"".join(row[0][:1] for row in rows))
    yield "line_ends", letters_of(b"".join(row[-1][-1:] for row in rows))
    for index in range(min(_COLUMNS, max(map(len, rows)))):
        yield "column", letters_of(b"".join(row[index] for row in rows if len(row) > index))
        yield "column", letters_of(b"".join(row[-1 - index] for row in rows if len(row) > index))
    if all(len(row) <= 2 * _COLUMNS for row in rows):
        columns = zip_longest(*rows, fillvalue=b"")
        yield "columns", letters_of(b"".join(cell for column in columns for cell in column))


def embedded(text: str) -> Iterator[tuple[str, str]]:
    """Parts of `text` that belong together though other things stand between them: quoted strings, comments, Morse code."""
    if "'" in text or '"' in text:
        strings = [first or second for first, second in _QUOTED.findall(text)]
        yield "strings", " ".join(strings)
    if "#" in text or "//" in text or "--" in text:
        yield "comments", " ".join(_COMMENT.findall(text))
    morse = _MORSE_TOKEN.findall(text.replace("_", "-").replace("*", "."))
    if len(morse) >= 8:
        yield "morse", "".join(_MORSE.get(token, "") for token in morse)
