"""What identifies people, and what pays, is found in texts; what only looks like it, or is published as a sample, is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.compliance._check_digits import TEST_CARDS, passes_luhn
from compiled_ai.compliance.identifiers import Kind, find_identifiers

# The card numbers have right check digits and are made up; so are all other values.
FOUND: list[tuple[str, Kind]] = [
    ("paid with 4539578763621486", "card"),
    ("4539 5787 6362 1486", "card"),
    ("4539-5787-6362-1486.", "card"),
    ("4539.5787.6362.1486", "card"),
    ("4539_5787_6362_1486", "card"),
    ("4539\u00a05787\u00a06362\u00a01486", "card"),
    ("4539\u20135787\u20136362\u20131486", "card"),
    ("".join(chr(0xFF10 + int(digit)) for digit in "4539578763621486"), "card"),
    ("SSN: 212\u201345\u20136789", "ssn"),
    ("mary.smith\uff20hospital.org", "email"),
    ("amex 371144371144376", "card"),
    ("3711 443711 44376", "card"),
    ("%B4539578763621486^DOE/J^2512", "track_data"),
    (";4539578763621486=25121010000", "track_data"),
    ("CVV: 123", "card_code"),
    ("cvc2 is 4321", "card_code"),
    ("card security code 999", "card_code"),
    ("PIN 4711", "pin"),
    ("SSN 212-45-6789", "ssn"),
    ("212-45-6789", "ssn"),
    ("social security number: 212456789", "ssn"),
    ("MRN: 00345678", "medical_record"),
    ("medical record no. A12-345", "medical_record"),
    ("chart number 55871", "medical_record"),
    ("member id: W123456789", "health_plan"),
    ("2EG4-TE5-MK72", "health_plan"),
    ("account number 00123456789", "account"),
    ("DE89370400440532013000", "account"),
    ("GB29 NWBK 6016 1331 9268 19", "account"),
    ("driver's license D1234567", "licence"),
    ("DEA number: AB1234563", "licence"),
    ("1M8GDM9AXKP042788", "vehicle"),
    ("pacemaker serial number PM-44871", "device"),
    ("IMEI 490154203237518", "device"),
    ("DOB: 1950-02-03", "date"),
    ("born 3 Feb 1950", "date"),
    ("born on Feb 3rd, 1950", "date"),
    ("admitted on 02/03/2024", "date"),
    ("discharge date: 3.2.2024", "date"),
    ("a 93-year-old woman", "age"),
    ("91 y/o", "age"),
    ("aged 104", "age"),
    ("call (212) 456-7890", "phone"),
    ("+49 30 901820", "phone"),
    ("fax: 212.456.7890", "phone"),
    ("write to mary.smith@hospital.org", "email"),
    ("https://portal.hospital.org/patients/88123", "url"),
    ("from 81.2.69.160", "ip_address"),
    ("data:image/png;base64,iVBORw0", "photo"),
    ("Patient: Mary Smith", "name"),
    ("seen by Dr. Mary T. Smith", "name"),
    ("zip code 02139", "place"),
    ("lives at 12 Old Mill Road", "place"),
]
PASSED_OVER = [
    "",
    "4539578763621487",  # wrong check digit
    "version 81.2.69.160",
    "candidate: 81.2.69.160",
    "4111 1111 1111 1111",
    "42424242424242421",
    "0.4539578763621486",
    "4539578763621486.25",
    "1234567890123",
    "2024-01-15 12:30:45.123456",
    "order 4539-57",
    "the cvv is missing",
    "a pin with 4 needles",
    "pinned 1234",
    "000-12-3456, 666-12-3456, 912-12-3456, 212-00-3456, 212-12-0000, 987-65-4320, 078-05-1120",
    "212-45-67890",
    "mrn missing",
    "chart of accounts",
    "member of the board",
    "1EG4-TE5-MK73",
    "DE00370400440532013000",
    "license: MIT",
    "1M8GDM9A1KP042788",
    "since 2019",
    "on 2024-01-15",
    "born in 1950",
    "a 54-year-old, 54 y/o",
    "take 90 pills, 100 mg",
    "call 212-555-0123",
    "name@example.com, name@mail.example.org, x@host.test",
    "https://docs.python.org/3/library/re.html",
    "127.0.0.1 10.1.2.3 192.0.2.7 203.0.113.9 999.1.1.1",
    "version 3.11.7",
    "Patient: John Doe",
    "patient with Diabetes Mellitus",
    "Type Two Diabetes",
    "12 Old Cars",
    "zip file",
]


@pytest.mark.parametrize(("text", "kind"), FOUND, ids=[text for text, _ in FOUND])
def test_an_identifier_is_found(text: str, kind: Kind) -> None:
    assert kind in {one.kind for one in find_identifiers(text)}


@pytest.mark.parametrize("text", PASSED_OVER)
def test_what_identifies_nobody_is_passed_over(text: str) -> None:
    assert find_identifiers(text) == ()


@pytest.mark.parametrize("number", sorted(TEST_CARDS))
def test_published_test_cards_have_right_check_digits_and_are_passed_over(number: str) -> None:
    assert passes_luhn(number)
    assert find_identifiers(f"card {number}", frozenset(["card"])) == ()


def test_only_the_kinds_asked_for_are_looked_for() -> None:
    text = "MRN: 00345678, card 4539578763621486"
    assert [one.kind for one in find_identifiers(text, frozenset(["card"]))] == ["card"]
    assert find_identifiers(text, frozenset()) == ()


def test_the_place_is_that_of_the_value() -> None:
    text = "first 4539578763621486, then 371144371144376"
    assert [text[one.start : one.end] for one in find_identifiers(text)] == [
        "4539578763621486",
        "371144371144376",
    ]


def test_two_rules_on_one_value_are_one_find() -> None:
    assert len(find_identifiers("phone: +1 212 456 7890", frozenset(["phone"]))) == 1


def test_a_find_does_not_hold_the_value() -> None:
    (one,) = find_identifiers("4539578763621486")
    assert "4539" not in repr(one)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for one in find_identifiers(text):
        assert 0 <= one.start < one.end <= len(text)


LONG = {
    "digits": "1" * 200_000,
    "digits with spaces": "1 " * 100_000,
    "groups": "1234 " * 40_000,
    "letters": "a" * 200_000,
    "names": "Aa " * 70_000,
    "at signs": "a@" * 100_000,
    "dots": "a@b." * 50_000,
    "labels": "mrn " * 50_000,
    "born": "born " * 40_000,
    "links": "https://" * 25_000,
    "codes": "MRN: AAAAAAAAAA" * 12_000,
    "plus": "+1 23 " * 30_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_time_grows_with_the_length_alone(text: str) -> None:
    started = time.perf_counter()
    find_identifiers(text)
    assert time.perf_counter() - started < 5
