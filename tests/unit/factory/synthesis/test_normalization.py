"""Normalisation: five small specs, what is inferred from each, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis.normalization import NormalizationSynthesizer

BY = (NormalizationSynthesizer(),)

GUEST = """
name: guest
version: 1.0.0
description: Bring the record of a guest into one form.
instructions: |
  - first_name, last_name: from "First Last" or "Last, First", with a capital at each part.
  - nationality: the ISO 3166 code of the country.
  - arrival: ISO date; day first, except that in the United States the month comes first.
  - phone: E.164; without a calling code it is a number of the country.
  Decline an unknown country, an unreadable date, a name of a single word and a phone of the wrong length.
input: {name: string, country: string, arrival: string, phone: string}
output:
  first_name: string
  last_name: string
  nationality: [DE, US, FR, JP]
  arrival: date
  phone: string
examples:
  - input: {name: "doe, JANE", country: "U.S.A.", arrival: "4/9/2026", phone: "(415) 555-2671"}
    output: {first_name: Jane, last_name: Doe, nationality: US, arrival: "2026-04-09", phone: "+14155552671"}
  - input: {name: "Max  Huber", country: germany, arrival: "4.9.2026", phone: "+49 30 901820"}
    output: {first_name: Max, last_name: Huber, nationality: DE, arrival: "2026-09-04", phone: "+4930901820"}
  - input: {name: Prince, country: France, arrival: "4.9.2026", phone: "+49 30 901820"}
    abstain: true
tests: [{input: {name: A, country: B, arrival: C, phone: D}, abstain: true}]
"""
PRODUCT = """
name: product_row
version: 1.0.0
description: Bring a row of a price list into one form.
instructions: |
  - sku: the SKU in capitals, without spaces.
  - price: the price with two decimal places.
  - currency: the currency of the price.
  - stock: the number in stock.
  Decline an unknown currency and an unreadable price.
input: {sku: string, price: string, currency: string, stock: string}
output: {sku: string, price: decimal, currency: [EUR, USD, GBP], stock: integer}
examples:
  - input: {sku: "ab 12", price: "1.234,50", currency: "€", stock: "twelve"}
    output: {sku: AB12, price: "1234.50", currency: EUR, stock: 12}
  - input: {sku: "c3", price: "$ 7", currency: "us dollars", stock: "1,000"}
    output: {sku: C3, price: "7.00", currency: USD, stock: 1000}
tests: [{input: {sku: "c3", price: "x", currency: "$", stock: "1"}, abstain: true}]
"""
SHIRT = """
name: shirt_order
version: 1.0.0
description: Read the ticks of an order form.
instructions: |
  - size: the size.
  - gift: whether it is a gift, yes or no.
  - colour: the colour; navy (dark blue, marine) and crimson (red) have other names.
  Decline unknown values.
input: {size: string, gift: string, colour: string}
output: {size: [S, M, L, XL], gift: ["yes", "no"], colour: [navy, crimson, black]}
examples:
  - input: {size: "large", gift: "Y", colour: "Dark Blue"}
    output: {size: L, gift: "yes", colour: navy}
  - input: {size: "XL", gift: "false", colour: "black"}
    output: {size: XL, gift: "no", colour: black}
tests: [{input: {size: "?", gift: "Y", colour: "black"}, abstain: true}]
"""
VISIT = """
name: visit
version: 1.0.0
description: Normalise the dates of a visit.
instructions: |
  - planned: ISO date; slashes put the month first.
  - held: ISO date like planned; null if blank.
  - doctor: spaces collapsed, title case.
  Decline a date that cannot be read.
input: {planned: string, held: string?, doctor: string}
output: {planned: date, held: date?, doctor: string}
examples:
  - input: {planned: "2/3/2026", held: " ", doctor: "dr  house"}
    output: {planned: "2026-02-03", held: null, doctor: Dr House}
  - input: {planned: "March 5, 2026", held: "3/6/2026", doctor: "SUE  GRAY"}
    output: {planned: "2026-03-05", held: "2026-03-06", doctor: Sue Gray}
tests: [{input: {planned: "?", doctor: "x"}, abstain: true}]
"""
HOTLINE = """
name: hotline
version: 1.0.0
description: Normalise a number for the hotline in France.
instructions: |
  - phone: E.164; numbers without a calling code are numbers in France.
  - weekday: the day on which to call.
  Decline a phone that cannot be read.
input: {phone: string, day: string}
output: {phone: string, weekday: [monday, tuesday, wednesday, thursday, friday]}
examples:
  - input: {phone: "01 42 68 53 00", day: "Mon."}
    output: {phone: "+33142685300", weekday: monday}
  - input: {phone: "+1 415 555 2671", day: THURSDAY}
    output: {phone: "+14155552671", weekday: thursday}
tests: [{input: {phone: "1", day: "Mon."}, abstain: true}]
"""


@pytest.mark.parametrize(
    ("spec", "data", "expected"),
    [
        pytest.param(
            GUEST,
            {
                "name": "o'neil, mary-jane",
                "country": "Deutschland",
                "arrival": "1. March 2026",
                "phone": "030/901820",
            },
            {
                "first_name": "Mary-Jane",
                "last_name": "O'Neil",
                "nationality": "DE",
                "arrival": "2026-03-01",
                "phone": "+4930901820",
            },
            id="region of a phone from the country",
        ),
        pytest.param(
            GUEST,
            {"name": "John Q. Public", "country": "usa", "arrival": "12/31/2026", "phone": "212-555-0147"},
            {
                "first_name": "John Q.",
                "last_name": "Public",
                "nationality": "US",
                "arrival": "2026-12-31",
                "phone": "+12125550147",
            },
            id="order of day and month from the country",
        ),
        pytest.param(
            GUEST,
            {"name": "A B", "country": "Narnia", "arrival": "1.1.2026", "phone": "+4930901820"},
            None,
            id="unknown country",
        ),
        pytest.param(
            PRODUCT,
            {"sku": " x 9 z", "price": "£1,050.5", "currency": "gbp", "stock": "3"},
            {"sku": "X9Z", "price": "1050.50", "currency": "GBP", "stock": 3},
            id="money, currency and whole number",
        ),
        pytest.param(
            PRODUCT,
            {"sku": "x", "price": "1", "currency": "yen", "stock": "3"},
            None,
            id="currency outside of the schema",
        ),
        pytest.param(
            SHIRT,
            {"size": "m", "gift": "NO", "colour": "Marine"},
            {"size": "M", "gift": "no", "colour": "navy"},
            id="synonyms from knowledge and text",
        ),
        pytest.param(SHIRT, {"size": "huge", "gift": "no", "colour": "navy"}, None, id="unknown label"),
        pytest.param(
            VISIT,
            {"planned": "12/24/2026", "doctor": "ann  lee"},
            {"planned": "2026-12-24", "held": None, "doctor": "Ann Lee"},
            id="month first, null when missing",
        ),
        pytest.param(VISIT, {"planned": "soon", "doctor": "x"}, None, id="unreadable date"),
        pytest.param(
            HOTLINE,
            {"phone": "06 12 34 56 78", "day": "wed"},
            {"phone": "+33612345678", "weekday": "wednesday"},
            id="fixed region, weekdays",
        ),
    ],
)
def test_inferred_activities_hold_on_unseen_inputs(
    synthesized: Any, spec: str, data: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    assert synthesized(spec, by=BY).run(data) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('price: "1234.50"', 'price: "1234.51"', id="an example that no parser gives"),
        pytest.param(
            "Decline an unknown currency",
            "Decline a stale price list, an unknown currency",
            id="a clause that is not understood",
        ),
        pytest.param("currency: [EUR, USD, GBP]", "currency: [EUR, USD, Q7]", id="labels of no known kind"),
    ],
)
def test_what_is_not_understood_is_left_alone(synthesized: Any, old: str, new: str) -> None:
    assert old in PRODUCT
    assert synthesized(PRODUCT.replace(old, new), by=BY).bodies == ()
