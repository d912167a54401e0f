"""Logs and files held against compliance blocks, and masks."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.compliance.blocks import RULES, forbidden_kinds, is_audited, values_are_hidden
from compiled_ai.compliance.texts import WORDS, mask_card, mask_text, scan_files, scan_text

CARD = "4539578763621486"


def test_a_sighting_names_line_block_and_rule_and_never_the_value() -> None:
    log = f"start\nreading row 3\ndeclined {CARD}\nDOB: 1950-02-03\n"
    card, born = scan_text(log, ["audit_trail", "pci_dss", "hipaa"])
    assert (card.line, card.kind, card.prefix, card.rule) == (3, "card", "pci", "PCI DSS v4.0 3.5.1")
    assert (born.line, born.prefix, born.rule) == (4, "hipaa", "45 CFR 164.514(b)(2)(i)(C)")
    assert CARD[:6] not in card.message + repr(card)


@pytest.mark.parametrize(
    ("blocks", "kinds"),
    [
        ([], set()),
        (["audit_trail", "no_model_at_run_time"], set()),
        (["pci_dss"], {"card"}),
        (["hipaa"], {"card", "medical_record", "email"}),
        (["soc2"], {"card", "email"}),
    ],
    ids=["none", "others", "pci_dss", "hipaa", "soc2"],
)
def test_each_block_forbids_its_own(blocks: list[str], kinds: set[str]) -> None:
    text = f"{CARD} MRN: 123456 mary@hospital.org"
    assert {one.kind for one in scan_text(text, blocks)} == kinds


def test_every_forbidden_kind_has_words() -> None:
    assert {kind for rules in RULES.values() for kind in rules.kinds} <= WORDS.keys()


def test_the_first_block_that_forbids_is_named() -> None:
    assert forbidden_kinds(["soc2", "pci_dss"])["card"][0] == "soc2"


def test_files_of_an_artifact_are_read_by_name() -> None:
    files = {
        "validation.json": json.dumps({"message": f"got {CARD}"}),
        "activities.py": "x = 1\n# as for MRN: 123456\n",
        "build.json": "{\n\n" + json.dumps({"detail": "mary@hospital.org"}),
    }
    found = scan_files(files, ["pci_dss", "hipaa"])
    assert [(one.file, one.line, one.kind) for one in found] == [
        ("activities.py", 2, "medical_record"),
        ("build.json", 3, "email"),
        ("validation.json", 1, "card"),
    ]


def test_made_up_people_may_stand_in_cases_and_card_numbers_may_not() -> None:
    text = f"# Patient: Mary Smith, DOB: 1950-02-03, paid with {CARD}"
    for name in ("spec.yaml", "validation.json"):
        assert [one.kind for one in scan_files({name: text}, ["hipaa"])] == ["card"]
    assert {one.kind for one in scan_files({"activities.py": text}, ["hipaa"])} == {"name", "date", "card"}


def test_digests_hold_no_card_numbers() -> None:
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000)]
    assert scan_text("\n".join(digests), ["hipaa", "pci_dss", "soc2"]) == ()


@pytest.mark.parametrize(
    ("blocks", "hidden", "audited"),
    [
        ([], None, False),
        (["audit_trail"], None, True),
        (["audit_trail", "hipaa"], "hipaa", True),
        (["pci_dss"], "pci_dss", False),
        (["soc2", "hipaa"], "soc2", True),
    ],
)
def test_what_blocks_mean_at_run_time(blocks: list[str], hidden: str | None, audited: bool) -> None:
    assert (values_are_hidden(blocks), is_audited(blocks)) == (hidden, audited)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (CARD, "453957******1486"),
        ("4539 5787-6362 1486", "453957******1486"),
        ("371144371144376", "371144*****4376"),
        ("4222222222222", "422222***2222"),
        ("123456789012", "************"),
        ("123", "***"),
        ("", ""),
    ],
    ids=["16", "with separators", "15", "13", "12", "3", "none"],
)
def test_a_card_shows_its_first_six_and_last_four(number: str, masked: str) -> None:
    assert mask_card(number) == masked


def test_less_may_be_shown_and_more_may_not() -> None:
    assert mask_card(CARD, first=0) == "************1486"
    assert mask_card(CARD, first=6, last=0) == "453957**********"
    for first, last in ((7, 4), (6, 5), (-1, 4)):
        with pytest.raises(ValueError, match="at most the first 6"):
            mask_card(CARD, first=first, last=last)


def test_a_text_is_masked_and_otherwise_as_it_was() -> None:
    text = f"row 3: {CARD}, CVV: 123, mary@hospital.org"
    assert mask_text(text, ["pci_dss"]) == "row 3: 453957******1486, [card_code], mary@hospital.org"
    assert mask_text(text, ["pci_dss", "soc2"]) == "row 3: 453957******1486, [card_code], [email]"
    assert mask_text(text, ["audit_trail"]) == text


@given(
    st.text(max_size=80),
    st.sampled_from([CARD, "MRN: 123456", "mary@hospital.org", "CVV: 123"]),
    st.text(max_size=80),
)
def test_nothing_forbidden_is_left_in_a_masked_text(before: str, secret: str, after: str) -> None:
    masked = mask_text(f"{before} {secret} {after}", ["hipaa", "pci_dss"])
    assert secret not in masked
