"""How every kind of identifier is looked for: a pattern proposes, a reader checks, and the word before it has a say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from compiled_ai.modules._scan import Span, any_of, plain

Reader = Callable[[str], str | None]
"""Makes the usual form of a whole text, or None if it is no such identifier."""

BEFORE = r"(?<![\w+@])(?<![0-9][.,/-])"
AFTER = r"(?![\w@])(?![.,/-][0-9])(?!-\w)"
_LOOK_BACK = 60
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierKind:
    """One kind of identifier."""

    name: str
    pattern: re.Pattern[str]
    """What may be one in plain characters. Every match has a length that is bounded."""
    read: Reader
    labels: tuple[str, ...]
    """Words before it that say what it is."""
    is_clear: Callable[[str], bool] = lambda _: True
    """Whether what matched can hardly be anything else, so that it needs no label."""
    may_be_shorter: bool = False
    """Whether the end of a match, from a separator on, may belong to the next words."""
    trim: Callable[[str], str] = str
    """Takes off a match what belongs to the sentence around it."""
    is_weak: bool = False
    """Whether many other numbers pass the check, so that a word before it that says something else is believed."""


_FOREIGN_LABELS = (
    "phone", "telephone", "tel", "fax", "mobile", "cell", "call", "order", "invoice", "account", "acct", "ticket", "case",
    "claim", "policy", "member", "customer", "po", "purchase order", "zip", "postcode", "room", "booking", "confirmation",
    "reference", "ref", "serial", "model", "part", "sku", "version", "batch", "lot", "patient id", "mrn", "routing",
)  # fmt: skip
"""Words that say that a number is something else."""

_TRAIL = (
    r"[\u00ae\u2122]?(?:[\s-](?:numbers?|nos?\b\.?|num\b\.?|nr\b\.?|codes?|ids?|identifiers?))*+\.?"
    r"(?:\s?\([^()\n]{0,20}\))?(?:\s(?:of|for)\s[^0-9\n,;:]{1,30}\s(?:is|was)\b)?(?:\s?(?:is|are|was|of|:|=|#|-|\(|\"|')){0,3}\s?"
)
_LIST_GAP = re.compile(r"(?:\s?\([^()\n]{0,60}\))?(?:\s?[,;/&+]\s?|\s)(?:(?:and|or)\s)?")


def find_kind(text: str, kind: IdentifierKind, *, anywhere: bool) -> list[tuple[Span, str]]:
    """Where identifiers of `kind` stand, and their usual forms, in order.

    Args:
        text: Any.
        kind: What to look for.
        anywhere: Take also those that are not clear and have no label.
    """
    scanned = plain(text)
    found: list[tuple[Span, str]] = []
    labelled_until = -1
    for match in kind.pattern.finditer(scanned):
        label = _label_before(scanned, match.start(), kind.labels)
        listed = (
            labelled_until >= 0 and _LIST_GAP.fullmatch(scanned, labelled_until, match.start()) is not None
        )
        is_labelled = label == kind.labels[:1] or (listed and label is None)
        is_glued = re.search(r"\w-$", scanned[max(0, match.start() - 2) : match.start()]) is not None
        if not is_labelled and (is_glued or (kind.is_weak and label is not None)):
            continue
        for end in _ends(match, kind):
            value = kind.read(scanned[match.start() : end])
            if value is not None and (is_labelled or anywhere or kind.is_clear(scanned[match.start() : end])):
                found.append(((match.start(), end), value))
                labelled_until = end if is_labelled else -1
                break
    return found


def parse_kind(text: str, kind: IdentifierKind) -> str | None:
    """The usual form of the identifier that the whole text is, a label before it left out."""
    stripped = plain(text).strip()
    if not stripped or len(stripped) > _LONGEST:
        return None
    value = kind.read(stripped)
    if value is not None:
        return value
    label = _own_label(kind.labels, r"\A").match(stripped)
    return kind.read(stripped[label.end() :]) if label else None


def _ends(match: re.Match[str], kind: IdentifierKind) -> Iterator[int]:
    yield match.start() + len(kind.trim(match[0]))
    if kind.may_be_shorter:
        for offset in range(len(match[0]) - 1, 0, -1):
            if match[0][offset] in " -.":
                yield match.start() + offset


def _label_before(scanned: str, position: int, labels: tuple[str, ...]) -> tuple[str, ...] | None:
    """The first of `labels` if one of them stands before `position`, () if another kind's does, None without any."""
    begin = max(0, position - _LOOK_BACK)
    if _own_label(labels, r"(?<!\w)", "$").search(scanned, begin, position):
        return labels[:1]
    return () if _FOREIGN.search(scanned, begin, position) else None


@lru_cache(maxsize=64)
def _own_label(labels: tuple[str, ...], begin: str, end: str = r"(?<=[^\w])") -> re.Pattern[str]:
    return re.compile(rf"(?i:{begin}{any_of(labels)}s?{_TRAIL}){end}")


_FOREIGN = _own_label(_FOREIGN_LABELS, r"(?<!\w)", "$")
