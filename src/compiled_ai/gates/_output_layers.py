"""What a text says once an encoding is taken off it. Every decoder is linear and gives nothing where there is nothing to read."""

from __future__ import annotations

import base64
import binascii
import functools
import html
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

_SLOW_LIMIT = 65_536
"""Characters up to which decoders written in Python are used."""
_LONG_RUN = 200
_LONG = 16_384
_AROUND = 128
"""Characters on both sides of a replaced sign that are read again: room for a canary, or three blocks of the prompt."""
_INFLATED_LIMIT = 1_000_000
_PACKED = re.compile(rb"\x1f\x8b\x08|x[\x01\x5e\x9c\xda]")
"""How data begin that are compressed by gzip or zlib."""
_MOST_TRIES = 16
_NOISE = 4
"""Bytes of which one is read as text, or fewer, in noise."""
_PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]{8,}")
_BETWEEN = b" \t\n\r\f\v.,:;|'\""
_GAP = re.compile(r"\s")
_SPACE = b" \t\n\r\f\v\x1c\x1d\x1e\x1f"
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{12,}")
_BASE32 = re.compile(rb"[A-Z2-7]{16,}")
_HEX = re.compile(rb"[0-9A-Fa-f]{16,}")
_HEX_GAPS = b" \t\n\r\f\v:,;-'\"[]"
_DUMP_PLACE = re.compile(rb"^[0-9A-Fa-f]{4,8}: ", re.MULTILINE)
_BITS = re.compile(rb"[01]{56,}")
# Patterns begin with the signs that are searched for and look back afterwards: so the search jumps from sign to sign.
_BIT_GROUPS = re.compile(r"[01](?<![0-9].)[01]{5,7}(?![0-9])")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u\{?([0-9A-Fa-f]{4})\}?|([0-7]{3})|([ntr\"'\\/]))")
# No group of a regular expression in Python, which looks the same.
_TAG = re.compile(r"<(?<!\?P.)(?:[/!?]?[A-Za-z]|!--)[^<>]{0,200}>")
_ENTITY = re.compile(r"&(?:#\d|#[xX]|[A-Za-z]{2,8};)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_QUOTED_BYTES = re.compile(r"(?:=[0-9A-F]{2}){2}")
_NUMBER = re.compile(r"[0-9](?<![\w.].)(?:(?<=0)[xo][0-9]{1,3}|[0-9]{0,2})(?![\w.])")
_TOKEN = re.compile(r"\S{20,}")
_BASE85_SIGNS = b"!#$%&()*;<>?@^`{|}~"
_BASE85_SET = frozenset(_BASE85_SIGNS.decode())
_FEWEST_85 = 5
_B85_SIGNS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
_A85_SIGNS = bytes((*range(33, 118), ord("z")))
_FEWEST_NUMBERS = 8
_LONG_WORD = re.compile(r"[1-9A-HJ-NP-Za-km-z](?<![A-Za-z0-9].)[1-9A-HJ-NP-Za-km-z]{10,127}(?![A-Za-z0-9])")
_BASE58 = {
    sign: value for value, sign in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
}
_BASE32_DIGITS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghijklmnopqrstuv")
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_ROT47 = bytes(33 + (code + 14) % 94 if 33 <= code <= 126 else code for code in range(256))
_ROT13 = bytes.maketrans(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    b"nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)
_NOT_LOWER = bytes(code for code in range(256) if not 97 <= code <= 122)

LEAVES = frozenset({"numbers", "rot47"})
"""Layers below which no other is looked for: they can be taken off any text, and would double the work again and again."""


class _Plain:
    """A text (ASCII) as decoders read it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode("ascii", "replace")

    @functools.cached_property
    def packed(self) -> bytes:
        """Without white space."""
        return self.data.translate(None, _SPACE)


Decoder = Callable[[_Plain], Iterable[str]]


def decodings(text: str) -> Iterator[tuple[str, str]]:
    """Readings of `text` (ASCII) by the name of the layer that was taken off."""
    plain = _Plain(text)
    for name, decoder in _DECODERS:
        for found in decoder(plain):
            if found.strip():
                yield name, found


def _readable(parts: list[bytes]) -> Iterator[str]:
    """The text in `parts`, be it compressed or in UTF-16; nothing for noise."""
    data = b"\xff".join(parts)
    if _PACKED.search(data) is not None:
        data = b"\xff".join(map(_inflated, parts))
    if runs := _PRINTABLE.findall(data.replace(b"\0", b"")):
        yield b"\n".join(runs).decode("ascii")


def _likely(ways: list[list[bytes]]) -> Iterator[str]:
    """The text in what was decoded in several `ways`: that of each apart where one says much, else all as one, for it is noise."""
    found = list(_readable([part for way in ways for part in way]))
    if found and _NOISE * len(found[0]) > max(sum(map(len, way)) for way in ways):
        for way in ways:
            yield from _readable(way)
    else:
        yield from found


def _inflated(data: bytes) -> bytes:
    """What is compressed in `data`; as it is if nothing is. Words before it may have been taken for a part of it."""
    for found in islice(_PACKED.finditer(data), _MOST_TRIES):
        try:
            return zlib.decompressobj(47).decompress(data[found.start() :], _INFLATED_LIMIT)
        except zlib.error:
            continue
    return data


def _base64(plain: _Plain) -> Iterable[str]:
    runs = _BASE64.findall(plain.data.translate(None, _BETWEEN))
    if not runs:
        return ()
    ways: list[list[bytes]] = []
    for written in (runs, [run[::-1] for run in runs], [run.translate(_ROT13) for run in runs]):
        rows = [
            row.translate(_FROM_URL_SAFE) + b"AAA" for row in written
        ]  # so that no rest is cut off; gives nulls
        ways += [[*map(binascii.a2b_base64, _grouped(rows, offset, 4))] for offset in range(4)]
    return _likely(ways)


def _grouped(runs: list[bytes], offset: int, unit: int) -> list[bytes]:
    """Whole units of each long run, and those of the short ones together, because code has hundreds of them."""
    whole = [run[offset : offset + (len(run) - offset) // unit * unit] for run in runs]
    if len(whole) == 1:
        return whole
    return [
        *[run for run in whole if len(run) >= _LONG_RUN],
        b"".join([run for run in whole if len(run) < _LONG_RUN]),
    ]


def _hex(plain: _Plain) -> Iterable[str]:
    data = plain.data
    if b": " in data:
        data = _DUMP_PLACE.sub(b"", data)
    for sign in (b"\\x", b"0x", b"0X"):
        data = data.replace(sign, b"")
    runs = _HEX.findall(data.translate(None, _HEX_GAPS))
    if not runs:
        return ()
    return _likely([[*map(binascii.unhexlify, _grouped(runs, offset, 2))] for offset in range(2)])


def _base32(plain: _Plain) -> Iterable[str]:
    runs = [run.translate(_BASE32_DIGITS) for run in _BASE32.findall(plain.packed)]
    return _likely([[_from_power(run, 5, shift) for run in runs] for shift in range(8)]) if runs else ()


def _from_power(digits: bytes, bits: int, shift: int) -> bytes:
    """`digits` of a base that is a power of two, as bytes, with the last `shift` bits left out."""
    return (int(digits, 2**bits) >> shift).to_bytes(len(digits) * bits // 8 + 1, "big")


def _binary(plain: _Plain) -> Iterator[str]:
    if groups := _BIT_GROUPS.findall(plain.text):
        yield "".join([chr(int(group, 2)) for group in groups])
    runs = _BITS.findall(plain.packed)
    if runs:
        yield from _likely([[_from_power(run, 1, shift) for run in runs] for shift in range(8)])
        yield from _likely([[_from_sevens(run[shift:_SLOW_LIMIT]) for run in runs] for shift in range(7)])


def _from_sevens(bits: bytes) -> bytes:
    return bytes([int(bits[start : start + 7], 2) for start in range(0, len(bits) - 6, 7)])


def _numbers(plain: _Plain) -> Iterator[str]:
    tokens = _NUMBER.findall(plain.text)
    if len(tokens) < _FEWEST_NUMBERS:
        return
    found: list[str] = []
    for read in (_decimal, _octal, _hexadecimal, _place):
        known = {token: read(token) for token in set(tokens)}
        found.append("".join([known[token] for token in tokens]))
    values = [int(token) for token in tokens if token.isdigit()]
    low = min(values, default=0)
    found.append("".join([chr(97 + value - low) for value in values if value - low < 26]))
    yield "\n".join(found)


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


def _escapes(plain: _Plain) -> Iterator[str]:
    if "\\" in plain.text:
        yield _replaced(_ESCAPE, _unescaped, plain.text)


def _replaced(pattern: re.Pattern[str], new: Callable[[re.Match[str]], str], text: str) -> str:
    """`text` with `new` in place of each match; of a long one with few matches what lies around them, as the rest has been read before."""
    if len(text) < _LONG or text.lstrip()[:1] in {"<", "{", "["}:  # of JSON inside tags every sign is needed
        return pattern.sub(new, text)
    places = [match.span() for match in pattern.finditer(text)]
    if 4 * _AROUND * len(places) > len(text):
        return pattern.sub(new, text)
    near: list[tuple[int, int]] = []
    for start, end in places:
        last = near[-1][1] if near else -1
        if end + _AROUND <= last:
            continue
        if near and start - _AROUND <= last:
            near[-1] = (near[-1][0], _word_end(text, end + _AROUND))
        else:
            near.append((_word_start(text, start - _AROUND, max(0, last)), _word_end(text, end + _AROUND)))
    return "\n".join([pattern.sub(new, text[start:end]) for start, end in near])


def _word_start(text: str, place: int, least: int) -> int:
    """Where the word begins in which `place` lies, so that no blob is cut; not before `least`."""
    return max(text.rfind(" ", least, max(least, place)), text.rfind("\n", least, max(least, place)), least)


def _word_end(text: str, place: int) -> int:
    found = _GAP.search(text, place)
    return found.start() if found else len(text)


def _unescaped(found: re.Match[str]) -> str:
    two, four, octal, sign = found.groups()
    if sign is not None:
        return {"n": "\n", "t": "\t", "r": "\r"}.get(sign, sign)
    return chr(int(octal, 8) if octal is not None else int(two if two is not None else four, 16))


def _url(plain: _Plain) -> Iterator[str]:
    if _PERCENT.search(plain.text) is not None:
        yield urllib.parse.unquote(plain.text.replace("+", " "), errors="replace")


def _quoted_printable(plain: _Plain) -> Iterator[str]:
    if _QUOTED_BYTES.search(plain.text) is not None:
        yield binascii.a2b_qp(plain.data).decode("latin-1")


def _entities(plain: _Plain) -> Iterator[str]:
    if _ENTITY.search(plain.text) is not None:
        yield html.unescape(plain.text)


def _tags(plain: _Plain) -> Iterator[str]:
    if _TAG.search(plain.text) is not None:
        yield _replaced(_TAG, lambda _: "", plain.text)


def _base85(plain: _Plain) -> Iterator[str]:
    if len(plain.data) > _SLOW_LIMIT or sum(sign in plain.data for sign in _BASE85_SIGNS) < _FEWEST_85:
        return
    for token in _TOKEN.findall(plain.text):
        if len(_BASE85_SET & set(token)) < _FEWEST_85:
            continue
        bare = token.strip("\"'`,;").removeprefix("<~").removesuffix("~>").encode("ascii", "replace")
        for decode, signs in ((base64.b85decode, _B85_SIGNS), (base64.a85decode, _A85_SIGNS)):
            try:
                yield from _readable([decode(bare)]) if not bare.translate(None, signs) else ()
            except ValueError:
                continue


def _base58(plain: _Plain) -> Iterable[str]:
    if len(plain.data) > _SLOW_LIMIT:
        return ()
    words = [word for word in _LONG_WORD.findall(plain.text) if not (word.islower() or word.istitle())]
    return _readable([_from_base58(word) for word in words]) if words else ()


def _from_base58(word: str) -> bytes:
    number = 0
    for sign in word:
        number = number * 58 + _BASE58[sign]
    return number.to_bytes(len(word), "big")


def _uuencoded(plain: _Plain) -> Iterable[str]:
    found = []
    for line in plain.data.splitlines():
        size = line[0] - 32 if line else 0
        if 0 < size <= 45 and abs(len(line) - 1 - -(-size // 3) * 4) <= 1:
            try:
                found.append(binascii.a2b_uu(line))
            except ValueError:
                continue
    return _readable([b"".join(found)]) if found else ()


def _rot47(plain: _Plain) -> Iterator[str]:
    turned = plain.data.translate(_ROT47)
    if 2 * len(turned.translate(None, _NOT_LOWER)) > len(turned):
        yield turned.decode("ascii")


_DECODERS: tuple[tuple[str, Decoder], ...] = (
    ("escapes", _escapes),
    ("url", _url),
    ("quoted_printable", _quoted_printable),
    ("html", _entities),
    ("html", _tags),
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
