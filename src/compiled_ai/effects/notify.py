"""Notifications: by webhook, or as a mail file in an outbox folder. Recipients are declared; a message with the same content is one file."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import ValidationError

from compiled_ai.effects.addresses import Target, parse_url
from compiled_ai.effects.audit import AuditLog
from compiled_ai.effects.capabilities import HttpCapability, NotificationCapability
from compiled_ai.effects.effect import Deadline, Effect
from compiled_ai.effects.http import HttpEffect, HttpSettings
from compiled_ai.errors import EffectFailedError, EffectRefusedError
from compiled_ai.files import write_atomic
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.effects import GIVES, TAKES


class _Webhook(HttpEffect):
    """The call of one webhook. Its path is left out of the log: with many services it is the secret itself."""

    def __init__(
        self,
        name: str,
        capability: HttpCapability,
        *,
        audit: AuditLog,
        actor: str,
        settings: HttpSettings | None,
    ) -> None:
        super().__init__(capability, audit=audit, actor=actor, settings=settings)
        self._name = name

    def _describe(self, data: JsonObject) -> str:
        return f"{data['method']} {parse_url(str(data['url'])).origin} (webhook '{self._name}')"


class NotificationEffect(Effect):
    """Messages to declared webhooks (as JSON with ``subject`` and ``text``) and addresses (as .eml files)."""

    input_schema: ClassVar[JsonObject] = TAKES["notification"]
    output_schema: ClassVar[JsonObject] = GIVES["notification"]

    def __init__(
        self,
        capability: NotificationCapability,
        *,
        audit: AuditLog,
        actor: str,
        settings: HttpSettings | None = None,
    ) -> None:
        """An effect that may do what `capability` declares, on behalf of `actor`, and notes every call in `audit`.

        Raises:
            EffectRefusedError: a webhook is no URL that could be called.
        """
        super().__init__(capability, audit=audit, actor=actor)
        self._capability = capability
        self._webhooks = {
            name: self._webhook(name, url, settings) for name, url in capability.webhooks.items()
        }

    def _webhook(self, name: str, url: str, settings: HttpSettings | None) -> HttpEffect:
        """An HTTP effect that can call this one address and nothing else."""
        target = parse_url(url)
        try:
            capability = self._webhook_capability(name, target)
        except ValidationError as error:
            raise EffectRefusedError(
                f"the webhook '{name}' cannot be called: its host must be a name in lower case or an IPv4 address, and its path free of '..' and '%'",
                reason="url",
            ) from error
        return _Webhook(name, capability, audit=self._audit, actor=self._actor, settings=settings)

    def _webhook_capability(self, name: str, target: Target) -> HttpCapability:
        declared = self._capability
        return HttpCapability(
            name=f"{declared.name}_{name}"[:63],
            hosts=[urlsplit(target.origin).netloc],
            methods=["POST"],
            path_prefixes=[target.plain_path],
            plain_http=declared.plain_http,
            private_addresses=declared.private_addresses,
            retries=declared.retries,
            retry_unsafe=True,
            timeout_seconds=declared.timeout_seconds,
            max_bytes=10 * declared.max_bytes,
            max_calls=declared.max_calls,
        )

    def _describe(self, data: JsonObject) -> str:
        channel, to = str(data["channel"]), str(data["to"])
        known = self._webhooks if channel == "webhook" else self._capability.recipients
        if to not in known:
            raise EffectRefusedError(f"the {channel} recipient is not declared", reason="recipient")
        if len(str(data["text"]).encode("utf-8", "surrogatepass")) > self._capability.max_bytes:
            raise EffectRefusedError(
                f"the text is larger than {self._capability.max_bytes} bytes", reason="size"
            )
        return f"{channel} to {to}"

    def _act(self, data: JsonObject, deadline: Deadline) -> JsonObject:
        deadline.left()
        message = digest("n1", data)
        if data["channel"] == "webhook":
            self._post(data)
            return {"delivered": "webhook", "message": message}
        self._write(data, message)
        return {"delivered": "outbox", "message": message}

    def _post(self, data: JsonObject) -> None:
        name = str(data["to"])
        try:
            answer = self._webhooks[name].run(
                {
                    "method": "POST",
                    "url": self._capability.webhooks[name],
                    "json": {"subject": data["subject"], "text": data["text"]},
                }
            )
        except EffectFailedError as error:
            if error.reason != "redirect":
                raise
            raise EffectFailedError(  # without the path that it leads to, which may be a secret like the webhook's own
                f"the webhook '{name}' answered with a redirect that is not followed", reason="redirect"
            ) from None
        if answer["status"] not in range(200, 300):
            raise EffectFailedError(f"the webhook '{name}' answered {answer['status']}", reason="status")

    def _write(self, data: JsonObject, message: str) -> None:
        subject = str(data["subject"])
        if (
            not subject.isprintable() or "=?" in subject
        ):  # a mail would decode what follows, line breaks included
            raise EffectRefusedError(
                "the subject holds a line break, the sign '=?' or another that cannot be shown",
                reason="subject",
            )
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._capability.sender, str(data["to"]), subject
        mail["Message-ID"] = (
            f"<{message.partition(':')[2][:32]}@{str(self._capability.sender).partition('@')[2]}>"
        )
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(str(data["text"]))
        folder = Path(str(self._capability.outbox))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / f"{message.partition(':')[2][:32]}.eml", mail.as_string())
        except OSError as error:
            raise EffectFailedError(
                f"the outbox cannot be written: {error.strerror}", reason="outbox"
            ) from error
