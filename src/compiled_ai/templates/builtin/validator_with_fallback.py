"""``validator_with_fallback``: a spec that checks first, decides, and asks a model where code declines."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.builtin._compose import obj, objects, refuse
from compiled_ai.templates.builtin._parameters import STEP_PATTERN, Builder, closed, field, parameters, text
from compiled_ai.templates.builtin._spec_text import (
    FALLBACK,
    TASK,
    bounds,
    shorthand,
    spec_of,
    spec_rendering,
)
from compiled_ai.templates.rendering import Rendering

PARAMETERS = parameters(
    {
        **TASK,
        "checks": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "description": "Conditions of input that is refused, in order, each with a label that the answer carries.",
            "items": closed(
                {
                    "when": text("The condition, as in a rule step, such as `amount <= 0`."),
                    "label": {
                        "type": "string",
                        "pattern": STEP_PATTERN,
                        "description": "What is wrong, as one word.",
                    },
                }
            ),
        },
    },
    {
        "check_field": field("The output field that says `ok`, or what is wrong.", "check"),
        "deciding": text("What the second step does with input that passed.", "Decide as the task says."),
        **FALLBACK,
        "fallback": {**FALLBACK["fallback"], "default": "model"},
        **bounds(seconds=2),
    },
)
OK = "ok"


def render(values: JsonObject) -> Rendering:
    """A decision table that answers the check, and a code step that sees it.

    Refused input is answered, not declined: else the fallback would ask a model about input that is known to be wrong.
    """
    key = str(values["check_field"])
    checks, gives = objects(values["checks"]), shorthand(values, "output")
    if key in gives or key in shorthand(values, "input"):
        raise refuse("check_field", f"'{key}' is put in by the template; leave it out of input and output")
    _require_optional(values)
    labels = list(dict.fromkeys([OK, *(str(check["label"]) for check in checks)]))
    rules: list[JsonValue] = [{"when": check["when"], "then": {key: check["label"]}} for check in checks]
    steps: list[JsonValue] = [
        {
            "id": "check_input",
            "kind": "rule",
            "rules": [*rules, {"otherwise": {key: OK}}],
            "output": {key: [*labels]},
        },
        {
            "id": "decide",
            "kind": "code",
            "instructions": f"{values['deciding']} If {key} is not {OK}, every field is null.",
            "output": values["output"],
        },
    ]
    document = spec_of(values, steps=steps, output={key: [*labels], **obj(values["output"])})
    comments = [
        "Validator with fallback: a table refuses wrong input with a label, code decides the rest, and what code declines goes to the fallback.",
        f"compiled-ai compile THIS_FILE; then compiled-ai run {values['name']} '{{...}}' --model MODEL",
    ]
    return spec_rendering(document, comments)


def _require_optional(values: JsonObject) -> None:
    written = obj(values["output"])
    if "properties" in written:
        raise refuse(
            "output", "write the output in shorthand here: the template puts its check field in front"
        )
    firm = [
        name
        for name, schema in shorthand(values, "output").items()
        if "null" not in str(obj(schema).get("type"))
    ]
    if firm:
        raise refuse(
            f"output.{firm[0]}", f"'{firm[0]}' must be optional ('?'): it is null where the input is refused"
        )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    example={
        "name": "refund_request",
        "description": "Decide on a refund request.",
        "instructions": "A request with a broken or wrong article is refunded. Decline what gives no reason.",
        "input": {"amount": "decimal", "days_since_delivery": "integer", "reason": "string"},
        "output": {"refund": "boolean?"},
        "checks": [
            {"when": "amount <= 0", "label": "no_amount"},
            {"when": "days_since_delivery > 30", "label": "too_late"},
        ],
        "examples": [
            {
                "input": {"amount": "10.00", "days_since_delivery": 2, "reason": "arrived broken"},
                "output": {"check": "ok", "refund": True},
            },
            {
                "input": {"amount": "10.00", "days_since_delivery": 31, "reason": "arrived broken"},
                "output": {"check": "too_late", "refund": None},
            },
            {"input": {"amount": "10.00", "days_since_delivery": 2, "reason": "hello"}, "abstain": True},
        ],
    },
    trials=(),
)
