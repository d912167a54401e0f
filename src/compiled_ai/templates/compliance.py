"""Compliance blocks: what the coder is told. What is enforced stands where it acts.

- ``audit_trail``: every result carries the digests of its input and of the artifact (execution).
- ``hipaa``: abstention reasons are fixed texts (security stage); errors and reasons at run time show no input values (execution).
- ``no_model_at_run_time``: bounded steps and model fallbacks are refused (spec).
"""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.spec.model import ComplianceBlock

_TEXTS: dict[ComplianceBlock, str] = {
    "audit_trail": "Every decision must be traceable: one named function per rule, its sentence of the task as its docstring.",
    "hipaa": "Inputs are patient data: abstain() gets one fixed text, never a value of the input.",
    "no_model_at_run_time": "",
}


def compliance_prompt(blocks: Sequence[ComplianceBlock]) -> str:
    """Lines for the coder, one per block that asks something of the code; empty without any."""
    return "\n".join(_TEXTS[block] for block in blocks if _TEXTS[block])
