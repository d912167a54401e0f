"""The compliance blocks as data: what each forbids, and which rule of which document says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from compiled_ai.compliance.identifiers import Kind

CFR_514: Final = "45 CFR 164.514(b)(2)(i)"
"""https://www.ecfr.gov/current/title-45/section-164.514"""
CFR_312: Final = "45 CFR 164.312(b)"
"""https://www.ecfr.gov/current/title-45/section-164.312"""
CFR_316: Final = "45 CFR 164.316(b)(2)(i)"
"""https://www.ecfr.gov/current/title-45/section-164.316"""
PCI: Final = "PCI DSS v4.0"
"""https://www.pcisecuritystandards.org/document_library/"""
TSC: Final = "AICPA Trust Services Criteria 2017 (2022)"
"""https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022"""


@dataclass(frozen=True, kw_only=True)
class BlockRules:
    """What one block asks."""

    prefix: str
    """Begins the names of its findings, such as ``pci-literal``."""
    kinds: Mapping[Kind, str]
    """What must not stand in code, logs or artifacts, each with the rule that says so."""
    texts: str
    """The rule that keeps values out of reasons, errors, logs and explanations."""


_HIPAA_LETTERS: Final[Mapping[Kind, str]] = {
    "name": "A",
    "place": "B",
    "date": "C",
    "age": "C",
    "phone": "D",
    "email": "F",
    "ssn": "G",
    "medical_record": "H",
    "health_plan": "I",
    "account": "J",
    "card": "J",
    "licence": "K",
    "vehicle": "L",
    "device": "M",
    "url": "N",
    "ip_address": "O",
    "photo": "Q",
}
_ACCOUNT_DATA: Final[Mapping[Kind, str]] = {
    "card": f"{PCI} 3.5.1",
    "track_data": f"{PCI} 3.3.1.1",
    "card_code": f"{PCI} 3.3.1.2",
    "pin": f"{PCI} 3.3.1.3",
}
_CONFIDENTIAL: Final[tuple[Kind, ...]] = (*_ACCOUNT_DATA, "ssn", "account", "email", "phone")

RULES: Final[Mapping[str, BlockRules]] = {
    "hipaa": BlockRules(
        prefix="hipaa",
        kinds={kind: f"{CFR_514}({letter})" for kind, letter in _HIPAA_LETTERS.items()},
        texts="HIPAA keeps input values out of logs",
    ),
    "pci_dss": BlockRules(
        prefix="pci", kinds=_ACCOUNT_DATA, texts=f"{PCI} 3.5.1 keeps card numbers out of logs"
    ),
    "soc2": BlockRules(
        prefix="soc2",
        kinds=dict.fromkeys(_CONFIDENTIAL, f"{TSC} C1.1"),
        texts=f"{TSC} C1.1 keeps confidential values out of logs",
    ),
}
"""By block. Blocks that forbid nothing in texts are not listed."""


def values_are_hidden(blocks: Iterable[str]) -> str | None:
    """The first of `blocks` under which errors and reasons must not show values; None when none does."""
    return next((block for block in blocks if block in RULES), None)


def is_audited(blocks: Iterable[str]) -> bool:
    """Whether results must say what they were made from.

    ``soc2`` asks for it (CC7.2, CC8.1). ``pci_dss`` does not by itself: a digest of a card number is an unkeyed hash, which 3.5.1.1 forbids to store.
    """
    return not {"audit_trail", "soc2"}.isdisjoint(blocks)


SAMPLED: Final[frozenset[Kind]] = frozenset(
    ("card", "track_data", "card_code", "pin", "ssn", "phone", "email", "ip_address", "photo")
)
"""Kinds of which samples are published that belong to nobody, or that no example needs. An invented name, date or record number cannot be told from
a real one, so cases of a spec are held against these kinds only."""


def forbidden_kinds(blocks: Iterable[str]) -> dict[Kind, tuple[str, str]]:
    """What `blocks` together forbid: by kind, the prefix of the first block that does, and its rule."""
    found: dict[Kind, tuple[str, str]] = {}
    for block in blocks:
        if block in RULES:
            for kind, rule in RULES[block].kinds.items():
                found.setdefault(kind, (RULES[block].prefix, rule))
    return found
