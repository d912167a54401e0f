"""VAT numbers of the European Union and the United Kingdom: form and check digits by country.

The rules are those of the Commission's VIES paper "VAT number construction rules" (https://studylib.net/doc/7254793/vat-number-construction-rules) and,
for what it leaves open, of the countries themselves. The tests compare them with the python-stdnum library.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable

from compiled_ai.modules._check_digits import digits_of, is_luhn, is_mod_11_10, luhn_sum, mod_97, weighted
from compiled_ai.modules._identifier_scan import BEFORE, IdentifierKind

_Check = Callable[[str], bool]


def _is_date(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _is_austrian(number: str) -> bool:
    return (luhn_sum(number[1:8]) + 4 + int(number[8])) % 10 == 0


def _is_belgian(number: str) -> bool:
    return 97 - int(number[:8]) % 97 == int(number[8:])


def _is_bulgarian(number: str) -> bool:
    if len(number) == 9:
        first = weighted(number[:8], range(1, 9)) % 11
        return (first if first < 10 else weighted(number[:8], range(3, 11)) % 11 % 10) == int(number[8])
    last, month = int(number[9]), int(number[2:4])
    year = int(number[:2]) + {0: 1900, 1: 1800, 2: 2000}.get(month // 20, 1900)
    is_citizen = weighted(number, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == last
    is_foreigner = weighted(number, (21, 19, 17, 13, 11, 9, 7, 3, 1)) % 10 == last
    is_other = -weighted(number, (4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 == last
    return (
        is_foreigner
        or is_other
        or (is_citizen and month < 60 and _is_date(year, month % 20, int(number[4:6])))
    )


def _is_cypriot(number: str) -> bool:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
    digits = digits_of(number[:8])
    total = sum(digits[1::2]) + sum(odd[digit] for digit in digits[::2])
    return not number.startswith("12") and chr(ord("A") + total % 26) == number[8]


def _is_czech(number: str) -> bool:
    if len(number) == 8:
        return number[0] != "9" and (-weighted(number, range(8, 1, -1)) % 11 or 1) % 10 == int(number[7])
    if len(number) == 9 and number[0] == "6":
        return (8 - (10 - weighted(number[1:], range(8, 1, -1)) % 11) % 11) % 10 == int(number[8])
    return _is_czech_person(number)


def _is_czech_person(number: str) -> bool:
    """A birth number: nine digits until 1953, then a check digit; women have 50 more months, and full years 20 more."""
    year, month, day = int(number[:2]), int(number[2:4]) % 50, int(number[4:6])
    if len(number) == 9:
        return year < 54 and _is_date(1900 + year, month, day)
    year += 1900 if year >= 54 else 2000
    month -= 20 if month > 20 and year >= 2004 else 0
    is_checked = int(number[:9]) % 11 % 10 == int(number[9])
    return is_checked and _is_date(year, month, day)


def _is_danish(number: str) -> bool:
    return weighted(number, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _is_estonian(number: str) -> bool:
    return weighted(number, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0


def _is_finnish(number: str) -> bool:
    return weighted(number, (7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0


def _is_french(number: str) -> bool:
    """The SIREN by Luhn, which Monaco's numbers (000) do not follow, and a key of two digits or with a letter."""
    key, siren = number[:2], number[2:]
    if not siren.startswith("000") and not is_luhn(siren):
        return False
    if key.isdigit():
        return int(siren + "12") % 97 == int(key)
    alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    first, second = alphabet.index(key[0]), alphabet.index(key[1])
    value = first * 24 + second - 10 if key[0].isdigit() else first * 34 + second - 100
    return (int(siren) + 1 + value // 11) % 11 == value % 11


def _is_greek(number: str) -> bool:
    return weighted(number, [2**power for power in range(8, 0, -1)]) % 11 % 10 == int(number[8])


def _is_hungarian(number: str) -> bool:
    return weighted(number, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0


def _is_irish(number: str) -> bool:
    letters = "WABCDEFGHIJKLMNOPQRSTUV"
    if number[1].isdigit():
        digits, more = number[:7], number[8:]
    else:  # until 2013 a second character that is no digit; the first digit counts as the last
        digits, more = f"0{number[2:7]}{number[0]}", ""
    extra = letters.index(more) * 9 if more else 0
    return letters[(weighted(digits, range(8, 1, -1)) + extra) % 23] == number[7]


def _is_italian(number: str) -> bool:
    province = int(number[7:10])
    is_office = 1 <= province <= 100 or province in (120, 121, 888, 999)
    return int(number[:7]) > 0 and is_office and is_luhn(number)


def _is_lithuanian(number: str) -> bool:
    body = number[:-1]
    if body[-1] != "1":
        return False
    first = weighted(body, [1 + place % 9 for place in range(len(body))]) % 11
    second = weighted(body, [1 + (place + 2) % 9 for place in range(len(body))]) % 11
    return (first if first < 10 else second % 10) == int(number[-1])


def _is_luxembourgish(number: str) -> bool:
    return int(number[:6]) % 89 == int(number[6:])


def _is_latvian(number: str) -> bool:
    if number[0] > "3":
        return weighted(number, (9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)) % 11 == 3
    # Since 2017 those of persons begin with 32 instead of the date of birth.
    year = 1800 + 100 * int(number[6]) + int(number[4:6])
    is_born = number[6] <= "2" and _is_date(year, int(number[2:4]), int(number[:2]))
    return (is_born or number.startswith("32")) and (
        1 + weighted(number, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))
    ) % 11 % 10 == int(number[10])


def _is_maltese(number: str) -> bool:
    return weighted(number, (3, 4, 6, 7, 8, 9, 10, 1)) % 37 == 0


def _is_dutch(number: str) -> bool:
    """By the old check of the first nine digits, or since 2020 by the one of all characters."""
    old = weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0
    return int(number[:9]) > 0 and int(number[10:]) > 0 and (old or mod_97("NL" + number) == 1)


def _is_polish(number: str) -> bool:
    return weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(number[9])


def _is_portuguese(number: str) -> bool:
    return (11 - weighted(number, range(9, 1, -1))) % 11 % 10 == int(number[8])


def _is_romanian(number: str) -> bool:
    body = number[:-1].zfill(9)
    return weighted(body, (7, 5, 3, 2, 1, 7, 5, 3, 2)) * 10 % 11 % 10 == int(number[-1])


def _is_slovenian(number: str) -> bool:
    rest = 11 - weighted(number, range(8, 1, -1)) % 11
    return rest != 11 and rest % 10 == int(number[7])


def _is_slovak(number: str) -> bool:
    return int(number) % 11 == 0 and number[2] in "234789"


def _is_spanish(number: str) -> bool:
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    first, last = number[0], number[-1]
    if first.isdigit() or first in "XYZKLM":
        body = (
            number[1:-1]
            if first in "KLM"
            else str("XYZ".find(first) if first in "XYZ" else first) + number[1:-1]
        )
        return letters[int(body) % 23] == last
    check = -luhn_sum(number[1:8] + "0") % 10
    as_letter, as_digit = last == "JABCDEFGHI"[check], last == str(check)
    if first in "PQSNWR":
        return as_letter
    return as_digit or (as_letter and first not in "ABEH")


def _is_swedish(number: str) -> bool:
    return is_luhn(number[:10]) and number.endswith("01")


def _is_british(number: str) -> bool:
    if number[0] in "GH":
        return (number[0] == "G") == (int(number[2:]) < 500)
    rest = (weighted(number, range(8, 1, -1)) + int(number[7:9])) % 97
    # The rests 42 and 55 are those of newer ranges.
    return int(number[:7]) > 0 and (rest == 0 or (number[0] != "0" and rest in (42, 55)))


_BRITISH = ("[0-9]{9}(?:[0-9]{3})?|(?:GD|HA)[0-9]{3}", _is_british)
_RULES: dict[str, tuple[str, _Check]] = {
    "AT": ("U[0-9]{8}", _is_austrian),
    "BE": ("[01][0-9]{9}", _is_belgian),
    "BG": ("[0-9]{9,10}", _is_bulgarian),
    "CY": ("[0-9]{8}[A-Z]", _is_cypriot),
    "CZ": ("[0-9]{8,10}", _is_czech),
    "DE": ("[1-9][0-9]{8}", is_mod_11_10),
    "DK": ("[1-9][0-9]{7}", _is_danish),
    "EE": ("[0-9]{9}", _is_estonian),
    "EL": ("[0-9]{9}", _is_greek),
    "ES": ("[0-9X-ZK-M][0-9]{7}[A-Z]|[A-HJNP-SUVW][0-9]{7}[0-9A-J]", _is_spanish),
    "FI": ("[0-9]{8}", _is_finnish),
    "FR": ("[0-9A-HJ-NP-Z]{2}[0-9]{9}", _is_french),
    "HR": ("[0-9]{11}", is_mod_11_10),
    "HU": ("[0-9]{8}", _is_hungarian),
    "IE": (r"[0-9][0-9A-Z+*][0-9]{5}[A-W]|[0-9]{7}[A-W][A-IW]", _is_irish),
    "IT": ("[0-9]{11}", _is_italian),
    "LT": ("[0-9]{9}|[0-9]{12}", _is_lithuanian),
    "LU": ("[0-9]{8}", _is_luxembourgish),
    "LV": ("[0-9]{11}", _is_latvian),
    "MT": ("[1-9][0-9]{7}", _is_maltese),
    "NL": ("[0-9]{9}B[0-9]{2}", _is_dutch),
    "PL": ("[0-9]{10}", _is_polish),
    "PT": ("[1-9][0-9]{8}", _is_portuguese),
    "RO": ("[1-9][0-9]{1,9}", _is_romanian),
    "SE": ("[0-9]{12}", _is_swedish),
    "SI": ("[1-9][0-9]{7}", _is_slovenian),
    "SK": ("[1-9][0-9]{9}", _is_slovak),
    "GB": _BRITISH,
    "XI": _BRITISH,
}


def read_vat(text: str) -> str | None:
    """Country and number without separators, if form and check digits are right."""
    compact = re.sub(r"[\s./-]", "", text).upper()
    country, number = compact[:2].replace("GR", "EL"), compact[2:]
    rule = _RULES.get(country)
    if rule is None or not re.fullmatch(rule[0], number):
        return None
    if country == "BE" and len(number) == 9:
        number = "0" + number
    return country + number if rule[1](number) else None


VAT = IdentifierKind(
    name="vat",
    pattern=re.compile(
        rf"{BEFORE}(?:{'|'.join([*_RULES, 'GR'])})[ -]?[0-9A-Z](?:[ ./-]?[0-9A-Z]){{1,13}}(?![\w@])"
    ),
    read=read_vat,
    labels=(
        "vat", "vat reg", "vat registration", "vatin", "uid", "ust id", "ust idnr", "ust idnr.", "tva", "btw", "iva", "partita iva",
        "nif", "moms", "tax id", "tax",
    ),
    is_clear=lambda text: sum(char.isdigit() for char in text) >= 7,
    may_be_shorter=True,
)  # fmt: skip
