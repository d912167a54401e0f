"""Normalise the header fields of an invoice as an OCR engine reads them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from compiled_ai.spec.canonical import JsonObject

_CENT = Decimal("0.01")
_CURRENCIES = {"EUR": r"eur\b|€", "USD": r"usd\b|\$", "GBP": r"gbp\b|£", "CHF": r"chf\b|\bsfr\b"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMS = {
    "gmbh": "GmbH",
    "ag": "AG",
    "ltd": "Ltd",
    "inc": "Inc",
    "llc": "LLC",
    "sa": "S.A.",
}
_NUMBER_LABEL = re.compile(
    r"^\s*(?:(?:tax\s+)?(?:invoice|inv|bill|document|doc|rechnung|rechnungsnummer|facture)\b\.?\s*)?(?:(?:number|num|nummer|nr|no|id)\b\.?\s*)?[:#]*\s*",
    re.IGNORECASE,
)


def answer(data: JsonObject) -> JsonObject | None:
    """The fields, or None."""
    texts = {name: "" if value is None else str(value) for name, value in data.items()}
    amount_texts = [texts[f"{name}_text"] for name in ("net", "tax", "gross")]
    currency = _currency(texts.get("currency_text", ""), amount_texts)
    number = _number(texts["invoice_number_text"])
    if currency is None or number is None:
        return None
    issued = _date(texts["invoice_date_text"], currency)
    amounts = _amounts(amount_texts)
    if issued is None or amounts is None:
        return None
    net, tax, gross = amounts
    due = _due(texts.get("due_text", ""), issued, currency)
    return {
        "invoice_number": number,
        "invoice_date": issued.isoformat(),
        "due_date": None if due is None else due.isoformat(),
        "currency": currency,
        "net": _money(net),
        "tax": _money(tax),
        "gross": _money(gross),
        "tax_rate_percent": _rate(net, tax),
        "vendor_vat_id": _vat_id(texts.get("vendor_vat_text", "")),
        "vendor_name": _vendor(texts["vendor_text"]),
    }


def _number(text: str) -> str | None:
    bare = _NUMBER_LABEL.sub("", text)
    if ":" in bare:
        bare = bare.rpartition(":")[2]
    number = re.sub(r"\s+", "", bare).upper()
    return number if re.fullmatch(r"[A-Z0-9/-]+", number) and re.search(r"\d", number) else None


def _currency(text: str, amounts: list[str]) -> str | None:
    found = _currencies(text) if text.strip() else set[str]().union(*map(_currencies, amounts))
    if text.strip():
        found |= set[str]().union(*map(_currencies, amounts))
    return found.pop() if len(found) == 1 else None


def _currencies(text: str) -> set[str]:
    return {name for name, pattern in _CURRENCIES.items() if re.search(pattern, text, re.IGNORECASE)}


def _date(text: str, currency: str) -> date | None:
    numbers = _numeric(text, currency) or _worded(text)
    if numbers is None:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def _numeric(text: str, currency: str) -> tuple[int, int, int] | None:
    if match := re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", text):
        return int(match[1]), int(match[2]), int(match[3])
    match = re.search(r"\b(\d{1,2})\s*([./])\s*(\d{1,2})\s*\2\s*(\d{4})\b", text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    is_month_first = match[2] == "/" and currency == "USD"
    return (year, first, second) if is_month_first else (year, second, first)


def _worded(text: str) -> tuple[int, int, int] | None:
    if match := re.search(r"\b(\d{1,2})\.?\s+([A-Za-z]{3,})\.?,?\s+(\d{4})\b", text):
        day, name, year = match[1], match[2], match[3]
    elif match := re.search(r"\b([A-Za-z]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})\b", text):
        name, day, year = match[1], match[2], match[3]
    else:
        return None
    month = name[:3].lower()
    return (int(year), _MONTHS.index(month) + 1, int(day)) if month in _MONTHS else None


def _due(text: str, issued: date, currency: str) -> date | None:
    if found := _date(text, currency):
        return found
    if re.search(r"\b(on|upon) receipt\b|\bimmediate", text, re.IGNORECASE):
        return issued
    match = re.search(r"\bnet\s*(\d{1,3})\b|\b(\d{1,3})\s*days?\b", text, re.IGNORECASE)
    return issued + timedelta(days=int(match[1] or match[2])) if match else None


def _amounts(texts: list[str]) -> tuple[Decimal, Decimal, Decimal] | None:
    read = [_amount(text) for text in texts]
    if sum(not text.strip() for text in texts) > 1 or any(
        amount is None and text.strip() for amount, text in zip(read, texts, strict=True)
    ):
        return None
    net, tax, gross = read
    if net is None and tax is not None and gross is not None:
        net = gross - tax
    elif tax is None and net is not None and gross is not None:
        tax = gross - net
    elif gross is None and net is not None and tax is not None:
        gross = net + tax
    if net is None or tax is None or gross is None or abs(net + tax - gross) > Decimal("0.02"):
        return None
    return net, tax, gross


def _amount(text: str) -> Decimal | None:
    bare = text.rpartition(":")[2]
    for pattern in _CURRENCIES.values():
        bare = re.sub(pattern, "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"[\s'\u2019]", "", bare)
    if not re.fullmatch(r"-?\d[\d.,]*", bare):
        return None
    cents = re.search(r"[.,](\d{1,2})$", bare)
    whole = re.sub(r"[.,]", "", bare[: cents.start()] if cents else bare)
    return Decimal(f"{whole}.{cents[1] if cents else '00'}")


def _money(amount: Decimal) -> str:
    return str(amount.quantize(_CENT, rounding=ROUND_HALF_UP))


def _rate(net: Decimal, tax: Decimal) -> str:
    if not net:
        return "0.0"
    return str((tax / net * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _vat_id(text: str) -> str | None:
    bare = re.sub(r"[\s.-]", "", text.rpartition(":")[2]).upper()
    bare = re.sub(r"^(VATID|VATNO|VATREG|USTIDNR|USTID|UID|TVA|VAT)(?=[A-Z]{2}[A-Z0-9]{8})", "", bare)
    return bare if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{8,12}", bare) else None


def _vendor(text: str) -> str:
    return " ".join(_word(word) for word in text.rpartition(":")[2].split())


def _word(word: str) -> str:
    form = _FORMS.get(word.replace(".", "").strip(",").lower())
    return word if form is None else form
