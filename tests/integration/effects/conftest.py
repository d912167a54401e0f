"""A small web server on this machine, and an audit log with a clock that stands still."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from compiled_ai.effects.audit import AuditLog


@dataclass(kw_only=True)
class Site:
    """What the server was asked."""

    port: int = 0
    scheme: str = "http"
    requests: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    """Method, path, headers and body of every request."""
    header_lines: list[str] = field(default_factory=list)
    """Headers of the last request, in lower case, as they came."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}{path}"


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def serve(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size).decode()
        self.site.requests.append(
            (self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        )
        self.site.header_lines = [f"{name}: {value}".lower() for name, value in self.headers.items()]
        self.body = body
        path, _, query = self.path.partition("?")
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"_{path.strip('/').replace('/', '_')}", self._missing)(query)

    def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _missing(self, query: str) -> None:
        self._answer(404)

    def _v1_ok(self, query: str) -> None:
        self._answer(200, json.dumps({"stock": 7}).encode(), Content_Type="application/json")

    def _v1_echo(self, query: str) -> None:
        self._answer(200, self.body.encode(), Content_Type="application/json")

    def _v1_broken_json(self, query: str) -> None:
        self._answer(200, b"{", Content_Type="application/json")

    def _v1_flaky(self, query: str) -> None:
        """Fails as often as the query says, then answers."""
        seen = sum(path == self.path for _, path, _, _ in self.site.requests)
        self._answer(503 if seen <= int(query) else 200, Retry_After="1")

    def _v1_moved(self, query: str) -> None:
        self._answer(302, Location=query)

    def _v1_large(self, query: str) -> None:
        self._answer(200, b"x" * int(query))

    def _v1_slow(self, query: str) -> None:
        time.sleep(float(query))
        self._answer(200)

    def _v1_drip(self, query: str) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(int(query)):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.05)

    def _v1_drip_headers(self, query: str) -> None:
        for number in range(int(query)):
            self.wfile.write(b"HTTP/1.0 200 OK\r\n" if not number else f"X-{number}: 1\r\n".encode())
            self.wfile.flush()
            time.sleep(0.05)

    def _v1_cut(self, query: str) -> None:
        """Names more bytes than come."""
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"12")

    def _v1_hangup(self, query: str) -> None:
        self.close_connection = True


@contextmanager
def _serving(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site(scheme="http" if context is None else "https")
    methods = {f"do_{method}": _Handler.serve for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")}
    handler = type("Handler", (_Handler,), {"site": site, **methods})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        site.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """The server, without encryption."""
    with _serving() as site:
        yield site


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of ``stock.example``, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stock.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("stock.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "stock.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def encrypted_site(certificate: Path) -> Iterator[Site]:
    """The server, with encryption."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with _serving(context) as site:
        yield site


@pytest.fixture
def audit(tmp_path: Path) -> AuditLog:
    """The log, always at noon."""
    return AuditLog(tmp_path / "audit.jsonl", now=lambda: datetime(2026, 3, 6, 12, tzinfo=UTC))
