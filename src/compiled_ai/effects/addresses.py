"""Where a URL leads: its parts held against what is declared, and its host resolved to addresses that may be connected to."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from compiled_ai.errors import EffectFailedError, EffectRefusedError

Resolver = Callable[[str, int], list[str]]
"""From host and port to IP addresses. Raises OSError."""
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True)
class Target:
    """A URL that was taken apart."""

    scheme: str
    host: str
    port: int
    path: str
    """Path with query, as it is sent."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, in one way of writing."""
        port = "" if _PORTS[self.scheme] == self.port else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}"

    @property
    def names(self) -> tuple[str, ...]:
        """Ways in which a declaration may name the host: the port may be left out where it is the usual one."""
        usual = _PORTS[self.scheme] == self.port
        return (*((self.host,) if usual else ()), f"{self.host}:{self.port}")

    @property
    def plain_path(self) -> str:
        """The path without the query, which may hold values."""
        return self.path.partition("?")[0]


def parse_url(url: str) -> Target:
    """The parts of `url`.

    Raises:
        EffectRefusedError: it is none of http or https, carries a user or password, or holds signs that readers take differently.
    """
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\<>\"'`{}|^"):
        raise EffectRefusedError("the URL holds signs that must be written as %XX", reason="url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EffectRefusedError("the URL cannot be read", reason="url") from error
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _PORTS or not host:
        raise EffectRefusedError("the URL must begin with https:// or http:// and name a host", reason="url")
    if parts.username is not None or parts.password is not None:
        raise EffectRefusedError("the URL must not carry a user or password", reason="url")
    return Target(
        scheme=parts.scheme,
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        path=_path(parts),
    )


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    if not path.startswith("/") or _is_read_differently(path):
        raise EffectRefusedError(
            "the path holds '.', '..', an encoded slash or an encoded control character, which servers read differently",
            reason="url",
        )
    return f"{path}?{parts.query}" if parts.query else path


def _is_read_differently(path: str) -> bool:
    """Whether a server could take `path` for another one. Some decode twice, some cut parameters (``..;x``) off the parts."""
    once = unquote(path, errors="replace")
    if once.count("/") > path.count("/") or "%2e" in path.lower():
        return True
    readings = (path, once, unquote(once, errors="replace"))
    return any(
        any(sign < " " or sign in "\\\x7f\ufffd" for sign in reading)
        or any(part.partition(";")[0] in {".", ".."} for part in reading.split("/"))
        for reading in readings
    )


def check_host(target: Target, hosts: Collection[str]) -> None:
    """Make sure that `target` is one of `hosts`, which name a port where it is not the usual one.

    Raises:
        EffectRefusedError: it is not.
    """
    if any(name in hosts for name in target.names):
        return
    raise EffectRefusedError(f"the host {target.host}:{target.port} is not declared", reason="host")


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of `host`, as this machine resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def resolve_within(resolver: Resolver, host: str, port: int, *, seconds: float) -> list[str]:
    """What `resolver` answers, within `seconds`: the system's own look-up takes as long as its servers let it.

    Raises:
        OSError: it failed, or gave no answer in time.
    """
    answers: list[list[str]] = []
    failures: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            answers.append(resolver(host, port))
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = threading.Thread(target=look_up, daemon=True, name="compiled-ai look-up")
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TimeoutError(f"the look-up of {host} gave no answer in time")
    return answers[0]


def public_addresses(target: Target, resolver: Resolver, *, allow_private: bool, seconds: float) -> list[str]:
    """The addresses to connect to. Connecting to these, not to the name, keeps a second look-up from giving another answer.

    Args:
        target: Whose host is looked up.
        resolver: Who looks it up.
        allow_private: Whether private and reserved networks are granted.
        seconds: Time for the look-up.

    Raises:
        EffectRefusedError: one of them lies in a private network, on this machine or in a reserved range.
        EffectFailedError: the host cannot be resolved.
    """
    try:
        addresses = resolve_within(resolver, target.host, target.port, seconds=seconds)
    except (OSError, UnicodeError) as error:
        raise EffectFailedError(
            f"the host {target.host} cannot be resolved", reason="resolve", retryable=True
        ) from error
    if not addresses:
        raise EffectFailedError(f"the host {target.host} has no address", reason="resolve", retryable=True)
    if not allow_private and not all(map(is_public, addresses)):
        raise EffectRefusedError(
            f"the host {target.host} leads into a private or reserved network (private_addresses is not declared)",
            reason="private_address",
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether `address` is one that the whole internet can reach, also where IPv6 carries an IPv4 address inside."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        inner = inner or _translated(parsed)
        if inner is not None:
            return is_public(str(inner))
        if parsed.is_site_local:  # fec0::/10, which the standard library calls global
            return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that NAT64 carries in 64:ff9b::/96 (RFC 6052), or None."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
