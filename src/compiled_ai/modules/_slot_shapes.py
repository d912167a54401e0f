"""Values with a shape of their own: addresses of mail and web, paths, identifiers and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_reading import Reading

_EMAIL = re.compile(r"(?<![\w.+-])[\w+-]++(?:\.[\w+-]++)*+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s\"'<>]*[^\s\"'<>.,;:!?)\]]", re.I)
_PATH = re.compile(
    r"(?<![\w/])(?:[A-Za-z]:[\\/]|~/|\.{1,2}/|/)(?:[\w.-]++[\\/])*+[\w-]+(?:\.[\w-]+)*"
    r"|(?<![\w/.@-])[\w-]++(?:/[\w-]++)*+\.(?:csv|json|txt|xml|xlsx?|parquet|pdf|png|jpe?g|gif|py|md|html?|ya?ml|log|zip|docx?|nii|wav|mp[34]|sql|db|tsv)\b"
)
_IDENTIFIER = re.compile(
    r"(?<![\w@./-])(?=[\w/#-]*[0-9])[A-Za-z0-9](?:[\w]|[-/#](?=\w))*(?![\w@])|(?<!\w)[A-Za-z]+_\w+"
)
_LETTERS = re.compile(r"(?<![\w@./'-])[A-Z]{6,40}(?![\w@'-])")
"""Codes of capitals alone, such as a sequence of bases."""
_FUNCTION = r"(?:sin|cos|tan|exp|log|ln|sqrt|abs|e|pi)"
_TERM = rf"(?:[0-9]+(?:\.[0-9]+)?\s?\*?\s?)?(?:{_FUNCTION}\s?\([^()]{{0,40}}\)|[a-zA-Z](?![A-Za-z0-9_'])|\([^()]{{1,40}}\))(?:\s?(?:\^|\*\*)\s?(?:-?[0-9]+(?:\.[0-9]+)?|[a-z](?!\w)|\([^()]{{1,20}}\))|[²³])?|[0-9]+(?:\.[0-9]+)?(?!\w|\.[0-9])"
_EXPRESSION = re.compile(rf"(?<![\w.^])-?\s?(?:{_TERM})(?:\s?[-+*/]\s?(?:{_TERM}))*")
_HAS_LETTER = re.compile(rf"(?:[0-9]|\b|[(*/+-]\s?)(?:[a-zA-Z]\b|{_FUNCTION}\s?\()")
_OPERATOR = re.compile(r"[-+*/^²³(]")


def shape_spans(reading: Reading, kind: str) -> Iterator[tuple[Span, str]]:
    """Every span that has the shape of a kind ("email", "url", "path", "identifier", "expression"), and its text."""
    if kind == "expression":
        yield from _expressions(reading)
        return
    if kind == "identifier" and not reading.text.isupper():
        for match in _LETTERS.finditer(reading.text):
            yield match.span(), match[0]
    pattern = {"email": _EMAIL, "url": _URL, "path": _PATH, "identifier": _IDENTIFIER}[kind]
    for match in pattern.finditer(reading.text):
        yield match.span(), reading.original[match.start() : match.end()]


def _expressions(reading: Reading) -> Iterator[tuple[Span, str]]:
    for match in _EXPRESSION.finditer(reading.text):
        said = match[0].strip()
        if _HAS_LETTER.search(said) and (_OPERATOR.search(said) or re.fullmatch(r"[0-9.]+\s?[a-z]", said)):
            start = match.start() + (len(match[0]) - len(match[0].lstrip()))
            yield (start, start + len(said)), said


def as_written(text: str, style: str) -> str:
    """A formula with the signs that the style asks for: "python" writes ** for ^."""
    plain = text.replace("²", "^2").replace("³", "^3")
    return re.sub(r"\s?(?:\^|\*\*)\s?", "**", plain) if style != "caret" else plain
