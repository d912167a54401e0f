"""What a generated invoice says, before anything is laid out: a vendor with habits, and one sale after another."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from compiled_ai.bench.docile import _vocabulary as words
from compiled_ai.bench.docile._dice import Dice
from compiled_ai.bench.docile._formats import CURRENCY, money, percent

Region = Literal["us", "uk", "eu", "ch"]
_RATES: dict[Region, tuple[int, ...]] = {
    "us": (0, 600, 725, 825),
    "uk": (2000, 500, 0),
    "eu": (1900, 700),
    "ch": (810, 260),
}
"""Tax rates in hundredths of a percent."""
_FIRST_DAY = datetime.date(2023, 1, 9)


@dataclass(frozen=True, kw_only=True)
class Party:
    """A firm as it is printed."""

    name: str
    address: tuple[str, ...]
    email: str
    phone: str
    tax_id: str
    registration_id: str


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """Who sends invoices, always in the same manner."""

    number: int
    region: Region
    party: Party
    labels: dict[str, str]
    date_format: str
    grouping: str
    """Between thousands: "," or "." or " " or "'" or nothing."""
    point: str
    """Decimal separator."""
    currency_style: Literal["sign", "code", "bare"]
    """``sign`` is written together with the number, ``code`` after it, ``bare`` states the currency once."""
    bank: tuple[tuple[str, str], ...]
    """Field types of bank details with their values."""
    columns: tuple[str, ...]
    """Field types of the table's columns, from left to right."""
    layout: int
    """0..3."""
    shows_taxes: bool
    """Whether a table of taxes by rate is printed."""
    prefix: str
    """Of its invoice numbers."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of an invoice. Prices in cents, rates in hundredths of a percent."""

    code: str
    description: str
    quantity: int
    unit: str
    price: int
    discount: int
    rate: int

    @property
    def net(self) -> int:
        """In cents, rounded half up."""
        return (self.quantity * self.price * (10_000 - self.discount) + 5_000) // 10_000


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One invoice's content. Texts by field type, as they are printed; what is missing is left out."""

    customer: Party
    contact: str
    delivery: Party | None
    meta: tuple[tuple[str, str], ...]
    """Field types of numbers and dates with their values."""
    distractors: tuple[tuple[str, str], ...]
    """Labels and values that look like fields and are none."""
    items: tuple[Item, ...]
    taxes: tuple[tuple[int, int, int], ...]
    """Rate, net and tax of each rate."""
    paid: int
    """In cents; 0 when nothing was paid."""
    shows_due: bool

    @property
    def net(self) -> int:
        """In cents."""
        return sum(item.net for item in self.items)

    @property
    def tax(self) -> int:
        """In cents."""
        return sum(tax for _, _, tax in self.taxes)


def make_vendor(number: int, seed: str) -> Vendor:
    """The vendor of that number, always the same for the same seed."""
    dice = Dice(f"{seed}/vendor/{number}")
    regions: tuple[Region, ...] = ("us", "eu", "uk", "us", "ch", "eu")
    region = regions[number % len(regions)]
    party = _party(dice, region)
    return Vendor(
        number=number,
        region=region,
        party=party,
        labels={name: dice.pick(options) for name, options in words.LABELS.items()},
        date_format=dice.pick(_DATES[region]),
        grouping=dice.pick(_GROUPING[region]),
        point="," if region == "eu" else ".",
        currency_style=dice.pick(("code", "bare") if region == "ch" else ("sign", "code", "bare")),
        bank=_bank(dice, region),
        columns=_columns(dice),
        layout=number % 4,
        shows_taxes=region != "us" or dice.chance(0.4),
        prefix=dice.pick(("INV-", "", "R", f"{party.name[:2].upper()}/", "20")),
    )


_DATES: dict[Region, tuple[str, ...]] = {
    "us": ("{m:02}/{d:02}/{y}", "{month} {d}, {y}", "{m}/{d}/{yy:02}"),
    "uk": ("{d:02}/{m:02}/{y}", "{d} {month} {y}"),
    "eu": ("{d:02}.{m:02}.{y}", "{d:02}/{m:02}/{y}", "{y}-{m:02}-{d:02}"),
    "ch": ("{d:02}.{m:02}.{y}", "{d}. {month} {y}"),
}
_GROUPING: dict[Region, tuple[str, ...]] = {
    "us": (",", ""),
    "uk": (",",),
    "eu": (".", " ", ""),
    "ch": ("'",),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_text(day: datetime.date, style: str) -> str:
    """`day` in one of the formats of `_DATES`."""
    return style.format(d=day.day, m=day.month, y=day.year, yy=day.year % 100, month=_MONTHS[day.month - 1])


def _party(dice: Dice, region: Region) -> Party:
    start, end = dice.pick(words.FIRM_STARTS), dice.pick(words.FIRM_ENDS)
    trade, form = dice.pick(words.FIRM_TRADES), dice.pick(words.FIRM_FORMS[region])
    city, code = dice.pick(words.CITIES[region])
    street = dice.pick(words.STREETS)
    house = str(dice.whole(1, 240))
    address: tuple[str, ...]
    if region == "us":
        address = (f"{house} {street}", f"{city}, {code} {dice.digits(5)}")
    elif region == "uk":
        address = (f"{house} {street}", city, code)
    else:
        address = (f"{street} {house}", f"{code} {city}")
    tax = {
        "us": f"{dice.digits(2)}-{dice.digits(7)}",
        "uk": f"GB{dice.digits(9)}",
        "eu": f"XE{dice.digits(9)}",
        "ch": f"CHE-{dice.digits(3)}.{dice.digits(3)}.{dice.digits(3)}",
    }
    return Party(
        name=f"{start}{end} {trade} {form}",
        address=address,
        email=f"{dice.pick(('billing', 'accounts', 'office'))}@{start.lower()}{end}.example",
        phone=f"555 {dice.digits(3)} {dice.digits(4)}",
        tax_id=tax[region],
        registration_id=dice.pick(("HRB ", "Reg. ", "")) + dice.digits(6),
    )


def _bank(dice: Dice, region: Region) -> tuple[tuple[str, str], ...]:
    if region == "us":
        return (("bank_num", dice.digits(9)), ("account_num", dice.digits(10)))
    if region == "uk":
        sort_code = f"{dice.digits(2)}-{dice.digits(2)}-{dice.digits(2)}"
        return (("bank_num", sort_code), ("account_num", dice.digits(8)))
    # XE is no country's code: nobody's account can be hit.
    digits = dice.digits(20)
    groups = " ".join(["XE" + digits[:2], *(digits[at : at + 4] for at in range(2, 18, 4)), digits[18:]])
    return (("iban", groups), ("bic", "XXXX" + dice.pick(("XE2L", "XEFF", "XEMM"))))


def _columns(dice: Dice) -> tuple[str, ...]:
    chosen = ["line_item_position"] if dice.chance(0.5) else []
    if dice.chance(0.65):
        chosen.append("line_item_code")
    chosen += ["line_item_description", "line_item_quantity"]
    if dice.chance(0.5):
        chosen.append("line_item_units_of_measure")
    chosen.append("line_item_unit_price_net")
    if dice.chance(0.3):
        chosen.append("line_item_discount_rate")
    return (*chosen, "line_item_amount_net")


def make_sale(vendor: Vendor, dice: Dice) -> Sale:
    """One sale of `vendor`."""
    issued = _FIRST_DAY + datetime.timedelta(days=dice.whole(0, 900))
    items = _items(vendor, dice)
    taxes = _taxes(items)
    gross = sum(item.net for item in items) + sum(tax for _, _, tax in taxes)
    paid = gross * dice.whole(1, 6) // 10 if dice.chance(0.25) else 0
    has_delivery = dice.chance(0.35)
    return Sale(
        customer=_party(dice, vendor.region),
        contact=dice.pick(words.PEOPLE) if dice.chance(0.3) else "",
        delivery=_party(dice, vendor.region) if has_delivery else None,
        meta=_meta(vendor, dice, issued),
        distractors=_distractors(vendor, dice, issued),
        items=items,
        taxes=taxes,
        paid=paid,
        shows_due=paid > 0 or dice.chance(0.5),
    )


def _meta(vendor: Vendor, dice: Dice, issued: datetime.date) -> tuple[tuple[str, str], ...]:
    days = dice.pick((7, 14, 30, 45, 60))
    due = issued + datetime.timedelta(days=days)
    document_id = vendor.prefix + dice.digits(dice.pick((5, 6, 7)))
    rows = [("document_id", document_id), ("date_issue", date_text(issued, vendor.date_format))]
    optional = (
        ("date_due", date_text(due, vendor.date_format), 0.7),
        ("customer_order_id", dice.pick(("PO", "4500", "B-")) + dice.digits(6), 0.6),
        ("vendor_order_id", dice.pick(("SO", "A", "9")) + dice.digits(6), 0.4),
        ("customer_id", dice.digits(5), 0.5),
        ("payment_terms", dice.pick((f"Net {days} days", f"{days} days net", f"2% 10, net {days}")), 0.5),
        ("payment_reference", dice.digits(9), 0.25),
    )
    return (*rows, *((kind, text) for kind, text, often in optional if dice.chance(often)))


def _distractors(vendor: Vendor, dice: Dice, issued: datetime.date) -> tuple[tuple[str, str], ...]:
    before = date_text(issued - datetime.timedelta(days=dice.whole(2, 25)), vendor.date_format)
    shipped = date_text(issued - datetime.timedelta(days=dice.whole(0, 2)), vendor.date_format)
    rows = (
        ("Order date:", before, 0.4),
        ("Delivery date:", shipped, 0.4),
        ("Delivery note:", "DN" + dice.digits(6), 0.35),
        ("Page printed:", shipped, 0.15),
        ("Quotation:", "Q-" + dice.digits(5), 0.2),
    )
    return tuple((label, text) for label, text, often in rows if dice.chance(often))


def _items(vendor: Vendor, dice: Dice) -> tuple[Item, ...]:
    count = dice.whole(22, 48) if dice.chance(0.12) else dice.whole(1, 9)
    rate = dice.pick(_RATES[vendor.region])
    rates = (rate,) if vendor.region == "us" else _RATES[vendor.region]
    return tuple(_item(vendor, dice, rate if dice.chance(0.7) else dice.pick(rates)) for _ in range(count))


def _item(vendor: Vendor, dice: Dice, rate: int) -> Item:
    is_cheap = dice.chance(0.5)
    return Item(
        code=dice.pick(("A", "K-", "X", "")) + dice.digits(5),
        description=_description(dice),
        quantity=dice.pick((1, 2, 5, 10, 12, 24, 50, 100, 250) if is_cheap else (1, 1, 1, 2, 3, 4, 6)),
        unit=dice.pick(words.UNITS),
        price=dice.whole(45, 900) if is_cheap else dice.whole(1_000, 95_000),
        discount=dice.pick((0, 500, 1_000)) if "line_item_discount_rate" in vendor.columns else 0,
        rate=rate,
    )


def _description(dice: Dice) -> str:
    goods = dice.pick(words.GOODS)
    return f"{goods}, {dice.pick(words.DETAILS)}" if dice.chance(0.4) else goods


def _taxes(items: Sequence[Item]) -> tuple[tuple[int, int, int], ...]:
    nets: dict[int, int] = {}
    for item in items:
        nets[item.rate] = nets.get(item.rate, 0) + item.net
    return tuple(
        (rate, net, (net * rate + 5_000) // 10_000) for rate, net in sorted(nets.items(), reverse=True)
    )


def amount_text(vendor: Vendor, cents: int) -> str:
    """An amount without a currency code, with the sign where the vendor writes it together with the number."""
    text = money(cents, grouping=vendor.grouping, point=vendor.point)
    return CURRENCY[vendor.region].sign + text if vendor.currency_style == "sign" else text


def item_texts(vendor: Vendor, position: int, item: Item) -> dict[str, str]:
    """What the table's columns say of `item`, by field type; an empty text is not printed."""
    return {
        "line_item_position": str(position),
        "line_item_code": item.code,
        "line_item_description": item.description,
        "line_item_quantity": str(item.quantity),
        "line_item_units_of_measure": item.unit,
        "line_item_unit_price_net": money(item.price, grouping=vendor.grouping, point=vendor.point),
        "line_item_discount_rate": percent(item.discount, vendor.point) if item.discount else "",
        "line_item_amount_net": amount_text(vendor, item.net),
    }
