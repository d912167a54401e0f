"""Every word that the factory says to a model. Only a `Brief` goes in, which has no hidden cases.

A change here makes the recordings of compilations stale: record them anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.factory.plan import CodeTask
from compiled_ai.spec.canonical import canonical_json
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import shorten
from compiled_ai.templates import choose_functions, compliance_prompt, describe_functions

PROMPT_VERSION = 1

CODER = """\
You write the business logic of a compiled workflow: deterministic Python that answers from now on without a model.
Reply with one ```python block and nothing else: imports, constants, private helpers, then the asked function(s) with exactly the given signature.
The types are defined already; do not repeat them.

- At most 80 lines and 1,000 tokens per asked function. Short tables and the module functions below carry the weight, not long regular expressions or clever machinery. No comments.
- It is judged on unseen inputs with other wordings and values than the examples: cover the words, orders, formats and case that most people would use.
- Not sure? `abstain("short reason")` (from compiled_ai.modules; it never returns). A confident wrong answer is worse than declining; but do answer what is clear.
- Pure functions on the standard modules re, math, decimal, fractions, datetime, collections, itertools, unicodedata, string and compiled_ai.modules.*. No classes, decorators,
  raise, assert, with, finally, global, yield, I/O, clock, randomness, locale, getattr/type/eval, str.format or % (f-strings are fine). No variable named like a builtin (id, type,
  input). Catch only named errors such as ValueError. Never iterate a set into an ordered result. Do not change module-level objects or the input.
- mypy strict passes: every function fully annotated, TypedDict fields read with data["x"], or data.get("x") for NotRequired ones. A str is no Literal: type tables as
  dict[str, Literal[...]] or return explicitly.
- Each function has a one-line docstring, at most 40 lines and cyclomatic complexity below 10 (each if, for, and, or, comprehension counts): split into helpers."""

PLANNER = """\
You divide a task into two to four small activities that run in order, each a pure Python function which another engineer will write.
A flat scope of named fields starts with the input; each activity takes some fields and gives new ones. Together they must give every output field.
Say for each: id (snake_case verb phrase), instructions (what it does and which rules of the task it covers, at most 50 words; the engineer also has the whole task), takes (field names
in scope by then), gives (field name to type: string, integer, number, boolean, decimal, date, each with [] or ? for list or optional; output fields keep their name)."""


_CHANGED_ONLY = (
    "Reply with one ```python block that holds only the definitions that change or are new (whole functions or constants, and new imports); "
    "the others stay as they are and are matched by name."
)


def coder_prompt(brief: Brief, tasks: Sequence[CodeTask]) -> str:
    """What the coder is asked for all activities of a plan at once."""
    text = f"{brief.instructions} {canonical_json(brief.input_schema)} {canonical_json(brief.output_schema)} {' '.join(task.instructions for task in tasks)}"
    functions = list(dict.fromkeys(name for task in tasks for name in choose_functions(task.template, text)))
    parts = [
        f"# Task: {brief.description}",
        brief.instructions,
        *(_activity(task, alone=len(tasks) == 1) for task in tasks),
        compliance_prompt(brief.compliance),
        f"# Module functions you may import (build on them)\n{describe_functions(functions)}",
        "# Examples of the whole task\n" + "\n".join(_example(case) for case in brief.examples),
    ]
    return "\n\n".join(part for part in parts if part)


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
    return "\n\n".join(
        [
            f"# Task: {brief.description}",
            brief.instructions,
            f"Input schema: {canonical_json(brief.input_schema)}",
            f"Output schema: {canonical_json(brief.output_schema)}",
        ]
    )
