"""Days and times of day that a request says in words that only its reader can resolve: "tomorrow morning", "next week"."""

from __future__ import annotations

import re

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_reading import Reading

_PART = r"(?:morning|afternoon|evening|night)"
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_DAYS = re.compile(
    rf"\b(?:the\sday\s(?:after\stomorrow|before\syesterday)|(?:today|tomorrow|yesterday)(?:\s{_PART})?|tonight|last\snight|this\s{_PART}"
    rf"|(?:this|next|last|coming)\s(?:week(?:end)?|month|year|{_DAY}(?:\s{_PART})?)|{_DAY}(?:\s{_PART})?)\b(?!')"
)
_TIMES = re.compile(
    rf"\b(?:(?:today|tomorrow|yesterday)(?:\s{_PART})?|tonight|last\snight|this\s{_PART}|{_DAY}\s{_PART}|right\snow|(?:early\s|late\s)?{_PART})\b(?!')"
    r"|\bnow(?=\s?(?:[?.!,;]|$))"
)
_GREETING = re.compile(r"\bgood\s\Z")


def find_said(reading: Reading, kind: str) -> list[tuple[Span, str]]:
    """Every day (of the kind "date") or time (of the kind "time") that is said in words, as it is said, without repetitions."""
    pattern = {"date": _DAYS, "time": _TIMES}.get(kind)
    found: dict[str, tuple[Span, str]] = {}
    for match in pattern.finditer(reading.folded) if pattern else ():
        if _GREETING.search(reading.folded, max(0, match.start() - 6), match.start()):
            continue
        found.setdefault(match[0], (match.span(), reading.original[slice(*match.span())]))
    return list(found.values())
