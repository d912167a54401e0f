"""Relative dates in running text: runs of words that the rules know, the longest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from compiled_ai.modules._calendar import MONTHS, WEEKDAYS, Hit, dates_in, numeric_spans
from compiled_ai.modules._number_words import ORDINALS, SMALL_VALUES
from compiled_ai.modules._periods import Period
from compiled_ai.modules._relative import Ground, resolve
from compiled_ai.modules._relative_words import phrase_words
from compiled_ai.modules._scan import Claims

_TOKEN = re.compile(
    r"(?<![\w./:$€£#@-])(?:[a-z]+(?:'s)?|[0-9]{1,6}(?:st|nd|rd|th)?)(?![\w$€£@:/-]|[.,][0-9])"
)
_GAP = re.compile(r",?[ \n]{1,3}|\. ")
_NUMERAL = re.compile(r"[0-9]+(?:st|nd|rd|th)?")
_DAY_NUMBER = re.compile(
    r"^(?:the )?(?:[0-9]|[a-z-]+(?:th|first|second|third)\b)|[0-9]{1,2}(?:st|nd|rd|th)?$"
)
_COUNTED_FROM = re.compile(
    r"\b(?:day|week|month|year|fortnight)s? (?:after|before|from|following|prior to) (?:the )?$"
)
_LONGEST = 10
_NOT_LAST = "of in the on from after before a an this last past following coming first second"
_LAST_WORDS = frozenset((*MONTHS, *WEEKDAYS, *phrase_words(), *ORDINALS)) - frozenset(_NOT_LAST.split())
_WORDS = frozenset((*MONTHS, *WEEKDAYS, *phrase_words(), *ORDINALS, *SMALL_VALUES))
# In lower case these are words as well; "now" is one that is seldom meant as a date.
_ALSO_WORDS = "may mar march sat sun mon wed fri tue thu jan dec sep oct jun apr"
_NEEDS_CAPITAL = frozenset(_ALSO_WORDS.split())
_NO_MENTION = re.compile(
    r"now|(?:on )?[0-9]+(?:st|nd|rd|th)|(?!the )[a-z-]+(?:th|first|second|third)|new year"
)


def relative_dates_in(folded: str, text: str, ground: Ground) -> list[tuple[int, int, date]]:
    """Start, end and value of every date, absolute or relative, in order; `folded` is `text` in plain lower case."""
    absolute = dates_in(folded, day_first=ground.day_first)
    found = [hit for hit in absolute if not _COUNTED_FROM.search(folded, max(0, hit[0] - 24), hit[0])]
    claims = Claims(len(folded), (hit[:2] for hit in found))
    # Impossible dates and those that deny their weekday speak for their words too.
    known = {hit[:2] for hit in absolute}
    for span in numeric_spans(folded):
        if span not in known:
            claims.mark(span)
    for run in _runs(folded):
        index = 0
        while index < len(run):
            length, hit = _weekday_and_day(run, index, folded, text, ground)
            hit = _placed(hit, absolute, folded, ground) if hit else None
            if hit and claims.take(hit[:2]):
                found.append(hit)
            index += length
    return sorted(found)


_BARE_DAY = re.compile(r"(?P<on>on )?the (?:[0-9]+(?:st|nd|rd|th)|[a-z-]+)")
_BEFORE_DAY = re.compile(
    r"\b(?:by|until|till|from|since|before|after|due|for|on|(?:from|between) (?:the )?[\w ]{1,16} (?:to|and))\s$"
)
_AFTER_DAY = re.compile(
    r"\s*(?:$|[.,;:!?)\n]|(?:at|and|or|to|until|till|through|for|please|with|if|so|then|but|in the|of that)\b)"
)
_TIE = re.compile(r"\s?(?:-|to|until|till|through|thru)\s?(?:the )?")


def _placed(hit: Hit, absolute: list[Hit], folded: str, ground: Ground) -> Hit | None:
    """A date that lacks its year, or month, beside full dates: read from the one that it ends a range of, else left out."""
    start, end, _ = hit
    phrase = folded[start:end]
    bare = _BARE_DAY.fullmatch(phrase)
    if bare:
        led = bare["on"] or _BEFORE_DAY.search(folded, max(0, start - 36), start)
        # "The 19th century" and "the 5th power" are no days.
        if not led or not _AFTER_DAY.match(folded, end):
            return None
    if not absolute or not (bare or _lacks_year(phrase)):
        return hit
    before = [known for known in absolute if known[1] <= start]
    if not before or not _TIE.fullmatch(folded, before[-1][1], start):
        return None
    period = _resolved(" ".join(phrase.split()), replace(ground, reference=before[-1][2], past=False))
    return (start, end, period.start) if period else None


def _lacks_year(phrase: str) -> bool:
    return any(word in MONTHS for word in re.findall("[a-z]+", phrase)) and not re.search("[0-9]{4}", phrase)


Word = tuple[int, int, str]
_Found = tuple[int, tuple[int, int, date] | None]
"""How many words were read, and the date that they are."""


def _runs(folded: str) -> Iterator[list[Word]]:
    """Neighbouring words that may belong to a date."""
    run: list[Word] = []
    for match in _TOKEN.finditer(folded):
        known = match[0] in _WORDS or _NUMERAL.fullmatch(match[0]) is not None
        if run and not (known and _GAP.fullmatch(folded, run[-1][1], match.start())):
            yield run
            run = []
        if known:
            run.append((match.start(), match.end(), match[0]))
    if run:
        yield run


def _weekday_and_day(run: list[Word], index: int, folded: str, text: str, ground: Ground) -> _Found:
    """The date at a word, a weekday with the date that follows it as one; nothing if the two disagree."""
    length, hit = _longest_at(run, index, folded, text, ground)
    after = index + length
    if length > 1 or run[index][2] not in WEEKDAYS or after == len(run):
        return length, hit
    more, second = _longest_at(run, after, folded, text, ground)
    if not second or not _DAY_NUMBER.search(folded[second[0] : second[1]]):
        return length, hit
    if second[2].weekday() != WEEKDAYS[run[index][2]]:
        return length + more, None
    return length + more, (run[index][0], second[1], second[2])


def _longest_at(run: list[Word], index: int, folded: str, text: str, ground: Ground) -> _Found:
    for last in range(min(len(run), index + _LONGEST) - 1, index - 1, -1):
        word = run[last][2]
        if word not in _LAST_WORDS and not _NUMERAL.fullmatch(word):
            continue
        start, end = run[index][0], run[last][1]
        phrase = " ".join(folded[start:end].split())
        period = _resolved(phrase, ground)
        if (
            period
            and period.start == period.end
            and not _NO_MENTION.fullmatch(phrase)
            and _has_capitals(run[index : last + 1], text)
        ):
            return last - index + 1, (start, end, period.start)
        if period and last > index:
            return last - index + 1, None
    return 1, None


def _has_capitals(words: list[Word], text: str) -> bool:
    return all(text[start].isupper() for start, _, word in words if word in _NEEDS_CAPITAL)


@lru_cache(maxsize=4096)
def _resolved(phrase: str, ground: Ground) -> Period | None:
    return resolve(phrase, ground)
