"""Reshaping: five small specs, what is inferred from each, and what is left alone."""

from __future__ import annotations

import time
from typing import Any

import pytest

from compiled_ai.factory.synthesis.reshaping import ReshapingSynthesizer

BY = (ReshapingSynthesizer(),)

TIMESHEET = """
name: timesheet
version: 1.0.0
description: Sum the timesheet of a worker.
instructions: |
  - hours: the sum of the hours over all entries that are billable.
  - pay: the sum of hours times rate over the billable entries.
  - fee: the percentage of pay given in fee_percent (missing means 0), rounded half up to cents.
  - due: pay minus fee.
  - longest: the task of the billable entry with the highest hours.
  Decline an empty timesheet, hours outside 0 to 24 and a negative rate.
input:
  worker: string
  fee_percent: number?
  entries:
    type: array
    items:
      type: object
      additionalProperties: false
      required: [task, hours, rate, billable]
      properties:
        task: {type: string}
        hours: {type: integer}
        rate: {type: string, format: decimal}
        billable: {type: boolean}
output: {hours: integer, pay: decimal, fee: decimal, due: decimal, longest: string}
examples:
  - input: {worker: Ann, fee_percent: 10, entries: [{task: dig, hours: 3, rate: "20.00", billable: true}, {task: rest, hours: 9, rate: "5.00", billable: false}, {task: saw, hours: 4, rate: "10.05", billable: true}]}
    output: {hours: 7, pay: "100.20", fee: "10.02", due: "90.18", longest: saw}
  - input: {worker: Bo, entries: [{task: mow, hours: 2, rate: "15.50", billable: true}]}
    output: {hours: 2, pay: "31.00", fee: "0.00", due: "31.00", longest: mow}
  - input: {worker: Cy, entries: []}
    abstain: true
tests: [{input: {worker: Di, entries: []}, abstain: true}]
"""
CONTACT = """
name: contact_card
version: 1.0.0
description: Make the card of a contact.
instructions: |
  - label: "First Last"; if a nickname is given and not blank, the nickname instead.
  - email: trimmed and in lower case.
  - initials: the first letter of given name and of family name, in capitals.
  Decline if the email is missing.
input:
  person: {given_name: string, family_name: string, nickname: string?}
  email: string
output: {label: string, email: string, initials: string}
examples:
  - input: {person: {given_name: Ada, family_name: Byron}, email: " Ada@Example.ORG"}
    output: {label: Ada Byron, email: ada@example.org, initials: AB}
  - input: {person: {given_name: William, family_name: Gates, nickname: Bill}, email: bill@gates.com}
    output: {label: Bill, email: bill@gates.com, initials: WG}
  - input: {person: {given_name: Jo, family_name: Li, nickname: " "}, email: jo@li.cn}
    output: {label: Jo Li, email: jo@li.cn, initials: JL}
  - input: {person: {given_name: No, family_name: Mail}, email: " "}
    abstain: true
tests: [{input: {person: {given_name: No, family_name: Mail}, email: ""}, abstain: true}]
"""
LOAN = """
name: loan_terms
version: 1.0.0
description: When a book is due back.
instructions: |
  - due: the date so many days after the start that the field days says.
  - title: the title in capitals.
input: {start: date, days: integer, title: string}
output: {due: date, title: string}
examples:
  - input: {start: "2026-02-20", days: 14, title: Emma}
    output: {due: "2026-03-06", title: EMMA}
  - input: {start: "2025-12-31", days: 1, title: Dune}
    output: {due: "2026-01-01", title: DUNE}
tests: [{input: {start: "2025-12-31", days: 2, title: Dune}, output: {due: "2026-01-02", title: DUNE}}]
"""
SALES = """
name: sales_report
version: 1.0.0
description: Report the sales of a shop.
instructions: |
  - paid_count: how many orders have the status paid.
  - revenue: the sum of the amounts of the orders with the status paid.
  - customers: the distinct customers of all orders, in lower case, sorted alphabetically.
  - largest: the largest amount of all orders.
input:
  orders:
    type: array
    items:
      type: object
      additionalProperties: false
      required: [customer, amount, status]
      properties:
        customer: {type: string}
        amount: {type: string, format: decimal}
        status: {enum: [open, paid, refunded]}
output: {paid_count: integer, revenue: decimal, customers: "string[]", largest: decimal}
examples:
  - input: {orders: [{customer: Zoe, amount: "10.00", status: paid}, {customer: adam, amount: "99.00", status: open}, {customer: ZOE, amount: "2.50", status: paid}]}
    output: {paid_count: 2, revenue: "12.50", customers: [adam, zoe], largest: "99.00"}
  - input: {orders: [{customer: Kim, amount: "7.00", status: refunded}]}
    output: {paid_count: 0, revenue: "0.00", customers: [kim], largest: "7.00"}
tests: [{input: {orders: [{customer: Kim, amount: "7.00", status: paid}]}, output: {paid_count: 1, revenue: "7.00", customers: [kim], largest: "7.00"}}]
"""
RENAMES = """
name: renames
version: 1.0.0
description: Rename the fields of an event.
instructions: Take the values over as they are.
input:
  event: {title: string, place: {city: string, country: string}, seats: integer}
  online: boolean
output: {title: string, city: string, seats: integer, online: boolean}
examples:
  - input: {event: {title: Fair, place: {city: Oslo, country: Norway}, seats: 40}, online: false}
    output: {title: Fair, city: Oslo, seats: 40, online: false}
  - input: {event: {title: Expo, place: {city: Bonn, country: Germany}, seats: 9}, online: true}
    output: {title: Expo, city: Bonn, seats: 9, online: true}
tests: [{input: {event: {title: Expo, place: {city: Rome, country: Italy}, seats: 8}, online: true}, output: {title: Expo, city: Rome, seats: 8, online: true}}]
"""


def entry(task: str, hours: int, rate: str, *, billable: bool = True) -> dict[str, Any]:
    return {"task": task, "hours": hours, "rate": rate, "billable": billable}


def order(customer: str, amount: str, status: str) -> dict[str, Any]:
    return {"customer": customer, "amount": amount, "status": status}


@pytest.mark.parametrize(
    ("spec", "data", "expected"),
    [
        pytest.param(
            TIMESHEET,
            {
                "worker": "Eve",
                "fee_percent": 12.5,
                "entries": [entry("a", 1, "0.10"), entry("b", 2, "33.33")],
            },
            {"hours": 3, "pay": "66.76", "fee": "8.35", "due": "58.41", "longest": "b"},
            id="sums, products, percentages and picks",
        ),
        pytest.param(
            TIMESHEET,
            {"worker": "Eve", "fee_percent": None, "entries": [entry("x", 5, "1"), entry("y", 5, "9")]},
            {"hours": 10, "pay": "50.00", "fee": "0.00", "due": "50.00", "longest": "x"},
            id="the first of equals, null as nothing",
        ),
        pytest.param(
            TIMESHEET, {"worker": "E", "entries": [entry("a", 25, "1")]}, None, id="bound of a clause"
        ),
        pytest.param(TIMESHEET, {"worker": "E", "entries": [entry("a", 5, "-1")]}, None, id="negative"),
        pytest.param(
            TIMESHEET,
            {"worker": "E", "entries": [entry("a", 5, "1", billable=False)]},
            None,
            id="nothing to choose from",
        ),
        pytest.param(
            CONTACT,
            {
                "person": {"given_name": "grace", "family_name": "hopper", "nickname": None},
                "email": "G@H.mil ",
            },
            {"label": "grace hopper", "email": "g@h.mil", "initials": "GH"},
            id="joined texts with a stand-in",
        ),
        pytest.param(
            CONTACT, {"person": {"given_name": "g", "family_name": "h"}, "email": "  "}, None, id="blank text"
        ),
        pytest.param(
            LOAN,
            {"start": "2024-02-28", "days": 2, "title": "It"},
            {"due": "2024-03-01", "title": "IT"},
            id="days added to a date",
        ),
        pytest.param(LOAN, {"start": "9999-12-31", "days": 2, "title": "It"}, None, id="date out of range"),
        pytest.param(
            SALES,
            {"orders": [order("B", "1.00", "open"), order("a", "3.00", "paid"), order("A", "2.00", "paid")]},
            {"paid_count": 2, "revenue": "5.00", "customers": ["a", "b"], "largest": "3.00"},
            id="items of one status",
        ),
        pytest.param(SALES, {"orders": []}, None, id="greatest of nothing"),
        pytest.param(
            RENAMES,
            {"event": {"title": "T", "place": {"city": "C", "country": "X"}, "seats": 0}, "online": False},
            {"title": "T", "city": "C", "seats": 0, "online": False},
            id="paths by name",
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
            "Decline if the email is missing.", "Decline on odd days.", id="clause that is not understood"
        ),
        pytest.param(
            "email: trimmed and in lower case.", "email: trimmed and in capitals.", id="text against examples"
        ),
        pytest.param(
            "trimmed and in lower case.",
            "trimmed, lower case, without the nickname.",
            id="field that is not used",
        ),
    ],
)
def test_what_is_not_understood_is_left_alone(synthesized: Any, old: str, new: str) -> None:
    assert old in CONTACT
    assert synthesized(CONTACT.replace(old, new), by=BY).bodies == ()


def test_the_same_spec_gives_the_same_code(synthesized: Any) -> None:
    assert synthesized(TIMESHEET).bodies == synthesized(TIMESHEET).bodies


def test_functions_carry_the_sentence_that_they_implement(synthesized: Any) -> None:
    source = synthesized(TIMESHEET, by=BY).sources[0]
    assert "# due: pay minus fee.\ndef _due(" in source


def test_a_wide_spec_without_a_text_ends_in_time(synthesized: Any) -> None:
    names = [f"field_{letter}{other}" for letter in "abcdefgh" for other in "stuvwxyz"]
    fields = ", ".join(f"{name}: integer" for name in names)
    texts = ", ".join(f"text_{name}: string" for name in names)
    data = ", ".join(
        [f"{name}: {number}" for number, name in enumerate(names)]
        + [f"text_{name}: {name}" for name in names]
    )
    spec = f"""
name: wide
version: 1.0.0
description: A wide one.
instructions: Do it.
input: {{{fields}, {texts}}}
output: {{answer: integer, motto: string}}
examples:
  - input: {{{data}}}
    output: {{answer: 999999, motto: nothing of that}}
  - input: {{{data.replace(": 3,", ": 7777,")}}}
    output: {{answer: 999998, motto: nothing of this}}
tests: [{{input: {{{data.replace(": 3,", ": 8888,")}}}, output: {{answer: 1, motto: x}}}}]
"""
    started = time.perf_counter()
    found = synthesized(spec)
    assert (found.bodies, time.perf_counter() - started < 4) == ((), True)
