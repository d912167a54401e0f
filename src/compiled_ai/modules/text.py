"""Words and phrases: comparing, searching and scoring text whatever its case, accents and spacing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from compiled_ai.modules._phrases import Phrase
from compiled_ai.modules._scan import (
    DASHES,
    QUOTES,
    SUPERSCRIPTS,
    VULGAR_FRACTIONS,
    Claims,
    any_of,
    plain,
    plain_fold,
    strip_accents,
)

__all__ = [
    "QuotedMention",
    "best_label",
    "between",
    "clean",
    "find_phrases",
    "find_quoted",
    "fold",
    "has_phrase",
    "is_self_corrected",
    "labelled_value",
    "nearest_cue",
    "score_labels",
    "title_case",
    "words",
]


@dataclass(frozen=True, slots=True)
class QuotedMention:
    """A piece of text in quotation marks. Offsets and `text` include the marks, `value` does not."""

    start: int
    end: int
    text: str
    value: str


_PUNCTUATION = str.maketrans(QUOTES | DASHES)
_SUPERSCRIPT_RUN = re.compile(f"[{''.join(SUPERSCRIPTS)}]+")
_SUPERSCRIPT_DIGITS = str.maketrans(SUPERSCRIPTS)
_FRACTION = re.compile(f"([0-9]?)([{''.join(VULGAR_FRACTIONS)}])")
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)+(?!\w)|\w+(?:'\w+)*")


def clean(text: str) -> str:
    """The text in NFKC with plain quotes and dashes and single spaces, trimmed; case is kept.

    A line break becomes a space. `1½` becomes `1 1/2` and `m²` becomes `m^2`, so that no digits run together.
    """
    if not text.isascii():
        text = _FRACTION.sub(lambda found: f"{found[1]} {VULGAR_FRACTIONS[found[2]]}", text)
        text = _SUPERSCRIPT_RUN.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPT_DIGITS), text)
        text = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION)).translate(_PUNCTUATION)
    return " ".join(text.split())


def fold(text: str) -> str:
    """The text as `clean` gives it, in lower case and without accents: for comparing, not for output."""
    cleaned = clean(text)
    if cleaned.isascii():
        return cleaned.lower()
    return clean(strip_accents(cleaned.casefold()))


def words(text: str) -> list[str]:
    """The folded words in order; a contraction ("don't") and a decimal ("3.5") are one word each."""
    return _WORD.findall(fold(text))


def has_phrase(text: str, *phrases: str) -> bool:
    """Whether any phrase occurs as whole words, whatever case and accents; `refund*` matches any ending.

    A space in a phrase also matches a hyphen; a hyphen matches a space, a hyphen or nothing (`e-mail`: email,
    e mail); "n't" also matches "nt". A phrase does not match inside a contraction: `can` is not found in
    "can't".
    """
    folded = fold(text)
    return any(_phrase(phrase).spans(folded) for phrase in phrases)


@lru_cache(maxsize=8192)
def _phrase(text: str) -> Phrase:
    return Phrase(fold(text))


def find_phrases(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases that occur (rules of `has_phrase`), each once, in the order of the text."""
    folded = fold(text)
    found = []
    for phrase in dict.fromkeys([phrases] if isinstance(phrases, str) else phrases):
        found += [(start, -end, phrase) for start, end in _phrase(phrase).spans(folded)[:1]]
    return [phrase for _, _, phrase in sorted(found)]


def score_labels(text: str, cues: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """For every label the sum of the weights of its cue phrases that occur, 0.0 when none does.

    `cues` maps label to phrase to weight, with phrases as in `has_phrase`. A phrase counts once however often
    it occurs. Of two phrases of one label on the same words the longer counts ("not working" over "working").
    """
    folded = fold(text)
    return {label: _score(folded, weights) for label, weights in cues.items()}


def _score(folded: str, weights: Mapping[str, float]) -> float:
    matches = [
        (start - end, start, order, end, phrase)
        for order, phrase in enumerate(weights)
        for start, end in _phrase(phrase).spans(folded)
    ]
    claims = Claims(len(folded))
    counted = set()
    for _, start, _, end, phrase in sorted(matches):
        if claims.take((start, end)):
            counted.add(phrase)
    return math.fsum(weight for phrase, weight in weights.items() if phrase in counted)


def best_label(
    text: str, cues: Mapping[str, Mapping[str, float]], *, minimum: float = 1.0, margin: float = 0.5
) -> str | None:
    """The label that scores highest, or None if below `minimum` or ahead by less than `margin`."""
    ranked = sorted(score_labels(text, cues).items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < minimum:
        return None
    # Rounded, because sums of weights such as 0.1 miss a margin by a hair.
    if len(ranked) > 1 and round(ranked[0][1] - ranked[1][1], 9) < margin:
        return None
    return ranked[0][0]


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z])|\n")


def nearest_cue(text: str, start: int, end: int, cues: Mapping[str, Iterable[str]]) -> str | None:
    """The label whose cue phrase stands closest before the span in its sentence, else closest after it, or None without any.

    `cues` maps label to phrases as in `has_phrase`; give contrary cues a label of their own. Of phrases that end (after the span: begin) at
    the same place the longest counts. A sentence ends at a line break too.
    """
    before = fold(_SENTENCE_END.split(text[:start])[-1])
    after = fold(_SENTENCE_END.split(text[end:])[0])
    found = []
    for label, phrases in cues.items():
        for phrase in [phrases] if isinstance(phrases, str) else phrases:
            ready = _phrase(phrase)
            found += [(0, len(before) - last, first - last, label) for first, last in ready.spans(before)]
            found += [(1, first, first - last, label) for first, last in ready.spans(after)]
    return min(found)[3] if found else None


_PARTICLES = frozenset((
    "of", "the", "and", "de", "del", "della", "der", "den", "di", "da", "das", "do", "dos", "du", "la", "le", "van", "von",
    "zu", "zum", "zur", "ten", "ter", "af", "av", "y", "e", "bin", "ibn", "al", "el",
))  # fmt: skip
_REGNAL = frozenset(("ii", "iii", "iv", "vii", "viii"))
_NAME_PART = re.compile(r"[^\s'-]+")


def title_case(name: str, *, particles: bool = False) -> str:
    """The cleaned name with a capital at each part, also after a hyphen or apostrophe ("Mary-Jane O'Neil").

    A part that starts with a capital and goes on in mixed case stays ("McDonald"). With `particles`, small
    words that do not come first stay in lower case ("Ludwig van Beethoven").
    """
    result = []
    for index, word in enumerate(clean(name).split(" ")):
        if index and word.lower() in _REGNAL:
            result.append(word.upper())
        elif index and particles and word.lower() in _PARTICLES:
            result.append(word.lower())
        else:
            result.append(_NAME_PART.sub(_capitalise, word))
    return " ".join(result)


def _capitalise(part: re.Match[str]) -> str:
    word = part[0]
    if word.lower() in {"s", "t"} and part.string[part.start() - 1 : part.start()] == "'":
        return word.lower()
    if word[0].isupper() and not word.isupper() and not word[1:].islower():
        return word
    return word[:1].upper() + word[1:].lower()


_NUMBER_SIGN = r"\s?(?:\bno\b\.?|\bnr\b\.?|\bnumber\b|\bnum\b\.?|#)"
_VALUE_TO_STOP = r"(?P<value>(?:[^\n;,]|(?<=[0-9]),(?=[0-9]))*+)"
_VALUE_TOKEN = r"(?P<token>[^\s;,:]*[0-9][^\s;,]*)"  # noqa: S105 - not a password
_LABEL_START = re.compile(r"(?:^|[\n;,|.!?(])[\s*-]*$")


def labelled_value(text: str, labels: Iterable[str]) -> str | None:
    """The value after "Label:", "Label no." or "Label #", as written, or None when absent or contradictory.

    After a colon or equals sign it runs up to the end of the line or to a `;` or `,` (a comma between digits
    does not end it). After "no.", "number" or "#" alone it is the next token, which must hold a digit. The
    labels are synonyms: two different values give None, unless just one of them opens its line or clause
    ("Total: 5" beside "Net total: 4").
    """
    found = [
        (_LABEL_START.search(text[max(0, start - 8) : start]) is not None, value)
        for label in dict.fromkeys([labels] if isinstance(labels, str) else labels)
        for start, value in _values_after(label, text)
    ]
    values = dict.fromkeys(value for opens, value in found if opens) or dict.fromkeys(
        value for _, value in found
    )
    return next(iter(values)) if len(values) == 1 else None


@lru_cache(maxsize=1024)
def _label_pattern(label: str) -> re.Pattern[str]:
    body = r"\s{1,3}".join(re.escape(word) for word in fold(label).rstrip(" :#").split(" "))
    signs = rf"{_NUMBER_SIGN}(?:\s?[:=]|\sis\b)\s?{_VALUE_TO_STOP}|{_NUMBER_SIGN}\s?{_VALUE_TOKEN}"
    return re.compile(rf"(?<!\w){body}(?:\s?[:=]{_VALUE_TO_STOP.replace('value', 'plain')}|{signs})")


def _values_after(label: str, text: str) -> list[tuple[int, str]]:
    if not fold(label).strip(" :#"):
        return []
    found = []
    for match in _label_pattern(label).finditer(plain_fold(text)):
        group = match.lastgroup or "plain"
        raw = text[match.start(group) : match.end(group)].strip()
        value = raw.rstrip(".!?)") if group == "token" else raw
        if value:
            found.append((match.start(), value))
    return found


_CORRECTIONS = any_of(
    [
        "no wait", "wait no", "wait actually", "scratch that", "strike that", "disregard that", "i meant", "oops", "whoops",
        "on second thought", "on second thoughts", "never mind", "nevermind", "or rather", "no sorry", "sorry no", "sorry i mean",
        "sorry make that", "actually no", "actually make that", "actually make it", "actually lets", "actually let's",
        "changed my mind", "change my mind", "let me correct", "let me rephrase", "let's say instead", "my mistake", "my bad",
        "no make that", "no make it",
    ]
)  # fmt: skip
# Only after a pause: "please make that payment" takes nothing back.
_AFTER_A_PAUSE = any_of(
    [
        "i mean", "make that", "no actually", "well actually", "wait", "hold on", "hang on", "correction",
        "forget that", "ignore that",
    ]
)  # fmt: skip
_SPOKEN_COMMA = re.compile(r"(?<=\w),(?=\s)")
_SELF_CORRECTION = re.compile(
    rf"(?<!what )(?<!as )\b{_CORRECTIONS}\b(?! (?:times?|lists?)\b)"
    rf"|(?:^|[,;.!?:(]|\s-)\s?(?:no,?\s)?{_AFTER_A_PAUSE}\b(?!\s(?:for|until|till|times?|lists?|of)\b)"
)


def is_self_corrected(text: str) -> bool:
    """Whether the speaker takes something back ("no wait", "scratch that", "actually make that", "I mean")."""
    folded = fold(text)
    return bool(_SELF_CORRECTION.search(folded) or _SELF_CORRECTION.search(_SPOKEN_COMMA.sub("", folded)))


def between(text: str, start: str, end: str) -> str | None:
    """The trimmed text between the first `start` and the next `end`, or None if one is missing or it is empty.

    Markers match as whole words, whatever case and accents. An empty `start` is the beginning of the text, an
    empty `end` its end.
    """
    folded = plain_fold(text)
    opening = _marker_pattern(start).search(folded)
    if not opening:
        return None
    closing = _marker_pattern(end).search(folded, opening.end()) if end.strip() else None
    if end.strip() and not closing:
        return None
    value = text[opening.end() : closing.start() if closing else len(text)].strip()
    return value or None


@lru_cache(maxsize=1024)
def _marker_pattern(marker: str) -> re.Pattern[str]:
    folded = plain_fold(marker).strip()
    body = r"\s+".join(re.escape(word) for word in folded.split())
    opening = r"(?<!\w)" if folded[:1].isalnum() else ""
    closing = r"(?!\w)" if folded[-1:].isalnum() else ""
    return re.compile(opening + body + closing)


_QUOTED = re.compile(
    r"\"(?P<double>[^\"\n]{1,300})\"|(?<!\w)'(?P<single>(?:[^'\n]|(?<=\w)'(?=\w)){1,300})'(?!\w)"
)


def find_quoted(text: str) -> list[QuotedMention]:
    """Every piece of text in quotation marks, in order; an apostrophe inside a word is no quotation mark.

    A piece has at most 300 characters and stays on its line.
    """
    found = []
    for match in _QUOTED.finditer(plain(text)):
        group = match.lastgroup or "double"
        value = text[match.start(group) : match.end(group)].strip()
        if value:
            found.append(QuotedMention(match.start(), match.end(), text[match.start() : match.end()], value))
    return found
