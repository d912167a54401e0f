"""A first version for the coder: slots inferred from the schema, even where they do not give every example back."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._call_shapes import read_call_schema
from compiled_ai.factory.synthesis.function_call import infer_program
from compiled_ai.llm.exchange import estimate_tokens
from compiled_ai.spec.model import Brief

MOST_TOKENS = 900
"""A longer draft costs more to read than it saves to write."""


def draft_slots(tasks: Sequence[CodeTask], brief: Brief) -> str:
    """The body of a slot-filling activity for the one task of `tasks`; empty where slots do not fit or would take too much room.

    It is a guess: nothing says that it is right.
    """
    if len(tasks) != 1:
        return ""
    calls = read_call_schema(tasks[0], brief)
    program = infer_program(calls, brief) if calls is not None else None
    if program is None:
        return ""
    body = program.candidate(tasks[0], brief).body
    return body if estimate_tokens(body) <= MOST_TOKENS else ""
