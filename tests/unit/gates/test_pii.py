"""What the gate for personal data finds, and what it leaves alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.gates._pii_json import json_view
from compiled_ai.gates.pii import CHECKABLE, PII_TYPES, PiiGate, PiiType, find_hits

FOUND: tuple[tuple[str, PiiType, str], ...] = (
    ("pay with 4532015112830366 now", "card", "4532015112830366"),
    ("pay with 4532-0151-1283-0366 123", "card", "4532-0151-1283-0366"),
    ("card 3782 822463 10005", "card", "3782 822463 10005"),
    ("spaced 4 5 3 2 0 1 5 1 1 2 8 3 0 3 6 6 out", "card", "4 5 3 2 0 1 5 1 1 2 8 3 0 3 6 6"),
    ("my card number is 4532-1234-5678-9012", "card", "4532-1234-5678-9012"),
    ("cvv: 123", "card_code", "123"),
    ("PIN code is 4821", "pin", "4821"),
    ("%B4532015112830366^DOE/JANE^2512101", "track_data", "%B4532015112830366^DOE/JANE^2512101"),
    ("to DE89 3704 0044 0532 0130 00 for rent", "iban", "DE89 3704 0044 0532 0130 00"),
    ("to gb82west12345698765432.", "iban", "gb82west12345698765432"),
    ("NO93 8601 1117 947", "iban", "NO93 8601 1117 947"),
    ("IBAN DE00370400440532013000", "iban", "DE00370400440532013000"),
    ("account number 1234567890", "bank_account", "1234567890"),
    ("routing 021000021", "routing_number", "021000021"),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "crypto_address", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "crypto_address", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "crypto_address", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("she has 219-09-9998", "ssn", "219-09-9998"),
    ("SSN 219099998", "ssn", "219099998"),
    ("SSN: 2 1 9 - 0 9 - 9 9 9 8", "ssn", "2 1 9 - 0 9 - 9 9 9 8"),
    ("tax 912-70-1234", "itin", "912-70-1234"),
    ("EIN 12-3456789", "tax_id", "12-3456789"),
    ("VAT DE136695976", "tax_id", "DE136695976"),
    ("DNI 12345678Z", "national_id", "12345678Z"),
    ("RSSMRA85T10A562S", "national_id", "RSSMRA85T10A562S"),
    ("CPF 529.982.247-25", "national_id", "529.982.247-25"),
    ("NI number AB123456C", "national_id", "AB123456C"),
    ("NHS number 943 476 5919", "national_id", "943 476 5919"),
    ("Aadhaar 2341 2341 2346", "national_id", "2341 2341 2346"),
    ("PESEL 44051401359", "national_id", "44051401359"),
    ("personnummer 811218-9876", "national_id", "811218-9876"),
    ("passport no. AB1234567", "passport", "AB1234567"),
    ("driver's license number is 5130634", "driver_license", "5130634"),
    ("MRN: MRN-2024-78901", "medical_record", "MRN-2024-78901"),
    ("member id XYZ123456789", "health_plan", "XYZ123456789"),
    ("Medicare 2AC4-DE5-FG72", "health_plan", "2AC4-DE5-FG72"),
    ("license plate ABC-1234", "license_plate", "ABC-1234"),
    ("VIN 1HGBH41JXMN109186", "vehicle", "1HGBH41JXMN109186"),
    ("write to jane.o'neil+x@mail.example.co.uk.", "email", "jane.o'neil+x@mail.example.co.uk"),
    ("jane [at] example [dot] com", "email", "jane [at] example [dot] com"),
    ("call (415) 555-2671 x12", "phone", "(415) 555-2671 x12"),
    ("at +44 20 7946 0958", "phone", "+44 20 7946 0958"),
    ("Phone: 60-56-85-91", "phone", "60-56-85-91"),
    ("0494 92 82 32", "phone", "0494 92 82 32"),
    ("from 192.168.1.105:8080", "ip_address", "192.168.1.105"),
    ("from 2001:db8::ff00:42:8329", "ip_address", "2001:db8::ff00:42:8329"),
    ("mac 00:1B:44:11:3A:B7", "mac_address", "00:1B:44:11:3A:B7"),
    ("mac 001b.4411.3ab7", "mac_address", "001b.4411.3ab7"),
    ("postgres://bob:hunter2@db.local/x", "url_credentials", "bob:hunter2"),
    ("https://x.io/?access_token=abcdef123", "url_credentials", "abcdef123"),
    ("key AKIAIOSFODNN7EXAMPLE", "api_key", "AKIAIOSFODNN7EXAMPLE"),
    ("DOB: 03/15/1985", "date_of_birth", "03/15/1985"),
    ("she was born on 3 May 1985.", "date_of_birth", "3 May 1985"),
    ("at 123 Main Street, Apt 4B, San Francisco, CA 94102.", "street_address", "123 Main Street, Apt 4B, San Francisco, CA 94102"),
    ("wohnt Hauptstraße 5, 80331 München", "street_address", "Hauptstraße 5, 80331 München"),
    ("PO Box 4711", "street_address", "PO Box 4711"),
    ("ask Dr. Jane Smith about it", "person_name", "Jane Smith"),
    ("name: María de la Cruz", "person_name", "María de la Cruz"),
)  # fmt: skip

_WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in "4532015112830366")

LEFT: tuple[str, ...] = (
    "4532015112830367 is a part number",
    "order 219099998 is late",
    "the total is 1234567890 units",
    "version 10.2.3.4 of the driver",
    "127.0.0.1",
    "std::vector<int> a::b",
    "at 12:30:45 on 2024-01-02",
    "12345678A",
    "the account is closed",
    "the plate is 10 cm wide",
    "passport control opens at nine",
    "https://example.com/a?page=12345678",
    "for i in range(10): x[i] @ y",
    "a base of 10 units and a height of 5 units",
    "Plaza Hotel in New York for 3",
    "Dear Sir or Madam",
    "name: null",
)


@pytest.mark.parametrize(
    ("text", "kind", "value"), FOUND, ids=[f"{kind}-{value}" for _, kind, value in FOUND]
)
def test_a_value_is_found_with_its_kind_and_place(text: str, kind: PiiType, value: str) -> None:
    assert (kind, value) in [(hit.kind, text[hit.start : hit.end]) for hit in find_hits(text)]


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_a_value_is_left_alone(text: str) -> None:
    assert find_hits(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("card 4532\u200b0151\u200b1283\u200b0366!", "4532\u200b0151\u200b1283\u200b0366", id="zero-width"),
        pytest.param(f"card {_WIDE}", _WIDE, id="wide digits"),
        pytest.param("card 4532–0151–1283–0366", "4532–0151–1283–0366", id="long dashes"),  # noqa: RUF001 - the point
        pytest.param("card 4532\u00a00151\u00a01283\u00a00366", "4532\u00a00151\u00a01283\u00a00366", id="hard spaces"),
        pytest.param("\u200bcard ٤٥٣٢٠١٥١١٢٨٣٠٣٦٦\u200b", "٤٥٣٢٠١٥١١٢٨٣٠٣٦٦", id="Arabic digits"),
    ],
)  # fmt: skip
def test_disguised_values_are_found_where_they_stand(text: str, value: str) -> None:
    (hit,) = find_hits(text)
    assert text[hit.start : hit.end] == value


def test_the_name_of_a_field_counts_as_a_label() -> None:
    assert find_hits("219099998") == []
    assert [(hit.kind, hit.start, hit.end) for hit in find_hits("219099998", label="customerSSN")] == [
        ("ssn", 0, 9)
    ]
    assert [hit.kind for hit in find_hits("1985-03-15", label="date_of_birth")] == ["date_of_birth"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"customerSSN":"219099998"}', ["219099998"]), ('{"customerSSN":219099998,"n":1}', ["219099998"]), ('{"n": "219099998"}', []),
        ('{"full_name":"J\\u00fcrgen M\\u00fcller"}', ["J\\u00fcrgen M\\u00fcller"]), ('["said \\"call\\n415-555-2671\\""]', ["415-555-2671"]),
        ('{"x":"line\\nDr. Jane Smith\\nline"}', ["Jane Smith"]), ('he said "no", then {"dateOfBirth": "1985-03-15"}', ["1985-03-15"]),
        ('{"jane@firma.de": 1}', ["jane@firma.de"]), ('{"name": "null", "count": 3}', []), ('"unclosed {"ssn": "219-09-9998"', ["219-09-9998"]),
        ('{"firstName":"\\ud83d\\ude00 Jane","lastName":"Smith"}', ["Smith"]),
    ],
)  # fmt: skip
def test_json_in_a_text_is_read_with_its_names_and_without_its_escapes(text: str, found: list[str]) -> None:
    assert [text[hit.start : hit.end] for hit in find_hits(text)] == found


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ['"', "\\", ":", ",", "}", "\\u00e4", "\\n", "name", "Jane Smith", "219-09-9998", " ", "\n", "{"]
        ),
        max_size=20,
    )
)
def test_places_in_broken_json_lie_within_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for hit in find_hits(text):
        assert 0 <= hit.start < hit.end <= len(text)
    view = json_view(text, lambda name: f"{name}: ")
    for start in range(len(view.text) if view else 0):
        span = view.original(start, start + 1) if view else None
        assert span is None or 0 <= span[0] < span[1] <= len(text)


def test_only_the_kinds_asked_for_are_found() -> None:
    wanted: tuple[PiiType, ...] = ("email",)
    assert [hit.kind for hit in find_hits("jane@x.com 4532015112830366", wanted)] == ["email"]


@pytest.mark.parametrize(("policy", "action"), [("mask", "flag"), ("warn", "flag"), ("block", "block")])
def test_the_policy_decides_the_action(policy: str, action: str) -> None:
    verdict = PiiGate(policy=policy).check("jane@x.com")  # type: ignore[arg-type] # parametrised
    assert verdict.action == action
    assert verdict.findings[0].kind == "email"


def test_a_text_without_any_passes() -> None:
    assert PiiGate(policy="block").check("what is the weather").action == "allow"


@pytest.mark.parametrize(("text", "value"), [(text, value) for text, _, value in FOUND])
def test_a_verdict_never_quotes_the_value(text: str, value: str) -> None:
    for finding in PiiGate().check(text).findings:
        assert value not in finding.reason
        assert value not in finding.view


def test_a_gate_that_breaks_down_blocks() -> None:
    def broken(text: str) -> tuple[()]:
        raise RuntimeError(text)

    verdict = PiiGate(engine=broken).check("jane@x.com")
    assert verdict.action == "block"
    assert "jane" not in str(verdict)


def test_many_findings_are_counted_not_listed() -> None:
    verdict = PiiGate().check("jane@x.com " * 3000)
    assert len(verdict.findings) == 1001
    assert verdict.findings[-1].reason == "2000 more are not listed"


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "1.", "0:", "@", "a@", "+41 ", "12 Main ", "name: ", "'", "[{", "\ud800", "\u200b1", "DE12 ", "a://b:c", "[IBAN_",
     "Aaaa ", "born ", "4111 1111 1111 1111 ", "(", "A1", '{"a":', '\\"', '"', '"\\u00e4', '"1",', '"\\n":', "1,", "0x1"],
)  # fmt: skip
def test_hostile_texts_take_time_in_proportion(piece: str) -> None:
    begin = time.perf_counter()
    PiiGate().check(piece * (100_000 // len(piece)))
    assert time.perf_counter() - begin < 20


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_no_text_raises_and_hits_lie_in_order_within_it(text: str) -> None:
    hits = find_hits(text)
    places = [place for hit in hits for place in (hit.start, hit.end)]
    assert places == sorted(places)
    assert all(0 <= hit.start < hit.end <= len(text) and hit.kind in PII_TYPES for hit in hits)
    assert all(finding.kind != "failure" for finding in PiiGate().check(text).findings)


def test_the_checkable_kinds_are_known_kinds() -> None:
    assert set(CHECKABLE) <= set(PII_TYPES)
