from __future__ import annotations

import time

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.phones import (
    find_phones,
    format_phone,
    is_valid_phone,
    mask_phones,
    parse_phone,
    phone_extension,
    phone_kind,
    phone_region,
)


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        *(("+41 44 668 18 00", "", "+41446681800"), ("+44 (0)20 7946 0018", "", "+442079460018"), ("(+49) 30 123456", "", "+4930123456")),
        *(("0044 20 7946 0018", "", "+442079460018"), ("0044 20 7946 0018", "US", "+442079460018"), ("011 44 20 7946 0018", "US", "+442079460018")),
        *(("(415) 555-2671 ext. 5", "US", "+14155552671"), ("415.555.2671x99", "us", "+14155552671"), ("1-800-FLOWERS", "US", "+18003569377")),
        *(("tel: +33612345678", "", "+33612345678"), ("06 12 34 56 78", "FR", "+33612345678"), ("030/123456", "DE", "+4930123456")),
        *(("07700 900123", "UK", "+447700900123"), ("555-123-4567", "US", "+15551234567"), ("+39 06 698 12345", "", "+390669812345")),
        *(("\uff0b\uff11 415 555 2671", "", "+14155552671"), ("415\u2011555\u20112671", "US", "+14155552671")),
        *(("555-0123", "US", None), ("1234567890", "US", None), ("415-555-2671", "", None), ("020 7946 0018", "XX", None)),
        *(("+1 415 555 26711", "", None), ("abc", "US", None), ("", "US", None), ("415-555-2671 or so", "US", None), ("+999 12345678", "", None)),
        *(("2026-03-12", "US", None), ("+", "US", None), ("1" * 5000, "US", None)),
    ],
    ids=str,
)  # fmt: skip
def test_whole_text_becomes_e164(text: str, region: str, number: str | None) -> None:
    assert parse_phone(text, region) == number


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("international", "+1 415-555-2671 ext. 5"), ("national", "(415) 555-2671 ext. 5"), ("e164", "+14155552671"),
        ("rfc3966", "tel:+1-415-555-2671;ext=5"), ("morse", None),
    ],
)  # fmt: skip
def test_number_is_written_in_each_style(style: str, written: str | None) -> None:
    assert format_phone("(415) 555-2671 x5", style, "US") == written  # type: ignore[arg-type]  # a literal


def test_what_is_known_of_a_number() -> None:
    assert phone_extension("415-555-2671 ext 12", "US") == "12"
    assert phone_extension("415-555-2671", "US") == ""
    assert (phone_region("+44 20 7946 0018"), phone_kind("+44 20 7946 0018")) == ("GB", "fixed line")
    assert (phone_region("+800 1234 5678"), phone_kind("+800 1234 5678")) == (None, "toll free")
    assert phone_kind("+33 6 12 34 56 78") == "mobile"
    assert is_valid_phone("415-555-2671", "US")
    assert not is_valid_phone("555-123-4567", "US")
    assert not is_valid_phone("nothing")
    assert phone_region("nothing") is phone_kind("nothing") is None


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("Call 415-555-2671 or (212) 555-0123 x4.", "US", ["+14155552671", "+12125550123/4"]),
        ("212-555-0123 212-555-0199", "US", ["+12125550123", "+12125550199"]),
        ("+41 44 668 18 00 und 044 668 18 00", "CH", ["+41446681800", "+41446681800"]),
        ("Reach us at +1-555-123-4567", "", ["+15551234567"]),
        ("Phone:5551234567, order 4155552671, $4155552671, 4155552671%", "US", ["+15551234567"]),
        ("my no is 4155552671.", "US", ["+14155552671"]),
        ("on 2026-03-12 10:00, 12.03.2026 1000, 192.168.100.200", "DE", []),
        ("4111 1111 1111 1111, 6011 1111 1111 1117", "SG", []),
        ("NPI 1234567893, IBAN DE89 3704 0044 0532 0130 00", "DE", []),
        ("415-555-2671", "", []),
        ("415-555-2671", "nowhere", []),
        ("call 415-555-2671 2 times", "US", ["+14155552671"]),
    ],
    ids=str,
)
def test_numbers_are_found_in_text(text: str, region: str, found: list[str]) -> None:
    mentions = find_phones(text, region)
    assert [
        mention.value + (f"/{mention.extension}" if mention.extension else "") for mention in mentions
    ] == found
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


def test_mask_leaves_the_last_digits_and_all_other_text() -> None:
    text = "Call +1 (415) 555-2671 before 10:30."
    assert mask_phones(text, keep=2) == "Call +* (***) ***-**71 before 10:30."
    assert mask_phones(text) == "Call +* (***) ***-**** before 10:30."


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_every_country_reads_what_it_writes(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    national = format_phone(number, "national")
    international = format_phone(number)
    assert national is not None
    assert international is not None
    assert parse_phone(number) == parse_phone(international) == parse_phone(national, region) == number
    assert [mention.value for mention in find_phones(f"Tel. {international}, at noon")] == [number]


ALPHABET = st.sampled_from(list("0123456789 +()-./x#ext\u0131\u0130\ud800\uff11\n")) | st.characters()


@given(st.text(ALPHABET, max_size=60), st.sampled_from(["", "US", "DE", "GB", "xx"]))
def test_any_text_is_read_without_an_error(text: str, region: str) -> None:
    for mention in find_phones(text, region):
        assert text[mention.start : mention.end] == mention.text
        assert mention.value.startswith("+")
    number = parse_phone(text, region)
    assert number is None or parse_phone(number) == number
    assert len(mask_phones(text, region)) == len(text)


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "(1", "+1 ", "(212)", "1-", "tel x", "212-555-0123 ", "2026-03-12 "]
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    started = time.perf_counter()
    find_phones(piece * (20_000 // len(piece)), "US")
    assert time.perf_counter() - started < 4
