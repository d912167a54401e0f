"""What the operator allows: words, what is lacking, and the declaration that comes of it."""

from __future__ import annotations

import pytest

from compiled_ai.effects.capabilities import DatabaseCapability, HttpCapability, NotificationCapability
from compiled_ai.effects.permission import Allowed, declare, missing, parse_allowed
from compiled_ai.errors import EffectRefusedError, InputError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.effects import EffectCall, parse_call

URL = "https://hooks.example.com/T0/secret"


def http(*hosts: str) -> EffectCall:
    parameters: JsonObject = {"method": "GET", "url": f"https://{hosts[0]}/"}
    return _call("http_request", {"hosts": [*hosts]}, parameters, retries=1)


def query() -> EffectCall:
    return _call("db_query", {"database": "stock", "read": ["articles"]}, {"sql": "SELECT a FROM articles"})


def message(**bounds: object) -> EffectCall:
    parameters: JsonObject = {"channel": "webhook", "to": "ops", "subject": "s", "text": "t"}
    return _call("notification", {"webhooks": ["ops"], **bounds}, parameters)  # type: ignore[dict-item]  # plain data


def _call(template: str, bounds: JsonObject, parameters: JsonObject, **more: int) -> EffectCall:
    data: JsonObject = {"effect": template, "capabilities": bounds, "parameters": parameters, **more}
    return parse_call(data)


MAILS = {"recipients": ["a@example.com"]}


@pytest.mark.parametrize(
    ("call", "words", "lacking"),
    [
        pytest.param(http("a.example.com"), [], ("host=a.example.com",), id="host"),
        pytest.param(http("a.example.com", "b.example.com"), ["host=a.example.com"], ("host=b.example.com",), id="one of two hosts"),
        pytest.param(http("a.example.com:8443"), ["host=a.example.com"], ("host=a.example.com:8443",), id="port"),
        pytest.param(http("a.example.com"), ["host=A.example.com"], (), id="host in capitals"),
        pytest.param(query(), [], ("database=stock=FILE",), id="database"),
        pytest.param(query(), ["database=stock=data/stock.sqlite"], (), id="database allowed"),
        pytest.param(message(), [], ("webhook=ops=URL",), id="webhook"),
        pytest.param(message(), [f"webhook=ops={URL}"], (), id="webhook allowed"),
        pytest.param(message(**MAILS), [f"webhook=ops={URL}"], ("mail=a@example.com", "outbox=FOLDER", "sender=ADDRESS"), id="mails"),
        pytest.param(message(**MAILS), [f"webhook=ops={URL}", "mail=a@example.com", "outbox=out", "sender=b@example.com"], (), id="mails allowed"),
    ],
)  # fmt: skip
def test_what_is_lacking_is_said_as_it_would_be_allowed(
    call: EffectCall, words: list[str], lacking: tuple[str, ...]
) -> None:
    allowed = parse_allowed(words)
    assert missing(call, allowed) == lacking
    if lacking:
        with pytest.raises(EffectRefusedError, match="'ask' needs what is not allowed") as caught:
            declare("ask", call, allowed)
        assert caught.value.reason == "permission"
    else:
        assert declare("ask", call, allowed).name == "ask"


def test_nothing_is_allowed_by_default() -> None:
    assert all(missing(call, Allowed()) for call in (http("a.example.com"), query(), message()))


def test_a_declaration_holds_what_the_spec_says_and_where_the_operator_says() -> None:
    allowed = parse_allowed(
        [
            "host=a.example.com",
            "database=stock=data/stock.sqlite",
            f"webhook=ops={URL}",
            "webhook=other=https://other.example.com/",
            "mail=a@example.com",
            "mail=b@example.com",
            "outbox=out",
            "sender=c@example.com",
        ]
    )
    called = declare("ask", http("a.example.com"), allowed)
    asked = declare("ask", query(), allowed)
    told = declare("ask", message(**MAILS), allowed)
    assert isinstance(called, HttpCapability)
    assert (called.hosts, called.methods, called.retries) == (["a.example.com"], ["GET"], 1)
    assert isinstance(asked, DatabaseCapability)
    assert (asked.path, asked.read, asked.write) == ("data/stock.sqlite", ["articles"], [])
    assert isinstance(told, NotificationCapability)
    assert (told.webhooks, told.recipients) == ({"ops": URL}, ["a@example.com"])
    assert (told.outbox, told.sender) == ("out", "c@example.com")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("hosts=a.example.com", "'hosts' allows nothing that is known; write host=NAME"),
        ("host", "host= says nothing of what is allowed"),
        ("host=", "host= says nothing of what is allowed"),
        ("https://a.example.com/?x=1", "a word allows nothing that is known"),
        ("", "'' allows nothing"),
        ("database=stock.sqlite", "database= wants a name and what it stands for: database=NAME=FILE"),
        ("webhook=https://a.example.com/?x=1", "webhook= wants a name"),
    ],
)
def test_a_word_that_allows_nothing_is_told_without_what_may_be_secret(word: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_allowed([word])
    assert message in str(caught.value)
    assert "https" not in str(caught.value)
