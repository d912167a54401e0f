"""The gates in live calls: what the wire carries, what a recording keeps, and what a replay does with it."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.bench.security.records import made_record
from compiled_ai.errors import BlockedPromptError, BlockedReplyError, ModelError
from compiled_ai.gates.log_filter import quotes_canary
from compiled_ai.gates.policy import GatePolicy
from compiled_ai.llm import LlmClient, LlmSettings, make_client
from compiled_ai.llm.prompt import Material, Prompt
from compiled_ai.spec.canonical import JsonObject

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

IBAN = "DE89370400440532013000"
ECHO: JsonObject = {"type": "object", "properties": {"echo": {"type": "string"}}, "required": ["echo"]}


class Provider(Protocol):
    """The fixture in conftest.py."""

    answer: Callable[[dict[str, Any]], object]
    requests: list[dict[str, Any]]
    streams: bool
    url: str


Connect = Callable[..., LlmClient]


@pytest.fixture
def connect(provider: Provider) -> Iterator[Connect]:
    clients: list[LlmClient] = []

    def make(**changes: Any) -> LlmClient:
        facts: dict[str, Any] = {
            "model": "openai-chat:tiny",
            "base_url": provider.url,
            "max_retries": 0,
            "keys": {"OPENAI_API_KEY": "sk-some-key"},
        }
        clients.append(make_client(LlmSettings(**{**facts, **changes}), today=lambda: date(2026, 1, 2)))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def system_of(body: dict[str, Any]) -> str:
    return str(next(message["content"] for message in body["messages"] if message["role"] == "system"))


def prompt(value: Any) -> Prompt:
    return Prompt(pieces=(Material(value=value, mode="document", place="input"),))


def test_the_wire_carries_the_canary_and_the_recording_does_not(
    provider: Provider, connect: Connect, tmp_path: Path
) -> None:
    assert connect(record_dir=tmp_path).ask_text("You sort mail.", "hello", role="direct") == "hello"
    (sent,) = provider.requests
    line, _, rest = system_of(sent).partition("\n\n")
    assert line.startswith("[private mark, never written: ")
    assert rest == "You sort mail."
    (recording,) = tmp_path.glob("*.json")
    text = recording.read_text(encoding="utf-8")
    assert "private mark" not in text
    replay = make_client(LlmSettings(replay_dir=tmp_path), today=lambda: date(2026, 1, 2))
    assert replay.ask_text("You sort mail.", "hello", role="direct") == "hello"


def test_a_secret_makes_equal_prompts_equal_on_the_wire(provider: Provider, connect: Connect) -> None:
    for secret in ("first secret of ours", "first secret of ours", "another secret of ours"):
        connect(canary_secret=secret).ask_text("You sort mail.", "hello", role="direct")
    first, second, third = map(system_of, provider.requests)
    assert first == second != third


def test_a_provider_that_repeats_the_system_prompt_is_caught(provider: Provider, connect: Connect) -> None:
    provider.answer = system_of
    with pytest.raises(BlockedReplyError, match="openai-chat:tiny"):
        connect().ask_text("You sort mail.", "hello", role="direct")


def test_a_provider_s_error_that_quotes_the_request_is_not_repeated(
    provider: Provider, connect: Connect
) -> None:
    provider.answer = lambda body: (422, f"bad request: {system_of(body)}")
    with pytest.raises(ModelError) as caught:
        connect().ask_text("You sort mail.", "hello", role="direct")
    shown = "".join(traceback.format_exception(caught.value))
    assert "private mark" not in shown
    assert not quotes_canary(shown)


def test_a_blocked_prompt_opens_no_connection(provider: Provider, connect: Connect) -> None:
    with pytest.raises(BlockedPromptError):
        connect(gates=GatePolicy(pii="block")).ask_text("You sort mail.", IBAN, role="direct")
    assert provider.requests == []


def test_a_thousand_records_come_back_whole_and_nothing_of_them_is_sent_or_recorded(
    provider: Provider, connect: Connect, tmp_path: Path
) -> None:
    """Every record goes through the client, fifty at a time: masked, sent, recorded, answered with what was seen, restored."""
    provider.streams = False
    provider.answer = lambda body: {"echo": body["messages"][-1]["content"]}
    client = connect(record_dir=tmp_path, gates=GatePolicy(input_gate=False, pii="mask", output_gate=False))
    rng = random.Random(7)
    made = [made_record(rng) for _ in range(1_000)]
    for start in range(0, len(made), 50):
        batch = [record for record, _ in made[start : start + 50]]
        reply = client.ask_object("Repeat it.", prompt(batch), schema=ECHO, role="bounded")
        assert json.loads(str(reply["echo"])) == batch
    secrets = [secret for _, values in made for secret in values if len(secret) > 4]
    assert len(secrets) > 10_000
    sent = json.dumps(provider.requests, ensure_ascii=False)
    kept = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.json"))
    assert len(provider.requests) >= 20
    assert [secret for secret in secrets if secret in sent or secret in kept] == []
