import re
from typing import Literal

from compiled_ai.modules import abstain

Origin = Literal["book", "coupon", "shop"]
ORIGINS: tuple[tuple[tuple[str, ...], Origin], ...] = (
    (("978", "979"), "book"),
    (("99",), "coupon"),
    (("2",), "shop"),
)


def ean_check(data: EanCheckInput) -> EanCheckOutput:
    """Compute the check digit and compare it with the one that is there."""
    code = "".join(data["code"].split())
    if not re.fullmatch(r"[0-9]{12,13}", code):
        abstain("not 12 or 13 digits")
    digits = [int(char) for char in code[:12]]
    expected = -(sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10
    origin = next((name for starts, name in ORIGINS if code.startswith(starts)), None)
    status: Literal["completed", "valid", "invalid"] = "completed"
    if len(code) == 13:
        status = "valid" if int(code[12]) == expected else "invalid"
    return {
        "code": f"{code[:12]}{code[12:] or expected}",
        "status": status,
        "expected": expected,
        "origin": origin or "product",
    }
