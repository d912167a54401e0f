"""Check digits and ranges that tell a number which was issued from any other number."""

from __future__ import annotations

import re
from typing import Final

_ISSUERS: Final = re.compile(r"3(?:0[0-5]|[4-9])|4|5[0-8]|6|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)")
"""First digits that card brands use: https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN)"""
TEST_CARDS: Final = frozenset(
    (
        *("4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "4222222222222"),
        *("5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222", "5500000000000004"),
        *("378282246310005", "371449635398431", "378734493671000", "340000000000009"),
        *("6011111111111117", "6011000990139424", "30569309025904", "38520000023237", "3056930009020004"),
        *("3566002020360505", "3530111333300000", "6200000000000005", "6304000000000000"),
    )
)
"""Numbers that payment services publish for tests, such as https://docs.stripe.com/testing: no card bears them."""
_VIN_VALUES: Final = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_card(digits: str) -> bool:
    """Whether `digits` may be the number of an issued payment card: 13 to 19 digits of a brand, with a right check digit, not published for tests."""
    if not 13 <= len(digits) <= 19 or digits in TEST_CARDS or len(set(digits)) < 3:
        return False
    return _ISSUERS.match(digits) is not None and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1, annex B (https://www.iso.org/standard/70484.html)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_ssn(area: str, group: str, serial: str) -> bool:
    """Whether such a US social security number can have been assigned (https://www.ssa.gov/employer/randomization.html)."""
    never = area in {"000", "666"} or area.startswith("9") or group == "00" or serial == "0000"
    return not never and (area, group, serial) != ("078", "05", "1120")  # printed on wallets' sample cards


def is_iban(text: str) -> bool:
    """Whether `text`, without spaces, is an account number with right check digits (ISO 13616: https://www.swift.com/standards/data-standards/iban)."""
    turned = text[4:] + text[:4]
    return 15 <= len(text) <= 34 and int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def is_vin(text: str) -> bool:
    """Whether `text` is a vehicle's number with the check digit of 49 CFR 565.15 (https://www.ecfr.gov/current/title-49/section-565.15)."""
    if len(text) != len(_VIN_WEIGHTS) or text.isdigit() or text.isalpha():
        return False
    values = (int(letter) if letter.isdigit() else _VIN_VALUES[letter] for letter in text)
    rest = sum(weight * value for weight, value in zip(_VIN_WEIGHTS, values, strict=True)) % 11
    return text[8] == ("X" if rest == 10 else str(rest))
