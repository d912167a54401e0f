"""Every word that the factory says to a model. Only a `Brief` goes in, which has no hidden cases.

What holds for a whole conversation stands in ``prompt_texts/``, a file for each agent, with its version.

A change here makes the recordings of compilations stale: record them anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.modules.slots import Slot
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import shorten
from compiled_ai.templates import choose_functions, compliance_prompt, describe_functions

_CHANGED_ONLY = (
    "Reply with one ```python block that holds only the definitions that change or are new (whole functions or constants, and new imports); "
    "the others stay as they are and are matched by name."
)


def coder_prompt(
    brief: Brief, tasks: Sequence[CodeTask], *, taken: Sequence[str] = (), slots: bool = False
) -> str:
    """What the coder is asked for `tasks` at once.

    Args:
        brief: The task as a whole.
        tasks: The activities to write.
        taken: Names that code defines which stands already.
        slots: Whether it is about code that fills slots.
    """
    parts = [
        f"# Task: {brief.description}",
        brief.instructions,
        *(_activity(task, alone=len(tasks) == 1 and not slots) for task in tasks),
        f"Defined already, by code of other activities; do not define again: {', '.join(taken)}."
        if taken
        else "",
        compliance_prompt(brief.compliance),
        f"# Module functions you may import (build on them)\n{_functions(brief, tasks, slots=slots)}",
        "# Examples of the whole task\n" + "\n".join(_example(case) for case in brief.examples),
    ]
    return "\n\n".join(part for part in parts if part)


_BESIDE_SLOTS = ("text.has_phrase", "numbers.find_numbers")
"""What helps where `fill` does not."""


def _functions(brief: Brief, tasks: Sequence[CodeTask], *, slots: bool) -> str:
    if slots:
        return f"{read_prompt('slots').text}\n{describe_functions(_BESIDE_SLOTS)}"
    text = f"{brief.instructions} {canonical_json(brief.input_schema)} {canonical_json(brief.output_schema)} {' '.join(task.instructions for task in tasks)}"
    names = dict.fromkeys(name for task in tasks for name in choose_functions(task.template, text))
    return describe_functions(list(names))


def _activity(task: CodeTask, *, alone: bool) -> str:
    title = f"# Write `{task.types.step_id}` ({task.template.purpose})"
    guidance = "\n".join(f"- {line}" for line in task.template.guidance) if alone else ""
    code = f"```python\n{task.types.source()}\n\n{task.types.signature}\n```"
    return "\n".join(part for part in (title, task.instructions, guidance, code) if part)


def _example(case: VisibleCase) -> str:
    expected = "abstain" if case.output is None else shorten(canonical_json(case.output), 1_500)
    given = f" with {canonical_json({**case.given})}" if case.given else ""
    return f"{shorten(canonical_json(case.input), 1_500)}{given} -> {expected}"


def repair_prompt(feedback: str) -> str:
    """What the coder is asked after the execution or accuracy stage failed; the task and the code stand before it in the conversation."""
    return f"{feedback}\n\nMend it. {_CHANGED_ONLY}"


def rewrite_prompt(code: str, tasks: Sequence[CodeTask], feedback: str) -> str:
    """What the coder is asked after the security or syntax stage failed.

    Such findings are about the code, not about the task, so the task is left out: that halves the tokens of the repair.
    """
    types = "\n\n".join(task.types.source() for task in tasks)
    return (
        f"This code was written for a task. Types (defined already):\n```python\n{types}\n```\nCode:\n```python\n{code}\n```\n"
        f"{feedback}\n\nMend just that; what the code does must stay as it is. {_CHANGED_ONLY}"
    )


def planner_prompt(brief: Brief) -> str:
    """What the planner is asked."""
    return _task(brief)


def tester_prompt(brief: Brief, *, count: int, known: Sequence[JsonObject]) -> str:
    """What the tester is asked: `count` cases unlike those that are `known`."""
    parts = [
        _task(brief),
        "# Examples\n" + "\n".join(_example(case) for case in brief.examples),
        "# Inputs that exist already\n" + "\n".join(shorten(canonical_json(value), 300) for value in known)
        if known
        else "",
        f"Invent {count} cases.",
    ]
    return "\n\n".join(part for part in parts if part)


def solver_prompt(brief: Brief, inputs: Sequence[JsonObject]) -> str:
    """What the solver is asked: the outputs for `inputs`."""
    numbered = "\n".join(f"{number}. {canonical_json(value)}" for number, value in enumerate(inputs, start=1))
    examples = "# Examples\n" + "\n".join(_example(case) for case in brief.examples)
    return "\n\n".join([_task(brief), examples, f"# Inputs\n{numbered}"])


def _task(brief: Brief) -> str:
    return "\n\n".join(
        [
            f"# Task: {brief.description}",
            brief.instructions,
            f"Input schema: {canonical_json(brief.input_schema)}",
            f"Output schema: {canonical_json(brief.output_schema)}",
        ]
    )


def slots_prompt(brief: Brief, table: Sequence[Slot]) -> str:
    """What the slot coder is asked: the task, and the names of the slots.

    How they were inferred is left out: the prompt stays as it is when the inference learns a word.
    """
    return "\n\n".join(
        [
            f"# Task: {brief.description}",
            brief.instructions,
            f"Output schema: {canonical_json(brief.output_schema)}",
            "# Examples\n" + "\n".join(_example(case) for case in brief.examples),
            f"# Slots\n{', '.join(slot.name for slot in table)}",
        ]
    )


SlotFailure = tuple[str, JsonObject | None, JsonObject | None, str]
"""A request, its right output, the one that the slots give, and why they decline."""


def slots_repair_prompt(
    brief: Brief, table: Sequence[Slot], decline: Sequence[str], failures: Sequence[SlotFailure]
) -> str:
    """What the slot coder is asked when slots answer some requests wrong."""
    rows = [canonical_json(_slot_json(slot)) for slot in table]
    failed = [
        f"{canonical_json(request)} -> {_shown_output(expected)}, but the program "
        + (f"declines ({reason})" if given is None else f"answers {_shown_output(given)}")
        for request, expected, given, reason in failures
    ]
    return "\n\n".join(
        [
            f"# Task: {brief.description}",
            brief.instructions,
            f"Output schema: {canonical_json(brief.output_schema)}",
            "# Slots as they stand\n" + "\n".join(rows),
            f"other: {canonical_json(list(decline))}",
            "# Requests that go wrong\n" + "\n".join(failed),
            "Change the slots so that these come out right, and others like them; give 6 new cases of the kind that still may go wrong.",
        ]
    )


def _shown_output(output: JsonObject | None) -> str:
    return "decline" if output is None else canonical_json(output)


def _slot_json(slot: Slot) -> JsonObject:
    """A slot as the model is shown it, without what it has by default."""
    shown: JsonObject = {"name": slot.name, "kind": slot.kind}
    if slot.many:
        shown["many"] = True
    if not slot.required:
        shown["optional"] = True
    if slot.cues:
        shown["cues"] = list(slot.cues)
    if slot.units:
        shown["units"] = list(slot.units)
    if slot.choices:
        shown["choices"] = {key: list(words) for key, words in slot.choices.items()}
    if slot.style:
        shown["style"] = slot.style
    return shown
