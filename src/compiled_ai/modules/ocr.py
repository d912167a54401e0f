"""Repair of what scanning does to text: look-alike characters, stray spaces and broken lines.

A letter becomes a digit only where the type of the value says that there is one; a free text keeps what may be meant.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from compiled_ai.modules._calendar import MONTHS
from compiled_ai.modules._edits import edits
from compiled_ai.modules._scan import plain
from compiled_ai.modules.dates import parse_date
from compiled_ai.modules.numbers import parse_number
from compiled_ai.modules.text import fold

__all__ = ["ocr_key", "repair_code", "repair_date", "repair_digits", "repair_number", "repair_text"]

_DIGIT_FOR = {
    **dict.fromkeys("OoQD", "0"), **dict.fromkeys("Il|!i", "1"), **dict.fromkeys("Zz", "2"), **dict.fromkeys("Ss", "5"), **dict.fromkeys("Gb", "6"),
    **dict.fromkeys("B&", "8"), **dict.fromkeys("gq", "9"),
}  # fmt: skip
_LETTER_FOR = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B", "|": "I", "!": "I"}
_TO_DIGITS = str.maketrans(_DIGIT_FOR)
_TO_LETTERS = str.maketrans("0158|!", "olsbll")
_LONGEST = 100


def repair_digits(text: str, *, length: int | None = None) -> str | None:
    """The digits that the whole text is meant to be ("O12-3l5 6" is "0123156"), or None; spaces and hyphens go.

    At least half of the characters must be digits as they are, so that a word is no number. With `length` there must be
    as many digits as that.
    """
    bare = re.sub(r"[\s-]", "", plain(text[: _LONGEST * 2]))
    if len(text) > _LONGEST or not _is_mostly_digits(bare):
        return None
    digits = bare.translate(_TO_DIGITS)
    fits = length is None or len(digits) == length
    return digits if re.fullmatch("[0-9]+", digits) and fits else None


def _is_mostly_digits(bare: str, *, sure: bool = False) -> bool:
    known = sum("0" <= char <= "9" for char in bare)
    return known > 0 and (4 if sure else 2) * known >= sum(
        char.isalnum() or char in _DIGIT_FOR for char in bare
    )


_AMOUNT = re.compile(
    r"(?P<head>[-+]?\s?(?:[$€£¥]\s?)?)(?P<body>[0-9A-Za-z|!&.,' ]+?)(?P<tail>\s?(?:%|[$€£¥]|EUR|USD|GBP|CHF)?)"
)


def repair_number(text: str) -> Decimal | None:
    """The number that the whole text is meant to be ("l,2O4.5O" is 1204.50, "1 2 . 5" is 12.5), or None (rules of `parse_number`).

    A sign of a currency or percent beside it is left out of the value. An S in front may be a dollar sign, so None. Two groups of digits that group no thousands
    ("12 34") are two numbers, so None.
    """
    match = _AMOUNT.fullmatch(plain(text[: _LONGEST + 1]).strip()) if len(text) <= _LONGEST else None
    if not match:
        return None
    value = _as_number(match["body"], sure=bool(re.search("[$€£¥]", match["head"])))
    return value.copy_negate() if value and "-" in match["head"] else value


def _as_number(body: str, *, sure: bool) -> Decimal | None:
    if not _is_mostly_digits(re.sub(r"[\s.,']", "", body), sure=sure):
        return parse_number(body)
    if body.startswith("S") and not sure:
        return None  # "S5.00" is rather "$5.00" than 55.00
    digits = re.sub(r"\s*([.,])\s*", r"\1", body.translate(_TO_DIGITS).strip())
    if re.fullmatch(r"[0-9](?: [0-9]| ?[.,] ?[0-9])+", digits):  # every digit stands alone
        digits = digits.replace(" ", "")
    return parse_number(digits) if re.fullmatch(r"[0-9.,' ]+", digits) else None


_WORD_OR_SIGN = re.compile(r"[^\W_|!]+|[|!]+(?:[^\W_|!]+)?|[^\w\s]|\s+")


def repair_date(text: str, *, day_first: bool = True) -> date | None:
    """The date that the whole text is meant to be ("O2/l1/2O26", "3 0ctober 2O26", "5 Janaury 2026"), or None (rules of `parse_date`)."""
    found = parse_date(text, day_first=day_first)
    if found or len(text) > _LONGEST:
        return found
    pieces = [_date_piece(piece) for piece in _WORD_OR_SIGN.findall(plain(text).strip())]
    joined = re.sub(r"\s*([./-])\s*", r"\1", "".join(pieces)) if all(pieces) else ""
    return parse_date(joined, day_first=day_first)


def _date_piece(piece: str) -> str:
    """A word of a date repaired; nothing if it is none."""
    if not piece.strip() or piece in {".", ",", "/", "-"} or piece in _ENDINGS:
        return piece
    digits = piece.translate(_TO_DIGITS)
    ending = piece[-2:].lower() if piece[-2:].lower() in _ENDINGS and piece[:1] not in "aAfFjJmMnNdD" else ""
    if _is_mostly_digits(piece.removesuffix(piece[-2:]) if ending else piece):
        number = (digits[:-2] if ending else digits) + ending
        return number if re.fullmatch(r"[0-9]{1,4}(?:[a-z]{2})?", number) else ""
    return _month(piece)


_ENDINGS = frozenset(("st", "nd", "rd", "th"))
_MONTH_NAMES = tuple(name for name in MONTHS if len(name) > 4 or name in {"may", "june", "july"})


def _month(piece: str) -> str:
    word = fold(piece.translate(_TO_LETTERS))
    if word in MONTHS or len(word) > 12:
        return word if word in MONTHS else ""
    # "J" and "l", "u" and "n" are what scans confuse; of two months as near neither is meant ("Juny").
    near = [
        name for name in _MONTH_NAMES if len(name) > 3 and edits(word, name) <= (1 if len(name) < 8 else 2)
    ]
    return near[0] if len(near) == 1 else ""


def repair_code(text: str, pattern: str) -> str | None:
    """The code that the whole text is meant to be, in the form of `pattern`: 9 a digit, A a letter, * either, all else as it is.

    `repair_code("AB 1O3-S", "AA999-9")` is "AB103-5". Letters come in capitals; spaces and signs of the text do not
    count. None if the lengths differ or a character cannot be what the pattern says.
    """
    said = [char for char in plain(text[: _LONGEST + 1]) if char.isalnum() or char in "|!"]
    places = [char for char in pattern if char in "9A*"]
    if len(text) > _LONGEST or len(said) != len(places):
        return None
    repaired = [_at_place(char, place) for char, place in zip(said, places, strict=True)]
    if not all(repaired):
        return None
    following = iter(repaired)
    return "".join(next(following) if char in "9A*" else char for char in pattern)


def _at_place(char: str, place: str) -> str:
    if place == "9":
        digit = _DIGIT_FOR.get(char, char)
        return digit if "0" <= digit <= "9" and len(digit) == 1 else ""
    letter = char if place == "*" and char.isalnum() else _LETTER_FOR.get(char, char)
    upper = letter.upper()
    allowed = "A" <= upper <= "Z" or (place == "*" and "0" <= upper <= "9")
    return upper if allowed and len(upper) == 1 else ""


_LIGATURES = str.maketrans({
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st", "\u00ad": None, "\u200b": None, "\ufeff": None,
    "\u200c": None, "\u200d": None, "\u2060": None,
})  # fmt: skip
_BROKEN = re.compile(
    r"(?<=[a-z\u00df-\u00ff])(?:-|\u2010|\u00ac)[ \t]{0,4}\r?\n[ \t]{0,8}(?=[a-z\u00df-\u00ff])"
)
_SPACED = re.compile(
    r"(?<![\w'] )(?<!\w)(?:[A-Z] ){3,}[A-Z](?!\w)(?! [A-Z]\b)|(?<!\w )(?<!\w)(?:[a-z] ){4,}[a-z](?!\w)"
)
_INSIDE = re.compile(r"(?<![\w.@/:-])[A-Za-z][a-z]*+(?:[01][a-z]++)+(?![\w@/:])")
_DECIMALS = re.compile(
    r"(?<![\w.,-])(?P<sign>[$€£]\s?)?(?P<number>(?!S)[0-9OolIS]{1,3}(?:,[0-9OolIS]{3}){0,3}[.,][0-9OolISB]{2})(?![\w.,-])"
)
_SPACE_BEFORE = re.compile(r"(?<=\w) {1,3}(?=[,;:!?](?:\s|$))")


def repair_text(text: str) -> str:
    """The text with words and amounts mended where only one reading is likely; anything that may be a code stays.

    Mended are ligatures and invisible characters, words broken by a hyphen at the end of a line, spaced letters ("I N V O I C E"),
    spaces before a comma, 0 and 1 between lower-case letters ("inv0ice"), and letters in amounts with two decimals ("l2.5O").
    """
    mended = _BROKEN.sub("", text.translate(_LIGATURES))
    mended = _SPACED.sub(lambda found: found[0].replace(" ", ""), mended)
    mended = _INSIDE.sub(_mend_word, mended)
    mended = _DECIMALS.sub(_mend_amount, mended)
    return _SPACE_BEFORE.sub("", mended)


def _mend_word(match: re.Match[str]) -> str:
    word = match[0]
    letters = sum(char.isalpha() for char in word)
    # Short words and those with many digits are codes: "a1b", "x0y0z".
    return (
        word.replace("0", "o").replace("1", "l")
        if letters >= 4 and letters >= 3 * (len(word) - letters)
        else word
    )


def _mend_amount(match: re.Match[str]) -> str:
    number = match["number"]
    if not _is_mostly_digits(re.sub("[.,]", "", number), sure=bool(match["sign"])):
        return match[0]
    return (match["sign"] or "") + number.translate(_TO_DIGITS)


_LOOKALIKES = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "i": "l",
        "|": "l",
        "!": "l",
        "5": "s",
        "8": "b",
        "6": "g",
        "9": "g",
        "q": "g",
        "2": "z",
    }
)


def ocr_key(text: str) -> str:
    """A key that is the same for texts that differ only by look-alike characters, case, accents, spaces and signs; not for output."""
    key = fold(text).translate(_LOOKALIKES).replace("rn", "m").replace("vv", "w").replace("cl", "d")
    return "".join(char for char in key if char.isalnum())
