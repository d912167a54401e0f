"""Code that was written by hand, as a system."""

from __future__ import annotations

import pytest

from compiled_ai.bench.model import Task
from compiled_ai.bench.systems import human
from compiled_ai.spec.canonical import JsonObject

ORDER: JsonObject = {
    "id": " a-1 ",
    "customer": {"first_name": "Ada", "last_name": "Byron"},
    "lines": [{"sku": "A", "category": "Books", "quantity": 2, "unit_price": "1.05"}],
}


def task(name: str) -> Task:
    return Task(task_id=name, instructions="", output_schema={})


def test_function_answers_and_says_who_wrote_it() -> None:
    system = human.HumanSystem()
    prepared = system.prepare(task("transformation"))
    assert prepared.problem == ""
    assert prepared.calls == ()
    assert "def answer" in str(prepared.details["code"])
    answer = system.answer(task("transformation"), ORDER, None)
    assert isinstance(answer.output, dict)
    assert answer.output["gross"] == "2.10"
    assert (answer.served_by, answer.calls, answer.cold) == ("human", (), True)
    assert not system.answer(task("transformation"), ORDER, None).cold


def test_none_is_a_decline() -> None:
    system = human.HumanSystem()
    system.prepare(task("classification"))
    answer = system.answer(task("classification"), {"message": "Do you sell gift wrap?"}, None)
    assert (answer.declined, answer.error) == (True, None)


def test_bug_is_a_failure() -> None:
    system = human.HumanSystem()
    system.prepare(task("transformation"))
    answer = system.answer(task("transformation"), {"lines": 4}, None)
    assert (answer.error, answer.output, answer.declined) == ("TypeError", None, False)


@pytest.mark.parametrize("name", ["order_desk", "../secrets", "__init__", "a.b"])
def test_task_that_nobody_wrote_for_says_so(name: str) -> None:
    system = human.HumanSystem()
    assert system.prepare(task(name)).problem == human.NOBODY


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("classification", {"message": "Where is my parcel?"}, {"intent": "order_status"}),
        ("classification", {"message": "Cancel my order and where is my refund?"}, None),
        (
            "normalization",
            {
                "name": "o'neil-SMITH, ANN",
                "phone": "0039 06 1234567",
                "birth_date": "Mar 12, 1985",
                "country": "italia",
            },
            {
                "first_name": "Ann",
                "last_name": "o'neil-SMITH",
                "phone": "+39061234567",
                "birth_date": "1985-03-12",
                "country": "IT",
            },
        ),
        (
            "normalization",
            {"name": "Ann Smith", "phone": "030 1234567", "birth_date": "31.02.1985", "country": "DE"},
            None,
        ),
        (
            "function_calling",
            {"request": "Set the bath to seventy-five Fahrenheit"},
            {"function": "set_temperature", "arguments": {"room": "bathroom", "celsius": 23.9}},
        ),
        (
            "function_calling",
            {"request": "timer for two hours and ten minutes"},
            {"function": "set_timer", "arguments": {"minutes": 130, "label": None}},
        ),
        ("function_calling", {"request": "Turn on the light in the office, no wait, the kitchen"}, None),
        (
            "extraction",
            {
                "text": "USPS has your order AB-12345. It will arrive between 3 May 2026 and 5 May 2026. Total: $12.50."
            },
            {
                "order_id": "AB-12345",
                "carrier": "USPS",
                "tracking_number": None,
                "delivery_date": "2026-05-05",
                "total": "12.50",
            },
        ),
        ("extraction", {"text": "Orders AB-12345 and AB-12346 go with DHL."}, None),
        (
            "ticket_routing",
            {"subject": "Refund", "body": "asap please", "customer_tier": "free", "previous_contacts": 0},
            {"queue": "finance", "priority": "p2", "topic": "billing"},
        ),
    ],
    ids=[
        "one intent",
        "two intents",
        "record",
        "impossible date",
        "fahrenheit",
        "hours and minutes",
        "taken back",
        "range of dates",
        "two orders",
        "urgent bill",
    ],
)
def test_code_does_what_its_spec_says(name: str, given: JsonObject, expected: JsonObject | None) -> None:
    system = human.HumanSystem()
    system.prepare(task(name))
    assert system.answer(task(name), given, None).output == expected
