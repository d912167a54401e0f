from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.addresses import (
    Address,
    country_code,
    country_name,
    find_places,
    find_postcodes,
    parse_address,
    parse_place,
    parse_postcode,
    same_address,
    state_code,
    state_name,
)

# Text to: street, unit, city, region, postcode, country, name.
ADDRESSES: dict[str, tuple[str | None, ...]] = {
    "123 Main St Apt 4B, Springfield, IL 62701": ("123 Main St", "Apt 4B", "Springfield", "IL", "62701", "US", None),
    "123 Main St\nSpringfield IL 62701\nUSA": ("123 Main St", None, "Springfield", "IL", "62701", "US", None),
    "John Smith\n123 Main Street, Suite 200\nNew York, NY 10001-1234": ("123 Main Street", "Suite 200", "New York", "NY", "10001-1234", "US", "John Smith"),
    "77 Massachusetts Ave Cambridge MA 02139": ("77 Massachusetts Ave", None, "Cambridge", "MA", "02139", "US", None),
    "350 Fifth Avenue #3300, New York, New York 10118": ("350 Fifth Avenue", "#3300", "New York", "NY", "10118", "US", None),
    "100 Main St., Los Angeles, California, 90012": ("100 Main St.", None, "Los Angeles", "CA", "90012", "US", None),
    "5 St. James Street, St. Louis, MO 63101": ("5 St. James Street", None, "St. Louis", "MO", "63101", "US", None),
    "PO Box 12, Reno, NV 89501": ("PO Box 12", None, "Reno", "NV", "89501", "US", None),
    "1 Peachtree St, Atlanta, Georgia 30303": ("1 Peachtree St", None, "Atlanta", "GA", "30303", "US", None),
    "10 Downing Street, London SW1A 2AA": ("10 Downing Street", None, "London", None, "SW1A 2AA", "GB", None),
    "Flat 3, 22 Baker Street, London, NW1 6XE, UK": ("22 Baker Street", "Flat 3", "London", None, "NW1 6XE", "GB", None),
    "10, Downing Street, London, sw1a2aa": ("10 Downing Street", None, "London", None, "SW1A 2AA", "GB", None),
    "5 High Street, Headington, Oxford OX3 9AB": ("5 High Street, Headington", None, "Oxford", None, "OX3 9AB", "GB", None),
    "Hauptstr. 5, 10115 Berlin": ("Hauptstr. 5", None, "Berlin", None, "10115", "DE", None),
    "Hauptstra\u00dfe 5\n10115 Berlin\nDeutschland": ("Hauptstra\u00dfe 5", None, "Berlin", None, "10115", "DE", None),
    "Bahnhofstrasse 1, 8001 Z\u00fcrich, Switzerland": ("Bahnhofstrasse 1", None, "Z\u00fcrich", None, "8001", "CH", None),
    "Musterweg 12a, D-50667 K\u00f6ln": ("Musterweg 12a", None, "K\u00f6ln", None, "50667", "DE", None),
    "10 rue de Rivoli, 75001 Paris, France": ("10 rue de Rivoli", None, "Paris", None, "75001", "FR", None),
    "Damrak 1, 1012 LG Amsterdam, Netherlands": ("Damrak 1", None, "Amsterdam", None, "1012 LG", "NL", None),
    "111 Wellington St, Ottawa, ON K1A 0A9": ("111 Wellington St", None, "Ottawa", "ON", "K1A 0A9", "CA", None),
    "123 Main St, Toronto, Canada": ("123 Main St", None, "Toronto", None, None, "CA", None),
    "Springfield, IL": (None, None, "Springfield", "IL", None, "US", None),
    "K\u00f6ln, Germany": (None, None, "K\u00f6ln", None, None, "DE", None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), ADDRESSES.items(), ids=[text.replace("\n", " / ") for text in ADDRESSES]
)
def test_address_is_taken_apart(text: str, expected: tuple[str | None, ...]) -> None:
    assert parse_address(text) == Address(*expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "London",
        "hello, world",
        "12345",
        "Tbilisi, Georgia",
        "5, 6",
        "a" * 400,
        "Main St 5 and 6 Springfield IL 62701 or so",
        ",,,",
    ],
)
def test_what_is_no_clear_address_is_declined(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (
            "123 Main St Apt 4B, Springfield, IL 62701",
            "123 MAIN STREET, #4b, Springfield, IL 62701-1234",
            True,
        ),
        ("123 Main St, Springfield, IL 62701", "123 Main St, Springfield, IL", True),
        ("5 N Oak Ave, Reno, NV 89501", "5 North Oak Avenue, Reno, NV 89501", True),
        ("Hauptstr. 5, 10115 Berlin", "Hauptstra\u00dfe 5, 10115 Berlin, Germany", True),
        ("123 Main St, Springfield, IL 62701", "125 Main St, Springfield, IL 62701", False),
        ("1 Main St Apt 1, Reno, NV 89501", "1 Main St Apt 2, Reno, NV 89501", False),
        ("Springfield, IL", "Springfield, IL", False),
    ],
)
def test_same_address_whatever_the_short_forms(left: str, right: str, *, same: bool) -> None:
    one, two = parse_address(left), parse_address(right)
    assert one is not None
    assert two is not None
    assert same_address(one, two) is same_address(two, one) is same


PLACES = {
    "Weather in San Francisco, CA tomorrow": ["San Francisco CA US"],
    "Fly from Austin, Texas to Paris, France": ["Austin TX US", "Paris None FR"],
    "Visit Atlanta, Georgia": ["Atlanta None None"],
    "The Hague, Netherlands": ["The Hague None NL"],
    "In New York, NY and St. Louis, MO.": ["New York NY US", "St. Louis MO US"],
    "Salt Lake City, Utah Monday": ["Salt Lake City UT US"],
    "Rio de Janeiro, Brazil": ["Rio de Janeiro None BR"],
    "Toronto, ON": ["Toronto ON CA"],
    "I'm in Portland, OR": ["Portland OR US"],
    "The Hilton in Washington, D.C., USA": ["Washington DC US"],
    "hi, Bob": [],
    "In, TX": [],
    "boston, ma": [],
}


@pytest.mark.parametrize(("text", "expected"), PLACES.items(), ids=PLACES)
def test_places_are_found(text: str, expected: list[str]) -> None:
    assert [f"{place.city} {place.region} {place.country}" for place in find_places(text)] == expected


def test_place_is_the_whole_text() -> None:
    place = parse_place(" Austin, TX ")
    assert place is not None
    assert place.city == "Austin"
    assert parse_place("Austin, TX now") is parse_place("Austin") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SW1A 2AA and EC1A1BB", ["SW1A 2AA GB", "EC1A 1BB GB"]),
        ("IL 62701, 62701-1234 or zip code 90210", ["62701 US", "62701-1234 US", "90210 US"]),
        ("D-10115 Berlin, 1012 AB Amsterdam, K1A 0B1", ["10115 DE", "1012 AB NL", "K1A 0B1 CA"]),
        ("order 12345 for $62701", []),
        ("the M4 and A40", []),
    ],
)
def test_only_sure_postcodes_are_found(text: str, expected: list[str]) -> None:
    assert [f"{found.value} {found.country}" for found in find_postcodes(text)] == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        *(
            ("sw1a2aa", "GB", "SW1A 2AA"),
            ("10115", "DE", "10115"),
            ("D-10115", "DE", "10115"),
            ("1011", "DE", None),
        ),
        *(
            ("62701-1234", "US", "62701-1234"),
            ("K1A0B1", "CA", "K1A 0B1"),
            ("11122", "SE", "111 22"),
            ("1", "XX", None),
        ),
    ],
)
def test_postcode_has_the_form_of_its_country(text: str, country: str, expected: str | None) -> None:
    assert parse_postcode(text, country) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("texas", "TX"),
        ("TX", "TX"),
        ("tx", "TX"),
        ("N.Y.", "NY"),
        ("Ontario", "ON"),
        ("Qu\u00e9bec", "QC"),
        ("Bavaria", None),
        ("", None),
    ],
)
def test_state_has_a_code(text: str, expected: str | None) -> None:
    assert state_code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Deutschland", "DE"), ("DEU", "DE"), ("de", "DE"), ("u.s.a.", "US"), ("the Netherlands", "NL"), ("C\u00f4te d\u2019Ivoire", "CI"), ("Atlantis", None), ("", None)],
)  # fmt: skip
def test_country_has_a_code(text: str, expected: str | None) -> None:
    assert country_code(text) == expected


def test_codes_have_names() -> None:
    assert state_name("tx") == "Texas"
    assert state_name("on") == "Ontario"
    assert country_name("deu") == "Germany"
    assert country_name("US") == "United States of America"
    assert state_name("XX") is country_name("XX") is None


PIECES = "12 Main St Apt 4 , \n Springfield IL 62701 USA SW1A 2AA London Georgia # PO Box Berlin 10115 of The D- str. K1A 0B1"


@given(st.text() | st.lists(st.sampled_from(PIECES.split(" ")), max_size=14).map(" ".join))
def test_any_text_is_taken_and_offsets_slice_back(text: str) -> None:
    parse_address(text)
    state_code(text)
    state_name(text)
    country_code(text)
    country_name(text)
    parse_postcode(text, "GB")
    assert all(text[place.start : place.end] == place.text for place in find_places(text))
    assert all(text[code.start : code.end] == code.text for code in find_postcodes(text))


@pytest.mark.parametrize(
    "piece", ["A, ", "a ", "St, ", "Aa Bb ", "1 ", "A of ", "\n", "SW1A ", "In ", "1 St ", "\u00c9"]
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    find_places(text)
    find_postcodes(text)
    parse_postcode(text, "GB")
    for end in ("", "IL 62701", "x"):
        parse_address(text[:290] + end)
    country_code(text)
    state_code(text)
