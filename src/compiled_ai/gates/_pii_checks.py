"""Check digits that `modules.identifiers` does not have. All take what a pattern has matched, without separators."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final

from compiled_ai.modules._check_digits import weighted
from compiled_ai.modules.identifiers import parse_iban

_BASE58: Final = {
    sign: value for value, sign in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
}
_BECH32: Final = {sign: value for value, sign in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_BECH32_TURNS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_ROUNDS: Final = 24
_NO_DIGIT: Final = re.compile("[^0-9]+")
_MASK64: Final = (1 << 64) - 1


def is_routing(digits: str) -> bool:
    """Whether nine digits are a US bank's: prefixes and check digit of https://www.aba.com/about-us/routing-number."""
    prefix = int(digits[:2])
    if not (prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80):
        return False
    return weighted(digits, (3, 7, 1) * 3) % 10 == 0 and len(set(digits)) > 1


def is_itin(digits: str) -> bool:
    """Whether nine digits lie in the ranges of US taxpayer numbers: https://www.irs.gov/irm/part3/irm_03-021-263r."""
    group = int(digits[3:5])
    return digits[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94)


@lru_cache(maxsize=1024)
def iban_length(country: str) -> int | None:
    """How many characters an IBAN of `country` (two capital letters) has; None where there are none. Asked of `parse_iban`."""
    shift = "".join(str(int(letter, 36)) for letter in country) + "00"
    for length in range(15, 35):
        body = "0" * (length - 4)
        check = 98 - int(body + shift) % 97
        if parse_iban(f"{country}{check:02d}{body}") is not None:
            return length
    return None


def is_base58_check(text: str) -> bool:
    """Whether it is a coin's address of 21 bytes with the check sum of https://en.bitcoin.it/wiki/Base58Check_encoding."""
    value = 0
    for sign in text:
        value = value * 58 + _BASE58[sign]
    if value >> 200:
        return False
    raw = value.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def is_bech32(text: str) -> bool:
    """Whether it is an address with the check sum of BIP 173 or BIP 350 (https://github.com/bitcoin/bips/blob/master/bip-0350.mediawiki)."""
    lowered = text.lower()
    if text not in (lowered, text.upper()):
        return False
    prefix, _, data = lowered.rpartition("1")
    values = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    rest = 1
    for value in [*values, *(_BECH32[sign] for sign in data)]:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for bit, turn in enumerate(_BECH32_TURNS):
            rest ^= turn if top >> bit & 1 else 0
    return rest in (1, 0x2BC830A3)


def is_eip55(text: str) -> bool:
    """Whether the case of the 40 hex digits is the check sum of EIP-55 (https://eips.ethereum.org/EIPS/eip-55)."""
    signs = keccak256(text.lower().encode()).hex()
    return all(
        sign.isdigit() or sign.isupper() == (int(check, 16) >= 8)
        for sign, check in zip(text, signs, strict=False)
    )


def keccak256(data: bytes) -> bytes:
    """The hash of Ethereum, with Keccak's own padding, for up to 135 bytes: https://keccak.team/keccak_specs_summary.html."""
    padded = bytearray(data + b"\x01" + bytes(135 - len(data)))
    padded[135] |= 0x80
    lanes = [int.from_bytes(padded[place : place + 8], "little") for place in range(0, 136, 8)] + [0] * 8
    shift = 1
    for _ in range(_ROUNDS):
        lanes = _mixed(lanes)
        for bit in range(7):
            if shift & 1:
                lanes[0] ^= 1 << ((1 << bit) - 1)
            shift = (shift << 1) ^ (0x171 if shift >> 7 else 0)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _mixed(lanes: list[int]) -> list[int]:
    """The steps theta, rho, pi and chi; lane (x, y) stands at x + 5 y."""
    sums = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
    lanes = [lane ^ sums[(at + 4) % 5] ^ _turned(sums[(at + 1) % 5], 1) for at, lane in enumerate(lanes)]
    x, y, moved = 1, 0, lanes[1]
    for turn in range(_ROUNDS):
        x, y = y, (2 * x + 3 * y) % 5
        moved, lanes[x + 5 * y] = lanes[x + 5 * y], _turned(moved, (turn + 1) * (turn + 2) // 2 % 64)
    return [
        lanes[at] ^ (~lanes[at // 5 * 5 + (at + 1) % 5] & lanes[at // 5 * 5 + (at + 2) % 5] & _MASK64)
        for at in range(25)
    ]


def _turned(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK64


_CF_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
"""Values at odd places: https://it.wikipedia.org/wiki/Codice_fiscale."""
_VERHOEFF_TURN: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def is_codice_fiscale(text: str) -> bool:
    """Whether the last letter of an Italian tax code of 16 capital letters and digits is right."""
    odd = sum(_CF_ODD[sign] for sign in text[0:15:2])
    even = sum(int(sign) if sign.isdigit() else ord(sign) - 65 for sign in text[1:15:2])
    return chr(65 + (odd + even) % 26) == text[15]


def is_cpf(digits: str) -> bool:
    """Whether both check digits of a Brazilian CPF of eleven digits are right."""
    if len(set(digits)) == 1:
        return False
    first = weighted(digits, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(digits, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def is_nhs(digits: str) -> bool:
    """Whether ten digits are a number of the British NHS: https://www.datadictionary.nhs.uk/attributes/nhs_number.html."""
    return (11 - weighted(digits, tuple(range(10, 1, -1))) % 11) % 11 == int(digits[9])


def is_nir(text: str) -> bool:
    """Whether 15 digits are a French social security number: its key is 97 less the rest of the others by 97."""
    return int(text[13:]) == 97 - int(text[:13]) % 97


def is_pesel(digits: str) -> bool:
    """Whether eleven digits are a Polish PESEL."""
    return (10 - weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(digits[10])


def is_aadhaar(digits: str) -> bool:
    """Whether the last of twelve digits is right by Verhoeff: https://en.wikipedia.org/wiki/Verhoeff_algorithm."""
    rest = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _VERHOEFF_TURN[value]
        rest = _dihedral(rest, value)
    return digits[0] > "1" and rest == 0


def _dihedral(left: int, right: int) -> int:
    """The product in the symmetries of a pentagon: 0 to 4 turn, 5 to 9 mirror."""
    if left < 5:
        return (left + right) % 5 + (5 if right >= 5 else 0)
    return (left - right) % 5 + (0 if right >= 5 else 5)


def only_digits(text: str) -> str:
    """The digits of `text`."""
    return text if text.isascii() and text.isdigit() else _NO_DIGIT.sub("", text)
