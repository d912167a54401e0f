"""The parts of a postal address, taken off from its end: country, postcode, region, city, unit, street."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from compiled_ai.modules._places import AMBIGUOUS_NAMES, PROVINCE_NAMES, STATE_NAMES, country_of, region_of
from compiled_ai.modules._postcodes import CANADA, NETHERLANDS, UK, US, normal_postcode
from compiled_ai.modules._scan import any_of
from compiled_ai.modules.text import fold

_UNIT_WORD = r"(?:apt|apartment|unit|suite|ste|flat|room|rm|apto|app|wohnung|whg|lot|bldg|building|floor|fl|level|stock)"
_UNIT = re.compile(
    rf"(?:{_UNIT_WORD}\b\.?\s?(?:no\.?\s?)?#?\s?[\w-]{{1,8}}|#\s?[\w-]{{1,8}}|[0-9]{{1,3}}(?:st|nd|rd|th)\sfloor|[0-9]{{1,2}}\.\s?(?:og|stock|etage)|penthouse|basement)",
    re.IGNORECASE,
)
_UNIT_AT_END = re.compile(rf"(?P<street>.*[^\s])\s(?P<unit>{_UNIT.pattern})", re.IGNORECASE)
_BOX = re.compile(r"(?:p\.?\s?o\.?\s?box|postfach|post office box)\s?#?[\w -]{1,12}", re.IGNORECASE)
_CODES = any_of([*STATE_NAMES, *PROVINCE_NAMES])
_STATE = rf"(?P<region>{_CODES})"
_NAMES = any_of([*STATE_NAMES.values(), *PROVINCE_NAMES.values()])
_NAMED_STATE = rf"(?P<region>{_CODES}|(?i:{_NAMES}))"
_BEFORE = r"(?:(?P<city>.*\S)\s+)?"
_RATHER_NOT = r"(?:(?P<city>.*?\S)\s+)??"
_LAST = (
    (re.compile(rf"{_RATHER_NOT}{_NAMED_STATE}\.?\s+(?P<postcode>{US})"), "US"),
    (re.compile(rf"{_BEFORE}(?P<postcode>{UK})", re.IGNORECASE), "GB"),
    (re.compile(rf"{_RATHER_NOT}(?:{_NAMED_STATE}\s+)?(?P<postcode>{CANADA})", re.IGNORECASE), "CA"),
    (re.compile(rf"(?:NL-)?(?P<postcode>{NETHERLANDS})\s+(?P<city>\D*)"), "NL"),
    (re.compile(r"D(?:E)?-(?P<postcode>[0-9]{5})\s+(?P<city>\D*)"), "DE"),
    (re.compile(r"A(?:T)?-(?P<postcode>[0-9]{4})\s+(?P<city>\D*)"), "AT"),
    (re.compile(r"CH-(?P<postcode>[0-9]{4})\s+(?P<city>\D*)"), "CH"),
    (re.compile(r"F(?:R)?-(?P<postcode>[0-9]{5})\s+(?P<city>.*)"), "FR"),
    (re.compile(r"(?P<postcode>[0-9]{4,5})\s+(?P<city>\D+(?:\s[0-9]{1,2})?)"), None),
    (re.compile(rf"{_BEFORE}(?P<postcode>{US})"), "US"),
    (re.compile(rf"{_BEFORE}{_STATE}\.?"), None),
)
_NUMBER_ALONE = re.compile(r"[0-9]{1,5}[a-zA-Z]?")
_STREET_WORD = re.compile(
    r"\b(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|square|sq|terrace|parkway|pkwy|highway|hwy|circle"
    r"|close|crescent|gardens|row|mews|hill|platz|allee|weg|ring|gasse|ufer|damm|rue|via|calle|plaza|broadway)\b|stra(?:ss|\xdf)e\b|str\.|gasse\b|weg\b|platz\b",
    re.IGNORECASE,
)
_STREET_AND_CITY = re.compile(
    r"(?P<street>[0-9]+\w? .*\b(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way)\b\.?(?: [NSEW]{1,2}\b)?) (?P<city>\D+)",
    re.IGNORECASE,
)
_STREETS_OF = {
    "DE": re.compile(r"(?:stra(?:ss|\xdf)e|str|weg|platz|allee|gasse|ufer|damm|ring)\b", re.IGNORECASE)
}


@dataclass(slots=True)
class Parts:
    """An address on its way: `rest` holds what is not taken yet, in order."""

    rest: list[str]
    name: str | None = None
    street: str | None = None
    unit: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    box: str | None = field(default=None)


def read_parts(pieces: list[str]) -> Parts:
    """The parts of an address from its pieces between commas and line ends."""
    parts = Parts(rest=list(pieces))
    _take_country(parts)
    _take_end(parts)
    if not parts.region:
        _take_region(parts)
    _take_city(parts)
    _take_units(parts)
    _take_street(parts)
    if not parts.country and parts.street and parts.postcode and _STREETS_OF["DE"].search(parts.street):
        parts.country = "DE" if len(parts.postcode) == 5 else None
    return parts


def _take_country(parts: Parts) -> None:
    if len(parts.rest) < 2:
        return
    last = parts.rest[-1]
    # "Georgia" may be the state, and a code in capitals may be one of a state ("CA").
    sure = fold(last) not in AMBIGUOUS_NAMES and not region_of(last)
    country = country_of(last) if sure else None
    if country:
        parts.country = country
        parts.rest.pop()


def _take_end(parts: Parts) -> None:
    if not parts.rest:
        return
    last = parts.rest[-1]
    for pattern, country in _LAST:
        match = pattern.fullmatch(last)
        found = match.groupdict() if match else {}
        if not found or not _fits(found, country, parts.country):
            continue
        parts.rest.pop()
        region = region_of(found.get("region") or "")
        parts.city = found.get("city") or None
        if found.get("postcode"):
            parts.country = parts.country or country
            parts.postcode = normal_postcode(found["postcode"] or "", parts.country or "")
        if region:
            parts.region, parts.country = region[0], parts.country or region[1]
        return


def _fits(found: dict[str, str | None], country: str | None, known: str | None) -> bool:
    if known and country and known != country and not (country == "US" and not found.get("region")):
        return False
    if found.get("region"):
        return region_of(found["region"] or "") is not None
    # A house number at the end of a street looks like a postcode: "Main Street 12345".
    return not (
        found.get("city") and "postcode" in found and country == "US" and _has_street(found["city"] or "")
    )


def _take_region(parts: Parts) -> None:
    if parts.city is None and parts.rest:
        region = region_of(parts.rest[-1]) if fold(parts.rest[-1]) not in AMBIGUOUS_NAMES else None
        if region and len(parts.rest) > 1 and parts.country in {None, region[1]}:
            parts.rest.pop()
            parts.region, parts.country = region[0], parts.country or region[1]


def _take_city(parts: Parts) -> None:
    alone = not (parts.region or parts.postcode or parts.country)
    if not parts.city and len(parts.rest) > alone and not _has_street(parts.rest[-1]):
        parts.city = parts.rest.pop()
    elif not parts.city and parts.region == "NY" and parts.postcode:
        parts.city = "New York"  # "New York 10118" names the state by its city
    joined = _STREET_AND_CITY.fullmatch(parts.city) if parts.city and not parts.rest else None
    if joined:
        parts.city, parts.rest = joined["city"], [joined["street"]]


def _take_units(parts: Parts) -> None:
    for piece in list(parts.rest):
        if not parts.unit and _UNIT.fullmatch(piece):
            parts.unit = piece
            parts.rest.remove(piece)


def _take_street(parts: Parts) -> None:
    if len(parts.rest) > 1 and _NUMBER_ALONE.fullmatch(parts.rest[0]):
        parts.rest[:2] = [f"{parts.rest[0]} {parts.rest[1]}"]
    first = next((index for index, piece in enumerate(parts.rest) if _has_street(piece)), None)
    if first is None:
        return
    parts.street = ", ".join(parts.rest[first:])
    parts.name = ", ".join(parts.rest[:first]) or None
    parts.rest = []
    at_end = _UNIT_AT_END.fullmatch(parts.street) if not parts.unit else None
    if at_end:
        parts.street, parts.unit = at_end["street"].rstrip(" ,"), at_end["unit"]


def _has_street(piece: str) -> bool:
    if _BOX.fullmatch(piece):
        return True
    numbered = re.search(r"\d", piece) is not None and re.search(r"[^\W\d_]{2}", piece) is not None
    return numbered or (
        _STREET_WORD.search(piece) is not None and len(piece.split()) > 1 and not re.match(r"St\.? ", piece)
    )
