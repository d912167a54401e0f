"""A tiny OpenAI-compatible server on loopback that answers with a function."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = str | int | tuple[int, str] | bytes | dict[str, Any] | None
"""A text, an HTTP status, one with a message, raw bytes, the arguments of a call of the only tool, or None to say nothing at all."""


class FakeProvider:
    """The server. Set `answer` to a function from the request's body to an `Answer`."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], Answer] = lambda _: "hello"
        self.requests: list[dict[str, Any]] = []
        self.usage: dict[str, int] | None = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        self.finish = "stop"
        self.streams = True
        self.refused = ""
        self.released = threading.Event()
        provider = self

        class Handler(_Handler):
            fake = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering; what waits for an answer gets none."""
        if not self.released.is_set():
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    fake: FakeProvider

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.requests.append(body)
        if body.get("stream") and not self.fake.streams:
            self._send(400, {"error": {"message": "this model does not stream", "param": "stream"}})
            return
        if self.fake.refused in body:
            self._send(400, {"error": {"message": f"unsupported parameter: '{self.fake.refused}'"}})
            return
        answer = self.fake.answer(body)
        if answer is None:
            self.fake.released.wait()
        elif isinstance(answer, int):
            self._send(answer, {"error": {"message": f"no, {self.headers['Authorization']}"}})
        elif isinstance(answer, tuple):
            self._send(answer[0], {"error": {"message": answer[1]}})
        elif isinstance(answer, bytes):
            self._send_raw(200, answer)
        elif body.get("stream"):
            self._stream(_message(answer, body))
        else:
            choice = {"index": 0, "message": _message(answer, body), "finish_reason": self.fake.finish}
            self._send(200, _completion("chat.completion", [choice], self.fake.usage))

    def _send(self, status: int, content: dict[str, Any]) -> None:
        self._send_raw(status, json.dumps(content).encode())

    def _send_raw(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, message: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for delta, finish in ((message, None), ({}, self.fake.finish)):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            self._event(json.dumps(_completion("chat.completion.chunk", [choice], None)))
        if self.fake.usage is not None:
            self._event(json.dumps(_completion("chat.completion.chunk", [], self.fake.usage)))
        self._event("[DONE]")

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())


def _completion(kind: str, choices: list[Any], usage: dict[str, int] | None) -> dict[str, Any]:
    return {
        "id": "c1",
        "object": kind,
        "created": 1,
        "model": "tiny-2026",
        "choices": choices,
        "usage": usage,
    }


def _message(answer: str | dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    if isinstance(answer, str):
        return {"role": "assistant", "content": answer}
    function = {"name": body["tools"][0]["function"]["name"], "arguments": json.dumps(answer)}
    calls = [{"index": 0, "id": "call_1", "type": "function", "function": function}]
    return {"role": "assistant", "content": None, "tool_calls": calls}


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    fake = FakeProvider()
    yield fake
    fake.stop()
