"""Where URLs lead."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.effects.addresses import check_host, is_public, parse_url, public_addresses
from compiled_ai.errors import EffectFailedError, EffectRefusedError


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("fec0::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_whole_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        ("https://api.example.com", "https://api.example.com", "/"),
        ("https://API.example.com:443/a?b=c#d", "https://api.example.com", "/a?b=c"),
        ("http://example.com.:8080/a", "http://example.com:8080", "/a"),
        ("http://[::1]:80/", "http://[::1]", "/"),
        (
            "https://example.com/a;v=1/b..c/100%25/gr%C3%BC%C3%9Fe",
            "https://example.com",
            "/a;v=1/b..c/100%25/gr%C3%BC%C3%9Fe",
        ),
    ],
)
def test_a_url_is_written_in_one_way(url: str, origin: str, path: str) -> None:
    target = parse_url(url)
    assert (target.origin, target.path) == (origin, path)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "//example.com", "example.com", "https://", "https://user@example.com/", "https://user:pw@example.com/",
        "https://example.com:99999/", "https://example.com/a b", "https://example.com\\@evil.example/", "https://exämple.com/", "https://example.com/\n",
        "https://.", "https://./a", "https://example.com/../a", "https://example.com/./a", "https://example.com/%2E%2e/a", "https://example.com/a%5cb",
        "https://example.com/v1/..;/admin", "https://example.com/v1/.;a=b/x", "https://example.com/v1/%252e%252e/admin", "https://example.com/v1/a%252e./../b",
        "https://example.com/a%255cb", "https://example.com/.%00./a", "https://example.com/a%0d%0aX:%20y", "https://example.com/%c0%ae%c0%ae/a", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_a_url_that_readers_take_differently_is_refused(url: str) -> None:
    with pytest.raises(EffectRefusedError) as caught:
        parse_url(url)
    assert caught.value.reason == "url"


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_a_url_or_refused(before: str, after: str) -> None:
    for url in (before, f"https://{before}", f"https://example.com/{before}?{after}"):
        try:
            target = parse_url(url)
        except EffectRefusedError:
            continue
        assert parse_url(target.origin + target.path) == target


@pytest.mark.parametrize(
    ("url", "hosts", "granted"),
    [
        ("https://a.example/", ["a.example"], True),
        ("https://a.example:8443/", ["a.example"], False),
        ("https://a.example:8443/", ["a.example:8443"], True),
        ("https://sub.a.example/", ["a.example"], False),
        ("https://a.example.evil/", ["a.example"], False),
        ("https://A.EXAMPLE/", ["a.example"], True),
    ],
)
def test_a_host_is_the_declared_one_or_refused(url: str, hosts: list[str], granted: bool) -> None:
    target = parse_url(url)
    if granted:
        check_host(target, hosts)
    else:
        with pytest.raises(EffectRefusedError):
            check_host(target, hosts)


@pytest.mark.parametrize(
    "answer", [OSError("no such host"), UnicodeError("label too long"), []], ids=["error", "label", "nothing"]
)
def test_a_host_that_cannot_be_resolved_is_a_failure(answer: Exception | list[str]) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(EffectFailedError) as caught:
        public_addresses(parse_url("https://a.example/"), resolve, allow_private=False, seconds=5)
    assert caught.value.reason == "resolve"


def test_a_look_up_that_gives_no_answer_is_left() -> None:
    never = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        never.wait()
        return []

    with pytest.raises(EffectFailedError) as caught:
        public_addresses(parse_url("https://a.example/"), resolve, allow_private=False, seconds=0.05)
    never.set()
    assert (caught.value.reason, caught.value.retryable) == ("resolve", True)
