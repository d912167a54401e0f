"""``synchronous_handler``: a spec for request and answer."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._parameters import Builder, parameters
from compiled_ai.templates.builtin._spec_text import (
    FALLBACK,
    STEPS,
    TASK,
    bounds,
    code_steps,
    spec_of,
    spec_rendering,
)
from compiled_ai.templates.rendering import Rendering

PARAMETERS = parameters(
    TASK,
    {
        "steps": STEPS,
        **FALLBACK,
        **bounds(seconds=2),
    },
)


def render(values: JsonObject) -> Rendering:
    """The spec as it is, with the plan that was given."""
    comments = [
        "Synchronous handler: one input, one answer or a refusal, within a bounded time.",
        f"compiled-ai compile THIS_FILE; then compiled-ai run {values['name']} '{{...}}', or load_workflow('{values['name']}').run(...) in Python.",
    ]
    return spec_rendering(spec_of(values, steps=code_steps(values)), comments)


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    example={
        "name": "greet_customer",
        "description": "Choose a greeting for a customer.",
        "instructions": "Give the greeting in the customer's language. Decline other languages.",
        "input": {"language": ["en", "de", "fr"], "name": "string"},
        "output": {"greeting": "string"},
        "examples": [
            {"input": {"language": "de", "name": "Ann"}, "output": {"greeting": "Guten Tag, Ann"}},
            {"input": {"language": "fr", "name": "Ann"}, "abstain": True},
        ],
    },
    trials=(),
)
