"""Recognisers of what has a check digit, a range or a fixed grammar."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Final

from compiled_ai.gates._pii_checks import (
    iban_length,
    is_aadhaar,
    is_base58_check,
    is_bech32,
    is_codice_fiscale,
    is_cpf,
    is_eip55,
    is_itin,
    is_nhs,
    is_nir,
    is_pesel,
    is_routing,
    only_digits,
)
from compiled_ai.gates._pii_hits import Hit, PiiType, Recogniser, is_labelled
from compiled_ai.modules._check_digits import is_luhn
from compiled_ai.modules.identifiers import parse_card, parse_ein, parse_iban, parse_npi, parse_ssn, parse_vat

_Scores = tuple[float, float]
_NO: Final = (0.0, 0.0)
_BEFORE: Final = r"(?<![\w])(?<![0-9][.,/-])"
_AFTER: Final = r"(?![\w])(?![.,/-][0-9])"
_CARD_LABELS: Final = (
    "card", "credit", "debit", "visa", "mastercard", "amex", "american express", "discover", "cc", "pan", "maestro", "jcb",
    "kreditkarte", "karte", "carte", "tarjeta", "carta",
)  # fmt: skip
_SSN_LABELS: Final = ("ssn", "social security", "social", "ss#", "ssn#")
_NATIONAL: Final = (
    "dni", "nie", "nif", "cpf", "aadhaar", "aadhar", "uidai", "sin", "social insurance", "nhs", "pesel", "personnummer",
    "codice fiscale", "nino", "national insurance", "ni number", "ni no", "national id", "insee", "securite sociale", "sécurité sociale",
    "nir", "identity number", "id number", "steuer-id", "npi", "provider",
)  # fmt: skip


def _card(match: re.Match[str]) -> _Scores:
    digits = only_digits(match[0])
    if len(set(digits)) < 3 and digits[0] == "0":
        return _NO
    right = is_luhn(digits)
    if right and parse_card(digits) is not None:
        return 0.9, 0.99
    return (0.2, 0.85) if right else (0.0, 0.6)


def _spaced_card(match: re.Match[str]) -> _Scores:
    digits = only_digits(match[0])
    if not is_luhn(digits) or parse_card(digits) is None:
        return _NO
    groups = {len(group) for group in re.split("[^0-9]+", match[0])}
    return (0.7 if len(groups) == 1 and len(digits) > 13 else 0.3), 0.9


def _ssn(match: re.Match[str]) -> _Scores:
    digits = only_digits(match[0])
    sign = match["sign"]
    if parse_ssn(digits) is not None:
        return {"-": 0.85, " ": 0.55, ".": 0.5}.get(sign, 0.1), 0.95
    return 0.0, 0.6


def _itin(match: re.Match[str]) -> _Scores:
    if not is_itin(only_digits(match[0])):
        return _NO
    return {"-": 0.8, " ": 0.5}.get(match["sign"], 0.1), 0.95


def _ipv4(match: re.Match[str]) -> _Scores:
    before = match.string[max(0, match.start() - 16) : match.start()].lower()
    if re.search(r"\b(?:v|ver|version|release|build|section|chapter)[ :=#\"'.]{0,4}\Z", before):
        return _NO
    try:
        address = ipaddress.IPv4Address(match[0])
    except ValueError:
        return _NO
    return _NO if address.is_loopback or address.is_unspecified else (0.8, 0.95)


def _ipv6(match: re.Match[str]) -> _Scores:
    text = match[0]
    if not any(sign.isdigit() for sign in text) or sum(map(bool, text.split(":"))) < 2 or text.count(":") < 2:
        return _NO
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return _NO
    if address.is_loopback or address.is_unspecified:
        return _NO
    return (0.85, 0.95) if text.count(":") > 2 else (0.5, 0.9)


def _coin(match: re.Match[str]) -> _Scores:
    return (0.97, 0.99) if is_base58_check(match[0]) else (0.0, 0.6)


def _segwit(match: re.Match[str]) -> _Scores:
    return (0.97, 0.99) if is_bech32(match[0]) else (0.0, 0.6)


def _ethereum(match: re.Match[str]) -> _Scores:
    body = match["body"]
    if body in (body.lower(), body.upper()):
        return 0.7, 0.9
    return (0.97, 0.99) if is_eip55(body) else (0.4, 0.7)


def _spanish(match: re.Match[str]) -> _Scores:
    return (0.6, 0.95) if parse_vat("ES" + re.sub("[ .-]", "", match[0])) else _NO


def _eleven(match: re.Match[str]) -> _Scores:
    digits = only_digits(match[0])
    dotted = "." in match[0]
    if is_cpf(digits):
        return (0.95 if dotted else 0.2), 0.95
    return (0.0, 0.85) if not dotted and is_pesel(digits) else _NO


def _ten(match: re.Match[str]) -> _Scores:
    digits = only_digits(match[0])
    return (0.0, 0.9) if is_nhs(digits) or parse_npi(digits) is not None else _NO


def _swedish(match: re.Match[str]) -> _Scores:
    digits = only_digits(match[0])[-10:]
    right = is_luhn(digits) and 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 31
    return (0.6, 0.9) if right else _NO


def _vat(match: re.Match[str]) -> _Scores:
    return (0.4, 0.9) if parse_vat(match[0]) else _NO


def _when(right: bool, bare: float, labelled: float, /) -> _Scores:  # noqa: FBT001 - reads as a sentence
    return (bare, labelled) if right else _NO


_SPANISH_ID: Final = Recogniser(
        kind="national_id",
        pattern=re.compile(r"(?<![\w])(?:[0-9]{8}[ -]?[A-Z]|[XYZ][ -]?[0-9]{7}[ -]?[A-Z])(?![\w-])"),
        score=_spanish,
        labels=_NATIONAL,
    )  # fmt: skip

AT_DIGITS: Final[tuple[Recogniser, ...]] = (
    _SPANISH_ID,
    Recogniser(
        kind="card",
        pattern=re.compile(
            rf"{_BEFORE}(?:[0-9]{{4}}(?P<a>[ ._-])[0-9]{{4}}(?P=a)[0-9]{{4}}(?P=a)[0-9]{{4}}(?:(?P=a)[0-9]{{1,3}}(?![0-9]))?"
            rf"|[0-9]{{4}}(?P<b>[ ._-])[0-9]{{6}}(?P=b)[0-9]{{4,5}}|[0-9]{{12,19}})(?!\w)"
        ),
        score=_card,
        labels=_CARD_LABELS,
    ),
    Recogniser(
        kind="card",
        pattern=re.compile(
            rf"{_BEFORE}[0-9]{{4}}(?P<a>[ ._-])[0-9]{{4}}(?P=a)[0-9]{{4}}(?P=a)[0-9]{{4}}(?=(?P=a)[0-9])"
        ),
        score=_card,
        labels=_CARD_LABELS,
    ),
    Recogniser(
        kind="card",
        pattern=re.compile(
            r"(?<![\w])(?<![0-9][ ._-])(?<![0-9][ ._-][ ._-])[0-9](?:[ ._-]{0,2}[0-9]){11,18}(?![ ._-]{0,2}[0-9])(?!\w)"
        ),
        score=_spaced_card,
        labels=_CARD_LABELS,
    ),
    Recogniser(
        kind="ssn",
        pattern=re.compile(rf"{_BEFORE}[0-9]{{3}}(?P<sign>[- .]?)[0-9]{{2}}(?P=sign)[0-9]{{4}}{_AFTER}"),
        score=_ssn,
        labels=_SSN_LABELS,
    ),
    Recogniser(
        kind="ssn",
        pattern=re.compile(
            r"(?<![\w])(?<![0-9][ .-])[0-9](?:[ .-]{0,3}[0-9]){8}(?![ .-]{0,3}[0-9])(?!\w)"
        ),
        score=lambda match: _when(parse_ssn(only_digits(match[0])) is not None, 0.0, 0.7),
        labels=_SSN_LABELS,
    ),
    Recogniser(
        kind="itin",
        pattern=re.compile(rf"{_BEFORE}9[0-9]{{2}}(?P<sign>[- ]?)[5-9][0-9](?P=sign)[0-9]{{4}}{_AFTER}"),
        score=_itin,
        labels=("itin", "taxpayer", "tin", "tax id"),
    ),
    Recogniser(
        kind="routing_number",
        pattern=re.compile(rf"{_BEFORE}[0-9]{{9}}{_AFTER}"),
        score=lambda match: (0.1, 0.95) if is_routing(match[0]) else (0.0, 0.55),
        labels=("routing", "aba", "rtn", "transit"),
    ),
    Recogniser(
        kind="tax_id",
        pattern=re.compile(rf"{_BEFORE}[0-9]{{2}}-?[0-9]{{7}}{_AFTER}"),
        score=lambda match: _when(parse_ein(match[0]) is not None, 0.3 if "-" in match[0] else 0.0, 0.85),
        labels=("ein", "fein", "employer identification", "tax id", "federal tax", "taxpayer"),
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(rf"{_BEFORE}(?:[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}-[0-9]{{2}}|[0-9]{{11}}){_AFTER}"),
        score=_eleven,
        labels=_NATIONAL,
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(rf"{_BEFORE}(?:[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{4}}){_AFTER}"),
        score=_ten,
        labels=_NATIONAL,
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(rf"{_BEFORE}[0-9]{{4}}(?P<sign>[ -]?)[0-9]{{4}}(?P=sign)[0-9]{{4}}{_AFTER}"),
        score=lambda match: _when(is_aadhaar(only_digits(match[0])), 0.3, 0.9),
        labels=_NATIONAL,
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(rf"{_BEFORE}[0-9]{{3}}(?P<sign>[ -]?)[0-9]{{3}}(?P=sign)[0-9]{{3}}{_AFTER}"),
        score=lambda match: _when(is_luhn(only_digits(match[0])), 0.0, 0.85),
        labels=_NATIONAL,
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(rf"{_BEFORE}[12] ?[0-9]{{2}} ?(?:0[1-9]|1[0-2]|[2-4][0-9]) ?[0-9]{{2}} ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{2}}{_AFTER}"),
        score=lambda match: _when(is_nir(only_digits(match[0])), 0.8, 0.95),
        labels=_NATIONAL,
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(rf"{_BEFORE}(?:19|20)?[0-9]{{6}}[-+][0-9]{{4}}{_AFTER}"),
        score=_swedish,
        labels=_NATIONAL,
        needs="-",
    ),
)  # fmt: skip
"""Of values with eight digits or more, the first sign being one."""
AT_LETTERS: Final[tuple[Recogniser, ...]] = (
    _SPANISH_ID,
    Recogniser(
        kind="crypto_address",
        pattern=re.compile(r"(?<![A-Za-z0-9])0[xX](?P<body>[0-9A-Fa-f]{40})(?![A-Za-z0-9])"),
        score=_ethereum,
        labels=("eth", "ethereum", "wallet", "address", "contract", "usdt", "usdc"),
    ),
    Recogniser(
        kind="tax_id",
        pattern=re.compile(r"(?<![\w])[A-Z]{2}[ -]?[0-9A-Z](?:[ ./-]?[0-9A-Z]){6,13}(?!\w)"),
        score=_vat,
        labels=("vat", "vatin", "ust-idnr", "ust-id", "uid", "tva", "btw", "iva", "partita iva", "tax id", "vat id", "moms"),
    ),
    Recogniser(
        kind="crypto_address",
        pattern=re.compile(r"(?<![A-Za-z0-9])[13LMDTX][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9])"),
        score=_coin,
        labels=("bitcoin", "btc", "wallet", "litecoin", "dogecoin", "tron", "ripple"),
    ),
    Recogniser(
        kind="crypto_address",
        pattern=re.compile(r"(?<![A-Za-z0-9])(?:bc|tb|ltc|BC|TB|LTC)1[02-9ac-hj-np-zAC-HJ-NP-Z]{11,71}(?![A-Za-z0-9])"),
        score=_segwit,
        labels=("bitcoin", "btc", "wallet", "litecoin"),
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(r"(?<![\w])[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z](?!\w)"),
        score=lambda match: _when(is_codice_fiscale(match[0]), 0.97, 0.99),
        labels=_NATIONAL,
    ),
    Recogniser(
        kind="national_id",
        pattern=re.compile(r"(?<![\w])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?P<sign> ?)[0-9]{2} ?[0-9]{2} ?[0-9]{2}(?P=sign)[A-D](?!\w)"),
        score=lambda _: (0.6, 0.9),
        labels=_NATIONAL,
    ),
)  # fmt: skip
"""Of values whose first word has letters and digits."""
ANYWHERE: Final[tuple[Recogniser, ...]] = (
    Recogniser(
        kind="ip_address",
        pattern=re.compile(r"(?<![\w.])(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}(?![0-9])(?!\.[0-9])"),
        score=_ipv4,
        labels=("ip", "address", "host", "client", "server"),
        needs=".",
    ),
    Recogniser(
        kind="ip_address",
        pattern=re.compile(r"[0-9A-Fa-f:](?<![\w:.].)(?:(?<=:)|(?=[0-9A-Fa-f]{0,3}:))[0-9A-Fa-f:]{2,38}(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?![\w:])"),
        score=_ipv6,
        labels=("ip", "ipv6", "address", "host"),
        needs=":",
    ),
    Recogniser(
        kind="mac_address",
        pattern=re.compile(r"[0-9A-Fa-f](?<![\w:-].)[0-9A-Fa-f](?P<sign>[:-])(?:[0-9A-Fa-f]{2}(?P=sign)){4}[0-9A-Fa-f]{2}(?![\w]|[:-][0-9A-Fa-f])"),
        score=lambda _: (0.85, 0.95),
        labels=("mac", "hardware address", "ethernet"),
    ),
    Recogniser(
        kind="mac_address",
        pattern=re.compile(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])"),
        score=lambda match: (0.2 if match[0].replace(".", "").isdigit() else 0.6, 0.9),
        labels=("mac", "hardware address", "ethernet"),
        needs=".",
    ),
)  # fmt: skip

_IBAN_START: Final = re.compile(r"(?i)([A-Z]{2})[0-9]{2}(?=[ .-]{0,2}[A-Z0-9])")
_IBAN_BODY: Final = re.compile(r"(?i)[A-Z]{2}[0-9]{2}(?:[ .-]{0,2}[A-Z0-9]){8,36}")


def iban_at(text: str, place: int) -> Hit | None:
    """The account number that begins at `place`, of the length of its country; with wrong check digits only after a label."""
    start = _IBAN_START.match(text, place)
    length = iban_length(start[1].upper()) if start and start[1].isascii() else None
    body = _IBAN_BODY.match(text, place) if length else None
    end = _end_of(body, length or 0) if body else None
    if end is None or text[end : end + 1].isalnum():
        return None
    compact = re.sub("[ .-]", "", text[place:end]).upper()
    if parse_iban(compact) is not None:
        return Hit(place, end, "iban", 0.99)
    labels = ("iban", "bank account", "konto", "kontonummer", "account")
    return Hit(place, end, "iban", 0.6) if is_labelled(text, place, labels) else None


def _end_of(body: re.Match[str], length: int) -> int | None:
    """Where the letters and digits of `body` are `length` many; None if they are fewer."""
    count = 0
    for offset, sign in enumerate(body[0]):
        count += sign.isalnum()
        if count == length:
            return body.start() + offset + 1
    return None


def _any_of(recognisers: Sequence[Recogniser]) -> re.Pattern[str]:
    """A pattern that matches where one of theirs does: one try in place of a dozen, nearly all of which fail."""
    renamed = (
        re.sub(r"\(\?P(<|=)(\w+)", rf"(?P\g<1>g{number}_\g<2>", one.pattern.pattern)
        for number, one in enumerate(recognisers)
    )
    return re.compile("|".join(f"(?:{pattern})" for pattern in renamed))


_ANY_AT_DIGITS: Final = _any_of(AT_DIGITS)
_ANY_AT_LETTERS: Final = _any_of(AT_LETTERS)
_COINS: Final = tuple(one for one in AT_LETTERS if one.kind == "crypto_address")
_ANY_COIN: Final = _any_of(_COINS)
_SURE: Final = 0.9
"""Behind such a hit the search goes on; nothing surer can begin inside."""
_RUN: Final = re.compile("[0-9]+")
_LONG: Final = re.compile("[0-9](?:[ ._/-]{0,3}[0-9]){7}")
_BACK: Final = re.compile(r"[^\W_]{0,40}\Z")


def word_starts(text: str) -> Iterator[int]:
    """Where words with a digit begin. Of a word of more than forty signs before its first digit, the last forty count."""
    last = -1
    for run in _RUN.finditer(text):
        start = run.start()
        if start and text[start - 1].isalnum():
            before = _BACK.search(text, max(0, start - 40), start)
            start = before.start() if before else start
        if start > last:
            yield start
        last = max(last, start, run.end())


def find_numbers(text: str, kinds: frozenset[PiiType]) -> Iterator[Hit]:
    """What has a check digit, a range or a fixed grammar."""
    at_digits = [one for one in AT_DIGITS if one.kind in kinds]
    at_letters = [one for one in AT_LETTERS if one.kind in kinds]
    coins = [one for one in _COINS if one.kind in kinds]
    done = 0
    for place in word_starts(text):
        if place < done:
            continue
        if "0" <= text[place] <= "9":
            found = _at_digit(text, place, at_digits, coins)
        else:
            found = _at_letter(text, place, at_letters, ibans="iban" in kinds)
        if found:
            yield from found
            done = max((hit.end for hit in found if hit.score >= _SURE), default=done)
    for one in ANYWHERE:
        if one.kind in kinds:
            yield from one.find(text)


def _at_digit(text: str, place: int, tried: Sequence[Recogniser], coins: Sequence[Recogniser]) -> list[Hit]:
    found: list[Hit] = []
    if _LONG.match(text, place) and _ANY_AT_DIGITS.match(text, place):
        found += _hits_at(text, place, tried)
    if text[place] in "013" and _ANY_COIN.match(text, place):
        found += _hits_at(text, place, coins)
    return found


def _at_letter(text: str, place: int, tried: Sequence[Recogniser], *, ibans: bool) -> list[Hit]:
    iban = iban_at(text, place) if ibans else None
    found = [iban] if iban else []
    if _ANY_AT_LETTERS.match(text, place):
        found += _hits_at(text, place, tried)
    return found


def _hits_at(text: str, place: int, tried: Sequence[Recogniser]) -> Iterator[Hit]:
    for one in tried:
        match = one.pattern.match(text, place)
        hit = one.hit_of(match) if match else None
        if hit:
            yield hit
