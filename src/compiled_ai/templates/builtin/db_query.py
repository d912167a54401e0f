"""``db_query``: the declaration of an effect."""

from __future__ import annotations

from compiled_ai.effects.capabilities import declaration_schema
from compiled_ai.effects.database import DatabaseEffect
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._effect_text import declaration
from compiled_ai.templates.builtin._parameters import Builder
from compiled_ai.templates.rendering import Rendering


def render(values: JsonObject) -> Rendering:
    """The declaration as YAML."""
    return declaration(
        "database", values, takes=DatabaseEffect.input_schema, gives=DatabaseEffect.output_schema
    )


BUILDER = Builder(
    parameters=declaration_schema("database"),
    render=render,
    example={"name": "customers", "path": "data/customers.sqlite", "read": ["customers", "orders"]},
    trials=(),
)
