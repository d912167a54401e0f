"""The two sides of a text with markup: what a reader does not see, and what is left of it without its marks."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

from compiled_ai.gates._normal_decode import Budget
from compiled_ai.gates._normal_offsets import Piece, PieceBuilder

__all__ = ["concealed", "unmarked"]

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_OPENING = re.compile(r"<[a-zA-Z][^<>]{8,2000}>")
_STYLE = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|opacity\s{0,3}:\s{0,3}0?\.?0\d?\b"
    r"|font-size\s{0,3}:\s{0,3}[01](?:\.\d)?(?:px|pt|em|%)?\b|(?<![-\w])color\s{0,3}[:=]\s{0,3}[\"']?"
    r"(?:white|transparent|#f{3}(?:f{3})?\b|rgba?\(255, ?255, ?255)|(?:left|top|text-indent)\s{0,3}:\s{0,3}-\d{3,}"
    r"|(?:height|width)\s{0,3}:\s{0,3}0(?:px)?\b|\shidden(?=[\s>=])|aria-hidden\s{0,3}=\s{0,3}[\"']?true",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?:alt|title|aria-label|placeholder|content|summary|data-[a-z]{1,20})\s{0,3}=\s{0,3}"
    r"(?:\"([^\"]{8,2000})\"|'([^']{8,2000})')",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(
    r"!\[([^\[\]]{8,1000})\]\(|\]\([^()\s]{0,500}[ \t]{1,4}[\"']([^\"\n]{8,1000})[\"']\)"
    r"|^[ ]{0,3}\[[^\[\]\n]{1,60}\]:[ \t]{0,4}\S{1,300}[ \t]{1,4}[\"'(]([^\"\n]{8,1000})[\"')]",
    re.MULTILINE,
)
_CODE_COMMENTS = (("<!--", "-->"), ("/*", "*/"), ("{#", "#}"), ("<noscript", "</noscript"), ("%%[", "]%%"))
_EMPHASIS = re.compile(r"(?<=\w)(?:\*{1,3}|~~|`|\|\|)(?=\w)")
_LONGEST = 4000


def concealed(text: str, budget: Budget) -> Piece | None:
    """The comments, invisible elements, attributes and link titles of a text, one per line."""
    parts = sorted({*_comments(text), *_styled(text), *_groups(_ATTRIBUTE, text), *_groups(_MARKDOWN, text)})
    builder = PieceBuilder(len(text))
    for start, end in parts:
        granted = budget.take(end - start)
        builder.add(text[start : start + granted], start, start + granted)
        if granted:
            builder.add("\n", start, start + granted)
    return builder.piece() if builder.length else None


def unmarked(text: str, budget: Budget) -> Piece | None:
    """A text without tags, comments and marks within words; None where there are none."""
    tags = (match.span() for match in _TAG.finditer(text))
    builder, at, marked = PieceBuilder(len(text)), 0, False
    for start, end in heapq.merge(tags, _outer(text), _inner_marks(text)):
        marked = True
        before = max(at, start - 200)
        if start >= at and not budget.take(start - before + 1):
            break
        builder.add(text[before:start], before, start)
        at = max(at, end)
    if not marked:
        return None
    builder.add(text[at : at + 200], at, min(at + 200, len(text)))
    return builder.piece() if builder.length else None


def _inner_marks(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMPHASIS.finditer(text))


def _comments(text: str) -> Iterator[tuple[int, int]]:
    for opening, closing in _CODE_COMMENTS:
        for start, end in _between(text, opening, closing):
            yield start + len(opening), min(end, start + _LONGEST)


def _outer(text: str) -> Iterator[tuple[int, int]]:
    return ((start, end + 3) for start, end in _between(text, "<!--", "-->"))


def _between(text: str, opening: str, closing: str) -> Iterator[tuple[int, int]]:
    """From each opening to its closing mark. One that is never closed reaches to the end."""
    start = text.find(opening)
    while start >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            yield start, len(text)
            return
        yield start, end
        start = text.find(opening, end)


def _styled(text: str) -> Iterator[tuple[int, int]]:
    """The content of elements whose own style hides them, up to the next closing tag."""
    at = 0
    for match in _OPENING.finditer(text):
        if match.start() < at or not _STYLE.search(match.group()):
            continue
        end = text.find("</", match.end(), match.end() + _LONGEST)
        at = end if end >= 0 else min(match.end() + _LONGEST, len(text))
        if at > match.end():
            yield match.end(), at


def _groups(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        if match.lastindex:
            yield match.span(match.lastindex)
