"""Four ways to lay out an invoice."""

from __future__ import annotations

from compiled_ai.bench.docile._content import Party, Sale, Vendor, amount_text, item_texts
from compiled_ai.bench.docile._formats import CURRENCY, percent
from compiled_ai.bench.docile._sheet import Sheet, wrap

_LEFT, _TOP = 42.0, 40.0
_NAME_SIZE, _TITLE_SIZE = 14.0, 16.0
_FIXED = {
    "line_item_position": 26.0,
    "line_item_code": 58.0,
    "line_item_quantity": 42.0,
    "line_item_units_of_measure": 34.0,
    "line_item_unit_price_net": 68.0,
    "line_item_discount_rate": 44.0,
    "line_item_amount_net": 76.0,
}
"""Widths of columns in points; the description takes the rest."""
_RIGHT_ALIGNED = frozenset(
    (
        "line_item_quantity",
        "line_item_unit_price_net",
        "line_item_discount_rate",
        "line_item_amount_net",
    )
)


def lay_out(vendor: Vendor, sale: Sale) -> Sheet:
    """`sale` on paper, as `vendor` prints it: letter size in the US, else A4."""
    sheet = Sheet(612, 792) if vendor.region == "us" else Sheet(595, 842)
    y = (_classic, _letterhead, _grid, _window)[vendor.layout](sheet, vendor, sale)
    y = _table(sheet, vendor, sale, y + 16)
    y = _totals(sheet, vendor, sale, _room(sheet, y + 8, 150))
    _payment(sheet, vendor, y + 14)
    return sheet


def _room(sheet: Sheet, y: float, needed: float) -> float:
    """`y`, or the top of a new page where less than `needed` points remain."""
    if y + needed <= sheet.height - 40:
        return y
    sheet.put(sheet.width / 2, sheet.height - 30, f"Page {sheet.page + 1}", size=8, align="centre")
    sheet.page += 1
    return _TOP


def _classic(sheet: Sheet, vendor: Vendor, sale: Sale) -> float:
    """Vendor left above, title and numbers right, customer below the vendor."""
    y = _vendor_block(sheet, vendor, _LEFT, _TOP)
    sheet.put(sheet.width - _LEFT, _TOP, vendor.labels["title"], size=_TITLE_SIZE, align="right")
    below = _meta_rows(sheet, vendor, sale, sheet.width * 0.58, _TOP + 28)
    return _parties(sheet, vendor, sale, max(y, below) + 16)


def _letterhead(sheet: Sheet, vendor: Vendor, sale: Sale) -> float:
    """Vendor centred with its address in one line, customer left, numbers right."""
    middle = sheet.width / 2
    sheet.value("vendor_name", (middle, _TOP), vendor.party.name, size=_NAME_SIZE, align="centre")
    address = ", ".join(vendor.party.address)
    sheet.value("vendor_address", (middle, _TOP + 19), address, size=8, align="centre")
    x = _LEFT + 90
    sheet.put(x, _TOP + 32, f"Tel. {vendor.party.phone}", size=8)
    sheet.value("vendor_email", (x + 130, _TOP + 32), vendor.party.email, size=8)
    sheet.put(_LEFT, _TOP + 58, vendor.labels["title"], size=_TITLE_SIZE)
    y = _party(sheet, vendor.labels["bill_to"], sale, _LEFT, _TOP + 86)
    below = _meta_rows(sheet, vendor, sale, sheet.width * 0.56, _TOP + 86)
    if sale.delivery:
        y = _delivery(sheet, vendor, sale.delivery, _LEFT, y + 10)
    return max(y, below)


def _grid(sheet: Sheet, vendor: Vendor, sale: Sale) -> float:
    """Title left, vendor right, numbers in a grid with labels above them."""
    sheet.put(_LEFT, _TOP, vendor.labels["title"], size=_TITLE_SIZE)
    y = _vendor_block(sheet, vendor, sheet.width * 0.62, _TOP)
    y = _parties(sheet, vendor, sale, y + 14) + 14
    cells = [(vendor.labels[kind].rstrip(":"), kind, text) for kind, text in sale.meta]
    cells += [(label.rstrip(":"), "", text) for label, text in sale.distractors]
    width = (sheet.width - 2 * _LEFT) / 4
    for number, (label, kind, text) in enumerate(cells):
        x, top = _LEFT + number % 4 * width, y + number // 4 * 30
        sheet.put(x, top, label, size=7.5)
        sheet.value(kind, (x, top + 11), text)
    return y + (len(cells) + 3) // 4 * 30


def _window(sheet: Sheet, vendor: Vendor, sale: Sale) -> float:
    """Customer in the window of an envelope, numbers right, the vendor's details small above the window."""
    sheet.value("vendor_name", (sheet.width - _LEFT, _TOP), vendor.party.name, size=_NAME_SIZE, align="right")
    sheet.value("vendor_address", (_LEFT, _TOP + 44), " - ".join(vendor.party.address), size=7)
    y = _party(sheet, "", sale, _LEFT, _TOP + 62)
    below = _meta_rows(sheet, vendor, sale, sheet.width * 0.57, _TOP + 40)
    if sale.delivery:
        y = _delivery(sheet, vendor, sale.delivery, _LEFT, max(y, _TOP + 112) + 8)
    y = max(y, below) + 14
    number = sale.meta[0][1]
    sheet.put(_LEFT, y, vendor.labels["title"], size=_TITLE_SIZE)
    sheet.put(
        _LEFT + 190,
        y + 5,
        f"Dear customer, we thank you for your order and charge as follows ({number[:3]}...)",
        size=7,
    )
    return y + 18


def _vendor_block(sheet: Sheet, vendor: Vendor, x: float, y: float) -> float:
    party = vendor.party
    sheet.value("vendor_name", (x, y), party.name, size=11)
    y = sheet.block("vendor_address", (x, y + 16), party.address)
    sheet.put(x, y, f"Phone {party.phone}", size=8)
    sheet.value("vendor_email", (x, y + 11), party.email, size=8)
    return y + 22


def _meta_rows(sheet: Sheet, vendor: Vendor, sale: Sale, x: float, y: float) -> float:
    rows = [(vendor.labels[kind], kind, text) for kind, text in sale.meta]
    for number, (label, text) in enumerate(sale.distractors):
        rows.insert(2 * number, (label, "", text))
    for label, kind, text in rows:
        sheet.put(x, y, label)
        sheet.value(kind, (x + 104, y), text)
        y += 13
    return y


def _parties(sheet: Sheet, vendor: Vendor, sale: Sale, y: float) -> float:
    below = _party(sheet, vendor.labels["bill_to"], sale, _LEFT, y)
    if sale.delivery:
        below = max(below, _delivery(sheet, vendor, sale.delivery, sheet.width * 0.55, y))
    return below


def _party(sheet: Sheet, label: str, sale: Sale, x: float, y: float) -> float:
    if label:
        sheet.put(x, y, label, size=8)
        y += 12
    sheet.value("customer_billing_name", (x, y), sale.customer.name)
    if sale.contact:
        y += 12
        line = sheet.put(x, y, f"Attn. {sale.contact}")
        sheet.mark("customer_other_name", line[1:])
    return sheet.block("customer_billing_address", (x, y + 12), sale.customer.address)


def _delivery(sheet: Sheet, vendor: Vendor, party: Party, x: float, y: float) -> float:
    sheet.put(x, y, vendor.labels["ship_to"], size=8)
    sheet.value("customer_delivery_name", (x, y + 12), party.name)
    return sheet.block("customer_delivery_address", (x, y + 24), party.address)


def _table(sheet: Sheet, vendor: Vendor, sale: Sale, y: float) -> float:
    places = _places(sheet, vendor)
    y = _header(sheet, vendor, places, y)
    carried = 0
    for number, item in enumerate(sale.items, start=1):
        texts = item_texts(vendor, number, item)
        lines = wrap(texts["line_item_description"], places["line_item_description"][1] - 8, 9)
        if y + 12 * len(lines) > sheet.height - 70:
            right = sheet.width - _LEFT
            sheet.put(right - 90, y, "Carried forward", size=8, align="right")
            sheet.put(right, y, amount_text(vendor, carried), align="right")
            y = _header(sheet, vendor, places, _room(sheet, y, sheet.height))
        for kind in vendor.columns:
            _cell(
                sheet,
                kind,
                places[kind],
                y,
                lines if kind == "line_item_description" else [texts[kind]],
                number,
            )
        carried += item.net
        y += 12 * len(lines) + 4
    return y


def _places(sheet: Sheet, vendor: Vendor) -> dict[str, tuple[float, float]]:
    """Left end and width of each column."""
    fixed = sum(_FIXED.get(kind, 0.0) for kind in vendor.columns)
    x, places = _LEFT, {}
    for kind in vendor.columns:
        width = _FIXED.get(kind, sheet.width - 2 * _LEFT - fixed)
        gutter = 10 if kind != vendor.columns[-1] and kind in _RIGHT_ALIGNED else 0
        places[kind] = (x, width - gutter)
        x += width
    return places


def _header(sheet: Sheet, vendor: Vendor, places: dict[str, tuple[float, float]], y: float) -> float:
    for kind in vendor.columns:
        x, width = places[kind]
        if kind in _RIGHT_ALIGNED:
            sheet.put(x + width, y, vendor.labels[kind], size=8, align="right")
        else:
            sheet.put(x, y, vendor.labels[kind], size=8)
    return y + 16


def _cell(sheet: Sheet, kind: str, place: tuple[float, float], y: float, lines: list[str], item: int) -> None:
    x, width = place
    runs = []
    for number, text in enumerate(lines):
        if kind in _RIGHT_ALIGNED:
            runs.append(sheet.put(x + width, y + 12 * number, text, align="right"))
        else:
            runs.append(sheet.put(x, y + 12 * number, text))
    sheet.mark(kind, *runs, item=item)


def _totals(sheet: Sheet, vendor: Vendor, sale: Sale, y: float) -> float:
    gross = sale.net + sale.tax
    rows = [("amount_total_net", vendor.labels["amount_total_net"], sale.net)]
    if not vendor.shows_taxes or vendor.layout == 2:
        rows.append(("amount_total_tax", "Sales tax" if vendor.region == "us" else "VAT total", sale.tax))
    rows.append(("amount_total_gross", vendor.labels["amount_total_gross"], gross))
    if sale.paid:
        rows.append(("amount_paid", vendor.labels["amount_paid"], sale.paid))
    if sale.shows_due:
        rows.append(("amount_due", vendor.labels["amount_due"], gross - sale.paid))
    below = _taxes(sheet, vendor, sale, y) if vendor.shows_taxes else y
    x = sheet.width * 0.60
    for kind, label, cents in rows:
        sheet.put(x, y, label)
        _amount(sheet, vendor, kind, y, cents)
        y += 14
    return max(y, below)


def _amount(sheet: Sheet, vendor: Vendor, kind: str, y: float, cents: int) -> None:
    right = sheet.width - _LEFT
    code = CURRENCY[vendor.region].code
    if vendor.currency_style != "code":
        sheet.value(kind, (right, y), amount_text(vendor, cents), align="right")
        return
    line = sheet.put(right, y, f"{amount_text(vendor, cents)} {code}", align="right")
    sheet.mark(kind, line[:-1])
    if kind == "amount_due":
        sheet.mark("currency_code_amount_due", line[-1:])


def _taxes(sheet: Sheet, vendor: Vendor, sale: Sale, y: float) -> float:
    """The table of taxes by rate, left of the totals."""
    rights = (_LEFT + 46, _LEFT + 126, _LEFT + 196, _LEFT + 276)
    name = "Tax" if vendor.region == "us" else "VAT"
    for right, label in zip(rights, (f"{name} %", "Net", name, "Gross"), strict=True):
        sheet.put(right, y, label, size=8, align="right")
    kinds = ("tax_detail_rate", "tax_detail_net", "tax_detail_tax", "tax_detail_gross")
    for rate, net, tax in sale.taxes:
        y += 13
        texts = (
            percent(rate, vendor.point),
            *(amount_text(vendor, cents) for cents in (net, tax, net + tax)),
        )
        for kind, right, text in zip(kinds, rights, texts, strict=True):
            sheet.value(kind, (right, y), text, align="right")
    return y + 14


_BANK_LABELS = {
    "bank_num": ("Routing no.", "Sort code"),
    "account_num": ("Account no.",),
    "iban": ("IBAN",),
    "bic": ("BIC",),
}


def _payment(sheet: Sheet, vendor: Vendor, y: float) -> None:
    y = _room(sheet, y, 70)
    if vendor.currency_style == "bare":
        sheet.put(_LEFT, y, f"All amounts in {CURRENCY[vendor.region].code}.", size=8)
        y += 13
    for kind, text in vendor.bank:
        labels = _BANK_LABELS[kind]
        sheet.put(_LEFT, y, f"{labels[vendor.region == 'uk' and len(labels) > 1]}:", size=8)
        sheet.value(kind, (_LEFT + 62, y), text, size=8)
        y += 12
    foot = sheet.height - 46
    if vendor.layout == 3:
        sheet.put(_LEFT, foot, "Mail", size=7)
        sheet.value("vendor_email", (_LEFT + 18, foot), vendor.party.email, size=7)
    sheet.put(_LEFT + 220, foot, "Tax ID" if vendor.region == "us" else "VAT No.", size=7)
    sheet.value("vendor_tax_id", (_LEFT + 252, foot), vendor.party.tax_id, size=7)
    if vendor.region in {"eu", "uk"}:
        sheet.put(_LEFT + 350, foot, "Registered under", size=7)
        sheet.value("vendor_registration_id", (_LEFT + 412, foot), vendor.party.registration_id, size=7)
