"""HTTP calls to declared hosts: bounded in time, size and number, tried again where that helps, never led elsewhere."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urljoin

from compiled_ai.effects.addresses import (
    Resolver,
    Target,
    check_host,
    parse_url,
    public_addresses,
    system_resolver,
)
from compiled_ai.effects.audit import AuditLog
from compiled_ai.effects.capabilities import HttpCapability
from compiled_ai.effects.effect import Deadline, Effect
from compiled_ai.errors import EffectFailedError, EffectRefusedError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.effects import GIVES, OWN_HEADERS, TAKES
from compiled_ai.spec.json_text import parse_json_object

MAX_REDIRECTS = 3
_PASSING = frozenset((429, 502, 503, 504))
"""Answers after which a later try may succeed."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_REPEATABLE = frozenset(("GET", "HEAD", "PUT", "DELETE"))
"""Methods that may be sent twice (RFC 9110, 9.2.2, https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)."""
_FIRST_PAUSE = 0.2
_MAX_ADDRESSES = 4
"""Addresses of one host that are tried."""


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """What the operator gives besides the declaration."""

    headers: Mapping[str, str] | None = None
    """Headers of every call, such as ``Authorization``. They are in no declaration and no audit record."""
    host_headers: Mapping[str, Mapping[str, str]] | None = None
    """Headers of the calls of one host, by its name as it is declared: no other host sees them. A name without a port stands for https alone, so that
    no secret goes without encryption unless ``host:80`` says so."""
    resolver: Resolver = system_resolver
    sleep: Callable[[float], None] = time.sleep
    context: ssl.SSLContext | None = None
    """TLS settings. None checks certificates against this system's authorities."""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class HttpEffect(Effect):
    """HTTP calls. Proxies of the environment are not used, cookies are not kept."""

    input_schema: ClassVar[JsonObject] = TAKES["http_request"]
    output_schema: ClassVar[JsonObject] = GIVES["http_request"]

    def __init__(
        self, capability: HttpCapability, *, audit: AuditLog, actor: str, settings: HttpSettings | None = None
    ) -> None:
        """An effect that may do what `capability` declares, on behalf of `actor`, and notes every call in `audit`.

        Raises:
            EffectRefusedError: a header of `settings` cannot be sent. The message does not hold its value.
        """
        super().__init__(capability, audit=audit, actor=actor)
        self._capability = capability
        self._settings = settings or HttpSettings()
        groups = ((self._settings.headers or {}), *(self._settings.host_headers or {}).values())
        for name, value in (item for group in groups for item in group.items()):
            if not _is_header(name, value):
                raise EffectRefusedError(
                    f"the operator's header {name!r} holds a sign that headers must not hold, such as a line break at its end",
                    reason="header",
                )

    def _describe(self, data: JsonObject) -> str:
        target = parse_url(str(data["url"]))
        return f"{data['method']} {target.origin}{target.plain_path}"

    def _act(self, data: JsonObject, deadline: Deadline) -> JsonObject:
        method, target = str(data["method"]), parse_url(str(data["url"]))
        body, headers = _body(data), self._headers(data, target)
        if body is not None and len(body) > self._capability.max_bytes:
            raise EffectRefusedError(
                f"the body is larger than {self._capability.max_bytes} bytes", reason="size"
            )
        self._check(method, target)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._try(method, target, headers, body, deadline)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return _output(answer)
            if answer.status in {301, 302, 303} and method != "HEAD":
                method, body = "GET", None
            target = self._follow(method, target, answer)
        raise EffectFailedError(f"more than {MAX_REDIRECTS} redirects", reason="redirects")

    def _check(self, method: str, target: Target) -> None:
        declared = self._capability
        if method not in declared.methods:
            raise EffectRefusedError(f"the method {method} is not declared", reason="method")
        if target.scheme == "http" and not declared.plain_http:
            raise EffectRefusedError(
                "http:// without encryption is not declared (plain_http)", reason="plain_http"
            )
        check_host(target, declared.hosts)
        if not any(_is_below(target.plain_path, prefix) for prefix in declared.path_prefixes):
            raise EffectRefusedError(f"the path {target.plain_path} is not declared", reason="path")

    def _follow(self, method: str, target: Target, answer: _Answer) -> Target:
        """Where a redirect leads. One that is not granted is a failure, not a refusal: the call that was answered with it has been made."""
        try:
            following = parse_url(urljoin(target.origin + target.path, answer.headers["location"]))
            if following.origin == target.origin:
                self._check(method, following)
                return following
        except (EffectRefusedError, ValueError) as error:
            told = str(error) if isinstance(error, EffectRefusedError) else "the URL cannot be read"
            raise EffectFailedError(
                f"the call was made, and its redirect cannot be followed: {told}", reason="redirect"
            ) from error
        raise EffectFailedError(
            f"the call was made, and a redirect from {target.origin} to {following.origin} is not followed",
            reason="redirect",
        )

    def _headers(self, data: JsonObject, target: Target) -> dict[str, str]:
        given = data.get("headers", {})
        assert isinstance(given, dict)
        fixed = dict(self._settings.headers or {})
        for name in target.names if target.scheme == "https" else target.names[-1:]:
            fixed |= (self._settings.host_headers or {}).get(name, {})
        taken = OWN_HEADERS | {name.lower() for name in fixed}
        seen: set[str] = set()
        for name, value in given.items():
            if name.lower() in taken:
                raise EffectRefusedError(f"the header {name} is not the caller's to set", reason="header")
            if not _is_header(name, str(value)):
                raise EffectRefusedError("a header holds signs that headers must not hold", reason="header")
            if name.lower() in seen:
                raise EffectRefusedError(f"the header {name} is given twice", reason="header")
            seen.add(name.lower())
        usual = {"Accept-Encoding": "identity", "User-Agent": "compiled-ai"}
        if "json" in data:
            usual["Content-Type"] = "application/json"
        headers = {name: value for name, value in usual.items() if name.lower() not in taken | seen}
        return {**headers, **{name: str(value) for name, value in given.items()}, **fixed}

    def _try(
        self, method: str, target: Target, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> _Answer:
        """The answer of the first try that succeeds, else of the last."""
        may_repeat = method in _REPEATABLE or self._capability.retry_unsafe
        tries = 1 + (self._capability.retries if may_repeat else 0)
        for number in range(tries):
            is_last = number == tries - 1
            wait = _FIRST_PAUSE * 2**number
            try:
                answer = self._send(method, target, headers, body, deadline)
                if answer.status not in _PASSING or is_last:
                    return answer
                wait = max(wait, _retry_after(answer))
            except EffectFailedError as error:
                if is_last or not error.retryable or error.reason == "timeout":
                    raise
            if wait >= deadline.left():
                raise EffectFailedError("no time is left for another try", reason="timeout", retryable=True)
            self._settings.sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    def _send(
        self, method: str, target: Target, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> _Answer:
        addresses = public_addresses(
            target,
            self._settings.resolver,
            allow_private=self._capability.private_addresses,
            seconds=deadline.left(),
        )
        connection = _Connection(target, addresses, self._settings.context, deadline.left())
        watch = threading.Timer(deadline.left(), connection.abort)
        watch.daemon = True
        watch.start()
        try:
            connection.request(method, target.path, body=body, headers=headers)
            with connection.getresponse() as response:
                return self._read(response, deadline)
        except ssl.SSLCertVerificationError as error:
            raise EffectFailedError(
                f"the certificate of {target.host} is not trusted", reason="certificate"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            deadline.left()
            if isinstance(error, TimeoutError):
                raise EffectFailedError(
                    "the call took longer than its timeout", reason="timeout", retryable=True
                ) from error
            raise EffectFailedError(
                f"the call failed: {type(error).__name__}", reason="connection", retryable=True
            ) from error
        finally:
            watch.cancel()
            connection.close()

    def _read(self, response: http.client.HTTPResponse, deadline: Deadline) -> _Answer:
        """The whole answer, unless it is too large or comes too slowly."""
        body = response.read(self._capability.max_bytes + 1)
        deadline.left()  # a connection that was cut at the end of its time looks like one that ended well
        if len(body) > self._capability.max_bytes:
            raise EffectFailedError(
                f"the answer is larger than {self._capability.max_bytes} bytes", reason="size"
            )
        if response.length:  # read() with a size takes the end of the connection for the end of the body
            raise EffectFailedError(
                "the answer was cut: the connection ended before it did", reason="connection", retryable=True
            )
        headers = {name.lower(): value for name, value in response.getheaders()}
        return _Answer(status=response.status, headers=headers, body=body)


class _Connection(http.client.HTTPConnection):
    """A connection to one of the addresses that were checked, speaking for the host that they were resolved from."""

    def __init__(
        self, target: Target, addresses: Sequence[str], context: ssl.SSLContext | None, seconds: float
    ) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target
        self._addresses = addresses[:_MAX_ADDRESSES]
        self._seconds = seconds
        self._context = context
        self._cut: socket.socket | None = None

    def abort(self) -> None:
        """Cut the connection, from another thread: a server that drips bytes would outlast any timeout between two of them."""
        if self._cut is not None:
            with suppress(
                OSError
            ):  # that of the plain socket: the one of TLS would pull its state away from the reader
                socket.socket.shutdown(self._cut, socket.SHUT_RDWR)

    def connect(self) -> None:
        """Connect to the first address that answers, with TLS for the host's name where the scheme is https."""
        plain = self._reach()
        plain.settimeout(self._seconds)
        if self._target.scheme == "https":
            context = self._context or ssl.create_default_context()
            try:
                self.sock = context.wrap_socket(
                    plain, server_hostname=self._target.host, do_handshake_on_connect=False
                )
                self._cut = self.sock
                self.sock.do_handshake()
            except BaseException:
                plain.close()
                raise
        else:
            self._cut = self.sock = plain

    def _reach(self) -> socket.socket:
        """A connection to the first address that takes it: a host may have addresses of a network that this machine is not in."""
        *others, last = self._addresses
        share = self._seconds / len(self._addresses)
        for address in others:
            with suppress(OSError):
                return socket.create_connection((address, self._target.port), share)
        return socket.create_connection((last, self._target.port), share)


def _is_header(name: str, value: str) -> bool:
    return name.replace("-", "").isalnum() and (name + value).isascii() and value.isprintable()


def _is_below(path: str, prefix: str) -> bool:
    """Whether `path` is `prefix`, or lies below it: /v1 does not grant /v10."""
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")


def _body(data: JsonObject) -> bytes | None:
    if "json" in data and "text" in data:
        raise EffectRefusedError("a call has 'json' or 'text' as its body, not both", reason="input")
    if "json" in data:
        return json.dumps(data["json"], ensure_ascii=False, allow_nan=False).encode()
    return str(data["text"]).encode() if "text" in data else None


def _output(answer: _Answer) -> JsonObject:
    text = answer.body.decode("utf-8", "replace")
    headers: JsonObject = {**answer.headers}
    output: JsonObject = {"status": answer.status, "headers": headers, "text": text}
    if "json" in answer.headers.get("content-type", ""):
        try:
            whole = parse_json_object(f'{{"json":{text}\n}}')
        except ValueError:
            return output
        if len(whole) == 1:  # a body such as ``1, "x": 2`` would close the field and open another
            output["json"] = whole["json"]
    return output


def _retry_after(answer: _Answer) -> float:
    """Seconds that the server asks to wait; 0 when it does not say, or names a date."""
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0.0
