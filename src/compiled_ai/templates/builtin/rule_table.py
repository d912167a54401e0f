"""``rule_table``: decide by a decision table, compiled like the rule steps of specs."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from compiled_ai.errors import SpecError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.document import RuleStepDocument
from compiled_ai.spec.load import read_steps
from compiled_ai.spec.model import RuleStep
from compiled_ai.spec.schema import properties_of, required_of
from compiled_ai.templates.builtin._compose import expanded, refuse
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    closed,
    declines,
    parameters,
    schema_of,
    step,
    text,
)
from compiled_ai.templates.rendering import Rendering, require_free_name
from compiled_ai.templates.rule_table import render_rule_activity

_ANSWER: JsonObject = {"type": "object", "minProperties": 1, "description": "Output fields and their values."}
PARAMETERS = parameters(
    {
        "input": schema_of("Fields that the conditions read."),
        "output": schema_of("Fields that the lines answer."),
        "rules": {
            "type": "array",
            "minItems": 1,
            "maxItems": 200,
            "description": "The lines in order, as in a rule step of a spec: `when` with `then` or `abstain`, or `otherwise` alone at the end.",
            "items": closed(
                {},
                {
                    "when": text("The condition, such as `amount > 100 and not approved`."),
                    "then": _ANSWER,
                    "abstain": text("The reason to decline."),
                    "otherwise": _ANSWER,
                },
            ),
        },
    },
    {"step": step("decide")},
)


def render(values: JsonObject) -> Rendering:
    """The compiled table. Only fields that a condition reads are taken."""
    name = require_free_name(str(values["step"]), parameter="step")
    takes, gives = expanded(values, "input"), expanded(values, "output")
    document = {"id": name, "kind": "rule", "rules": values["rules"], "output": values["output"]}
    try:
        (found,) = read_steps(
            [TypeAdapter(RuleStepDocument).validate_python(document)],
            input_schema=takes,
            output_schema=gives,
            path=Path("parameters"),
        )
    except SpecError as error:
        raise refuse("rules", "; ".join(problem.message for problem in error.problems)) from error
    except ValidationError as error:
        raise refuse("rules", str(error.errors(include_url=False)[0]["msg"])) from error
    assert isinstance(found, RuleStep)
    required = [field for field in found.takes if field in required_of(takes)]
    return Rendering(
        kind="activity",
        name=name,
        text=render_rule_activity(found, properties_of(takes), required=required),
        input_schema={
            "type": "object",
            "additionalProperties": False,
            "required": [*required],
            "properties": {field: properties_of(takes)[field] for field in found.takes},
        },
        output_schema=found.output_schema,
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    example={
        "input": {"amount": "decimal", "country": "string", "first_order": "boolean?"},
        "output": {"decision": ["approve", "review", "deny"]},
        "rules": [
            {"when": "amount <= 0", "abstain": "the amount is not positive"},
            {"when": "country in ['DE', 'AT'] and amount < 500", "then": {"decision": "approve"}},
            {"when": "first_order and amount >= 1000", "then": {"decision": "deny"}},
            {"otherwise": {"decision": "review"}},
        ],
    },
    trials=(
        answers({"amount": "499.99", "country": "AT"}, {"decision": "approve"}),
        answers({"amount": "1000", "country": "FR", "first_order": True}, {"decision": "deny"}),
        answers({"amount": "500", "country": "DE", "first_order": None}, {"decision": "review"}),
        declines({"amount": "0", "country": "DE"}),
    ),
)
