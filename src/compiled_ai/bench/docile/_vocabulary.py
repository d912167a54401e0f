"""Invented words that generated documents are made of. Firms, people and places exist nowhere; mail domains end in ``.example``."""

from __future__ import annotations

FIRM_STARTS = (
    "Brel", "Quan", "Torv", "Mil", "Sarn", "Havel", "Ost", "Perrin", "Zel", "Kast", "Lum", "Vand", "Ing", "Corv", "Dray", "Fenn",
)  # fmt: skip
FIRM_ENDS = ("vo", "dal", "tec", "mark", "rix", "low", "mere", "sted", "nova", "quist", "burn", "wick")
FIRM_TRADES = (
    "Trading", "Supplies", "Logistics", "Office Systems", "Instruments", "Print Works", "Catering", "Hardware", "Media Services", "Packaging",
    "Electrical", "Laboratory Goods",
)  # fmt: skip
FIRM_FORMS = {
    "us": ("Inc.", "LLC", "Corp."),
    "uk": ("Ltd", "Limited", "plc"),
    "eu": ("GmbH", "S.A.", "B.V."),
    "ch": ("AG", "SA"),
}
PEOPLE = (
    "Ottoline Brask",
    "Fergus Dunmall",
    "Marit Solvang-Pike",
    "Teodor Wenlock",
    "Isaura Quill",
    "Anselm Grote",
)
STREETS = (
    "Alder Quay", "Mill Yard", "Tanner Row", "Copper Lane", "Harbour Rise", "Linden Court", "Signal Street", "Orchard Bank", "Quarry Road",
    "Ferry Walk",
)  # fmt: skip
CITIES = {
    "us": (("Northmere", "OH"), ("Dell Springs", "TX"), ("Port Harrow", "ME"), ("Cedar Notch", "CO")),
    "uk": (("Wexcombe", "WX4 2QA"), ("Lower Tarn", "LT1 9DB"), ("Saltbridge", "SB12 7HJ")),
    "eu": (("Oberlinden", "71940"), ("Veldhorst", "5903"), ("Mirecourbe", "88471"), ("Sankt Alrun", "83499")),
    "ch": (("Brunnfeld", "8779"), ("Valmorge", "1993")),
}
GOODS = (
    "Copper pipe, half hard", "Label roll, thermal", "Desk lamp with clamp", "Stainless hex bolts M8 x 40", "Archive boxes, white",
    "Nitrile gloves, size L", "Network cable Cat 6, grey", "Laminated safety sign", "Toner cartridge, black, high yield",
    "Whiteboard markers, assorted", "Air filter element", "Stretch film, clear", "Cable ties", "Pallet rental", "Drip tray",
    "Bench vice with swivel base", "Hand cleaner, citrus", "LED panel, neutral white", "Steel shelf bracket", "Paper cups, double wall",
    "Radio spot, morning slot", "Banner placement, home page", "On-site installation, per hour", "Calibration of torque wrench",
    "Courier service, same day", "Translation of manual",
)  # fmt: skip
DETAILS = (
    "packed in boxes of 50, stored dry", "including mounting kit and instructions", "replaces the former series 200",
    "as agreed by telephone", "delivered in two consignments", "colour may vary between batches", "with certificate of conformity",
    "tested to 16 bar", "week 12 to week 16",
)  # fmt: skip
UNITS = ("pcs", "box", "m", "kg", "h", "set", "roll")
LABELS: dict[str, tuple[str, ...]] = {
    "title": ("INVOICE", "Invoice", "TAX INVOICE", "Sales Invoice"),
    "document_id": ("Invoice No.:", "Invoice #:", "Invoice number:", "Document no.:"),
    "date_issue": ("Invoice date:", "Date:", "Issued:", "Date of issue:"),
    "date_due": ("Due date:", "Payment due:", "Pay by:", "Due:"),
    "customer_order_id": ("Your order:", "PO Number:", "Customer PO:", "Your reference:"),
    "vendor_order_id": ("Our order:", "Sales order:", "Our order no.:"),
    "customer_id": ("Customer no.:", "Account code:", "Client ID:"),
    "payment_terms": ("Terms:", "Payment terms:"),
    "payment_reference": ("Payment reference:", "Please quote:", "Reference for payment:"),
    "bill_to": ("Bill to", "Invoice to", "Sold to", "Billed to:"),
    "ship_to": ("Ship to", "Deliver to", "Delivery address"),
    "amount_total_net": ("Subtotal", "Net total", "Total excl. tax", "Net amount"),
    "amount_total_gross": ("Total", "Invoice total", "Total incl. tax", "Grand total"),
    "amount_paid": ("Deposit received", "Paid to date", "Less payments"),
    "amount_due": ("Amount due", "Balance due", "Please pay", "Due now"),
    "line_item_position": ("Pos", "#", "Line"),
    "line_item_code": ("Item", "Code", "Article", "SKU"),
    "line_item_description": ("Description", "Goods and services", "Details"),
    "line_item_quantity": ("Qty", "Quantity", "Units"),
    "line_item_units_of_measure": ("Unit", "UoM"),
    "line_item_unit_price_net": ("Unit price", "Price", "Rate"),
    "line_item_discount_rate": ("Disc.", "Disc. %"),
    "line_item_amount_net": ("Amount", "Line total", "Net", "Total"),
}
"""What stands before or above a value. A vendor keeps to one wording."""
