"""HTTP calls: what is granted is done, what is not is refused before a byte leaves, and each call stands in the log."""

from __future__ import annotations

import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from tests.integration.effects.conftest import Site

from compiled_ai.effects.addresses import parse_url
from compiled_ai.effects.audit import AuditLog, read_audit
from compiled_ai.effects.capabilities import HttpCapability
from compiled_ai.effects.http import HttpEffect, HttpSettings
from compiled_ai.errors import EffectFailedError, EffectRefusedError
from compiled_ai.spec.schema import Checker

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])


class Caller:
    """An effect on the local site, with pauses that are noted and not slept."""

    def __init__(self, site: Site, audit: AuditLog, **declared: Any) -> None:
        given = {
            "name": "stock",
            "hosts": [site.host],
            "path_prefixes": ["/v1"],
            "plain_http": True,
            "private_addresses": True,
            **declared,
        }
        self.site, self.audit, self.pauses = site, audit, list[float]()
        settings = HttpSettings(headers={"Authorization": "Bearer hush"}, sleep=self.pauses.append)
        self.effect = HttpEffect(HttpCapability(**given), audit=audit, actor="test", settings=settings)

    def call(self, path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
        output = self.effect.run({"method": method, "url": self.site.url(path), **more})
        assert Checker(HttpEffect.output_schema).explain(output) is None
        return output

    def refusal(self, path: str, method: str = "GET", **more: Any) -> str:
        """The kind of the refusal; nothing may have reached the site."""
        before = len(self.site.requests)
        with pytest.raises(EffectRefusedError) as caught:
            self.call(path, method, **more)
        assert len(self.site.requests) == before
        assert self.log()[-1] == ("refused", caught.value.reason)
        return caught.value.reason

    def failure(self, path: str, method: str = "GET", **more: Any) -> str:
        with pytest.raises(EffectFailedError) as caught:
            self.call(path, method, **more)
        assert self.log()[-1] == ("failed", caught.value.reason)
        return caught.value.reason

    def log(self) -> list[tuple[str, str]]:
        return [(record.outcome, record.reason) for record in read_audit(self.audit.path)]


class TestGranted:
    """What is declared is done."""

    def test_an_answer_comes_with_status_headers_text_and_json(self, site: Site, audit: AuditLog) -> None:
        output = Caller(site, audit).call("/v1/ok")
        assert (output["status"], output["json"], output["text"]) == (200, {"stock": 7}, '{"stock": 7}')
        assert output["headers"]["content-type"] == "application/json"

    def test_text_that_is_no_json_comes_as_text(self, site: Site, audit: AuditLog) -> None:
        assert "json" not in Caller(site, audit).call("/v1/broken_json")

    @pytest.mark.parametrize("text", ['{"stock": 1}, "more": 2', '{"stock": 1}}\n{"a": {'])
    def test_text_that_closes_our_own_bracket_is_no_json(
        self, site: Site, audit: AuditLog, text: str
    ) -> None:
        output = Caller(site, audit, methods=["POST"]).call("/v1/echo", "POST", text=text)
        assert "json" not in output

    def test_an_answer_that_is_cut_is_a_failure(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit, retries=0).failure("/v1/cut") == "connection"

    @pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1e999}', r'{"a": "\ud800"}', '{"a": 1, "a": 2}'])
    def test_what_json_cannot_carry_comes_as_text(self, site: Site, audit: AuditLog, text: str) -> None:
        output = Caller(site, audit, methods=["POST"]).call("/v1/echo", "POST", text=text)
        assert output["text"] == text
        assert "json" not in output

    def test_a_content_type_is_sent_once(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit, methods=["POST"])
        caller.call("/v1/echo", "POST", json={}, headers={"content-type": "application/vnd.stock+json"})
        assert site.header_lines.count("content-type: application/vnd.stock+json") == 1
        assert sum(line.startswith("content-type:") for line in site.header_lines) == 1

    def test_a_body_is_sent_as_json(self, site: Site, audit: AuditLog) -> None:
        Caller(site, audit, methods=["POST"]).call("/v1/ok", "POST", json={"a": "ü"})
        method, _, headers, body = site.requests[0]
        assert (method, headers["content-type"], body) == ("POST", "application/json", '{"a": "ü"}')

    def test_the_operators_headers_are_sent_and_not_logged(self, site: Site, audit: AuditLog) -> None:
        Caller(site, audit).call("/v1/ok?key=secret", headers={"X-Trace": "1"})
        headers = site.requests[0][2]
        assert (headers["authorization"], headers["x-trace"], headers["host"]) == (
            "Bearer hush",
            "1",
            site.host,
        )
        log = audit.path.read_text()
        assert "hush" not in log
        assert "secret" not in log

    def test_an_error_of_the_server_is_an_answer(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit).call("/v1/nothing")["status"] == 404

    def test_a_redirect_on_the_same_host_is_followed(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit).call("/v1/moved?/v1/ok")["status"] == 200


class TestRefused:
    """What is not declared is refused, and nothing is sent."""

    @pytest.mark.parametrize(
        ("declared", "call", "reason"),
        [
            ({}, ("/v1/ok", "POST", {}), "method"),
            ({"hosts": ["api.example.com"]}, ("/v1/ok", "GET", {}), "host"),
            ({"hosts": ["127.0.0.1"]}, ("/v1/ok", "GET", {}), "host"),
            ({"plain_http": False}, ("/v1/ok", "GET", {}), "plain_http"),
            ({"private_addresses": False}, ("/v1/ok", "GET", {}), "private_address"),
            ({}, ("/v2/ok", "GET", {}), "path"),
            ({}, ("/v10", "GET", {}), "path"),
            ({}, ("/v1/../admin", "GET", {}), "url"),
            ({}, ("/v1/%2e%2e/admin", "GET", {}), "url"),
            ({}, ("/v1/a%2Fb", "GET", {}), "url"),
            ({}, ("/v1/ok\r\nX: y", "GET", {}), "url"),
            ({}, ("/v1/ok", "GET", {"headers": {"Host": "evil"}}), "header"),
            ({}, ("/v1/ok", "GET", {"headers": {"authorization": "mine"}}), "header"),
            ({}, ("/v1/ok", "GET", {"headers": {"X": "a\r\nY: b"}}), "header"),
            ({}, ("/v1/ok", "GET", {"headers": {"X-HTTP-Method-Override": "DELETE"}}), "header"),
            ({}, ("/v1/ok", "GET", {"headers": {"x-original-url": "/admin"}}), "header"),
            ({}, ("/v1/ok", "GET", {"headers": {"X-A": "1", "x-a": "2"}}), "header"),
            ({}, ("/v1/..;/admin", "GET", {}), "url"),
            ({}, ("/v1/ok", "TRACE", {}), "input"),
            ({}, ("/v1/ok", "GET", {"body": "x"}), "input"),
            ({"methods": ["POST"]}, ("/v1/ok", "POST", {"json": 1, "text": "1"}), "input"),
            ({"methods": ["POST"], "max_bytes": 3}, ("/v1/ok", "POST", {"text": "four"}), "size"),
        ],
        ids=str,
    )
    def test_it_says_why(
        self,
        site: Site,
        audit: AuditLog,
        declared: dict[str, Any],
        call: tuple[str, str, dict[str, Any]],
        reason: str,
    ) -> None:
        path, method, more = call
        assert Caller(site, audit, **declared).refusal(path, method, **more) == reason

    def test_a_header_of_the_operator_that_cannot_be_sent_is_refused_without_its_value(
        self, audit: AuditLog
    ) -> None:
        settings = HttpSettings(headers={"Authorization": "Bearer hush\n"})
        capability = HttpCapability(name="stock", hosts=["a.example"])
        with pytest.raises(EffectRefusedError, match="'Authorization'") as caught:
            HttpEffect(capability, audit=audit, actor="test", settings=settings)
        assert "hush" not in str(caught.value)

    def test_calls_are_counted(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit, max_calls=1)
        caller.call("/v1/ok")
        assert caller.refusal("/v1/ok") == "max_calls"

    def test_nothing_is_granted_after_closing(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit)
        with caller.effect:
            pass
        assert caller.refusal("/v1/ok") == "max_calls"


@pytest.mark.parametrize(
    ("url", "named", "is_sent"),
    [
        ("https://a.example.com/", "a.example.com", True),
        ("https://a.example.com/", "a.example.com:443", True),
        ("http://a.example.com/", "a.example.com", False),
        ("http://a.example.com/", "a.example.com:80", True),
        ("https://b.example.com/", "a.example.com", False),
    ],
)
def test_a_header_of_a_host_goes_without_encryption_only_where_its_port_is_named(
    audit: AuditLog, url: str, named: str, is_sent: bool
) -> None:
    settings = HttpSettings(host_headers={named: {"Authorization": "Bearer hush"}})
    effect = HttpEffect(
        HttpCapability(name="stock", hosts=["a.example.com"]), audit=audit, actor="test", settings=settings
    )
    assert ("Authorization" in effect._headers({}, parse_url(url))) is is_sent


class TestRedirects:
    """A server cannot lead a call elsewhere."""

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/",
            "https://{host}/v1/ok",
            "http://localhost:{port}/v1/ok",
            "//example.com/",
            "file:///etc/passwd",
            "http://a:b@{host}/v1/ok",
            "http://[",
        ],
    )
    def test_another_origin_is_not_followed(self, site: Site, audit: AuditLog, location: str) -> None:
        caller = Caller(
            site, audit, hosts=[site.host, "169.254.169.254", f"localhost:{site.port}", "example.com"]
        )
        target = location.format(host=site.host, port=site.port)
        assert caller.failure(f"/v1/moved?{target}") == "redirect"
        assert len(site.requests) == 1

    def test_another_path_is_held_against_the_declaration(self, site: Site, audit: AuditLog) -> None:
        with pytest.raises(EffectFailedError, match=r"the call was made, .* the path /admin is not declared"):
            Caller(site, audit).call("/v1/moved?/admin")
        assert len(site.requests) == 1

    def test_a_redirect_changes_the_method_within_the_declaration_only(
        self, site: Site, audit: AuditLog
    ) -> None:
        caller = Caller(site, audit, methods=["POST"])
        assert caller.failure("/v1/moved?/v1/ok", "POST", json={}) == "redirect"
        assert [request[0] for request in site.requests] == ["POST"]

    def test_a_circle_ends(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit).failure("/v1/moved?") in {"redirects", "redirect"}
        assert len(site.requests) <= 4


class TestRetries:
    """Failures that pass are tried again, where a second call does no harm."""

    def test_a_busy_server_is_asked_again_after_the_time_it_names(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit, retries=2)
        assert caller.call("/v1/flaky?2")["status"] == 200
        assert caller.pauses == [1.0, 1.0]

    def test_the_last_answer_counts(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit, retries=1).call("/v1/flaky?9")["status"] == 503
        assert len(site.requests) == 2

    def test_a_post_is_sent_once(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit, methods=["POST"]).call("/v1/flaky?1", "POST")["status"] == 503
        assert len(site.requests) == 1

    def test_a_post_is_sent_again_where_that_is_declared(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit, methods=["POST"], retry_unsafe=True)
        assert caller.call("/v1/flaky?1", "POST")["status"] == 200

    def test_a_server_that_hangs_up_is_asked_again(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit, retries=2)
        assert caller.failure("/v1/hangup") == "connection"
        assert len(site.requests) == 3
        assert caller.pauses == [0.2, 0.4]

    def test_pauses_do_not_go_beyond_the_timeout(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit, timeout_seconds=0.9).failure("/v1/flaky?1") == "timeout"
        assert len(site.requests) == 1


class TestBounds:
    """Time and size."""

    def test_a_slow_server_is_left(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit, timeout_seconds=0.2).failure("/v1/slow?0.5") == "timeout"

    @pytest.mark.parametrize("path", ["/v1/drip?20", "/v1/drip_headers?20"])
    def test_a_server_that_drips_is_left(self, site: Site, audit: AuditLog, path: str) -> None:
        started = time.monotonic()
        assert Caller(site, audit, timeout_seconds=0.3).failure(path) == "timeout"
        assert time.monotonic() - started < 0.8

    def test_a_large_answer_is_cut_off(self, site: Site, audit: AuditLog) -> None:
        assert Caller(site, audit, max_bytes=1_000).failure("/v1/large?100000") == "size"
        assert len(site.requests) == 1

    def test_a_server_without_encryption_is_no_https_server(self, site: Site, audit: AuditLog) -> None:
        caller = Caller(site, audit, retries=0)
        with pytest.raises(EffectFailedError) as caught:
            caller.effect.run({"method": "GET", "url": f"https://{site.host}/v1/ok"})
        assert caught.value.reason == "connection"


class TestNames:
    """A name is resolved once, and what is connected to is what was checked."""

    def test_the_next_address_is_tried_when_one_does_not_answer(self, site: Site, audit: AuditLog) -> None:
        assert self.call(site, audit, ["127.0.0.2", "127.0.0.1"], private=True) == 200

    def call(self, site: Site, audit: AuditLog, addresses: list[str], *, private: bool) -> int:
        capability = HttpCapability(
            name="stock", hosts=[f"stock.example:{site.port}"], plain_http=True, private_addresses=private
        )
        asked: list[str] = []

        def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return addresses

        effect = HttpEffect(capability, audit=audit, actor="test", settings=HttpSettings(resolver=resolve))
        output = effect.run({"method": "GET", "url": f"http://stock.example:{site.port}/v1/ok"})
        assert asked == ["stock.example"]
        return int(str(output["status"]))

    def test_the_address_that_was_resolved_is_called_for_the_name(self, site: Site, audit: AuditLog) -> None:
        assert self.call(site, audit, ["127.0.0.1"], private=True) == 200
        assert site.requests[0][2]["host"] == f"stock.example:{site.port}"

    @pytest.mark.parametrize(
        "address", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"]
    )
    def test_a_public_name_with_a_private_address_is_refused(
        self, site: Site, audit: AuditLog, address: str
    ) -> None:
        with pytest.raises(EffectRefusedError) as caught:
            self.call(site, audit, ["93.184.216.34", address], private=False)
        assert caught.value.reason == "private_address"
        assert site.requests == []


class TestEncryption:
    """With https the host must prove that it bears the name that was asked for."""

    def call(
        self,
        site: Site,
        audit: AuditLog,
        context: ssl.SSLContext,
        *,
        name: str = "stock.example",
        path: str = "/v1/ok",
    ) -> int:
        capability = HttpCapability(
            name="stock",
            hosts=[f"{name}:{site.port}"],
            private_addresses=True,
            retries=0,
            timeout_seconds=0.5,
        )
        settings = HttpSettings(resolver=lambda _host, _port: ["127.0.0.1"], context=context)
        effect = HttpEffect(capability, audit=audit, actor="test", settings=settings)
        output = effect.run({"method": "GET", "url": f"https://{name}:{site.port}{path}"})
        return int(str(output["status"]))

    def test_a_host_with_a_trusted_certificate_is_called(
        self, encrypted_site: Site, audit: AuditLog, certificate: Path
    ) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert self.call(encrypted_site, audit, trusting) == 200

    def test_one_that_drips_is_left(self, encrypted_site: Site, audit: AuditLog, certificate: Path) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate))
        with pytest.raises(EffectFailedError) as caught:
            self.call(encrypted_site, audit, trusting, path="/v1/drip?30")
        assert caught.value.reason == "timeout"

    @pytest.mark.parametrize("name", ["stock.example", "other.example"])
    def test_a_host_without_one_is_told_nothing(
        self, encrypted_site: Site, audit: AuditLog, certificate: Path, name: str
    ) -> None:
        known = str(certificate) if name == "other.example" else None
        with pytest.raises(EffectFailedError) as caught:
            self.call(encrypted_site, audit, ssl.create_default_context(cafile=known), name=name)
        assert caught.value.reason == "certificate"
        assert encrypted_site.requests == []
