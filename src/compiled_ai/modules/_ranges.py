"""Ranges of numbers in running text: two numbers and what ties them, or one and a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compiled_ai.modules._scan import any_of

Hit = tuple[int, int, Decimal]
"""Start, end and value of one number."""


@dataclass(frozen=True, slots=True)
class RangeMention:
    """A range of numbers in a text; an end that is None is open. The flags say whether an end belongs to it."""

    start: int
    end: int
    text: str
    low: Decimal | None
    high: Decimal | None
    low_included: bool = True
    high_included: bool = True


_UNIT = r"(?:\s?(?!(?:up|to)\b)(?:[a-z%°$€£¥]{1,12}\.?|%))?"
_TIE = re.compile(
    rf"(?P<unit>{_UNIT})(?:(?P<dash>\s?(?:-|\.\.\.?|~)\s?)|\s(?P<word>to|through|thru|till|until|up\sto|and|bis)\s)(?:[$€£¥]\s?)?",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\b(?P<word>between|from|anywhere\sfrom|range\sof)\s(?:[$€£¥]\s?)?$", re.IGNORECASE)
_BOUNDS: dict[str, tuple[bool, bool]] = {
    # Words before a number: whether they bound from below, and whether the number itself belongs to it.
    **dict.fromkeys(("at least", "no less than", "not less than", "no fewer than", "minimum of", "a minimum of", "min", "minimum", ">=", "at or above", "at or over"), (True, True)),
    **dict.fromkeys(("more than", "over", "above", "greater than", "exceeding", "upwards of", ">", "higher than", "larger than"), (True, False)),
    **dict.fromkeys(("at most", "no more than", "not more than", "up to", "maximum of", "a maximum of", "max", "maximum", "at or below", "at or under", "not exceeding", "<="), (False, True)),
    **dict.fromkeys(("less than", "fewer than", "under", "below", "<", "lower than", "smaller than", "not quite"), (False, False)),
}  # fmt: skip
_BOUND = re.compile(rf"(?<![\w<>=]){any_of(_BOUNDS)}[.:]?\s?(?:[$€£¥]\s?)?$", re.IGNORECASE)
_AFTER = re.compile(
    rf"{_UNIT}(?:\s(?P<up>or\s(?:more|above|over|higher|greater|older|later)|and\s(?:up|above|over|older|more)|upwards|minimum|at\sleast)"
    r"|\s(?P<down>or\s(?:less|fewer|below|under|lower|younger|earlier)|and\s(?:below|under|younger|less)|maximum|at\smost|tops)|(?P<plus>\+))(?!\w)",
    re.IGNORECASE,
)
_DURING = re.compile(r"over\b", re.IGNORECASE)
_TIME_UNIT = re.compile(
    r"[\s-]?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|sec|mins?|hrs?|yrs?)\b",
    re.IGNORECASE,
)
_REACH = 24


def ranges_in(scanned: str, text: str, hits: Sequence[Hit]) -> Iterator[RangeMention]:
    """Every range of the numbers `hits` of a text, in order; `scanned` is the text in plain characters."""
    used = 0
    skip = False
    for index, (start, end, value) in enumerate(hits):
        if skip:
            skip = False
            continue
        found = _closed(scanned, hits, index, used) if index + 1 < len(hits) else None
        skip = found is not None
        limit = hits[index + 1][0] if index + 1 < len(hits) else len(scanned)
        found = found or _open(scanned, start, end, value, used, limit)
        if found:
            first, last, low, high, low_in, high_in = found
            yield RangeMention(first, last, text[first:last], low, high, low_in, high_in)
            used = last
        else:
            used = end


_Found = tuple[int, int, Decimal | None, Decimal | None, bool, bool]


def _closed(scanned: str, hits: Sequence[Hit], index: int, used: int) -> _Found | None:
    (start, end, low), (after, last, high) = hits[index], hits[index + 1]
    tie = _TIE.fullmatch(scanned, end, after) if after - end <= _REACH else None
    if not tie or low > high or not _same_unit(tie["unit"], scanned, last):
        return None
    opening = _OPENING.search(scanned, max(used, start - _REACH), start)
    word = (tie["word"] or "").lower()
    if word == "and" and not (opening and opening["word"].lower() == "between"):
        return None
    return opening.start() if opening else start, last, low, high, True, True


def _same_unit(unit: str, scanned: str, end: int) -> bool:
    """Whether a unit after the first number, if there is any, stands after the second too: "2x - 4" is no range."""
    said = unit.strip(" .$€£¥%°").lower().removesuffix("s")
    return scanned[end : end + 16].lstrip(" -").lower().startswith(said)


def _open(scanned: str, start: int, end: int, value: Decimal, used: int, limit: int) -> _Found | None:
    before = _BOUND.search(scanned, max(used, start - _REACH), start)
    # "Over five years" says how long, not how many.
    if before and _DURING.match(before[0]) and _TIME_UNIT.match(scanned, end):
        return None
    if before:
        from_below, included = _BOUNDS[_bound_name(before[0])]
        low, high = (value, None) if from_below else (None, value)
        return before.start(), end, low, high, included or not from_below, included or from_below
    after = _AFTER.match(scanned, end, min(limit, end + _REACH * 2))
    if not after:
        return None
    if after["down"]:
        return start, after.end(), None, value, True, True
    return start, after.end(), value, None, True, True


def _bound_name(found: str) -> str:
    return re.sub(r"[\s-]+", " ", found.rstrip(" $€£¥.:").lower())
