"""Opening an effect from its declaration."""

from __future__ import annotations

from compiled_ai.effects.audit import AuditLog
from compiled_ai.effects.capabilities import Capability, DatabaseCapability, HttpCapability
from compiled_ai.effects.database import DatabaseEffect
from compiled_ai.effects.effect import Effect
from compiled_ai.effects.http import HttpEffect, HttpSettings
from compiled_ai.effects.notify import NotificationEffect


def open_effect(
    capability: Capability, *, audit: AuditLog, actor: str, settings: HttpSettings | None = None
) -> Effect:
    """The effect that may do what `capability` declares, and nothing else. Use it in a ``with``.

    Args:
        capability: The declaration (`load_capability`).
        audit: Where every call is noted.
        actor: On whose behalf, such as ``workflow invoice@a1b2c3``.
        settings: Headers, TLS and look-ups of HTTP calls and webhooks; databases have none.

    Raises:
        EffectError: it cannot be opened.
    """
    if isinstance(capability, HttpCapability):
        return HttpEffect(capability, audit=audit, actor=actor, settings=settings)
    if isinstance(capability, DatabaseCapability):
        return DatabaseEffect(capability, audit=audit, actor=actor)
    return NotificationEffect(capability, audit=audit, actor=actor, settings=settings)
