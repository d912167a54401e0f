"""Check digits that several identifiers share. All take digits, or letters and digits, without separators."""

from __future__ import annotations

from collections.abc import Sequence


def digits_of(number: str) -> list[int]:
    """The digits of `number` as numbers."""
    return [int(digit) for digit in number]


def weighted(number: str, weights: Sequence[int]) -> int:
    """The sum of the digits, each times its weight; characters beyond the weights do not count."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def luhn_sum(number: str) -> int:
    """The Luhn sum, a multiple of ten when the last digit is right: ISO/IEC 7812-1, annex B."""
    odd, even = number[-1::-2], number[-2::-2]
    return sum(digits_of(odd)) + sum(sum(divmod(2 * digit, 10)) for digit in digits_of(even))


def is_luhn(number: str) -> bool:
    """Whether the last digit is the right one for the others by Luhn."""
    return luhn_sum(number) % 10 == 0


def is_mod_11_10(number: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7064, MOD 11,10."""
    product = 10
    for digit in digits_of(number[:-1]):
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (product + int(number[-1])) % 10 == 1


def mod_97(characters: str) -> int:
    """The remainder by 97 of the number that arises when letters stand for 10 to 35: ISO/IEC 7064, MOD 97-10."""
    return int("".join(str(int(char, 36)) for char in characters)) % 97
