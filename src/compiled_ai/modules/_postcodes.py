"""Postcodes: the forms of each country, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiled_ai.modules._places import STATE_NAMES
from compiled_ai.modules._scan import any_of

# Forms: https://www.gov.uk/government/publications/bulk-data-transfer-for-sponsors-xml-schema (UK), https://pe.usps.com/text/pub28/ (US),
# https://www.canadapost-postescanada.ca (CA); others are digits alone.
UK = r"(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?[0-9](?:[0-9]|[A-HJKMNP-Y])? ?[0-9][ABD-HJLNP-UW-Z]{2})"
CANADA = r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] ?[0-9][ABCEGHJ-NPRSTV-Z][0-9]"
NETHERLANDS = r"[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}"
US = r"[0-9]{5}(?:-[0-9]{4})?"

_STATE = any_of(STATE_NAMES)
_FOUND = (
    (re.compile(rf"(?<![\w-]){UK}(?![\w-])"), "GB"),
    (re.compile(rf"(?<![\w-]){CANADA}(?![\w-])"), "CA"),
    (re.compile(rf"(?<![\w-]){NETHERLANDS}(?= [A-Z][a-z])"), "NL"),
    (re.compile(rf"(?<![\w-])(?:{_STATE})\.? {{1,2}}(?P<code>{US})(?![\w-])"), "US"),
    (re.compile(r"(?<![\w$-])[0-9]{5}-[0-9]{4}(?![\w-])"), "US"),
    (re.compile(rf"\b(?i:zip)(?: ?(?i:code))?(?: (?i:is))?[:#]? ?(?P<code>{US})(?![\w-])"), "US"),
    (re.compile(r"(?<![\w-])(?:D|DE)-(?P<code>[0-9]{5})(?![\w-])"), "DE"),
    (re.compile(r"(?<![\w-])(?:A|AT)-(?P<code>[1-9][0-9]{3})(?![\w-])"), "AT"),
    (re.compile(r"(?<![\w-])CH-(?P<code>[1-9][0-9]{3})(?![\w-])"), "CH"),
    (re.compile(r"(?<![\w-])(?:F|FR)-(?P<code>[0-9]{5})(?![\w-])"), "FR"),
    (re.compile(r"\b(?i:plz|postleitzahl):? ?(?P<code>[0-9]{5})(?![\w-])"), "DE"),
)
_FORMS = {
    "GB": UK, "CA": CANADA, "NL": NETHERLANDS, "US": US, "DE": "[0-9]{5}", "FR": "[0-9]{5}", "IT": "[0-9]{5}", "ES": "[0-9]{5}", "AT": "[1-9][0-9]{3}",
    "CH": "[1-9][0-9]{3}", "BE": "[1-9][0-9]{3}", "DK": "[0-9]{4}", "NO": "[0-9]{4}", "AU": "[0-9]{4}", "PL": "[0-9]{2}-[0-9]{3}", "SE": "[0-9]{3} ?[0-9]{2}",
    "PT": "[0-9]{4}-[0-9]{3}", "JP": "[0-9]{3}-[0-9]{4}", "IN": "[1-9][0-9]{5}", "BR": "[0-9]{5}-[0-9]{3}", "IE": "[A-Z][0-9][0-9W] ?[A-Z0-9]{4}",
}  # fmt: skip
_PATTERNS = {country: re.compile(form) for country, form in _FORMS.items()}


def postcodes_in(plain_text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, normal form and country of each postcode that cannot be another number, in no order."""
    for pattern, country in _FOUND:
        for match in pattern.finditer(plain_text):
            group = "code" if "code" in pattern.groupindex else 0
            yield match.start(group), match.end(group), normal_postcode(match[group], country), country


def is_postcode(code: str, country: str) -> bool:
    """Whether `code`, in capitals, has the form of the country's postcodes."""
    pattern = _PATTERNS.get(country)
    return pattern is not None and pattern.fullmatch(code) is not None


def normal_postcode(code: str, country: str) -> str:
    """The code with the space that the country writes."""
    bare = code.upper().replace(" ", "")
    if country in {"GB", "CA"}:
        return f"{bare[:-3]} {bare[-3:]}"
    if country == "NL":
        return f"{bare[:4]} {bare[4:]}"
    if country == "SE":
        return f"{bare[:3]} {bare[3:]}"
    return code.strip() if country != "IE" else f"{bare[:3]} {bare[3:]}"
