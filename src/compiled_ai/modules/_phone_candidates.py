"""Where a telephone number may stand in a text, and what of the text around it speaks for or against it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiled_ai.modules._calendar import date_spans
from compiled_ai.modules._scan import any_of

MAX_DIGITS = 17
"""15 by E.164, and an international prefix of two: https://www.itu.int/rec/T-REC-E.164"""
MIN_DIGITS = 7
"""In text. The shortest of all have four with their area code, but so has much else."""
_MIN_WHOLE_DIGITS = 4
_LONGEST = 80

_GROUP = r"(?:\(\+?[0-9]{1,5}(?:[ -][0-9]{1,4})?\)|[0-9]++)"
_RUN = rf"\+?{_GROUP}(?:(?:\s?[.-]\s?|[ \t]{{1,2}}|/)?{_GROUP}){{0,9}}"
_EXTENSION = r"(?:[,;]?\s?(?:(?i:ext(?:ension|n)?)\.?|[xX#])[\s:=]{0,2}(?P<extension>[0-9]{1,7})(?![0-9]))"
_RUNNING = re.compile(rf"(?<![\w$€£¥#])(?<![0-9][.,:/-])(?:(?<!\+)(?<!\()|(?=[+(]))(?P<number>{_RUN})")
_WHOLE = re.compile(rf"(?:(?i:tel|phone|mobile|cell|fax)\.?\s?:?\s?)?(?P<number>{_RUN}){_EXTENSION}?")
_EXTENSION_HERE = re.compile(_EXTENSION)
_LAST_GROUP = re.compile(r"(?:\s?[.-]\s?|\s+|/)?(?:\([^()]*\)|(?<![0-9])[0-9]+)$")
_VANITY = re.compile(
    r"(?:\+?1[\s.-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[\s.-]?(?=[0-9-]*[A-Z])[A-Z0-9](?:-?[A-Z0-9]){6,8}"
)
_ENDS_WELL = re.compile(r"(?![\w%$€£¥])(?![.,:/-][0-9])")
_LABELS = (
    "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "whatsapp", "call", "dial", "text", "ring",
    "sms", "hotline", "landline", "handset", "call me at", "call us at", "call me on", "call us on", "reach me at",
    "reach me on", "reach us at", "contact number", "callback",
)  # fmt: skip
_OTHERS = (
    "order", "invoice", "account", "ticket", "tracking", "case", "claim", "policy", "reference", "ref", "card", "npi",
    "ndc", "iban", "isbn", "ssn", "ein", "id", "sku", "serial", "member", "customer", "transaction", "zip", "batch",
    "booking", "confirmation", "patient", "record", "mrn",
)  # fmt: skip
_LABEL = re.compile(
    rf"\b(?i:(?P<own>{any_of(_LABELS)})|(?P<other>{any_of(_OTHERS)}))"
    r"(?i:\s(?:numbers?|nos?\.?|nr\.?|id))?\.?\s?(?i:(?:is|was|at|on|:|=|#|-)\s?){0,2}$"
)
_LOOK_BACK = 40
_NANP = re.compile(r"(?:\+?1[\s.-]{0,3})?(?:\([2-9][0-9]{2}\)\s?|[2-9][0-9]{2}[\s.-])[0-9]{3}[\s.-][0-9]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What looks like a number: its text, and how strongly the surroundings say that it is one."""

    start: int
    number: str
    is_labelled: bool
    """A word before it says telephone."""
    is_other: bool
    """A word before it says that it is something else."""


def whole_number(text: str) -> tuple[str, str] | None:
    """Number and extension ("" without) if the whole text, in plain characters, may be a number."""
    match = _WHOLE.fullmatch(text)
    if match and count_digits(match["number"]) >= _MIN_WHOLE_DIGITS:
        return match["number"], match["extension"] or ""
    return (text.upper(), "") if _VANITY.fullmatch(text.upper()) else None


def is_formatted(number: str) -> bool:
    """Whether it is written as only telephone numbers are: with a plus, or in the groups of North America."""
    return "+" in number or _NANP.fullmatch(number) is not None


class Candidates:
    """Everything in a text of plain characters that may be a number, in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._dates = bytearray(len(text))
        for start, end in date_spans(text):
            self._dates[start:end] = b"\x01" * (end - start)

    def next_from(self, position: int) -> Candidate | None:
        """The first one that begins at `position` or later."""
        while match := _RUNNING.search(self._text, position):
            position = match.end()
            number = match["number"]
            is_fitting = count_digits(number) >= MIN_DIGITS and len(number) <= _LONGEST
            if not is_fitting or 1 in self._dates[match.start() : match.end()]:
                continue
            label = _LABEL.search(self._text, max(0, match.start() - _LOOK_BACK), match.start())
            return Candidate(
                start=match.start(),
                number=number,
                is_labelled=label is not None and label["own"] is not None,
                is_other=label is not None and label["other"] is not None,
            )
        return None


def shorter(number: str) -> str | None:
    """`number` without its last group, which may belong to what follows; None when too little is left."""
    match = _LAST_GROUP.search(number)
    left = number[: match.start()] if match else ""
    return left if count_digits(left) >= MIN_DIGITS else None


def extension_at(text: str, position: int) -> tuple[str, int]:
    """The extension that stands at `position` ("" if none) and where it ends."""
    match = _EXTENSION_HERE.match(text, position)
    return (match["extension"], match.end()) if match else ("", position)


def ends_well(text: str, position: int) -> bool:
    """Whether a number may end at `position`: no letter, decimal or sign runs on."""
    return _ENDS_WELL.match(text, position) is not None


def count_digits(number: str) -> int:
    """How many digits `number` has."""
    return sum(char.isdigit() for char in number)
