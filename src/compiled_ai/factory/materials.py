"""What in the factory's prompts comes from outside: texts and schemas of the spec, its examples, further inputs."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.factory.plan import CodeTask
from compiled_ai.llm.prompt import Material, Prompt
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Brief


def about(
    brief: Brief,
    text: str,
    *,
    tasks: Sequence[CodeTask] = (),
    inputs: Sequence[JsonObject] = (),
) -> Prompt:
    """`text` as a message whose parts from outside are known.

    What validation says of code is in our words, and quotes code and cases that were checked on their way in: it is masked, and not looked at again.

    Args:
        brief: What the message is about. All of it is checked, whether the message holds it or not.
        text: The whole message.
        tasks: Activities, with instructions of their own.
        inputs: Inputs beside those of the examples.
    """
    holds = [
        Material(value=brief.description, place="description"),
        Material(value=brief.instructions, place="instructions"),
        Material(value=brief.input_schema, place="input (the schema)"),
        Material(value=brief.output_schema, place="output (the schema)"),
        *(
            Material(value=task.instructions, place=f"step '{task.types.step_id}'")
            for task in tasks
            if task.instructions != brief.instructions
        ),
        *(_example(case, number) for number, case in enumerate(brief.examples, start=1)),
        *(
            Material(value=value, mode="document", place=f"invented input {number}")
            for number, value in enumerate(inputs, start=1)
        ),
    ]
    return Prompt(pieces=(text,), holds=tuple(holds))


def _example(case: VisibleCase, number: int) -> Material:
    value: JsonObject = {"input": case.input, "output": case.output, "given": {**case.given}}
    name = f" ({case.case_id})" if case.case_id else ""
    return Material(value=value, mode="document", place=f"example {number}{name}")
