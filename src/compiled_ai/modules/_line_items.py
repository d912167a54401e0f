"""Line items of invoices and orders: quantity, description, unit price and amount that agree."""

# ruff: noqa: RUF001 - people write the sign of multiplication
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compiled_ai.modules._digits import EXACT
from compiled_ai.modules._scan import any_of
from compiled_ai.modules.money import parse_money
from compiled_ai.modules.numbers import parse_number, round_half_up
from compiled_ai.modules.text import fold


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line of an invoice or order: `quantity` times `unit_price` is `amount`, to the cent."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


_HEADINGS = {
    "quantity": ("qty", "quantity", "qnty", "units", "pcs", "pieces", "count", "menge", "anzahl", "hours", "hrs", "stk"),
    "description": (
        "description", "item", "product", "article", "service", "name", "details", "beschreibung", "artikel", "bezeichnung", "item description",
        "product name", "item name", "goods", "particulars",
    ),
    "unit_price": (
        "unit price", "price", "rate", "each", "unit cost", "price per unit", "price each", "cost", "einzelpreis", "preis", "unit", "per unit", "hourly rate",
    ),
    "amount": ("amount", "total", "line total", "sum", "subtotal", "extended price", "total price", "net", "betrag", "gesamt", "gesamtpreis", "net amount", "value"),
}  # fmt: skip
_ROLE_OF = {heading: role for role, headings in _HEADINGS.items() for heading in headings}
_NUMBER = r"(?:[$€£]\s?)?[0-9]{1,12}(?:[.,'][0-9]{1,9}){0,4}(?:\s?(?:[$€£]|EUR|USD|GBP|CHF)(?!\w))?"
_TIMES = re.compile(
    rf"\s*(?:[-*•]\s+)?(?P<before>.*?)\(?(?<![\w.,])(?P<quantity>{_NUMBER})\s?(?:x|X|×|\*|@|at|pcs?\.?(?:\sx|\s@|\sat)?)\s(?P<middle>.*?)"
    rf"(?:(?:@|at|à|x|×|\*)\s?)?(?<![\w.,])(?P<price>{_NUMBER})(?:\s(?:each|ea\.?|per\s\w+))?\)?\s*(?:[=:→]|-{{1,2}}>?|\s|\.{{2,}})\s*(?P<amount>{_NUMBER})\s*"
)
_PLAIN_NUMBER = re.compile(rf"(?<![\w.,/-])[-]?{_NUMBER}(?![\w/%-]|[.,][0-9])")
_SUMMARY = re.compile(
    rf"(?:{any_of(('sub total', 'subtotal', 'total', 'grand total', 'tax', 'vat', 'shipping', 'discount', 'balance', 'amount due', 'sum'))})\b"
)
_BETWEEN = re.compile(r"(?:[\s=:|$€£@x×*]|\b(?:at|pcs?\.?|EUR|USD|GBP|CHF|each|ea\.?)\b)*+")
_LONGEST_LINE = 300


def items_of_rows(rows: Sequence[Mapping[str, str]]) -> list[LineItem] | None:
    """The items of a table by its headings; None if they do not agree, empty if it is no table of items."""
    roles = _roles(list(rows[0])) if rows else {}
    if not {"description", "quantity", "unit_price"} <= roles.keys():
        return []
    items = []
    for row in rows:
        said = {role: row[heading] for role, heading in roles.items()}
        if not said["quantity"] or _SUMMARY.match(fold(said["description"])):
            continue
        item = _item(said["description"], said["quantity"], said["unit_price"], said.get("amount"))
        if item is None:
            return None
        items.append(item)
    return items


def _roles(headings: Sequence[str]) -> dict[str, str]:
    roles: dict[str, str] = {}
    for heading in headings:
        bare = re.sub(r"\s*\(.*\)|[$€£:.#]", "", fold(heading)).strip()
        role = _ROLE_OF.get(bare)
        if role and role not in roles:
            roles[role] = heading
    return roles


def item_of_line(line: str) -> LineItem | None:
    """The item that one line is ("2 x Widget @ 3.50 = 7.00", "Widget  2  3.50  7.00"); None if its numbers do not agree."""
    if len(line) > _LONGEST_LINE or _SUMMARY.match(fold(line)):
        return None
    times = _TIMES.fullmatch(line)
    if times:
        item = _item(
            f"{times['before']} {times['middle']}", times["quantity"], times["price"], times["amount"]
        )
        if item:
            return item
    numbers = list(_PLAIN_NUMBER.finditer(line))
    if len(numbers) < 3 or line[numbers[-1].end() :].strip():
        return None
    readings = dict.fromkeys(
        item
        for quantity in dict.fromkeys((numbers[0], numbers[-3]))
        if (item := _columns(line, quantity, numbers[-2], numbers[-1]))
    )
    return next(iter(readings)) if len(readings) == 1 else None


def may_be_item(line: str) -> bool:
    """Whether a line has words and ends in three numbers of which the last has cents: an item, though they may not agree."""
    if len(line) > _LONGEST_LINE or _SUMMARY.match(fold(line)):
        return False
    numbers = list(_PLAIN_NUMBER.finditer(line))
    if len(numbers) < 3 or line[numbers[-1].end() :].strip() or not any(map(str.isalpha, line)):
        return False
    return re.search(r"[.,][0-9]{2}\b", numbers[-1][0]) is not None


def _columns(
    line: str, quantity: re.Match[str], price: re.Match[str], amount: re.Match[str]
) -> LineItem | None:
    if not _BETWEEN.fullmatch(line, price.end(), amount.start()):
        return None
    starts = not line[: quantity.start()].strip(" -*•")
    if not starts and not _BETWEEN.fullmatch(line, quantity.end(), price.start()):
        return None
    rest = (
        line[: quantity.start()]
        + " "
        + line[quantity.end() : price.start()]
        + " "
        + line[price.end() : amount.start()]
    )
    return _item(rest, quantity[0], price[0], amount[0])


def _item(description: str, quantity: str, price: str, amount: str | None) -> LineItem | None:
    count = _value(
        re.sub(r"\s?(?:x|pcs?\.?|h|hrs?|hours?|units?)$", "", quantity.strip(), flags=re.IGNORECASE)
    )
    unit_price = _value(price)
    named = " ".join(
        re.sub(r"\.{3,}|[=@()|]|(?:\s[-x×*]\s*)+$|^\s*[-*•]\s", " ", f" {description} ").split()
    ).strip(" ,:;-")
    if count is None or unit_price is None or not any(char.isalpha() for char in named):
        return None
    expected = round_half_up(EXACT.multiply(count, unit_price), 2)
    total = expected if amount is None else _value(amount)
    return LineItem(named, count, unit_price, total) if total == expected else None


def _value(said: str) -> Decimal | None:
    money = parse_money(said)
    return money.amount if money else parse_number(said)
