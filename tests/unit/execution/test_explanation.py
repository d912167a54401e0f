"""Which conditions led to the line that decided."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.explain import Trace
from compiled_ai.execution.explanation import Explainer

CODE = """
def run(data):
    if data["value"] < 0:
        sign = "minus"
    else:
        sign = "plus"
    if data["value"] > 100:
        return {"value": "large"}
    elif data["value"] > 10:
        return {"value": "middle"}
    else:
        return {"value": sign}
"""


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (200, [False, True]),
        (50, [False, False, True]),
        (5, [False, False, False]),
        (-5, [True, False, False]),
    ],
    ids=["if", "elif", "else", "else after a condition that held"],
)
def test_a_branch_not_taken_is_told_from_one_that_was(
    build: Callable[..., LoadedWorkflow], value: int, held: list[bool]
) -> None:
    workflow = build(CODE)
    trace = Trace(path=str(workflow.artifact.path / "activities.py"))
    workflow.run({"value": value}, trace=trace)
    (step,) = Explainer(workflow, None).explain(trace.steps)
    assert [condition.held for condition in step.conditions] == held
