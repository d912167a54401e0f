"""Requests that are better declined as a whole: taken back, calculated, doubled."""

from __future__ import annotations

import re

from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules.text import is_self_corrected

LONGEST = 4_000
"""Characters. A longer text is a document, not a request."""

_DIGITS = re.compile(r"[0-9]++")
_MOST_NUMBERS = 400
"""Runs of digits. A text with more is a table."""
_NUMBER = r"(?:[0-9][0-9.,]{0,24}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|hundred)"
_ARITHMETIC = re.compile(
    rf"(?<![\w.^/-])[0-9][0-9.,]{{0,24}}\s?[+*]\s?[0-9]|\b{_NUMBER}\s(?:plus|minus|multiplied\sby|divided\sby)\s{_NUMBER}\b"
    rf"|\b(?:half|twice|double|triple|a\s(?:third|quarter)|one\s(?:third|half)|two\sthirds|three\squarters)\s(?:of\s|as\s|the\s)?(?:as\s\w+\sas\s)?{_NUMBER}\b"
    rf"|\b{_NUMBER}\s(?:more|less|fewer)\sthan\s{_NUMBER}\b|\bthe\s(?:sum|difference|product)\sof\s{_NUMBER}\sand\s{_NUMBER}\b"
)
_SECOND_REQUEST = re.compile(
    r"(?:\band\s(?:then\s|also\s|please\s|after\sthat\s)+|[.;?!]\s(?:then|also|and|next|after\sthat)[\s,]+(?:please\s)?)"
    r"(?:book|email|send|remind|call|text|order|buy|schedule|translate|play|tell|find|show|give|get|convert|calculate|compute|what|how|do\sthe\ssame)\b"
    r"|\b(?:do|repeat|same)\s(?:it\s|that\s|the\ssame\s|thing\s)*(?:again\s)?for\s|\bas\swell\sas\sfor\b|\band\salso\sfor\b|\bcompare\s(?:it|that|this)\s(?:to|with)\b"
)
_NOT_NUMBER = re.compile(
    rf"\bnot\s(?:in\s)?[$€£]?{_NUMBER}\b(?!\s(?:more|less))|\bdifferent\sfrom\s{_NUMBER}\b|\bany(?:thing)?\sbut\s{_NUMBER}\b"
)


def reason_to_decline(reading: Reading, *, numeric: bool, formula: bool) -> str:
    """Why the request is better declined before anything is read, or ""."""
    reasons = (
        (not any(char.isalnum() for char in reading.text), "the request is empty"),
        (len(_DIGITS.findall(reading.text)) > _MOST_NUMBERS, "too many numbers"),
        (is_self_corrected(reading.original), "the request takes something back"),
        (numeric and not formula and _ARITHMETIC.search(reading.folded), "a value is to be calculated"),
        (numeric and _NOT_NUMBER.search(reading.folded), "a value is negated"),
        (_SECOND_REQUEST.search(reading.folded), "the request asks for two things"),
    )
    return next((reason for found, reason in reasons if found), "")
