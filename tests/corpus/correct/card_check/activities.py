import re
from typing import Literal

from compiled_ai.modules import abstain

Brand = Literal["visa", "mastercard", "amex"]
BRANDS: tuple[tuple[Brand, str], ...] = (
    ("amex", r"3[47][0-9]{13}"),
    ("visa", r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"),
    ("mastercard", r"5[1-5][0-9]{14}"),
)
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _luhn(number: str) -> bool:
    """Whether the Luhn sum is a multiple of ten."""
    digits = [int(char) for char in reversed(number)]
    return (sum(digits[::2]) + sum(DOUBLED[digit] for digit in digits[1::2])) % 10 == 0


def card_check(data: CardCheckInput) -> CardCheckOutput:
    """Check the Luhn sum, find the brand and hide most digits."""
    number = re.sub(r"[ -]", "", data["number"])
    if re.fullmatch(r"[0-9]{12,19}", number) is None:
        abstain("not a card number")
    brands = [brand for brand, pattern in BRANDS if re.fullmatch(pattern, number)]
    return {
        "valid": _luhn(number),
        "brand": brands[0] if brands else "other",
        "masked": "*" * (len(number) - 4) + number[-4:],
    }
