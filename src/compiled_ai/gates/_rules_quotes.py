"""What a text quotes, and whether it speaks about phrases: lessons, filters, tests and questions on language.

Such texts hold the phrases of attacks and are none. They lower what a phrase weighs, never to nothing: an attack can
be quoted too, and whoever writes one knows that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["QUOTED", "Quotes", "without_quotes"]

QUOTED = " (quoted, in a text about such phrases)"
"""The end of a reason."""
_SPANS = re.compile(
    '```[^`]{3,1000}```|`[^`\\n]{3,400}`|"[^"\\n]{3,400}"|\u201c[^\u201c\u201d]{3,400}\u201d|\u201e[^\u201c\u201d\u201e]{3,400}[\u201c\u201d]'
    "|\u00ab[^\u00ab\u00bb]{3,400}\u00bb|\u300c[^\u300c\u300d]{3,400}\u300d"
    "|(?<![^\\s(:\\[])['\u2018][^'\u2018\u2019\\n]{6,400}['\u2019](?!\\w)"
)
_ABOUT = re.compile(
    r"(?:classif|labell?(?:ed|s)?\b|explain|defin(?:e|ition)|glossary|proofread|gramma|translat|phrase|sentence|wording|quot|meaning\b"
    r"|example|detect|regex|pattern|test (?:case|set|sample|string)|unit test|training (?:sample|slide|deck|material)|slide|lesson|student"
    r"|pupil|article|essay|style guide|whether|report(?:ed|ing)|attack|injection|jailbreak|scam|phish|spam|malicious|suspicious|meme|novel"
    r"|painting|poster|headline|title|dialogue|what does|what do|which of|why does|workshop|awareness|quiz|exam\b|homework|chapter|blog"
    r"|presentation|documentation|dataset|annotat|red[- ]team|filter|blocked|log (?:entry|line)|erkl\u00e4r|klassifizier|bedeutet|beispiel"
    r"|expliqu|signifie|exemple|clasific|significa|ejemplo|esempio|exemplo)"
)
"""In lower case, at the start of a word. Without flags and anchors the engine skips to letters that one of them begins with."""
_AROUND = 600
_LONGEST = 4000
"""Characters of a text that may be about phrases as a whole."""


class Quotes:
    """The quotations of one text, looked for block by block where somebody asks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: dict[int, list[tuple[int, int]]] = {}

    def hold(self, start: int, end: int) -> bool:
        """Whether a place is in quotation marks, and the text around them is about such phrases."""
        first = max(start // _AROUND - 1, 0) * _AROUND
        block = self._blocks.get(first)
        if block is None:
            around = self._text[first : first + 3 * _AROUND]
            block = self._blocks[first] = [
                (first + left, first + right) for left, right in _quoted_for_teaching(around)
            ]
        return any(left <= start and end <= right for left, right in block)


def _quoted_for_teaching(text: str) -> list[tuple[int, int]]:
    """The quotations outside of which a word of such texts stands."""
    found = [match.span() for match in _SPANS.finditer(text)]
    words = list(_about(text)) if found else []
    return [(start, end) for start, end in found if any(not start <= word < end for word in words)]


def _about(text: str) -> Iterator[int]:
    """Where words stand that such texts use. A sign whose small letter has another length moves those behind it by one place."""
    small = text.lower()
    for match in _ABOUT.finditer(small):
        start = match.start()
        if not start or not (small[start - 1].isalnum() or small[start - 1] == "_"):
            yield start


def without_quotes(text: str) -> str | None:
    """A text without what it quotes, where it is about such phrases; None where it quotes nothing or is about other things."""
    if len(text) > _LONGEST:
        return None
    rest = _SPANS.sub(" ", text)
    return rest if rest != text and next(_about(rest), None) is not None else None
