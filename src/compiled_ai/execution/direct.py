"""Asking a model for the whole task: the fallback when compiled code abstains, and the baseline of a direct call."""

from __future__ import annotations

from compiled_ai.llm import LlmClient
from compiled_ai.llm.exchange import Role
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json

_INSTRUCTIONS = """\
Answer the task for the given input. Follow the instructions to the letter. If the instructions say that this input is to be declined, or you cannot answer it
for sure, set "declined" to true, "reason" to a few words and "answer" to null. Otherwise set "declined" to false, "reason" to "" and "answer" to the output."""


def ask_direct(
    client: LlmClient,
    instructions: str,
    data: JsonObject,
    output_schema: JsonObject,
    *,
    role: Role,
    timeout_seconds: float | None = None,
) -> tuple[JsonObject | None, str]:
    """The model's output for `data`, or None with its reason for declining.

    Raises:
        ModelError: the call failed, or the reply does not fit.
    """
    system = f"{_INSTRUCTIONS}\n\n# Task\n{instructions}"
    reply = client.ask_object(
        system,
        prompt_of(data),
        schema=_schema(output_schema),
        role=role,
        timeout_seconds=timeout_seconds,
    )
    answer = reply["answer"]
    if reply["declined"] or not isinstance(answer, dict):
        return None, str(reply["reason"]) or "the model declined"
    return answer, ""


def prompt_of(data: JsonObject) -> str:
    """`data` as a model is shown it: JSON that every provider's encoder takes, lone surrogates written as escapes."""
    return canonical_json(data).encode("utf-8", "backslashreplace").decode()


def _schema(output_schema: JsonObject) -> JsonObject:
    inner: JsonObject = {
        key: _moved(value) for key, value in output_schema.items() if key not in {"$defs", "$schema"}
    }
    options: list[JsonValue] = [inner, {"type": "null"}]
    schema: JsonObject = {
        "type": "object",
        "additionalProperties": False,
        "required": ["declined", "reason", "answer"],
        "properties": {
            "declined": {"type": "boolean"},
            "reason": {"type": "string"},
            "answer": {"anyOf": options},
        },
    }
    return {**schema, "$defs": _moved(output_schema["$defs"])} if "$defs" in output_schema else schema


def _moved(schema: JsonValue) -> JsonValue:
    """`schema` with its references to the whole output, or to fields of it, led to where the output stands now."""
    if isinstance(schema, list):
        return [_moved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: _moved(value) for key, value in schema.items()}
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith("#") and not target.startswith("#/$defs/"):
        moved["$ref"] = f"#/properties/answer/anyOf/0{target[1:]}"
    return moved
