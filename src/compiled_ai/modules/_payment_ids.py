"""Identifiers of payments: bank accounts, banks and cards."""

from __future__ import annotations

import re

from compiled_ai.modules._check_digits import is_luhn, mod_97
from compiled_ai.modules._identifier_scan import AFTER, BEFORE, IdentifierKind

_LENGTHS = """AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24
FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31
SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"""
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _LENGTHS.split()}
"""By country: SWIFT's IBAN registry, https://www.swift.com/standards/data-standards/iban-international-bank-account-number."""

_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK
YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_COUNTRY_CODES.split())
"""ISO 3166-1, and Kosovo's code in banking."""

_BRANDS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("Visa", "4", (13, 16, 19)),
    ("Mastercard", "5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),
    ("American Express", "3[47]", (15,)),
    ("Discover", "6011|64[4-9]|65", (16, 17, 18, 19)),
    ("Diners Club", "30[0-5]|3095|3[689]", (14, 15, 16, 17, 18, 19)),
    ("JCB", "35(?:2[89]|[3-8])", (16, 17, 18, 19)),
    ("UnionPay", "62", (16, 17, 18, 19)),
    ("Mir", "220[0-4]", (16, 17, 18, 19)),
    ("Maestro", "5018|5020|5038|5893|6304|6759|676[1-3]", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("RuPay", "60|81|82|508", (16,)),
)
"""Brand, how its numbers begin, and their lengths: https://en.wikipedia.org/wiki/Payment_card_number, which lists the networks' sources."""


def read_card(text: str) -> tuple[str, str] | None:
    """Digits and brand of a card number whose check digit is right."""
    if not re.fullmatch(r"[0-9](?:[ -]?[0-9]){11,18}", text):
        return None
    digits = re.sub("[ -]", "", text)
    for brand, begin, lengths in _BRANDS:
        if len(digits) in lengths and re.match(begin, digits):
            return (digits, brand) if is_luhn(digits) else None
    return None


def _read_card(text: str) -> str | None:
    found = read_card(text)
    return found[0] if found else None


def _read_iban(text: str) -> str | None:
    """Check digits by ISO 13616, the length by country."""
    compact = re.sub("[ -]", "", text).upper()
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}", compact):
        return None
    right = len(compact) == _IBAN_LENGTHS.get(compact[:2]) and mod_97(compact[4:] + compact[:4]) == 1
    return compact if right else None


def _read_bic(text: str) -> str | None:
    """ISO 9362: institution, country, place, branch. It has no check digit."""
    upper = text.upper()
    is_bic = re.fullmatch("[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", upper) and upper[4:6] in _COUNTRIES
    return upper if is_bic else None


IBAN = IdentifierKind(
    name="iban",
    pattern=re.compile(rf"{BEFORE}[A-Z]{{2}}[0-9]{{2}}(?:[ -]?[A-Z0-9]){{10,30}}(?!\w)"),
    read=_read_iban,
    labels=("iban", "bank account", "account", "acct"),
    may_be_shorter=True,
)
CARD = IdentifierKind(
    name="card",
    pattern=re.compile(
        rf"{BEFORE}(?:[0-9]{{4}}(?P<sign>[ -])[0-9]{{4}}(?P=sign)[0-9]{{4}}(?P=sign)[0-9]{{4}}(?:(?P=sign)[0-9]{{1,3}})?"
        rf"|[0-9]{{4}}(?P<other>[ -])[0-9]{{6}}(?P=other)[0-9]{{4,5}}|[0-9]{{12,19}}){AFTER}"
    ),
    read=_read_card,
    may_be_shorter=True,
    labels=(
        "card", "credit card", "debit card", "visa", "mastercard", "master card", "amex", "american express", "discover",
        "diners club", "jcb", "cc", "pan", "maestro", "payment card", "ending",
    ),
)  # fmt: skip
BIC = IdentifierKind(
    name="bic",
    pattern=re.compile(rf"{BEFORE}[A-Z]{{6}}[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?{AFTER}"),
    read=_read_bic,
    labels=("bic", "swift", "swift/bic", "bic/swift", "swift bic", "bic swift", "bank identifier"),
    is_clear=lambda _: False,
)
