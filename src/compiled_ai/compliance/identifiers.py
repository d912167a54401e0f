"""Finding what identifies people, and what pays, in texts: by form, check digit and label.

The kinds are those of 45 CFR 164.514(b)(2)(i) (https://www.ecfr.gov/current/title-45/section-164.514) and the account data of PCI DSS v4.0
(https://www.pcisecuritystandards.org/document_library/). Values that are published as samples (test cards, example.com, 555-0100) identify nobody
and are passed over. A bare name or an unlabelled code has no form to know it by: no rule finds those.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from compiled_ai.compliance._check_digits import is_card, is_iban, is_ssn, is_vin

Kind = Literal[
    "name",
    "place",
    "date",
    "age",
    "phone",
    "email",
    "ssn",
    "medical_record",
    "health_plan",
    "account",
    "licence",
    "vehicle",
    "device",
    "url",
    "ip_address",
    "photo",
    "card",
    "track_data",
    "card_code",
    "pin",
]

MAX_CHARS: Final = 2_000_000
"""Of one text; what follows is not read."""


@dataclass(frozen=True, kw_only=True, order=True)
class Identifier:
    """Something that identifies, and where it stands. It does not hold the value, so that no message can."""

    start: int
    end: int
    kind: Kind


_Check = Callable[[re.Match[str]], bool]

_DATE: Final = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})"
    r"|\d{1,2}\.? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? \d{4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
_MARK: Final = r"\s{0,3}(?:number|num|no\b\.?|nr\b\.?|id|code|#)?\s{0,3}(?:is|was|[:=#])?\s{0,3}[\"']?"
"""What stands between a label and its value."""
_CODE: Final = r"(?=[A-Z0-9-]{0,11}\d)[A-Z0-9][A-Z0-9-]{3,19}\b"
"""A code with a digit among its first letters."""
_SAMPLE_DOMAIN: Final = re.compile(
    r"(?:^|[.@])(?:example\.(?:com|org|net)|[\w-]+\.(?:test|example|invalid)|localhost|(?:test|example|invalid))$",
    re.IGNORECASE,
)
"""Reserved by RFC 2606 (https://www.rfc-editor.org/rfc/rfc2606)."""
_SAMPLE_NAMES: Final = frozenset(
    ("john doe", "jane doe", "max mustermann", "erika mustermann", "john q public")
)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _is_phone(match: re.Match[str]) -> bool:
    """Numbers 555-0100 to 555-0199 are set aside for fiction (https://www.nanpa.com/numbering/555-line-numbers)."""
    return re.search(r"55501\d\d$", _digits(match[0])) is None


_VERSION: Final = re.compile(r"(?i)\b(?:v|ver|version|release|build|candidate)[ :=#\"'.]{0,4}\Z")


def _is_public_address(match: re.Match[str]) -> bool:
    """Addresses that can be a person's; those for documentation (RFC 5737) and private networks cannot. Versions of programs look the same."""
    if _VERSION.search(match.string, max(0, match.start() - 24), match.start()):
        return False
    try:
        return ipaddress.IPv4Address(match[0]).is_global
    except ValueError:
        return False


def _is_name(match: re.Match[str]) -> bool:
    return " ".join(match["value"].lower().split()) not in _SAMPLE_NAMES


_PATTERNS: Final[tuple[tuple[Kind, str, _Check], ...]] = (
    ("card", r"(?<![\dA-Za-z.-])(?:\d{13,19}|\d{4}(?:[ ._-]\d{4}){3}(?:[ ._-]\d{1,3})?|\d{4}[ ._-]\d{6}[ ._-]\d{4,5})(?![\dA-Za-z-]|\.\d)", lambda m: is_card(_digits(m[0]))),
    ("track_data", r"%B\d{12,19}\^|;\d{12,19}=\d{4}", lambda _: True),
    ("card_code", r"(?i:\b(?:cvv2?|cvc2?|cav2|csc|card (?:verification|security) (?:code|value|number)))" + _MARK + r"\d{3,4}\b", lambda _: True),
    ("pin", r"\b(?:PIN(?: [Cc]ode)?|pin code)" + _MARK + r"\d{4,8}\b", lambda _: True),
    ("ssn", r"(?<![\d-])(?P<area>\d{3})(?P<gap>[- ])(?P<group>\d\d)(?P=gap)(?P<serial>\d{4})(?![\d-])", lambda m: is_ssn(m["area"], m["group"], m["serial"])),
    ("ssn", r"(?i:\b(?:ssn|social security))" + _MARK + r"(?P<area>\d{3})(?P<group>\d\d)(?P<serial>\d{4})\b", lambda m: is_ssn(m["area"], m["group"], m["serial"])),
    ("medical_record", r"(?i:\b(?:mrn|medical record|chart)" + _MARK + _CODE + ")", lambda _: True),
    ("health_plan", r"(?i:\b(?:member|subscriber|beneficiary|medicaid|medicare|mbi|hicn|health plan|insurance (?:id|number))" + _MARK + _CODE + ")", lambda _: True),
    # The form of a Medicare number: https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi-with-format.pdf
    ("health_plan", r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d\d\b", lambda m: "1EG4TE5MK7" not in m[0].replace("-", "")),
    ("account", r"(?i:\b(?:account|acct)\.?)" + _MARK + r"(?P<value>\d[\d-]{5,18}\d)\b", lambda _: True),
    ("account", r"\b[A-Z]{2}\d\d(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)\b", lambda m: is_iban(m[0].replace(" ", ""))),
    ("licence", r"(?i:\b(?:driver'?s? licen[cs]e|licen[cs]e (?:number|no\b\.?)|licen[cs]e plate|certificate (?:number|no\b\.?)|dea (?:number|no\b\.?))" + _MARK + _CODE + ")", lambda _: True),
    ("vehicle", r"\b[A-HJ-NPR-Z0-9]{17}\b", lambda m: is_vin(m[0])),
    ("device", r"(?i:\b(?:serial (?:number|no\b\.?)|device id|udi|imei|pacemaker)" + _MARK + _CODE + ")", lambda _: True),
    ("date", r"(?i:\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born(?: on)?|admi(?:tted|ssion)(?: date| on)?|discharged?(?: date| on)?|died(?: on)?|date of death|deceased(?: on)?|date of service)[^\w\n]{0,4}" + _DATE + ")", lambda _: True),
    ("age", r"(?i:\b(?:9\d|1[0-2]\d)[ -]?(?:y/?o\b|yrs? old|years?[ -]old)|\baged? (?:of )?(?:9\d|1[0-2]\d)\b)", lambda m: not m[0].endswith("90")),
    ("phone", r"(?<![\w.+-])(?:\+?1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}(?![\d-])", _is_phone),
    ("phone", r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .-]?\d{2,4}){2,5}(?![\d-])", _is_phone),
    ("phone", r"(?i:\b(?:phone|tel|telephone|mobile|cell|fax)\b\.?)" + _MARK + r"(?P<value>\+?\d[\d .-]{5,15}\d)\b", _is_phone),
    ("email", r"(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}", lambda m: _SAMPLE_DOMAIN.search(m[0]) is None),
    ("url", r"(?i:https?://[^\s\"'<>]{1,200}?(?:patient|member|subscriber|mrn|record|profile)s?[/=][\w-]{2,})", lambda _: True),
    ("ip_address", r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", _is_public_address),
    ("photo", r"data:(?:image|audio|video)/[a-z0-9.+-]{1,20};base64,", lambda _: True),
    ("name", r"\b(?:(?i:patient(?: name|'s name)?|full name|name of patient|insured|subscriber|guarantor|mother|father|spouse)\s{0,2}[:=]\s{0,2}[\"']?|(?:Mr|Mrs|Ms|Miss|Dr)\.? )(?P<value>[A-Z][a-z]+(?: [A-Z]\.?)? [A-Z][a-z]+)\b", _is_name),
    ("place", r"(?i:\b(?:zip(?: code)?|postal code)" + _MARK + r"\d{5}(?:-\d{4})?\b)", lambda _: True),
    ("place", r"\b\d{1,5} (?:[NSEW]\. )?(?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Court|Ct|Terrace)\b", lambda _: True),
)  # fmt: skip
"""Each with what else must hold. Every repetition is bounded, so that time grows with the length of the text alone."""
_COMPILED: Final = tuple((kind, re.compile(pattern), check) for kind, pattern, check in _PATTERNS)


def find_identifiers(text: str, kinds: frozenset[Kind] | None = None) -> tuple[Identifier, ...]:
    """Where `text` holds something that identifies, in order; overlapping finds of one kind are one.

    Args:
        text: Any text. Only the first two million characters are read.
        kinds: Which to look for. None is all.
    """
    found = sorted(set(_found(_plain(text[:MAX_CHARS]), kinds)))
    merged: list[Identifier] = []
    for one in found:
        if merged and one.kind == merged[-1].kind and one.start < merged[-1].end:
            merged[-1] = Identifier(start=merged[-1].start, end=max(one.end, merged[-1].end), kind=one.kind)
        else:
            merged.append(one)
    return tuple(merged)


def _plain(text: str) -> str:
    """`text` with signs of other alphabets that look or mean the same, such as wide digits and long dashes, as ASCII; places stay."""
    if text.isascii():
        return text
    return text.translate({ord(sign): _ascii(sign) for sign in set(text) if not sign.isascii()})


def _ascii(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(sign)
    if category == "Pd" or sign == "\N{MINUS SIGN}":
        return "-"
    if category == "Zs":
        return " "
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) == 1 and folded.isascii() else sign


def _found(text: str, kinds: frozenset[Kind] | None) -> Iterator[Identifier]:
    for kind, pattern, check in _COMPILED:
        if kinds is None or kind in kinds:
            for match in pattern.finditer(text):
                if check(match):
                    yield Identifier(start=match.start(), end=match.end(), kind=kind)
