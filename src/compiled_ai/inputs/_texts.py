"""Texts that make code stumble: scripts, invisible characters, and long repetitions."""

from __future__ import annotations

HUGE_LENGTH = 20_000
"""Characters of a huge text."""

PLAIN_TEXTS = (
    "a", "Z", "0", "-1", "1", "7", "-", ".", "/", "?", "1.5", "1,5", "1,234.56", "1.234,56", "-0", "+1", "1e5", "1E400", "0x1F", "007", "1/0",
    "NaN", "inf", "-Infinity", "null", "None", "true", "False", "n/a", "%", "100%", "#", "31.02.2026", "2026-13-45", "0001-01-01",
    "9999-12-31", "29 February 2023", "24:60", "12:00 AM", "00:00", "$", "\u20ac 1", "1 2 3", "one", "minus two", "\\", "\\n", "\\9", "\\g<name>", "a\\", "$1", "'", '"', "''",
    "{}", "{0}", "%s", "[]", "()", "<b>", "&amp;", "a\tb", "a\nb", "a\r\nb", "x" * 300, "9" * 40, "9" * 400, f"0.{'0' * 50}1",
)  # fmt: skip

EMPTY_TEXTS = (
    "",
    " ",
    "\t",
    "\n",
    " " * 10,
    " \t\r\n ",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x1f",
)

UNICODE_TEXTS = (
    "e\u0301a\u0308o\u0302\u0323",  # combining marks, two on one letter
    "\u05e9\u05dc\u05d5\u05dd 12 \u0645\u0631\u062d\u0628\u0627",  # right to left, with digits
    "\u202eabc 123\u202c \u2066x\u2069",  # direction overrides and isolates
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd \u2764\ufe0f",  # emoji of several characters
    "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",  # zero width, soft hyphen
    "\uff11\uff12\uff0e\uff15\uff10 \uff21\uff22\uff23",  # full width
    "\u0661\u0662\u066b\u0665\u0660",  # Arabic-Indic digits and decimal sign
    "\u0967\u0968\u0969",  # Devanagari digits
    "\U0001d7ce\U0001d7cf\U0001d7d0",  # mathematical digits
    "\u00b2\u00b3\u00b9 \u2460 \u2167 \u00bd \u4e00\u4e8c\u4e09",  # numeric, but not for int()
    "12\u00a0345,50\u202f\u20ac",  # no-break spaces in an amount
    "\u22125 \u2013 7 \u2014 8 \u2010 9",  # minus sign and dashes
    "I\u0130\u0131i STRASSE stra\u00dfe \u1e9e \u017f",  # Turkish i, sharp s, long s
    "\ufb01\ufb03 \u0149 \u1f80 \u01c5 \u0390",  # grow or split when their case changes
    "\U0001d400\U0001f600\U00010400\U0010ffff",  # beyond the first plane
    "a\x00b\x01\x07\x1b[31m\x7f\x9f",  # NUL and control characters
    "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei",  # what str.splitlines takes for line ends
    "\u0430\u0440\u0440\u04cf\u0435 \u03bf\u03bd\u03bf",  # look like Latin letters
    "\ufffd\ufffe\uffff\ue000",  # replacement, non-characters, private use
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002",
    "\u0e01\u0e33 \u0915\u094d\u0937\u093f \uac00\u1100\u1161",  # clusters
    "\u201cquoted\u201d \u2018it\u2019s\u2019 \u00abx\u00bb \u2026 \u2022",
    "\u20ac1 \u00a31 \u00a51 \u20bf1 \uff041",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0334\u0321l\u0355\u0353g\u0321\u0348o\u0348\u0326",  # marks upon marks
)

_DIGITS = "0123456789"
_TABLES: tuple[dict[int, str], ...] = (
    {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)},
    {ord(digit): chr(0x660 + int(digit)) for digit in _DIGITS},
    {ord(digit): "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[int(digit)] for digit in _DIGITS},
    {ord(digit): chr(0x1D7CE + int(digit)) for digit in _DIGITS},
    {ord(" "): "\u00a0"},
    {ord(" "): "\u2028"},
    {ord(" "): "\u2009", ord("-"): "\u2212", ord("."): "\u066b", ord(","): "\u066c"},
    {ord(letter): letter + "\u0301" for letter in "aeiouAEIOU"},
    {ord("i"): "\u0130", ord("I"): "\u0131", ord("S"): "\u1e9e", ord("f"): "\ufb01"},
    {code: chr(code - 97 + 0x1D41A) for code in range(97, 123)},
    {ord(a): b for a, b in zip("aeopcxAEOPCX", "\u0430\u0435\u043e\u0440\u0441\u0445\u0410\u0415\u041e\u0420\u0421\u0425", strict=True)},
    {ord("'"): "\u2019", ord('"'): "\u201d", ord("-"): "\u2013"},
    {ord(" "): "\x1f", ord("."): ".\x85"},
)  # fmt: skip


_SAME_WHEN_CASE_IS_IGNORED = {
    ord("i"): "\u0131",
    ord("I"): "\u0130",
    ord("s"): "\u017f",
    ord("k"): "\u212a",
    ord("K"): "\u212a",
}


def case_trap(text: str) -> str:
    """`text` in letters that re.IGNORECASE takes for plain ones while a look-up does not: dotless i, long s, Kelvin sign."""
    return text.translate(_SAME_WHEN_CASE_IS_IGNORED)


def unicode_variants(text: str) -> list[str]:
    """`text` in other scripts and with invisible characters: what a person or a program might send for it."""
    middle = len(text) // 2
    variants = [text.translate(table) for table in _TABLES]
    variants += [
        case_trap(text),
        f"\ufeff{text}",
        f"\u202e{text}\u202c",
        f"{text[:middle]}\x00{text[middle:]}",
        f"{text[:middle]}\u00ad{text[middle:]}",
        f"{text} \U0001f600",
        f"\u200b{text}\u200b",
        f"{text}\u0301",
        "\u200b".join(text[:100]) + text[100:],
        "\U0001d11e".join(text.split(" ")),
    ]
    return [variant for variant in variants if variant != text]


def huge_texts(text: str, limit: int) -> list[str]:
    """Long texts of at most `limit` characters: repetitions that backtracking regular expressions hate, and repetitions of `text`."""
    words = text.split() or ["word"]
    digits = "".join(char for char in text if char in _DIGITS) or "12"
    marks = "".join(sorted({char for char in text if not char.isalnum()})) or ", "
    units = (
        (f"{text} ", ""), ("a", "!"), ("1", "x"), (" ", "x"), ("1,1,1,", "x"), (" ,;-./\t\n", "!"), (f"{words[0]} ", "?"),
        (f"{digits} ", ""), (f"{digits[0]}{marks}", "x"), (digits, ""), ("(", ""), ("a@a.", " "), ("\n", "x"), (f"{words[-1]}{marks}", ""),
        ("<", ""), ("-", "a"), ("aA1 ", "\u00e9"), ('"', ""),
    )  # fmt: skip
    return [_repeat(unit, end, limit) for unit, end in units]


def _repeat(unit: str, end: str, limit: int) -> str:
    length = max(0, limit - len(end))
    return (unit * (length // len(unit) + 1))[:length] + end[: limit - length]
