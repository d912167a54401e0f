"""Live calls against a server on loopback, recorded and replayed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.errors import ModelCallError, ModelReplyError, ReplayMissError
from compiled_ai.gates.policy import off
from compiled_ai.llm import LlmClient, LlmSettings, Turn, make_client
from compiled_ai.spec.canonical import JsonObject

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

KEY = "sk-must-stay-hidden"
PRICE: JsonObject = {
    "type": "object",
    "properties": {"price": {"type": "string", "format": "decimal"}},
    "required": ["price"],
    "additionalProperties": False,
}


class Provider(Protocol):
    """The fixture in conftest.py."""

    answer: Callable[[dict[str, Any]], object]
    requests: list[dict[str, Any]]
    usage: dict[str, int] | None
    finish: str
    streams: bool
    url: str

    def stop(self) -> None: ...


def today() -> date:
    return date(2026, 1, 2)


@pytest.fixture
def connect(provider: Provider) -> Iterator[Callable[..., LlmClient]]:
    """Makes clients of the server, and closes them before it stops."""
    clients: list[LlmClient] = []

    def make(**changes: Any) -> LlmClient:
        facts: dict[str, Any] = {
            "model": "openai-chat:tiny",
            "base_url": provider.url,
            "max_retries": 0,
            "timeout_seconds": 30.0,
            "keys": {"OPENAI_API_KEY": KEY},
        }
        clients.append(make_client(LlmSettings(**{**facts, **changes}), today=today))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def replay(folder: Path, **changes: Any) -> LlmClient:
    return make_client(LlmSettings(replay_dir=folder, **changes), today=today)


def test_a_text_comes_back_with_tokens_and_times(connect: Callable[..., LlmClient]) -> None:
    client = connect()

    assert client.ask_text("be brief", "greet", role="coder") == "hello"
    (row,) = client.ledger
    assert (row.input_tokens, row.output_tokens, row.tokens_estimated) == (11, 7, False)
    assert row.first_token_seconds is not None
    assert 0 < row.first_token_seconds <= row.seconds


def test_the_conversation_reaches_the_model(provider: Provider, connect: Callable[..., LlmClient]) -> None:
    history = [Turn(role="user", text="a"), Turn(role="assistant", text="b")]

    connect(gates=off()).ask_text("be brief", "c", role="coder", history=history, max_tokens=50)

    (request,) = provider.requests
    assert [(message["role"], message["content"]) for message in request["messages"]] == [
        ("system", "be brief"),
        ("user", "a"),
        ("assistant", "b"),
        ("user", "c"),
    ]
    assert request["max_tokens"] == 50


def test_an_object_is_asked_for_as_a_tool_call(provider: Provider, connect: Callable[..., LlmClient]) -> None:
    provider.answer = lambda _: {"price": "3.50"}

    assert connect().ask_object("extract", "tea", schema=PRICE, role="bounded") == {"price": "3.50"}
    assert provider.requests[0]["tools"][0]["function"]["parameters"] == PRICE


def test_rubbish_in_place_of_an_object_is_asked_for_once_more_then_an_error(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.answer = lambda _: "who knows"
    client = connect()

    with pytest.raises(ModelReplyError, match="twice"):
        client.ask_object("extract", "tea", schema=PRICE, role="bounded")
    assert len(provider.requests) == len(client.ledger) == 2


def test_a_cut_off_reply_is_an_error(provider: Provider, connect: Callable[..., LlmClient]) -> None:
    provider.finish = "length"

    with pytest.raises(ModelReplyError, match="cut off after 7 tokens"):
        connect().ask_text("", "greet", role="coder")


def test_a_model_that_does_not_stream_is_asked_without(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.streams = False
    client = connect()

    assert client.ask_text("", "greet", role="coder") == "hello"
    assert [row.first_token_seconds for row in client.ledger] == [None]


def test_tokens_are_estimated_when_the_server_counts_none(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.usage = None
    client = connect()

    client.ask_text("", "greet", role="coder")

    assert [row.tokens_estimated for row in client.ledger] == [True]


def test_counts_known_to_be_estimates_are_labelled_so(connect: Callable[..., LlmClient]) -> None:
    client = connect(tokens_estimated=True)

    client.ask_text("", "greet", role="coder")

    assert [(row.input_tokens, row.tokens_estimated) for row in client.ledger] == [(11, True)]


@pytest.mark.parametrize(
    ("status", "retryable"), [(500, True), (503, True), (429, True), (400, False), (404, False)]
)
def test_a_refusal_says_whether_to_try_again(
    provider: Provider, connect: Callable[..., LlmClient], status: int, retryable: bool
) -> None:
    provider.answer = lambda _: status
    client = connect()

    with pytest.raises(ModelCallError, match=f"HTTP {status}") as caught:
        client.ask_text("", "greet", role="coder")
    assert caught.value.retryable is retryable
    assert [(row.error, row.input_tokens) for row in client.ledger] == [("ModelCallError", 0)]


def test_a_refused_key_names_its_variable(provider: Provider, connect: Callable[..., LlmClient]) -> None:
    provider.answer = lambda _: 401

    with pytest.raises(ModelCallError, match="refused the key in OPENAI_API_KEY"):
        connect().ask_text("", "greet", role="coder")


def test_a_key_that_the_server_repeats_is_in_no_error(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.answer = lambda _: 500

    with pytest.raises(ModelCallError) as caught:
        connect().ask_text("", "greet", role="coder")
    assert "***" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_silent_server_is_given_up_after_the_time(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.answer = lambda _: None
    client = connect()

    with pytest.raises(ModelCallError, match=r"within 0\.3 s") as caught:
        client.ask_text("", "greet", role="direct", timeout_seconds=0.3)
    assert caught.value.retryable
    assert [row.tokens_estimated for row in client.ledger] == [True]


def test_an_unreachable_server_may_be_tried_again(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.stop()

    with pytest.raises(ModelCallError, match="could not be reached") as caught:
        connect().ask_text("", "greet", role="coder")
    assert caught.value.retryable


def test_several_threads_may_ask_at_once(provider: Provider, connect: Callable[..., LlmClient]) -> None:
    meeting = threading.Barrier(2, timeout=20)

    def together(body: dict[str, Any]) -> str:
        meeting.wait()
        return str(body["messages"][-1]["content"])

    provider.answer = together
    client = connect()
    replies: list[str] = []
    threads = [
        threading.Thread(target=lambda word=word: replies.append(client.ask_text("", word, role="direct")))
        for word in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(replies) == ["one", "two"]


def test_a_closed_client_opens_again(connect: Callable[..., LlmClient]) -> None:
    client = connect()
    client.ask_text("", "greet", role="coder")
    client.close()

    assert client.ask_text("", "greet", role="coder") == "hello"


def test_a_replay_without_the_server_gives_the_same_texts_and_ledger(
    provider: Provider, connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    def ask(client: LlmClient) -> list[object]:
        history = [Turn(role="user", text="a"), Turn(role="assistant", text="b")]
        return [
            client.ask_text("be brief", "greet", role="coder"),
            client.ask_text("", "greet", role="coder", history=history, max_tokens=50),
            client.ask_object("extract", "tea", schema=PRICE, role="bounded"),
        ]

    wrong_then_right = iter([{"price": 3.5}, {"price": "3.50"}])
    provider.answer = lambda body: next(wrong_then_right) if "tools" in body else "hello"
    live = connect(record_dir=tmp_path)
    answers = ask(live)
    provider.stop()
    replayed = replay(tmp_path)

    assert ask(replayed) == answers
    rows = [{**row, "replayed": False} for row in _rows(replayed)]
    assert rows == _rows(live)
    assert (replayed.source, replayed.model) == ("replay", "openai-chat:tiny")


def _rows(client: LlmClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(json.dumps(client.ledger.to_json()["calls"]))
    return rows


def test_equal_requests_are_replayed_in_their_order(
    provider: Provider, connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    words = iter(["first", "second"])
    provider.answer = lambda _: next(words)
    live = connect(record_dir=tmp_path)
    for _ in range(2):
        live.ask_text("", "greet", role="coder")
    client = replay(tmp_path)

    assert [client.ask_text("", "greet", role="coder") for _ in range(2)] == ["first", "second"]
    with pytest.raises(ReplayMissError, match="reply number 3"):
        client.ask_text("", "greet", role="coder")


def test_a_call_that_failed_before_does_not_shift_the_replay(
    provider: Provider, connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    answers = iter([500, "hello"])
    provider.answer = lambda _: next(answers)
    live = connect(record_dir=tmp_path)
    with pytest.raises(ModelCallError):
        live.ask_text("", "greet", role="coder")
    live.ask_text("", "greet", role="coder")

    assert replay(tmp_path).ask_text("", "greet", role="coder") == "hello"


@pytest.mark.parametrize(
    "changed",
    [
        {"prompt": "greet him"},
        {"instructions": "be long"},
        {"max_tokens": 9},
        {"history": [Turn(role="user", text="x"), Turn(role="assistant", text="y")]},
    ],
    ids=["prompt", "instructions", "max_tokens", "history"],
)
def test_a_changed_request_misses(
    connect: Callable[..., LlmClient], tmp_path: Path, changed: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"instructions": "be brief", "prompt": "greet", "role": "coder"}
    connect(record_dir=tmp_path).ask_text(**asked)

    with pytest.raises(ReplayMissError, match=r"coder request.*Record anew with --model") as caught:
        replay(tmp_path).ask_text(**{**asked, **changed})
    assert caught.value.key in str(caught.value)


def test_an_object_of_unnamed_properties_is_found_again(
    provider: Provider, connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    provider.answer = lambda _: {"arguments": {"query": "SELECT 1"}}
    schema: JsonObject = {"type": "object", "properties": {"arguments": {"type": "object"}}}

    said = connect(record_dir=tmp_path).ask_object("", "next", schema=schema, role="direct")
    assert replay(tmp_path).ask_object("", "next", schema=schema, role="direct") == said


def test_a_recording_without_what_was_asked_is_found_again(
    connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    said = connect(record_dir=tmp_path).ask_text("", "greet", role="coder")
    (path,) = tmp_path.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text()), "request": None}))
    assert replay(tmp_path).ask_text("", "greet", role="coder") == said


def test_a_recording_says_who_asked_who_answered_and_when(
    connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    connect(record_dir=tmp_path, record_as="claude, by hand").ask_text("be brief", "greet", role="planner")

    (path,) = tmp_path.iterdir()
    data = json.loads(path.read_text())
    assert data["key"].removeprefix("k1:").startswith(path.stem)
    assert data["role"] == "planner"
    assert data["request"] == [{"role": "system", "text": "be brief"}, {"role": "user", "text": "greet"}]
    assert data["response"]["parts"] == [{"part_kind": "text", "content": "hello"}]
    assert data["provenance"] == {
        "model": "openai-chat:tiny",
        "answered_by": "claude, by hand",
        "date": "2026-01-02",
    }


def test_a_recorded_response_is_a_message_of_pydantic_ai(
    connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse

    connect(record_dir=tmp_path).ask_text("", "greet", role="coder")

    (path,) = tmp_path.iterdir()
    (message,) = ModelMessagesTypeAdapter.validate_python([json.loads(path.read_text())["response"]])
    assert isinstance(message, ModelResponse)
    assert message.text == "hello"


def test_the_key_and_the_server_are_in_no_recording(
    provider: Provider, connect: Callable[..., LlmClient], tmp_path: Path
) -> None:
    connect(record_dir=tmp_path).ask_text("be brief", "greet", role="coder")

    (path,) = tmp_path.iterdir()
    assert KEY not in path.read_text()
    assert provider.url not in path.read_text()


def test_recording_again_gives_the_same_file_names(connect: Callable[..., LlmClient], tmp_path: Path) -> None:
    for _ in range(2):
        connect(record_dir=tmp_path).ask_text("be brief", "greet", role="coder")

    assert len(list(tmp_path.iterdir())) == 1


def test_a_server_without_the_responses_api_is_pointed_out(
    provider: Provider, connect: Callable[..., LlmClient]
) -> None:
    provider.answer = lambda _: 404

    with pytest.raises(ModelCallError, match="write openai-chat: in place of openai:"):
        connect(model="openai:tiny").ask_text("", "greet", role="coder")


def test_a_reply_without_content_is_an_error(provider: Provider, connect: Callable[..., LlmClient]) -> None:
    provider.answer = lambda _: ""
    client = connect()

    with pytest.raises(ModelReplyError):
        client.ask_text("", "greet", role="coder")
    assert len(client.ledger) == 1
