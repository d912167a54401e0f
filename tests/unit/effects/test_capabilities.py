"""Declarations: what they may say, and that they grant nothing by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.effects.capabilities import DatabaseCapability, HttpCapability, parse_capability
from compiled_ai.errors import InputError
from compiled_ai.templates.registry import Template, builtin_registry

EFFECTS = builtin_registry().templates("effect")


@pytest.mark.parametrize("template", EFFECTS, ids=lambda template: template.name)
def test_what_a_template_renders_is_a_declaration(template: Template) -> None:
    from pathlib import Path

    from compiled_ai.spec.yaml_source import parse_yaml

    rendering = template.render(template.example)
    data = parse_yaml(rendering.text, path=Path("effect.yaml")).data
    assert isinstance(data, dict)
    assert parse_capability(data).name == rendering.name


def test_defaults_are_the_narrow_ones() -> None:
    http = HttpCapability(name="a", hosts=["example.com"])
    assert (http.methods, http.plain_http, http.private_addresses, http.retry_unsafe) == (
        ["GET"],
        False,
        False,
        False,
    )
    assert DatabaseCapability(name="a", path="x", read=["t"]).write == []


def test_a_digest_follows_the_declaration() -> None:
    first, second = (HttpCapability(name="a", hosts=[host]) for host in ("a.example", "b.example"))
    assert first.digest == HttpCapability(name="a", hosts=["a.example"]).digest
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "effect", "'None' is unknown; known are http, database, notification"),
        ({"effect": "htpp"}, "effect", "Did you mean 'http'?"),
        ({"effect": "http", "name": "a"}, "hosts", "hosts: Field required"),
        ({"effect": "http", "name": "a", "hosts": []}, "hosts", "hosts: "),
        ({"effect": "http", "name": "a", "hosts": ["*.example.com"]}, "hosts.0", "hosts.0: "),
        ({"effect": "http", "name": "a", "hosts": ["https://example.com"]}, "hosts.0", "hosts.0: "),
        ({"effect": "http", "name": "a", "hosts": ["a.example"], "methods": ["TRACE"]}, "methods.0", "methods.0: "),
        ({"effect": "http", "name": "a", "hosts": ["a.example"], "path_prefixes": ["/a/../b"]}, "path_prefixes", "neither two dots in a row"),
        ({"effect": "http", "name": "a", "hosts": ["a.example"], "anything": 1}, "anything", "anything: "),
        ({"effect": "http", "name": "a", "hosts": ["a.example"], "timeout_seconds": 0}, "timeout_seconds", "greater than 0"),
        ({"effect": "database", "name": "a", "path": "x"}, "", "at least one table"),
        ({"effect": "database", "name": "a", "path": "x", "read": ["a; drop"]}, "read.0", "read.0: "),
        ({"effect": "notification", "name": "a"}, "", "at least one webhook or recipient"),
        ({"effect": "notification", "name": "a", "recipients": ["a@b.c"]}, "", "mails need all of"),
        ({"effect": "notification", "name": "a", "outbox": "o", "sender": "a@b.c", "recipients": ["x"]}, "recipients.0", "recipients.0: "),
        ({"effect": "notification", "name": "a", "webhooks": {"A b": "https://x.example/"}}, "", "no name of a webhook"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_with_its_place(
    data: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse_capability(data)
    assert message in str(caught.value)
    assert caught.value.field == field
