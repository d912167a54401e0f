"""The planner agent: divides a wide task into a few activities."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from compiled_ai.errors import ModelReplyError, SpecError
from compiled_ai.factory.materials import about
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.factory.prompts import planner_prompt
from compiled_ai.llm import LlmClient
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import CodeStepDocument
from compiled_ai.spec.load import read_steps
from compiled_ai.spec.model import Spec, Step
from compiled_ai.spec.schema import SchemaProblem, expand_object, properties_of, required_of

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
        brief = spec.brief()
        reply = client.ask_object(
            read_prompt("planner").text,
            about(brief, planner_prompt(brief)),
            schema=PLAN_SCHEMA,
            role="planner",
        )
        proposed = _listed(reply)
        if not all(step["gives"] for step in proposed):
            return ()
        documents = [_document(step, spec) for step in proposed]
        return read_steps(
            documents, input_schema=spec.input_schema, output_schema=spec.output_schema, path=Path("plan")
        )
    except (ModelReplyError, ValidationError, SpecError, SchemaProblem):
        return ()


def _listed(reply: JsonObject) -> list[JsonObject]:
    steps = reply["steps"]
    assert isinstance(steps, list)
    return [step for step in steps if isinstance(step, dict)]


def _document(step: JsonObject, spec: Spec) -> CodeStepDocument:
    """A proposed step as if it stood in the spec; fields of the output keep the type that the spec gives them.

    A field that the output may leave out may be left out here too, unless it can be null instead.
    """
    known = spec.properties("output")
    gives = step["gives"]
    assert isinstance(gives, dict)
    new = expand_object({name: kind for name, kind in gives.items() if name not in known})
    types = properties_of(new)
    due = {*required_of(spec.output_schema), *required_of(new)}
    output: JsonObject = {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in gives if name in due or _may_be_null(known.get(name))],
        "properties": {name: known.get(name, types.get(name)) for name in gives},
    }
    if "$defs" in spec.output_schema:
        output["$defs"] = spec.output_schema["$defs"]
    return CodeStepDocument.model_validate(
        {**{key: step[key] for key in ("id", "instructions", "takes")}, "kind": "code", "output": output}
    )


def _may_be_null(schema: JsonValue) -> bool:
    kinds = schema.get("type") if isinstance(schema, dict) else None
    return isinstance(kinds, list) and "null" in kinds
