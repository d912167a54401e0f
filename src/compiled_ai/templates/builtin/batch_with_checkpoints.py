"""``batch_with_checkpoints``: a spec for many rows, resumed where a run stopped."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._compose import refuse, strings
from compiled_ai.templates.builtin._parameters import Builder, parameters, phrases
from compiled_ai.templates.builtin._spec_text import (
    FALLBACK,
    STEPS,
    TASK,
    bounds,
    code_steps,
    shorthand,
    spec_of,
    spec_rendering,
)
from compiled_ai.templates.rendering import Rendering

PARAMETERS = parameters(
    TASK,
    {
        "keep": phrases(
            "Fields of a row, such as its id, that are copied to its result and that code does not see."
        ),
        "steps": STEPS,
        **FALLBACK,
        **bounds(seconds=1),
    },
)


def render(values: JsonObject) -> Rendering:
    """The spec of one row; the comment says how a batch is run and resumed."""
    keep = strings(values["keep"])
    seen = [name for name in keep if name in shorthand(values, "input")]
    if seen:
        raise refuse(
            "keep", f"'{seen[0]}' is an input field; a row's kept fields are taken off before code sees it"
        )
    option = f" --keep {','.join(keep)}" if keep else ""
    comments = [
        "Batch with checkpoints: every row on its own; results are appended row by row, and --resume goes on after the last whole one.",
        f"compiled-ai compile THIS_FILE; then compiled-ai run {values['name']} ROWS.jsonl{option} [--resume]",
    ]
    return spec_rendering(spec_of(values, steps=code_steps(values)), comments)


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    example={
        "name": "clean_addresses",
        "description": "Bring the postcodes of a customer file into one form.",
        "instructions": "Give the postcode without spaces and in capitals. Decline an empty one.",
        "input": {"postcode": "string"},
        "output": {"postcode_clean": "string"},
        "keep": ["customer_id"],
        "expected_executions": 250_000,
        "examples": [
            {"input": {"postcode": "sw1a 1aa"}, "output": {"postcode_clean": "SW1A1AA"}},
            {"input": {"postcode": " "}, "abstain": True},
        ],
    },
    trials=(),
)
