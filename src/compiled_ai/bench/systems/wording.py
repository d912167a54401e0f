"""The words that every system with a model is given: the task, when to decline, the examples, the input. The same for all, so that systems differ in nothing else.

How an answer is to be written down differs: a framework with tools of its own calls them, `direct` writes JSON. Only that part is each system's own.
"""

from __future__ import annotations

import json

from compiled_ai.bench.model import Example, Task
from compiled_ai.llm.prompt import shown_data
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest

_OBJECT = (
    'If the task says that this input is to be declined, or what is given does not settle the answer for sure, give none: set "answer" to null and '
    '"decline_reason" to a few words. Otherwise set "answer" to the whole output and "decline_reason" to "".'
)
_CALLS = (
    "Call a tool for everything that the request asks for, and nothing else. If no tool fits the request, or a value that a tool requires is missing "
    "or contested, call no tool."
)
_DIALOGUE = (
    "Act through the tools, one step at a time, and submit the answer with the tool that is meant for it. If it is certain that the task cannot be done, "
    "stop without calling a tool, and say why in a few words."
)
_DECLINE = {"object": _OBJECT, "calls": _CALLS, "dialogue": _DIALOGUE}
_ROLE = "Do the task for the input that follows. Follow the instructions to the letter."
DECLINED = "(declined)"
"""What stands in place of the output of an example that is to be declined."""


def decline_words(task: Task) -> str:
    """When and how to give no answer."""
    return _DECLINE[task.form]


def examples_text(task: Task) -> str:
    """The visible cases of the task, input and output in turn; empty without any."""
    if not task.examples:
        return ""
    return "\n\n".join(["# Examples", *(_example_text(item) for item in task.examples)])


def _example_text(example: Example) -> str:
    output = DECLINED if example.output is None else _plain(example.output)
    return f"Input: {shown_data(example.input)}\nOutput: {output}"


def _plain(value: JsonValue) -> str:
    return canonical_json(value).encode("utf-8", "backslashreplace").decode()


def system_message(task: Task) -> str:
    """All that holds for every case of the task: instructions, when to decline, examples."""
    parts = [_ROLE, decline_words(task), f"# Task\n{task.instructions.strip()}", examples_text(task)]
    return "\n\n".join(part for part in parts if part)


def user_message(task: Task, case_input: JsonObject) -> str:
    """The input of one case as a model is shown it: JSON, lone surrogates as escapes. For dialogues the environment's `opening` comes in its place."""
    assert task.form != "dialogue", "a dialogue begins with its environment's opening"
    return shown_data(case_input)


def tools_text(task: Task) -> str:
    """The tools in words, for a system that has to write calls down itself: name, description and parameters each."""
    return "\n\n".join(
        f"{tool.name}: {tool.description.strip()}\nParameters: {json.dumps(tool.parameters, ensure_ascii=False)}"
        for tool in task.tools
    )


def reply_schema(task: Task) -> JsonObject:
    """JSON Schema of a reply to a task of the form ``object``: ``{"answer": output or null, "decline_reason": text}``."""
    assert task.form == "object", "calls and dialogues have tools"
    answer: list[JsonValue] = [rebased(task.output_schema, "#/properties/answer/anyOf/0"), {"type": "null"}]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["answer", "decline_reason"],
        "properties": {"answer": {"anyOf": answer}, "decline_reason": {"type": "string"}},
    }


def rebased(schema: JsonObject, place: str) -> JsonObject:
    """`schema` as it has to read at `place` of another one: its references lead to where they did."""
    return {key: _rebased(key, value, place) for key, value in schema.items() if key != "$schema"}


def _rebased(key: str, value: JsonValue, place: str) -> JsonValue:
    if isinstance(value, dict):
        return rebased(value, place)
    if isinstance(value, list):
        return [_rebased("", item, place) for item in value]
    if key == "$ref" and isinstance(value, str) and value.startswith("#"):
        return place + value[1:]
    return value


def wording_digest() -> str:
    """Identity of all fixed words above, for the `identity` of the systems that use them."""
    return digest("wording1", [_ROLE, *(_DECLINE[form] for form in sorted(_DECLINE)), DECLINED])
