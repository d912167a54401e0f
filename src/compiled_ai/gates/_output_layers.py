"""What a text says once an encoding is taken off it. Every decoder is linear and gives nothing where there is nothing to read."""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator

_SLOW_LIMIT = 65_536
"""Characters up to which decoders written in Python are used."""
_LONG_RUN = 200
_INFLATED_LIMIT = 1_000_000
_PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]{8,}")
_BETWEEN = re.compile(r"[\s.,:;|'\"]+")
_SPACE = re.compile(r"\s+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{12,}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}")
_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
_HEX_SEPARATORS = re.compile(r"^[0-9A-Fa-f]{4,8}: |\\x|0[xX]|[\s:,;\-'\"\[\]]", re.MULTILINE)
_BITS = re.compile(r"[01]{56,}")
_BIT_GROUPS = re.compile(r"(?<![0-9])[01]{6,8}(?![0-9])")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u\{?([0-9A-Fa-f]{4})\}?|([0-7]{3})|([ntr\"'\\/]))")
_TAG = re.compile(r"<[^<>]{1,200}>")
_ENTITY = re.compile(r"&(?:#\d|#[xX]|[A-Za-z]{2,8};)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_QUOTED_BYTES = re.compile(r"(?:=[0-9A-F]{2}){2}")
_NUMBER = re.compile(r"(?<![\w.])(?:0[xo])?\d{1,3}(?![\w.])")
_TOKEN = re.compile(r"\S{20,}")
_BASE85_SIGNS = frozenset("!#$%&()*;<>?@^`{|}~")
_LONG_WORD = re.compile(r"(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{11,128}(?![A-Za-z0-9])")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE32_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_FROM_URL_SAFE = str.maketrans("-_", "+/")
_ROT47 = bytes(33 + (code + 14) % 94 if 33 <= code <= 126 else code for code in range(256))
_ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)
_NOT_LOWER = bytes(code for code in range(256) if not 97 <= code <= 122)

Decoder = Callable[[str], Iterator[str]]


LEAVES = frozenset({"numbers", "rot47"})
"""Layers below which no other is looked for: they can be taken off any text, and would double the work again and again."""


def decodings(text: str) -> Iterator[tuple[str, str]]:
    """Readings of `text` (ASCII) by the name of the layer that was taken off."""
    for name, decoder in _DECODERS:
        for found in decoder(text):
            if found.strip():
                yield name, found


def _readable(data: bytes) -> Iterator[str]:
    """The text in `data`, be it compressed or in UTF-16; nothing for noise."""
    if (inflated := _inflated(data)) is not None:
        data = inflated
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if runs := _PRINTABLE.findall(data):
        yield b"\n".join(runs).decode("ascii")


def _inflated(data: bytes) -> bytes | None:
    start = data.find(b"\x1f\x8b\x08")
    if start < 0:
        start = 0 if data[:1] == b"\x78" and data[1:2] in {b"\x01", b"\x5e", b"\x9c", b"\xda"} else -1
    if start < 0:
        return None
    try:
        return zlib.decompressobj(47).decompress(data[start:], _INFLATED_LIMIT)
    except zlib.error:
        return None


def _base64(text: str) -> Iterator[str]:
    runs = _BASE64.findall(_BETWEEN.sub("", text))
    for written in (runs, [run[::-1] for run in runs], [run.translate(_ROT13) for run in runs]):
        for offset in range(4):
            yield from _join(map(_readable, _grouped(written, offset, 4, _from_base64)))


def _grouped(runs: list[str], offset: int, unit: int, decode: Callable[[str], bytes]) -> Iterator[bytes]:
    """Each long run decoded, and the short ones together, because code has hundreds of them."""
    whole = [run[offset : offset + (len(run) - offset) // unit * unit] for run in runs]
    yield from (decode(run) for run in whole if len(run) >= _LONG_RUN)
    yield decode("".join(run for run in whole if len(run) < _LONG_RUN))


def _from_base64(run: str) -> bytes:
    return binascii.a2b_base64(run.translate(_FROM_URL_SAFE))


def _join(parts: Iterable[Iterator[str]]) -> Iterator[str]:
    found = [text for part in parts for text in part]
    if found:
        yield "\n".join(found)


def _hex(text: str) -> Iterator[str]:
    runs = _HEX.findall(_HEX_SEPARATORS.sub("", text))
    for offset in range(2):
        yield from _join(map(_readable, _grouped(runs, offset, 2, bytes.fromhex)))


def _base32(text: str) -> Iterator[str]:
    runs = [run.upper().translate(_BASE32_DIGITS) for run in _BASE32.findall(_SPACE.sub("", text))]
    for shift in range(8):
        yield from _join(_readable(_from_power(run, 5, shift)) for run in runs)


def _from_power(digits: str, bits: int, shift: int) -> bytes:
    """`digits` of a base that is a power of two, as bytes, with the last `shift` bits left out."""
    return (int(digits, 2**bits) >> shift).to_bytes(len(digits) * bits // 8 + 1, "big")


def _binary(text: str) -> Iterator[str]:
    if groups := _BIT_GROUPS.findall(text):
        yield "".join(chr(int(group, 2)) for group in groups)
    runs = _BITS.findall(_SPACE.sub("", text))
    for shift in range(8):
        yield from _join(_readable(_from_power(run, 1, shift)) for run in runs)
    for shift in range(7):
        yield from _join(_readable(_from_sevens(run[shift:_SLOW_LIMIT])) for run in runs)


def _from_sevens(bits: str) -> bytes:
    return bytes(int(bits[start : start + 7], 2) for start in range(0, len(bits) - 6, 7))


def _numbers(text: str) -> Iterator[str]:
    tokens = _NUMBER.findall(text)
    if len(tokens) < 8:
        return
    for read in (_decimal, _octal, _hexadecimal, _place):
        yield "".join(read(token) for token in tokens)
    values = [int(token) for token in tokens if token.isdigit()]
    low = min(values, default=0)
    yield "".join(chr(97 + value - low) for value in values if value - low < 26)


def _decimal(token: str) -> str:
    return chr(int(token)) if token.isdigit() and 32 <= int(token) < 127 else ""


def _octal(token: str) -> str:
    digits = token.removeprefix("0o")
    code = int(digits, 8) if digits.isdigit() and not set(digits) & {"8", "9"} else 0
    return chr(code) if 32 <= code < 127 else ""


def _hexadecimal(token: str) -> str:
    digits = token.removeprefix("0x")
    code = int(digits, 16) if digits.isdigit() else 0
    return chr(code) if 32 <= code < 127 else ""


def _place(token: str) -> str:
    """The letter at that place of the alphabet; the search knows shifted alphabets, so that 0 or 1 may be the first."""
    return chr(96 + int(token)) if token.isdigit() and 1 <= int(token) <= 26 else ""


def _escapes(text: str) -> Iterator[str]:
    if "\\" in text:
        yield _ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    two, four, octal, sign = found.groups()
    if sign is not None:
        return {"n": "\n", "t": "\t", "r": "\r"}.get(sign, sign)
    return chr(int(octal, 8) if octal is not None else int(two if two is not None else four, 16))


def _url(text: str) -> Iterator[str]:
    if _PERCENT.search(text) is not None:
        yield urllib.parse.unquote(text.replace("+", " "), errors="replace")


def _quoted_printable(text: str) -> Iterator[str]:
    if _QUOTED_BYTES.search(text) is not None:
        yield binascii.a2b_qp(text.encode("ascii", "replace")).decode("latin-1")


def _entities(text: str) -> Iterator[str]:
    if _ENTITY.search(text) is not None:
        yield html.unescape(text)
    if _TAG.search(text) is not None:
        yield _TAG.sub("", text)


def _base85(text: str) -> Iterator[str]:
    if len(text) > _SLOW_LIMIT:
        return
    for token in _TOKEN.findall(text):
        if len(_BASE85_SIGNS & set(token)) < 5:
            continue
        bare = token.strip("\"'`,;").removeprefix("<~").removesuffix("~>")
        for decode in (base64.b85decode, base64.a85decode):
            try:
                yield from _readable(decode(bare.encode("ascii", "replace")))
            except ValueError:
                continue


def _base58(text: str) -> Iterator[str]:
    if len(text) > _SLOW_LIMIT:
        return
    for token in _LONG_WORD.findall(text):
        number = 0
        for sign in token:
            number = number * 58 + _BASE58.index(sign)
        yield from _readable(number.to_bytes(len(token), "big"))


def _uuencoded(text: str) -> Iterator[str]:
    found = []
    for line in text.splitlines():
        size = ord(line[0]) - 32 if line else 0
        if 0 < size <= 45 and abs(len(line) - 1 - -(-size // 3) * 4) <= 1:
            try:
                found.append(binascii.a2b_uu(line))
            except ValueError:
                continue
    if found:
        yield from _readable(b"".join(found))


def _rot47(text: str) -> Iterator[str]:
    turned = text.encode("ascii", "replace").translate(_ROT47)
    if 2 * len(turned.translate(None, _NOT_LOWER)) > len(turned):
        yield turned.decode("ascii")


_DECODERS: tuple[tuple[str, Decoder], ...] = (
    ("escapes", _escapes),
    ("url", _url),
    ("quoted_printable", _quoted_printable),
    ("html", _entities),
    ("base64", _base64),
    ("hex", _hex),
    ("base32", _base32),
    ("binary", _binary),
    ("numbers", _numbers),
    ("base85", _base85),
    ("base58", _base58),
    ("uuencode", _uuencoded),
    ("rot47", _rot47),
)
