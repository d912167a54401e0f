"""Is a text a password or key, judged by the name it is given and by its look?

The limits come from what must pass: word lists, field names, patterns, codes such as IBAN, ICD and CPT, alphabets,
slugs, digests that are called so. `tests/unit/checkers/test_secrets_tool.py` holds both sides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Final

from compiled_ai.checkers.secret_texts import CodeText

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STRONG: Final = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|pwd|(?:admin|db|ftp|mail|root|smtp|user)_?pass|client_?secret"
    r"|(?:api|secret|access|private|auth|encryption|signing|account)_?key|(?:auth|access|bearer|api|refresh)_?token)_?\d*$"
)
"""Names that hold a credential, whatever its look."""
_WEAK: Final = re.compile(r"(?:^|_)(?:secret|token|credentials?|auth|cookie|session)_?\d*$")
"""Names that may hold one: ``token`` is a word to a parser too."""
_NO_SECRET: Final = re.compile(
    r"^(?:<.*>|\[.*\]|\{.*\}|\$.*|%.*|(.)\1*|none|null|true|false|n/?a|todo|tbd|unknown|missing|required|optional"
    r"|invalid|redacted|hidden|masked|encrypted|placeholder|(?:str|int|text|string|bytes|bearer|basic|oauth2?))$"
    r"|\\[swdbSWDB]|\(\?|\[\^|\.[*+]|\]\+",
    re.IGNORECASE,
)
"""Placeholders, names of types and schemes, and regular expressions."""
_MIXED: Final = re.compile(r"[A-Za-z]\d+[A-Za-z]")
_WORDS: Final = re.compile(r"[A-Za-z]+\d{0,4}|\d+")


def is_hard_coded(text: CodeText) -> bool:
    """Whether the name of `text` says that it is a credential, and nothing about it says that it is not."""
    name = _snake(text.name)
    if not text.value or re.search(r"\s", text.value) or _NO_SECRET.search(text.value):
        return False
    if _STRONG.search(name):
        if text.use == "passed":
            return len(text.value) >= 3
        if _is_name(text.value):
            return False
        if text.use == "assigned":
            return len(text.value) >= 3
        return len(text.value) >= 6 and not text.value.isalpha() and not _is_words(text.value)
    return bool(_WEAK.search(name)) and looks_random(text.value)


def looks_random(value: str) -> bool:
    """Whether `value` looks like a key made by a machine: long, without blanks, letters and digits mixed up, not words."""
    if len(value) < 12 or re.search(r"\s", value) or _NO_SECRET.search(value) or _is_words(value):
        return False
    return len(_MIXED.findall(value)) >= 2 and _entropy(value) >= 3.0 and not _is_alphabet(value)


def _snake(name: str) -> str:
    return _CAMEL.sub("_", name).replace("-", "_").lower()


def _is_name(value: str) -> bool:
    """``PASSWORD_FIELD = "password"`` and ``api_key = "OPENAI_API_KEY"`` say where a secret stands, not what it is."""
    name = _snake(value)
    return bool(_STRONG.search(name) or _WEAK.search(name))


def _is_words(value: str) -> bool:
    """Whether each part between separators is a word or a number, as in ``invoice_number_2`` or ``en-US``."""
    return all(_WORDS.fullmatch(part) for part in re.split(r"[_\-./:+=@#,;]+", value) if part)


def _is_alphabet(value: str) -> bool:
    """Whether most characters follow on the one before, as in ``ABC...xyz0123456789+/``."""
    return 2 * sum(ord(after) - ord(before) == 1 for before, after in pairwise(value)) > len(value)


def _entropy(value: str) -> float:
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
