"""The planner agent: divides a wide task into a few activities."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from compiled_ai.errors import ModelReplyError, SpecError
from compiled_ai.factory.prompts import PLANNER, planner_prompt
from compiled_ai.llm import LlmClient
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import CodeStepDocument
from compiled_ai.spec.load import read_steps
from compiled_ai.spec.model import Spec, Step

PLAN_SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["steps"],
    "properties": {
        "steps": {
            "type": "array",
            "minItems": 1,
            "maxItems": 4,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "instructions", "takes", "gives"],
                "properties": {
                    "id": {"type": "string"},
                    "instructions": {"type": "string"},
                    "takes": {"type": "array", "items": {"type": "string"}},
                    "gives": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
        }
    },
}


def ask_planner(spec: Spec, client: LlmClient) -> tuple[Step, ...]:
    """The steps that the planner proposes, checked like steps that an author wrote.

    Empty when its plan does not hold together: one activity then does all.
    """
    try:
        reply = client.ask_object(PLANNER, planner_prompt(spec.brief()), schema=PLAN_SCHEMA, role="planner")
        documents = [_document(step, spec) for step in _listed(reply)]
        return read_steps(
            documents, input_schema=spec.input_schema, output_schema=spec.output_schema, path=Path("plan")
        )
    except (ModelReplyError, ValidationError, SpecError):
        return ()


def _listed(reply: JsonObject) -> list[JsonObject]:
    steps = reply["steps"]
    assert isinstance(steps, list)
    return [step for step in steps if isinstance(step, dict)]


def _document(step: JsonObject, spec: Spec) -> CodeStepDocument:
    """A proposed step as if it stood in the spec; fields of the output keep the type that the spec gives them."""
    known = spec.properties("output")
    gives = step["gives"]
    assert isinstance(gives, dict)
    output: dict[str, JsonValue] = {name: known.get(name, kind) for name, kind in gives.items()}
    return CodeStepDocument.model_validate(
        {**{key: step[key] for key in ("id", "instructions", "takes")}, "kind": "code", "output": output}
    )
