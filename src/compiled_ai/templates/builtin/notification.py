"""``notification``: the declaration of an effect."""

from __future__ import annotations

from compiled_ai.effects.capabilities import declaration_schema
from compiled_ai.effects.notify import NotificationEffect
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._effect_text import declaration
from compiled_ai.templates.builtin._parameters import Builder
from compiled_ai.templates.rendering import Rendering


def render(values: JsonObject) -> Rendering:
    """The declaration as YAML."""
    return declaration(
        "notification", values, takes=NotificationEffect.input_schema, gives=NotificationEffect.output_schema
    )


BUILDER = Builder(
    parameters=declaration_schema("notification"),
    render=render,
    example={
        "name": "alerts",
        "webhooks": {"operations": "https://hooks.example.com/alerts"},
        "outbox": "outbox",
        "sender": "workflow@example.com",
        "recipients": ["operations@example.com"],
    },
    trials=(),
)
