"""Extraction: five small specs, what is inferred from each, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.factory.synthesis.extraction import ExtractionSynthesizer

BY = (ExtractionSynthesizer(),)

INVOICE = """
name: invoice_mail
version: 1.0.0
description: Read an invoice out of a mail.
instructions: |
  - number: three capital letters, a hyphen and four digits, such as INV-1234.
  - due_date: the ISO date by which to pay, not the date of the invoice. Null if there is none.
  - amount: what is to be paid, two decimal places; not the discount.
  Decline a mail without a number or with several, and one without an amount.
input: {mail: string}
output: {number: string, due_date: date?, amount: decimal}
examples:
  - input: {mail: "Invoice INV-2031 of 1 March 2026: please pay EUR 120.00 by 15 March 2026. Discount: EUR 5.00."}
    output: {number: INV-2031, due_date: "2026-03-15", amount: "120.00"}
  - input: {mail: "Thanks! We attach ABC-7788, dated 2026-05-02. To be paid: $99.5"}
    output: {number: ABC-7788, due_date: null, amount: "99.50"}
  - input: {mail: "See you on 3 June 2026."}
    abstain: true
tests: [{input: {mail: "x"}, abstain: true}]
"""
RIDE = """
name: ride
version: 1.0.0
description: Read the notice of a ride.
instructions: |
  - mode: how one travels.
  - passengers: how many people travel.
  - day: the date of the ride.
  Decline a notice without a mode or with two different modes.
input: {notice: string}
output: {mode: [train, bus, taxi], passengers: integer, day: date}
examples:
  - input: {notice: "Train for 3 people on 2 May 2026"}
    output: {mode: train, passengers: 3, day: "2026-05-02"}
  - input: {notice: "On 2026-06-01 the two of us take the BUS"}
    output: {mode: bus, passengers: 2, day: "2026-06-01"}
  - input: {notice: "Bus or train for four on 1 May 2026?"}
    abstain: true
tests: [{input: {notice: "x"}, abstain: true}]
"""
TICKET = """
name: ticket_code
version: 1.0.0
description: Find the code of a ticket.
instructions: The code looks alike on every ticket. Decline a text with two different codes.
input: {text: string}
output: {code: string}
examples:
  - input: {text: "your seat: row 4, code K7-20931."}
    output: {code: K7-20931}
  - input: {text: "(P2-11873) valid today"}
    output: {code: P2-11873}
  - input: {text: "K7-20931 or P2-11873"}
    abstain: true
tests: [{input: {text: "x"}, abstain: true}]
"""
FORM = """
name: form
version: 1.0.0
description: Read a form.
instructions: |
  - subject: what stands after its label.
  - owner: what stands after its label, null if it is missing.
input: {form: string}
output: {subject: string, owner: string?}
examples:
  - input: {form: "Subject: Broken lamp\\nOwner: Ada"}
    output: {subject: Broken lamp, owner: Ada}
  - input: {form: "No. 4\\nsubject: Cold soup"}
    output: {subject: Cold soup, owner: null}
tests: [{input: {form: "x"}, abstain: true}]
"""
DONATION = """
name: donation
version: 1.0.0
description: Read a donation.
instructions: |
  - amount: the amount given, two decimal places.
  - currency: its ISO 4217 code.
  - account: a run of 8 to 12 digits; spaces inside it are dropped. Null if there is none.
  Decline a text with no amount or more than one.
input: {text: string}
output: {amount: decimal, currency: string, account: string?}
examples:
  - input: {text: "I give 50 euros, from 1234 5678 90"}
    output: {amount: "50.00", currency: EUR, account: "1234567890"}
  - input: {text: "Here are £7.5 for you"}
    output: {amount: "7.50", currency: GBP, account: null}
  - input: {text: "$5 or $6"}
    abstain: true
tests: [{input: {text: "x"}, abstain: true}]
"""


@pytest.mark.parametrize(
    ("spec", "data", "expected"),
    [
        pytest.param(
            INVOICE,
            {
                "mail": "Payment of XYZ-0001: 10.00 USD. The invoice is of 2 April 2026, payable until 30.04.2026."
            },
            {"number": "XYZ-0001", "due_date": "2026-04-30", "amount": "10.00"},
            id="cues for and against",
        ),
        pytest.param(INVOICE, {"mail": "INV-1111 and INV-2222: pay $5.00"}, None, id="two numbers"),
        pytest.param(INVOICE, {"mail": "INV-1111 is coming"}, None, id="no amount"),
        pytest.param(
            RIDE,
            {"notice": "twelve passengers, by taxi, 24 December 2026"},
            {"mode": "taxi", "passengers": 12, "day": "2026-12-24"},
            id="label, number in words, date",
        ),
        pytest.param(RIDE, {"notice": "by bike for two on 1 May 2026"}, None, id="no label"),
        pytest.param(TICKET, {"text": "Code: Z9-00001!"}, {"code": "Z9-00001"}, id="form from examples"),
        pytest.param(TICKET, {"text": "Code: ZZ9-00001!"}, None, id="another form"),
        pytest.param(
            FORM, {"form": "SUBJECT: Rain"}, {"subject": "Rain", "owner": None}, id="labelled values"
        ),
        pytest.param(
            DONATION,
            {"text": "CHF 1'000 go to 8765 4321"},
            {"amount": "1000.00", "currency": "CHF", "account": "87654321"},
            id="run of digits",
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
        pytest.param(
            "four digits, such as INV-1234", "four digits, such as INV/1234", id="words against their sample"
        ),
        pytest.param('amount: "99.50"', 'amount: "98.50"', id="an example that no finder gives"),
        pytest.param("and one without an amount", "and rude ones", id="a clause that is not understood"),
    ],
)
def test_what_is_not_understood_is_left_alone(synthesized: Any, old: str, new: str) -> None:
    assert old in INVOICE
    assert synthesized(INVOICE.replace(old, new), by=BY).bodies == ()


PARCEL = """
name: parcel_note
version: 1.0.0
description: Read a note on a stay.
instructions: |
  - from_date: the first day of the stay. Null if there is none.
  - pass_number: a run of 8 to 10 digits. Null if there is none.
input: {note: string}
output: {from_date: date?, pass_number: string?}
examples:
  - input: {note: "Arrival on 3 May 2026 with pass number 12345678"}
    output: {from_date: "2026-05-03", pass_number: "12345678"}
  - input: {note: "No dates yet"}
    output: {from_date: null, pass_number: null}
tests: [{input: {note: "x"}, output: {from_date: null, pass_number: null}}]
"""


def test_of_two_values_of_one_form_that_with_a_cue_counts(synthesized: Any) -> None:
    note = "Call 555000111. Pass number 87654321."
    assert synthesized(PARCEL, by=BY).run({"note": note}) == {"from_date": None, "pass_number": "87654321"}
