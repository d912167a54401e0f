"""What a text says once its encodings are taken off.

Known are base64, base32, hexadecimal, binary and decimal codes, Morse, URL and HTML escapes, tag characters and
variation selectors. Only what decodes into readable text counts. Each decoder reads a raw text and returns a piece,
or None; a `Budget` bounds what all of them put out together.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from compiled_ai.gates._normal_offsets import Piece, PieceBuilder

__all__ = ["Budget", "decoders_for", "readable"]

_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}+(?:\r?\n[ \t]{0,8}[A-Za-z0-9+/_-]{4,}+)*+={0,2}"
)
_BASE32 = re.compile(r"(?<![A-Z2-7])[A-Z2-7]{16,}+={0,6}")
_HEX = re.compile(r"(?:(?:\\x|0x|[:, ])?[0-9a-fA-F]{2}){8,}+")
_BINARY = re.compile(r"(?:[01]{8}[ ,]?){6,}+")
_DECIMAL = re.compile(r"(?:\d{2,3}[ ,;]{1,2}){10,}+\d{2,3}")
_URL = re.compile(r"(?:%[0-9a-fA-F]{2})++")
_MORSE = re.compile(r"[.\-/|][.\-/| ]{23,}+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});?")
_ESCAPE = re.compile(r"\\(?:u\{?[0-9a-fA-F]{4,6}\}?|x[0-9a-fA-F]{2}|[0-7]{3})")
_TAGS = re.compile("[\U000e0020-\U000e007e]{3,}")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_FLAG = "\U0001f3f4"
"""The emoji before the tag characters of a flag of England, Scotland or Wales."""
_LONGEST_FLAG = 6
_MORSE_LETTERS = dict(
    zip(
        ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..".split(),  # noqa: SIM905 - a list would fill 26 lines
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    )
)
_SAMPLE = 64
_DIGIT = re.compile(r"\d")
_SHORTEST = {"base64": 12, "base32": 16}
"""Characters without a space between that such a code has at least."""


@dataclass
class Budget:
    """How much more may be put out."""

    left: int = 1_000_000
    """In characters."""
    overdrawn: bool = False
    """Something was left out."""

    def take(self, wanted: int) -> int:
        """How much of `wanted` is granted."""
        granted = min(wanted, self.left)
        self.overdrawn |= granted < wanted
        self.left -= granted
        return granted


Decoder = Callable[[str, Budget], Piece | None]


def readable(data: bytes) -> str | None:
    """The text that bytes spell, where they do; None for what a person could not read."""
    if len(data) >= 8 and data[1::2].count(0) * 2 > len(data) * 0.8:
        data = data[::2]
    for cut in range(4):
        try:
            text = data[: len(data) - cut].decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                return None
            continue
        return text if _plausible(text) else None
    return None


def _plausible(text: str) -> bool:
    sample = text[:4000]
    letters = sum(map(str.isalpha, sample)) + sample.count(" ")
    odd = sum(not one.isprintable() and one not in "\t\r\n" for one in sample)
    return len(sample) >= 6 and letters >= 0.6 * len(sample) and odd <= 0.02 * len(sample)


def _from_base64(run: str) -> bytes | None:
    plain = "".join(run.split()).rstrip("=").replace("-", "+").replace("_", "/")
    usable = len(plain) - (len(plain) % 4 == 1)
    return binascii.a2b_base64(plain[:usable] + "=" * (-usable % 4))


def _from_base32(run: str) -> bytes | None:
    plain = run.rstrip("=")
    usable = len(plain) - len(plain) % 8
    return base64.b32decode(plain[:usable])


def _from_hex(run: str) -> bytes | None:
    digits = re.sub(r"\\x|0x|[:, ]", "", run)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _from_binary(run: str) -> bytes | None:
    digits = re.sub(r"[ ,]", "", run)
    return bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits) // 8 * 8, 8))


def _from_decimal(run: str) -> bytes | None:
    numbers = [int(number) for number in re.findall(r"\d+", run)]
    return bytes(numbers) if max(numbers) < 256 else None


def _from_morse(run: str) -> bytes | None:
    words = re.split(r" ?[/|] ?| {2,}", run.strip())
    spelled = " ".join("".join(_MORSE_LETTERS.get(sign, "") for sign in word.split(" ")) for word in words)
    return spelled.encode()


def _runs(pattern: re.Pattern[str], decode: Callable[[str], bytes | None]) -> Decoder:
    """A decoder of every run that `pattern` finds."""

    def attempt(run: str) -> str | None:
        try:
            data = decode(run)
        except (ValueError, binascii.Error):
            return None
        return readable(data) if data else None

    def decoder(text: str, budget: Budget) -> Piece | None:
        builder = PieceBuilder(len(text))
        for match in pattern.finditer(text):
            run = match.group()
            if len(run) > 16 * _SAMPLE and attempt(run[: 4 * _SAMPLE]) is None:
                continue
            found = attempt(run[: 4 * budget.left + 4])
            if found and (granted := budget.take(len(found) + 1)):
                builder.add((found + "\n")[:granted], match.start(), match.end())
        return builder.piece() if builder.length else None

    return decoder


def _in_place(pattern: re.Pattern[str], decode: Callable[[str], str], *, least: int) -> Decoder:
    """A decoder that replaces escapes where they stand, with the text around them, if they have `least` characters."""

    def decoder(text: str, budget: Budget) -> Piece | None:
        places = [match.span() for match in pattern.finditer(text)]
        if sum(end - start for start, end in places) < least:
            return None
        builder, at = PieceBuilder(len(text)), 0
        for start, end in places:
            before = max(at, start - 80)
            if not budget.take(end - before):
                break
            builder.add(text[before:start], before, start)
            builder.add(decode(text[start:end]), start, end)
            at = end
        builder.add(text[at : at + budget.take(min(80, len(text) - at))], at, min(at + 80, len(text)))
        return builder.piece() if builder.length else None

    return decoder


def _escape(run: str) -> str:
    digits = run.strip("\\ux{}")
    code = int(digits, 16 if run[1] in "ux" else 8)
    return chr(code) if code < 0x110000 else ""


def _spelled(pattern: re.Pattern[str], spell: Callable[[str], str | None]) -> Decoder:
    """A decoder of runs of unseen characters, each of which stands for one."""

    def decoder(text: str, budget: Budget) -> Piece | None:
        builder = PieceBuilder(len(text))
        for start, run in _unseen(pattern, text):
            found = spell(run)
            if found and (granted := budget.take(len(found))):
                builder.add(found[:granted], start, start + granted)
                builder.add("\n", start, start + len(run))
        return builder.piece() if builder.length else None

    return decoder


def _unseen(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for match in pattern.finditer(text):
        of_flag = text[max(match.start() - 1, 0)] == _FLAG and len(match.group()) <= _LONGEST_FLAG
        if not of_flag:
            yield match.start(), match.group()


def _spell_tags(run: str) -> str | None:
    return "".join([chr(ord(one) - 0xE0000) for one in run])


def _spell_selectors(run: str) -> str | None:
    codes = map(ord, run)
    return readable(bytes(code - 0xFE00 if code < 0xFE10 else code - 0xE0100 + 16 for code in codes))


_DECODERS: dict[str, Decoder] = {
    "tags": _spelled(_TAGS, _spell_tags),
    "selectors": _spelled(_SELECTORS, _spell_selectors),
    "base64": _runs(_BASE64, _from_base64),
    "base32": _runs(_BASE32, _from_base32),
    "hex": _runs(_HEX, _from_hex),
    "binary": _runs(_BINARY, _from_binary),
    "decimal": _runs(_DECIMAL, _from_decimal),
    "morse": _runs(_MORSE, _from_morse),
    "url": _in_place(_URL, unquote, least=9),
    "entities": _in_place(_ENTITY, html.unescape, least=8),
    "escapes": _in_place(_ESCAPE, _escape, least=12),
}
"""By name of the view."""


def decoders_for(text: str) -> Iterator[tuple[str, Decoder]]:
    """The decoders that can find something in `text`, by the name of their view; the others are not worth a search."""
    if not text.isascii():
        yield from ((name, _DECODERS[name]) for name in ("tags", "selectors"))
    longest = max(map(len, text.split()), default=0)
    yield from ((name, _DECODERS[name]) for name, least in _SHORTEST.items() if longest >= least)
    if _DIGIT.search(text):
        yield from ((name, _DECODERS[name]) for name in ("hex", "binary", "decimal"))
    if ".-" in text or "-." in text:
        yield "morse", _DECODERS["morse"]
    yield from ((name, _DECODERS[name]) for name, sign in _SIGNS.items() if sign in text)


_SIGNS = {"url": "%", "entities": "&", "escapes": "\\"}
