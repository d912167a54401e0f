"""Recognising telephone numbers: by their form, by the numbering plans of libphonenumber, and by the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from compiled_ai.gates._pii_checks import only_digits
from compiled_ai.gates._pii_hits import Hit, is_named_after, words_before

_RUN: Final = re.compile(
    r"(?<![\w$€£¥#@/+])(?<![0-9][.,:=-])(?:\+ ?)?\(?\+?[0-9]{1,15}(?:[ .()/-]{1,3}[0-9]{1,14}){0,8}+"
    r"(?P<ext> ?(?:[xX#]|ext\.?|extension)[ .:]{0,2}[0-9]{1,6})?(?!\w)"
)
_NANP: Final = re.compile(
    r"(?:\+?1[ .-]{1,2}|\+?1)?(?:\([2-9][0-9]{2}\)[ .-]{0,2}|[2-9][0-9]{2}(?P<sign>[ .-]|- | -))[0-9]{3}[ .-][0-9]{4}"
)
_DATE_OR_ADDRESS: Final = re.compile(
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?: [0-9]{1,2})?"
)
_OWN: Final = re.compile(
    r"(?<![a-z])(?:tele)?(?:phones?|fon|tel|telefon|telefono|teléfono|mobile|mobil|cell|cellphone|fax|whatsapp|call|calls|called|calling|dial|"
    r"text|sms|hotline|desk|office|landline|reach|ring|callback|answering|registered|messages?|handset|home|work|contact)(?![a-z])"
)
_OTHER: Final = re.compile(
    r"(?<![a-z])(?:order|invoice|account|acct|ticket|tracking|case|claim|policy|reference|ref|card|credit|debit|cc|npi|iban|isbn|ssn|social|ein|id|sku|serial|"
    r"member|customer id|transaction|zip|postcode|batch|booking|confirmation|record|mrn|routing|passport|license|licence|pin|cvv|year|price|"
    r"amount|total|version|ip|port|vat|dni|cpf|nhs|aadhaar|apt|suite)(?![a-z])"
)
_AFTER: Final = (
    "office",
    "fax",
    "mobile",
    "cell",
    "home",
    "work",
    "desk",
    "phone",
    "tel",
    "direct",
    "landline",
)
_REGIONS: Final = (
    "GB",
    "DE",
    "FR",
    "IT",
    "CH",
    "AT",
    "BE",
    "NL",
    "SE",
    "AU",
    "ZA",
    "FI",
    "IE",
    "NZ",
    "JP",
    "IN",
)
"""Whose national form, with its leading zero, is known without a word beside it."""
_MOST_PLAN_CHECKS: Final = 20_000
"""In one text. Later ones are judged by form alone, so that no text takes minutes."""
_FEWEST, _MOST = 6, 17
_TRIES: Final = 4


def find_phones(text: str) -> Iterator[Hit]:
    """Telephone numbers with an international prefix, in the groups of North America, or with a word beside them."""
    checks = 0
    for match in _RUN.finditer(text):
        if len(match[0]) < _FEWEST or not len(only_digits(match[0])) >= _FEWEST:
            continue
        checks += 1
        found = _best(text, match, by_plan=checks <= _MOST_PLAN_CHECKS)
        if found:
            yield found


def _best(text: str, match: re.Match[str], *, by_plan: bool) -> Hit | None:
    """The longest beginning of `match` that is a number; what follows it may be another."""
    start = match.start()
    number = match[0][: match.start("ext") - start] if match["ext"] else match[0]
    tail = len(match[0]) - len(number)
    labelled = _is_labelled(text, start, match.end())
    for _ in range(_TRIES):
        score = _score(number.strip(), labelled=labelled, by_plan=by_plan)
        if score:
            return Hit(start, start + len(number) + tail, "phone", score)
        cut = re.search(r"[ .()/-]{1,3}[0-9]{1,14}\Z", number)
        if not cut:
            return None
        number, tail, labelled = number[: cut.start()], 0, labelled and cut[0][0] == " "
    return None


def _is_labelled(text: str, start: int, end: int) -> bool:
    before = words_before(text, start)
    own = max((found.end() for found in _OWN.finditer(before)), default=-1)
    other = max((found.end() for found in _OTHER.finditer(before)), default=-1)
    return own > other or is_named_after(text, end, _AFTER)


def _score(number: str, *, labelled: bool, by_plan: bool) -> float:
    digits = only_digits(number)
    if not _FEWEST <= len(digits) <= _MOST or _DATE_OR_ADDRESS.fullmatch(number):
        return 0.0
    nanp = _NANP.fullmatch(number)
    if nanp:
        return 0.6 if nanp["sign"] == " " and not labelled and "+" not in number else 0.85
    if "+" in number or number.startswith("00"):
        international = "+" + digits.removeprefix("00")
        if _is_possible(international.replace("+0", "+"), number, by_plan=by_plan):
            return 0.9
    if labelled and len(digits) <= 15:
        return 0.75
    leads = number.lstrip("(").startswith("0") and 9 <= len(digits) <= 11 and re.search("[ ./()-]", number)
    return 0.55 if leads and (not by_plan or _is_national(digits)) else 0.0


def _is_possible(international: str, written: str, *, by_plan: bool) -> bool:
    import phonenumbers

    if not by_plan:
        return True
    for attempt in (international, written):
        try:
            if phonenumbers.is_possible_number(phonenumbers.parse(attempt, None)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _is_national(digits: str) -> bool:
    import phonenumbers

    for region in _REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
