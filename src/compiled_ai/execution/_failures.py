"""Failures of compiled code as errors, in one wording wherever the code ran."""

from __future__ import annotations

from compiled_ai.errors import ActivityError


def activity_error(name: str, told: str, *, line: int | None, step: str | None) -> ActivityError:
    """That the workflow called `name` failed.

    Args:
        name: Of the workflow.
        told: What was raised, as far as it may be told.
        line: Innermost line of ``activities.py`` that it passed through. None: none.
        step: Outermost function of it. None: none.
    """
    place = f" at line {line} of activities.py" if line is not None else ""
    return ActivityError(
        f"{name} failed{place}: {told}. Add this input to the spec's examples and recompile.",
        step=step or name,
    )
