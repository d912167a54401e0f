"""Amounts of money: reading them from text and naming their currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from compiled_ai.modules._digits import DIGITS, EXACT, SPACED_DIGITS, read_digits, trimmed
from compiled_ai.modules._number_words import NUMBER_WORDS, SCALES, number_words, words_value
from compiled_ai.modules._scan import any_of, plain, plain_fold
from compiled_ai.modules.numbers import parse_number

__all__ = ["Money", "MoneyMention", "currency_code", "find_money", "parse_money"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its ISO 4217 currency, None when the text names none."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class MoneyMention:
    """An amount of money in a text: where it stands, amount and ISO 4217 currency."""

    start: int
    end: int
    text: str
    amount: Decimal
    currency: str


# Code: the symbols and words that mean it. Left out as ambiguous: kr, peso, krone, franc, real, won.
_CURRENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "USD": (("$", "us$"), ("dollar", "dollars", "us dollar", "us dollars", "american dollars", "buck", "bucks")),
    "EUR": (("€",), ("euro", "euros")),
    "GBP": (("£",), ("pound", "pounds", "pounds sterling", "british pounds", "quid", "sterling")),
    "CHF": (("sfr", "fr."), ("swiss franc", "swiss francs")),
    "JPY": (("¥", "jp¥"), ("yen", "japanese yen")),
    "CNY": (("cn¥", "rmb"), ("yuan", "renminbi", "chinese yuan")),
    "INR": (("₹",), ("rupee", "rupees", "indian rupee", "indian rupees")),
    "CAD": (("ca$", "c$", "can$"), ("canadian dollar", "canadian dollars")),
    "AUD": (("a$", "au$"), ("australian dollar", "australian dollars")),
    "NZD": (("nz$",), ("new zealand dollar", "new zealand dollars")),
    "HKD": (("hk$",), ("hong kong dollar", "hong kong dollars")),
    "SGD": (("s$", "sg$"), ("singapore dollar", "singapore dollars")),
    "MXN": (("mx$",), ("mexican peso", "mexican pesos")),
    "BRL": (("r$",), ("reais", "brazilian real", "brazilian reais")),
    "SEK": ((), ("swedish krona", "swedish kronor", "swedish crown", "swedish crowns")),
    "NOK": ((), ("norwegian krone", "norwegian kroner", "norwegian crown", "norwegian crowns")),
    "DKK": ((), ("danish krone", "danish kroner", "danish crown", "danish crowns")),
    "PLN": (("zł", "zl"), ("zloty", "zlotys", "zlotych")),
    "CZK": (("kč", "kc"), ("czech koruna", "czech crown", "czech crowns")),
    "ZAR": ((), ("rand", "south african rand")),
    "KRW": (("₩",), ("korean won", "south korean won")),
    "TRY": (("₺",), ("turkish lira", "turkish liras")),
    "ILS": (("₪",), ("shekel", "shekels")),
    "UAH": (("₴",), ("hryvnia", "hryvnias")),
    "THB": (("฿",), ("baht", "thai baht")),
}  # fmt: skip
_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"))
_CODE_OF = (
    {code.lower(): code for code in _CURRENCIES}
    | {plain_fold(symbol): code for code, (symbols, _) in _CURRENCIES.items() for symbol in symbols}
    | {word: code for code, (_, names) in _CURRENCIES.items() for word in names}
)
_UPPER_CASE_ONLY = frozenset(("try", "cad", "ils"))
_GENERIC_DOLLARS = frozenset(("$", "dollar", "dollars", "buck", "bucks"))
_HUNDREDTHS = {"cent": _DOLLARS | {"EUR"}, "penn": frozenset(("GBP",)), "penc": frozenset(("GBP",))}
_SCALES = {"k": 10**3, "grand": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9} | SCALES

_SIGNS = any_of(name for name, code in _CODE_OF.items() if name not in _CURRENCIES[code][1])
_DIGITS = re.compile(
    rf"(?<![0-9])(?<![0-9][.,:'])(?<![#@/^])(?P<digits>{SPACED_DIGITS}|{DIGITS})"
    r"(?![.:'/-]?[0-9]{2,}[/:-])(?!%)"
)
_SCALE = re.compile(rf"[\s-]?({any_of(_SCALES)})(?!\w)")
_BEFORE = re.compile(
    rf"(?P<minus>(?<![\w)])-)?(?<!\w)(?P<name>{_SIGNS})(?:\s?|(?P<inner>\s?-))$|(?<![\w)])(?P<sign>-)$"
)
_AFTER = re.compile(rf"[\s-]?(?P<name>{any_of(_CODE_OF)})(?!\w)")
_CENTS = re.compile(
    r",?\s(?:and\s)?(?P<cents>[0-9]{1,2}|[a-z]+(?:[\s-][a-z]+)?)\s(?P<kind>cent|penc|penn)(?:s|e|y|ies)?\b"
)
_AMBIGUOUS_THOUSAND = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_WEIGHT_AFTER = re.compile(r"\s(?:of|heavier|lighter|overweight|each|in\sweight)\b")
_WEIGHT_BEFORE = re.compile(r"\b(?:weigh|weight|lose|lost|losing|gain)")


@dataclass(slots=True)
class _Amount:
    """A number on its way to becoming money. Offsets move outwards as sign and currency are found."""

    start: int
    end: int
    value: Decimal
    scale: int = 1
    cents: Decimal = Decimal(0)
    code: str | None = None
    prefixed: bool = False
    """Whether the currency stands before the number."""


def find_money(text: str) -> list[MoneyMention]:
    """Every number with a currency, in order: "$12.50", "EUR 1.234,50", "12 dollars", "-£5", "$1.5m".

    A range ("10-20 EUR") is two mentions. Separators follow `parse_number`, also with spaces ("1 234,50 €");
    an amount as "1.234 €" is left out, because it may mean thousands. Left out as well are pounds that are a
    weight, and contradictory currencies.
    """
    amounts = _amounts(plain_fold(text), text)
    return [
        MoneyMention(amount.start, amount.end, text[amount.start : amount.end], _total(amount), amount.code)
        for amount in amounts
        if amount.code is not None
    ]


def parse_money(text: str) -> Money | None:
    """The amount that the whole text is (its currency None if unnamed), or None if it is anything else."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    for mention in find_money(text):
        if (mention.start, mention.end) == (start, end):
            return Money(mention.amount, mention.currency)
    bare = plain(text).strip()
    value = None if _AMBIGUOUS_THOUSAND.fullmatch(bare.lstrip("+- ")) else parse_number(bare)
    return None if value is None else Money(value, None)


def currency_code(text: str) -> str | None:
    """The ISO 4217 code of a symbol, code or name ("€", "eur", "Swiss francs"; "$" is USD), or None."""
    return _CODE_OF.get(" ".join(plain_fold(text).split()))


def _amounts(folded: str, text: str) -> list[_Amount]:
    amounts: list[_Amount] = []
    for amount in _candidates(folded):
        previous = amounts[-1] if amounts else None
        if previous and amount.start < previous.end:
            continue
        _find_currency(amount, folded, text, previous.end if previous else 0)
        if previous:
            _share_currency(previous, amount, folded)
        amounts.append(amount)
    return amounts


def _candidates(folded: str) -> list[_Amount]:
    found = [_Amount(start, end, value) for start, end, value in number_words(folded)]
    for match in _DIGITS.finditer(folded):
        value = read_digits(match["digits"])
        scale = _SCALE.match(folded, match.end())
        if value is None or (not scale and _AMBIGUOUS_THOUSAND.fullmatch(match["digits"])):
            continue
        amount = _Amount(match.start(), match.end(), value)
        if scale:
            amount.scale, amount.end = _SCALES[scale[1]], scale.end()
        found.append(amount)
    return sorted(found, key=lambda amount: (amount.start, -amount.end))


def _find_currency(amount: _Amount, folded: str, text: str, floor: int) -> None:
    before = _BEFORE.search(folded, max(floor, amount.start - 8), amount.start)
    after = _AFTER.match(folded, amount.end)
    prefix = _name(before, text) if before and before["name"] else None
    suffix = _name(after, text) if after else None
    if after and suffix and (_starts_next(after, has_prefix=prefix is not None) or _is_weight(amount, after)):
        suffix = None
    if not prefix and _is_inside_name(folded, amount.start, floor):
        return
    amount.code = _agreed(prefix, suffix)
    amount.prefixed = prefix is not None
    if before and (prefix or before["sign"]):
        amount.start = before.start()
        negative = before["sign"] or before["minus"] or before["inner"]
        amount.value = amount.value.copy_negate() if negative and amount.value else amount.value
    if after and suffix:
        amount.end = after.end()
        _add_cents(amount, folded)


def _name(match: re.Match[str], text: str) -> str | None:
    name = re.sub(r"[\s-]", " ", match["name"])
    as_written = text[match.start("name") : match.end("name")]
    return None if name in _UPPER_CASE_ONLY and not as_written.isupper() else name


def _agreed(prefix: str | None, suffix: str | None) -> str | None:
    codes = [_CODE_OF[name] for name in (prefix, suffix) if name]
    if len(codes) < 2 or codes[0] == codes[1]:
        return codes[0] if codes else None
    if _DOLLARS.issuperset(codes):  # "$5 CAD"
        exact = [_CODE_OF[name] for name in (prefix, suffix) if name and name not in _GENERIC_DOLLARS]
        return exact[0] if len(exact) == 1 else None
    return None


def _starts_next(after: re.Match[str], *, has_prefix: bool) -> bool:
    """Whether the name stands before the next number rather than after this one, as "EUR" in "USD 5 EUR 6"."""
    return (
        re.match(
            r"\s?[.-]?[0-9]" if has_prefix else r"[.-]?[0-9]", after.string[after.end() : after.end() + 3]
        )
        is not None
    )


def _is_weight(amount: _Amount, after: re.Match[str]) -> bool:
    if after["name"] not in {"pound", "pounds"}:
        return False
    before = after.string[max(0, amount.start - 30) : amount.start]
    return bool(_WEIGHT_AFTER.match(after.string, after.end()) or _WEIGHT_BEFORE.search(before))


def _is_inside_name(folded: str, start: int, floor: int) -> bool:
    """Whether letters run into the number ("A4", "SO-104233"); the second half of "10-20" does not count."""
    before = folded[max(0, start - 2) : start]
    return bool(re.search(r"\w$", before) or (re.search(r"\w-$", before) and floor != start - 1))


def _add_cents(amount: _Amount, folded: str) -> None:
    match = _CENTS.match(folded, amount.end)
    if not match or amount.code not in _HUNDREDTHS[match["kind"]]:
        return
    in_words = NUMBER_WORDS.fullmatch(match["cents"])
    cents = words_value(in_words) if in_words else read_digits(match["cents"])
    if cents is not None and cents < 100:
        amount.cents = cents
        amount.end = match.end()


def _share_currency(first: _Amount, second: _Amount, folded: str) -> None:
    """Give both ends of a range the currency, and the scale, that only one of them names."""
    gap = folded[first.end : second.start]
    spoken = gap in {" to ", " or "} or (gap == " and " and folded[: first.start].endswith("between "))
    if first.value >= second.value * second.scale or not (gap == "-" or spoken):
        return
    if second.code and not first.code and not second.prefixed:
        first.code = second.code
    elif first.code and first.prefixed and not second.code and gap == "-":
        second.code = first.code
    else:
        return
    if first.scale == 1 and first.value < second.value:
        first.scale = second.scale


def _total(amount: _Amount) -> Decimal:
    value = amount.value
    if amount.scale > 1:
        value = trimmed(EXACT.multiply(value, Decimal(amount.scale)))
    cents = EXACT.scaleb(amount.cents, -2).copy_sign(value)
    return EXACT.add(value, cents) if cents else value
