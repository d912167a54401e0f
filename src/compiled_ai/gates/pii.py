"""What identifies people and what pays, in texts that go to a model: finding it, hiding it reversibly, and refusing it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from compiled_ai.gates._pii_find import THRESHOLD, Engine, find_hits
from compiled_ai.gates._pii_hits import CHECKABLE, PII_TYPES, Hit, PiiType
from compiled_ai.gates._pii_mask import Mask
from compiled_ai.gates.verdict import Action, Finding, GateVerdict, Span

__all__ = [
    "CHECKABLE",
    "PII_TYPES",
    "THRESHOLD",
    "Engine",
    "Hit",
    "Mask",
    "PiiGate",
    "PiiPolicy",
    "PiiType",
    "find_hits",
]

PiiPolicy = Literal["mask", "warn", "block"]
"""``mask``: hide it around the call and write that down; ``warn``: write it down; ``block``: let no such text through."""
_ACTIONS: Final[dict[PiiPolicy, Action]] = {"mask": "flag", "warn": "flag", "block": "block"}
_MOST_FINDINGS: Final = 1000
"""In one verdict."""

_WORDS: Final[dict[PiiType, str]] = {
    "card": "a payment card number",
    "card_code": "a card verification code",
    "pin": "a PIN",
    "track_data": "data of a card's magnetic stripe",
    "iban": "an IBAN",
    "bank_account": "a bank account number",
    "routing_number": "a US routing number",
    "crypto_address": "an address of a crypto currency",
    "ssn": "a US social security number",
    "itin": "a US taxpayer number",
    "tax_id": "a tax number",
    "national_id": "a national identity number",
    "passport": "a passport number",
    "driver_license": "a driver's licence number",
    "medical_record": "a medical record number",
    "health_plan": "a health plan number",
    "license_plate": "a licence plate",
    "vehicle": "a vehicle's number",
    "email": "a mail address",
    "phone": "a phone number",
    "ip_address": "an IP address",
    "mac_address": "a MAC address",
    "url_credentials": "a password or token in a URL",
    "api_key": "a key of a service",
    "date_of_birth": "a date of birth",
    "street_address": "a street address",
    "person_name": "a person's name",
}


@dataclass(frozen=True, kw_only=True)
class PiiGate:
    """Holds texts against the kinds of identifiers that must not go through as they are."""

    policy: PiiPolicy = "mask"
    types: Collection[PiiType] = PII_TYPES
    threshold: float = THRESHOLD
    """In 0..1. Finds with a lower score are left out."""
    engine: Engine | None = None
    """Looks in addition, such as `presidio.PresidioEngine`."""

    def check(self, text: str) -> GateVerdict:
        """What was found, by kind and place, never quoted. Blocks when it cannot judge; never raises."""
        try:
            hits = find_hits(text, self.types, threshold=self.threshold, engine=self.engine)
        except Exception as error:  # noqa: BLE001 - a gate that broke down must not let anything through
            reason = f"the text could not be searched ({type(error).__name__})"
            return GateVerdict(
                action="block",
                score=1.0,
                findings=(Finding(layer="pii", kind="failure", score=1.0, reason=reason),),
            )
        if not hits:
            return GateVerdict(action="allow", score=0.0)
        return GateVerdict(
            action=_ACTIONS[self.policy],
            score=max(hit.score for hit in hits),
            findings=_findings(hits),
        )

    def session(self) -> Mask:
        """A session of hiding with this gate's types."""
        return Mask(self.types, threshold=self.threshold, engine=self.engine)


def _findings(hits: list[Hit]) -> tuple[Finding, ...]:
    shown = tuple(
        Finding(
            layer="pii",
            kind=hit.kind,
            score=hit.score,
            reason=f"this looks like {_WORDS[hit.kind]}",
            span=Span(start=hit.start, end=hit.end),
        )
        for hit in hits[:_MOST_FINDINGS]
    )
    if len(hits) <= _MOST_FINDINGS:
        return shown
    more = f"{len(hits) - _MOST_FINDINGS} more are not listed"
    return (*shown, Finding(layer="pii", kind="more", score=0.0, reason=more))
