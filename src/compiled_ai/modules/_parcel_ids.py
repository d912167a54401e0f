"""Numbers on things: parcels, books, and codes of letters and digits in general."""

from __future__ import annotations

import re

from compiled_ai.modules._check_digits import digits_of, weighted
from compiled_ai.modules._identifier_scan import AFTER, BEFORE, IdentifierKind

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def carrier_of(text: str) -> tuple[str, str] | None:
    """Carrier and compact form of a tracking number whose check digit is right."""
    compact = re.sub("[ -]", "", text).upper()
    for form, carrier, check in _CARRIERS:
        if re.fullmatch(form, compact) and check(compact):
            return carrier, compact
    return None


def _is_ups(number: str) -> bool:
    """A letter counts as (its place in the alphabet + 1) modulo ten: http://answers.google.com/answers/threadview/id/207899.html."""
    values = [int(char) if char.isdigit() else (ord(char) - 63) % 10 for char in number[2:]]
    return (sum(values[:-1:2]) + 2 * sum(values[1:-1:2]) + values[-1]) % 10 == 0


def _is_postal(number: str) -> bool:
    """UPU S10, with its country: https://www.upu.int/en/postal-solutions/programmes-services/standards."""
    rest = 11 - weighted(number[2:10], _S10_WEIGHTS) % 11
    return {10: 0, 11: 5}.get(rest, rest) == int(number[10])


def _is_mod_10_3_1(number: str) -> bool:
    """As in the barcodes of GS1, and in USPS publication 199."""
    digits = digits_of(number)[::-1]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _is_fedex_express(number: str) -> bool:
    return weighted(number, (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)) % 11 % 10 == int(number[11])


def _is_dhl(number: str) -> bool:
    return int(number[:9]) % 7 == int(number[9])


_CARRIERS = (
    ("1Z[0-9A-Z]{15}[0-9]", "UPS", _is_ups),
    ("[A-Z]{2}[0-9]{9}[A-Z]{2}", "postal", _is_postal),
    ("9[1-5][0-9]{20}", "USPS", _is_mod_10_3_1),
    ("TB[ABCM][0-9]{12}", "Amazon", lambda _: True),
    ("[0-9]{12}", "FedEx", _is_fedex_express),
    ("[0-9]{15}", "FedEx", _is_mod_10_3_1),
    ("[0-9]{10}", "DHL", _is_dhl),
)


def _read_tracking(text: str) -> str | None:
    found = carrier_of(text)
    return found[1] if found else None


def _read_isbn(text: str) -> str | None:
    """As 13 digits: https://www.isbn-international.org/content/isbn-users-manual."""
    compact = re.sub("[ -]", "", text).upper()
    if re.fullmatch("97[89][0-9]{10}", compact):
        return compact if _is_mod_10_3_1(compact) else None
    if not re.fullmatch("[0-9]{9}[0-9X]", compact):
        return None
    last = 10 if compact[9] == "X" else int(compact[9])
    if (weighted(compact[:9], range(10, 1, -1)) + last) % 11:
        return None
    body = "978" + compact[:9]
    return next(body + digit for digit in "0123456789" if _is_mod_10_3_1(body + digit))


def _read_code(text: str) -> str | None:
    upper = text.upper()
    is_code = re.fullmatch("[A-Z0-9]+(?:[-_/.][A-Z0-9]+)*", upper) and len(upper) <= 40
    return upper if is_code and re.search("[A-Z]", upper) and re.search("[0-9]", upper) else None


def _is_clear_isbn(text: str) -> bool:
    """Ten digits alone are too often something else."""
    return text.startswith("97") or text.count("-") == 3


TRACKING = IdentifierKind(
    name="tracking",
    is_weak=True,
    pattern=re.compile(
        rf"{BEFORE}(?:1[zZ](?:\s?[0-9A-Z]){{16}}|[A-Z]{{2}}\s?[0-9]{{3}}\s?[0-9]{{3}}\s?[0-9]{{3}}\s?[A-Z]{{2}}|TB[ABCM][0-9]{{12}}"
        rf"|9[1-5][0-9]{{2}}(?:\s?[0-9]{{4}}){{4}}\s?[0-9]{{2}}|[0-9]{{4}}\s[0-9]{{4}}\s[0-9]{{4}}|[0-9]{{15}}|[0-9]{{12}}|[0-9]{{10}}){AFTER}"
    ),
    read=_read_tracking,
    labels=(
        "tracking",
        "ups",
        "fedex",
        "usps",
        "dhl",
        "shipment",
        "parcel",
        "package",
        "awb",
        "waybill",
        "consignment",
    ),
    is_clear=lambda text: not text[0].isdigit() or text[:2].upper() == "1Z" or len(text) >= 22,
)
ISBN = IdentifierKind(
    name="isbn",
    is_weak=True,
    pattern=re.compile(
        rf"{BEFORE}(?:97[89][ -]?)?[0-9]{{1,5}}(?P<sign>[ -])[0-9]{{1,7}}(?P=sign)[0-9]{{1,7}}(?P=sign)[0-9xX]{AFTER}"
        rf"|{BEFORE}(?:97[89][ -]?[0-9]{{10}}|[0-9]{{9}}[0-9xX]){AFTER}"
    ),
    read=_read_isbn,
    labels=("isbn", "isbn 10", "isbn 13", "isbn10", "isbn13"),
    is_clear=_is_clear_isbn,
)
CODE = IdentifierKind(
    name="code",
    pattern=re.compile(
        r"(?<![\w@.#/-])(?=[A-Z0-9_/.-]{0,40}[A-Z])(?=[A-Z0-9_/.-]{0,40}[0-9])[A-Z0-9]{1,40}+(?:[-_/.][A-Z0-9]{1,40}+){0,6}+(?![\w@])(?!-\w)"
    ),
    read=_read_code,
    labels=("id", "code", "number", "order", "invoice", "ticket", "case", "sku", "part", "reference", "ref"),
)
