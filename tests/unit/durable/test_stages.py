"""Which effects may be repeated when nobody knows whether they were done."""

from __future__ import annotations

import pytest

from compiled_ai.durable.stages import is_repeatable
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.effects import parse_call


def http(method: str, *, retry_unsafe: bool = False) -> JsonObject:
    return {
        "effect": "http_request",
        "capabilities": {
            "hosts": ["example.com"],
            "methods": ["GET", "POST", "PUT"],
            "retry_unsafe": retry_unsafe,
        },
        "parameters": {"method": method, "url": "https://example.com/"},
    }


def database(*write: str) -> JsonObject:
    return {
        "effect": "db_query",
        "capabilities": {"database": "stock", "read": ["articles"], "write": [*write]},
        "parameters": {"sql": "SELECT 1"},
    }


MAIL: JsonObject = {
    "effect": "notification",
    "capabilities": {"recipients": ["a@example.com"]},
    "parameters": {"channel": "mail", "to": "a@example.com", "subject": "s", "text": "t"},
}


@pytest.mark.parametrize(
    ("call", "may"),
    [
        (http("GET"), True),
        (http("PUT"), True),
        (http("POST"), False),
        (http("POST", retry_unsafe=True), True),
        (database(), True),
        (database("articles"), False),
        (MAIL, False),
    ],
    ids=["GET", "PUT", "POST", "POST that may be repeated", "reading", "writing", "mail"],
)
def test_only_what_is_not_noticed_is_done_again(call: JsonObject, may: bool) -> None:
    assert is_repeatable(parse_call(call)) is may
