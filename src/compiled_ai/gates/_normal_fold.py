"""One spelling for what reads alike: width, case, accents, look-alikes of other scripts, and characters unseen.

The facts on look-alikes are those of https://www.unicode.org/reports/tr39/; the table is our own and covers the
scripts in which Latin words are disguised.
"""

# ruff: noqa: RUF001  (look-alikes are what this file is about)
from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

from compiled_ai.gates._normal_offsets import OffsetMap, Piece, PieceBuilder, Runs, identity

__all__ = ["fold", "fold_text"]

_PAIRS = (
    # Cyrillic, lower case: upper case is folded before.
    ("авгԁеһіјкӏмнопрԛгѕтуѵԝхьёїєөүғӕ", "abrdehijklmhonpqrstyvwxbeieoyfa"),
    # Greek, where upper and lower case look like different letters.
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳ", "abezhikmnoptyxcj"),
    ("αβγεηικνορςστυχωϲ", "abyenikvopcotuxwc"),
    # Armenian, Hebrew, Arabic digits that look like letters.
    ("աեհոսցօղպվՏՕԼ", "wthnugonuqsol"),
    # Latin letters of other shapes: small capitals, turned and hooked ones, letters with strokes.
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"),
    ("ɐɔǝɟƃɥıɾʞɯɹʇʌʍʎɑɡɩʃɛɜɵɒɓɗɠƙɱɲʂʈʋʐƒɦɨʉøđħłŧƀɍɇȼ", "acefghijkmrtvwyagiseeoabdgkmnstvzfhiuodhltbrec"),
    # Cherokee and Lisu capitals.
    ("ᎪᏴᏟᎠᎬᎨᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᎽᏃ", "abcdefhijklmprstvwyz"),
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "bpdtgkjczfnlsrvhwxyaeiou"),
)
_PUNCTUATION = (
    ("“”„«»‘’‚‹›`´", "\"\"\"\"\"'''''''"),
    ("‐‑‒–—―−", "-------"),
    ("…·•∙⋅", "....."),
    ("⁄∕∣", "//|"),
)
_LOOKS = {
    ord(odd): plain
    for odds, plains in (*_PAIRS, *_PUNCTUATION)
    for odd, plain in zip(odds, plains, strict=False)
}
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u0640\u180b\u180c\u180d\u180f")
_KEPT_CONTROLS = "\t\n\r\x0b\x0c\x85"
_ASCII_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_JAMO = "\u1100-\u1112\u1161-\u1175\u11a8-\u11c2"
_JAMO_RUN = re.compile(f"[{_JAMO}]{{2,16}}")
_ASCII_FOLDS = {code: chr(code).lower() for code in range(65, 91)} | {ord("_"): " ", ord("`"): "'"}
_FINE = 100_000
"""Uneven runs whose places are kept exactly."""
_BLOCK = 64
"""Behind them, characters that are told apart no further."""
_FIRST_BADGE, _LAST_BADGE = 0x1F150, 0x1F189
_FIRST_FLAG, _LAST_FLAG = 0x1F1E6, 0x1F1FF


class _Folds(dict[int, str]):
    """One-to-one folds. A character without one is entered as itself, since a miss costs `str.translate` an exception."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, chr(code))


def fold(text: str) -> Piece:
    """A text in one spelling, lower case, with underscores as spaces; and where each character comes from."""
    if text.isascii() and not _ASCII_ODD.search(text):
        return Piece(text=text.translate(_ASCII_FOLDS), offsets=identity(len(text)))
    same = _Folds(_ASCII_FOLDS)
    other: dict[str, str] = {}
    for character in set(text):
        if _stays(character):
            continue
        folded = _fold_character(character)
        if len(folded) != 1:
            other[character] = folded
        elif folded != character:
            same[ord(character)] = folded
    jamo = _JAMO_RUN.search(text) is not None
    if not other and not jamo:
        return Piece(text=text.translate(same), offsets=identity(len(text)))
    if jamo:
        return _uneven(text.translate(same), other)
    whole: dict[int, str] = _Folds({**same, **{ord(one): new for one, new in other.items()}})
    folded_text = text.translate(whole)
    return Piece(
        text=folded_text,
        offsets=OffsetMap(make=_later(text, other), length=len(folded_text), source_length=len(text)),
    )


def _later(text: str, other: dict[str, str]) -> Callable[[], Runs]:
    """The places, put together when they are asked for. A fold of one character does not move any."""
    return lambda: _uneven(text, other).offsets.runs


def _stays(character: str) -> bool:
    return (
        " " <= character < "\x7f"
        or character in _KEPT_CONTROLS
        or "\u3400" <= character <= "\u9fff"
        or ("\uac00" <= character <= "\ud7a3")
    )


def fold_text(text: str) -> str:
    """The same without the places; for phrases that are looked for in folded texts."""
    return fold(text).text


def _uneven(text: str, other: dict[str, str]) -> Piece:
    """With runs whose length changes: unseen characters, ligatures, letters that are put together."""
    dropped = "".join(map(re.escape, sorted(one for one, new in other.items() if not new)))
    grown = "".join(map(re.escape, sorted(one for one, new in other.items() if new)))
    kinds = [_JAMO_RUN.pattern, f"[{dropped}]+" if dropped else "", f"[{grown}]{{1,16}}" if grown else ""]
    builder, at = PieceBuilder(len(text)), 0
    for count, match in enumerate(re.finditer("|".join(filter(None, kinds)), text)):
        if count > _FINE:
            break
        builder.add(text[at : match.start()], at, match.start())
        at, run = match.end(), match.group()
        if "\u1100" <= run[0] <= "\u11ff" and run[0] not in other:
            builder.add(unicodedata.normalize("NFC", run), match.start(), at)
        else:
            builder.add("".join([other[one] for one in run]), match.start(), at)
    uneven = {ord(one): new for one, new in other.items()}
    for start in range(at, len(text), _BLOCK):
        block = text[start : start + _BLOCK]
        builder.add(block.translate(uneven), start, start + len(block))
    return builder.piece()


@functools.lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    """Of a character that is not ASCII, or of an ASCII one that is not seen."""
    code = ord(character)
    if code < 0x80:
        return ""
    if code in _LOOKS:
        return _LOOKS[code]
    if _FIRST_FLAG <= code <= _LAST_FLAG:
        return chr(code - _FIRST_FLAG + 97)
    if _FIRST_BADGE <= code <= _LAST_BADGE and (code - _FIRST_BADGE) % 32 < 26:
        return chr((code - _FIRST_BADGE) % 32 + 97)
    if "\uac00" <= character <= "\ud7a3":
        return character
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", character)))


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    unseen = (
        part in _UNSEEN or category in {"Mn", "Me", "Cf"} or (category == "Cc" and part not in _KEPT_CONTROLS)
    )
    if unseen:
        return ""
    if category[0] == "Z" or part == "\u2800":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(part))
    return "".join(_LOOKS.get(ord(one), one) for one in _LOOKS.get(ord(part), part.casefold()))
