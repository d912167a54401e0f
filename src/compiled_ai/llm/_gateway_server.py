"""The HTTP side of the gateway: loopback, one path, a bearer key."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from compiled_ai.llm._gateway_reply import chunks, completion
from compiled_ai.llm._gateway_store import ChatReply
from compiled_ai.spec.canonical import JsonObject

MAX_REQUEST_BYTES = 32_000_000
_PATH = "/v1/chat/completions"


@dataclass(frozen=True, kw_only=True)
class Response:
    """What is sent back."""

    content: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class _Respond(Protocol):
    def __call__(self, body: JsonObject, /) -> Response: ...


def reply_response(reply: ChatReply, body: JsonObject, number: int) -> Response:
    """`reply` in the form that the request `body` asks for."""
    model = str(body.get("model", ""))
    headers = {"X-Compiled-AI-Replayed": "true"} if reply.replayed else {}
    if not body.get("stream"):
        content = json.dumps(completion(reply, model, number)).encode()
        return Response(content=content, headers={"Content-Type": "application/json", **headers})
    pieces = chunks(reply, model, number)
    options = body.get("stream_options")
    if not (isinstance(options, dict) and options.get("include_usage")):
        pieces = pieces[:-1]
    events = [f"data: {json.dumps(piece)}\n\n" for piece in pieces]
    content = "".join([*events, "data: [DONE]\n\n"]).encode()
    return Response(content=content, headers={"Content-Type": "text/event-stream", **headers})


def error_response(
    message: str, *, status: int, kind: str, retryable: bool, retry_after: str | None = None
) -> Response:
    """An error as OpenAI's clients read it; they obey what it says of trying again."""
    body = {"error": {"message": message, "type": kind, "param": None, "code": kind}}
    headers = {"Content-Type": "application/json", "x-should-retry": str(retryable).lower()}
    if retry_after is not None:
        headers["Retry-After"] = retry_after.replace("\r", " ").replace("\n", " ")
    return Response(content=json.dumps(body).encode(), status=status, headers=headers)


class GatewayServer:
    """Serves in threads of its own until it is closed."""

    def __init__(self, respond: _Respond, is_known: Callable[[str], bool]) -> None:
        class Handler(_Handler):
            pass

        Handler.respond = staticmethod(respond)
        Handler.is_known = staticmethod(is_known)
        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="compiled-ai-gateway", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop, and end the connections that are open."""
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A framework that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    respond: _Respond
    is_known: Callable[[str], bool]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        """Silent."""

    def do_GET(self) -> None:
        """Say that there is nothing to be read."""
        self._refuse(404, f"no such path {self.path}")

    def do_POST(self) -> None:
        """Answer a chat completion."""
        if not self.is_known(self.headers.get("Authorization", "")):
            self._refuse(401, "this gateway serves the process that started it alone")
            return
        if self.path.partition("?")[0] != _PATH:
            self._refuse(404, f"no such path {self.path}; chat completions are at {_PATH}")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > MAX_REQUEST_BYTES:
            self._refuse(413, f"a Content-Length of at most {MAX_REQUEST_BYTES} is needed")
            return
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            self._refuse(400, "the request is no JSON object")
            return
        self._send(self.respond(body))

    def _refuse(self, status: int, message: str) -> None:
        # What was not read of the request must not be taken for the next one.
        self.close_connection = True
        self._send(error_response(message, status=status, kind="gateway", retryable=False))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.content)
        self.wfile.flush()
