"""Identifiers with check digits or a fixed grammar: finding, checking, writing them in their usual form, and masking them.

Every `parse_` function takes the whole text, with or without a label before it ("NPI: 1234567893"), and gives the usual form or
None; every `find_` function gives the mentions in a text, in order. What has a check digit and fails it is not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiled_ai.modules._eu_vat import VAT
from compiled_ai.modules._identifier_scan import IdentifierKind, find_kind, parse_kind
from compiled_ai.modules._medical_codes import CPT, HCPCS, ICD10, NDC, NPI
from compiled_ai.modules._parcel_ids import CODE, ISBN, TRACKING, carrier_of
from compiled_ai.modules._payment_ids import BIC, CARD, IBAN, read_card
from compiled_ai.modules._scan import Claims
from compiled_ai.modules._tax_ids import EIN, SSN
from compiled_ai.modules._web_ids import EMAIL, URL, UUID

__all__ = [
    "IdentifierMention",
    "card_brand",
    "find_bics",
    "find_cards",
    "find_codes",
    "find_cpts",
    "find_eins",
    "find_emails",
    "find_hcpcs",
    "find_ibans",
    "find_icd10",
    "find_identifiers",
    "find_isbns",
    "find_ndcs",
    "find_npis",
    "find_ssns",
    "find_tracking",
    "find_urls",
    "find_uuids",
    "find_vats",
    "mask",
    "mask_value",
    "parse_bic",
    "parse_card",
    "parse_code",
    "parse_cpt",
    "parse_ein",
    "parse_email",
    "parse_hcpcs",
    "parse_iban",
    "parse_icd10",
    "parse_identifier",
    "parse_isbn",
    "parse_ndc",
    "parse_npi",
    "parse_ssn",
    "parse_tracking",
    "parse_url",
    "parse_uuid",
    "parse_vat",
    "tracking_carrier",
]

IdentifierName = Literal[
    "email", "url", "uuid", "iban", "card", "vat", "tracking", "isbn", "ndc", "ssn", "ein", "npi", "icd10", "cpt", "hcpcs", "bic",
    "code",
]  # fmt: skip
"""In this order the kinds take what two of them could read."""

_KINDS: dict[str, IdentifierKind] = {
    kind.name: kind
    for kind in (
        EMAIL, URL, UUID, IBAN, CARD, VAT, TRACKING, ISBN, NDC, SSN, EIN, NPI, ICD10, CPT, HCPCS, BIC, CODE,
    )
}  # fmt: skip
_SENSITIVE: tuple[IdentifierName, ...] = ("email", "iban", "card", "ssn")
"""What `mask` hides unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierMention:
    """An identifier in a text: where it stands, its kind ("iban", "npi") and its usual form."""

    start: int
    end: int
    text: str
    kind: str
    value: str


def find_identifiers(text: str, kinds: Sequence[IdentifierName] = ()) -> list[IdentifierMention]:
    """Identifiers of all `kinds` (every one but "code" if empty), in order, each character used once."""
    wanted = [kind for name, kind in _KINDS.items() if (name in kinds if kinds else name != "code")]
    claims = Claims(len(text))
    found = [
        mention
        for kind in wanted
        for mention in _find(text, kind)
        if claims.take((mention.start, mention.end))
    ]
    return sorted(found, key=lambda mention: mention.start)


def parse_identifier(text: str, kind: IdentifierName) -> str | None:
    """The usual form of the identifier of `kind` that the whole text is, or None."""
    known = _KINDS.get(kind)
    return parse_kind(text, known) if known else None


def mask(text: str, kinds: Sequence[IdentifierName] = _SENSITIVE, *, keep: int = 4, sign: str = "*") -> str:
    """`text` with its identifiers of `kinds` masked as by `mask_value`. Telephone numbers: see `phones.mask_phones`."""
    pieces: list[str] = []
    done = 0
    for mention in find_identifiers(text, kinds) if kinds else []:
        pieces += [text[done : mention.start], mask_value(mention.text, keep=keep, sign=sign)]
        done = mention.end
    return "".join([*pieces, text[done:]])


def mask_value(value: str, *, keep: int = 4, sign: str = "*") -> str:
    """`value` with `sign` for its letters and digits, except the last `keep`; of a mail address, all but the domain is hidden.

    Never more than half of them stay, so that short values are hidden too. Separators stay.
    """
    cut = value.rfind("@")
    hidden, shown = (value[:cut], value[cut:]) if cut >= 0 else (value, "")
    total = sum(char.isalnum() for char in hidden)
    left = total if shown else total - min(max(keep, 0), total // 2)
    masked: list[str] = []
    for char in hidden:
        masked.append(sign if char.isalnum() and left > 0 else char)
        left -= char.isalnum()
    return "".join(masked) + shown


def card_brand(text: str) -> str | None:
    """The brand ("Visa", "Mastercard", "American Express" ...) of the valid card number that the whole text is, or None."""
    digits = parse_card(text)
    found = read_card(digits) if digits else None
    return found[1] if found else None


def tracking_carrier(text: str) -> str | None:
    """Who carries the parcel with the tracking number that the whole text is ("UPS", "FedEx", "USPS", "DHL", "Amazon", "postal"), or None."""
    compact = parse_tracking(text)
    found = carrier_of(compact) if compact else None
    return found[0] if found else None


def find_npis(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """US provider numbers after a label such as "NPI". With `anywhere`, no label is needed."""
    return _find(text, NPI, anywhere=anywhere)


def parse_npi(text: str) -> str | None:
    """The US provider number ("1234567893") that the whole text is, or None."""
    return parse_kind(text, NPI)


def find_icd10(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """ICD-10-CM codes with a point ("E11.9"), without one ("I10") after a label such as "diagnosis". With `anywhere`, no label is needed."""
    return _find(text, ICD10, anywhere=anywhere)


def parse_icd10(text: str) -> str | None:
    """The ICD-10-CM code that the whole text is, with its point ("e119" is "E11.9"), or None. Whether it is in use is not checked."""
    return parse_kind(text, ICD10)


def find_cpts(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """CPT codes after a label such as "CPT" or "procedure"; a list counts as labelled. With `anywhere`, no label is needed."""
    return _find(text, CPT, anywhere=anywhere)


def parse_cpt(text: str) -> str | None:
    """The CPT code, with modifiers after a hyphen ("99213-25"), that the whole text is, or None. Checked by form alone."""
    return parse_kind(text, CPT)


def find_hcpcs(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """HCPCS level II codes after a label such as "HCPCS"; a list counts as labelled. With `anywhere`, no label is needed."""
    return _find(text, HCPCS, anywhere=anywhere)


def parse_hcpcs(text: str) -> str | None:
    """The HCPCS level II code ("J1885") that the whole text is, or None. Checked by form alone."""
    return parse_kind(text, HCPCS)


def find_ndcs(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """National drug codes with hyphens; 11 bare digits after a label. With `anywhere`, no label is needed."""
    return _find(text, NDC, anywhere=anywhere)


def parse_ndc(text: str) -> str | None:
    """The national drug code that the whole text is, as 5-4-2 digits ("00002-0800-01"), or None."""
    return parse_kind(text, NDC)


def find_ibans(text: str) -> list[IdentifierMention]:
    """IBANs, with or without spaces."""
    return _find(text, IBAN)


def parse_iban(text: str) -> str | None:
    """The IBAN that the whole text is, without spaces, or None. Length and check digits must be right."""
    return parse_kind(text, IBAN)


def find_bics(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """Bank codes after a label such as "BIC" or "SWIFT". With `anywhere`, no label is needed."""
    return _find(text, BIC, anywhere=anywhere)


def parse_bic(text: str) -> str | None:
    """The bank code ("DEUTDEFF500") that the whole text is, or None. Checked by form and country."""
    return parse_kind(text, BIC)


def find_cards(text: str) -> list[IdentifierMention]:
    """Payment card numbers of known brands."""
    return _find(text, CARD)


def parse_card(text: str) -> str | None:
    """The digits of the payment card number that the whole text is, or None. Brand, length and check digit must be right."""
    return parse_kind(text, CARD)


def find_ssns(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """US social security numbers with hyphens; bare ones after a label. With `anywhere`, no label is needed."""
    return _find(text, SSN, anywhere=anywhere)


def parse_ssn(text: str) -> str | None:
    """The US social security number that the whole text is, as "123-45-6789", or None. Ranges never given out are None."""
    return parse_kind(text, SSN)


def find_eins(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """US employer numbers with a hyphen; bare ones after a label. With `anywhere`, no label is needed."""
    return _find(text, EIN, anywhere=anywhere)


def parse_ein(text: str) -> str | None:
    """The US employer number that the whole text is, as "12-3456789", or None. Its prefix must be in use."""
    return parse_kind(text, EIN)


def find_vats(text: str) -> list[IdentifierMention]:
    """EU and UK VAT numbers with their country code."""
    return _find(text, VAT)


def parse_vat(text: str) -> str | None:
    """The EU or UK VAT number that the whole text is, with its country and without separators, or None. Check digits must be right."""
    return parse_kind(text, VAT)


def find_isbns(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """ISBNs; ten bare digits only after a label. With `anywhere`, no label is needed."""
    return _find(text, ISBN, anywhere=anywhere)


def parse_isbn(text: str) -> str | None:
    """The ISBN that the whole text is, as 13 digits, or None."""
    return parse_kind(text, ISBN)


def find_uuids(text: str) -> list[IdentifierMention]:
    """UUIDs with hyphens."""
    return _find(text, UUID)


def parse_uuid(text: str) -> str | None:
    """The UUID that the whole text is, in small letters with hyphens, or None."""
    return parse_kind(text, UUID)


def find_emails(text: str) -> list[IdentifierMention]:
    """Mail addresses."""
    return _find(text, EMAIL)


def parse_email(text: str) -> str | None:
    """The mail address that the whole text is, its domain in small letters, or None."""
    return parse_kind(text, EMAIL)


def find_urls(text: str) -> list[IdentifierMention]:
    """URLs, also without a scheme after www or with a common ending, without the punctuation that follows."""
    return _find(text, URL)


def parse_url(text: str) -> str | None:
    """The URL that the whole text is, scheme and host in small letters, or None. A bare host needs www or a common ending."""
    return parse_kind(text, URL)


def find_tracking(text: str, *, anywhere: bool = False) -> list[IdentifierMention]:
    """Tracking numbers; 10, 12 or 15 bare digits only after a label. With `anywhere`, no label is needed."""
    return _find(text, TRACKING, anywhere=anywhere)


def parse_tracking(text: str) -> str | None:
    """The tracking number of UPS, FedEx, USPS, DHL, Amazon or a post office that the whole text is, without spaces, or None."""
    return parse_kind(text, TRACKING)


def find_codes(text: str) -> list[IdentifierMention]:
    """Codes that mix capital letters and digits, such as order, ticket and part numbers ("SO-104233", "A12B")."""
    return _find(text, CODE)


def parse_code(text: str) -> str | None:
    """The code of letters and digits ("ord-1042" is "ORD-1042") that the whole text is, or None."""
    return parse_kind(text, CODE)


def _find(text: str, kind: IdentifierKind, *, anywhere: bool = False) -> list[IdentifierMention]:
    return [
        IdentifierMention(start=start, end=end, text=text[start:end], kind=kind.name, value=value)
        for (start, end), value in find_kind(text, kind, anywhere=anywhere)
    ]
