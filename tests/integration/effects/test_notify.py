"""Notifications: to declared webhooks and addresses only."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.effects.conftest import Site

from compiled_ai.effects.audit import AuditLog, read_audit
from compiled_ai.effects.capabilities import NotificationCapability
from compiled_ai.effects.http import HttpSettings
from compiled_ai.effects.notify import NotificationEffect
from compiled_ai.errors import EffectFailedError, EffectRefusedError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
MESSAGE = {"subject": "Stock is low", "text": "Only 3 left.\nGrüße"}


def notifier(site: Site, audit: AuditLog, folder: Path, **declared: Any) -> NotificationEffect:
    given = {
        "name": "alerts",
        "webhooks": {
            "ops": site.url("/v1/ok"),
            "busy": site.url("/v1/flaky?9"),
            "gone": site.url("/v1/nothing"),
        },
        "outbox": str(folder / "outbox"),
        "sender": "workflow@example.com",
        "recipients": ["ops@example.com"],
        "plain_http": True,
        "private_addresses": True,
        **declared,
    }
    settings = HttpSettings(sleep=lambda _: None)
    return NotificationEffect(NotificationCapability(**given), audit=audit, actor="test", settings=settings)


def test_a_webhook_gets_subject_and_text(site: Site, audit: AuditLog, tmp_path: Path) -> None:
    output = notifier(site, audit, tmp_path).run({"channel": "webhook", "to": "ops", **MESSAGE})
    assert output["delivered"] == "webhook"
    assert json.loads(site.requests[0][3]) == MESSAGE
    outcomes = [(record.effect, record.outcome) for record in read_audit(audit.path)]
    assert outcomes == [
        ("alerts", "started"),
        ("alerts_ops", "started"),
        ("alerts_ops", "done"),
        ("alerts", "done"),
    ]


def test_the_path_of_a_webhook_is_not_logged(site: Site, audit: AuditLog, tmp_path: Path) -> None:
    effect = notifier(site, audit, tmp_path, webhooks={"ops": site.url("/v1/hush")})
    with pytest.raises(EffectFailedError):
        effect.run({"channel": "webhook", "to": "ops", **MESSAGE})
    assert "hush" not in audit.path.read_text()
    assert read_audit(audit.path)[1].action == f"POST {site.url('')} (webhook 'ops')"


def test_the_path_of_a_redirect_is_not_told(site: Site, audit: AuditLog, tmp_path: Path) -> None:
    effect = notifier(site, audit, tmp_path, webhooks={"ops": site.url("/v1/moved?/v2/hush")})
    with pytest.raises(EffectFailedError, match="a redirect that is not followed") as caught:
        effect.run({"channel": "webhook", "to": "ops", **MESSAGE})
    assert "hush" not in str(caught.value)
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "url", ["https://[2606:4700::1111]/x", "https://a.example/x%20y", "https://a_b.example/"]
)
def test_a_webhook_that_cannot_be_called_is_refused_at_once(audit: AuditLog, url: str) -> None:
    capability = NotificationCapability(name="alerts", webhooks={"ops": url})
    with pytest.raises(EffectRefusedError, match="webhook 'ops'"):
        NotificationEffect(capability, audit=audit, actor="test")


def test_a_mail_is_written_into_the_outbox(site: Site, audit: AuditLog, tmp_path: Path) -> None:
    effect = notifier(site, audit, tmp_path)
    for _ in range(2):
        assert effect.run({"channel": "mail", "to": "ops@example.com", **MESSAGE})["delivered"] == "outbox"
    (path,) = (tmp_path / "outbox").iterdir()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "workflow@example.com",
        "ops@example.com",
        "Stock is low",
    )
    assert mail.get_content() == MESSAGE["text"] + "\n"
    assert "Grüße" not in audit.path.read_text()


@pytest.mark.parametrize(
    ("message", "declared", "reason"),
    [
        ({"channel": "mail", "to": "eve@example.com", **MESSAGE}, {}, "recipient"),
        ({"channel": "webhook", "to": "http://127.0.0.1/", **MESSAGE}, {}, "recipient"),
        (
            {"channel": "mail", "to": "ops@example.com", "subject": "a\nBcc: eve@example.com", "text": "x"},
            {},
            "subject",
        ),
        (
            {
                "channel": "mail",
                "to": "ops@example.com",
                "subject": "=?utf-8?q?a=0ABcc=3A_eve@example.com?=",
                "text": "x",
            },
            {},
            "subject",
        ),
        ({"channel": "sms", "to": "ops", **MESSAGE}, {}, "input"),
        ({"channel": "mail", "to": "ops@example.com", **MESSAGE}, {"max_bytes": 5}, "size"),
        ({"channel": "webhook", "to": "ops", **MESSAGE}, {"private_addresses": False}, "private_address"),
        ({"channel": "webhook", "to": "ops", **MESSAGE}, {"plain_http": False}, "plain_http"),
    ],
    ids=["address", "webhook", "header", "encoded-header", "channel", "size", "private", "plain"],
)
def test_what_is_not_declared_is_refused(
    site: Site,
    audit: AuditLog,
    tmp_path: Path,
    message: dict[str, Any],
    declared: dict[str, Any],
    reason: str,
) -> None:
    with pytest.raises(EffectRefusedError) as caught:
        notifier(site, audit, tmp_path, **declared).run(message)
    assert caught.value.reason == reason
    assert site.requests == []
    assert not (tmp_path / "outbox").exists() or not list((tmp_path / "outbox").iterdir())


def test_a_busy_webhook_is_tried_again_and_then_given_up(site: Site, audit: AuditLog, tmp_path: Path) -> None:
    with pytest.raises(EffectFailedError) as caught:
        notifier(site, audit, tmp_path, retries=1).run({"channel": "webhook", "to": "busy", **MESSAGE})
    assert caught.value.reason == "status"
    assert len(site.requests) == 2


def test_an_outbox_that_cannot_be_written_is_a_failure(site: Site, audit: AuditLog, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(EffectFailedError) as caught:
        notifier(site, audit, tmp_path).run({"channel": "mail", "to": "ops@example.com", **MESSAGE})
    assert caught.value.reason == "outbox"
