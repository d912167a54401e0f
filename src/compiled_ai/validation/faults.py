"""How a run can go wrong before anyone asks whether its answer is right, and what to say of it."""

from __future__ import annotations

from typing import Literal

from compiled_ai.sandbox.model import CaseRow, CaseStatus

Fault = CaseStatus | Literal["mutated_input"]

_NEEDS_MODEL = "no model answers while cases are scored: add `given` with the step's output to the case, or decline the input before that step"
_MUTATED = "it changes its input; build new objects instead"
_HINTS: dict[Fault, str] = {
    "crashed": "abstain when a needed part is missing or unclear",
    "timed_out": "bound the work by the length of the input, without regular expressions that backtrack",
    "out_of_memory": "build smaller values",
    "output_too_large": "return less",
    "needs_model": _NEEDS_MODEL,
    "mutated_input": _MUTATED,
}


def fault_of(row: CaseRow) -> Fault | None:
    """What is wrong with how `row` ended; None when it answered or declined, and left its input alone."""
    if row.status not in ("answered", "abstained"):
        return row.status
    return "mutated_input" if row.mutated_input else None


def hint_on(fault: Fault) -> str:
    """What to do about `fault`, for whoever writes the code."""
    return _HINTS[fault]


def describe_fault(row: CaseRow, fault: Fault) -> str:
    """What happened in `row`, with what to do where that is not plain from what happened."""
    if fault == "mutated_input":
        return _MUTATED
    return f"{row.detail}; {_HINTS[fault]}" if fault in ("needs_model", "timed_out") else row.detail
