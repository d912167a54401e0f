"""Functions with everyday parameters, asked for in everyday words: what is inferred from the schema alone answers them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.factory.plan import make_plan
from compiled_ai.factory.synthesis._call_shapes import read_call_schema
from compiled_ai.factory.synthesis.function_call import infer_program
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.load import parse_spec

TEXT, WHOLE, REAL, SWITCH = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))


def said(kind: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {**kind, "description": description, **more}


def many(description: str, *values: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(values)}, "description": description}


FUNCTIONS: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "shop_finder": (
        "Find shops of a town.",
        ["town"],
        {
            "town": said(TEXT, "The town to search in."),
            "goods": many("What the shop must sell.", "Seafood", "Dairy", "Bakery"),
        },
    ),
    "trail_finder": (
        "Find hiking trails.",
        ["region", "length"],
        {
            "region": said(TEXT, "The region of the trail."),
            "length": said(WHOLE, "Length of the trail in kilometers."),
            "order": said(TEXT, "How to sort them.", enum=["popularity", "ascending", "descending"]),
        },
    ),
    "tune": (
        "Write a tune.",
        ["scale", "bars"],
        {
            "scale": said(TEXT, "The scale of the tune, e.g. G Major, E Minor, etc."),
            "bars": said(WHOLE, "Number of bars."),
        },
    ),
    "hotel_rating": (
        "Find hotels in a city.",
        ["city"],
        {
            "city": said(TEXT, "The city of the hotel."),
            "user_rate": said(REAL, "The least rating by users. Default 0.00."),
        },
    ),
    "savings": (
        "Project savings.",
        ["deposit", "annual_rate", "credited"],
        {
            "deposit": said(WHOLE, "The sum that is paid in."),
            "annual_rate": said(REAL, "The yearly rate as a percentage."),
            "credited": said(TEXT, "How often it is credited.", enum=["monthly", "quarterly", "annually"]),
        },
    ),
    "exchange": (
        "Change money between two currencies.",
        ["amount", "from_currency", "to_currency"],
        {
            "amount": said(REAL, "The amount to change."),
            "from_currency": said(TEXT, "The currency to change from."),
            "to_currency": said(TEXT, "The currency to change to."),
        },
    ),
    "forecast": (
        "Get the forecast of a city.",
        ["city", "window"],
        {
            "city": said(TEXT, "The city of the forecast."),
            "window": said(WHOLE, "The number of days to look ahead."),
            "min_wind": said(WHOLE, "The least wind to show, as a percentage of a storm. Default is 0."),
        },
    ),
    "train": (
        "Find trains.",
        ["origin", "destination"],
        {
            "origin": said(TEXT, "Where to start."),
            "destination": said(TEXT, "Where to go."),
            "direct_train": said(SWITCH, "Only trains without a change. Default is false."),
        },
    ),
    "rain_record": (
        "How much it rained.",
        ["county", "span"],
        {
            "county": said(TEXT, "The county of the record."),
            "span": said(TEXT, "How far back.", enum=["six_months", "two_years"]),
        },
    ),
    "meal": (
        "Find a meal.",
        ["diet", "minutes"],
        {
            "diet": said(TEXT, "The diet, e.g. egg free, nut free."),
            "minutes": said(WHOLE, "How many minutes it takes at most."),
        },
    ),
    "stay": (
        "Book a cabin.",
        ["start_date", "end_date"],
        {
            "start_date": said(TEXT, "First day of the stay, YYYY-MM-DD."),
            "end_date": said(TEXT, "Last day of the stay, YYYY-MM-DD."),
        },
    ),
    "oven": (
        "How long a goose takes.",
        ["weight"],
        {
            "weight": said(REAL, "The weight of the goose in kilograms."),
            "cooking_method": said(TEXT, "How it is cooked, defaults to 'roast'."),
        },
    ),
    "callback": (
        "Ask for a call.",
        ["city"],
        {
            "city": said(TEXT, "The city to call."),
            "time": said(TEXT, "Time of the call. Default is 'morning'."),
        },
    ),
    "cafe_finder": (
        "Find cafes.",
        ["town"],
        {
            "town": said(TEXT, "The town to search in."),
            "needs": many("Needs of the guests.", "Nut-free", "Egg-free", "Step-free"),
        },
    ),
    "loan_payment": (
        "Calculate the monthly payment of a loan.",
        ["loan_amount", "interest_rate", "term_years"],
        {
            "loan_amount": said(WHOLE, "The amount borrowed in dollars."),
            "interest_rate": said(REAL, "Annual interest rate as a decimal."),
            "term_years": said(WHOLE, "Term of the loan in years."),
            "down_payment": said(WHOLE, "Money paid up front. Default is 0."),
        },
    ),
    "rate_history": (
        "Get the history of an exchange rate.",
        ["base", "quote", "start_date", "end_date"],
        {
            "base": said(TEXT, "The base currency code, e.g. USD"),
            "quote": said(TEXT, "The quote currency code, e.g. EUR"),
            "start_date": said(TEXT, "Start date, YYYY-MM-DD"),
            "end_date": said(TEXT, "End date, YYYY-MM-DD"),
        },
    ),
    "book_table": (
        "Reserve a table at a restaurant.",
        ["restaurant", "party_size", "date"],
        {
            "restaurant": said(TEXT, "Name of the restaurant."),
            "party_size": said(WHOLE, "Number of guests."),
            "date": said(TEXT, "Date of the reservation (YYYY-MM-DD)."),
            "outdoor_seating": said(SWITCH, "Whether to sit outdoors. Default false."),
        },
    ),
    "tickets": (
        "Buy tickets for a show.",
        ["show", "quantity"],
        {
            "show": said(TEXT, "Name of the show."),
            "quantity": said(WHOLE, "How many tickets."),
            "max_price": said(WHOLE, "Highest price of a ticket in dollars."),
        },
    ),
    "share_chart": (
        "Show a chart of a share.",
        ["symbol", "period"],
        {
            "symbol": said(TEXT, "Ticker symbol, e.g. AAPL, MSFT"),
            "period": said(TEXT, "Period of the chart.", enum=["1d", "1w", "1y"]),
        },
    ),
}
CASES: list[tuple[str, str, JsonObject | None]] = [
    ("shop_finder", "where in Leeds can I get fish and some cheese?", {"town": "Leeds", "goods": ["Seafood", "Dairy"]}),
    ("shop_finder", "I need fresh bread in Utrecht", {"town": "Utrecht", "goods": ["Bakery"]}),
    ("trail_finder", "a 12 km trail in Bavaria, most popular first", {"region": "Bavaria", "length": 12, "order": "popularity"}),
    ("trail_finder", "trails of 8 kilometers in Wales from largest to smallest", {"region": "Wales", "length": 8, "order": "descending"}),
    ("tune", "sixteen bars in B flat minor", {"scale": "Bb Minor", "bars": 16}),
    ("tune", "a tune of 8 bars in D major please", {"scale": "D Major", "bars": 8}),
    ("hotel_rating", "hotels in Porto rated above 4.2", {"city": "Porto", "user_rate": 4.2}),
    ("savings", "put in $900 at 4.5 percent per annum, credited each month", {"deposit": 900, "annual_rate": 4.5, "credited": "monthly"}),
    ("exchange", "what do I get in yen for 250 euros?", {"amount": 250.0, "from_currency": "EUR", "to_currency": "JPY"}),
    ("forecast", "Turin for the next two weeks", {"city": "Turin", "window": 14}),
    ("forecast", "Turin, 3 days ahead, wind of at least 40 percent", {"city": "Turin", "window": 3, "min_wind": 40}),
    ("train", "a train from Bern to Basel, nonstop", {"origin": "Bern", "destination": "Basel", "direct_train": True}),
    ("train", "any train from Bern to Basel", {"origin": "Bern", "destination": "Basel"}),
    ("rain_record", "how much fell in Kent over the last half year", {"county": "Kent", "span": "six_months"}),
    ("rain_record", "the past 24 months in Kent", None),
    ("meal", "I'm allergic to egg and have 20 minutes", {"diet": "egg free", "minutes": 20}),
    ("stay", "arriving 3 May 2026 and leaving on 9 May 2026", {"start_date": "2026-05-03", "end_date": "2026-05-09"}),
    ("callback", "a call to Leeds in the evening", {"city": "Leeds", "time": "evening"}),
    ("cafe_finder", "I have a nut allergy, where to in Leeds?", {"town": "Leeds", "needs": ["Nut-free"]}),
    ("loan_payment", "what would I pay monthly on a 250000 dollar mortgage at 6.5% over 30 years", {"loan_amount": 250000, "interest_rate": 0.065, "term_years": 30}),
    ("rate_history", "USD to JPY from 2024-01-01 to 2024-03-31", {"base": "USD", "quote": "JPY", "start_date": "2024-01-01", "end_date": "2024-03-31"}),
    ("book_table", "Reserve at Nobu, 2 people, 5 June 2026, outside please", {"restaurant": "Nobu", "party_size": 2, "date": "2026-06-05", "outdoor_seating": True}),
    ("tickets", "two seats for Cats, no more than $80 each", {"show": "Cats", "quantity": 2, "max_price": 80}),
    ("share_chart", "1 year chart of NVDA", {"symbol": "NVDA", "period": "1y"}),
    ("oven", "grilled goose of 4 kg", {"weight": 4.0, "cooking_method": "grill"}),
]  # fmt: skip


def answer(function: str, request: str) -> JsonObject | None:
    about, required, properties = FUNCTIONS[function]
    data = {
        "name": function,
        "version": "1.0.0",
        "description": f"Turn a request into the parameters of the function {function}.",
        "instructions": f"{function}: {about} Give each parameter that the request states.",
        "input": {"request": "string"},
        "output": {
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": properties,
        },
        "examples": [{"input": {"request": ""}, "abstain": True}],
    }
    spec = parse_spec(yaml.safe_dump(data, sort_keys=False), path=Path("task.yaml"))
    brief = spec.brief()
    calls = read_call_schema(make_plan(spec).code[0], brief)
    assert calls is not None
    program = infer_program(calls, brief)
    assert program is not None
    return program.answer(request)


@pytest.mark.parametrize(("function", "request_text", "expected"), CASES, ids=[case[1] for case in CASES])
def test_everyday_requests_are_answered_from_the_schema_alone(
    function: str, request_text: str, expected: JsonObject | None
) -> None:
    assert answer(function, request_text) == expected
