"""A server on loopback in place of a model, and processes in which frameworks answer cases with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

UPSTREAM_KEY = "sk-must-stay-with-the-gateway"
CHILD = Path(__file__).with_name("child.py")

Reply = str | int | bytes | None | list[tuple[str, Any]]
"""A text, an HTTP status, raw bytes in place of a completion, None to say nothing at all, or calls of tools (name, arguments)."""


class Upstream:
    """The server. `replies` are used up in order; when there are none left, it says ``nobody asked for this``."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.usage: dict[str, Any] | None = {"prompt_tokens": 11, "completion_tokens": 7}
        self.streams = True
        self.released = threading.Event()
        upstream = self

        class Handler(_Handler):
            served = upstream

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def script(self, *replies: Reply) -> None:
        """Forget what was asked, and answer with `replies` from now on."""
        self.requests, self.keys, self.replies = [], [], list(replies)

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if self.replies else "nobody asked for this"

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: Upstream
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.served.requests.append(body)
        self.served.keys.append(self.headers["Authorization"])
        if body.get("stream") and not self.served.streams:
            self._send(400, b'{"error": {"message": "stream is not supported"}}')
            return
        reply = self.served.next_reply()
        if reply is None:
            self.served.released.wait()
        elif isinstance(reply, int):
            self._send(
                reply, json.dumps({"error": {"message": f"no, {self.headers['Authorization']}"}}).encode()
            )
        elif isinstance(reply, bytes):
            self._send(200, reply)
        elif body.get("stream"):
            self._stream(reply)
        else:
            choice = {"index": 0, "message": _message(reply), "finish_reason": "stop"}
            body = {"object": "chat.completion", "choices": [choice], "usage": self.served.usage}
            self._send(200, json.dumps(body).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, reply: str | list[tuple[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in _pieces(reply):
            self._event({"choices": [{"index": 0, "delta": piece, "finish_reason": None}]})
        finish = "stop" if isinstance(reply, str) else "tool_calls"
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if self.served.usage is not None:
            self._event({"choices": [], "usage": self.served.usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()


def _calls(reply: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "id": f"call_abc{index}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
            },
        }
        for index, (name, arguments) in enumerate(reply)
    ]


def _message(reply: str | list[tuple[str, Any]]) -> dict[str, Any]:
    if isinstance(reply, str):
        return {"role": "assistant", "content": reply}
    return {"role": "assistant", "content": None, "tool_calls": _calls(reply)}


def _pieces(reply: str | list[tuple[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(reply, str):
        return [{"content": reply[start : start + 9]} for start in range(0, len(reply), 9)]
    return [{"tool_calls": [call]} for call in _calls(reply)]


class Child:
    """A process with one system. `ask` gives what its `answer` returned, as data."""

    def __init__(self, module: str, options: dict[str, Any]) -> None:
        self.folder = Path(options["folder"])
        proxied = {"HTTP_PROXY": "http://192.0.2.1:1", "OPENAI_API_KEY": UPSTREAM_KEY}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(CHILD), module, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **proxied, "NO_PROXY": "127.0.0.1", "HOME": options["folder"]},
        )

    def ask(self, task: dict[str, Any], case_input: dict[str, Any] | None = None) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"task": task, "input": case_input or {"text": "1 + 2"}}) + "\n")
        self._process.stdin.flush()
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        return reply

    def end(self) -> None:
        """Ask it to end."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def close(self) -> int:
        """Wait for its end; its exit code."""
        assert self._process.stdout is not None
        code = self._process.wait(timeout=60)
        self._process.stdout.close()
        return code


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Child]]:
    """Starts children, and ends them after the module's tests."""
    started: list[Child] = []

    def make(module: str, **options: Any) -> Child:
        folder = tmp_path_factory.mktemp(module)
        started.append(Child(module, {"folder": str(folder), "timeout_seconds": 1.5, **options}))
        return started[-1]

    yield make
    for child in started:
        child.end()
    assert [child.close() for child in started] == [0] * len(started)
