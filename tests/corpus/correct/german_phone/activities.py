from __future__ import annotations

import re
from typing import Literal

from compiled_ai.modules import abstain

_TRUNK_ZERO = re.compile(r"^(\(?(?:\+|00)49\)?)\(0\)")
_PREFIX = re.compile(r"\+49|0049|0")
_REST = re.compile(r"[1-9][0-9]{5,10}")


def _kind(rest: str) -> Literal["mobile", "toll_free", "landline"]:
    """What the first digits say of the line."""
    if rest.startswith(("15", "16", "17")):
        return "mobile"
    return "toll_free" if rest.startswith("800") else "landline"


def german_phone(data: GermanPhoneInput) -> GermanPhoneOutput:
    """Replace the prefix by +49 and keep the bare digits."""
    compact = re.sub(r"[\s./-]", "", data["phone"])
    digits = re.sub(r"[()]", "", _TRUNK_ZERO.sub(r"\1", compact))
    prefix = _PREFIX.match(digits)
    if prefix is None:
        abstain("no German number")
    rest = digits[prefix.end() :]
    if not _REST.fullmatch(rest):
        abstain("not a usable number")
    return {"phone": "+49" + rest, "kind": _kind(rest)}
