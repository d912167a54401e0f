"""Declarations of effects as YAML text."""

from __future__ import annotations

from compiled_ai.effects.capabilities import parse_capability
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._spec_text import to_yaml
from compiled_ai.templates.rendering import Rendering


def declaration(effect: str, values: JsonObject, *, takes: JsonObject, gives: JsonObject) -> Rendering:
    """The declaration of an `effect` with `values`, after checking that it grants what can be granted.

    Raises:
        InputError: it does not.
    """
    document: JsonObject = {
        "effect": effect,
        **{key: value for key, value in values.items() if value is not None},
    }
    capability = parse_capability(document)
    comments = [
        f"What the effect '{capability.name}' may do. Everything else is refused, and every call is audited.",
        "Open it with compiled_ai.effects.open.open_effect(load_capability(THIS_FILE), ...).",
    ]
    return Rendering(
        kind="effect",
        name=capability.name,
        text=to_yaml(document, comments=comments),
        input_schema=takes,
        output_schema=gives,
    )
