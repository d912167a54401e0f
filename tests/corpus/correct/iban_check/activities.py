from __future__ import annotations

import re
from functools import reduce
from typing import Literal

from compiled_ai.modules import abstain

Country = Literal["DE", "FR", "GB", "NL", "ES"]
COUNTRIES: dict[str, tuple[Country, int]] = {
    "DE": ("DE", 22),
    "FR": ("FR", 27),
    "GB": ("GB", 22),
    "NL": ("NL", 18),
    "ES": ("ES", 24),
}


def _append(remainder: int, char: str) -> int:
    """The remainder by 97 after one more character."""
    value = int(char, 36)
    return (remainder * (100 if value > 9 else 10) + value) % 97


def _problem(iban: str, length: int) -> Literal["length", "form", "checksum"] | None:
    """The first thing that is wrong, or None."""
    if len(iban) != length:
        return "length"
    if not re.fullmatch(r"[0-9]{2}", iban[2:4]):
        return "form"
    return None if reduce(_append, iban[4:] + iban[:4], 0) == 1 else "checksum"


def iban_check(data: IbanCheckInput) -> IbanCheckOutput:
    """Check length, form and check digits of the account number."""
    compact = data["iban"].replace(" ", "")
    entry = COUNTRIES.get(compact[:2].upper())
    if entry is None or not re.fullmatch(r"[A-Za-z0-9]+", compact):
        abstain("no account number of a known country")
    iban = compact.upper()
    country, length = entry
    problem = _problem(iban, length)
    grouped = " ".join(iban[start : start + 4] for start in range(0, length, 4))
    return {
        "valid": problem is None,
        "country": country,
        "problem": problem,
        "grouped": grouped if problem is None else None,
    }
