"""A text in the letters a reader sees: plain ASCII, whatever alphabet it was drawn with."""

# ruff: noqa: RUF001 - look-alikes are what this file is about

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

LOWER = "abcdefghijklmnopqrstuvwxyz"

_RANGES = (
    range(0x80, 0x3100),
    range(0xA640, 0xABC0),
    range(0xFB00, 0xFB07),
    range(0xFE00, 0xFE10),
    range(0xFE50, 0x10000),
    range(0x1D400, 0x1D800),
    range(0x1F100, 0x1F200),
    range(0xE0000, 0xE01F0),
)
_LOOK_ALIKES = (
    ("АВЕКМНОРСТХУІЈЅԌԜ", "ABEKMHOPCTXYIJSGW"),
    ("авеорсухкмтнһіјѕԁԛԝгъьп", "abeopcyxkmthhijsdqwrbbn"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("αβγεηικνορτυχωϲϳ", "abyenikvoptuxwcj"),
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
    ("ıłøđħŧƀɡɩοɑßþ", "ilodhtbgioasp"),
    ("−–—‐‑‒―·•∙⋅․", "-------....."),
    ("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", LOWER),
)
_SOUNDS = dict(
    zip(
        map(ord, "αβγδεζηθικλμνξοπρσςτυφχψωабвгдежзийклмнопрстуфхцчшыэюя"),
        [
            "a",
            "b",
            "g",
            "d",
            "e",
            "z",
            "h",
            "t",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "u",
            "f",
            "x",
            "p",
            "w",
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "j",
            "z",
            "i",
            "j",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "c",
            "q",
            "w",
            "y",
            "e",
            "u",
            "a",
        ],
        strict=True,
    )
)
_TURNED = dict(zip(map(ord, "ɐqɔpǝɟƃɥᴉıɾʞʃןɯuodbɹʇnʌʍʎ"), "abcdefghiijkllmnopqrtuvwy", strict=True))
_TURNED_ONLY = re.compile("[ɐɔǝƃɥɯɹʇʌʍʎ]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_GREEK_OR_CYRILLIC = re.compile("[\u0370-\u04ff]")


def folded(text: str) -> str:
    """`text` in ASCII, case kept: look-alikes as the letter they look like, what has no width left out, all else a ``?``."""
    if text.isascii():
        return text
    return _NOT_ASCII.sub(_plain, text)  # most texts have few of them, and a table for all signs is slow


def _plain(found: re.Match[str]) -> str:
    return found[0].translate(_table()).encode("ascii", "replace").decode("ascii")


def other_foldings(text: str) -> list[tuple[str, str]]:
    """Further readings, by name, of letters that stand for a sound or upside down."""
    if text.isascii():
        return []
    found = []
    if _GREEK_OR_CYRILLIC.search(text):
        found.append(("transliterated", folded(text.casefold().translate(_SOUNDS))))
    if _TURNED_ONLY.search(text):
        found.append(("turned", folded(text.translate(_TURNED))))
    return found


@functools.cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in itertools.chain(*_RANGES):
        character = chr(code)
        plain = "".join(c for c in unicodedata.normalize("NFKD", character)[:4] if c.isascii())
        if plain:
            table[code] = plain
        elif unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            table[code] = None
    for signs, letters in _LOOK_ALIKES:
        table.update(zip(map(ord, signs), letters, strict=True))
    for start in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):
        table.update({start + index: letter for index, letter in enumerate(LOWER)})
    # Texts hide in tag characters, and bytes in variation selectors (16 and up are those of the supplement).
    table.update({0xE0000 + code: chr(code) for code in range(32, 127)})
    table.update({0xE0100 + code - 16: chr(code) for code in range(32, 127)})
    return table
