"""Asking a model for the whole task: the fallback when compiled code abstains, and the baseline of a direct call."""

from __future__ import annotations

from compiled_ai.llm import LlmClient
from compiled_ai.llm.exchange import Request, Role
from compiled_ai.llm.prompt import Material, Prompt, shown_data
from compiled_ai.spec.canonical import JsonObject, JsonValue

_INSTRUCTIONS = """\
Answer the task for the given input. Follow the instructions to the letter. If the instructions say that this input is to be declined, or you cannot answer it
for sure, set "declined" to true, "reason" to a few words and "answer" to null. Otherwise set "declined" to false, "reason" to "" and "answer" to the output."""


def ask_direct(  # noqa: PLR0913 - the task and the options of a call
    client: LlmClient,
    instructions: str,
    data: JsonObject,
    output_schema: JsonObject,
    *,
    role: Role,
    timeout_seconds: float | None = None,
    max_tokens: int | None = None,
) -> tuple[JsonObject | None, str]:
    """The model's output for `data`, or None with its reason for declining.

    Args:
        client: Who is asked.
        instructions: The task, as the artifact holds it.
        data: The input.
        output_schema: What the output must fit.
        role: Who asks, for the ledger.
        timeout_seconds: Time for the call and its repair together. None: that of the client's settings for each.
        max_tokens: Most tokens of a reply. None leaves the provider's bound.

    Raises:
        ModelError: the call failed, or the reply does not fit.
    """
    request = direct_request(instructions, data, output_schema, role=role)
    reply = client.ask_object(
        _system(instructions),
        prompt_of(data),
        schema=request.schema or {},
        role=role,
        timeout_seconds=timeout_seconds,
        max_tokens=max_tokens,
    )
    answer = reply["answer"]
    if reply["declined"] or not isinstance(answer, dict):
        return None, str(reply["reason"]) or "the model declined"
    return answer, ""


def direct_request(instructions: str, data: JsonObject, output_schema: JsonObject, *, role: Role) -> Request:
    """What `ask_direct` asks: apart from `data` it is made of the artifact alone, so it is fixed when the spec is compiled."""
    system = _system(instructions).text
    return Request(role=role, instructions=system, prompt=shown_data(data), schema=_schema(output_schema))


def _system(instructions: str) -> Prompt:
    return Prompt(pieces=(f"{_INSTRUCTIONS}\n\n# Task\n", Material(value=instructions, place="instructions")))


def bounded_request(instructions: str, data: JsonObject, output_schema: JsonObject) -> Request:
    """What a bounded step asks: its instructions as they are, under its own output schema."""
    return Request(role="bounded", instructions=instructions, prompt=shown_data(data), schema=output_schema)


def prompt_of(data: JsonObject) -> Prompt:
    """`data` as a model is asked about it: matter to be read, in which an order to the model is out of place."""
    return Prompt(pieces=(Material(value=data, mode="document", place="input"),))


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
