"""Read the facts of a delivery out of a shipping notice."""

from __future__ import annotations

import re
from datetime import date

from compiled_ai.spec.canonical import JsonObject

_CARRIERS = {
    "DHL": r"\bdhl\b",
    "UPS": r"\bups\b|\bunited parcel service\b",
    "FedEx": r"\bfed\s?-?ex\b",
    "DPD": r"\bdpd\b",
    "USPS": r"\busps\b|\b(us|u\.s\.) postal service\b",
    "Hermes": r"\bhermes\b",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?P<m1>{_NAME})\.?,? (?P<y1>\d{{4}})\b"
    rf"|\b(?P<m2>{_NAME})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})\b",
    re.IGNORECASE,
)
_ORDER = re.compile(r"(?<![A-Z0-9])[A-Z]{2}-\d{5,6}(?![\d-])")
_RUN = re.compile(r"(?<![A-Za-z0-9-])[A-Z0-9]+(?: [A-Z0-9]+)*(?![A-Za-z0-9-])")
_ARRIVES = re.compile(
    r"arriv|deliver(?!y (note|fee|cost|charge))|expected|estimated|\beta\b|will be (there|with you)|reach|between|due|by\b",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"order(ed)? (of|on|from|placed)|placed|dispatch|shipped|sent|left|picked up|handed|of (the )?\d",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[$€£]\s?|\b(?:eur|usd|gbp)\s?)?\d[\d,.]*\d(?:\s?(?:[$€£]|eur|usd|gbp)\b)?", re.IGNORECASE
)
_PAID = re.compile(r"total|charged|paid|payment|in all|altogether|amount", re.IGNORECASE)
_PART = re.compile(
    r"shipping|postage|delivery (fee|cost|charge)|each|subtotal|sub-total|discount|vat|tax", re.IGNORECASE
)


def answer(data: JsonObject) -> JsonObject | None:
    """The facts, or None without one order and one carrier."""
    text = str(data["text"])
    orders = set(_ORDER.findall(text))
    carriers = [name for name, pattern in _CARRIERS.items() if re.search(pattern, text, re.IGNORECASE)]
    if len(orders) != 1 or len(carriers) != 1:
        return None
    (order,) = orders
    return {
        "order_id": order,
        "carrier": carriers[0],
        "tracking_number": _tracking(text.replace(order, " . ")),
        "delivery_date": _arrival(text),
        "total": _total(text.replace(order, " . ")),
    }


def _tracking(text: str) -> str | None:
    best = None
    for run in _RUN.finditer(_DATE.sub(" . ", text)):
        words = run[0].split(" ")
        while words and not any(character.isdigit() for character in words[0]):
            words.pop(0)  # "UPS 1Z 999 ..." begins with the carrier
        joined = "".join(words)
        if 10 <= len(joined) <= 22 and sum(character.isdigit() for character in joined) >= 8:
            best = best or joined
    return best


def _arrival(text: str) -> str | None:
    found = None
    end = 0
    is_arrival = False
    for match in _DATE.finditer(text):
        between = text[end : match.start()]
        is_range = (
            found is not None
            and is_arrival
            and re.fullmatch(r"\s*(-|\u2013|to|and|or|until|through)\s*", between)
        )
        if not is_range:
            sentence = re.split(r"[!?\n]|\.\s", between)[-1]
            arrives, left = _last(_ARRIVES, sentence), _last(_LEFT, sentence)
            is_arrival = arrives > left
        if is_arrival:
            found = _iso(match) or found
        end = match.end()
    return found


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _iso(match: re.Match[str]) -> str | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"]).isoformat()
        day, month, year = (
            match["d1"] or match["d2"],
            match["m1"] or match["m2"],
            match["y1"] or match["y2"],
        )
        return date(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day)).isoformat()
    except ValueError:
        return None


def _total(text: str) -> str | None:
    bare = _DATE.sub(" . ", text)
    for match in _MONEY.finditer(bare):
        amount = _decimal(match[0])
        if amount is None:
            continue
        sentence = re.split(r"[!?;()\n]|\.\s", bare[: match.start()])[-1]
        after = re.split(r"[!?;(),\n]|\.\s", bare[match.end() :])[0]
        paid, part = _last(_PAID, sentence), _last(_PART, sentence)
        if paid > part or (part < 0 and re.search(r"\b(in total|in all|altogether)\b", after, re.IGNORECASE)):
            return amount
    return None


def _decimal(text: str) -> str | None:
    digits = re.sub(r"[^\d.,]", "", text)
    if not re.search(r"[$€£]|eur|usd|gbp", text, re.IGNORECASE) and "." not in digits:
        return None
    whole, _, cents = digits.replace(",", "").partition(".")
    if not whole or (cents and len(cents) != 2) or len(whole) > 9:
        return None
    return f"{int(whole)}.{cents or '00'}"
