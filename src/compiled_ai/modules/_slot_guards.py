"""Requests that are better declined as a whole: taken back, calculated, doubled."""

from __future__ import annotations

import re
from collections.abc import Collection

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
    r"(?:\band\s(?:please\s)?(?:then\s|also\s|after\sthat\s)(?:then\s|also\s|please\s|after\sthat\s)*|[.;?!]\s(?:then|also|and|next|after\sthat)[\s,]+(?:please\s)?)"
    r"(?:book|email|send|remind|call|text|order|buy|schedule|translate|play|tell|find|show|give|get|convert|calculate|compute|what|how|do\sthe\ssame)\b"
    r"|\b(?:do|repeat|same)\s(?:it\s|that\s|the\ssame\s|thing\s)*(?:again\s)?for\s|\bas\swell\sas\sfor\b|\band\salso\sfor\b|\bcompare\s(?:it|that|this)\s(?:to|with)\b"
)
_TAKEN_BACK = re.compile(
    r"(?:^|[.!?;,-]\s)(?:hmm+|oh|ah|ugh|oops|wait|no|nah|actually|hang\son|hold\son)(?:[,.!]?\s(?:hmm+|no|wait|sorry|actually|on\ssecond\sthought))*[,.!]?\s"
    r"(?:scrap|forget|drop|skip|strike|scratch|cancel|remove|undo|leave\sout|change|make\s(?:it|that)|never\s?mind)\b"
    r"|\bscrap\s(?:the|that|it|this|my|those)\b|\b(?:forget|ignore|disregard)\s(?:what|everything|all)\s(?:i|of\sthat|that|the\sabove)\b"
)
"""The speaker drops a part of what was said: "hmm, no, scrap the date"."""
_NOT_NUMBER = re.compile(
    rf"\bnot\s(?:in\s)?[$€£]?{_NUMBER}\b(?!\s(?:more|less))|\bdifferent\sfrom\s{_NUMBER}\b|\bany(?:thing)?\sbut\s{_NUMBER}\b"
)
_CODE = r"(?=[a-z0-9-]{0,20}[0-9])(?=[a-z0-9-]{0,20}[a-z])[a-z0-9]{1,12}(?:-[a-z0-9]{1,12})?"
_EITHER = re.compile(
    rf"\beither\s(?:the\s|of\s)?{_CODE}\sor\s(?:the\s|maybe\s|perhaps\s)?{_CODE}(?![\w-])|\b{_CODE}\sor\s(?:maybe|perhaps|was\sit|is\sit)\s"
)
"""Two codes of which one is meant: "either K-51 or K-15"."""
_UNSURE = re.compile(
    r"\b(?:keep|always|i)\s(?:mixing|mix|confuse|confusing)\s(?:those|them|these|the\stwo)(?:\stwo)?\b|\bone\sof\s(?:those|the|these)\stwo,?\s(?:i|not\ssure)\b"
    r"|\b(?:name|title|number|id|date|exact\s\w{1,12})\s(?:escapes|eludes)\sme\b|\b(?:forgot|forgotten|can't\sremember|cannot\sremember|don't\sremember|can't\srecall|not\ssure)"
    r"\swhich\s(?:\w{1,15}\s){0,3}(?:it\s(?:was|is)|one|of\sthem)\b"
)
"""The speaker does not know a value."""
_ERA = re.compile(r"\b[0-9]{1,4}\s?(?:bc|bce)\b|\bb\.\s?c\.(?:\s?e\.)?")
"""A year before the first is no number of a calendar that slots know."""


_OTHER_TASK = re.compile(
    r"(?:[.;?!,]\s|\s)(?:oh,?\s)?(?:and|also|plus|afterwards|could\syou|can\syou|would\syou|while\syou're\sat\sit|while\syou\sare\sat\sit|please|[.;?!])[\s,]"
    r"(?:also\s|then\s|please\s|could\syou\s|can\syou\s|while\s(?:you're|you\sare)\sat\sit,?\s|after\sthat\s)*"
    r"(?P<verb>book|email|mail|send|remind|call|text|order|buy|schedule|translate|play|cancel|post|print|save|forward)\s(?:me|us|it|him|her|them|my|our|the|an?|this|that|pizza|out)\b"
)
"""A second thing to do, by a verb that is no part of the task."""
_UNWANTED = re.compile(
    r"(?:^|[.!?]\s)(?:please\s)?(?:don't|do\snot|never)\s(?:ever\s)?(?:calculate|compute|work\sout|book|search|look\sup|find|order|send|convert|draw|plot|buy|reserve)\b"
)


def asks_for_more(reading: Reading, ignore: Collection[str]) -> bool:
    """Whether a request has a second thing to do, by a verb that is not among the words of the task."""
    return any(match["verb"] not in ignore for match in _OTHER_TASK.finditer(reading.folded))


def reason_to_decline(reading: Reading, *, numeric: bool, formula: bool, ignore: Collection[str] = ()) -> str:
    """Why the request is better declined before anything is read, or ""; `ignore` are words of the task."""
    reasons = (
        (not any(char.isalnum() for char in reading.text), "the request is empty"),
        (len(_DIGITS.findall(reading.text)) > _MOST_NUMBERS, "too many numbers"),
        (
            is_self_corrected(reading.original) or _TAKEN_BACK.search(reading.folded),
            "the request takes something back",
        ),
        (numeric and not formula and _ARITHMETIC.search(reading.folded), "a value is to be calculated"),
        (numeric and _NOT_NUMBER.search(reading.folded), "a value is negated"),
        (numeric and _ERA.search(reading.folded), "a year is before the first"),
        (_EITHER.search(reading.folded) or _UNSURE.search(reading.folded), "the request leaves a value open"),
        (_UNWANTED.search(reading.folded), "the request is not to be done"),
        (
            _SECOND_REQUEST.search(reading.folded) or asks_for_more(reading, ignore),
            "the request asks for two things",
        ),
    )
    return next((reason for found, reason in reasons if found), "")
