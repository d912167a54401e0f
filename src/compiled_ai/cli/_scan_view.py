"""Where a finding lies and what stands there, without repeating what must not be shown."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compiled_ai.gates.verdict import Span

Hidden = tuple[int, int, str]
"""A part that is not shown: start, end (the first character behind it), and the word that stands for it."""
Finder = Callable[[str], Sequence[Hidden]]
_AROUND = 40
"""Characters shown before and behind a span."""
_SPAN_SHOWN = 160
"""Characters shown of a span itself; the middle of a longer one is left out."""
_REACH = 400
"""Characters looked at beyond those that are shown, so that no identifier is shown because its other end is out of sight."""
_KEY_VALUE = re.compile(
    r"(?i)(?:passw(?:or)?d|passwort|passphrase|secret|token|api[ _-]?key|pin|credentials?|bearer|authorization|kennwort|geheim\w{0,10})[\"']?"
    r"(?:\s{0,3}[:=]\s{0,3}|\s{1,3}(?:is|ist|lautet|was)\s{1,3}|(?<=bearer)\s{1,3})[\"']?(?P<value>[^\s\"',;]{3,200})"
)
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_\-.~%]{16,}")
_DIGITS = re.compile(r"\d(?:[ ./-]{0,2}\d){5,}")
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w.-]{1,190}\w")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A span as people find it."""

    line: int
    """1-based."""
    column: int
    """1-based, in characters."""
    end_line: int
    end_column: int
    """Of the first character behind it."""


class Lines:
    """Finds lines and columns in one text."""

    def __init__(self, text: str) -> None:
        """Reads `text` once."""
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def place(self, span: Span) -> Place:
        """Where `span` is."""
        line, column = self._find(span.start)
        end_line, end_column = self._find(max(span.start, span.end))
        return Place(line=line, column=column, end_line=end_line, end_column=end_column)

    def _find(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1


def excerpt(text: str, span: Span, *, hidden: Sequence[Hidden] = (), find: Finder | None = None) -> str:
    """What stands at `span` and around it, the span between ``>>`` and ``<<``, on one line of plain signs.

    Args:
        text: All of it.
        span: The part in question.
        hidden: Parts that nobody is to see.
        find: Gives such parts of a piece of the text. What looks like a secret, a long number or an address is hidden without being asked for.
    """
    start, end = max(0, min(span.start, len(text))), max(0, min(span.end, len(text)))
    end = max(start, end)
    covered = sorted(
        [*_near(text, start, end, find or _nothing), *(item for item in hidden if item[0] < item[1])],
        key=lambda item: (item[0], -item[1]),
    )
    before = _shown(text, max(0, start - _AROUND), start, covered)
    behind = _shown(text, end, min(len(text), end + _AROUND), covered)
    if end - start > _SPAN_SHOWN:
        half = _SPAN_SHOWN // 2
        inside = (
            f"{_shown(text, start, start + half, covered)} [...] {_shown(text, end - half, end, covered)}"
        )
    else:
        inside = _shown(text, start, end, covered)
    return f"{before}>>{inside}<<{behind}"


def _nothing(_: str) -> Sequence[Hidden]:
    return ()


def _near(text: str, start: int, end: int, find: Finder) -> list[Hidden]:
    """Parts near both ends of the span that are not to be seen."""
    found: list[Hidden] = []
    for at in {start, end}:
        low = max(0, at - _REACH - _SPAN_SHOWN)
        window = text[low : at + _REACH + _SPAN_SHOWN]
        found += [(low + first, low + last, name) for first, last, name in find(window)]
        found += [(low + first, low + last, name) for first, last, name in _likely_secrets(window)]
    return found


def _likely_secrets(window: str) -> list[Hidden]:
    found = [(*match.span("value"), "secret") for match in _KEY_VALUE.finditer(window)]
    for pattern, name in ((_DIGITS, "number"), (_MAIL, "address")):
        found += [(*match.span(), name) for match in pattern.finditer(window)]
    found += [(*match.span(), "token") for match in _LONG_WORD.finditer(window) if _is_random(match.group())]
    return found


def _is_random(word: str) -> bool:
    """Whether `word` is more like a key than like a word: it mixes letters and digits, or cases within."""
    kinds = (
        any(sign.isdigit() for sign in word)
        + any(sign.islower() for sign in word)
        + any(sign.isupper() for sign in word[1:])
    )
    return kinds >= 2 or len(word) > 40


def _shown(text: str, start: int, end: int, covered: Sequence[Hidden]) -> str:
    parts: list[str] = []
    at = start
    for low, high, name in covered:
        if high <= at or low >= end:
            continue
        if low > at:
            parts.append(_plain(text[at:low]))
        parts.append(f"[{name}]")
        at = min(max(at, high), end)
    parts.append(_plain(text[at:end]))
    return "".join(parts)


def _plain(text: str) -> str:
    """`text` with escapes for what a terminal would act on or hide: control and format characters, line ends, lone surrogates."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text
    )
