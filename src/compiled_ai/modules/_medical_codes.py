"""Identifiers of US health care: providers, diagnoses, procedures and drugs."""

from __future__ import annotations

import re

from compiled_ai.modules._check_digits import is_luhn
from compiled_ai.modules._identifier_scan import AFTER, BEFORE, IdentifierKind

_ICD10 = re.compile(r"(?P<category>[A-Z][0-9][0-9AB])(?:\.?(?P<rest>[0-9A-HX]{1,3}[0-9A-Z]?))?")
_CPT = re.compile(r"(?:[0-9]{4}[0-9AFMTU])(?:-[0-9A-Z]{2}){0,4}")
_HCPCS = re.compile(r"[A-EGHJ-MP-V][0-9]{4}(?:-[0-9A-Z]{2}){0,4}")
_NDC_GROUPS = ((4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2))


def _read_npi(text: str) -> str | None:
    """A check digit by Luhn, computed with 80840 before it: https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand."""
    is_npi = re.fullmatch("[12][0-9]{9}", text) and is_luhn("80840" + text)
    return text if is_npi else None


def _read_icd10(text: str) -> str | None:
    """By form alone: https://www.cms.gov/medicare/coding-billing/icd-10-codes."""
    match = _ICD10.fullmatch(text.upper())
    if not match:
        return None
    return f"{match['category']}.{match['rest']}" if match["rest"] else match["category"]


def _read_cpt(text: str) -> str | None:
    """By form alone, category I (digits), II (F), III (T) and laboratory codes (M, U); modifiers after a hyphen stay."""
    upper = text.upper()
    return upper if _CPT.fullmatch(upper) and not upper.startswith("00000") else None


def _read_hcpcs(text: str) -> str | None:
    """Level II, by form alone: https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system."""
    upper = text.upper()
    return upper if _HCPCS.fullmatch(upper) else None


def _read_ndc(text: str) -> str | None:
    """As 5-4-2, the form of HIPAA: https://www.fda.gov/drugs/drug-approvals-and-databases/national-drug-code-database-background-information."""
    if re.fullmatch("[0-9]{11}", text):
        return f"{text[:5]}-{text[5:9]}-{text[9:]}"
    groups = text.split("-")
    if not re.fullmatch("[0-9]+-[0-9]+-[0-9]+", text) or tuple(map(len, groups)) not in _NDC_GROUPS:
        return None
    return f"{groups[0]:0>5}-{groups[1]:0>4}-{groups[2]:0>2}"


NPI = IdentifierKind(
    name="npi",
    is_weak=True,
    pattern=re.compile(rf"{BEFORE}[12][0-9]{{9}}{AFTER}"),
    read=_read_npi,
    labels=("npi", "national provider identifier", "provider id", "provider"),
    is_clear=lambda _: False,
)
ICD10 = IdentifierKind(
    name="icd10",
    pattern=re.compile(rf"{BEFORE}[A-Z][0-9][0-9AB](?:\.?[0-9A-HX]{{1,3}}[0-9A-Z]?)?{AFTER}"),
    read=_read_icd10,
    labels=(
        "icd", "icd10", "icd 10", "icd 10 cm", "icd10cm", "icd10 cm", "diagnosis", "diagnose", "dx", "dx1", "dx2",
        "primary dx", "condition", "diagnosed with", "coded as",
    ),
    is_clear=lambda text: "." in text,
)  # fmt: skip
CPT = IdentifierKind(
    name="cpt",
    is_weak=True,
    pattern=re.compile(rf"{BEFORE}[0-9]{{4}}[0-9AFMTU](?:-[0-9A-Z]{{2}}){{0,4}}{AFTER}"),
    read=_read_cpt,
    labels=(
        "cpt",
        "cpt4",
        "cpt 4",
        "hcpcs",
        "cpt/hcpcs",
        "hcpcs/cpt",
        "procedure",
        "px",
        "service code",
        "billing code",
    ),
    is_clear=lambda text: re.match("[0-9]{4}[FT]", text) is not None,
)
HCPCS = IdentifierKind(
    name="hcpcs",
    is_weak=True,
    pattern=re.compile(rf"{BEFORE}[A-EGHJ-MP-V][0-9]{{4}}(?:-[0-9A-Z]{{2}}){{0,4}}{AFTER}"),
    read=_read_hcpcs,
    labels=(
        "hcpcs",
        "cpt",
        "cpt/hcpcs",
        "hcpcs/cpt",
        "procedure",
        "px",
        "j code",
        "service code",
        "billing code",
    ),
    is_clear=lambda _: False,
)
NDC = IdentifierKind(
    name="ndc",
    is_weak=True,
    pattern=re.compile(rf"{BEFORE}(?:[0-9]{{4,5}}-[0-9]{{3,4}}-[0-9]{{1,2}}|[0-9]{{11}}){AFTER}"),
    read=_read_ndc,
    labels=("ndc", "national drug code", "ndc11", "drug code"),
    is_clear=lambda text: "-" in text,
)
