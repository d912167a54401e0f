"""Postal addresses, postcodes and places; names and codes of countries and states."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiled_ai.modules._address_parts import Parts, read_parts
from compiled_ai.modules._places import (
    AMBIGUOUS_NAMES,
    COUNTRY_NAMES,
    PROVINCE_NAMES,
    STATE_NAMES,
    country_of,
    region_of,
)
from compiled_ai.modules._postcodes import is_postcode, normal_postcode, postcodes_in
from compiled_ai.modules._scan import plain
from compiled_ai.modules.text import fold, words

__all__ = [
    "Address",
    "PlaceMention",
    "PostcodeMention",
    "country_code",
    "country_name",
    "find_places",
    "find_postcodes",
    "parse_address",
    "parse_place",
    "parse_postcode",
    "same_address",
    "state_code",
    "state_name",
]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; what it does not say is None. `region` and `country` are codes, `name` is what stands before the street."""

    street: str | None
    unit: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A "City, Region" in a text, with the codes of region and country where they are clear."""

    start: int
    end: int
    text: str
    city: str
    region: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class PostcodeMention:
    """A postcode in a text: where it stands, as its country writes it, and the country."""

    start: int
    end: int
    text: str
    value: str
    country: str


_LONGEST = 300
_MOST_PIECES = 10


def parse_address(text: str) -> Address | None:
    """The postal address that the whole text is, on one line or several, or None if city or street cannot be told.

    Read are addresses of the USA, Canada, the United Kingdom and those with the postcode before the city (Germany, Austria,
    Switzerland, France, the Netherlands). The street keeps its house number. Without a street there must be a region,
    postcode or country beside the city.
    """
    if len(text) > _LONGEST:
        return None
    pieces = [
        " ".join(piece.split()) for piece in re.split(r"[\n,;]", "\n".join(map(plain, text.splitlines())))
    ]
    pieces = [piece for piece in pieces if piece.strip(" .")]
    if not 0 < len(pieces) <= _MOST_PIECES:
        return None
    parts = read_parts(pieces)
    return _address(parts) if _is_whole(parts) else None


_CITY_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'/()-])*+(?: [0-9]{1,2})?")


def _is_whole(parts: Parts) -> bool:
    if not parts.city or parts.rest or not _CITY_NAME.fullmatch(parts.city):
        return False
    return bool(parts.street or parts.region or parts.postcode or parts.country)


def _address(parts: Parts) -> Address:
    return Address(
        parts.street, parts.unit, parts.city, parts.region, parts.postcode, parts.country, parts.name
    )


def same_address(left: Address, right: Address) -> bool:
    """Whether two addresses agree in street, unit, city and postcode, with "St." as "Street"; what one does not say does not count."""
    pairs = [
        (_street_words(left.street), _street_words(right.street)),
        (_unit_words(left.unit), _unit_words(right.unit)),
        (_bare(left.city), _bare(right.city)),
        (_bare(left.postcode)[:5], _bare(right.postcode)[:5]) if left.country == right.country == "US" else (_bare(left.postcode), _bare(right.postcode)),
        (_bare(left.region), _bare(right.region)),
        (_bare(left.country), _bare(right.country)),
    ]  # fmt: skip
    known = [(one, two) for one, two in pairs if one and two]
    return all(one == two for one, two in known) and len(known) > 1 and bool(left.street and right.street)


_SHORT_FORMS = (
    "st=street str=street strasse=street stra\u00dfe=street ave=avenue av=avenue rd=road blvd=boulevard ln=lane dr=drive ct=court pl=place sq=square "
    "ter=terrace pkwy=parkway hwy=highway cir=circle n=north s=south e=east w=west ne=northeast nw=northwest se=southeast sw=southwest"
)
_LONG_FORMS = dict(pair.split("=") for pair in _SHORT_FORMS.split())


def _street_words(street: str | None) -> str:
    said = re.sub(r"(?<=\w)(?:stra(?:ss|ß)e|str)\b\.?", " street", fold(street or ""))
    return " ".join(_LONG_FORMS.get(word, word) for word in words(said))


def _unit_words(unit: str | None) -> str:
    numbers = re.findall(r"\w*[0-9]\w*|\b[a-z]\b", fold(unit or ""))
    return " ".join(numbers)


def _bare(text: str | None) -> str:
    return "".join(words(text or ""))


# A city begins with a capital; small words may stand inside of its name, others that begin a sentence do not belong to it.
_CITY = r"[A-ZÀ-Þ][\w.'-]{0,30}(?: (?:(?:of|de|del|la|le|les|sur|am|an|der|den|upon) ){0,2}[A-ZÀ-Þ][\w.'-]{0,30}){0,4}"
_PLACE = re.compile(
    rf"(?<![\w.-])(?P<city>{_CITY}), ?(?P<more>[A-Z][\w.'ü]{{0,30}}(?: (?:(?:of|and|the) ){{0,2}}[A-Z][\w.']{{0,30}}){{0,4}})(?!\w)"
)
_NOT_CITY = frozenset((
    "in", "to", "at", "near", "for", "from", "visit", "find", "show", "get", "is", "are", "what", "what's", "weather", "move", "ship", "send", "book", "fly",
    "go", "via", "around", "and", "or", "toward", "towards", "search", "check", "tell", "give", "how", "where", "hotels", "flights", "restaurants",
    "leaving", "live", "lives", "born", "based", "outside", "inside", "downtown", "between", "of", "drive", "travel", "attractions", "things", "the", "hello", "hi", "hey", "dear", "thanks", "regards",
    "can", "please", "plan", "i", "we", "deliver", "meet", "a", "an", "any", "looking", "locate", "about", "compare", "does", "do", "will", "when",
))  # fmt: skip


def find_places(text: str) -> list[PlaceMention]:
    """Every "City, Region" in order, where the region is a state, province or country by name or code ("Austin, TX", "Paris, France").

    A code of two letters is a state before it is a country ("San Jose, CA"). "Georgia" is a state and a country: both stay None.
    """
    found = []
    scanned = plain(text)
    position = 0
    while match := _PLACE.search(scanned, position):
        place = _place(match, text)
        if place:
            found.append(place)
        position = place.end if place else match.start("more")
    return found


def _place(match: re.Match[str], text: str) -> PlaceMention | None:
    start = match.start("city")
    while (first := re.match(r"(\S+) ", match.string[start : match.end("city")])) and fold(
        first[1]
    ) in _NOT_CITY:
        if fold(first[1]) == "the" and start == match.start("city") and match["city"].count(" ") == 1:
            break  # "The Hague"
        start += first.end()
    city = match.string[start : match.end("city")]
    if fold(city) in _NOT_CITY:
        return None
    end = match.end("more")
    # "Austin, Texas Monday": the longest run of words that is a region.
    while end > match.start("more"):
        more = match.string[match.start("more") : end].rstrip(".'")
        codes = _codes(more)
        if codes:
            end = match.start("more") + len(more)
            end += "." in more and match.string[end : end + 1] == "."  # "D.C."
            return PlaceMention(start, end, text[start:end], text[start : match.end("city")], *codes)
        end = match.string.rfind(" ", match.start("more"), end)
    return None


def _codes(more: str) -> tuple[str | None, str | None] | None:
    """Region and country of what follows the comma; a code counts in capitals only."""
    if fold(more) in AMBIGUOUS_NAMES:
        return (None, None) if fold(more) == "georgia" else (None, "PR")
    region = region_of(more)
    if region:
        return region
    country = country_of(more)
    return (None, country) if country else None


def parse_place(text: str) -> PlaceMention | None:
    """The one "City, Region" (rules of `find_places`) that the whole text is, or None."""
    found = find_places(text)
    return found[0] if len(found) == 1 and found[0].text == text.strip(" \n\t.") else None


def find_postcodes(text: str) -> list[PostcodeMention]:
    """Every postcode in order that cannot be another number: UK, Canada, "IL 62701", "62701-1234", "ZIP 62701", "D-10115", "1012 AB Amsterdam".

    Five digits alone are left out.
    """
    hits = sorted(postcodes_in(plain(text)))
    found: list[PostcodeMention] = []
    for start, end, value, country in hits:
        if not found or start >= found[-1].end:
            found.append(PostcodeMention(start, end, text[start:end], value, country))
    return found


def parse_postcode(text: str, country: str) -> str | None:
    """The postcode that the whole text is, as `country` (a code of two letters) writes it, or None if it has another form."""
    code = " ".join(plain(text).upper().split())
    bare = code.removeprefix("D-").removeprefix(f"{country}-")
    return normal_postcode(bare, country) if is_postcode(bare, country) else None


def state_code(text: str) -> str | None:
    """The code of a state of the USA or province of Canada, by name (any case) or code ("texas" and "TX" are "TX"), or None."""
    region = region_of(text) or region_of(text.strip().upper())
    return region[0] if region else None


def state_name(code: str) -> str | None:
    """The English name of a state of the USA or province of Canada by its code ("TX" is "Texas"), or None."""
    bare = code.strip().upper()
    return STATE_NAMES.get(bare) or PROVINCE_NAMES.get(bare)


def country_code(text: str) -> str | None:
    """The ISO 3166 code of two letters for a country's name or code ("Deutschland", "DEU" and "de" are "DE"), or None."""
    return country_of(text) or country_of(text.strip().upper())


def country_name(code: str) -> str | None:
    """The English name of a country by its code of two or three letters ("DE" is "Germany"), or None."""
    return COUNTRY_NAMES.get(country_of(code.strip().upper()) or "")
