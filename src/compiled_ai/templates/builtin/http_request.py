"""``http_request``: the declaration of an effect."""

from __future__ import annotations

from compiled_ai.effects.capabilities import declaration_schema
from compiled_ai.effects.http import HttpEffect
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._effect_text import declaration
from compiled_ai.templates.builtin._parameters import Builder
from compiled_ai.templates.rendering import Rendering


def render(values: JsonObject) -> Rendering:
    """The declaration as YAML."""
    return declaration("http", values, takes=HttpEffect.input_schema, gives=HttpEffect.output_schema)


BUILDER = Builder(
    parameters=declaration_schema("http"),
    render=render,
    example={
        "name": "stock_service",
        "hosts": ["api.example.com"],
        "path_prefixes": ["/v1/stock"],
        "methods": ["GET"],
        "timeout_seconds": 5,
    },
    trials=(),
)
