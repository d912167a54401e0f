"""Names of fields that hold card data."""

from __future__ import annotations

import re
from typing import Final

_AUTHENTICATION: Final = re.compile(
    r"(?:card_?)?(?:cvv2?|cvc2?|cav2|csc)(?:_?(?:code|value|number))?|(?:card_?)?(?:verification|security)_?(?:code|value)"
    r"|(?:card_?)?pin(?:_?(?:code|block))?|(?:full_?)?track_?(?:1|2|data|one|two)|mag(?:netic)?_?stripe(?:_?data)?"
)
_CARD: Final = re.compile(
    r"(?:primary_?)?pan|(?:full_?)?(?:payment_?|credit_?|debit_?|bank_?)?card_?(?:number|no|num|pan)?|cc_?(?:number|num|no)"
)


def is_authentication_name(name: str) -> bool:
    """Whether a field of that name holds sensitive authentication data: a verification code, a PIN, a magnetic stripe."""
    return _AUTHENTICATION.fullmatch(_plain(name)) is not None


def is_card_name(name: str) -> bool:
    """Whether a field of that name holds the number of a payment card."""
    return _CARD.fullmatch(_plain(name)) is not None


def _plain(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+", "_", name).lower()
