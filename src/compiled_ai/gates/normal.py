"""The readings of a text: as it stands in one spelling, and with its disguises, encodings and markup taken off.

Every reading knows which part of the original each of its parts comes from. Time and memory are linear in the
length of the text; readings other than the first are made of windows and candidates only, at most two million
characters together. What is left out for that is told by `Normalized.oddities`.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from compiled_ai.gates._normal_decode import Budget, decoders_for
from compiled_ai.gates._normal_disguise import DISGUISES
from compiled_ai.gates._normal_fold import fold, fold_text
from compiled_ai.gates._normal_markup import concealed, unmarked
from compiled_ai.gates._normal_offsets import OffsetMap, Piece
from compiled_ai.gates.verdict import Span

__all__ = ["Normalized", "Oddity", "OffsetMap", "View", "fold_text", "normalize"]

_COUNTED = 1000
"""Oddities of one kind that are counted."""
MAX_DEPTH = 3
"""Encodings within encodings that are taken off."""
_DISGUISED, _SHARE = 800_000, 150_000
"""Characters of readings without a disguise or markup; and of one kind of disguise, so that none uses up the others' part."""
_HIDDEN = re.compile(r"<!--|</?[a-zA-Z]|\]\(|\]:|/\*|\{#|\w[*`~|]{1,3}\w")
_HIDDEN_SIGN = re.compile(r"[<\]*`~|{]|/\*")
_BIDI_OVERRIDE = re.compile("[\u202d\u202e]")
_INVISIBLE = re.compile("(?<=[a-zA-Z])[\u200b-\u200d\u2060-\u2064\ufeff\u00ad\u034f\u180e]+(?=[a-zA-Z])")
_MIXED = re.compile("[a-zA-Z][\u0370-\u03ff\u0400-\u052f]+[a-zA-Z]|[\u0400-\u052f][a-zA-Z]+[\u0400-\u052f]")
_TAG_RUN = re.compile(
    "(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007e]{4,}|(?<=\U0001f3f4)[\U000e0020-\U000e007e]{7,}"
)
"""Not those of the flags of England, Scotland and Wales."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One reading of a text."""

    name: str
    """``text`` for the text as it stands; otherwise what was taken off, outermost first, such as ``base64+leet``."""
    text: str
    """Folded: lower case, one letter for all that look like it, accents and unseen characters dropped."""
    offsets: OffsetMap

    def span(self, start: int, end: int) -> Span:
        """The part of the original text that `start` to `end` of this reading comes from."""
        return self.offsets.span(start, end)


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """Something in how a text is written that honest texts seldom have."""

    kind: str
    """``tag_characters``, ``bidi_override``, ``invisible_within_words``, ``mixed_scripts`` or ``unread``."""
    count: int
    """At most 1000: no more are counted."""
    span: Span | None


@dataclass(frozen=True, kw_only=True)
class Normalized:
    """All readings of a text."""

    original: str
    views: tuple[View, ...]
    """The text as it stands first."""
    oddities: tuple[Oddity, ...]


@dataclass(frozen=True, kw_only=True)
class _Source:
    """A raw text, and how it was reached."""

    text: str
    names: tuple[str, ...] = ()
    parent: OffsetMap | None = None
    depth: int = 0


def normalize(text: str) -> Normalized:
    """The readings of a text. Takes any string."""
    budget, disguised = Budget(), Budget(left=_DISGUISED)
    views: list[View] = []
    waiting = [_Source(text=text)]
    while waiting:
        source = waiting.pop(0)
        views += _readings(source, disguised)
        if source.depth < MAX_DEPTH:
            waiting += _decoded(source, budget)
    return Normalized(
        original=text,
        views=tuple(views),
        oddities=_oddities(text, overdrawn=budget.overdrawn or disguised.overdrawn),
    )


def _readings(source: _Source, budget: Budget) -> list[View]:
    """The views of one raw text: folded, its disguises, its hidden and its bare side."""
    folded = _composed(fold(source.text), source.parent)
    found = [_view(folded, source.names or ("text",))]
    for name, disguise in DISGUISES.items():
        share = Budget(left=budget.take(min(_SHARE, budget.left)))
        if piece := disguise(folded.text, share):
            found.append(_view(_composed(piece, folded.offsets), (*source.names, name)))
        budget.left, budget.overdrawn = budget.left + share.left, budget.overdrawn or share.overdrawn
    if not _HIDDEN_SIGN.search(source.text) or not _HIDDEN.search(source.text):
        return found
    for name, side in (("hidden", concealed), ("unmarked", unmarked)):
        if piece := side(source.text, budget):
            under = _composed(piece, source.parent)
            found.append(_view(_composed(fold(under.text), under.offsets), (*source.names, name)))
    return found


def _decoded(source: _Source, budget: Budget) -> list[_Source]:
    """What the encodings within a raw text hold."""
    found: list[_Source] = []
    for name, decode in decoders_for(source.text):
        piece = decode(source.text, budget)
        if piece and piece.text != source.text:
            offsets = piece.offsets.under(source.parent)
            names = (*source.names, name)
            found.append(_Source(text=piece.text, names=names, parent=offsets, depth=source.depth + 1))
    return found


def _view(piece: Piece, names: tuple[str, ...]) -> View:
    return View(name="+".join(names), text=piece.text, offsets=piece.offsets)


def _composed(piece: Piece, parent: OffsetMap | None) -> Piece:
    return Piece(text=piece.text, offsets=piece.offsets.under(parent))


def _oddities(text: str, *, overdrawn: bool) -> tuple[Oddity, ...]:
    patterns = (
        ("tag_characters", _TAG_RUN, 1),
        ("bidi_override", _BIDI_OVERRIDE, 1),
        ("invisible_within_words", _INVISIBLE, 3),
        ("mixed_scripts", _MIXED, 2),
    )
    found: list[Oddity] = []
    for kind, pattern, least in patterns if not text.isascii() else ():
        count, first = 0, None
        for match in itertools.islice(pattern.finditer(text), _COUNTED):
            first = first or Span(start=match.start(), end=match.end())
            count += 1
        if count >= least:
            found.append(Oddity(kind=kind, count=count, span=first))
    if overdrawn:
        found.append(Oddity(kind="unread", count=1, span=None))
    return tuple(found)
