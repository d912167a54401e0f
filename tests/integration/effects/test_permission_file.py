"""Files of permissions, with their secrets from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.effects.permission import load_allowed, parse_allowed
from compiled_ai.errors import InputError

URL = "https://hooks.example.com/T0/secret"
FILE = """\
hosts:
  a.example.com: {headers: {Authorization: {env: TOKEN}, X-Client: us}}
  b.example.com:
databases: {stock: data/stock.sqlite}
webhooks: {ops: {env: HOOK}}
mail: {outbox: out, sender: c@example.com, recipients: [a@example.com]}
"""


def test_a_file_allows_and_takes_its_secrets_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "effects.yaml"
    path.write_text(FILE)
    allowed = load_allowed(path, {"TOKEN": "t0p", "HOOK": URL})
    assert allowed.hosts == {"a.example.com", "b.example.com"}
    assert allowed.headers == {"a.example.com": {"Authorization": "t0p", "X-Client": "us"}}
    assert allowed.databases == {"stock": tmp_path / "data" / "stock.sqlite"}
    assert allowed.webhooks == {"ops": URL}
    assert (allowed.outbox, allowed.sender) == (tmp_path / "out", "c@example.com")
    assert "t0p" not in repr(allowed)
    assert URL not in repr(allowed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts: [a.example.com]", "hosts: "),
        ("host: {a.example.com: null}", "unknown field 'host'"),
        ("webhooks: {ops: {env: UNSET}}", "the variable UNSET is not set"),
        ("mail: {outbox: out}", "mail: the field 'sender' is missing"),
        ("- a", "effects.yaml"),
    ],
)
def test_a_file_that_is_no_permission_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "effects.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_allowed(path, {})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "hosts: {a.example.com: {headers: {Authorization: [hush]}}}",
        "hosts: {a.example.com: {token: hush}}",
        "hosts: {a.example.com: hush}",
        "webhooks: {ops: {url: hush}}",
        "webhooks: {ops: [hush]}",
        "databases: {stock: [hush]}",
        "hush",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "effects.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_allowed(path, {})
    assert "hush" not in str(caught.value)


def test_words_add_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "effects.yaml"
    path.write_text("hosts: {a.example.com: null}\ndatabases: {stock: a.sqlite}\n")
    both = load_allowed(path, {}).merged(parse_allowed(["host=b.example.com", "database=stock=b.sqlite"]))
    assert both.hosts == {"a.example.com", "b.example.com"}
    assert both.databases == {"stock": Path("b.sqlite")}
