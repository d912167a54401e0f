"""Which logged inputs a coder may be shown: the coder is the privileged model, and inputs come from anybody."""

from __future__ import annotations

from collections.abc import Iterable

from compiled_ai.evolve.lessons import LoggedInput
from compiled_ai.gates.checks import open_check
from compiled_ai.gates.policy import GatePolicy
from compiled_ai.llm.prompt import Material


def vetted(lessons: Iterable[LoggedInput], policy: GatePolicy) -> tuple[LoggedInput, ...]:
    """The lessons that the input gate of `policy` lets through.

    What only a model looked at must not even be flagged; what a person answered must not be blocked.
    """
    if not policy.input_gate:
        return tuple(lessons)
    check = open_check("input", policy)
    kept = []
    for lesson in lessons:
        text = Material(value=[lesson.input, lesson.output]).words()
        action = check(text, "document").action
        if action == "allow" or (action == "flag" and lesson.by == "human"):
            kept.append(lesson)
    return tuple(kept)
