"""The gateway between a framework's client and a server on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest

from compiled_ai.errors import MissingKeyError, OperatorError, ReplayMissError, StoreError
from compiled_ai.llm.gateway import Gateway, recorded_model
from compiled_ai.llm.settings import LlmSettings

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

KEY = "sk-must-stay-hidden"
HELLO: dict[str, Any] = {"model": "benchmark", "messages": [{"role": "user", "content": "greet"}]}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "add", "parameters": {"type": "object", "properties": {}}},
}


class Provider(Protocol):
    """The fixture in conftest.py."""

    answer: Callable[[dict[str, Any]], object]
    requests: list[dict[str, Any]]
    usage: dict[str, Any] | None
    streams: bool
    refused: str
    url: str
    released: threading.Event

    def stop(self) -> None: ...


Open = Callable[..., Gateway]


@pytest.fixture
def opened(provider: Provider) -> Iterator[Open]:
    """Opens gateways to the server, and closes them before it stops."""
    gateways: list[Gateway] = []

    def make(*, by_hand: bool = False, **changes: Any) -> Gateway:
        facts: dict[str, Any] = {
            "model": "openai-chat:tiny",
            "base_url": provider.url,
            "timeout_seconds": 20.0,
            "keys": {"OPENAI_API_KEY": KEY},
        }
        settings = LlmSettings(**{**facts, **changes})
        gateways.append(Gateway(settings, today=lambda: date(2026, 1, 2), by_hand=by_hand))
        return gateways[-1]

    yield make
    for gateway in gateways:
        gateway.close()


def replaying(folder: Path, opened: Open) -> Gateway:
    return opened(model=None, base_url=None, keys={}, replay_dir=folder)


def post(
    gateway: Gateway, body: Any, *, key: str | None = None, path: str = "/chat/completions"
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {gateway.key if key is None else key}"}
    with httpx2.Client(trust_env=False, timeout=30) as client:
        return client.post(gateway.url + path, json=body, headers=headers)


def text(response: httpx2.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()["choices"][0]["message"]["content"]


def test_a_call_is_passed_on_and_counted(opened: Open, provider: Provider) -> None:
    provider.usage = {
        "prompt_tokens": 20,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 5},
    }
    gateway = opened()

    assert text(post(gateway, {**HELLO, "user": "me", "seed": 3})) == "hello"

    (call,) = gateway.take_calls()
    assert (call.input_tokens, call.output_tokens, call.cached_tokens, call.estimated) == (20, 7, 5, False)
    assert call.first_token_seconds is not None
    assert 0 < call.first_token_seconds <= call.seconds
    assert (call.replayed, call.by_hand, call.error) == (False, False, None)
    (asked,) = provider.requests
    assert asked["model"] == "tiny"
    assert asked["stream"] is True
    assert asked["stream_options"] == {"include_usage": True}
    assert asked.keys().isdisjoint({"user", "seed"})


def test_calls_are_taken_once(opened: Open) -> None:
    gateway = opened()
    post(gateway, HELLO)

    assert len(gateway.take_calls()) == 1
    assert gateway.take_calls() == ()


def test_a_framework_that_asks_for_a_stream_gets_one(opened: Open) -> None:
    body = {**HELLO, "stream": True, "stream_options": {"include_usage": True}}

    response = post(opened(), body)

    events = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]
    assert response.headers["content-type"] == "text/event-stream"
    assert events[-1] == "[DONE]"
    pieces = [json.loads(event) for event in events[:-1]]
    assert pieces[0]["choices"][0]["delta"]["content"] == "hello"
    assert pieces[1]["choices"][0]["finish_reason"] == "stop"
    assert pieces[-1]["usage"]["prompt_tokens"] == 11


def test_calls_of_tools_pass_in_both_forms(opened: Open, provider: Provider) -> None:
    provider.answer = lambda _: {"a": 1}
    gateway = opened()
    body = {**HELLO, "tools": [TOOL]}

    whole = post(gateway, body).json()["choices"][0]["message"]["tool_calls"]
    streamed = post(gateway, {**body, "stream": True}).text

    assert whole[0]["function"] == {"name": "add", "arguments": '{"a": 1}'}
    assert whole[0]["id"]
    assert json.loads(streamed.splitlines()[0][6:])["choices"][0]["delta"]["tool_calls"][0]["index"] == 0


def test_a_server_that_does_not_stream_is_asked_plainly_from_then_on(
    opened: Open, provider: Provider
) -> None:
    provider.streams = False
    gateway = opened()

    assert [text(post(gateway, HELLO)) for _ in range(2)] == ["hello", "hello"]

    assert [request.get("stream") for request in provider.requests] == [True, None, None]
    assert [call.first_token_seconds for call in gateway.take_calls()] == [None, None]


def test_a_temperature_that_is_refused_is_left_out(opened: Open, provider: Provider) -> None:
    provider.refused = "temperature"
    gateway = opened()

    assert text(post(gateway, {**HELLO, "temperature": 0})) == "hello"
    assert len(gateway.take_calls()) == 1


def test_tokens_are_estimated_where_the_server_gives_none(opened: Open, provider: Provider) -> None:
    provider.usage = None
    gateway = opened()

    post(gateway, HELLO)

    (call,) = gateway.take_calls()
    assert call.estimated
    assert call.input_tokens == 11
    assert call.output_tokens > 0


def test_a_desk_is_marked_by_hand_and_its_tokens_as_estimates(opened: Open) -> None:
    gateway = opened(by_hand=True)

    post(gateway, HELLO)

    (call,) = gateway.take_calls()
    assert (call.by_hand, call.estimated) == (True, True)


def test_errors_pass_with_their_status_and_without_the_key(opened: Open, provider: Provider) -> None:
    provider.answer = lambda _: 429
    gateway = opened()

    response = post(gateway, HELLO)

    assert response.status_code == 429
    assert response.headers["x-should-retry"] == "true"
    assert KEY not in response.text
    (call,) = gateway.take_calls()
    assert (call.error, call.input_tokens, call.estimated) == ("ModelCallError", 0, False)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param(b"<html>", "ModelReplyError", id="no JSON"),
        pytest.param(b"[]", "ModelReplyError", id="no object"),
        pytest.param(b'{"choices": []}', "ModelReplyError", id="no choice"),
        pytest.param(b'{"choices": [{"message": 3}]}', "ModelReplyError", id="no message"),
        pytest.param(b'{"choices": [{"message": {"tool_calls": [3]}}]}', "ModelReplyError", id="no call"),
        pytest.param(b"[" * 100_000, "ModelReplyError", id="nested deeply"),
        pytest.param(b'{"error": {"message": "overloaded"}}', "ModelCallError", id="an error as a success"),
    ],
)
def test_rubbish_is_an_error_that_counts_the_prompt(
    opened: Open, provider: Provider, reply: bytes, error: str
) -> None:
    provider.answer = lambda _: reply
    gateway = opened()

    response = post(gateway, HELLO)

    assert response.status_code >= 400
    (call,) = gateway.take_calls()
    assert (call.error, call.estimated) == (error, True)
    assert call.input_tokens > 0


def test_a_server_that_hangs_is_given_up(opened: Open, provider: Provider) -> None:
    provider.answer = lambda _: None
    gateway = opened(timeout_seconds=0.3)

    response = post(gateway, HELLO)

    assert response.status_code == 424
    assert response.headers["x-should-retry"] == "false"
    assert "0.3 s" in response.text
    (call,) = gateway.take_calls()
    assert call.error == "ModelCallError"


def test_a_call_that_nobody_waits_for_is_counted_once_and_as_failed(opened: Open, provider: Provider) -> None:
    asked = threading.Event()

    def hang(_: dict[str, Any]) -> None:
        asked.set()

    provider.answer = hang
    gateway = opened(timeout_seconds=10.0)
    waiting = threading.Thread(target=lambda: post(gateway, HELLO))
    waiting.start()
    asked.wait(5)

    (call,) = gateway.take_calls()
    provider.released.set()
    waiting.join()

    assert call.error == "ModelCallError"
    assert gateway.take_calls() == ()


def test_a_server_that_is_not_there_is_an_error(opened: Open, provider: Provider) -> None:
    gateway = opened()
    provider.stop()

    assert post(gateway, HELLO).status_code == 502
    assert [call.error for call in gateway.take_calls()] == ["ModelCallError"]


@pytest.mark.parametrize("key", ["wrong", "é"])
def test_others_on_the_machine_are_sent_away(opened: Open, provider: Provider, key: str) -> None:
    gateway = opened()
    headers = [(b"Authorization", f"Bearer {key}".encode())]

    with httpx2.Client(trust_env=False) as client:
        response = client.post(f"{gateway.url}/chat/completions", json=HELLO, headers=headers)

    assert response.status_code == 401
    assert provider.requests == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("/models", HELLO, 404, id="another path"),
        pytest.param("/chat/completions", [1], 400, id="no object"),
    ],
)
def test_what_is_no_request_is_refused(opened: Open, path: str, body: Any, status: int) -> None:
    gateway = opened()

    assert post(gateway, body, path=path).status_code == status
    assert gateway.take_calls() == ()


def test_a_missing_key_is_for_the_operator(opened: Open) -> None:
    gateway = opened(model="openai:gpt-x", base_url=None, keys={})

    with pytest.raises(MissingKeyError):
        gateway.check()
    assert post(gateway, HELLO).status_code == 404
    with pytest.raises(MissingKeyError):
        gateway.raise_operator_error()
    gateway.raise_operator_error()


def test_anthropic_is_told_a_schema_in_words(opened: Open, provider: Provider) -> None:
    gateway = opened(model="anthropic:claude-x", keys={"ANTHROPIC_API_KEY": KEY})
    schema = {"type": "object", "properties": {"total": {"type": "integer"}}}

    post(gateway, {**HELLO, "response_format": {"type": "json_schema", "json_schema": {"schema": schema}}})

    (asked,) = provider.requests
    assert "response_format" not in asked
    assert json.dumps(schema) in asked["messages"][-1]["content"]


def test_a_recording_answers_in_place_of_the_server(opened: Open, provider: Provider, tmp_path: Path) -> None:
    recording = opened(record_dir=tmp_path, by_hand=True, record_as="a helper")
    post(recording, HELLO)
    (before,) = recording.take_calls()
    asked = len(provider.requests)
    gateway = replaying(tmp_path, opened)

    response = post(gateway, {**HELLO, "user": "another", "metadata": {"run": "7"}})

    assert text(response) == "hello"
    assert response.headers["x-compiled-ai-replayed"] == "true"
    assert len(provider.requests) == asked
    (call,) = gateway.take_calls()
    assert (call.replayed, call.by_hand, call.estimated) == (True, True, True)
    assert (call.input_tokens, call.seconds) == (before.input_tokens, round(before.seconds, 3))
    assert gateway.model == recorded_model(tmp_path) == "openai-chat:tiny"
    (line,) = (tmp_path / "exchanges.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["provenance"] == {
        "answered_by": "a helper",
        "by_hand": True,
        "date": "2026-01-02",
        "model": "openai-chat:tiny",
    }
    assert KEY not in line


def test_repeats_replay_in_their_order(opened: Open, provider: Provider, tmp_path: Path) -> None:
    answers = iter(["one", "two"])
    provider.answer = lambda _: next(answers)
    for gateway in (opened(record_dir=tmp_path), opened(record_dir=tmp_path)):
        post(gateway, HELLO)

    gateway = replaying(tmp_path, opened)

    assert [text(post(gateway, HELLO)) for _ in range(2)] == ["one", "two"]
    missed = post(gateway, HELLO)
    assert missed.status_code == 404
    with pytest.raises(ReplayMissError, match="reply number 3"):
        gateway.raise_operator_error()


def test_ids_of_calls_do_not_matter(opened: Open, tmp_path: Path) -> None:
    def conversation(identity: str) -> dict[str, Any]:
        call = {"id": identity, "type": "function", "function": {"name": "add", "arguments": "{}"}}
        said = {"role": "assistant", "content": None, "tool_calls": [call]}
        result = {"role": "tool", "tool_call_id": identity, "content": "3"}
        return {**HELLO, "messages": [*HELLO["messages"], said, result]}

    post(opened(record_dir=tmp_path), conversation("call_x"))

    assert text(post(replaying(tmp_path, opened), conversation("call_y"))) == "hello"


@pytest.mark.parametrize(
    "change",
    [
        {"messages": [{"role": "user", "content": "leave"}]},
        {"tools": [TOOL]},
        {"response_format": {"type": "json_object"}},
        {"temperature": 1},
    ],
    ids=["messages", "tools", "format", "temperature"],
)
def test_another_request_is_a_miss_that_names_key_and_folder(
    opened: Open, tmp_path: Path, change: dict[str, Any]
) -> None:
    post(opened(record_dir=tmp_path), HELLO)
    gateway = replaying(tmp_path, opened)

    response = post(gateway, {**HELLO, **change})

    assert response.status_code == 404
    assert str(tmp_path) in response.text
    assert "g1:" in response.text
    with pytest.raises(ReplayMissError):
        gateway.raise_operator_error()
    assert gateway.take_calls() == ()


def test_a_line_torn_by_a_kill_is_cut_off(opened: Open, provider: Provider, tmp_path: Path) -> None:
    post(opened(record_dir=tmp_path), HELLO)
    path = tmp_path / "exchanges.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    provider.answer = lambda _: "again"

    post(opened(record_dir=tmp_path), HELLO)

    gateway = replaying(tmp_path, opened)
    assert [text(post(gateway, HELLO)) for _ in range(2)] == ["hello", "again"]


def test_an_edited_recording_is_refused(opened: Open, tmp_path: Path) -> None:
    post(opened(record_dir=tmp_path), HELLO)
    path = tmp_path / "exchanges.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("greet", "leave"), encoding="utf-8")
    gateway = replaying(tmp_path, opened)

    post(gateway, HELLO)

    with pytest.raises(StoreError, match="edited"):
        gateway.raise_operator_error()


def test_an_empty_folder_cannot_be_replayed(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no recordings"):
        replaying(tmp_path, opened)


def test_a_full_disk_is_for_the_operator(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    gateway = opened(record_dir=tmp_path / "file")

    assert post(gateway, HELLO).status_code == 404
    with pytest.raises(OperatorError, match="cannot write"):
        gateway.raise_operator_error()


def test_processes_append_to_one_file(tmp_path: Path) -> None:
    code = f"""
from datetime import date
from pathlib import Path
from compiled_ai.llm._gateway_store import ChatReply, Exchanges, asked
from compiled_ai.llm.exchange import Usage
store = Exchanges(Path({str(tmp_path)!r}))
reply = ChatReply(message={{"content": "x"}}, finish_reason="stop", usage=Usage(input_tokens=1, output_tokens=1), seconds=0.1)
for _ in range(50):
    store.append(asked("m", {{"messages": []}}), reply, answered_by="m", day=date(2026, 1, 2))
"""
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]

    lines = (tmp_path / "exchanges.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["occurrence"] for line in lines] == list(range(1, 151))
