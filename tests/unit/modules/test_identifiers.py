from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.identifiers import _KINDS as KINDS
from compiled_ai.modules.identifiers import (
    card_brand,
    find_bics,
    find_cards,
    find_codes,
    find_cpts,
    find_eins,
    find_emails,
    find_hcpcs,
    find_ibans,
    find_icd10,
    find_identifiers,
    find_isbns,
    find_ndcs,
    find_npis,
    find_ssns,
    find_tracking,
    find_urls,
    find_uuids,
    find_vats,
    mask,
    mask_value,
    parse_identifier,
    tracking_carrier,
)

UUID = "550e8400-e29b-41d4-a716-446655440000"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        *(("npi", "1234567893", "1234567893"), ("npi", "NPI: 1234567893", "1234567893")),
        *(("npi", "provider npi # 1234567893", None), ("npi", "1234567890", None), ("npi", "3234567893", None)),
        *(("icd10", "E11.9", "E11.9"), ("icd10", "e119", "E11.9"), ("icd10", "I10", "I10")),
        *(("icd10", "S52.501A", "S52.501A"), ("icd10", "T36.0X1A", "T36.0X1A"), ("icd10", "C7A.010", "C7A.010")),
        *(("icd10", "U07.1", "U07.1"), ("icd10", "E1", None), ("icd10", "E11.90123", None)),
        *(("icd10", "E11.", None), ("icd10", "11.9", None), ("icd10", "ICD-10-CM: M54.5", "M54.5")),
        *(("cpt", "99213", "99213"), ("cpt", "99213-25", "99213-25"), ("cpt", "0075t", "0075T")),
        *(("cpt", "1234", None), ("cpt", "99213-", None), ("cpt", "J1885", None)),
        *(("hcpcs", "J1885", "J1885"), ("hcpcs", "g0008", "G0008"), ("hcpcs", "F1234", None)),
        *(("ndc", "0002-0800-01", "00002-0800-01"), ("ndc", "50242-040-62", "50242-0040-62")),
        *(("ndc", "60575-4112-1", "60575-4112-01"), ("ndc", "00002080001", "00002-0800-01")),
        *(("ndc", "0002080001", None), ("ndc", "0002-080-01", None)),
        *(("iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"), ("iban", "gb29nwbk60161331926819", "GB29NWBK60161331926819")),
        *(("iban", "NO93 8601 1117 947", "NO9386011117947"), ("iban", "DE89 3704 0044 0532 0130 01", None)),
        *(("iban", "DE8937040044053201300", None), ("iban", "XX89370400440532013000", None)),
        *(("bic", "deutdeff500", "DEUTDEFF500"), ("bic", "BIC: COBADEFF", "COBADEFF")),
        *(("bic", "DEUTXXFF", None), ("bic", "DEUTDEF", None)),
        *(("card", "4111 1111 1111 1111", "4111111111111111"), ("card", "3782-822463-10005", "378282246310005")),
        *(("card", "4111111111111112", None), ("card", "0000000000000000", None), ("card", "9999999999999995", None)),
        *(("ssn", "123-45-6789", "123-45-6789"), ("ssn", "SSN 123456789", "123-45-6789"), ("ssn", "123 45 6789", "123-45-6789")),
        *(("ssn", "000-45-6789", None), ("ssn", "666-45-6789", None), ("ssn", "912-45-6789", None)),
        *(("ssn", "123-00-6789", None), ("ssn", "123-45-0000", None), ("ssn", "078-05-1120", None), ("ssn", "123-456789", None)),
        *(("ein", "12-3456789", "12-3456789"), ("ein", "123456789", "12-3456789"), ("ein", "07-3456789", None)),
        *(("vat", "DE 136 695 976", "DE136695976"), ("vat", "ATU57194903", "ATU57194903"), ("vat", "GR 094259216", "EL094259216")),
        *(("vat", "DE136695977", None), ("vat", "CHE123456788", None), ("vat", "136695976", None)),
        *(("isbn", "0-306-40615-2", "9780306406157"), ("isbn", "ISBN 978-3-16-148410-0", "9783161484100")),
        *(("isbn", "080442957X", "9780804429573"), ("isbn", "0306406153", None), ("isbn", "9783161484101", None)),
        *(("uuid", UUID.upper(), UUID), ("uuid", "{" + UUID.replace("-", "") + "}", UUID), ("uuid", f"urn:uuid:{UUID}", UUID), ("uuid", UUID[:-1], None)),
        *(("email", "John.Doe+x@Example.CO.uk", "John.Doe+x@example.co.uk"), ("email", "mailto:a@b.io", "a@b.io")),
        *(("email", "a@b", None), ("email", "a..b@c.de", None), ("email", "a@-b.de", None), ("email", "a b@c.de", None), ("email", "@c.de", None)),
        *(("url", "HTTP://Example.COM/Path?q=A", "http://example.com/Path?q=A"), ("url", "www.foo.org", "www.foo.org")),
        *(("url", "foo.com:8080/x", "foo.com:8080/x"), ("url", "http://localhost:80", "http://localhost:80")),
        *(("url", "http://10.0.0.1/a", "http://10.0.0.1/a"), ("url", "foo", None), ("url", "javascript://x.com", None), ("url", "e.g.this", None), ("url", "http://a b.com", None)),
        *(("tracking", "1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"), ("tracking", "1Z999AA10123456785", None)),
        *(("tracking", "RR 123 456 785 GB", "RR123456785GB"), ("tracking", "RR123456789GB", None)),
        *(("tracking", "012345678983", "012345678983"), ("tracking", "012345678984", None)),
        *(("code", "ord-1042", "ORD-1042"), ("code", "A12B", "A12B"), ("code", "1042", None), ("code", "order", None), ("code", "a 1", None)),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)  # fmt: skip
def test_whole_text_is_written_in_the_usual_form_or_refused(kind: str, text: str, value: str | None) -> None:
    assert parse_identifier(text, kind) == value  # type: ignore[arg-type]  # a literal


def test_unknown_kind_is_none() -> None:
    assert parse_identifier("1234567893", "nope") is None  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("find", "text", "found"),
    [
        (find_npis, "NPI 1234567893, the phone is 2125551234", ["1234567893"]),
        (find_npis, "NPIs: 1234567893 and 1245319599", ["1234567893", "1245319599"]),
        (find_npis, "call 1234567893 or order 1234567893 today", []),
        (find_icd10, "Dx: I10, E11.9; diagnosis codes J449 and Z794", ["I10", "E11.9", "J44.9", "Z79.4"]),
        (find_icd10, "ICD-10: E11.9 (type 2 diabetes), I10 (hypertension); diagnosed with J449", ["E11.9", "I10", "J44.9"]),
        (find_npis, "The NPI for Dr. Ann Smith is 1234567893", ["1234567893"]),
        (find_ssns, "social security number (SSN): 123456789", ["123-45-6789"]),
        (find_icd10, "take B12 and sit in row A10", []),
        (find_icd10, "M54.50 was coded; e11.9 was not", ["M54.50"]),
        (find_cpts, "CPT\u00ae codes 99213-25, 99214 and 36415 in 90210", ["99213-25", "99214", "36415"]),
        (find_cpts, "He lives in 90210", []),
        (find_hcpcs, "HCPCS: J1885; A4253", ["J1885", "A4253"]),
        (find_hcpcs, "flight B1234", []),
        (find_ndcs, "0002-0800-01 or NDC 00002080001, not 00002080001x or 2026-03-12", ["00002-0800-01"] * 2),
        (find_ibans, "DE89 3704 0044 0532 0130 00 AND GB29NWBK60161331926819.", ["DE89370400440532013000", "GB29NWBK60161331926819"]),
        (find_ibans, "account number: NL91 ABNA 0417 1643 00", ["NL91ABNA0417164300"]),
        (find_bics, "SWIFT/BIC: COBADEFFXXX. DOCUMENT", ["COBADEFFXXX"]),
        (find_cards, "Visa 4111 1111 1111 1111 12/27, 378282246310005", ["4111111111111111", "378282246310005"]),
        (find_cards, "4111 1111 1111 1111 123 Main Street and 1234567890123456", ["4111111111111111"]),
        (find_ssns, "SSN: 123456789; 123-45-6789; 987654321; call 123-45-6789", ["123-45-6789"] * 2),
        (find_eins, "12-3456789 and EIN 123456789 but 123456789", ["12-3456789"] * 2),
        (find_vats, "VAT FR 61 954 506 077 IS VALID, BE0697.449.992.", ["FR61954506077", "BE0697449992"]),
        (find_isbns, "978-3-16-148410-0, ISBN-10: 0306406152 but 0306406152", ["9783161484100", "9780306406157"]),
        (find_uuids, f"id={UUID}.", [UUID]),
        (find_emails, "<a.b@C.de>, x@y.org. @handle a@b", ["a.b@c.de", "x@y.org"]),
        (find_urls, "(https://X.org/a_(b)?q=1). Or www.foo.io/x, bar.com! a@mail.com, e.g.this", ["https://x.org/a_(b)?q=1", "www.foo.io/x", "bar.com"]),
        (find_tracking, "UPS 1Z999AA10123456784; tracking no. 012345678983 but 012345678983", ["1Z999AA10123456784", "012345678983"]),
        (find_codes, "Order SO-104233 for ABC-12/X4 (A12B), not USA, 2026 or me@A1.com", ["SO-104233", "ABC-12/X4", "A12B"]),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)  # fmt: skip
def test_mentions_are_found_where_the_text_says_what_they_are(find, text, found) -> None:  # type: ignore[no-untyped-def]  # signatures differ in `anywhere`
    mentions = find(text)
    assert [mention.value for mention in mentions] == found
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


@pytest.mark.parametrize(
    ("find", "text"),
    [(find_npis, "1234567893"), (find_cpts, "99213"), (find_hcpcs, "J1885"), (find_bics, "COBADEFF"), (find_ssns, "123456789"), (find_icd10, "I10")],
)  # fmt: skip
def test_anywhere_needs_no_label(find, text) -> None:  # type: ignore[no-untyped-def]  # see above
    assert find(text) == []
    assert len(find(text, anywhere=True)) == 1


def test_full_width_digits_and_odd_hyphens_are_read() -> None:
    assert parse_identifier("\uff11\uff12\uff13\u201145\u20116789", "ssn") == "123-45-6789"


def test_each_character_is_used_once() -> None:
    text = "mail a@example.com, DE136695976, https://example.com/DE136695976"
    assert [mention.kind for mention in find_identifiers(text)] == ["email", "vat", "url"]


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4111 1111 1111 1111", "Visa"), ("5555555555554444", "Mastercard"), ("2223003122003222", "Mastercard"),
        ("378282246310005", "American Express"), ("6011111111111117", "Discover"), ("30569309025904", "Diners Club"),
        ("3530111333300000", "JCB"), ("6200000000000005", "UnionPay"), ("4111111111111112", None),
    ],
)  # fmt: skip
def test_brand_of_a_card(number: str, brand: str | None) -> None:
    assert card_brand(number) == brand


@pytest.mark.parametrize(
    ("number", "carrier"),
    [("1Z999AA10123456784", "UPS"), ("RR123456785GB", "postal"), ("012345678983", "FedEx"), ("TBA123456789012", "Amazon"), ("1234567890", None)],
)  # fmt: skip
def test_carrier_of_a_parcel(number: str, carrier: str | None) -> None:
    assert tracking_carrier(number) == carrier


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Card 4111 1111 1111 1111!", "Card **** **** **** 1111!"),
        ("SSN 123-45-6789, EIN 12-3456789", "SSN ***-**-6789, EIN 12-3456789"),
        ("john.doe@example.com", "****.***@example.com"),
        ("nothing here", "nothing here"),
    ],
)
def test_mask_hides_what_is_sensitive_and_nothing_else(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("value", "keep", "masked"),
    [
        ("12345678", 4, "****5678"),
        ("1234", 4, "**34"),
        ("1", 4, "*"),
        ("", 4, ""),
        ("12-34", 0, "**-**"),
        ("1234", -3, "****"),
    ],
)
def test_never_more_than_half_of_a_value_stays(value: str, keep: int, masked: str) -> None:
    assert mask_value(value, keep=keep) == masked


def test_no_kind_masks_nothing() -> None:
    assert mask("123-45-6789", []) == "123-45-6789"


ALPHABET = (
    st.sampled_from(list("0123456789 -./@:ABEDX1Zaez,()#\u0131\u0130\u00df\ud800\u00b2\uff11\n"))
    | st.characters()
)


@given(st.text(ALPHABET, max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for mention in [*find_identifiers(text), *find_codes(text)]:
        assert text[mention.start : mention.end] == mention.text
    for kind in KINDS:
        parse_identifier(text, kind)  # type: ignore[arg-type]  # a literal
    assert len(mask(text)) == len(text)


@given(st.from_regex(r"\A[0-9]{8,19}\Z"))
def test_usual_form_is_its_own_usual_form(text: str) -> None:
    for kind in KINDS:
        value = parse_identifier(text, kind)  # type: ignore[arg-type]  # a literal
        assert value is None or parse_identifier(value, kind) == value  # type: ignore[arg-type]  # a literal


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "A1-", "a.", "a@", "http://", "DE89 ", "4111 ", "99213, ", "CPT 99213, ", "1Z"]
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    started = time.perf_counter()
    find_identifiers(piece * (40_000 // len(piece)))
    assert time.perf_counter() - started < 4
